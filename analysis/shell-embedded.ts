/** Commands inside the arguments and inputs of other programs: `git -c alias.x=!cmd`, `vim -c :!cmd`, `sed e`, `tar --checkpoint-action`, make files. */
import { startedByAwk } from "./shell-awk.ts";
import { type Output, programText } from "./shell-expand.ts";
import { rewritten } from "./shell-filters.ts";
import { type ForeignReader, foreignMeaning } from "./shell-foreign.ts";
import type { CommandMeaning } from "./shell-meaning.ts";
import { sshCommands } from "./shell-network.ts";
import { optionValue } from "./shell-wrappers.ts";

type Reader = ForeignReader & { readonly input: Output | null };

/** Lines that a program hands to a shell although it is no interpreter itself. */
export function embeddedMeaning(program: string, args: readonly string[], reader: Reader): CommandMeaning[] {
  const lines = linesIn(program, args, reader.input).filter((line) => line.trim() !== "");
  return [...lines.map((line) => reader.shell(line, [])), ...foreignIn(program, args, reader)];
}

function linesIn(program: string, args: readonly string[], input: Output | null): string[] {
  const after = (option: RegExp): string[] => args.flatMap((a, i) => (option.test(args[i - 1] ?? "") ? [a] : []));
  switch (program) {
    case "git":
      return after(/^(-c|--config-env)$/)
        .flatMap(gitSetting)
        .concat(
          args.flatMap((a) =>
            /^(--upload-pack|--receive-pack|--exec|--tree-filter|--index-filter)=/.test(a) ? [a.slice(a.indexOf("=") + 1)] : [],
          ),
          after(/^(--tree-filter|--index-filter|--msg-filter|-x|--exec)$/),
          submodule(args),
          bisected(args),
          aliases(args),
        ); // prettier-ignore
    case "vim":
    case "vi":
    case "nvim":
    case "ex":
      return [...after(/^(-c|--cmd)$/), ...args.filter((a) => a.startsWith("+"))].flatMap(
        (a) => /^\+?:?\s*(?:sil\w*\s+)?!(.*)$/.exec(a)?.[1] ?? [],
      );
    case "gdb":
    case "lldb":
      return after(/^(-ex|-eval-command|--eval-command|-iex|-o|--one-line)$/).flatMap(
        (a) => /^\s*(?:shell|!|pipe|platform shell)\s*(.*)$/.exec(a)?.[1] ?? [],
      );
    case "expect":
    case "tclsh":
      return [...after(/^-c$/), input?.text ?? ""].flatMap((code) =>
        [...code.matchAll(/(?:^|[;\n{])\s*(?:spawn|exec|system)\s+(?:-noecho\s+)?([^;\n}]+)/g)].map((m) => m[1] as string),
      );
    case "tar":
      return args
        .flatMap((a) => /^--(?:checkpoint-action=exec|to-command|use-compress-program|rsh-command|info-script)=(.*)$/.exec(a)?.[1] ?? [])
        .concat(after(/^(-I|--use-compress-program|--to-command|-F)$/));
    case "zip":
      return after(/^-TT$/);
    case "rsync":
    case "scp":
      return [...after(/^(-e|-S|--rsh)$/).filter((line) => !/^ssh\b/.test(line)), ...sshCommands(args)];
    case "sftp":
      return [...after(/^-S$/), ...sshCommands(args), ...escapes(input)];
    case "script":
      return after(/^(-[a-z]*c|--command)$/);
    case "tmux":
    case "screen":
      return args.filter((a, i) => i > 0 && /\s/.test(a));
    case "make":
    case "gmake":
      return after(/^(-f|--file)$/).some((f) => f === "-" || f === "/dev/stdin") && input?.text != null
        ? recipes(input.text)
        : args.flatMap((a) => /^--eval=(.*)$/.exec(a)?.[1]?.match(/\$\(shell ([^)]*)\)/)?.[1] ?? []);
    case "ftp":
    case "lftp":
    case "ed":
    case "bc":
      return escapes(input);
    case "crontab":
      return (programText(input) ?? "").split("\n").flatMap((row) => /^\s*(?:@\w+|(?:[\d*,/a-z-]+\s+){5})\s*(.+)$/i.exec(row)?.[1] ?? []);
    case "at":
    case "batch":
      return [programText(input) ?? ""];
    case "npx":
    case "npm":
      return after(/^(-c|--call)$/).concat(args.flatMap((a) => /^--call=(.*)$/.exec(a)?.[1] ?? []));
    case "capsh":
      return after(/^-c$/);
    case "man":
      return after(/^(-P|--pager)$/).concat(args.flatMap((a) => /^--pager=(.*)$/.exec(a)?.[1] ?? []));
    case "less":
    case "more":
      return args.flatMap((a) => /^\+!(.*)$/.exec(a)?.[1] ?? []);
    case "i3-msg":
    case "swaymsg":
    case "hyprctl":
      return args.includes("exec") ? [args.slice(args.indexOf("exec") + 1).join(" ")] : [];
    case "socat":
      return args.flatMap((a) => /^(?:exec|system|sh-c|cmd):["']?([^"',]*)/i.exec(a)?.[1] ?? []);
    case "nc":
    case "ncat":
    case "netcat":
      // A shell alone is tied to the connection, and that is seen there.
      return after(/^(-[a-z]*[ce]|--(sh-)?exec)$/).filter((line) => /\s/.test(line));
    case "sed":
      return sedLines(args, input);
    case "ansible":
      return modulesLine(args, after(/^(-a|--args)$/));
    case "salt":
    case "salt-ssh":
      return args.flatMap((_a, i) => (/^cmd\.(run|shell|script)/.test(args[i - 1] ?? "") ? [args[i] as string] : []));
    case "pdsh":
    case "pssh":
    case "parallel-ssh":
    case "clush":
    case "dsh":
      return [args.filter((a, i) => !a.startsWith("-") && !/^-[whlgnHpt]$/.test(args[i - 1] ?? "")).join(" ")];
    default:
      return SQL_CLIENTS.test(program) ? clientEscapes(program, [...args, programText(input) ?? ""].join("\n")) : [];
  }
}

/** `!LINE` among what a program of dialogue is told. */
const escapes = (input: Output | null): string[] =>
  (programText(input) ?? "").split("\n").flatMap((row) => /^\s*!(.+)$/.exec(row)?.[1] ?? []);

const SQL_CLIENTS = /^(mysql|mariadb|psql|sqlite3|duckdb|pgcli|mycli|litecli)$/;
/** `\! LINE`, `.shell LINE`, `system LINE`, `\o |LINE`, `COPY t FROM PROGRAM 'LINE'`. */
function clientEscapes(program: string, text: string): string[] {
  const lines = [
    ...text.matchAll(/(?:^|[\n;])\s*(?:\\!|\.(?:shell|system))\s*(.+)/g),
    ...text.matchAll(/(?:^|\n)\s*(?:\\[og]|\.(?:output|once|import))\s*\|(.+)/g),
  ];
  const own = /^(mysql|mariadb|mycli)$/.test(program) ? [...text.matchAll(/(?:^|[\n;])\s*system\s+(.+)/g)] : [];
  const copied = [...text.matchAll(/\bPROGRAM\s+'((?:[^']|'')*)'/gi)].map(([, line]) => (line as string).replaceAll("''", "'"));
  return [...[...lines, ...own].map((found) => found[1] as string), ...copied];
}

/** Settings of git that name a program. */
function gitSetting(setting: string): string[] {
  const found =
    /^(?:core\.(?:pager|editor|sshcommand|fsmonitor|askpass)|sequence\.editor|diff\.external|(?:pager|alias|credential|filter|difftool|mergetool|gpg)\..*)=(.*)$/i.exec(
      setting,
    );
  if (found === null) return [];
  const value = found[1] as string;
  return /^alias\./i.test(setting) ? (value.startsWith("!") ? [value.slice(1)] : []) : [value.replace(/^!/, "")];
}

/** `ansible all -m shell -a LINE`; without a module it is a command. */
function modulesLine(args: readonly string[], given: readonly string[]): string[] {
  const module = optionValue(args, /^(-m|--module-name)$/) ?? "command";
  return /^(ansible\.builtin\.)?(shell|command|raw|script)$/.test(module) ? [...given] : [];
}

const submodule = (args: readonly string[]): string[] => {
  const at = args.indexOf("foreach");
  const line = at > 0 && args[at - 1] === "submodule" ? args.slice(at + 1).filter((a) => !a.startsWith("--")) : [];
  return line.length === 0 ? [] : [line.join(" ")];
};

/** `git bisect run PROGRAM`. */
const bisected = (args: readonly string[]): string[] => {
  const at = args.indexOf("run");
  return at > 0 && args[at - 1] === "bisect" ? [args.slice(at + 1).join(" ")] : [];
};

/** `git config alias.x '!cmd'`. */
const aliases = (args: readonly string[]): string[] =>
  args.includes("config") ? args.flatMap((a, i) => (/^alias\./i.test(args[i - 1] ?? "") && a.startsWith("!") ? [a.slice(1)] : [])) : [];

const recipes = (text: string): string[] => text.split("\n").flatMap((row) => /^\t[@+-]*(.*)$/.exec(row)?.[1] ?? []);

/** `1e cmd` and the `e` flag of `s///e`. */
function sedLines(args: readonly string[], input: Output | null): string[] {
  const script = optionValue(args, /^(-e|--expression)$/) ?? args.find((a) => !a.startsWith("-")) ?? "";
  const run = /^\s*(?:\d+|\$|\/[^/]*\/)?\s*e\s+(.+)$/.exec(script)?.[1];
  const found = /^(s(.)(?:(?!\2).)*\2((?:(?!\2).)*)\2[gi0-9]*)e[gi0-9]*$/.exec(script);
  if (found === null) return run === undefined ? [] : [run];
  // What is run is the whole line with the replacement in it.
  return [(input?.text == null ? null : rewritten("sed", input.text, [found[1] as string])) ?? (found[3] as string)];
}

/** Programs of awk and of editors, and of languages without a front end. */
function foreignIn(program: string, args: readonly string[], reader: Reader): CommandMeaning[] {
  if (EDITORS.test(program)) {
    const code = args.filter((a, i) => /^(-c|--cmd|--eval|-eval|--execute|-s?c)$/.test(args[i - 1] ?? "") || a.startsWith("+")).join("\n");
    return code === "" ? [] : [foreignMeaning(code, reader)];
  }
  if (!/^[gmn]?awk$/.test(program)) return [];
  const valued = args.filter((_a, i) => !/^-[vFf]$/.test(args[i - 1] ?? ""));
  const code = valued.find((a) => !a.startsWith("-")) ?? "";
  const piped = [...code.matchAll(/"((?:[^"\\]|\\.)*)"\s*\|\s*getline|\bprint[^;}|]*\|\s*"((?:[^"\\]|\\.)*)"/g)].map(
    (m) => m[1] ?? m[2] ?? "",
  );
  const started = startedByAwk(code, args, reader.input).map(({ line, text }) =>
    text === null ? reader.shell(line, []) : reader.shell(`${line} <<< '${text.replace(/\n$/, "").replaceAll("'", "'\\''")}'`, []),
  );
  return [foreignMeaning(code, reader), ...piped.map((line) => reader.shell(line, [])), ...started];
}
const EDITORS = /^(vim?|nvim|ex|emacs|emacsclient)$/;
