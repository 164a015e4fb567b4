/** Operators. `and`, `or` and the bitwise ones match however they are grouped; `$X + ...` matches longer sums. */
import type { Expr } from "../../analysis/tree.ts";
import { bindNode, type Matching, type Next, spend } from "./matching.ts";
import { isDots, metaName } from "./pattern-marks.ts";

type BinaryNode = Expr & { kind: "Binary" };
type LogicalNode = Expr & { kind: "Logical" };

export function matchBinary(cx: Matching, pattern: BinaryNode, code: Expr, next: Next): boolean {
  if (code.kind !== "Binary" || code.op !== pattern.op) return false;
  if (cx.facts.tree.module.language === "shell" && pattern.op === "|") return matchPipeline(cx, operands(pattern), operands(code), next);
  if (cx.options.associative && /^[|&^]$/.test(pattern.op)) {
    return matchUnordered(cx, operands(pattern), { items: operands(code), open: true }, next);
  }
  if (isDots(pattern.right)) return matchLeft(cx, pattern, code, next);
  const { left, right } = pattern;
  if (cx.parts.expr(cx, left, code.left, () => cx.parts.expr(cx, right, code.right, next))) return true;
  const swaps = cx.options.symmetricEquality && /^[=!]==?$/.test(pattern.op);
  return swaps && cx.parts.expr(cx, left, code.right, () => cx.parts.expr(cx, right, code.left, next));
}

/** What a pipeline runs has an order; `...` stands for one or more commands. */
function matchPipeline(cx: Matching, patterns: readonly Expr[], code: readonly Expr[], next: Next): boolean {
  spend(cx);
  const [first, ...others] = patterns;
  const command = code[0];
  if (first === undefined || command === undefined) return first === undefined && command === undefined && next();
  if (!isDots(first)) return cx.parts.expr(cx, first, command, () => matchPipeline(cx, others, code.slice(1), next));
  for (let taken = 1; taken <= code.length; taken++) if (matchPipeline(cx, others, code.slice(taken), next)) return true;
  return false;
}

/** `a + ...` against `a + b + c`, which is `(a + b) + c`. */
function matchLeft(cx: Matching, pattern: BinaryNode, code: BinaryNode, next: Next): boolean {
  for (let at: Expr = code; at.kind === "Binary" && at.op === pattern.op; at = at.left) {
    let found = false;
    const stopped = cx.parts.expr(cx, pattern.left, at.left, () => {
      found = true;
      return next();
    });
    if (stopped || found) return stopped;
  }
  return false;
}

export function matchLogical(cx: Matching, pattern: LogicalNode, code: Expr, next: Next): boolean {
  if (code.kind !== "Logical" || code.op !== pattern.op) return false;
  if (!cx.options.associative || pattern.op === "??") {
    return cx.parts.expr(cx, pattern.left, code.left, () => cx.parts.expr(cx, pattern.right, code.right, next));
  }
  if (cx.options.commutativeBooleans) return matchUnordered(cx, operands(pattern), { items: operands(code), open: true }, next);
  return matchOrdered(cx, operands(pattern), operands(code), next);
}

function operands(expr: Expr): Expr[] {
  const out: Expr[] = [];
  const stack: Expr[] = [expr];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if ((top.kind === "Binary" || top.kind === "Logical") && top.kind === expr.kind && top.op === (expr as BinaryNode).op)
      stack.push(top.right, top.left);
    else out.push(top);
  }
  return out;
}

/** A metavariable stands for one operand or several neighbours. */
function matchOrdered(cx: Matching, patterns: readonly Expr[], code: readonly Expr[], next: Next): boolean {
  spend(cx);
  const [first, ...others] = patterns;
  if (first === undefined) return code.length === 0 && next();
  if (isDots(first)) {
    for (let i = 0; i <= code.length; i++) if (matchOrdered(cx, others, code.slice(i), next)) return true;
    return false;
  }
  const meta = metaName(first);
  const most = meta === null ? 1 : others.length === 0 ? code.length : code.length - others.length;
  for (let taken = meta !== null && others.length === 0 ? most : 1; taken <= most; taken++) {
    const value = grouped(code.slice(0, taken));
    if (value === null) return false;
    const then = (): boolean => matchOrdered(cx, others, code.slice(taken), next);
    if (meta === null ? cx.parts.expr(cx, first, value, then) : bindNode(cx, meta, value, then)) return true;
  }
  return false;
}

function grouped(items: readonly Expr[]): Expr | null {
  const [first, ...others] = items;
  if (first === undefined) return null;
  return others.reduce<Expr>((left, right) => ({ kind: "Logical", op: "and", left, right, start: left.start, end: right.end }), first);
}

function matchUnordered(cx: Matching, patterns: readonly Expr[], code: { items: readonly Expr[]; open: boolean }, next: Next): boolean {
  spend(cx);
  const [first, ...others] = patterns.filter((pattern) => !isDots(pattern));
  if (first === undefined) return next();
  for (let i = 0; i < code.items.length; i++) {
    const left = [...code.items.slice(0, i), ...code.items.slice(i + 1)];
    if (cx.parts.expr(cx, first, code.items[i] as Expr, () => matchUnordered(cx, others, { ...code, items: left }, next))) return true;
  }
  return false;
}
