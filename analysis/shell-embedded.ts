/** Commands inside the arguments and inputs of other programs: `git -c alias.x=!cmd`, `vim -c :!cmd`, `sed e`, `tar --checkpoint-action`, make files. */
import { startedByAwk } from "./shell-awk.ts";
import type { Output } from "./shell-expand.ts";
import { type CommandMeaning, holed, merge, oneEffect, pathEffect } from "./shell-meaning.ts";
import { optionValue } from "./shell-wrappers.ts";

type Reader = { readonly shell: (line: string, args: readonly string[]) => CommandMeaning; readonly input: Output | null };

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
      return after(/^(-e|--rsh)$/).filter((line) => /\bsh\b|;|\|/.test(line) && !/^ssh\b/.test(line));
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
      return (input?.text ?? "").split("\n").flatMap((row) => /^!(.*)$/.exec(row)?.[1] ?? []);
    case "sed":
      return sedLines(args);
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
      return [];
  }
}

const quoted = (word: string): string => (/^[\w./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

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

/** `git config alias.x '!cmd'`. */
const aliases = (args: readonly string[]): string[] =>
  args.includes("config") ? args.flatMap((a, i) => (/^alias\./i.test(args[i - 1] ?? "") && a.startsWith("!") ? [a.slice(1)] : [])) : [];

const recipes = (text: string): string[] => text.split("\n").flatMap((row) => /^\t[@+-]*(.*)$/.exec(row)?.[1] ?? []);

/** `1e cmd` and the `e` flag of `s///e`. */
function sedLines(args: readonly string[]): string[] {
  const script = optionValue(args, /^(-e|--expression)$/) ?? args.find((a) => !a.startsWith("-")) ?? "";
  const run = /^\s*(?:\d+|\$|\/[^/]*\/)?\s*e\s+(.+)$/.exec(script)?.[1];
  const replaced = /^s(.)(?:(?!\1).)*\1((?:(?!\1).)*)\1[gi0-9]*e/.exec(script)?.[2];
  return [...(run === undefined ? [] : [run]), ...(replaced === undefined ? [] : [replaced])];
}

/** Programs of awk, and of languages without a front end. */
function foreignIn(program: string, args: readonly string[], reader: Reader): CommandMeaning[] {
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

const CALL =
  /\b(?:system|exec|popen|shell_exec|passthru|qx|spawn|execute|proc_open|IO\.popen|Open3\.\w+)\b\s*[({]?\s*(?:((?:(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*,?\s*)+)|([^(){}"';]+)[)}])|`([^`]*)`|\bqx\s*[{(|]([^})|]*)[})|]/g;
const FOREIGN_SOCKET =
  /\b(fsockopen|pfsockopen|stream_socket_client|TCPSocket|UDPSocket|IO::Socket|socket\.tcp)\b|\/inet\/(tcp|udp)\/|connect\s*\(\s*\w+\s*,\s*sockaddr_in/;
const FOREIGN_DELETE = /\b(?:FileUtils\.rm_rf?|rmtree|remove_tree|FileUtils\.remove_dir)\b\s*\(?\s*["']([^"']+)["']/g;

const FOREIGN_UNLINK = /\b(?:unlink|File\.delete|os\.remove)\b\s*\(?\s*(?:glob\s*\(?\s*)?["'<]([^"'>]+)["'>]/g;

/** `decode_base64("...")`, `base64_decode("...")`, `Base64.decode64("...")`. */
const DECODING = /\b(?:decode_base64|base64_decode|Base64\.(?:strict_)?decode64)\s*\(?\s*["']([A-Za-z0-9+/=]{8,4000})["']\s*\)?/g;

/** Languages without a front end: the literal texts that they hand to a shell, and a shell that they tie to a socket. */
export function foreignMeaning(given: string, reader: Reader): CommandMeaning {
  const code = given.replace(DECODING, (_all, text: string) => JSON.stringify(Buffer.from(text, "base64").toString("utf8")));
  const calls = [...code.matchAll(CALL)].map((found) => lineOf(found));
  const tied = FOREIGN_SOCKET.test(code) && (/\b(exec|system|popen|shell_exec|spawn|proc_open|getline)\b/.test(code) || /`/.test(code));
  const deleted = [
    ...[...code.matchAll(FOREIGN_DELETE)].map((m) => pathEffect("fs.delete_tree", m[1] as string)),
    ...[...code.matchAll(FOREIGN_UNLINK)].map((m) => pathEffect("fs.delete", m[1] as string)),
  ];
  return merge([
    ...calls.map((line) => reader.shell(line, [])),
    ...(deleted.length === 0 ? [] : [{ classes: [], effects: deleted, nested: [] }]),
    ...(code !== given && calls.length > 0 ? [oneEffect("code.hidden", holed(given).slice(0, 200), ["command.interpreter"])] : []),
    ...(tied ? [oneEffect("code.hidden", holed(code).slice(0, 200), ["command.network", "command.destructive"])] : []),
  ]);
}

/** A list of literals is an argument vector. */
function lineOf(found: RegExpMatchArray): string {
  const literals = found[1]?.match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g)?.map((l) => l.slice(1, -1).replace(/\\(["'\\])/g, "$1")) ?? null;
  if (literals === null) return found[2] ?? found[3] ?? found[4] ?? "";
  return literals.length === 1 ? (literals[0] as string) : literals.map(quoted).join(" ");
}
