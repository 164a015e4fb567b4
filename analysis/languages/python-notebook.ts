/**
 * Notebook cells and REPL lines: `%magic`, `%%magic`, `!command`, `x = !command`, `name?` and the prompts `>>> ` and `In [1]: `. IPython turns the
 * first ones into calls of its shell; here they become the same calls. The parser sees names of the same length in their place.
 */
import type { Call, Expr, Hole, Name, Str, Template } from "../tree.ts";

/** `names`: by offset of the stand-in, what it stands for. `indented`: every line of code begins behind a prompt of this width. */
export type NotebookForms = { readonly text: string; readonly names: ReadonlyMap<number, Expr>; readonly indented: number };

/** Cells whose body is Python of the same program. */
const PYTHON_CELLS = /^(time|timeit|capture|prun|memit|mprun|lprun|snakeviz|scalene)$/;
const MAGIC_START = /^(%%?[A-Za-z_!]|!|\?{1,2}[A-Za-z_])/;
const ASSIGNED = /^([A-Za-z_][\w.,\s[\]'"]*?=\s*)(!|%[A-Za-z_])/;
const HELP = /^%{0,2}[A-Za-z_][\w.*]*\?{1,2}\s*(#.*)?$/;

/** null: nothing in the text is of a notebook or a REPL. */
export function notebookForms(source: string): NotebookForms | null {
  const prompted = withoutPrompts(source);
  const forms: Forms = {
    source: prompted?.text ?? source,
    out: (prompted?.text ?? source).split(""),
    names: new Map(),
    found: prompted !== null,
    set: null,
  };
  readLines(forms);
  if (!forms.found) return null;
  return { text: forms.out.join(""), names: forms.names, indented: prompted?.width ?? 0 };
}

/** `>>> ` and `... ` of Python itself; `In [1]: ` and `   ...: ` of IPython. */
const PROMPTS = [/^(>>>|\.\.\.)( |\r?$)/, /^(In \[\d+\]:| +\.{3,}:)( |\r?$)/];

/**
 * Prompts become blanks, and so do the lines between, which are what was printed. Code behind prompts of different widths
 * (`In [9]: `, `In [10]: `) would be indented differently: such a transcript is not read, and nothing of it is taken for output.
 */
function withoutPrompts(source: string): { text: string; width: number } | null {
  const first = /^\s*((?:>>>|In \[\d+\]:) )/.exec(source)?.[1];
  if (first === undefined) return null;
  const prompt = PROMPTS[first.startsWith("In") ? 1 : 0] as RegExp;
  const width = first.length;
  const lines = source.split("\n").map((row) => ({ row, end: prompt.exec(row)?.[0].trimEnd().length ?? null }));
  if (lines.some(({ end }) => end !== null && end !== width - 1)) return null;
  const rows = lines.map(({ row, end }) =>
    end === null ? row.replace(/[^\r]/g, " ") : " ".repeat(Math.min(width, row.length)) + row.slice(width),
  );
  return { text: rows.join("\n"), width };
}

/** `set`: names that the program sets, looked up when the first command needs them. */
type Forms = {
  readonly source: string;
  readonly out: string[];
  readonly names: Map<number, Expr>;
  found: boolean;
  set: ReadonlySet<string> | null;
};

function setNames(forms: Forms): ReadonlySet<string> {
  forms.set ??= new Set([...forms.source.matchAll(/\b([A-Za-z_]\w*)\b\s*(?:=[^=]|,|:=|in\b)/g)].map((found) => found[1] as string));
  return forms.set;
}

/** Looks at the beginning of every logical line: not inside brackets, texts or continued lines. */
function readLines(forms: Forms): void {
  const { source } = forms;
  let at = 0;
  while (at < source.length) {
    const start = at + (/^[ \t]*/.exec(source.slice(at, at + 200))?.[0].length ?? 0);
    const after = magicAt(forms, start);
    at = after ?? afterStatement(source, at);
  }
}

/** Index behind the form that begins here, or null. */
function magicAt(forms: Forms, start: number): number | null {
  const { source } = forms;
  const end = lineEnd(source, start);
  const line = source.slice(start, end);
  if (line.startsWith("%%") && /^%%[A-Za-z_!]/.test(line)) return cell(forms, start, end);
  if (HELP.test(line)) return replaceBy(forms, { start, end }, { kind: "Null", start, end });
  if (MAGIC_START.test(line)) return replaceBy(forms, { start, end }, lineMagic(forms, line, start));
  const assigned = ASSIGNED.exec(line);
  if (assigned === null) return null;
  const from = start + (assigned[1] as string).length;
  return replaceBy(forms, { start: from, end }, lineMagic(forms, source.slice(from, end), from, true));
}

/** End of the line, or of the lines that backslashes join to it. */
function lineEnd(source: string, from: number): number {
  let end = source.indexOf("\n", from);
  while (end > 0 && source[end - 1] === "\\") end = source.indexOf("\n", end + 1);
  return end < 0 ? source.length : end;
}

/** A name of the same length; over several lines it stands in parentheses. */
function replaceBy(forms: Forms, { start, end }: { start: number; end: number }, expr: Expr): number {
  const { source, out } = forms;
  forms.found = true;
  const lines = source.slice(start, end).includes("\n");
  const name = lines ? start + 1 : start;
  for (let i = start; i < end; i++) if (!/[\r\n]/.test(source[i] as string)) out[i] = lines ? " " : "_";
  if (lines) {
    out[start] = "(";
    out[name] = "_";
    const last = source[end - 1] === "\n" ? end - 2 : end - 1;
    out[last] = ")";
  }
  forms.names.set(name, expr);
  return end;
}

function cell(forms: Forms, start: number, end: number): number {
  const { source } = forms;
  const [, name = "", args = ""] = /^%%(\w+|!+)\s*([^\n]*)/.exec(source.slice(start, end)) ?? [];
  if (PYTHON_CELLS.test(name)) return replaceBy(forms, { start, end }, shellCall({ start, end }, "run_cell_magic", [name, args, ""]));
  const to = source.trimEnd().length;
  const last = Math.max(end, to);
  const body = source.slice(Math.min(end + 1, last), last);
  return replaceBy(forms, { start, end: last }, shellCall({ start, end: last }, "run_cell_magic", [name, args, `${body}\n`]));
}

function lineMagic(forms: Forms, line: string, start: number, keeps = false): Expr {
  const at = { start, end: start + line.length };
  const text = line.replace(/\\\r?\n/g, " ");
  if (text.startsWith("!")) {
    const command = interpolated(forms, text.replace(/^!!?/, "").trim(), at);
    return methodCall(at, keeps || text.startsWith("!!") ? "getoutput" : "system", [command]);
  }
  const [, name = "", args = ""] = /^%?%?\??\??(\w*)\s*([\s\S]*)$/.exec(text) ?? [];
  return methodCall(at, "run_line_magic", [str(at, name), interpolated(forms, args.trim(), at)]);
}

type At = { readonly start: number; readonly end: number };
const str = ({ start, end }: At, value: string): Str => ({ kind: "Str", start, end, value });
const shellCall = (at: At, method: string, texts: readonly string[]): Call =>
  methodCall(
    at,
    method,
    texts.map((text) => str(at, text)),
  ); // prettier-ignore

/** `get_ipython().method(...)`. */
function methodCall(at: At, method: string, values: readonly Expr[]): Call {
  const { start, end } = at;
  const shell: Call = { kind: "Call", start, end, callee: { kind: "Name", start, end, name: "get_ipython" }, args: [] };
  const args = values.map((value) => ({ kind: "Arg" as const, start, end, value }));
  return { kind: "Call", start, end, callee: { kind: "Member", start, end, object: shell, name: method }, args };
}

/** `{expression}`, and `$name` where the program has such a name, are put into the command. */
function interpolated(forms: Forms, text: string, at: At): Expr {
  const parts: (Str | Hole)[] = [];
  let last = 0;
  for (const found of text.matchAll(/\{\{|\}\}|\{([^{}\n]+)\}|\$([A-Za-z_]\w*)/g)) {
    const value =
      found[1] !== undefined ? inner(found[1], at) : found[2] !== undefined && setNames(forms).has(found[2]) ? nameOf(found[2], at) : null;
    if (value === null) continue;
    if (found.index > last) parts.push(str(at, text.slice(last, found.index)));
    parts.push({ kind: "Hole", ...at, value });
    last = found.index + found[0].length;
  }
  if (parts.length === 0) return str(at, text);
  if (last < text.length) parts.push(str(at, text.slice(last)));
  return { kind: "Template", ...at, parts } satisfies Template;
}

const nameOf = (name: string, { start, end }: At): Name => ({ kind: "Name", start, end, name });

/** A name or a path of attributes; anything else may call something. Braces of the shell (`{a,b}`, `{1..3}`) stay. */
function inner(text: string, at: At): Expr | null {
  const plain = text.trim();
  if (/^\d+\.\.\d+|^[^()]*,[^()]*$|^\s*;|^print\b/.test(plain)) return null;
  if (/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(plain)) {
    const [first = "", ...rest] = plain.split(".");
    return rest.reduce<Expr>((object, name) => ({ kind: "Member", ...at, object, name }), nameOf(first, at));
  }
  return { kind: "Unsupported", ...at, reason: "an expression in a command line", parts: [], mayCall: /[(@]/.test(plain) };
}

/** Index of the beginning of the next logical line. */
function afterStatement(source: string, from: number): number {
  let depth = 0;
  for (let i = from; i < source.length; i++) {
    const c = source[i] as string;
    if (c === "#") i = toLineEnd(source, i) - 1;
    else if (c === '"' || c === "'") i = afterText(source, i) - 1;
    else if (c === "\\") i++;
    else if ("([{".includes(c)) depth++;
    else if (")]}".includes(c)) depth = Math.max(0, depth - 1);
    else if (c === "\n" && depth === 0) return i + 1;
  }
  return source.length;
}

function toLineEnd(source: string, from: number): number {
  const end = source.indexOf("\n", from);
  return end < 0 ? source.length : end;
}

function afterText(source: string, open: number): number {
  const quote = source[open] as string;
  const triple = source.startsWith(quote.repeat(3), open);
  const mark = triple ? quote.repeat(3) : quote;
  for (let i = open + mark.length; i < source.length; i++) {
    if (source[i] === "\\") i++;
    else if (source.startsWith(mark, i)) return i + mark.length;
    else if (!triple && source[i] === "\n") return i;
  }
  return source.length;
}
