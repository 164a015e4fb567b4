/** Expressions to what they stand for: canonical API paths through imports and aliases, and simple constants. */
import type { Dict, Expr } from "../../analysis/tree.ts";
import { lookup, type Scope } from "./scopes.ts";

export type Constant = string | number | bigint | boolean | null;

/** Longer member chains and alias chains than any API needs are left unresolved. */
const MAX_SEGMENTS = 16;
const MAX_HOPS = 8;
/** Objects whose members are the free names of the language. */
const GLOBAL_OBJECTS = /^(?:builtins|__builtins__|globalThis|window|global)\./;
/** Calls that give a module: their first argument names it. */
const MODULE_CALLS: ReadonlySet<string> = new Set(["require", "import", "__import__", "importlib.import_module"]);

/** Paths an expression may be known by: as written (`m`), and through imports and aliases (`hashlib.md5`). */
export function pathsOf(expr: Expr, scope: Scope): string[] {
  const chain = memberChain(expr);
  if (chain === null) return [];
  const { root, tail } = chain;
  const join = (head: string) => [head, ...tail].join(".");
  if (root.kind !== "Name") return headsOf(root, scope, MAX_HOPS).map(join);
  const heads = headsOf(root, scope, MAX_HOPS);
  // A name that an import binds is also known as it is written; a redefined name is not.
  if (lookup(scope, root.name)?.form === "import" && !heads.includes(root.name)) heads.push(root.name);
  return heads.map((head) => join(head).replace(GLOBAL_OBJECTS, ""));
}

/** `a.b["c"]` as root `a` and tail `b`, `c`. */
function memberChain(expr: Expr): { readonly root: Expr; readonly tail: readonly string[] } | null {
  const tail: string[] = [];
  let at = plainValue(expr);
  while (at.kind === "Member" || at.kind === "Index") {
    const name = at.kind === "Member" ? at.name : at.index.kind === "Str" ? at.index.value : null;
    if (name === null || tail.length >= MAX_SEGMENTS) return null;
    tail.push(name);
    at = plainValue(at.object);
  }
  return { root: at, tail: tail.reverse() };
}

/** What the root of a chain is called elsewhere; empty when it is nothing that has a name outside. */
function headsOf(root: Expr, scope: Scope, hops: number): string[] {
  if (hops === 0) return [];
  if (root.kind === "Call") return moduleOf(root, scope, hops);
  if (root.kind !== "Name") return [];
  const binding = lookup(scope, root.name);
  if (binding === null) return [root.name, ...starsOf(scope).map((module) => `${module}.${root.name}`)];
  if (binding.form === "import") return [binding.path];
  if (binding.form === "opaque") return [];
  const chain = memberChain(binding.value);
  if (chain === null || isSelf(chain.root, root.name)) return [];
  return headsOf(chain.root, binding.scope, hops - 1).map((head) => [head, ...chain.tail].join("."));
}

function isSelf(expr: Expr, name: string): boolean {
  return expr.kind === "Name" && expr.name === name;
}

/** `require("node:crypto")` -> `crypto`. */
function moduleOf(call: Expr & { kind: "Call" }, scope: Scope, hops: number): string[] {
  const argument = call.args[0]?.value;
  const chain = memberChain(call.callee);
  if (argument === undefined || chain === null || chain.root.kind !== "Name") return [];
  const names = headsOf(chain.root, scope, hops - 1).map((head) => [head, ...chain.tail].join("."));
  const module = names.some((name) => MODULE_CALLS.has(name)) ? constantOf(argument, scope) : null;
  return module !== null && typeof module.value === "string" ? [module.value.replace(/^node:/, "")] : [];
}

function starsOf(scope: Scope): string[] {
  const stars: string[] = [];
  for (let at: Scope | null = scope; at !== null; at = at.parent) stars.push(...at.stars);
  return stars;
}

/** The constant an expression is: a literal, a name assigned once to one, a sum of such texts. */
export function constantOf(expr: Expr, scope: Scope, hops = MAX_HOPS): { readonly value: Constant } | null {
  const node = plainValue(expr);
  switch (node.kind) {
    case "Str":
    case "Num":
    case "Bool":
      return { value: node.value };
    case "Null":
      return { value: null };
    case "Template":
      return node.parts.every((part) => part.kind === "Str")
        ? { value: node.parts.map((part) => (part as { value: string }).value).join("") }
        : null;
    case "Name": {
      const binding = hops === 0 ? null : lookup(scope, node.name);
      return binding?.form === "value" ? constantOf(binding.value, binding.scope, hops - 1) : null;
    }
    case "Unary":
      return negated(node.op, hops === 0 ? null : constantOf(node.operand, scope, hops - 1));
    case "Binary":
      return node.op === "+" && hops > 0 ? sum(constantOf(node.left, scope, hops - 1), constantOf(node.right, scope, hops - 1)) : null;
    default:
      return null;
  }
}

function negated(op: string, operand: { readonly value: Constant } | null): { readonly value: Constant } | null {
  if (operand === null) return null;
  if (op === "not") return { value: !operand.value };
  return op === "-" && (typeof operand.value === "number" || typeof operand.value === "bigint") ? { value: -operand.value } : null;
}

function sum(left: { readonly value: Constant } | null, right: { readonly value: Constant } | null): { readonly value: Constant } | null {
  return typeof left?.value === "string" && typeof right?.value === "string" ? { value: left.value + right.value } : null;
}

/** The object literal an expression is, directly or through a name assigned once. */
export function dictOf(expr: Expr, scope: Scope): { readonly dict: Dict; readonly scope: Scope } | null {
  const node = plainValue(expr);
  if (node.kind === "Dict") return { dict: node, scope };
  const binding = node.kind === "Name" ? lookup(scope, node.name) : null;
  if (binding?.form !== "value") return null;
  const value = plainValue(binding.value);
  return value.kind === "Dict" ? { dict: value, scope: binding.scope } : null;
}

/** Without the casts and awaits around it. */
export function plainValue(expr: Expr): Expr {
  let at = expr;
  while (at.kind === "Cast" || at.kind === "Await") at = at.value;
  return at;
}
