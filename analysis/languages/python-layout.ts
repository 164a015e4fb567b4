/**
 * Holds the grammar to CPython's rules of indentation. tree-sitter counts a tab as eight columns, accepts a dedent to a
 * column that nothing opened, and lets a block be empty; where it and CPython could group lines differently, the
 * program is reported as invalid instead of being judged by the wrong grouping.
 */
import { type Context, report } from "./python-context.ts";
import type { Cst, CstNode } from "./tree-sitter-cst.ts";

/** Column with tab stops at 8, and with tabs of 1, as in CPython's tokenizer: both must agree on the order. */
type Column = { readonly wide: number; readonly narrow: number };

type LayoutContext = Context & { readonly commentEnds: ReadonlySet<number> };

/** CPython: `too many levels of indentation`. */
const MAX_LEVELS = 100;
const CLAUSES = new Set([
  "elif_clause",
  "else_clause",
  "except_clause",
  "finally_clause",
  "case_clause",
  "decorator",
  "function_definition",
  "class_definition",
]);
const HAS_CLAUSES = new Set(["if_statement", "for_statement", "while_statement", "try_statement", "decorated_definition"]);

export function checkLayout(cst: Cst, context: Context): void {
  const cx = { ...context, commentEnds: cst.commentEnds };
  for (const node of cst.nodes) {
    if (node === cst.root) checkBlock(node, null, cx);
    else if (node.type === "block") {
      if (node.children.length === 0) report(cx, "syntax", node, "expected an indented block");
      else checkBlock(node, indentation(node.parent as CstNode, cx), cx);
    } else if (HAS_CLAUSES.has(node.type)) checkClauses(node, cx);
  }
  checkLines(cst.nodes, cx);
}

const OPENS = new Set(["(", "[", "{", "string_start"]);
const CLOSES = new Set([")", "]", "}", "string_end"]);

/**
 * Outside brackets a line end ends the statement. The grammar, which tries several readings at once, may read over one
 * (`a, b` and `[c] = d` on the next line become `a, b[c] = d`); then the program is not judged by that reading.
 */
function checkLines(nodes: readonly CstNode[], cx: LayoutContext): void {
  let depth = 0;
  let end = 0;
  for (const node of nodes) {
    if (node.children.length > 0 || node.start === node.end) continue;
    if (depth === 0 && node.start > end && endsLine(cx.text, end, node.start) && !startsLine(node)) {
      report(cx, "syntax", node, "a line ends inside the statement");
    }
    if (OPENS.has(node.type)) depth++;
    else if (CLOSES.has(node.type)) depth--;
    end = node.end;
  }
}

/** Whether the blanks and comments between two tokens end a logical line. */
function endsLine(text: string, from: number, to: number): boolean {
  let comment = false;
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i);
    if (c === 35) comment = true;
    else if (c === 10) {
      const before = text.charCodeAt(i - 1) === 13 ? i - 2 : i - 1;
      if (comment || before < from || text.charCodeAt(before) !== 92) return true;
    }
  }
  return false;
}

/** The first token of a statement, clause or decorator. */
function startsLine(token: CstNode): boolean {
  let node = token;
  while (node.parent !== null && node.parent.start === node.start && node.parent.type !== "module" && node.parent.type !== "block") {
    node = node.parent;
    if (CLAUSES.has(node.type)) return true;
  }
  const holder = node.parent?.type;
  return holder === "module" || holder === "block" || holder === "ERROR" || holder === undefined;
}

/** Statements that start a line of the same block start at the same column, deeper than the statement that holds them. */
function checkBlock(block: CstNode, outer: Column | null, cx: LayoutContext): void {
  let column: Column | null = null;
  if (levels(block) > MAX_LEVELS) report(cx, "syntax", block, "too many levels of indentation");
  for (const child of block.children) {
    if (!child.named || child.type === "ERROR") continue;
    const own = indentation(child, cx);
    if (own === null) continue;
    if (column === null) {
      column = own;
      const expected =
        block.parent === null ? same(own, { wide: cx.margin ?? 0, narrow: cx.margin ?? 0 }) : outer !== null && deeper(own, outer);
      if (!expected) report(cx, "syntax", child, "unexpected indentation");
    } else if (!same(own, column)) report(cx, "syntax", child, "indentation does not match the block");
  }
}

function checkClauses(node: CstNode, cx: LayoutContext): void {
  const column = indentation(node, cx);
  for (const child of node.children) {
    if (!CLAUSES.has(child.type) || child.start === node.start) continue;
    const own = indentation(child, cx);
    if (own === null || column === null || !same(own, column)) report(cx, "syntax", child, "indentation does not match the statement");
  }
}

function levels(block: CstNode): number {
  let count = 0;
  for (let node: CstNode | null = block; node !== null; node = node.parent) if (node.type === "block") count++;
  return count;
}

/** Column of a node that is the first on its logical line; null when something stands before it. */
function indentation(node: CstNode, cx: LayoutContext): Column | null {
  const text = cx.text;
  let start = node.start;
  while (start > 0 && isBlank(text.charCodeAt(start - 1))) start--;
  if (start > 0 && text.charCodeAt(start - 1) !== 10) {
    if (start !== 1 || text.charCodeAt(0) !== 0xfeff) return null;
  } else if (continuesLine(text, start) && !cx.commentEnds.has(start - 1) && !cx.commentEnds.has(start - 2)) {
    const previous = text.lastIndexOf("\n", start - 2) + 1;
    if (/^[ \t\f]*\\\r?\n$/.test(text.slice(previous, start))) report(cx, "syntax", node, "line starts with a continuation");
    return null;
  }
  let wide = 0;
  let narrow = 0;
  for (let i = start; i < node.start; i++) {
    const c = text.charCodeAt(i);
    if (c === 9) {
      wide = (Math.floor(wide / 8) + 1) * 8;
      narrow++;
    } else if (c === 12) {
      wide = 0;
      narrow = 0;
    } else {
      wide++;
      narrow++;
    }
  }
  return { wide, narrow };
}

function isBlank(c: number): boolean {
  return c === 32 || c === 9 || c === 12;
}

/** The physical line before ends in a backslash. */
function continuesLine(text: string, start: number): boolean {
  if (start < 2) return false;
  const last = text.charCodeAt(start - 2);
  return last === 92 || (last === 13 && text.charCodeAt(start - 3) === 92);
}

function same(a: Column, b: Column): boolean {
  return a.wide === b.wide && a.narrow === b.narrow;
}

function deeper(a: Column, b: Column): boolean {
  return a.wide > b.wide && a.narrow > b.narrow;
}
