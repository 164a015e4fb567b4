/** What every part of the JavaScript conversion shares: source, diagnostics, and the way to what is not modelled. */
import type { Diagnostic, Expr, LineIndex, Node, Stmt, TypeNode, Unsupported } from "../tree.ts";
import { report } from "./diagnostics.ts";
import { type BabelNode, type Converted, child, text } from "./javascript-ast.ts";

export { report } from "./diagnostics.ts";

export type Context = {
  readonly source: string;
  readonly lines: LineIndex;
  readonly diagnostics: Diagnostic[];
};
export type Convert = (node: BabelNode, cx: Context) => Converted;
export type Span = { readonly start: number; readonly end: number };

export function at(node: Span): Span {
  return { start: node.start, end: node.end };
}

/** Valid code that the tree has no node for. */
export function unmodelled(cx: Context, node: Span, reason: string, parts: readonly Node[] = []): Unsupported {
  report(cx, "unsupported", node, reason);
  return unsupportedNode(cx, node, reason, parts);
}

export function invalid(cx: Context, node: Span, reason: string, parts: readonly Node[] = []): Unsupported {
  report(cx, "syntax", node, reason);
  return unsupportedNode(cx, node, reason, parts);
}

export function unsupportedNode(cx: Context, node: Span, reason: string, parts: readonly Node[]): Unsupported {
  const mayCall = /[(@.[`]|\b(?:new|import|class|of|in|await|yield)\b/.test(cx.source.slice(node.start, node.end));
  return { kind: "Unsupported", start: node.start, end: node.end, reason, parts, mayCall };
}

/** What an expression or pattern became; an absent one is `Unsupported`, never nothing. */
export function expr(cx: Context, node: BabelNode | null, around: Span): Expr {
  if (node === null) return invalid(cx, around, "expression is missing");
  const out = node.out;
  if (out === undefined || out === null || Array.isArray(out)) return unmodelled(cx, node, `unexpected ${node.type}`, outputs(node));
  return out as Expr;
}

export function optionalExpr(cx: Context, node: BabelNode | null): Expr | null {
  return node === null ? null : expr(cx, node, node);
}

/** Statements of a list of nodes, each of which became none, one or several. */
export function statements(nodes: readonly BabelNode[]): Stmt[] {
  const out: Stmt[] = [];
  for (const { out: one } of nodes) {
    if (one === undefined || one === null) continue;
    if (Array.isArray(one)) for (const item of one) out.push(item as Stmt);
    else out.push(one as Stmt);
  }
  return out;
}

/** The body of `if`, `while` ...: a block's statements, or the one statement. */
export function bodyOf(node: BabelNode | null): Stmt[] {
  if (node === null) return [];
  const list = statements([node]);
  const only = list[0];
  return node.type === "BlockStatement" && only?.kind === "Block" ? [...only.body] : list;
}

export function outputs(node: BabelNode): readonly Node[] {
  const out = node.out;
  if (out === undefined || out === null) return [];
  return Array.isArray(out) ? (out as readonly Node[]) : [out as Node];
}

const TYPE_WORDS = new Set([
  "string",
  "number",
  "boolean",
  "any",
  "unknown",
  "never",
  "void",
  "keyof",
  "typeof",
  "infer",
  "extends",
  "readonly",
]);

/** The annotation of a pattern, parameter or field: its text without the colon, and the names in it. */
export function typeOf(cx: Context, node: BabelNode | null, field = "typeAnnotation"): { type?: TypeNode } {
  const annotation = node === null ? null : child(node, field);
  const type = annotation === null ? null : (child(annotation, "typeAnnotation") ?? annotation);
  return type === null ? {} : { type: typeNode(cx, type) };
}

export function typeNode(cx: Context, node: Span): TypeNode {
  const source = cx.source.slice(node.start, node.end);
  const names = (source.match(/[\p{ID_Start}_$][\p{ID_Continue}$]*/gu) ?? []).filter((name) => !TYPE_WORDS.has(name));
  return { kind: "TypeNode", start: node.start, end: node.end, text: source, names };
}

/** The name of a plain property key, `#x` for private ones; null when it is computed. */
export function keyName(node: BabelNode): string | null {
  const key = child(node, "key");
  if (key === null || node.computed === true) return null;
  switch (key.type) {
    case "Identifier":
      return text(key, "name");
    case "PrivateName":
      return privateName(key);
    case "StringLiteral":
      return text(key, "value");
    case "NumericLiteral":
      return String(key.value);
    case "BigIntLiteral":
      return String(readBigInt(key) ?? text(key, "value"));
    default:
      return null;
  }
}

export function privateName(node: BabelNode): string {
  return `#${text(child(node, "id"), "name")}`;
}

/** Digits of a BigInt literal that are computed; a longer one is not a program's own arithmetic. */
const MAX_DIGITS = 4_300;

export function readBigInt(node: BabelNode): bigint | null {
  const value = node.value;
  if (typeof value === "bigint") return value;
  const digits = String(value).replaceAll("_", "");
  return digits.length > MAX_DIGITS || !/^(?:\d+|0[xob][\da-f]+)$/i.test(digits) ? null : BigInt(digits);
}
