/** Parentheses around an expression belong to its range, as the format has it: `return (` is the line that is reported. */
import type { ProgramFacts } from "./program-facts.ts";

type Span = { readonly start: number; readonly end: number };

/** Words before `(` that make it no call, and that take an expression without any. */
const PYTHON_WORDS: ReadonlySet<string> = new Set(
  "and as assert await case del elif else for if in is lambda match not or print raise return while with yield".split(" "),
);
const SCRIPT_WORDS: ReadonlySet<string> = new Set(
  "await case default delete do else extends in instanceof of return throw typeof void yield".split(" "),
);
/** Farther away nobody puts a parenthesis. */
const FAR = 400;

const PYTHON_OPEN = /\((?:\s|#[^\n]*\n)*$/;
const PYTHON_CLOSE = /^(?:\s|#[^\n]*\n)*\)/;
const SCRIPT_OPEN = /\((?:\s|\/\/[^\n]*\n)*$/;
const SCRIPT_CLOSE = /^(?:\s|\/\/[^\n]*\n)*\)/;

/** The span with all parentheses that hold nothing else; white space and comments are nothing. */
export function withParentheses({ source, python }: ProgramFacts, span: Span): Span {
  let { start, end } = span;
  for (;;) {
    const from = Math.max(0, start - FAR);
    const open = (python ? PYTHON_OPEN : SCRIPT_OPEN).exec(source.slice(from, start));
    const close = open === null ? null : (python ? PYTHON_CLOSE : SCRIPT_CLOSE).exec(source.slice(end, end + FAR));
    if (open === null || close === null || !groups(source, from + open.index, python)) return { start, end };
    start = from + open.index;
    end += close[0].length;
  }
}

/** Whether `(` at an offset opens a group, and not the arguments of a call, parameters, or the head of a statement. */
function groups(source: string, open: number, python: boolean): boolean {
  const before = source.slice(Math.max(0, open - FAR), open);
  const head = before.trimEnd();
  // A new line begins a statement in Python, if it is not inside other brackets, where no call could begin like this.
  if (python && before.slice(head.length).includes("\n")) return true;
  if (/[)\]}"'`]$/.test(head)) return false;
  const word = /[\w$]+$/.exec(head)?.[0];
  return word === undefined || (python ? PYTHON_WORDS : SCRIPT_WORDS).has(word);
}
