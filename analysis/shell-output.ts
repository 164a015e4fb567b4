/** What a program prints, as far as it is known: echoed, copied, rewritten, decoded or fetched text, and what it is made of. */
import type { Label, TargetClass } from "./effects.ts";
import { sumLabels } from "./shell-checksums.ts";
import { joined, NO_OUTPUT, type Output } from "./shell-expand.ts";
import { operands } from "./shell-files.ts";
import { decoded, rewritten } from "./shell-filters.ts";
import { belowLabels, isListing, listing, OLDER, takesNewestOff } from "./shell-listings.ts";
import { BY_NAME, hasExpansion, labelsOf, NAMES_OF_ENVIRONMENT, unknownExpansion, withoutMarks } from "./shell-meaning.ts";
import { NETWORK } from "./shell-network.ts";
import { isAbsolute } from "./shell-paths.ts";
import { echoText, printfText } from "./shell-printf.ts";
import { printsRecording } from "./shell-recorders.ts";
import { optionValue } from "./shell-wrappers.ts";
import { normalisePath } from "./targets.ts";

/** `contentOf`: what a file holds; `cwd`: where the program runs, when the line says so. */
export type Reading = { readonly input: Output | null; readonly cwd: string | null; readonly contentOf: (path: string) => Output };

const DECODERS = /^(base64|base32|xxd|openssl|gunzip|zcat|gzip|bzip2|bunzip2|xz|unxz|rev|uudecode|gpg)$/;
const ALWAYS_DECODES = /^(rev|zcat|gunzip|bunzip2|unxz|uudecode)$/;
const COPIES = /^(cat|tee|pv|buffer|sponge)$/;
/** Filters that make another text of a known one: the line need not say which. */
const REWRITES =
  /^(tr|sed|awk|gawk|cut|perl|python3?|ruby|iconv|fold|paste|head|tail|sort|tac|uniq|nl|grep|egrep|fgrep|column|xargs|jq|yq|wc|base64|xxd)$/;
/** What they print says nothing about what they read. */
const SILENT = /^(mkdir|rmdir|rm|cp|mv|ln|touch|chmod|chown|sleep|wait|mkfifo|truncate|sync|kill)$/;
const SUMMARIES =
  /^(wc|sha\d*sum|md5sum|cksum|b2sum|test|diff|cmp|file|stat|ls|du|df|findmnt|mountpoint|mkdir|rm|cp|mv|chmod|git|make|npm|docker|ssh)$/;
/** What they print are secrets or settings of whoever runs them. */
const PRINTS_ENVIRONMENT = /^(env|printenv|set)$/;
const PRINTS_SECRETS: readonly (readonly [program: RegExp, words: RegExp])[] = [
  [/^git$/, /^(credential fill|credential-\w+ get)\b/],
  [/^pass$/, /^(show |[^-])/],
  [/^secret-tool$/, /^lookup/],
  [/^security$/, /^(find-(generic|internet)-password|dump-keychain)/],
  [
    /^aws$/,
    /configure (get|export)|sts (get-session-token|assume-role)|secretsmanager get-secret|ssm get-parameter.*decrypt|ecr get-login/,
  ],
  [/^gcloud$/, /auth (application-default )?print-|secrets versions access/],
  [/^az$/, /account get-access-token|keyvault secret show/],
  [/^gh$/, /^auth token|auth status.*-t/],
  [/^kubectl$/, /get secrets?\b.*(-o|--output)|config view.*--raw/],
  [/^vault$/, /^(kv get|read|token)/],
  [/^heroku$/, /^config|auth:token/],
  [/^gpg2?$/, /--export-secret/],
  [/^op$/, /^(read|item get)/],
]; // prettier-ignore
const PRIVATE_PRINTS = /^(history|fc|pg_dump|pg_dumpall|mysqldump|mongodump|xclip|xsel|pbpaste|wl-paste|last|lastlog|journalctl)$/;

export function outputOf(program: string, args: readonly string[], reading: Reading): Output {
  if (program === "echo") return textOutput(echoText(args));
  if (program === "printf") return textOutput(printfText(args) ?? unknownText("printf", args));
  const known = namedOutput(program, args, reading.cwd);
  if (known !== null) return known;
  const files = COPIES.test(program) && !args.some((a) => /^\/dev\/(zero|u?random)$/.test(a)) ? copied(program, args, reading) : null;
  const read = files ?? readFrom(program, args, reading);
  const fetched = NETWORK.has(program) || read.fetched;
  const decodes =
    DECODERS.test(program) &&
    (program !== "xxd" || args.some((a) => /^-[a-z]*r|^-revert$/.test(a))) &&
    (ALWAYS_DECODES.test(program) || args.some((a) => /^(-d|-D|--decode|-r|-p|-dc|-di|-[a-z]*d)$/.test(a)));
  if (decodes) {
    const text = read.text === null || hasExpansion(read.text) ? null : decoded(program, withoutMarks(read.text), args);
    return { ...read, text, hidden: true, fetched };
  }
  if (files !== null) return { ...files, fetched, hidden: files.hidden || fetched };
  if (NETWORK.has(program)) return { ...NO_OUTPUT, hidden: true, fetched: true, cause: "unknown.network" };
  if (SILENT.test(program)) return { ...NO_OUTPUT, text: "", cause: null };
  if (REWRITES.test(program) && read.text !== null && !hasExpansion(read.text)) {
    const text = rewritten(program, withoutMarks(read.text), args);
    return { ...read, text, hidden: read.hidden || text === null };
  }
  const labels = printedLabels(program, args, { read, cwd: reading.cwd });
  return { ...NO_OUTPUT, hidden: read.hidden && !SUMMARIES.test(program), fetched: read.fetched, labels, cause: causeOf(program, read) };
}

/** Labels of what a command line prints when a program in it prints secrets, or the environment; where it writes to a file, it prints nothing. */
export function secretsPrinted(line: string): readonly Label[] {
  return line.split(/\|\||&&|[|;\n]/).flatMap((command) => {
    const [program, ...args] = command.trim().split(/\s+/);
    const name = program?.slice(program.lastIndexOf("/") + 1) ?? "";
    if (command.includes(">")) return [];
    if (PRINTS_ENVIRONMENT.test(name)) return args.length === 0 ? ["env"] : [];
    return PRINTS_SECRETS.some(([secret, words]) => secret.test(name) && words.test(args.join(" "))) ? ["secret.private_key"] : [];
  });
}

/** Programs that print what they read, or a part of it. */
const FILTERS =
  /^(cat|tac|head|tail|less|more|sort|uniq|cut|paste|join|comm|fold|rev|tr|sed|[gmn]?awk|e?f?grep|rg|jq|yq|xq|base64|base32|xxd|od|hexdump|strings|nl|column|fmt|iconv|gzip|zcat|bzip2|xz|zstd|openssl|gpg|tar|zip|cpio|dd|perl|find|ls|read|xargs|tee|envsubst|m4|expand|dos2unix|split)$/;

/** What comes out of a filter of a file is the file's; other programs make what they print themselves. */
function causeOf(program: string, read: Output): TargetClass | null {
  if (!FILTERS.test(program)) return "unknown.unmodelled";
  if (read.cause === "unknown.file" || read.cause === "unknown.network" || read.cause === "unknown.input") return read.cause;
  return "unknown.unmodelled";
}

type Printing = { readonly read: Output; readonly cwd: string | null };

function printedLabels(program: string, args: readonly string[], { read, cwd }: Printing): readonly Label[] {
  if (program === "ls" || program === "find") return listing(program, args, cwd);
  if (program === "compgen" && args.some((a) => /^-[a-zA-Z]*[ev]$/.test(a))) return [NAMES_OF_ENVIRONMENT];
  if (/^(pgrep|pidof|ps)$/.test(program)) return [BY_NAME];
  if (PRINTS_SECRETS.some(([name, words]) => name.test(program) && words.test(args.join(" ")))) return ["secret.private_key"];
  // What a container was started with is in its description.
  if (/^(docker|podman|nerdctl)$/.test(program) && /^((container )?inspect|compose config)\b/.test(args.join(" "))) return ["env"];
  if (SUMMARIES.test(program)) return sumLabels(program, args, cwd);
  if (PRIVATE_PRINTS.test(program) || printsRecording(program, args)) return ["file", "file.private"];
  if (program === "yes" || args.some((a) => /^(if=)?\/dev\/(zero|u?random)$/.test(a)))
    return args.some((a) => /^(count=|-[cn])/.test(a)) ? [] : [ENDLESS];
  // A list of files stands for what they hold where the program reads them.
  const below = /^(tar|cpio|zip|xargs|cat|rsync|pax)$/.test(program) ? read.labels.flatMap(belowLabels) : [];
  const kept = program === "head" ? read.labels.filter((l) => l !== ENDLESS) : read.labels;
  const older = takesNewestOff(program, args) && read.labels.some(isListing) ? [OLDER] : [];
  return [...new Set([...kept, ...below, ...older, ...labelsOf(args.join(" "))])];
}

/** It never ends: what keeps it fills up. */
export const ENDLESS: Label = "shell:endless";

/** `which`, `pwd`, `mktemp`, `dirname`, `basename`, `env NAME`: what they print is known. */
function namedOutput(program: string, args: readonly string[], cwd: string | null): Output | null {
  const first = operands(args)[0];
  const given = (text: string): Output => ({ ...NO_OUTPUT, text: `${text}\n`, cause: null });
  const place = (name: string): string => unknownExpansion(name, { cause: null, labels: [] });
  switch (program) {
    case "which":
    case "command":
      return first === undefined || (program === "command" && !/^-[vV]/.test(args[0] ?? "")) ? null : given(first);
    case "type":
      return first === undefined || !/^-[pP]$/.test(args[0] ?? "") ? null : given(first);
    case "pwd":
      // Below where the program began, wherever exactly, it is still its own place.
      return given(cwd !== null && isAbsolute(cwd) ? cwd : place("PWD"));
    // The repository that the program stands in is what it works on.
    case "git":
      return repositoryPlace(args, place("PWD"), given);
    case "realpath":
    case "readlink":
      return first === undefined || (program === "readlink" && !args.some((a) => /^-[a-z]*[fem]/.test(a)))
        ? null
        : given(cutPath(first, normalisePath));
    case "mktemp":
      return given(mktempPath(args, place("TMPDIR")));
    case "basename":
      return first === undefined || args.some((a) => /^-./.test(a))
        ? null
        : given(cutPath(first, (path) => basenameText(path, operands(args)[1] ?? "")));
    case "dirname":
      return first === undefined ? null : given(cutPath(first, directoryText));
    case "seq":
      return sequence(args);
    case "printenv":
    case "env":
    case "set":
      return PRINTS_ENVIRONMENT.test(program) ? { ...NO_OUTPUT, labels: first === undefined ? ["env"] : [], cause: "unknown.env" } : null;
    default:
      return /^(uname|hostname|nproc|id|whoami|date|arch|tput|getconf|lsb_release|dpkg-architecture|locale|ulimit|umask|tty|logname)$/.test(
        program,
      )
        ? { ...NO_OUTPUT, cause: null }
        : null;
  }
}

/** `git rev-parse --git-dir`, `git rev-parse --git-path hooks`. */
function repositoryPlace(args: readonly string[], top: string, given: (text: string) => Output): Output | null {
  const [verb = "", asked = "", path = ""] = args.filter((_a, i) => args[0] !== "-C" || i > 1);
  if (verb !== "rev-parse") return null;
  if (asked === "--show-toplevel") return given(top);
  if (/^--(git-dir|absolute-git-dir|git-common-dir)$/.test(asked)) return given(`${top}/.git`);
  return asked === "--git-path" ? given(`${top}/.git/${path}`) : null;
}

function mktempPath(args: readonly string[], tmp: string): string {
  const template = operands(args.filter((_a, i) => !/^(-p|--suffix)$/.test(args[i - 1] ?? "")))[0];
  const directory = optionValue(args, /^-p$/);
  if (template === undefined) return `${directory ?? tmp}/tmp.made`;
  return template.includes("/") || !args.some((a) => /^-[a-z]*[tp]|--tmpdir/.test(a))
    ? template.replace(/X{3,}/, "made")
    : `${directory ?? tmp}/${template.replace(/X{3,}/, "made")}`;
}

/** Cuts a path at its slashes and leaves the values alone that are not known: their sources may hold slashes. */
function cutPath(path: string, cut: (path: string) => string): string {
  const values: string[] = [];
  const plain = path.replace(/\ue000[^\ue001]*\ue001/g, (value) => `\ue020${values.push(value) - 1}\ue021`);
  return cut(plain).replace(/\ue020(\d+)\ue021/g, (_all, n: string) => values[Number(n)] ?? "");
}

const directoryText = (path: string): string => {
  const plain = path.replace(/\/+$/, "");
  if (plain === "") return path === "" ? "." : "/";
  return plain.includes("/") ? plain.replace(/\/+[^/]*$/, "") || "/" : ".";
};

const basenameText = (path: string, suffix: string): string => {
  const base = path.replace(/\/+$/, "").split("/").pop() ?? path;
  return suffix !== "" && base.endsWith(suffix) && base !== suffix ? base.slice(0, -suffix.length) : base;
};

/** `seq 3`, `seq 1 2 9`, `seq 3 -1 1`, `seq -s, 3`; null with other options. */
function sequence(args: readonly string[]): Output | null {
  const mark = args.find((a) => /^-s./.test(a))?.slice(2) ?? optionValue(args, /^-s$/);
  const given = args.filter((a, i) => !/^-[sw]/.test(a) && args[i - 1] !== "-s");
  if (given.length === 0 || given.length > 3 || !given.every((a) => /^-?\d{1,9}$/.test(a))) return null;
  const numbers = given.map(Number);
  const [from, to] = [numbers.length === 1 ? 1 : (numbers[0] as number), numbers.at(-1) as number];
  const step = numbers.length === 3 ? (numbers[1] as number) : 1;
  const count = step === 0 ? 0 : Math.max(0, Math.floor((to - from) / step) + 1);
  if (step === 0 || count > MOST_NUMBERS) return null;
  const list = Array.from({ length: count }, (_x, i) => String(from + i * step));
  const wide = args.includes("-w") && list.every((n) => !n.startsWith("-")) ? Math.max(0, ...list.map((n) => n.length)) : 0;
  if (args.includes("-w") && wide === 0) return null;
  return { ...NO_OUTPUT, text: count === 0 ? "" : `${list.map((n) => n.padStart(wide, "0")).join(mark ?? "\n")}\n`, cause: null };
}
const MOST_NUMBERS = 1_000;

const textOutput = (text: string): Output => {
  if (!hasExpansion(text) && !text.includes("{?}")) return { ...NO_OUTPUT, text, cause: null };
  const labels = labelsOf(text);
  const hidden = labels.some((l) => l.startsWith("shell:hidden") || l.startsWith("shell:fetched"));
  return {
    ...NO_OUTPUT,
    text: hidden || text.includes("{?}") ? null : text,
    hidden,
    fetched: labels.includes("shell:fetched"),
    labels,
    cause: "unknown.unmodelled",
  };
};
const unknownText = (program: string, args: readonly string[]): string =>
  `${unknownExpansion(`(${program})`, { cause: "unknown.unmodelled", labels: labelsOf(args.join(" ")) })}\n`;

/** `cat a b`, `tee` : the files or the input, one after the other. */
function copied(program: string, args: readonly string[], { input, contentOf }: Reading): Output {
  const files = program === "tee" ? [] : args.includes("-") ? args.filter((a) => a === "-" || !a.startsWith("-")) : operands(args);
  // It changes what it shows.
  if (program === "cat" && args.some((a) => /^-[AbeEnstTv]+$/.test(a))) {
    const shown = copied("cat", files, { input, contentOf, cwd: null });
    return { ...shown, text: null, template: shown.text ?? shown.template ?? "" };
  }
  if (files.length > 1 && files.includes("-"))
    return joined(files.map((f) => (f === "-" ? (input ?? { ...NO_OUTPUT, cause: "unknown.input" }) : contentOf(f))));
  if (files.length === 0 || files[0] === "-" || files[0] === "/dev/stdin") return input ?? { ...NO_OUTPUT, cause: "unknown.input" };
  return joined(files.map(contentOf));
}

/** Options whose value is no file, by filter. */
const FILTER_VALUES: Readonly<Record<string, RegExp>> = {
  ...{ head: /^-[nc]$/, tail: /^-[nc]$/, xxd: /^-[clogs]$/, od: /^-[AjNtSw]$/, hexdump: /^-[ensf]$/, sed: /^-[fl]$/, strings: /^-[nte]$/ },
  ...{ grep: /^-[efABCmd]$/, egrep: /^-[efABCmd]$/, fgrep: /^-[efABCmd]$/, base64: /^-[wb]$/, sort: /^-[tkTSo]$/ },
};

/** What a filter reads: its files, or its input. */
function readFrom(program: string, args: readonly string[], reading: Reading): Output {
  if (SUMMARIES.test(program)) return reading.input ?? NO_OUTPUT;
  const patterned = /^(grep|egrep|fgrep|rg|awk|gawk|sed|jq|yq|perl|tr|cut|xargs)$/.test(program);
  // A list of names on standard input.
  if (
    program === "cpio" ||
    (program === "tar" && args.some((a, i) => a === "-" && /^-?[a-zA-Z]*T$|^--files-from$/.test(args[i - 1] ?? "")))
  )
    return reading.input ?? NO_OUTPUT;
  const valued = FILTER_VALUES[program] ?? /^(-[dfknpoCTw]|--?in|--?out)$/;
  const given = operands(args.filter((_a, i) => !valued.test(args[i - 1] ?? "")));
  const from = FILTERS.test(program) ? given : given.filter((f) => /[/~]/.test(f));
  const files = [
    ...from.slice((program === "tar" && /^[a-zA-Z]+$/.test(args[0] ?? "")) || (patterned && !args.includes("-e")) ? 1 : 0),
    optionValue(args, /^(-in|--input)$/) ?? "",
  ].filter((f) => /[/~.\ue000]|^\w+$/.test(f) && f !== "-");
  const named =
    program === "tar" || program === "zip" || program === "gzip" || program === "openssl" || program === "dd"
      ? [...files, ...fileOperands(args)]
      : files;
  const readable = named.filter((f) => f !== "");
  if (readable.length === 0 || program === "tr") return reading.input ?? { ...NO_OUTPUT, cause: NO_OUTPUT.cause };
  return copied("cat", readable, reading);
}

const fileOperands = (args: readonly string[]): string[] => args.filter((a) => a.startsWith("if=")).map((a) => a.slice(3));
