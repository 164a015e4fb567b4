/** Filters on known texts: what `base64 -d`, `rev`, `tr`, `sed s/a/b/`, `cut -c` make of a constant. null: not computed. */
import { gunzipSync, inflateSync } from "node:zlib";
import { RE2JS } from "re2js";
import { yamlData } from "./pure/text-formats.ts";
import { basicExpression, counted, cut, ends, matchingLines, sorted, uniq } from "./shell-lines.ts";
import { optionValue } from "./shell-wrappers.ts";

const LARGEST = 65_536;

export function decoded(program: string, text: string, args: readonly string[]): string | null {
  if (text.length > LARGEST) return null;
  if (program === "base64" || (program === "openssl" && args.some((a) => a === "base64" || a === "-base64" || a === "-a")))
    return bytesText(Buffer.from(text, "base64"));
  if (program === "base32") return bytesText(fromBase32(text));
  if (program === "xxd") return bytesText(Buffer.from(text.replace(/\s/g, ""), "hex"));
  if (program === "gunzip" || program === "zcat" || program === "gzip") return inflated(text);
  if (program !== "rev") return null;
  return text
    .split("\n")
    .map((l) => [...l].reverse().join(""))
    .join("\n"); // prettier-ignore
}

/** Bytes that are no text stay one character each, for what decodes them next. */
function bytesText(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return text.includes("\ufffd") ? bytes.toString("latin1") : text;
}

function fromBase32(text: string): Buffer {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let bits = "";
  for (const c of text.toUpperCase()) if (alphabet.includes(c)) bits += alphabet.indexOf(c).toString(2).padStart(5, "0");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((b) => Number.parseInt(b, 2)));
}

function inflated(text: string): string | null {
  const bytes = Buffer.from(text, "latin1");
  for (const open of [gunzipSync, inflateSync])
    try {
      return open(bytes, { maxOutputLength: LARGEST }).toString("utf8");
    } catch {
      // Not in this format.
    }
  return null;
}

/** `base64`, `xxd -p`: a text as another kind of text. */
function encoded(program: string, text: string, args: readonly string[]): string | null {
  const bytes = Buffer.from(text, "utf8");
  if (program === "xxd") return args.join(" ") === "-p" && bytes.length <= 30 ? `${bytes.toString("hex")}\n` : null;
  const coded = bytes.toString("base64");
  if (args.length === 0) return coded.replace(/.{76}(?=.)/g, "$&\n") + (coded === "" ? "" : "\n");
  return /^(-w ?0|--wrap=0)$/.test(args.join(" ")) ? coded : null;
}

export function rewritten(program: string, text: string, args: readonly string[]): string | null {
  if (text.length > LARGEST) return null;
  switch (program) {
    case "base64":
    case "xxd":
      return encoded(program, text, args);
    case "tr":
      return translated(text, args);
    case "sed":
      return substituted(text, args);
    case "cut":
      return cut(text, args);
    case "head":
    case "tail":
      return ends(program, text, args);
    case "tac":
      return text
        .split(/(?<=\n)/)
        .reverse()
        .join(""); // prettier-ignore
    case "sort":
      return sorted(text, args);
    case "wc":
      return counted(text, args);
    case "awk":
    case "gawk":
      return columns(text, args);
    case "grep":
    case "egrep":
    case "fgrep":
      return matchingLines(program, text, args);
    case "jq":
      return queried(text, args, JSON.parse);
    case "yq":
      return queried(text, ["-r", ...args.filter((a) => !/^(eval|e|-|-P|-o=\w+)$/.test(a))], yamlData);
    case "paste":
      return pasted(text, args);
    case "uniq":
      return uniq(text, args);
    default:
      return null;
  }
}

/** `jq -r .a.b[0]` on a known document. */
function queried(text: string, args: readonly string[], parse: (text: string) => unknown): string | null {
  const [path, ...others] = args.filter((a) => !a.startsWith("-"));
  if (path === undefined || others.length > 0 || !/^(\.\w+|\.?\[(\d+|"[^"\]]*")?\])+$/.test(path)) return null;
  try {
    let found: unknown[] = [parse(text)];
    for (const [, name, index] of path.matchAll(/\.(\w+)|\[([^\]]*)\]/g)) {
      const key = name ?? (index as string).replace(/^"|"$/g, "");
      found = found.flatMap((value) =>
        typeof value !== "object" || value === null ? [] : key === "" ? Object.values(value) : [(value as Record<string, unknown>)[key]],
      );
    }
    const raw = args.some((a) => /^(-[a-z]*r|--raw-output)/.test(a));
    return found.map((value) => `${raw && typeof value === "string" ? value : JSON.stringify(value ?? null)}\n`).join("");
  } catch {
    return null;
  }
}

/** `paste -s -d,`: the lines in one. */
function pasted(text: string, args: readonly string[]): string | null {
  const options = args.filter((a) => a.startsWith("-") && a !== "-");
  const at = args.findIndex((a) => /^-s?d$/.test(a));
  const mark = at < 0 ? (options.find((a) => /^-s?d./.test(a))?.replace(/^-s?d/, "") ?? "\t") : (args[at + 1] ?? "");
  if (!options.some((a) => /^-d?s/.test(a) || a === "--serial")) return null;
  const marks = charactersOf(mark.replace(/\\0/g, ""));
  const lines = text.replace(/\n$/, "").split("\n");
  return `${lines.map((line, i) => (i === 0 ? line : (marks[(i - 1) % Math.max(marks.length, 1)] ?? "") + line)).join("")}\n`;
}

const CLASSES: Readonly<Record<string, string>> = {
  "[:upper:]": "A-Z",
  "[:lower:]": "a-z",
  "[:digit:]": "0-9",
  "[:alpha:]": "A-Za-z",
  "[:alnum:]": "A-Za-z0-9",
  "[:space:]": " \t\n\r",
  "[:blank:]": " \t",
  "[:punct:]": "!-/:-@[-`{-~",
}; // prettier-ignore

function charactersOf(set: string): string[] {
  const plain = set
    .replace(/\[:\w+:\]/g, (name) => CLASSES[name] ?? name)
    .replace(/\\(n|t|r|\\|[0-7]{1,3})/g, (_a, c: string) =>
      c === "n" ? "\n" : c === "t" ? "\t" : c === "r" ? "\r" : c === "\\" ? "\\" : String.fromCharCode(Number.parseInt(c, 8)),
    );
  const out: string[] = [];
  for (let i = 0; i < plain.length; i++) {
    const to = plain[i + 1] === "-" ? plain.charCodeAt(i + 2) : Number.NaN;
    if (Number.isNaN(to) || to < plain.charCodeAt(i)) out.push(plain[i] as string);
    else {
      for (let c = plain.charCodeAt(i); c <= to && out.length < 1_000; c++) out.push(String.fromCharCode(c));
      i += 2;
    }
  }
  return out;
}

function translated(text: string, args: readonly string[]): string | null {
  const first = args.findIndex((a) => !/^-[a-zA-Z]+$/.test(a));
  const options = args
    .slice(0, first < 0 ? undefined : first)
    .join("")
    .replaceAll("-", "");
  const [from, to, ...more] = args.slice(first < 0 ? args.length : args[first] === "--" ? first + 1 : first);
  if (from === undefined || more.length > 0 || /[^dscC]/.test(options)) return null;
  const turned = /[cC]/.test(options);
  const source = charactersOf(from);
  const chosen = (c: string): boolean => source.includes(c) !== turned;
  if (options.includes("d")) {
    const left = [...text].filter((c) => !chosen(c)).join("");
    return options.includes("s") ? squeezed(left, charactersOf(to ?? "")) : left;
  }
  if (turned)
    return to === undefined || options.includes("s")
      ? null
      : [...text].map((c) => (chosen(c) ? (charactersOf(to).at(-1) ?? c) : c)).join("");
  if (to === undefined) return options.includes("s") ? squeezed(text, source) : null;
  const target = charactersOf(to);
  const map = new Map(source.map((c, i) => [c, target[Math.min(i, target.length - 1)] ?? ""]));
  const out = [...text].map((c) => map.get(c) ?? c).join("");
  return options.includes("s") ? squeezed(out, target) : out;
}

const squeezed = (text: string, set: readonly string[]): string =>
  [...text].filter((c, i, all) => c !== all[i - 1] || !set.includes(c)).join("");

/** `s/a/b/g` and `y/abc/xyz/`, on a linear-time engine. */
function substituted(text: string, args: readonly string[]): string | null {
  if (args.some((a) => /^-[a-zA-Z]*[nifsz]/.test(a))) return null;
  const extended = args.some((a) => /^-[a-zA-Z]*[Er]/.test(a));
  const given = args.filter((a, i) => args[i - 1] === "-e" || /^--expression=/.test(a)).map((a) => a.replace(/^--expression=/, ""));
  const scripts = given.length > 0 ? given : args.filter((a) => !a.startsWith("-")).slice(0, 1);
  let out = text;
  for (const command of scripts.flatMap((s) => commandsOf(s))) {
    const next = command === null ? null : edited(out, command, extended);
    if (next === null) return null;
    out = next;
  }
  return out;
}

type Edit = { readonly verb: string; readonly from: string; readonly to: string; readonly flags: string };

function commandsOf(script: string): (Edit | null)[] {
  const out: (Edit | null)[] = [];
  let rest = script.trim();
  while (rest !== "" && out.length < 20) {
    const mark = rest[1] ?? "";
    const parts = /^[sy]/.test(rest) && mark !== "" ? delimited(rest.slice(2), mark) : null;
    if (parts === null) return [...out, null];
    const flags = /^[gIi0-9]*/.exec(parts.rest)?.[0] ?? "";
    out.push({ verb: rest[0] as string, from: parts.from, to: parts.to, flags });
    rest = parts.rest.slice(flags.length).replace(/^[\s;]+/, "");
  }
  return out;
}

function delimited(text: string, mark: string): { from: string; to: string; rest: string } | null {
  const parts: string[] = [];
  let at = 0;
  for (let i = 0; i < text.length && parts.length < 2; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === mark) {
      parts.push(text.slice(at, i));
      at = i + 1;
    }
  }
  return parts.length === 2 ? { from: parts[0] as string, to: parts[1] as string, rest: text.slice(at) } : null;
}

function edited(text: string, { verb, from, to, flags }: Edit, extended: boolean): string | null {
  if (verb === "y") return translated(text, [from, to]);
  if (/\d/.test(flags) || /\\[uUlLE]/.test(to)) return null;
  const source = extended ? from : basicExpression(from);
  const by = to.replace(/\\(\d)|\\(.)|[&$]/g, (all, group: string | undefined, c: string | undefined) =>
    group !== undefined ? (group === "0" ? "$&" : `$${group}`) : c !== undefined ? (c === "n" ? "\n" : c) : all === "&" ? "$&" : "$$",
  );
  try {
    const pattern = RE2JS.compile(source, /i/i.test(flags) ? RE2JS.CASE_INSENSITIVE : 0);
    const edit = (line: string): string =>
      flags.includes("g") ? pattern.matcher(line).replaceAll(by) : pattern.matcher(line).replaceFirst(by);
    // The end of the last line begins no other.
    const [lines, end] = text.endsWith("\n") ? [text.slice(0, -1), "\n"] : [text, ""];
    return lines.split("\n").map(edit).join("\n") + end;
  } catch {
    return null;
  }
}

/** `awk '{print $1 $2}'`. */
function columns(text: string, args: readonly string[]): string | null {
  const mark = args.find((a) => /^-F./.test(a))?.slice(2) ?? optionValue(args, /^-F$/);
  const found = /^\s*\{\s*print\s+((?:\$\w+|"[^"]*"|[\s,])+)\}\s*$/.exec(args.find((a) => a.includes("print")) ?? "");
  if (found === null) return null;
  if (args.some((a, i) => /^-[vf]/.test(a) && i < args.length)) return null;
  const line = (row: string): string => {
    const parts = mark === null ? row.trim().split(/\s+/) : row.split(mark);
    const items = (found[1] as string).match(/\$\w+|"[^"]*"|,/g) ?? [];
    return items
      .map((item) =>
        item === ","
          ? " "
          : item.startsWith('"')
            ? item.slice(1, -1)
            : item === "$0"
              ? row
              : item === "$NF"
                ? (parts.at(-1) ?? "")
                : (parts[Number(item.slice(1)) - 1] ?? ""),
      )
      .join("");
  };
  return `${text.replace(/\n$/, "").split("\n").map(line).join("\n")}\n`; // prettier-ignore
}
