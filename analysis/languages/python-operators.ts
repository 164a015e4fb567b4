/** Operators of Python, with the two places where the grammar groups them otherwise than Python put right. */
import type { Expr } from "../tree.ts";
import { type Context, type Convert, expr, invalid, report, textOf } from "./python-context.ts";
import { type CstNode, childByField, namedChildren } from "./tree-sitter-cst.ts";

export const OPERATORS: Readonly<Record<string, Convert>> = {
  not_operator: (node, cx) =>
    throughLast(
      node,
      childByField(node, "argument"),
      (operand) => ({ kind: "Unary", start: node.start, end: node.end, op: "not", operand }),
      cx,
    ),
  unary_operator: (node, cx) => ({
    kind: "Unary",
    start: node.start,
    end: node.end,
    op: operatorText(node, cx),
    operand: expr(cx, childByField(node, "argument"), node),
  }),
  binary_operator: convertBinary,
  boolean_operator: (node, cx) => {
    const op = operatorText(node, cx) === "and" ? "and" : "or";
    const build = (left: Expr, right: Expr): Expr => ({ kind: "Logical", start: node.start, end: node.end, op, left, right });
    return throughEnds(node, { first: childByField(node, "left"), last: childByField(node, "right") }, build, cx);
  },
  conditional_expression: (node, cx) => {
    const [first, test, last] = namedChildren(node);
    const condition = expr(cx, test, node);
    const build = (then: Expr, otherwise: Expr): Expr => ({
      kind: "Conditional",
      start: node.start,
      end: node.end,
      test: condition,
      then,
      otherwise,
    });
    return throughEnds(node, { first: first ?? null, last: last ?? null }, build, cx);
  },
  comparison_operator: convertComparison,
};

export function operatorText(node: CstNode, cx: Context): string {
  const operator = childByField(node, "operator");
  return operator === null ? "?" : textOf(cx, operator);
}

type Ends = { readonly first: CstNode | null; readonly last: CstNode | null };

/**
 * The grammar lets `*` and `:=` bind tighter than what follows, and `as` tighter than what precedes: `[*f(x)]` is
 * `[*(f(x))]` in Python, `x := a if b else c` assigns the whole, `with a or b as c` names the whole. Builds an
 * expression from its first and last operand, and puts what they carry around the result.
 */
function throughEnds(node: CstNode, ends: Ends, build: (first: Expr, last: Expr) => Expr, cx: Context): Expr {
  const { first, last } = ends;
  const left = expr(cx, first, node);
  const right = expr(cx, last, node);
  const end = right.kind === "DefaultPattern" && !isClosed(last) ? right : null;
  const value = end === null ? right : end.value;
  const inner = throughStart(node, first, left, (operand) => build(operand, value));
  return end === null ? inner : { ...end, start: node.start, value: inner };
}

/** What parentheses hold stays inside them. */
function isClosed(node: CstNode | null): boolean {
  return node?.type === "parenthesized_expression";
}

function throughStart(node: CstNode, first: CstNode | null, left: Expr, build: (operand: Expr) => Expr): Expr {
  if (left.kind === "Spread" && left.dict !== true) return { kind: "Spread", start: left.start, end: node.end, value: build(left.value) };
  if (left.kind === "Assign" && left.walrus === true && left.value !== null && !isClosed(first)) {
    return { ...left, end: node.end, value: build(left.value) };
  }
  return build(left);
}

/** The same for a node that only has a first operand, such as the callee of a call. */
export function throughFirst(node: CstNode, first: CstNode | null, build: (operand: Expr) => Expr, cx: Context): Expr {
  return throughStart(node, first, expr(cx, first, node), build);
}

/** The same for a node that only has a last operand, such as that of `not`. */
export function throughLast(node: CstNode, last: CstNode | null, build: (operand: Expr) => Expr, cx: Context): Expr {
  const right = expr(cx, last, node);
  if (right.kind !== "DefaultPattern" || isClosed(last)) return build(right);
  return { ...right, start: node.start, value: build(right.value) };
}

function convertBinary(node: CstNode, cx: Context): Expr {
  const op = operatorText(node, cx);
  if (isMasking(op) && !(node.parent?.type === "binary_operator" && isMasking(operatorText(node.parent, cx)))) {
    const regrouped = regroup(node, cx);
    if (regrouped !== null) return regrouped;
  }
  const build = (left: Expr, right: Expr): Expr => ({ kind: "Binary", start: node.start, end: node.end, op, left, right });
  return throughEnds(node, { first: childByField(node, "left"), last: childByField(node, "right") }, build, cx);
}

function isMasking(op: string): boolean {
  return op === "&" || op === "^";
}

/** The grammar gives `^` precedence over `&`; in Python it is the other way round. Null when only one of them occurs. */
function regroup(root: CstNode, cx: Context): Expr | null {
  const items: CstNode[] = [];
  const ops: string[] = [];
  const stack: (CstNode | string)[] = [root];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (typeof next === "string") ops.push(next);
    else if (next.type === "binary_operator" && isMasking(operatorText(next, cx))) {
      const left = childByField(next, "left");
      const right = childByField(next, "right");
      if (left === null || right === null) return null;
      stack.push(right, operatorText(next, cx), left);
    } else items.push(next);
  }
  if (!ops.includes("&") || !ops.includes("^")) return null;
  const operands = items.map((item) => expr(cx, item, root));
  const groups: Expr[] = [];
  let group: Expr | null = null;
  for (const [i, operand] of operands.entries()) {
    if (group !== null && ops[i - 1] === "^") groups.push(group);
    group = group !== null && ops[i - 1] === "&" ? binary("&", group, operand) : operand;
  }
  if (group !== null) groups.push(group);
  return groups.reduce((left, right) => binary("^", left, right));
}

function binary(op: string, left: Expr, right: Expr): Expr {
  return { kind: "Binary", start: left.start, end: right.end, op, left, right };
}

function convertComparison(node: CstNode, cx: Context): Expr {
  const operands: CstNode[] = [];
  const ops: string[] = [];
  for (const child of node.children) {
    if (child.field === "operators") {
      if (child.type === "<>") report(cx, "syntax", child, "`<>` is Python 2");
      ops.push(child.type === "<>" ? "!=" : child.type);
    } else if (child.named && child.type !== "ERROR") operands.push(child);
  }
  const [first, second] = operands;
  const op = ops[0];
  const rest = operands.slice(1).map((child) => expr(cx, child, node));
  if (first === undefined || second === undefined || op === undefined || operands.length !== ops.length + 1) {
    return invalid(cx, node, "incomplete comparison", rest);
  }
  const build = (left: Expr): Expr =>
    ops.length > 1
      ? { kind: "CompareChain", start: node.start, end: node.end, ops, operands: [left, ...rest] }
      : { kind: "Binary", start: node.start, end: node.end, op, left, right: rest[0] as Expr };
  return throughFirst(node, first, build, cx);
}
