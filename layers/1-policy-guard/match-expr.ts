/** One pattern expression against one expression of a program. */
import { CHILD_FIELDS, type Expr, type Node, type Stmt } from "../../analysis/tree.ts";
import { matchCall } from "./match-calls.ts";
import { matchCollection, matchDict, matchJsx } from "./match-collections.ts";
import { matchList } from "./match-list.ts";
import { matchMember, matchNameExpr } from "./match-members.ts";
import { matchBinary, matchLogical } from "./match-operators.ts";
import { matchConstant, matchRegex, matchTemplate, matchText } from "./match-strings.ts";
import { matchType } from "./match-types.ts";
import { type Matching, matchOptional, type Next, spend } from "./matching.ts";
import { DEEP, isDots, isDotsName, isMeta, metaName, TYPED } from "./pattern-marks.ts";
import type { PatternText } from "./polish-pattern.ts";
import { singleValue, typesOf } from "./resolve.ts";

/** Inside a pattern, casts are seen through and, if the rule wants it, names are seen as what they stand for. */
export function matchExpr(cx: Matching, pattern: Expr, code: Expr, next: Next): boolean {
  if (code.kind === "Cast" && pattern.kind !== "Cast" && matchExpr(cx, pattern, code.value, next)) return true;
  if (matchRoot(cx, pattern, code, next)) return true;
  if (!cx.options.symbolic || code.kind !== "Name" || metaName(pattern) !== null || isDots(pattern)) return false;
  const value = singleValue(cx.facts, code);
  return value !== null && matchExpr(cx, pattern, value, next);
}

export function matchRoot(cx: Matching, pattern: Expr, code: Expr, next: Next): boolean {
  spend(cx);
  switch (pattern.kind) {
    case "Name":
      return matchNameExpr(cx, pattern, code, next);
    case "Member":
      return matchMember(cx, pattern, code, next);
    case "Call":
      if (pattern.callee.kind === "Name" && pattern.callee.name === DEEP) return matchDeep(cx, pattern.args[0]?.value as Expr, code, next);
      if (pattern.callee.kind === "Name" && pattern.callee.name === TYPED) return matchTyped(cx, pattern, code, next);
      return matchCall(cx, pattern, code, next);
    case "Str":
      return matchText(cx, pattern as PatternText, code, next);
    case "Num":
    case "Bool":
      return matchConstant(cx, pattern, code, next);
    case "EllipsisLiteral":
      return next();
    case "Template":
      return matchTemplate(cx, pattern, code, next);
    case "Regex":
      return matchRegex(cx, pattern, code, next);
    case "Binary":
      return matchBinary(cx, pattern, code, next);
    case "Logical":
      return matchLogical(cx, pattern, code, next);
    case "Collection":
      return matchCollection(cx, pattern, code, next);
    case "Dict":
      return matchDict(cx, pattern, code, next);
    case "Jsx":
      return matchJsx(cx, pattern, code, next);
    case "Assign":
      return matchAssign(cx, pattern, code, next);
    case "TypeNode":
      return code.kind === "TypeNode" && matchType(cx, pattern, code, next);
    default:
      return code.kind === pattern.kind && matchFields(cx, pattern, code, next);
  }
}

// ---------------------------------------------------------------- assignments and types

type AssignNode = Expr & { kind: "Assign" };

function matchAssign(cx: Matching, pattern: AssignNode, code: Expr, next: Next): boolean {
  if (code.kind !== "Assign" || pattern.op !== code.op) return false;
  if (matchSides(cx, pattern, code, next)) return true;
  const { target, value } = code;
  if (target.kind !== "Collection" || value?.kind !== "Collection" || target.elements.length !== value.elements.length) return false;
  if (target.type !== "tuple" || value.type !== "tuple") return false;
  return target.elements.some((each, i) => {
    const given = value.elements[i];
    if (each == null || given == null) return false;
    return matchSides(cx, pattern, { ...code, target: each, value: given }, next);
  });
}

function matchSides(cx: Matching, pattern: AssignNode, code: AssignNode, next: Next): boolean {
  return matchExpr(cx, pattern.target, code.target, () =>
    matchOptional(cx, { pattern: pattern.type, code: code.type }, matchType, () => {
      if (pattern.value === null || code.value === null) return pattern.value === code.value && next();
      return matchExpr(cx, pattern.value, code.value, next);
    }),
  );
}

function matchTyped(cx: Matching, pattern: Expr & { kind: "Call" }, code: Expr, next: Next): boolean {
  const name = pattern.args[0]?.value;
  const type = pattern.args[1]?.value;
  if (name === undefined || type?.kind !== "TypeNode") return false;
  return isOfType(cx, code, type.text) && matchExpr(cx, name, code, next);
}

export function isOfType(cx: Matching, code: Expr, type: string): boolean {
  const wanted = type.replace(/\s+/g, "");
  return typesOf(cx.facts, code).some((each) => each === wanted || each === wanted.slice(wanted.lastIndexOf(".") + 1));
}

// ---------------------------------------------------------------- deep matches

/** `<... e ...>`: the expression itself and every part of it, but for the statements of functions in it. */
export function matchDeep(cx: Matching, pattern: Expr, code: Expr, next: Next): boolean {
  const stack: Expr[] = [code];
  for (let part = stack.pop(); part !== undefined; part = stack.pop()) {
    if (matchRoot(cx, pattern, part, next)) return true;
    const parts = partsOf(part);
    if (cx.options.symbolic && part.kind === "Name") {
      const value = singleValue(cx.facts, part);
      if (value !== null) parts.push(value);
    }
    for (let i = parts.length - 1; i >= 0; i--) stack.push(parts[i] as Expr);
  }
  return false;
}

function partsOf(code: Expr): Expr[] {
  if (code.kind === "FunctionExpr") {
    const only = code.fn.body[0];
    return code.fn.body.length === 1 && only?.kind === "Return" && only.value !== null ? [only.value] : [];
  }
  const out: Expr[] = [];
  for (const field of CHILD_FIELDS[code.kind]) {
    const value = (code as unknown as Record<string, unknown>)[field] as Node | readonly (Node | null)[] | null | undefined;
    for (const item of Array.isArray(value) ? (value as readonly (Node | null)[]) : [value as Node | null | undefined]) {
      if (item != null) out.push(...expressionsOf(item));
    }
  }
  return out;
}

/** Arguments, entries, holes and clauses are no expressions; what they hold is. */
function expressionsOf(node: Node): Expr[] {
  switch (node.kind) {
    case "Arg":
    case "Hole":
      return [node.value];
    case "Entry":
      return [node.key, node.value];
    case "ComprehensionFor":
      return [node.iterable];
    case "ComprehensionIf":
      return [node.test];
    case "TypeNode":
    case "ClassBody":
    case "FunctionBody":
      return [];
    default:
      return [node as Expr];
  }
}

/** A statement `f()` in a pattern also stands for `x = f()` and `g(f())`, but not for `a or f()`. */
export function matchImplicit(cx: Matching, pattern: Expr, code: Expr, next: Next): boolean {
  const stack: Expr[] = [code];
  for (let part = stack.pop(); part !== undefined; part = stack.pop()) {
    if (matchRoot(cx, pattern, part, next)) return true;
    if (!cx.options.implicitDeep) return false;
    const parts = implicitParts(part);
    for (let i = parts.length - 1; i >= 0; i--) stack.push(parts[i] as Expr);
  }
  return false;
}

function implicitParts(code: Expr): readonly Expr[] {
  switch (code.kind) {
    case "Assign":
    case "Cast":
    case "Await":
    case "Yield":
      return code.value === null ? [] : [code.value];
    case "Call":
      return code.isNew === true ? [] : [code.callee, ...code.args.map((arg) => arg.value)];
    case "Member":
      return [code.object];
    case "Collection":
      return code.elements.filter((element) => element !== null);
    case "Dict":
      return code.entries.map((entry) => entry.value);
    default:
      return [];
  }
}

// ---------------------------------------------------------------- everything else: the same shape

const LISTS: ReadonlySet<string> = new Set(["body", "then", "otherwise", "finalizer"]);
/** Fields that make no difference to what a program means to a pattern. */
const SILENT: ReadonlySet<string> = new Set(["start", "end", "kind", "optional", "method", "prefix"]);

export function matchFields(cx: Matching, pattern: Node, code: Node, next: Next): boolean {
  const fields = CHILD_FIELDS[pattern.kind];
  const [wanted, found] = [pattern as unknown as Record<string, unknown>, code as unknown as Record<string, unknown>];
  for (const key of Object.keys(wanted)) {
    if (SILENT.has(key) || fields.includes(key)) continue;
    if (!sameValue(wanted[key], found[key])) return false;
  }
  return matchField(cx, { fields, at: 0, wanted, found }, next);
}

type Fields = {
  readonly fields: readonly string[];
  readonly at: number;
  readonly wanted: Record<string, unknown>;
  readonly found: Record<string, unknown>;
};

function matchField(cx: Matching, state: Fields, next: Next): boolean {
  const field = state.fields[state.at];
  if (field === undefined) return next();
  const then = (): boolean => matchField(cx, { ...state, at: state.at + 1 }, next);
  const pattern = state.wanted[field];
  const code = state.found[field];
  if (Array.isArray(pattern)) {
    if (!Array.isArray(code)) return pattern.length === 0 && then();
    if (LISTS.has(field)) return cx.parts.body(cx, pattern as readonly Stmt[], code as readonly Stmt[], then);
    return matchList(cx, { patterns: pattern as Node[], items: code as Node[], item: cx.parts.node, open: false }, then);
  }
  if (pattern === null || pattern === undefined) return (field === "type" || code === null || code === undefined) && then();
  if (code === null || code === undefined) return isDots(pattern as Node) && then();
  return cx.parts.node(cx, pattern as Node, code as Node, then);
}

function sameValue(a: unknown, b: unknown): boolean {
  if (typeof a === "string" && (isMeta(a) || isDotsName(a))) return true;
  return a === b || (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((each, i) => each === b[i]));
}
