/** Names to what they stand for: the path of an import, a constant, a type. */
import type { Expr } from "../../analysis/tree.ts";
import type { ProgramFacts } from "./program-facts.ts";
import { type Binding, lookup, type Place, placeAt, type Write } from "./scopes.ts";

/** `text: null` is some string that is not known. */
export type Constant = { readonly value: string | number | bigint | boolean } | { readonly text: null };

const MAX_HOPS = 8;
const MODULE_CALLS: ReadonlySet<string> = new Set(["require", "import", "__import__"]);

export function bindingOf(facts: ProgramFacts, name: Expr & { kind: "Name" }): Binding | null {
  return lookup(placeAt(facts.places(), name.start), name.name);
}

/** `["subprocess", "call"]` for a name imported from there, for `require("m")` and for a name bound to that once. */
export function importPath(facts: ProgramFacts, expr: Expr, hops = MAX_HOPS): readonly string[] | null {
  if (hops === 0) return null;
  if (expr.kind === "Await" || expr.kind === "Cast") return importPath(facts, expr.value, hops - 1);
  if (expr.kind === "Call") return moduleOf(facts, expr);
  if (expr.kind === "Member") {
    const object = importPath(facts, expr.object, hops - 1);
    return object === null ? null : [...object, expr.name];
  }
  if (expr.kind !== "Name") return null;
  const binding = bindingOf(facts, expr);
  if (binding === null) return starPath(facts, expr.name);
  if (binding.path !== null) return binding.path;
  const only = binding.writes.length === 1 && !binding.opaque ? binding.writes[0]?.value : null;
  return only == null || !leadsToModule(only, facts.python) ? null : importPath(facts, only, hops - 1);
}

/** A free name may come from the one module whose every name was imported. */
function starPath(facts: ProgramFacts, name: string): readonly string[] | null {
  const { stars } = facts.places();
  return stars.length === 1 ? [...(stars[0] as readonly string[]), name] : null;
}

/** Only what `require` gives is followed through assignments; Python's `run = subprocess.call` is data flow, and not syntax. */
function leadsToModule(value: Expr, python: boolean): boolean {
  let at = value;
  while (at.kind === "Await" || at.kind === "Cast" || at.kind === "Member") at = at.kind === "Member" ? at.object : at.value;
  return at.kind === "Call" ? at.callee.kind === "Name" && MODULE_CALLS.has(at.callee.name) : at.kind === "Name" && !python;
}

/** `require("node:crypto")` -> `["crypto"]`. */
function moduleOf(facts: ProgramFacts, call: Expr & { kind: "Call" }): readonly string[] | null {
  const argument = call.args[0]?.value;
  if (argument === undefined || call.callee.kind !== "Name" || !MODULE_CALLS.has(call.callee.name)) return null;
  const module = constantOf(facts, argument);
  return module === null || !("value" in module) || typeof module.value !== "string" ? null : [module.value.replace(/^node:/, "")];
}

// ---------------------------------------------------------------- constants

/** The constant an expression is: a literal, a name that can only be one, a sum of such. */
export function constantOf(facts: ProgramFacts, expr: Expr, hops = MAX_HOPS): Constant | null {
  if (hops === 0) return null;
  const of = (part: Expr): Constant | null => constantOf(facts, part, hops - 1);
  switch (expr.kind) {
    case "Str":
    case "Num":
    case "Bool":
      return { value: expr.value };
    case "Cast":
      return of(expr.value);
    case "Template":
      return templateOf(expr, of);
    case "Name":
      return constantOfName(facts, expr, hops - 1);
    case "Unary":
      return negated(expr.op, of(expr.operand));
    case "Binary":
      return calculated(expr.op, of(expr.left), of(expr.right));
    case "Conditional":
      return joined([of(expr.then), of(expr.otherwise)]);
    case "Logical":
      return expr.op === "or" && expr.left.kind === "Logical" && expr.left.op === "and"
        ? joined([of(expr.left.right), of(expr.right)])
        : null;
    default:
      return null;
  }
}

function templateOf(expr: Expr & { kind: "Template" }, of: (part: Expr) => Constant | null): Constant | null {
  let text: string | null = "";
  for (const part of expr.parts) {
    const constant: Constant | null = part.kind === "Str" ? { value: part.value } : of(part.value);
    if (constant === null) return null;
    text = text === null || !("value" in constant) ? null : text + String(constant.value);
  }
  return text === null ? { text: null } : { value: text };
}

function constantOfName(facts: ProgramFacts, name: Expr & { kind: "Name" }, hops: number): Constant | null {
  if (hops === 0) return null;
  const use = placeAt(facts.places(), name.start);
  const binding = lookup(use, name.name);
  if (binding === null || binding.opaque || binding.path !== null || binding.writes.length === 0) return null;
  const writes = reaching(binding, use, name.start);
  return writes === null ? null : joined(writes.map((write) => (write.value === null ? null : constantOf(facts, write.value, hops))));
}

/** The writes that a use may see: the last one that must have run before it, and those in branches in between. */
function reaching(binding: Binding, use: Place, at: number): readonly Write[] | null {
  const { writes } = binding;
  if (writes.length === 1) return writes;
  if (functionOf(use) !== functionOf(writes[0]?.place ?? use)) return null;
  const before = writes.filter((write) => write.at <= at);
  let last = -1;
  for (const [i, write] of before.entries()) if (holds(write.place, use)) last = i;
  if (last < 0) return writes;
  const again = writes.filter((write) => write.at > at && sharesLoop(write.place, use));
  return [...before.slice(last), ...again];
}

function functionOf(place: Place): Place {
  let at = place;
  while (at.kind === "block" && at.parent !== null) at = at.parent;
  return at;
}

function holds(outer: Place, inner: Place): boolean {
  for (let at: Place | null = inner; at !== null; at = at.parent) if (at === outer) return true;
  return false;
}

function sharesLoop(a: Place, b: Place): boolean {
  for (let at: Place | null = a; at !== null && at.kind === "block"; at = at.parent) if (at.loop && holds(at, b)) return true;
  return false;
}

function joined(constants: readonly (Constant | null)[]): Constant | null {
  const first = constants[0];
  if (first === undefined || constants.includes(null)) return null;
  const known = constants as readonly Constant[];
  if ("value" in first! && known.every((each) => "value" in each && each.value === (first as { value: unknown }).value)) return first;
  return known.every(isText) ? { text: null } : null;
}

function isText(constant: Constant): boolean {
  return !("value" in constant) || typeof constant.value === "string";
}

function negated(op: string, operand: Constant | null): Constant | null {
  if (operand === null || !("value" in operand)) return null;
  if (op === "not") return { value: !operand.value };
  return op === "-" && (typeof operand.value === "number" || typeof operand.value === "bigint") ? { value: -operand.value } : null;
}

function calculated(op: string, left: Constant | null, right: Constant | null): Constant | null {
  if (left === null || right === null) return op === "*" && left !== null && isText(left) && !numeric(left) ? { text: null } : null;
  if (!("value" in left) || !("value" in right)) return op === "+" && isText(left) && isText(right) ? { text: null } : null;
  const [a, b] = [left.value, right.value];
  if (typeof a === "string" && typeof b === "string") return op === "+" ? { value: a + b } : null;
  if (typeof a === "string" || typeof b === "string") return op === "*" ? { text: null } : null;
  if (typeof a !== "number" || typeof b !== "number") return null;
  const result = arithmetic(op, a, b);
  return result === null || !Number.isFinite(result) ? null : { value: result };
}

function numeric(constant: Constant): boolean {
  return "value" in constant && typeof constant.value !== "string";
}

function arithmetic(op: string, a: number, b: number): number | null {
  switch (op) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    case "**":
      return a ** b;
    default:
      return null;
  }
}

// ---------------------------------------------------------------- values and types

/** The one expression a name stands for, when it is assigned once. */
export function singleValue(facts: ProgramFacts, expr: Expr): Expr | null {
  if (expr.kind !== "Name") return null;
  const use = placeAt(facts.places(), expr.start);
  const binding = lookup(use, expr.name);
  if (binding === null || binding.opaque || binding.path !== null) return null;
  const writes = binding.writes.length === 1 ? binding.writes : (reaching(binding, use, expr.start) ?? []);
  const only = writes.length === 1 ? writes[0]?.value : null;
  return only == null || only === expr || (only.end > expr.start && only.start < expr.end) ? null : only;
}

/** Names of the type an expression is known to have: declared, constructed, or a literal's. */
export function typesOf(facts: ProgramFacts, expr: Expr): readonly string[] {
  switch (expr.kind) {
    case "Str":
    case "Template":
      return ["string", "str", "String"];
    case "Num":
      // Scripts have one kind of number, which rules call by any of its names.
      if (!facts.python) return ["number", "float", "int", "Number"];
      return Number.isInteger(expr.value) ? ["number", "int", "Number"] : ["number", "float", "Number"];
    case "Bool":
      return ["boolean", "bool", "Boolean"];
    case "Cast":
      return expr.type === null ? typesOf(facts, expr.value) : [plainType(expr.type.text)];
    case "Call":
      return expr.isNew === true || (facts.python && /^[A-Z]/.test(lastName(expr.callee)))
        ? [dotted(expr.callee), lastName(expr.callee)]
        : [];
    case "Name": {
      const binding = bindingOf(facts, expr);
      if (binding === null) return [];
      if (binding.type !== null) return [plainType(binding.type.text)];
      const only = binding.writes.length === 1 ? binding.writes[0]?.value : null;
      return only == null || only.kind === "Name" ? [] : typesOf(facts, only);
    }
    default:
      return [];
  }
}

function plainType(text: string): string {
  return text.replace(/\s+/g, "");
}

function lastName(expr: Expr): string {
  return expr.kind === "Name" || expr.kind === "Member" ? expr.name : "";
}

function dotted(expr: Expr): string {
  if (expr.kind === "Name") return expr.name;
  return expr.kind === "Member" ? `${dotted(expr.object)}.${expr.name}` : "";
}
