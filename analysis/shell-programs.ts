/** What one program with its arguments would do: one small reading per family of programs. */
import type { Label } from "./effects.ts";
import { administrationMeaning, powershellMeaning } from "./shell-administration.ts";
import { carriedData } from "./shell-carriers.ts";
import { clientMeaning, resetMeaning } from "./shell-clients.ts";
import { containedCommand, insideContainer } from "./shell-containers.ts";
import { eachMeaning } from "./shell-each.ts";
import { embeddedMeaning } from "./shell-embedded.ts";
import { leavesContainer } from "./shell-engines.ts";
import type { Output } from "./shell-expand.ts";
import { fileMeaning, operands } from "./shell-files.ts";
import { foreignMeaning } from "./shell-foreign.ts";
import { type CommandMeaning, holed, isRuinous, merge, NOTHING, oneEffect, only, pathEffect, words } from "./shell-meaning.ts";
import { NETWORK, networkMeaning } from "./shell-network.ts";
import { outputFiles } from "./shell-outfiles.ts";
import { type Raised, raisedMeaning } from "./shell-privilege.ts";
import { weakenedChecks } from "./shell-quality.ts";
import { attachedMeaning, systemMeaning } from "./shell-system.ts";
import { baseName, optionValue, PRIVILEGE, unwrap } from "./shell-wrappers.ts";

const INSPECT = words(
  "ls wc echo printf pwd date whoami id uname hostname df du ps top free uptime which whereis file stat tree env printenv basename dirname realpath readlink sha256sum sha512sum md5sum sha1sum lscpu lsblk lsmod lspci lsusb lsof nproc true false test [ sleep seq man groups locale arch tty expr time type command clear tr yes getenforce pgrep pidof jobs getent mktemp tput getconf dpkg-query journalctl dmesg last w who vmstat iostat ss netstat bc dc factor shuf",
); // prettier-ignore
const BUILD = words(
  "git make gmake cmake ninja gcc g++ cc clang rustc cargo go mvn gradle javac java dotnet tsc eslint prettier pytest tox ruff black mypy flake8 isort pylint jest vitest mocha webpack vite rollup esbuild docker-compose ffmpeg convert pandoc latexmk pdflatex terraform hg svn mkdir touch patch protoc cython sphinx-build mkdocs gh mkfifo",
); // prettier-ignore
export const INTERPRETERS = words(
  "python python2 python3 py node nodejs deno bun ruby perl php lua bash sh zsh dash ksh fish pwsh powershell osascript ash rbash",
);
const INSTALLERS = words(
  "pip pip3 npm npx yarn pnpm apt apt-get yum dnf apk brew gem conda mamba poetry uv pipx snap dpkg rpm pacman zypper twine cargo",
);
/** Builtins that change only the shell itself. */
const SHELL_STATE = words(
  ": cd pushd popd export unset set shopt local declare readonly typeset read return exit break continue shift wait jobs fg bg unalias umask ulimit hash getopts let history disown exec eval trap alias dirs times bind complete compgen caller suspend builtin enable logout",
); // prettier-ignore
export const SHELLS = words("bash sh zsh dash ksh fish ash rbash");

/** How a text is read that a program hands to a shell; `args` are its positional parameters. */
export type Reader = {
  readonly shell: (line: string, args: readonly string[]) => CommandMeaning;
  /** What the program reads on its standard input; null when nobody says it. */
  readonly input: Output | null;
  /** What a file holds, as far as the line says it. */
  readonly contentOf: (path: string) => Output;
  /** Labels of what the files hold. */
  readonly labelsOfFiles: (paths: readonly string[]) => readonly Label[];
};

/** `placed`: what the surroundings of the program make of what it does, before it matters with which rights. */
export function programMeaning(
  full: readonly string[],
  reader: Reader,
  placed: (meaning: CommandMeaning) => CommandMeaning = (meaning) => meaning,
): CommandMeaning {
  const attached = attachedMeaning(full);
  if (attached !== null) return attached;
  const { argv, raised, line } = unwrap(full);
  if (line !== null) return raisedWith(reader.shell(line, []), { raised, argv, foreign: false });
  const program = nameOf(argv);
  // What is left of `sudo -l` is options of the wrapper alone.
  if (raised.length > 0 && (argv.length === 0 || PRIVILEGE.has(program))) return raisedMeaning(NOTHING, { raised, argv, foreign: false });
  const weakened = { ...NOTHING, effects: weakenedChecks(program, argv.slice(1)) };
  const kept = { ...NOTHING, effects: [...outputFiles(program, argv.slice(1)), ...carriedData(program, argv.slice(1), reader)] };
  const own = merge([eachMeaning(full), resetMeaning(full), plainMeaning(argv[0] ?? "", argv.slice(1), reader), weakened, kept]);
  return raisedWith(placed(own), { raised, argv, foreign: isInterpreter(program) || reader.input?.fetched === true });
}

export const raisedWith = (inner: CommandMeaning, how: Raised): CommandMeaning => merge([raisedMeaning(inner, how), inner]);
const isInterpreter = (program: string): boolean => /^python[23](\.\d+)?$/.test(program) || INTERPRETERS.has(program);

/** `openssl s_client` is a client like netcat. */
export const nameOf = (argv: readonly string[]): string => {
  const program = baseName(argv[0] ?? "");
  return program === "openssl" && argv[1] === "s_client" ? "openssl_s_client" : program;
};

/** `/etc/init.d/NAME stop`, `invoke-rc.d NAME stop`, `sv stop NAME` as `service` says it. */
function asService(path: string, args: readonly string[]): readonly string[] | null {
  const program = baseName(path);
  if (/^\/etc\/(rc\.d\/)?init\.d\/[\w.@-]+$/.test(path)) return [program, ...args];
  if (program === "invoke-rc.d" || program === "rc-service") return operands(args);
  return /^(sv|initctl|svc)$/.test(program) && /^(stop|start|restart|down|up|-[du])$/.test(args[0] ?? "") && args.length > 1
    ? [...operands(args).slice(1), ...args.slice(0, 1)]
    : null;
}

/** A program that is in no file. */
const IN_MEMORY = /^\/(proc\/[^/]+|dev)\/fd\//;

function plainMeaning(path: string, args: readonly string[], reader: Reader): CommandMeaning {
  const program = nameOf([path, ...args]);
  if (program === "visudo" && args.some((a) => /^(-[a-z]*c[a-z]*|--check)$/.test(a))) return only("command.inspect");
  if (PRIVILEGE.has(program)) return only("command.privilege");
  const service = asService(path, args);
  if (service !== null) return systemMeaning("service", service) ?? NOTHING;
  if (IN_MEMORY.test(path)) return oneEffect("code.hidden", path, ["command.unknown"]);
  if (isInterpreter(program)) return interpreterMeaning(program, args, reader);
  if (program === "find") return findMeaning(args, reader);
  if (program === "fd" || program === "fdfind") return findMeaning(asFind(args), reader);
  if (program === "source" || program === ".") return only("command.build");
  if (program === "trap" || program === "alias") return NOTHING;
  const inner = startedBy(program, args);
  if (inner !== null) return merge([installerMeaning(program, args), programMeaning(inner, reader)]);
  if (program === "gh" && args[0] === "gist" && args[1] === "create") return networkMeaning(program, args, reader);
  const files =
    administrationMeaning(program, args) ??
    systemMeaning(program, args) ??
    fileMeaning(program, args) ??
    clientMeaning(program, args, reader);
  const runs = [...embeddedMeaning(program, args, reader), ...insideMeaning(program, args, { reader, outside: files })];
  if (files !== null) return merge([files, ...runs]);
  if (NETWORK.has(program)) return merge([networkMeaning(program, args, reader), ...runs]);
  if (INSTALLERS.has(program)) return merge([installerMeaning(program, args), ...runs]);
  if (BUILD.has(program)) return merge([only("command.build"), ...runs]);
  if (INSPECT.has(program)) return merge([only("command.inspect"), ...runs]);
  if (SHELL_STATE.has(program)) return NOTHING;
  return merge([only("command.unknown"), ...runs, ...carriedMeaning(program, args, reader)]);
}

/** Programs and functions that only say something. */
const SPEAKS =
  /^(echo|say|v?log\w*|msg|message|warn(ing)?|err(or)?|die|fail(ed|ure)?|info|debug|note|notice|v?e?print\w*|usage|help|title|banner|ok|abort|fatal|skip|pass|output|\w+[_-](log|msg|message|warn|error|err|info|print|echo|die|usage|header|debug))$/i;
const RUINS = /^(rm|shred|dd|wipefs|mkfs(\.\w+)?|truncate|chmod|chown|kill|pkill|killall|sh|bash|dash|zsh)$/;
const OWN_PLACES = new Set(["path.workspace", "path.tmp"]);

/** `retry 3 rm -rf /srv`: whatever the program is called, what it is given is a command line that would ruin something. */
function carriedMeaning(program: string, args: readonly string[], reader: Reader): CommandMeaning[] {
  const at = SPEAKS.test(program) ? -1 : args.findIndex((word) => RUINS.test(baseName(word)));
  if (at < 0 || at + 1 >= args.length) return [];
  const meaning = programMeaning(args.slice(at), reader);
  const ruins = meaning.classes.some((c) => c === "command.destructive" || c === "command.privilege");
  const effects = meaning.effects.filter((e) => !e.kind.startsWith("fs.") || !e.classes.every((c) => OWN_PLACES.has(c)));
  return ruins || effects.length > 0 ? [{ ...meaning, effects }] : [];
}

/** `fd PATTERN DIR... -x PROGRAM` as `find` says it. */
function asFind(args: readonly string[]): readonly string[] {
  const at = args.findIndex((a) => /^(-[xX]|--exec|--exec-batch)$/.test(a));
  if (at < 0) return args.filter((a) => a.startsWith("/")).slice(0, 1);
  const [pattern = ".", ...roots] = operands(
    args.slice(0, at).filter((_a, i) => !/^(-[teEdjS]|--(type|extension|exclude|max-depth))$/.test(args[i - 1] ?? "")),
  );
  const run = args.slice(at + 1);
  return [...roots, ...(pattern === "." ? [] : ["-name", `*${pattern}*`]), "-exec", ...run, ...(run.includes("{}") ? [] : ["{}"]), ";"];
}

/** What runs in a container; what leaves one that was given its host runs there. */
function insideMeaning(
  program: string,
  args: readonly string[],
  { reader, outside }: { reader: Reader; outside: CommandMeaning | null },
): CommandMeaning[] {
  const contained = containedCommand(program, args);
  if (contained === null) return [];
  const meaning = programMeaning(contained.argv, reader);
  const leaves = outside?.classes.includes("command.privilege") === true && leavesContainer(contained.argv);
  return [leaves ? meaning : insideContainer(meaning, contained)];
}

/** Runners of packages and environments: `npx PROGRAM`, `uv run PROGRAM`, `aws-vault exec prod -- PROGRAM`. */
const RUNNERS: Readonly<Record<string, RegExp>> = {
  npx: /^((-y|--yes|-q|--no-install|--no|(-p|--package)(=| )\S+) )*/,
  bunx: /^(--bun )*/,
  pnpx: /^/,
  uvx: /^((--from|--with) \S+ )*/,
  pnpm: /^(dlx|exec) (--\S+ )*/,
  yarn: /^(dlx|exec) (-\S+ )*/,
  npm: /^(exec|x) (--\S+ )*(-- )?/,
  uv: /^run (--\S+ )*/,
  poetry: /^run /,
  pipenv: /^run /,
  pdm: /^run /,
  hatch: /^run /,
  pipx: /^run /,
  bundle: /^exec /,
  doppler: /^run (\S+ )*?-- /,
  "aws-vault": /^exec (\S+ )*?-- /,
  chamber: /^exec (\S+ )*?-- /,
  direnv: /^exec \S+ /,
};

function startedBy(program: string, args: readonly string[]): readonly string[] | null {
  const own = Object.hasOwn(RUNNERS, program) ? RUNNERS[program]?.exec(`${args.join(" ")} `)?.[0] : undefined;
  if (own === undefined) return null;
  const inner = args.slice(own === "" ? 0 : own.trim().split(" ").length);
  return inner.length === 0 || (inner[0] as string).startsWith("-") ? null : inner;
}

function findMeaning(given: readonly string[], reader: Reader): CommandMeaning {
  const args = given.slice(given.findIndex((a) => !/^-([HLP]|O\d|D)$/.test(a)));
  const first = args.findIndex((a) => /^[-(!]/.test(a));
  const named = args.slice(0, first < 0 ? args.length : first);
  const roots = named.length === 0 ? ["."] : named;
  const meanings: CommandMeaning[] = [];
  if (args.includes("-delete")) {
    const name = optionValue(args, /^-i?(name|path|wholename)$/);
    const effects = roots.map((root) => {
      const whole = pathEffect("fs.delete_tree", root);
      const inside = name !== null && whole.classes.every((c) => c === "path.workspace" || c === "path.tmp");
      return inside ? pathEffect("fs.delete", `${root}/${name}`) : whole;
    });
    meanings.push({ classes: [effects.some(isRuinous) ? "command.destructive" : "command.build"], effects, nested: [] });
  }
  for (let i = 0; i < args.length; i++) {
    if (!/^-(exec|execdir|ok|okdir)$/.test(args[i] as string)) continue;
    const from = i + 1;
    while (i < args.length && args[i] !== ";" && args[i] !== "+") i++;
    const found = roots.map((root) => below(root, args.slice(0, from - 1)));
    const inner = args.slice(from, i).flatMap((a) => (a === "{}" ? found : [a.replaceAll("{}", found[0] as string)]));
    meanings.push(programMeaning(inner, reader));
  }
  return meanings.length === 0 ? only("command.inspect") : merge(meanings);
}

/** What `find` gives below a place of the workspace, where a name says which: the place itself is not among it. */
function below(root: string, tests: readonly string[]): string {
  const name = optionValue(tests, /^-i?name$/);
  const own = pathEffect("fs.read", root).classes.every((c) => c === "path.workspace" || c === "path.tmp");
  return name === null || !own || /^[*.]*$/.test(name) || tests.some((t) => /^(!|-not)$/.test(t)) ? root : `${root}/${name}`;
}

const SYSTEM_PACKAGES = words("apt apt-get aptitude yum dnf microdnf apk zypper pacman rpm dpkg");
/** Without them the machine does not start, or nobody gets in. */
const ESSENTIAL =
  /^(sudo|bash|dash|coreutils|busybox|(g?libc6?|musl)(-bin)?|systemd(-sysv)?|sysvinit-core|init|util-linux|openssh-server|dpkg|apt|rpm|dnf|yum|pacman|apk-tools|login|passwd|shadow|pam|libpam\S*|linux-image\S*|kernel(-core)?|grub\S*|network-manager|netplan\.io|iproute2?|filesystem|base-files)$/;

/** Publishing cannot be taken back; a package index that somebody names is as good as a URL. */
function installerMeaning(program: string, args: readonly string[]): CommandMeaning {
  const verb = operands(args)[0] ?? "";
  if (args.some((a) => /^--(force-(all|depends|remove-\w+)|nodeps|allow-remove-essential|no-preserve-root)$/.test(a)))
    return oneEffect("system.control", [program, ...args].join(" "), ["command.privilege"]);
  // Packages come unprotected from there from now on.
  if (
    args.includes("config") &&
    args.includes("set") &&
    args.some((a) => /^(?:\S*(?:registry|index-url)=)?http:\/\/(?!localhost|127\.)/.test(a))
  )
    return only("command.install");
  const removed = /^(remove|purge|erase|del|autoremove|uninstall|-[a-zA-Z]*R[a-z]*)$/;
  if (
    SYSTEM_PACKAGES.has(program) &&
    args.some((a) => removed.test(a)) &&
    args.some((a) => ESSENTIAL.test(a)) &&
    !args.some((a) => /^(-s|--simulate|--dry-run|--assumeno|-p)$/.test(a))
  )
    return oneEffect("system.control", [program, ...args].join(" "), ["command.privilege"]);
  const publishes =
    program === "gem" && verb === "push"
      ? true
      : /^(publish|upload|unpublish|deprecate|yank)$/.test(verb) && !args.some((a) => /^(--dry-run|-n|--help)$/.test(a));
  if (publishes) {
    const effect = { kind: "infra.change" as const, target: [program, ...args].join(" "), classes: [], args: { irreversible: true } };
    return { classes: ["command.build"], effects: [effect], nested: [] };
  }
  const installs = args.some((a) => /^(install|add|i|ci|update|upgrade|remove|uninstall|purge|exec|dlx)$/.test(a));
  return only(installs ? "command.install" : "command.build");
}

/** Index in `args` of the code that an interpreter is given, or -1. */
export function codeIndex(args: readonly string[]): number {
  const module = args.indexOf("-m");
  const flag = (module < 0 ? args : args.slice(0, module)).findIndex(
    (a) => /^-[a-zA-Z]*[ce]$/.test(a) || /^(--eval|-p|-r|-E|--command|--print)$/.test(a),
  );
  return flag >= 0 && flag + 1 < args.length ? flag + 1 : -1;
}

function interpreterMeaning(program: string, args: readonly string[], reader: Reader): CommandMeaning {
  const powershell = /^(powershell|pwsh)$/.test(program) ? powershellMeaning(args.join(" ")) : null;
  if (powershell !== null) return powershell;
  const at = codeIndex(args);
  const joined = at >= 0 ? undefined : args.find((a) => /^--(eval|print|command)=/.test(a));
  if (joined !== undefined) return codeMeaning(program, joined.slice(joined.indexOf("=") + 1), reader);
  if (at >= 0)
    return merge([
      codeMeaning(program, withArguments(program, args[at] as string, args.slice(at + 1)), reader, args.slice(at + 1)),
      ...(program === "perl" || program === "ruby" ? [editedInPlace(args, at)] : []),
    ]);
  const runsModule = args.includes("-m");
  const served = servedDirectory(program, args);
  if (served !== null) return served;
  const module = args[args.indexOf("-m") + 1] ?? "";
  if (runsModule && /^(pip|twine|poetry|build|uv)$/.test(module)) return installerMeaning(module, args.slice(args.indexOf("-m") + 2));
  const script = operands(args)[0] !== undefined;
  return only(runsModule || args[0] === "--version" || script ? "command.build" : "command.interpreter");
}

/** `perl -pi -e CODE FILE...`, `ruby -i.bak -pe CODE FILE...`: the files are changed. */
function editedInPlace(args: readonly string[], code: number): CommandMeaning {
  const inPlace = args.slice(0, code).some((a) => /^-[pnlaws0]*i(\.\w+|~)?[pnle]*$/.test(a));
  const effects = inPlace ? operands(args.slice(code + 1)).map((path) => pathEffect("fs.write", path)) : [];
  return { ...NOTHING, effects: effects.filter((e) => !e.classes.every((c) => OWN_PLACES.has(c))) };
}

/** `python -m http.server -d /`, `php -S 0.0.0.0:80 -t ~`: everybody may read what is below; null for what the program works on. */
function servedDirectory(program: string, args: readonly string[]): CommandMeaning | null {
  if (!(args.includes("http.server") || (program === "php" && args.includes("-S")))) return null;
  const directory = optionValue(args, /^(-d|--directory|-t)$/);
  if (
    directory === null ||
    !pathEffect("fs.read", directory).classes.some((c) => /^path\.(root|home|credentials|system_sensitive)$/.test(c))
  )
    return null;
  const effect = { kind: "net.listen" as const, target: [program, ...args].join(" "), classes: [], args: { backwards: true } };
  return { classes: ["command.network"], effects: [effect], nested: [] };
}

/** Code of a program that reads its arguments, with the arguments that are known. */
export function withArguments(program: string, code: string, args: readonly string[]): string {
  const known = args.map(holed);
  if (known.length === 0 || !/\bargv\b/.test(code) || known.some((a) => a.includes("{?}"))) return code;
  if (/^py/.test(program)) return `import sys; sys.argv = ${JSON.stringify(["-", ...known])}\n${code}`;
  return /^(node|nodejs)$/.test(program) ? `process.argv = ${JSON.stringify(["node", ...known])};\n${code}` : code;
}

/** Code that an interpreter is given as an argument or through its standard input. */
export function codeMeaning(program: string, code: string, reader: Reader, args: readonly string[] = []): CommandMeaning {
  const interprets = only("command.interpreter");
  if (SHELLS.has(program)) return merge([interprets, reader.shell(code, args)]);
  const language = /^py/.test(program) ? "python" : /^(node|nodejs|deno|bun)$/.test(program) ? "javascript" : null;
  if (language !== null) return { ...interprets, nested: [{ language, code: holed(code) }] };
  return merge([interprets, foreignMeaning(code, reader)]);
}
