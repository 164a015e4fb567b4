/** What an awk program starts: `system("rm " $1)`, `print "line" | "sh"`, made of literals, its variables and the fields that it reads. */
import type { Output } from "./shell-expand.ts";
import { programText } from "./shell-expand.ts";
import { unknownExpansion } from "./shell-meaning.ts";

/** Rows of the input that are looked at. */
const MOST_ROWS = 20;
const ITEM = /"(?:[^"\\]|\\.)*"|\$\w+|[A-Za-z_]\w*|\d+/g;
const OPERAND = `(?:"(?:[^"\\\\]|\\\\.)*"|\\$\\w+|[A-Za-z_]\\w*|\\d+)`;
const JOINED = `${OPERAND}(?:[ \\t,]*${OPERAND})*`;
const SYSTEM = new RegExp(`\\bsystem\\s*\\(\\s*(${JOINED})\\s*\\)`, "g");
const PIPED = new RegExp(`\\bprintf?\\s+(${JOINED})\\s*\\|\\s*"((?:[^"\\\\]|\\\\.)*)"`, "g");
const ASSIGNED = new RegExp(`\\b([A-Za-z_]\\w*)\\s*=\\s*(${JOINED})`, "g");

type Reading = { readonly variables: ReadonlyMap<string, string>; readonly row: string | null; readonly mark: RegExp | string };

const literal = (text: string): string =>
  text.slice(1, -1).replace(/\\(.)/g, (_all, c: string) => (c === "n" ? "\n" : c === "t" ? "\t" : c));

function field(name: string, { row, mark }: Reading): string {
  if (row === null) return unknownExpansion(name);
  const parts = typeof mark === "string" ? row.split(mark) : row.trim().split(mark);
  if (name === "$0") return row;
  return name === "$NF" ? (parts.at(-1) ?? "") : (parts[Number(name.slice(1)) - 1] ?? "");
}

/** Literals, fields and variables, one after another; a comma between them is a blank. */
function textOf(expression: string, reading: Reading): string {
  let text = "";
  let end = 0;
  for (const found of expression.matchAll(ITEM)) {
    const item = found[0];
    if (expression.slice(end, found.index).includes(",")) text += " ";
    end = found.index + item.length;
    if (item.startsWith('"')) text += literal(item);
    else if (item.startsWith("$")) text += field(item, reading);
    else text += /^\d/.test(item) ? item : (reading.variables.get(item) ?? unknownExpansion(item));
  }
  return text;
}

/** Lines that a shell is given, and texts that a program is fed. */
export type Started = { readonly line: string; readonly text: string | null };

/** `args`: of awk, with `-v name=value` and `-F mark`; `code`: the program. */
export function startedByAwk(code: string, args: readonly string[], input: Output | null): readonly Started[] {
  if (!/\bsystem\b|\|/.test(code)) return [];
  const variables = new Map<string, string>();
  for (const [i, arg] of args.entries()) {
    const set = args[i - 1] === "-v" ? arg : /^-v./.test(arg) ? arg.slice(2) : "";
    const at = set.indexOf("=");
    if (at > 0) variables.set(set.slice(0, at), set.slice(at + 1));
  }
  const mark = args.find((a) => /^-F./.test(a))?.slice(2) ?? args[args.indexOf("-F") + 1];
  const text = programText(input);
  const rows = text === null ? [null] : text.replace(/\n$/, "").split("\n").slice(0, MOST_ROWS);
  const seen = new Map<string, Started>();
  for (const row of rows) {
    const reading = { variables, row, mark: args.some((a) => a.startsWith("-F")) && mark !== undefined ? mark : /\s+/ };
    for (const [, name, value] of code.matchAll(ASSIGNED)) variables.set(name as string, textOf(value as string, reading));
    for (const [, line] of code.matchAll(SYSTEM)) add(seen, { line: textOf(line as string, reading), text: null });
    for (const [, fed, by] of code.matchAll(PIPED)) add(seen, { line: literal(`"${by}"`), text: `${textOf(fed as string, reading)}\n` });
  }
  return [...seen.values()];
}

const add = (seen: Map<string, Started>, one: Started): void => void seen.set(`${one.line}\0${one.text}`, one);
