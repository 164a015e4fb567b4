/** What every part of the shell conversion shares. */
import type { Arg, Call, Diagnostic, Expr, FunctionBody, LineIndex, Name, Node, Stmt, Str, Unsupported } from "../tree.ts";
import type { Converted, CstNode } from "./tree-sitter-cst.ts";

export { report } from "./diagnostics.ts";

export type ShellContext = { readonly text: string; readonly lines: LineIndex; readonly diagnostics: Diagnostic[] };
export type Convert = (node: CstNode, cx: ShellContext) => Converted;
type Span = { readonly start: number; readonly end: number };

export const textOf = (cx: ShellContext, node: Span): string => cx.text.slice(node.start, node.end);
export const spanned = ({ start, end }: Span): Span => ({ start, end });
export const str = (at: Span, value: string): Str => ({ kind: "Str", ...spanned(at), value });
export const name = (at: Span, text: string): Name => ({ kind: "Name", ...spanned(at), name: text });
export const argument = (value: Expr): Arg => ({ kind: "Arg", ...spanned(value), value });

/** Whatever could be built below a node stays in the tree. */
export function unsupported(node: CstNode, reason: string): Unsupported {
  return { kind: "Unsupported", ...spanned(node), reason, parts: outputs(node), mayCall: true };
}

function outputs(node: CstNode): Node[] {
  const out: Node[] = [];
  for (const child of node.children) {
    if (child.out === null) out.push(...outputs(child));
    else if (Array.isArray(child.out)) out.push(...(child.out as readonly Node[]));
    else out.push(child.out as Node);
  }
  return out;
}

const EXPRESSIONS = new Set([
  ..."Name Str Template Call Logical Unary Binary Assign Collection Index Unsupported Sequence FunctionExpr".split(" "),
]);
const isExpression = (node: Node): node is Expr => EXPRESSIONS.has(node.kind);

/** The children that became something, as statements. */
export function statements(children: readonly CstNode[]): Stmt[] {
  const out: Stmt[] = [];
  for (const child of children) {
    if (child.out === null) continue;
    for (const node of Array.isArray(child.out) ? (child.out as readonly Node[]) : [child.out as Node])
      out.push(isExpression(node) ? { kind: "ExprStmt", ...spanned(node), value: node } : (node as Stmt));
  }
  return out;
}

/** What a child became, as one expression; compound commands run where they stand. */
export function expression(child: CstNode | null | undefined, around: Span): Expr {
  if (child === null || child === undefined) return str({ start: around.start, end: around.start }, "");
  const { out } = child;
  if (out !== null && !Array.isArray(out) && isExpression(out as Node)) return out as Expr;
  return runHere(child, statements([child]));
}

/** `(...)`, `$(...)`: a function without parameters that is called at once. */
export function runHere(at: Span, body: readonly Stmt[]): Call {
  const fn: FunctionBody = { kind: "FunctionBody", ...spanned(at), name: null, params: [], body, flavour: "lambda", decorators: [] };
  return { kind: "Call", ...spanned(at), callee: { kind: "FunctionExpr", ...spanned(at), fn }, args: [] };
}
