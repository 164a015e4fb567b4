/** Assignment in all its forms: targets and patterns, `+=`, `++`, deletion. */
import type { Reg, Span } from "../ir.ts";
import type { Assign, Collection, Dict, Entry, Expr, Update } from "../tree.ts";
import { attributeName, branchOn, constant, emit, jump, move, newBlock, newReg, opaque, refTo, startBlock, value } from "./builder.ts";
import { branch, isNullish } from "./conditions.ts";
import type { Lowering } from "./context.ts";
import { storeName } from "./names.ts";

/** A target whose object and index have been evaluated, once. */
type Place =
  | { readonly kind: "attribute"; readonly object: Reg; readonly name: string }
  | { readonly kind: "item"; readonly object: Reg; readonly index: Reg }
  /** A name or a pattern: nothing to evaluate beforehand. */
  | { readonly kind: "pattern" };

function placeOf(l: Lowering, target: Expr): Place {
  if (target.kind === "Cast") return placeOf(l, target.value);
  if (target.kind !== "Member" && target.kind !== "Index") return { kind: "pattern" };
  const reg = l.expr(l, target.object);
  // `super.a = v` sets an attribute of `this`.
  const object = l.unit.dialect.receiver(l, target.object, reg, false) ?? reg;
  if (target.kind === "Member") return { kind: "attribute", object, name: attributeName(target.name) };
  return { kind: "item", object, index: l.expr(l, target.index) };
}

function readPlace(l: Lowering, target: Expr, place: Place): Reg {
  if (place.kind === "attribute") return value(l, target, { op: "GetAttr", object: place.object, name: place.name });
  if (place.kind === "item") return value(l, target, { op: "GetItem", object: place.object, index: place.index });
  // What is no target at all is evaluated when it is written.
  return target.kind === "Name" ? l.expr(l, target) : opaque(l, target, `${target.kind} as a target`, [], false);
}

function writePlace(l: Lowering, target: Expr, place: Place, src: Reg): void {
  if (place.kind === "attribute") emit(l, target, { op: "SetAttr", object: place.object, name: place.name, src });
  else if (place.kind === "item") emit(l, target, { op: "SetItem", object: place.object, index: place.index, src });
  else assignPattern(l, target, src);
}

/** Stores `src` into any target: a name, an attribute, an item, a pattern. */
export function assign(l: Lowering, target: Expr, src: Reg): void {
  writePlace(l, target, placeOf(l, target), src);
}

// ---------------------------------------------------------------- patterns

function assignPattern(l: Lowering, target: Expr, src: Reg): void {
  if (target.kind === "Name") storeName(l, target, target.name, src);
  else if (target.kind === "Collection") assignList(l, target, src);
  else if (target.kind === "Dict") assignObject(l, target, src);
  else if (target.kind === "DefaultPattern") assign(l, target.target, withDefault(l, target, src, target.value));
  else if (target.kind === "Assign" && target.value !== null) assign(l, target.target, withDefault(l, target, src, target.value));
  else if (target.kind === "Spread" || target.kind === "Cast") assign(l, target.value, src);
  else opaque(l, target, `assignment to ${target.kind}`, [src, l.expr(l, target)], false);
}

function assignList(l: Lowering, pattern: Collection, src: Reg): void {
  const dsts = pattern.elements.map(() => newReg(l));
  const star = pattern.elements.findIndex((element) => element?.kind === "Spread");
  emit(l, pattern, { op: "Unpack", dsts, src, star });
  for (const [i, element] of pattern.elements.entries()) if (element !== null) assign(l, element, dsts[i] as Reg);
}

function assignObject(l: Lowering, pattern: Dict, src: Reg): void {
  const keys: Reg[] = [];
  for (const entry of pattern.entries) {
    if (entry.kind === "Spread") assign(l, entry.value, value(l, entry, { op: "ObjectRest", src, keys: [...keys] }));
    else assignEntry(l, entry, src, keys);
  }
}

function assignEntry(l: Lowering, entry: Entry, src: Reg, keys: Reg[]): void {
  const index = l.expr(l, entry.key);
  keys.push(index);
  const named = entry.key.kind === "Str" && entry.computed !== true;
  const got = named
    ? value(l, entry, { op: "GetAttr", object: src, name: (entry.key as { readonly value: string }).value })
    : value(l, entry, { op: "GetItem", object: src, index });
  assign(l, entry.value, got);
}

/** `src`, or the value of `fallback` when `src` is undefined (JavaScript's rule; Python has no such patterns). */
export function withDefault(l: Lowering, at: Span, src: Reg, fallback: Expr): Reg {
  const into = newReg(l);
  move(l, at, into, src);
  const test = value(l, at, { op: "Binary", operator: "===", left: src, right: constant(l, at, { type: "undefined" }) });
  const missing = newBlock(l);
  const end = newBlock(l);
  branchOn(l, at, test, [missing, end]);
  startBlock(l, missing);
  move(l, fallback, into, l.expr(l, fallback));
  jump(l, end);
  startBlock(l, end);
  return into;
}

// ---------------------------------------------------------------- assignment expressions

export function lowerAssign(l: Lowering, node: Assign): Reg {
  if (node.value === null) {
    // `f().x: int` evaluates what stands in the target and stores nothing.
    if (node.target.kind !== "Name" && placeOf(l, node.target).kind === "pattern") l.expr(l, node.target);
    return l.unit.dialect.nothing(l, node);
  }
  if (node.op !== null) return augmented(l, node, node.op, node.value);
  const { targets, last } = chainOf(node);
  if (!l.unit.dialect.targetFirst) {
    const src = l.expr(l, last);
    for (const target of targets) assign(l, target, src);
    return src;
  }
  const places = targets.map((target) => placeOf(l, target));
  const src = l.expr(l, last);
  for (let i = targets.length - 1; i >= 0; i--) writePlace(l, targets[i] as Expr, places[i] as Place, src);
  return src;
}

/** `a = b = v`: the targets from left to right, and the value. */
function chainOf(node: Assign): { readonly targets: Expr[]; readonly last: Expr } {
  const targets = [node.target];
  let last = node.value as Expr;
  while (last.kind === "Assign" && last.op === null && last.value !== null && last.walrus !== true) {
    targets.push(last.target);
    last = last.value;
  }
  return { targets, last };
}

function augmented(l: Lowering, node: Assign, operator: string, right: Expr): Reg {
  const place = placeOf(l, node.target);
  const old = readPlace(l, node.target, place);
  const short = SHORT_CIRCUIT[operator];
  if (short !== undefined) return shortAssign(l, node, { place, old, short, right });
  const dst = value(l, node, { op: "Binary", operator, left: old, right: l.expr(l, right), inPlace: true });
  writePlace(l, node.target, place, dst);
  return dst;
}

const SHORT_CIRCUIT: { readonly [operator: string]: "and" | "or" | "??" } = { and: "and", "&&": "and", or: "or", "||": "or", "??": "??" };

type Short = { readonly place: Place; readonly old: Reg; readonly short: "and" | "or" | "??"; readonly right: Expr };

/** `x ??= v`, `x ||= v`, `x &&= v`: the assignment happens only when the old value asks for it. */
function shortAssign(l: Lowering, node: Assign, { place, old, short, right }: Short): Reg {
  const into = newReg(l);
  move(l, node, into, old);
  const doIt = newBlock(l);
  const end = newBlock(l);
  const test = short === "??" ? isNullish(l, node.target, old) : old;
  branchOn(l, node.target, test, short === "or" ? [end, doIt] : [doIt, end]);
  startBlock(l, doIt);
  const src = l.expr(l, right);
  move(l, right, into, src);
  writePlace(l, node.target, place, src);
  jump(l, end);
  startBlock(l, end);
  return into;
}

export function lowerUpdate(l: Lowering, node: Update): Reg {
  const place = placeOf(l, node.operand);
  const old = readPlace(l, node.operand, place);
  const one = constant(l, node, { type: "number", value: 1 });
  const dst = value(l, node, { op: "Binary", operator: node.op, left: old, right: one, inPlace: true });
  writePlace(l, node.operand, place, dst);
  return node.prefix ? dst : old;
}

// ---------------------------------------------------------------- deletion

export function deletePlace(l: Lowering, target: Expr): void {
  if (target.kind === "Name") emit(l, target, { op: "DeleteVar", ref: refTo(l, target.name) });
  else if (target.kind === "Collection") for (const element of target.elements) element !== null && deletePlace(l, element);
  else {
    const place = placeOf(l, target);
    if (place.kind === "attribute") emit(l, target, { op: "DelAttr", object: place.object, name: place.name });
    else if (place.kind === "item") emit(l, target, { op: "DelItem", object: place.object, index: place.index });
    else l.expr(l, target);
  }
}

/** Goes on only where `test` holds; used by comprehension clauses. */
export function continueIf(l: Lowering, test: Expr, otherwise: number): void {
  const yes = newBlock(l);
  branch(l, test, { yes, no: otherwise, into: null, assertion: false });
  startBlock(l, yes);
}
