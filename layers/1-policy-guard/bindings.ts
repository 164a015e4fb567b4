/** What metavariables are bound to, and when two bindings of one name are the same code. */
import { CHILD_FIELDS, type Expr, type Node } from "../../analysis/tree.ts";
import type { ProgramFacts } from "./program-facts.ts";
import { bindingOf, constantOf } from "./resolve.ts";
import type { MatchOptions } from "./rule.ts";

export type Bound =
  | { readonly kind: "node"; readonly node: Node }
  | { readonly kind: "list"; readonly nodes: readonly Node[]; readonly start: number; readonly end: number }
  /** A name that is no expression: a property, a keyword, a function's name. */
  | { readonly kind: "name"; readonly name: string; readonly start: number; readonly end: number }
  /** What is between the quotes of a string. */
  | { readonly kind: "text"; readonly text: string; readonly start: number; readonly end: number };

/** In the order they were bound; failed attempts are undone by cutting it back. Names are marked (`pattern-marks.ts`). */
export type Bindings = [name: string, value: Bound][];

export function boundAs(bindings: Bindings, name: string): Bound | undefined {
  for (const [known, value] of bindings) if (known === name) return value;
  return undefined;
}

export function spanOf(bound: Bound): { readonly start: number; readonly end: number } {
  return bound.kind === "node" ? bound.node : bound;
}

/** The source text of a binding, as `metavariable-regex` sees it. */
export function textOf(bound: Bound, source: string): string {
  if (bound.kind === "name") return bound.name;
  if (bound.kind === "text") return bound.text;
  const { start, end } = spanOf(bound);
  if (bound.kind === "node" && bound.node.kind === "Name") return bound.node.name;
  return source.slice(start, end);
}

/** The same code but for its place; the same name in another scope is other code. */
export function isSame(a: Bound, b: Bound, facts: ProgramFacts, options: MatchOptions): boolean {
  if (a.kind === "list" || b.kind === "list") {
    if (a.kind !== "list" || b.kind !== "list" || a.nodes.length !== b.nodes.length) return false;
    return a.nodes.every((node, i) => isSameCode(node, b.nodes[i] as Node, facts, options));
  }
  if (a.kind === "text" || b.kind === "text") return a.kind === "text" && b.kind === "text" ? a.text === b.text : isTextOf(a, b);
  if (a.kind === "name") return nameOf(b) === a.name;
  if (b.kind === "name") return nameOf(a) === b.name;
  return isSameCode(a.node, b.node, facts, options);
}

/** Text is equal to a string literal with that text. */
function isTextOf(a: Bound, b: Bound): boolean {
  const [text, other] = a.kind === "text" ? [a, b] : [b, a];
  return text.kind === "text" && other.kind === "node" && other.node.kind === "Str" && other.node.value === text.text;
}

function nameOf(bound: Bound): string | null {
  if (bound.kind === "name") return bound.name;
  return bound.kind === "node" && bound.node.kind === "Name" ? bound.node.name : null;
}

function isSameCode(left: Node, right: Node, facts: ProgramFacts, options: MatchOptions): boolean {
  if (options.constants && left.kind !== right.kind && isSameConstant(left, right, facts)) return true;
  const stack: [Node | null, Node | null][] = [[left, right]];
  for (let pair = stack.pop(); pair !== undefined; pair = stack.pop()) {
    const [a, b] = pair;
    if (a === b) continue;
    if (a === null || b === null || a.kind !== b.kind) return false;
    if (a.kind === "Name" && b.kind === "Name") {
      if (a.name !== b.name || (options.strictNames && !isSameName(a, b, facts))) return false;
    } else if (!sameFields(a, b, stack)) return false;
  }
  return true;
}

function isSameName(a: Expr & { kind: "Name" }, b: Expr & { kind: "Name" }, facts: ProgramFacts): boolean {
  if (a.start === b.start) return true;
  const first = bindingOf(facts, a);
  const second = bindingOf(facts, b);
  return first === null || second === null || first === second;
}

/** A literal and a name that stands for it. */
function isSameConstant(a: Node, b: Node, facts: ProgramFacts): boolean {
  const literal = (node: Node): boolean => node.kind === "Str" || node.kind === "Num" || node.kind === "Bool";
  if (!(literal(a) && b.kind === "Name") && !(literal(b) && a.kind === "Name")) return false;
  const first = constantOf(facts, a as Expr);
  const second = constantOf(facts, b as Expr);
  return first !== null && second !== null && "value" in first && "value" in second && first.value === second.value;
}

function sameFields(a: Node, b: Node, stack: [Node | null, Node | null][]): boolean {
  const children = CHILD_FIELDS[a.kind];
  const [left, right] = [a as unknown as Record<string, unknown>, b as unknown as Record<string, unknown>];
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    if (key === "start" || key === "end" || key === "optional" || key === "joined") continue;
    const [x, y] = [left[key] ?? null, right[key] ?? null];
    if (!children.includes(key)) {
      if (x !== y && JSON.stringify(x, bigintText) !== JSON.stringify(y, bigintText)) return false;
    } else if (Array.isArray(x) && Array.isArray(y)) {
      if (x.length !== y.length) return false;
      for (let i = 0; i < x.length; i++) stack.push([x[i], y[i]]);
    } else stack.push([x as Node | null, y as Node | null]);
  }
  return true;
}

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}
