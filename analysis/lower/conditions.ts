/**
 * Conditions as control flow. `not`, `and`, `or`, chained comparisons and conditionals inside a condition become
 * branches, so that every Branch tests one atomic condition with its own polarity: guards are read off the graph.
 */
import type { BlockId, Reg } from "../ir.ts";
import type { CompareChain, Conditional, Expr, Logical } from "../tree.ts";
import { branchOn, constant, jump, move, newBlock, newReg, startBlock, value } from "./builder.ts";
import type { Lowering } from "./context.ts";
import { subjectsOf } from "./subjects.ts";

/** Where to go for a true and a false condition; `into` receives the condition's value on the way, when it is wanted. */
type Goal = { readonly yes: BlockId; readonly no: BlockId; readonly into: Reg | null; readonly assertion: boolean };

/** Deeper conditions are evaluated as values, which has a limit of its own. */
const MAX_NESTED = 300;

/** Evaluates `node` and ends the current block by going to `goal.yes` or `goal.no`. */
export function branch(l: Lowering, node: Expr, goal: Goal, depth = 0): void {
  if (depth > MAX_NESTED) branchOnValue(l, node, goal);
  else if (node.kind === "Unary" && node.op === "not") branchNot(l, node.operand, goal, depth);
  else if (node.kind === "Logical" && node.op !== "??") branchLogical(l, node, goal, depth);
  else if (node.kind === "CompareChain") branchChain(l, node, goal);
  else if (node.kind === "Conditional") branchConditional(l, node, goal, depth);
  else if (node.kind === "Cast") branch(l, node.value, goal, depth + 1);
  else if (node.kind === "Sequence" && node.expressions.length > 0) {
    for (const part of node.expressions.slice(0, -1)) l.expr(l, part);
    branch(l, node.expressions[node.expressions.length - 1] as Expr, goal, depth + 1);
  } else branchOnValue(l, node, goal);
}

function branchOnValue(l: Lowering, node: Expr, goal: Goal): void {
  const test = l.expr(l, node);
  if (goal.into !== null) move(l, node, goal.into, test);
  branchOn(l, node, test, [goal.yes, goal.no], { subjects: subjectsOf(node), assertion: goal.assertion });
}

function branchNot(l: Lowering, operand: Expr, goal: Goal, depth: number): void {
  if (goal.into === null) {
    branch(l, operand, { ...goal, yes: goal.no, no: goal.yes }, depth + 1);
    return;
  }
  const yes = newBlock(l);
  const no = newBlock(l);
  branch(l, operand, { ...goal, yes: no, no: yes, into: null }, depth + 1);
  for (const [block, of, to] of [
    [yes, true, goal.yes],
    [no, false, goal.no],
  ] as const) {
    startBlock(l, block);
    move(l, operand, goal.into, constant(l, operand, { type: "bool", value: of }));
    jump(l, to);
  }
}

function branchLogical(l: Lowering, node: Logical, goal: Goal, depth: number): void {
  const operands = operandsOf(node);
  for (const operand of operands.slice(0, -1)) {
    const next = newBlock(l);
    branch(l, operand, node.op === "and" ? { ...goal, yes: next } : { ...goal, no: next }, depth + 1);
    startBlock(l, next);
  }
  branch(l, operands[operands.length - 1] as Expr, goal, depth + 1);
}

/** Operands of `a and b and c`, which leans to the left, without recursion: chains may be thousands long. */
function operandsOf(node: Logical): Expr[] {
  const operands: Expr[] = [node.right];
  let left = node.left;
  for (; left.kind === "Logical" && left.op === node.op; left = left.left) operands.push(left.right);
  operands.push(left);
  return operands.reverse();
}

function branchChain(l: Lowering, node: CompareChain, goal: Goal): void {
  let leftNode = node.operands[0] as Expr;
  let left = l.expr(l, leftNode);
  for (const [i, operator] of node.ops.entries()) {
    const rightNode = node.operands[i + 1] as Expr;
    const right = l.expr(l, rightNode);
    const at = { start: leftNode.start, end: rightNode.end };
    const test = value(l, at, { op: "Binary", operator, left, right });
    if (goal.into !== null) move(l, at, goal.into, test);
    const next = i < node.ops.length - 1 ? newBlock(l) : goal.yes;
    branchOn(l, at, test, [next, goal.no], { subjects: subjectsOf(leftNode, rightNode), assertion: goal.assertion });
    if (next !== goal.yes) startBlock(l, next);
    leftNode = rightNode;
    left = right;
  }
}

function branchConditional(l: Lowering, node: Conditional, goal: Goal, depth: number): void {
  const yes = newBlock(l);
  const no = newBlock(l);
  branch(l, node.test, { ...goal, yes, no, into: null }, depth + 1);
  startBlock(l, yes);
  branch(l, node.then, goal, depth + 1);
  startBlock(l, no);
  branch(l, node.otherwise, goal, depth + 1);
}

// ---------------------------------------------------------------- as values

/** `a and b`, `a or b`, `a ?? b`: every operand's value may end up in one register. */
export function lowerLogical(l: Lowering, node: Logical): Reg {
  const into = newReg(l);
  const end = newBlock(l);
  const operands = operandsOf(node);
  for (const operand of operands.slice(0, -1)) {
    const next = newBlock(l);
    if (node.op === "??") branchNullish(l, operand, into, [next, end]);
    else branch(l, operand, { yes: node.op === "and" ? next : end, no: node.op === "and" ? end : next, into, assertion: false });
    startBlock(l, next);
  }
  const last = operands[operands.length - 1] as Expr;
  move(l, last, into, l.expr(l, last));
  jump(l, end);
  startBlock(l, end);
  return into;
}

function branchNullish(l: Lowering, operand: Expr, into: Reg, to: readonly [nullish: BlockId, otherwise: BlockId]): void {
  move(l, operand, into, l.expr(l, operand));
  branchOn(l, operand, isNullish(l, operand, into), to);
}

/** `x == null`, which is true for null and undefined. */
export function isNullish(l: Lowering, node: Expr, of: Reg): Reg {
  return value(l, node, { op: "Binary", operator: "==", left: of, right: constant(l, node, { type: "null" }) });
}

export function lowerCompareChain(l: Lowering, node: CompareChain): Reg {
  const into = newReg(l);
  const end = newBlock(l);
  branchChain(l, node, { yes: end, no: end, into, assertion: false });
  startBlock(l, end);
  return into;
}

/** `then if test else otherwise`; a chain of them leans on `otherwise` and is lowered in a loop. */
export function lowerConditional(l: Lowering, node: Conditional): Reg {
  const into = newReg(l);
  const end = newBlock(l);
  let at: Expr = node;
  for (; at.kind === "Conditional"; at = at.otherwise) {
    const yes = newBlock(l);
    const no = newBlock(l);
    branch(l, at.test, { yes, no, into: null, assertion: false });
    startBlock(l, yes);
    move(l, at.then, into, l.expr(l, at.then));
    jump(l, end);
    startBlock(l, no);
  }
  move(l, at, into, l.expr(l, at));
  jump(l, end);
  startBlock(l, end);
  return into;
}
