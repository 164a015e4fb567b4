/** What one program with its arguments would do: one small reading per family of programs. */
import type { EffectKind } from "./effects.ts";
import { administrationMeaning, powershellMeaning } from "./shell-administration.ts";
import { clientMeaning } from "./shell-clients.ts";
import { fileMeaning, operands } from "./shell-files.ts";
import {
  type CommandEffect,
  type CommandMeaning,
  holed,
  isRuinous,
  merge,
  NOTHING,
  oneEffect,
  only,
  pathEffect,
  shown,
  words,
} from "./shell-meaning.ts";
import { baseName, optionValue, PRIVILEGE, unwrap } from "./shell-wrappers.ts";
import { classifyHostText, hostOf } from "./targets.ts";

const INSPECT = words(
  "ls wc echo printf pwd date whoami id uname hostname df du ps top free uptime which whereis file stat tree env printenv basename dirname realpath readlink sha256sum md5sum sha1sum lscpu lsblk nproc true false test [ sleep seq man groups locale arch tty expr time type command clear tr",
); // prettier-ignore
const BUILD = words(
  "git make cmake ninja gcc g++ cc clang rustc cargo go mvn gradle javac java dotnet tsc eslint prettier pytest tox ruff black mypy flake8 isort pylint jest vitest mocha webpack vite rollup esbuild docker-compose ffmpeg convert pandoc latexmk pdflatex terraform hg svn mkdir touch patch protoc cython sphinx-build mkdocs gh",
); // prettier-ignore
export const INTERPRETERS = words(
  "python python2 python3 py node nodejs deno bun ruby perl php lua bash sh zsh dash ksh fish pwsh powershell osascript",
);
const INSTALLERS = words("pip pip3 npm npx yarn pnpm apt apt-get yum dnf apk brew gem conda poetry uv pipx snap dpkg rpm pacman");
export const NETWORK = words(
  "curl wget nc ncat netcat ssh scp sftp rsync telnet ftp socat ping dig nslookup host traceroute nmap aria2c http https",
);
const PERSISTENCE = words("crontab at batch systemctl service update-rc.d chkconfig launchctl schtasks");
const CONTROL = words(
  "shutdown reboot halt poweroff init iptables ip6tables nft ufw firewall-cmd useradd userdel usermod adduser deluser passwd chpasswd groupadd mount umount swapoff sysctl modprobe insmod rmmod setenforce auditctl",
); // prettier-ignore
const SIGNAL = words("kill pkill killall xkill taskkill");
/** Builtins that change only the shell itself. */
const SHELL_STATE = words(
  ": cd pushd popd export unset set shopt local declare readonly typeset read return exit break continue shift wait jobs fg bg unalias umask ulimit hash getopts let history disown exec eval",
); // prettier-ignore
export const SHELLS = words("bash sh zsh dash ksh fish");

/** How a text is read that a program hands to a shell; `args` are its positional parameters. */
export type Reader = { readonly shell: (line: string, args: readonly string[]) => CommandMeaning };

export function programMeaning(full: readonly string[], reader: Reader): CommandMeaning {
  const { argv, wrappers, line } = unwrap(full);
  const privileged = wrappers.some((w) => PRIVILEGE.has(w)) ? [only("command.privilege")] : [];
  if (line !== null) return merge([...privileged, reader.shell(line, [])]);
  const program = baseName(argv[0] ?? "");
  // What is left of `sudo -l` is options of the wrapper alone.
  if (privileged.length > 0 && (argv.length === 0 || PRIVILEGE.has(program))) return merge(privileged);
  return merge([...privileged, plainMeaning(program, argv.slice(1), reader)]);
}

function plainMeaning(program: string, args: readonly string[], reader: Reader): CommandMeaning {
  if (PRIVILEGE.has(program)) return only("command.privilege");
  if (INTERPRETERS.has(program)) return interpreterMeaning(program, args, reader);
  if (program === "find") return findMeaning(args, reader);
  if (program === "trap" || program === "alias")
    return merge(
      args
        .filter((a) => !a.startsWith("-"))
        .slice(0, program === "trap" ? 1 : 20)
        .map((a) => reader.shell(a.replace(/^[\w-]+=/, ""), [])),
    );
  if (program === "source" || program === ".") return only("command.build");
  if (program === "awk" || program === "gawk" || program === "mawk")
    return merge([fileMeaning(program, args) ?? NOTHING, shellCallsIn(args[0] ?? "", reader)]);
  const files = fileMeaning(program, args) ?? clientMeaning(program, args);
  if (files !== null) return files;
  const administration = administrationMeaning(program, args);
  if (administration !== null) return administration;
  if (CONTROL.has(program)) return oneEffect("system.control", [program, ...args].join(" "), ["command.privilege"]);
  if (SIGNAL.has(program)) return oneEffect("process.signal", args.join(" "), ["command.process"]);
  if (PERSISTENCE.has(program)) return persistenceMeaning(program, args);
  if (NETWORK.has(program)) return networkMeaning(program, args, reader);
  if (INSTALLERS.has(program)) return installerMeaning(args);
  if (BUILD.has(program)) return only("command.build");
  if (INSPECT.has(program)) return only("command.inspect");
  return SHELL_STATE.has(program) ? NOTHING : only("command.unknown");
}

function findMeaning(args: readonly string[], reader: Reader): CommandMeaning {
  const first = args.findIndex((a) => /^[-(!]/.test(a));
  const given = args.slice(0, first < 0 ? args.length : first);
  const roots = given.length === 0 ? ["."] : given;
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
    const inner = args.slice(from, i).flatMap((a) => (a === "{}" ? roots : [a.replaceAll("{}", roots[0] as string)]));
    meanings.push(programMeaning(inner, reader));
  }
  return meanings.length === 0 ? only("command.inspect") : merge(meanings);
}

function persistenceMeaning(program: string, args: readonly string[]): CommandMeaning {
  if (args.some((a) => /^(status|list|show|is-active|is-enabled|list-units|-l|cat)$/.test(a))) return only("command.inspect");
  return oneEffect("system.control", `${program} ${args.join(" ")}`, ["command.persistence"]);
}

const LISTENERS = words("nc ncat netcat socat telnet");
const COPIERS = words("scp rsync sftp");
const SENDS = /^(-d|--data.*|-F|--form|-T|--upload-file|--post-(data|file)=?.*|--json)$/;
const SSH_VALUES = /^-[iploFLRDJSWbcEeImOQw]$/;

function networkMeaning(program: string, args: readonly string[], reader: Reader): CommandMeaning {
  if (program === "ssh") return sshMeaning(args, reader);
  const remote = COPIERS.has(program) ? /^[^/~.][^/]*:|:\/\// : /:\/\/|^[^/~.@][^/]*\.[a-z]{2,}|^\d+\.\d+|^\{\?\}/;
  const url = operands(args).find((a) => remote.test(holed(a))) ?? "";
  const sends = args.some((a) => SENDS.test(a) || /^-[dFT]./.test(a)) || LISTENERS.has(program) || COPIERS.has(program);
  const shell = LISTENERS.has(program) && args.some((a) => /^-[a-z]*[ec]$|^exec:|--exec|sh$/i.test(a));
  const effects: CommandEffect[] = [];
  if (url !== "")
    effects.push({ kind: sends ? "net.send" : "net.fetch", target: shown(url), classes: classifyHostText(hostOf(holed(url))) });
  effects.push(...transferredFiles(program, args, url));
  return { classes: shell ? ["command.network", "command.destructive"] : ["command.network"], effects, nested: [] };
}

/** Local files that are sent, or written with what was fetched. */
function transferredFiles(program: string, args: readonly string[], url: string): CommandEffect[] {
  if (COPIERS.has(program)) {
    const given = operands(args);
    const local = (a: string, i: number): CommandEffect[] =>
      a === url || /^[^/]+:/.test(a) ? [] : named(i === given.length - 1 && given.length > 1 ? "fs.write" : "fs.read", a);
    return given.flatMap(local);
  }
  const out: CommandEffect[] = [];
  for (const [i, arg] of args.entries()) {
    const value = /^--[\w-]+=/.test(arg) ? arg.slice(arg.indexOf("=") + 1) : (args[i + 1] ?? "");
    if (/^(-d|--data(-binary|-raw|-urlencode)?|-F|--form|--json)(=|$)/.test(arg)) {
      const file = /(?:^|=)@(.+)$/.exec(value)?.[1];
      if (file !== undefined) out.push(...named("fs.read", file));
    } else if (/^(-T|--upload-file|--post-file|--body-file)(=|$)/.test(arg)) out.push(...named("fs.read", value));
    else if ((program === "curl" && /^(-o|--output)(=|$)/.test(arg)) || (program === "wget" && /^(-O|--output-document|-P)(=|$)/.test(arg)))
      out.push(...named("fs.write", value));
  }
  return out;
}

/** A plain name in the workspace says nothing that is worth an effect. */
function named(kind: EffectKind, path: string): CommandEffect[] {
  const effect = pathEffect(kind, path);
  const plain = effect.classes.every((c) => c === "path.workspace") || path === "-" || /^\/dev\/(null|stdout|stderr|stdin)$/.test(path);
  return plain ? [] : [effect];
}

/** What follows the host is a line for the shell of that host. */
function sshMeaning(args: readonly string[], reader: Reader): CommandMeaning {
  let i = 0;
  while (i < args.length && /^-/.test(args[i] as string)) i += SSH_VALUES.test(args[i] as string) ? 2 : 1;
  const host = args[i] ?? "";
  const rest = args.slice(i + 1).join(" ");
  const effects: CommandEffect[] =
    host === "" ? [] : [{ kind: "net.fetch", target: shown(host), classes: classifyHostText(hostOf(holed(host))) }];
  return merge([{ classes: ["command.network"], effects, nested: [] }, ...(rest === "" ? [] : [reader.shell(rest, [])])]);
}

function installerMeaning(args: readonly string[]): CommandMeaning {
  const installs = args.some((a) => /^(install|add|i|ci|update|upgrade|remove|uninstall|purge|exec|dlx)$/.test(a));
  return only(installs ? "command.install" : "command.build");
}

/** Index in `args` of the code that an interpreter is given, or -1. */
export function codeIndex(args: readonly string[]): number {
  const flag = args.findIndex((a) => /^-[a-z]*[ce]$/.test(a) || /^(--eval|-p|-r|--command|--print)$/.test(a));
  return flag >= 0 && flag + 1 < args.length ? flag + 1 : -1;
}

function interpreterMeaning(program: string, args: readonly string[], reader: Reader): CommandMeaning {
  const powershell = /^(powershell|pwsh)$/.test(program) ? powershellMeaning(args.join(" ")) : null;
  if (powershell !== null) return powershell;
  const at = codeIndex(args);
  if (at >= 0) return codeMeaning(program, args[at] as string, reader, args.slice(at + 2));
  const runsModule = args.includes("-m");
  if (runsModule && args.some((a) => a === "pip")) return only("command.install");
  const first = operands(args)[0];
  const script = first !== undefined && !first.startsWith("\ue000<(");
  return only(runsModule || args[0] === "--version" || script ? "command.build" : "command.interpreter");
}

/** Code that an interpreter is given as an argument or through its standard input. */
export function codeMeaning(program: string, code: string, reader: Reader, args: readonly string[] = []): CommandMeaning {
  const interprets = only("command.interpreter");
  if (SHELLS.has(program)) return merge([interprets, reader.shell(code, args)]);
  const language = /^py/.test(program) ? "python" : /^(node|nodejs|deno|bun)$/.test(program) ? "javascript" : null;
  if (language !== null) return { ...interprets, nested: [{ language, code: holed(code) }] };
  return merge([interprets, shellCallsIn(code, reader)]);
}

/** Languages without a front end: the literal texts that they hand to a shell. */
function shellCallsIn(code: string, reader: Reader): CommandMeaning {
  const calls = code.matchAll(
    /\b(?:system|exec|popen|shell_exec|passthru|qx|spawn)\b\s*[({]?\s*(?:"([^"]*)"|'([^']*)'|([^(){}"';]+)[)}])|`([^`]*)`/g,
  );
  return merge([...calls].map((c) => reader.shell(c[1] ?? c[2] ?? c[3] ?? c[4] ?? "", [])));
}
