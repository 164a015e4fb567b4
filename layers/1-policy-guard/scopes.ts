/**
 * What names mean in a tree, for matching: which are imports, which stand for one expression, which are redefined.
 * One pass collects scopes and calls; questions are asked afterwards, so that the order of definitions does not matter.
 */
import {
  type Call,
  CHILD_FIELDS,
  type Dict,
  type Expr,
  type FunctionBody,
  type Import,
  type Module,
  type Node,
} from "../../analysis/tree.ts";

export type Binding =
  /** Canonical path: `subprocess.call`, `child_process`. */
  | { readonly form: "import"; readonly path: string }
  /** Assigned once; `value` is read in `scope`. */
  | { readonly form: "value"; readonly value: Expr; readonly scope: Scope }
  /** Defined here: a function, class, parameter, loop variable, or assigned more than once. */
  | { readonly form: "opaque" };

export type Scope = {
  readonly parent: Scope | null;
  readonly kind: "module" | "function" | "class" | "block";
  readonly bindings: Map<string, Binding>;
  /** Modules whose every name was imported (`from x import *`). */
  readonly stars: string[];
  /** Python `global` and `nonlocal`: name -> the scope it is assigned in. */
  readonly elsewhere: Map<string, Scope>;
};

export type ScopedCall = { readonly call: Call; readonly scope: Scope };

const OPAQUE: Binding = { form: "opaque" };
/** Nodes that open a block scope (JavaScript `let` and `const`, comprehension variables). */
const BLOCKS: ReadonlySet<Node["kind"]> = new Set([
  "Block",
  "If",
  "While",
  "ForEach",
  "ForLoop",
  "Try",
  "Handler",
  "Switch",
  "Comprehension",
]);

/** Every call of the tree with the scope it stands in, in source order. No recursion over input depth. */
export function collectCalls(module: Module): ScopedCall[] {
  const calls: ScopedCall[] = [];
  const nodes: Node[] = [module];
  const scopes: Scope[] = [newScope(null, "module")];
  const isPython = module.language === "python";
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    let scope = scopes.pop() as Scope;
    if (node.kind === "Call") calls.push({ call: node, scope });
    else scope = declare(node, scope, isPython);
    pushChildren(node, scope, nodes, scopes);
  }
  return calls;
}

/** The binding that `name` has in `scope`; null for a free name. Class bodies are seen only from directly inside. */
export function lookup(scope: Scope, name: string): Binding | null {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    if (at.kind === "class" && at !== scope) continue;
    const found = at.elsewhere.get(name)?.bindings.get(name) ?? at.bindings.get(name);
    if (found !== undefined) return found;
  }
  return null;
}

function newScope(parent: Scope | null, kind: Scope["kind"]): Scope {
  return { parent, kind, bindings: new Map(), stars: [], elsewhere: new Map() };
}

function pushChildren(node: Node, scope: Scope, nodes: Node[], scopes: Scope[]): void {
  const fields = CHILD_FIELDS[node.kind];
  for (let f = fields.length - 1; f >= 0; f--) {
    const value = (node as unknown as Record<string, unknown>)[fields[f] as string];
    if (value === null || value === undefined) continue;
    if (!Array.isArray(value)) {
      nodes.push(value as Node);
      scopes.push(scope);
      continue;
    }
    for (let i = value.length - 1; i >= 0; i--) {
      if (value[i] === null) continue;
      nodes.push(value[i] as Node);
      scopes.push(scope);
    }
  }
}

/** Binds what `node` defines and gives the scope of what is inside it. */
function declare(node: Node, scope: Scope, isPython: boolean): Scope {
  switch (node.kind) {
    case "Import":
      declareImport(node, scope);
      return scope;
    case "VarDecl":
      for (const each of node.declarations) assign(each.target, each.value, node.keyword === "var" ? functionScope(scope) : scope);
      return scope;
    case "Assign":
      // A declaration's own Assign comes by here again: binding the same value twice changes nothing.
      declareAssign(node.target, node.op === null ? node.value : undefined, scope, isPython);
      return scope;
    case "Update":
      declareAssign(node.operand, undefined, scope, isPython);
      return scope;
    case "FunctionDef":
    case "ClassDef":
      bind(scope, (node.kind === "FunctionDef" ? node.fn.name : node.cls.name) ?? "", OPAQUE);
      return scope;
    case "FunctionBody":
      return functionInside(node, scope);
    case "ClassBody":
      return newScope(scope, "class");
    case "ScopeDecl":
      for (const name of node.names) scope.elsewhere.set(name, node.scope === "global" ? moduleScope(scope) : outerFunction(scope));
      return scope;
    default:
      return declareTargets(node, BLOCKS.has(node.kind) && (!isPython || node.kind === "Comprehension") ? newScope(scope, "block") : scope);
  }
}

function declareTargets(node: Node, scope: Scope): Scope {
  if (node.kind === "ForEach" && node.target.kind !== "VarDecl") assign(node.target, undefined, scope);
  else if (node.kind === "Comprehension") {
    for (const clause of node.clauses) if (clause.kind === "ComprehensionFor") assign(clause.target, undefined, scope);
  } else if (node.kind === "Handler" && node.target !== null) assign(node.target, undefined, scope);
  else if (node.kind === "WithItem" && node.target !== null) assign(node.target, undefined, scope);
  else if (node.kind === "Case") assign(node.pattern, undefined, scope);
  return scope;
}

function functionInside(fn: FunctionBody, outer: Scope): Scope {
  const scope = newScope(outer, "function");
  if (fn.name !== null && fn.flavour === "function") bind(scope, fn.name, OPAQUE);
  for (const param of fn.params) assign(param.target, undefined, scope);
  return scope;
}

/** An assignment without declaration: Python makes the name local, JavaScript reaches out to where it is declared. */
function declareAssign(target: Expr, value: Expr | null | undefined, scope: Scope, isPython: boolean): void {
  if (value === null) return;
  assign(target, value, target.kind === "Name" ? ownerOf(target.name, scope, isPython) : scope);
}

/** `:=` inside a Python comprehension binds in the function around it (PEP 572). */
function ownerOf(name: string, scope: Scope, isPython: boolean): Scope {
  return isPython ? (scope.elsewhere.get(name) ?? functionScope(scope)) : declaringScope(scope, name);
}

function declaringScope(scope: Scope, name: string): Scope {
  let at = scope;
  while (!at.bindings.has(name) && at.parent !== null) at = at.parent;
  return at;
}

function functionScope(scope: Scope): Scope {
  let at = scope;
  while (at.kind === "block" && at.parent !== null) at = at.parent;
  return at;
}

function outerFunction(scope: Scope): Scope {
  let at = scope.parent ?? scope;
  while (at.kind !== "function" && at.parent !== null) at = at.parent;
  return at;
}

function moduleScope(scope: Scope): Scope {
  let at = scope;
  while (at.parent !== null) at = at.parent;
  return at;
}

/** Binds the names of a target; `value` undefined: not known. */
function assign(target: Expr, value: Expr | null | undefined, scope: Scope): void {
  const stack: [Expr, Expr | null | undefined][] = [[target, value]];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const [to, from] = top;
    if (to.kind === "Name") bind(scope, to.name, from == null ? OPAQUE : { form: "value", value: from, scope });
    else if (to.kind === "DefaultPattern") stack.push([to.target, undefined], ...(to.value.kind === "Name" ? [] : patternNames(to.value)));
    else if (to.kind === "Spread" || to.kind === "Cast") stack.push([to.value, undefined]);
    else if (to.kind === "Dict") stack.push(...entryTargets(to, from));
    else if (to.kind === "Collection") {
      const values = from?.kind === "Collection" && from.elements.length === to.elements.length ? from.elements : null;
      for (const [i, element] of to.elements.entries()) if (element !== null) stack.push([element, values?.[i] ?? undefined]);
    } else stack.push(...patternNames(to));
  }
}

/** Captures inside a Python `case` pattern: `Point(x=a)`, `a | b`, `[first, *rest] as all`. */
function patternNames(pattern: Expr): [Expr, undefined][] {
  if (pattern.kind === "Call") return pattern.args.map((arg) => [arg.value, undefined]);
  if (pattern.kind === "Binary" && pattern.op === "|")
    return [
      [pattern.left, undefined],
      [pattern.right, undefined],
    ];
  return pattern.kind === "Collection" || pattern.kind === "Dict" ? [[pattern, undefined]] : [];
}

/** `const {exec: run} = cp` binds `run` to `cp.exec`. */
function entryTargets(pattern: Dict, from: Expr | null | undefined): [Expr, Expr | undefined][] {
  return pattern.entries.map((entry) => {
    if (entry.kind === "Spread") return [entry.value, undefined];
    const { key, value } = entry;
    if (from == null || key.kind !== "Str" || value.kind !== "Name") return [value, undefined];
    return [value, { kind: "Member", object: from, name: key.value, start: entry.start, end: entry.end }];
  });
}

function bind(scope: Scope, name: string, binding: Binding): void {
  const known = scope.bindings.get(name);
  scope.bindings.set(name, known === undefined ? binding : merged(name, known, binding));
}

function merged(name: string, a: Binding, b: Binding): Binding {
  if (a.form === "import" && b.form === "import") return a.path === b.path ? a : OPAQUE;
  if (a.form === "value" && b.form === "value" && isSame(a.value, b.value)) return a;
  // `try: import x` / `except ImportError: x = None`, and `x = x`, leave the import what it is.
  if (a.form === "import" && b.form === "value" && isNothing(b.value, name)) return a;
  if (b.form === "import" && a.form === "value" && isNothing(a.value, name)) return b;
  return OPAQUE;
}

function isSame(a: Expr, b: Expr): boolean {
  return a === b || (a.kind === b.kind && a.start === b.start && a.end === b.end);
}

function isNothing(value: Expr, name: string): boolean {
  return value.kind === "Null" || (value.kind === "Name" && value.name === name);
}

function declareImport(node: Import, scope: Scope): void {
  const module = node.module.replace(/^node:/, "");
  for (const { imported, local, aliased } of node.names) {
    if (node.form === "module") bind(scope, local, { form: "import", path: aliased ? module : local });
    else if (imported === "*" && local === "*") scope.stars.push(module);
    else bind(scope, local, { form: "import", path: imported === "*" || imported === "default" ? module : `${module}.${imported}` });
  }
}
