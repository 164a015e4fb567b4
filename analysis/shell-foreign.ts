/** Programs in languages without a front end (Perl, Ruby, PHP, Lua, AppleScript, editors): what their literal texts say that they do. */
import type { Label } from "./effects.ts";
import {
  type CommandEffect,
  type CommandMeaning,
  classesLabels,
  holed,
  merge,
  oneEffect,
  pathEffect,
  writeEffects,
} from "./shell-meaning.ts";
import { classifyHostText, hostOf } from "./targets.ts";

export type ForeignReader = { readonly shell: (line: string, args: readonly string[]) => CommandMeaning };

const quoted = (word: string): string => (/^[\w./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

const CALL =
  /\b(?:system|exec|popen|shell_exec|passthru|qx|spawn|execute|proc_open|IO\.popen|Open3\.\w+|do shell script|(?:async-)?shell-command(?:-to-string)?|call-process(?:-shell-command)?)\b\s*[({]?\s*(?:((?:(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*,?\s*)+)|([^(){}"';]+)[)}])|`([^`]*)`|\b(?:qx|(?:system|exec)\s*\(?\s*qw)\s*[{(|]([^})|]*)[})|]/g;
const FOREIGN_SOCKET =
  /\b(fsockopen|pfsockopen|stream_socket_client|TCPSocket|UDPSocket|IO::Socket|socket\.tcp)\b|\/inet\/(tcp|udp)\/|connect\s*\(\s*\w+\s*,\s*sockaddr_in/;
const FOREIGN_DELETE = /\b(?:FileUtils\.rm_rf?|rmtree|remove_tree|FileUtils\.remove_dir)\b\s*\(?\s*["']([^"']+)["']/g;

const FOREIGN_UNLINK = /\b(?:unlink|File\.delete|os\.remove)\b\s*\(?\s*(?:glob\s*\(?\s*)?["'<]([^"'>]+)["'>]/g;

/** A literal text that names a path. */
const PATH = `["']([^"'\\n]+)["']`;
const FOREIGN_WRITES = [
  new RegExp(`\\b(?:File\\.(?:write|binwrite)|IO\\.write|file_put_contents|writefile)\\s*\\(?\\s*${PATH}`, "g"),
  new RegExp(`\\b(?:File\\.open|File\\.new|fopen|io\\.open|open)\\s*\\(?\\s*${PATH}\\s*,\\s*["'][waxr]?[wax+]b?\\+?["']`, "g"),
  /\bopen\b[^;"']*["']\s*\+?>>?\s*([^"'\s>]+)["']/g,
  new RegExp(`\\bopen\\b[^;"']*["']\\+?>>?(?::[^"']*)?["']\\s*,\\s*${PATH}`, "g"),
  new RegExp(`\\bchmod\\s*\\(?\\s*[0-7o]+\\s*,\\s*${PATH}`, "g"),
  new RegExp(`\\bch(?:mod|own)\\s*\\(\\s*${PATH}\\s*,`, "g"),
];
const FOREIGN_READS = [
  new RegExp(
    `\\b(?:File\\.(?:read|binread|readlines|foreach)|IO\\.(?:read|readlines)|file_get_contents|readfile|file|fopen|io\\.open|io\\.lines|File\\.open|read_file|slurp)\\s*\\(?\\s*${PATH}\\s*(?:[),]\\s*(?!["'][wa])|$)`,
    "g",
  ),
  /\bopen\b[^;"']*["']<\s*([^"'\s]+)["']/g,
  new RegExp(`\\bopen\\b[^;"']*["']<(?::[^"']*)?["']\\s*,\\s*${PATH}`, "g"),
];
const CLIENT =
  /\b(LWP|HTTP::Tiny|WWW::Mechanize|Mojo::UserAgent|Net::HTTP|URI\.open|open-uri|Faraday|HTTParty|RestClient|curl_init|curl_exec|socket\.http)\b|\b(?:file_get_contents|fopen|open|readfile|get|getstore)\s*\(?\s*["']https?:/;
const ADDRESS = /https?:\/\/[^\s"'`<>)]+/;
const RUNS_FETCHED =
  /\b(?:eval|instance_eval|loadstring|load|require|include)\b\s*\(?\s*(?:file_get_contents|URI\.open|open|get|Net::HTTP\.get|LWP::\S+get)\b\s*\(?[^;]*https?:/;
const RUNS_DECODED =
  /\b(?:eval|instance_eval|loadstring|assert)\b\s*\(?\s*(?:gzinflate|gzuncompress|str_rot13|unpack|decode_base64|base64_decode|Base64\.)/;
const FORKS_ON = /\bfork\b\s*(?:\(\))?\s*while\b|\b(?:while\s*\(?\s*(?:1|true)\s*\)?|for\s*\(;;\)|loop)\s*(?:do|\{)?\s*\{?\s*fork\b/;

const pathsIn = (code: string, forms: readonly RegExp[]): string[] =>
  forms.flatMap((form) => [...code.matchAll(form)].map((found) => found[1] as string)).filter((path) => !/^https?:/.test(path));

/** Files that are written and read, and what of them goes to a host. */
function dataEffects(code: string, ran: readonly CommandMeaning[]): CommandEffect[] {
  const read = pathsIn(code, FOREIGN_READS).map((path) => pathEffect("fs.read", path));
  const written = pathsIn(code, FOREIGN_WRITES).flatMap((path) => writeEffects(path, true));
  const url = CLIENT.test(code) ? ADDRESS.exec(code)?.[0] : undefined;
  const held = [...read, ...ran.flatMap((m) => m.effects.filter((e) => e.kind === "fs.read"))];
  const labels: readonly Label[] = [...new Set(held.flatMap((e) => classesLabels(e.classes)))];
  const reached: CommandEffect[] =
    url === undefined
      ? []
      : [{ kind: held.length > 0 ? "net.send" : "net.fetch", target: url, classes: classifyHostText(hostOf(holed(url))), labels }];
  return [...[...read, ...written].filter((e) => e.classes.some((c) => c !== "path.workspace")), ...reached];
}

/** `decode_base64("...")`, `base64_decode("...")`, `Base64.decode64("...")`. */
const DECODING = /\b(?:decode_base64|base64_decode|Base64\.(?:strict_)?decode64)\s*\(?\s*["']([A-Za-z0-9+/=]{8,4000})["']\s*\)?/g;

/** Languages without a front end: the literal texts that they hand to a shell, and a shell that they tie to a socket. */
export function foreignMeaning(given: string, reader: ForeignReader): CommandMeaning {
  const code = given.replace(DECODING, (_all, text: string) => JSON.stringify(Buffer.from(text, "base64").toString("utf8")));
  const calls = [...code.matchAll(CALL)].map((found) => lineOf(found));
  const tied = FOREIGN_SOCKET.test(code) && (/\b(exec|system|popen|shell_exec|spawn|proc_open|getline)\b/.test(code) || /`/.test(code));
  const deleted = [
    ...[...code.matchAll(FOREIGN_DELETE)].map((m) => pathEffect("fs.delete_tree", m[1] as string)),
    ...[...code.matchAll(FOREIGN_UNLINK)].map((m) => pathEffect("fs.delete", m[1] as string)),
  ];
  const decodes = RUNS_DECODED.test(given)
    ? [...given.matchAll(DECODING)].map(([, text]) => Buffer.from(text as string, "base64").toString("utf8"))
    : [];
  const ran = calls.map((line) => reader.shell(line, []));
  const data = dataEffects(code, ran);
  return merge([
    ...ran,
    ...(data.length === 0 ? [] : [{ classes: [], effects: data, nested: [] }]),
    ...decodes.map((inner) => foreignMeaning(inner, reader)),
    ...(decodes.length > 0 ? [oneEffect("code.hidden", holed(given).slice(0, 200), ["command.interpreter"])] : []),
    ...(RUNS_FETCHED.test(code) ? [oneEffect("code.hidden", holed(given).slice(0, 200), ["command.interpreter", "command.network"])] : []),
    ...(FORKS_ON.test(code) ? [oneEffect("resource.exhaust", holed(given).slice(0, 200), ["command.process"])] : []),
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
