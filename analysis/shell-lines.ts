/** Filters that choose, order and count the lines of a known text: `cut`, `head`, `sort`, `uniq`, `wc`, `grep`. null: not computed. */
import { RE2JS } from "re2js";
import { optionValue } from "./shell-wrappers.ts";

/** The lines, and whether the last one has an end. */
export function linesOf(text: string): { readonly lines: readonly string[]; readonly ended: boolean } {
  const ended = text.endsWith("\n");
  return { lines: text === "" ? [] : (ended ? text.slice(0, -1) : text).split("\n"), ended };
}
const joinedLines = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

export function cut(text: string, args: readonly string[]): string | null {
  const option = (name: string): string | null =>
    args.find((a) => a.startsWith(`-${name}`) && a.length > 2)?.slice(2) ?? optionValue(args, new RegExp(`^-${name}$`));
  const [characters, fields] = [option("c") ?? option("b"), option("f")];
  const mark = option("d") ?? "\t";
  const list = characters ?? fields;
  if (list === null || args.some((a) => /^--(?!complement$|output-delimiter=)/.test(a))) return null;
  const between = args.find((a) => a.startsWith("--output-delimiter="))?.slice(19) ?? (characters === null ? mark : "");
  const turned = args.includes("--complement");
  const { lines } = linesOf(text);
  const rows = lines.flatMap((row) => {
    // A line without the mark is printed whole.
    if (characters === null && !row.includes(mark)) return args.some((a) => /^-s$/.test(a)) ? [] : [row];
    const parts = characters !== null ? [...row] : row.split(mark);
    return [parts.filter((_part, i) => inList(list, i + 1) !== turned).join(between)];
  });
  return joinedLines(rows);
}

const inList = (list: string, n: number): boolean =>
  list.split(",").some((part) => {
    const [from, to] = part.includes("-") ? part.split("-") : [part, part];
    return n >= (from === "" ? 1 : Number(from)) && n <= (to === "" || to === undefined ? Number.POSITIVE_INFINITY : Number(to));
  });

/** `head -n 2`, `head -n -1`, `head -c 3`, `tail -n +2`, `tail -1`. */
export function ends(program: "head" | "tail", text: string, args: readonly string[]): string | null {
  const given = args.join(" ").replace(/^--(lines|bytes)=/, (_all, kind: string) => (kind === "lines" ? "-n" : "-c"));
  const found = /^(?:-([nc]) ?([-+]?)(\d+)|-(\d+)|([+])(\d+))?$/.exec(given);
  if (found === null) return null;
  const [, kind = "n", sign = "", count, plain, plus = "", from] = found;
  const number = Number(count ?? plain ?? from ?? "10");
  const { lines, ended } = linesOf(text);
  const parts = kind === "c" ? [...text] : lines.map((line, i) => (i < lines.length - 1 || ended ? `${line}\n` : line));
  const behind = sign === "+" || plus === "+";
  const kept =
    program === "head"
      ? parts.slice(0, sign === "-" ? Math.max(0, parts.length - number) : number)
      : behind
        ? parts.slice(Math.max(0, number - 1))
        : parts.slice(Math.max(0, parts.length - number));
  return kept.join("");
}

/** `-r`, `-n`, `-u`; keys and other orders are not computed. */
export function sorted(text: string, args: readonly string[]): string | null {
  const options = args.join("");
  if (args.length > 0 && !/^(-[rnu]+)+$/.test(options)) return null;
  const { lines } = linesOf(text);
  const numeric = options.includes("n");
  // Which order letters have is a matter of the place; without capitals and marks it is the same everywhere.
  if (numeric && !lines.every((line) => /^-?\d{1,15}$/.test(line))) return null;
  const order = numeric ? [...lines].sort((a, b) => Number(a) - Number(b)) : [...lines].sort();
  const once = options.includes("u") ? order.filter((line, i) => i === 0 || line !== order[i - 1]) : order;
  return joinedLines(options.includes("r") ? once.reverse() : once);
}

export function uniq(text: string, args: readonly string[]): string | null {
  const options = args.join("");
  if (args.length > 0 && !/^-[cdu]$/.test(options)) return null;
  const groups: { line: string; count: number }[] = [];
  for (const line of linesOf(text).lines) {
    const last = groups.at(-1);
    if (last?.line === line) last.count++;
    else groups.push({ line, count: 1 });
  }
  const kept = groups.filter(({ count }) => (options === "-d" ? count > 1 : options === "-u" ? count === 1 : true));
  return joinedLines(kept.map(({ line, count }) => (options === "-c" ? `${String(count).padStart(7)} ${line}` : line)));
}

/** `wc -l`, of what it reads on its input. */
export function counted(text: string, args: readonly string[]): string | null {
  if (args.length !== 1) return null;
  switch (args[0]) {
    case "-l":
      return `${text.split("\n").length - 1}\n`;
    case "-w":
      return `${text.split(/\s+/).filter((word) => word !== "").length}\n`;
    case "-c":
      return `${Buffer.byteLength(text)}\n`;
    case "-m":
      return `${[...text].length}\n`;
    default:
      return null;
  }
}

/** Basic expressions: brackets and repetition are plain without a backslash. */
export const basicExpression = (source: string): string =>
  source.replace(/\[[!^]?\]?(?:\[:\w+:\]|[^\]])*\]|\\?[(){}+?|]|^\*|\\[<>]/g, (all) => {
    if (all.startsWith("[")) return all;
    if (all === "*") return "\\*";
    if (all === "\\<" || all === "\\>") return "\\b";
    return all.startsWith("\\") ? all.slice(1) : `\\${all}`;
  });

/** Every match in a line, up to a number that no line of a program has. */
function found(pattern: RE2JS, row: string): string[] {
  const matcher = pattern.matcher(row);
  const out: string[] = [];
  while (out.length < 100 && matcher.find()) out.push(matcher.group() ?? "");
  return out.filter((match) => match !== "");
}

export function matchingLines(program: string, text: string, args: readonly string[]): string | null {
  const options = args
    .filter((a) => /^-[a-zA-Z]+$/.test(a))
    .join("")
    .replaceAll("-", "");
  const [pattern, ...more] = args.filter((a) => !/^-[a-zA-Z]+$/.test(a));
  if (pattern === undefined || more.length > 0 || /[^viEFwxoPchnq]/.test(options) || args.some((a) => a.startsWith("--"))) return null;
  const extended = /[EP]/.test(options) || program === "egrep";
  try {
    const source = options.includes("F") || program === "fgrep" ? RE2JS.quote(pattern) : extended ? pattern : basicExpression(pattern);
    const bound = options.includes("x") ? `^(?:${source})$` : options.includes("w") ? `\\b(?:${source})\\b` : source;
    const compiled = RE2JS.compile(bound, options.includes("i") ? RE2JS.CASE_INSENSITIVE : 0);
    const rows = linesOf(text).lines;
    if (options.includes("q")) return "";
    if (options.includes("o")) return /[vcn]/.test(options) ? null : joinedLines(rows.flatMap((row) => found(compiled, row)));
    const kept = rows.flatMap((line, i) => (compiled.matcher(line).find() !== options.includes("v") ? [{ line, i }] : []));
    if (options.includes("c")) return `${kept.length}\n`;
    return joinedLines(kept.map(({ line, i }) => (options.includes("n") ? `${i + 1}:${line}` : line)));
  } catch {
    return null;
  }
}
