/**
 * What a command line means: words, the programs it starts and what each would do. Until the shell front end exists this reads
 * the strings and argument vectors that Python and JavaScript hand to a shell or to exec; holes are private-use characters.
 */
import type { EffectKind, TargetClass } from "./effects.ts";
import { classifyHostText, classifyPathText, hostOf } from "./targets.ts";

export type CommandEffect = { readonly kind: EffectKind; readonly target: string; readonly classes: readonly TargetClass[] };
/** `nested` is code that the command runs in another language. */
export type CommandMeaning = {
  readonly classes: readonly TargetClass[];
  readonly effects: readonly CommandEffect[];
  readonly nested: readonly { readonly language: "python" | "javascript"; readonly code: string }[];
};

type Word = { readonly text: string; readonly operator: boolean };
const OPERATORS = ["&&", "||", ";;", "|&", "&>", ">>", "<<", ">&", "|", "&", ";", ">", "<", "(", ")", "\n"];

/** Splits a POSIX command line into words and operators; quotes and backslashes removed, `$(...)` and backquotes kept as words. */
export function shellWords(line: string): Word[] {
  const out: Word[] = [];
  let word: string | null = null;
  let i = 0;
  const push = (): void => {
    if (word !== null) out.push({ text: word, operator: false });
    word = null;
  };
  while (i < line.length) {
    const c = line[i] as string;
    if (c === "'" || c === '"') {
      const [text, next] = quoted(line, i);
      word = (word ?? "") + text;
      i = next;
      continue;
    }
    if (c === "\\" && i + 1 < line.length) {
      if (line[i + 1] !== "\n") word = (word ?? "") + line[i + 1];
      i += 2;
      continue;
    }
    if (c === "$" && line[i + 1] === "(") {
      const end = closing(line, i + 1);
      word = (word ?? "") + line.slice(i, end);
      i = end;
      continue;
    }
    if (c === "#" && word === null) {
      while (i < line.length && line[i] !== "\n") i++;
      continue;
    }
    const operator = OPERATORS.find((o) => line.startsWith(o, i));
    if (operator !== undefined) {
      push();
      out.push({ text: operator, operator: true });
      i += operator.length;
    } else if (c === " " || c === "\t" || c === "\r") {
      push();
      i++;
    } else {
      word = (word ?? "") + c;
      i++;
    }
  }
  push();
  return out;
}

function quoted(line: string, from: number): [string, number] {
  const quote = line[from];
  let text = "";
  let i = from + 1;
  while (i < line.length && line[i] !== quote) {
    if (quote === '"' && line[i] === "\\" && i + 1 < line.length && '"\\$`\n'.includes(line[i + 1] as string)) i++;
    text += line[i++];
  }
  return [text, i + 1];
}

function closing(line: string, open: number): number {
  let depth = 0;
  for (let i = open; i < line.length; i++) {
    if (line[i] === "(") depth++;
    else if (line[i] === ")" && --depth === 0) return i + 1;
  }
  return line.length;
}

const INSPECT = new Set(
  "ls cat head tail wc grep egrep rg find echo printf pwd date whoami id uname hostname df du ps top free uptime which whereis file stat tree env printenv diff cmp sort uniq cut awk sed tr basename dirname realpath readlink sha256sum md5sum sha1sum lscpu lsblk nproc true false test sleep seq less more column jq yq xxd od strings man groups locale arch tty expr time".split(
    " ",
  ),
); // prettier-ignore
const BUILD = new Set(
  "git make cmake ninja gcc g++ cc clang rustc cargo go mvn gradle javac java dotnet tsc eslint prettier pytest tox ruff black mypy flake8 isort pylint jest vitest mocha webpack vite rollup esbuild tar zip unzip gzip gunzip docker-compose ffmpeg convert pandoc latexmk pdflatex terraform hg svn cp mv mkdir touch ln install patch protoc cython sphinx-build mkdocs gh".split(
    " ",
  ),
); // prettier-ignore
const INTERPRETERS = new Set(
  "python python2 python3 py node nodejs deno bun ruby perl php lua bash sh zsh dash ksh fish pwsh powershell osascript".split(" "),
);
const INSTALLERS = new Set(
  "pip pip3 npm npx yarn pnpm apt apt-get yum dnf apk brew gem conda poetry uv pipx snap dpkg rpm pacman".split(" "),
);
const NETWORK = new Set(
  "curl wget nc ncat netcat ssh scp sftp rsync telnet ftp socat ping dig nslookup host traceroute nmap aria2c http https".split(" "),
);
const DESTRUCTIVE = new Set("mkfs dd shred wipefs fdisk parted sfdisk mkswap wipe srm blkdiscard cfdisk sgdisk diskpart format".split(" "));
const PRIVILEGE = new Set("sudo su doas pkexec chroot nsenter unshare setcap visudo".split(" "));
const PERSISTENCE = new Set("crontab at batch systemctl service update-rc.d chkconfig launchctl schtasks".split(" "));
const CONTROL = new Set(
  "shutdown reboot halt poweroff init iptables ip6tables nft ufw firewall-cmd useradd userdel usermod adduser deluser passwd chpasswd groupadd mount umount swapoff sysctl modprobe insmod rmmod setenforce auditctl".split(
    " ",
  ),
); // prettier-ignore
const SIGNAL = new Set("kill pkill killall xkill taskkill".split(" "));
const WRAPPERS = new Set("env nohup time nice ionice stdbuf timeout setsid command exec builtin xargs watch busybox eval".split(" "));
const SHELLS = new Set("bash sh zsh dash ksh fish".split(" "));

/** What a shell string would do. */
export function shellMeaning(line: string, depth = 0): CommandMeaning {
  const meanings: CommandMeaning[] = [];
  if (/:\s*\(\s*\)\s*\{.*:\s*\|\s*:.*\}/s.test(line)) meanings.push(oneEffect("resource.exhaust", line, ["command.destructive"]));
  const reader: ShellReader = { line, depth, meanings, cwd: null, pipe: null };
  let argv: string[] = [];
  const words = shellWords(line);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as Word;
    if (!word.operator) argv.push(word.text);
    else if (word.text === ">" || word.text === ">>" || word.text === "&>") {
      const target = words[++i]?.text ?? "";
      if (/^\d$/.test(argv[argv.length - 1] ?? "")) argv.pop();
      if (target !== "/dev/null" && target !== "&") meanings.push(oneEffect("fs.write", target, classifyPathText(target)));
    } else if (word.text === "<" || word.text === "<<") i++;
    else {
      runCommand(reader, argv, word.text);
      argv = [];
    }
  }
  runCommand(reader, argv, "");
  for (const inner of line.matchAll(/\$\(([^()]*)\)|`([^`]*)`/g))
    if (depth < 4) meanings.push(shellMeaning(inner[1] ?? inner[2] ?? "", depth + 1));
  return merge(meanings);
}

/** `pipe` is what the command before gives to the next one: the program that made it, and the text where it is known. */
type ShellReader = {
  readonly line: string;
  readonly depth: number;
  readonly meanings: CommandMeaning[];
  cwd: string | null;
  pipe: { readonly program: string; readonly text: string | null; readonly decoded: boolean } | null;
};

function runCommand(reader: ShellReader, argv: readonly string[], operator: string): void {
  if (argv.length === 0) return;
  const program = programOf(argv);
  if (program === "cd" || program === "pushd") reader.cwd = argv[programIndex(argv) + 1] ?? "~";
  else reader.meanings.push(inDirectory(commandMeaning(argv, reader.depth), reader.cwd));
  const { pipe } = reader;
  const interprets = INTERPRETERS.has(program) || (PRIVILEGE.has(program) && argv.some((w) => SHELLS.has(baseName(w))));
  if (pipe !== null && interprets) {
    if (NETWORK.has(pipe.program) || pipe.decoded)
      reader.meanings.push(oneEffect("code.hidden", reader.line, ["command.interpreter", "command.network"]));
    if (pipe.text !== null && SHELLS.has(program) && reader.depth < 4) reader.meanings.push(shellMeaning(pipe.text, reader.depth + 1));
  }
  reader.pipe = operator === "|" || operator === "|&" ? piped(argv.slice(programIndex(argv)), program, pipe) : null;
}

const DECODES = /^(base64|base32|xxd|openssl|gunzip|zcat|gzip|bzip2|xz|rev|uudecode)$/;

function piped(argv: readonly string[], program: string, before: ShellReader["pipe"]): ShellReader["pipe"] {
  const args = argv.slice(1).filter((a) => !/^-[neE]+$/.test(a));
  if (program === "echo" || program === "printf") return { program, text: args.join(" "), decoded: false };
  const decodes =
    DECODES.test(program) &&
    args.some((a) => /^(-d|-D|--decode|-r|-p|-dc|-di)$/.test(a) || program === "rev" || program === "zcat" || program === "gunzip");
  if (!decodes && program !== "rev")
    return {
      program: before !== null && NETWORK.has(before.program) ? before.program : program,
      text: program === "cat" || program === "tee" ? (before?.text ?? null) : null,
      decoded: before?.decoded === true,
    };
  const text = before?.text ?? null;
  const decoded =
    text === null
      ? null
      : program === "base64"
        ? Buffer.from(text, "base64").toString("utf8")
        : program === "xxd"
          ? Buffer.from(text, "hex").toString("utf8")
          : program === "rev"
            ? [...text].reverse().join("")
            : null;
  return { program: before !== null && NETWORK.has(before.program) ? before.program : program, text: decoded, decoded: true };
}

/** Relative targets after `cd DIR` are below DIR. */
function inDirectory(meaning: CommandMeaning, cwd: string | null): CommandMeaning {
  if (cwd === null) return meaning;
  const effects = meaning.effects.map((effect) => {
    if (!effect.classes.includes("path.workspace")) return effect;
    const target = `${cwd.replace(/\/$/, "")}/${effect.target}`;
    return { ...effect, target, classes: classifyPathText(target.replace(/\/\.?$/, "/")) };
  });
  const ruinous = effects.some((e) => e.kind === "fs.delete_tree" && e.classes.some((c) => RUINOUS.has(c)));
  return { ...meaning, classes: ruinous ? ["command.destructive"] : meaning.classes, effects };
}
const RUINOUS: ReadonlySet<TargetClass> = new Set(["path.root", "path.system_sensitive", "path.home", "path.credentials", "path.device"]);

const baseName = (word: string): string => (word.split("/").pop() ?? word).replace(/\.exe$/i, "");

/** The program that really runs, wrappers and variable assignments skipped. */
function programOf(argv: readonly string[]): string {
  return baseName(argv[programIndex(argv)] ?? "");
}
function programIndex(argv: readonly string[]): number {
  let i = 0;
  while (i < argv.length - 1) {
    const word = argv[i] as string;
    const base = baseName(word);
    if (/^[A-Za-z_]\w*=/.test(word)) i++;
    else if (WRAPPERS.has(base)) {
      i++;
      while (
        i < argv.length - 1 &&
        (/^-/.test(argv[i] as string) || /^[A-Za-z_]\w*=/.test(argv[i] as string) || (base === "timeout" && /^\d/.test(argv[i] as string)))
      )
        i++;
    } else break;
  }
  return i;
}

/** What an argument vector would do. */
export function commandMeaning(full: readonly string[], depth = 0): CommandMeaning {
  const argv = full.slice(programIndex(full));
  const program = baseName(argv[0] ?? "");
  const args = argv.slice(1);
  if (PRIVILEGE.has(program)) {
    const rest = args.slice(args.findIndex((a) => !a.startsWith("-")));
    const inner = depth < 4 && rest.length > 0 && program !== "su" ? commandMeaning(rest, depth + 1) : merge([]);
    return merge([{ classes: ["command.privilege"], effects: [], nested: [] }, inner]);
  }
  if (INTERPRETERS.has(program)) return interpreterMeaning(program, args, depth);
  if (program === "rm" || program === "rmdir" || program === "unlink" || program === "del" || program === "rd") return removeMeaning(args);
  if (program === "find") return findMeaning(args);
  if (DESTRUCTIVE.has(program) || program.startsWith("mkfs.")) return destructiveMeaning(program, args);
  if (program === "chmod" || program === "chown" || program === "chgrp") return changeMeaning(args);
  if (program === "truncate" || program === "tee")
    return { classes: ["command.build"], effects: pathEffects("fs.write", args), nested: [] };
  if (CONTROL.has(program)) return merge([oneEffect("system.control", full.join(" "), ["command.privilege"])]);
  if (SIGNAL.has(program)) return merge([oneEffect("process.signal", args.join(" "), ["command.process"])]);
  if (PERSISTENCE.has(program)) return persistenceMeaning(program, args);
  if (NETWORK.has(program)) return networkMeaning(program, args);
  if (INSTALLERS.has(program)) return installerMeaning(args);
  if (program === "cat" || program === "cp" || program === "mv" || program === "head" || program === "tail" || program === "base64") {
    return { classes: ["command.inspect"], effects: pathEffects("fs.read", args), nested: [] };
  }
  if (BUILD.has(program)) return { classes: ["command.build"], effects: [], nested: [] };
  if (INSPECT.has(program)) return { classes: ["command.inspect"], effects: [], nested: [] };
  return { classes: ["command.unknown"], effects: [], nested: [] };
}

const operands = (args: readonly string[]): string[] => args.filter((a) => !a.startsWith("-"));
const oneEffect = (kind: EffectKind, target: string, classes: readonly TargetClass[]): CommandMeaning => ({
  classes: classes.filter((c) => c.startsWith("command.")),
  effects: [{ kind, target, classes }],
  nested: [],
});
const pathEffects = (kind: EffectKind, args: readonly string[]): CommandEffect[] =>
  operands(args)
    .filter((a) => a.includes("/") || a.startsWith("~") || a.startsWith("."))
    .map((target) => ({ kind, target, classes: classifyPathText(target) }));

function removeMeaning(args: readonly string[]): CommandMeaning {
  const recursive = args.some((a) => /^-[a-zA-Z]*[rR]/.test(a) || a === "--recursive" || /^\/s$/i.test(a));
  const targets = operands(args).filter((a) => !/^\/[a-z]$/i.test(a));
  const effects = targets.map((target) => ({
    kind: recursive ? ("fs.delete_tree" as const) : ("fs.delete" as const),
    target,
    classes: classifyPathText(target),
  }));
  const ruinous = recursive && effects.some((e) => e.classes.some((c) => RUINOUS.has(c)));
  return { classes: [ruinous ? "command.destructive" : "command.build"], effects, nested: [] };
}

function findMeaning(args: readonly string[]): CommandMeaning {
  const exec = args.findIndex((a) => /^-(exec|execdir|ok)$/.test(a));
  const roots = args.slice(
    0,
    Math.max(
      0,
      args.findIndex((a) => a.startsWith("-")),
    ),
  );
  if (args.includes("-delete")) {
    const effects = roots.map((target) => ({ kind: "fs.delete_tree" as const, target, classes: classifyPathText(target) }));
    return {
      classes: [
        effects.some((e) => e.classes.includes("path.root") || e.classes.includes("path.system_sensitive"))
          ? "command.destructive"
          : "command.build",
      ],
      effects,
      nested: [],
    };
  }
  if (exec < 0) return { classes: ["command.inspect"], effects: [], nested: [] };
  const inner = args.slice(exec + 1).filter((a) => a !== ";" && a !== "+");
  return commandMeaning(
    inner.flatMap((a) => (a === "{}" ? roots : [a])),
    1,
  );
}

function destructiveMeaning(program: string, args: readonly string[]): CommandMeaning {
  const outputs = program === "dd" ? args.filter((a) => a.startsWith("of=")).map((a) => a.slice(3)) : operands(args);
  const harmless = program === "dd" && outputs.every((o) => classifyPathText(o).every((c) => c === "path.workspace" || c === "path.tmp"));
  const effects = outputs.map((target) => ({ kind: "fs.write" as const, target, classes: classifyPathText(target) }));
  return { classes: [harmless ? "command.build" : "command.destructive"], effects, nested: [] };
}

function changeMeaning(args: readonly string[]): CommandMeaning {
  const targets = operands(args).slice(1);
  const effects = targets.map((target) => ({ kind: "fs.write" as const, target, classes: classifyPathText(target) }));
  const recursive = args.some((a) => /^-[a-zA-Z]*R/.test(a));
  const ruinous = recursive && effects.some((e) => e.classes.some((c) => c === "path.root" || c === "path.system_sensitive"));
  return { classes: [ruinous ? "command.destructive" : "command.build"], effects, nested: [] };
}

function persistenceMeaning(program: string, args: readonly string[]): CommandMeaning {
  const looksOnly = args.some((a) => /^(status|list|show|is-active|is-enabled|list-units|-l|cat)$/.test(a));
  if (looksOnly) return { classes: ["command.inspect"], effects: [], nested: [] };
  return oneEffect("system.control", `${program} ${args.join(" ")}`, ["command.persistence"]);
}

function networkMeaning(program: string, args: readonly string[]): CommandMeaning {
  const url = operands(args).find((a) => /:\/\/|\.[a-z]{2,}|^\d+\.\d+/.test(a)) ?? "";
  const sends =
    args.some((a) => /^(-d|--data.*|-F|--form|-T|--upload-file|--post-(data|file)=?.*|--json)$/.test(a)) ||
    ["nc", "ncat", "netcat", "scp", "rsync", "socat", "telnet"].includes(program);
  const shell = ["nc", "ncat", "netcat", "socat"].includes(program) && args.some((a) => /^-[a-z]*[ec]$|^exec:|--exec|sh$/i.test(a));
  const classes = classifyHostText(hostOf(url));
  const effects: CommandEffect[] = url === "" ? [] : [{ kind: sends ? "net.send" : "net.fetch", target: url, classes }];
  return { classes: shell ? ["command.network", "command.destructive"] : ["command.network"], effects, nested: [] };
}

function installerMeaning(args: readonly string[]): CommandMeaning {
  const installs = args.some((a) => /^(install|add|i|ci|update|upgrade|remove|uninstall|purge|exec|dlx)$/.test(a));
  return { classes: [installs ? "command.install" : "command.build"], effects: [], nested: [] };
}

function interpreterMeaning(program: string, args: readonly string[], depth: number): CommandMeaning {
  const flag = args.findIndex((a) => /^-[a-z]*[ce]$/.test(a) || a === "--eval" || a === "-p" || a === "--command");
  const code = flag >= 0 ? args[flag + 1] : undefined;
  if (code !== undefined && SHELLS.has(program))
    return depth < 4 ? merge([{ classes: ["command.interpreter"], effects: [], nested: [] }, shellMeaning(code, depth + 1)]) : merge([]);
  if (code !== undefined && /^py|^python/.test(program))
    return { classes: ["command.interpreter"], effects: [], nested: [{ language: "python", code }] };
  if (code !== undefined && /^(node|nodejs|deno|bun)$/.test(program))
    return { classes: ["command.interpreter"], effects: [], nested: [{ language: "javascript", code }] };
  const runsModule = args.includes("-m");
  if (runsModule && args.some((a) => a === "pip")) return { classes: ["command.install"], effects: [], nested: [] };
  return {
    classes: runsModule || args[0] === "--version" || operands(args).length > 0 ? ["command.build"] : ["command.interpreter"],
    effects: [],
    nested: [],
  };
}

function merge(meanings: readonly CommandMeaning[]): CommandMeaning {
  const effects = meanings.flatMap((m) => m.effects);
  return { classes: [...new Set(meanings.flatMap((m) => m.classes))], effects, nested: meanings.flatMap((m) => m.nested) };
}
