/** What every part of the Python conversion shares: the source, the diagnostics, and the way to what is not modelled. */
import type { Diagnostic, Expr, LineIndex, Node, Stmt, Unsupported } from "../tree.ts";
import { report } from "./diagnostics.ts";
import type { Converted, CstNode } from "./tree-sitter-cst.ts";

export { report } from "./diagnostics.ts";

export type Context = {
  readonly text: string;
  readonly ascii: boolean;
  readonly lines: LineIndex;
  readonly diagnostics: Diagnostic[];
  /** Calls that names stand for, by offset: the forms of a notebook. */
  readonly standIns?: ReadonlyMap<number, Expr>;
  /** Column at which the program itself begins. */
  readonly margin?: number;
};
export type Convert = (node: CstNode, cx: Context) => Converted;
type Span = { readonly start: number; readonly end: number };

/** Text that is not valid Python: whatever could be read of it stays in the tree. */
export function invalid(cx: Context, node: Span, message: string, parts: readonly Node[] = []): Unsupported {
  report(cx, "syntax", node, message);
  return unsupportedNode(cx, node, message, parts);
}

/** Valid Python that the tree has no node for. */
export function unmodelled(cx: Context, node: Span, message: string, parts: readonly Node[] = []): Unsupported {
  report(cx, "unsupported", node, message);
  return unsupportedNode(cx, node, message, parts);
}

export function unsupportedNode(cx: Context, node: Span, reason: string, parts: readonly Node[]): Unsupported {
  const mayCall = /[(@.[`]|\b(?:print|exec|import|with|for|del)\b/.test(cx.text.slice(node.start, node.end));
  return { kind: "Unsupported", start: node.start, end: node.end, reason, parts, mayCall };
}

export function textOf(cx: Context, node: Span): string {
  return cx.text.slice(node.start, node.end);
}

/** Python compares identifiers after NFKC normalisation (PEP 3131). */
export function identifier(cx: Context, node: Span): string {
  const name = textOf(cx, node);
  return cx.ascii ? name : name.normalize("NFKC");
}

/** What an expression node became. An absent or unreadable one is `Unsupported`, never nothing. */
export function expr(cx: Context, node: CstNode | null | undefined, around: Span): Expr {
  if (node === null || node === undefined) return invalid(cx, { start: around.start, end: around.end }, "expression is missing");
  const out = node.out;
  if (out === null || Array.isArray(out)) return invalid(cx, node, `unexpected \`${node.type}\``, outputs(node));
  return out as Expr;
}

export function optionalExpr(cx: Context, node: CstNode | null | undefined): Expr | null {
  return node === null || node === undefined ? null : expr(cx, node, node);
}

/** Statements of a block or module, in order; ERROR nodes among them included. */
export function statements(node: CstNode | null): Stmt[] {
  if (node === null) return [];
  const out: Stmt[] = [];
  for (const child of node.children) if (child.named && child.out !== null) appendTo(out, child.out as Stmt | readonly Stmt[]);
  return out;
}

function appendTo<T>(list: T[], item: T | readonly T[]): void {
  if (Array.isArray(item)) for (const one of item) list.push(one as T);
  else list.push(item as T);
}

/** Everything that could be built below a node, outermost first. */
export function outputs(node: CstNode): Node[] {
  const out: Node[] = [];
  const stack = [...node.children].reverse();
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (next.out === null) for (let i = next.children.length - 1; i >= 0; i--) stack.push(next.children[i] as CstNode);
    else appendTo(out, next.out as Node | readonly Node[]);
  }
  return out;
}
