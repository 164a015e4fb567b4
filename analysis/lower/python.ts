/**
 * Python: names are local to the function that binds them anywhere; class variables are seen by the class body alone;
 * a comprehension has a scope of its own, except that `:=` binds outside it.
 */
import type { Reg } from "../ir.ts";
import type { ClassBody, Comprehension, Expr, FunctionBody, FunctionDef, Import, Module, Node } from "../tree.ts";
import { constant, value } from "./builder.ts";
import type { Dialect, Lowering, Survey } from "./context.ts";
import { makeFunction, paramVariable, statements } from "./functions.ts";
import { storeName } from "./names.ts";
import { assign } from "./places.ts";
import { declare, type Scope } from "./scopes.ts";
import { declareTargets, functionAround, openInner, registerClass, registerFunction, visit } from "./survey.ts";

export const python: Dialect = {
  surveyModule: (s: Survey, module: Module, scope: Scope) => visit(s, [module.body, scope]),
  surveyNode,
  surveyList: (_s, _list, scope) => scope,
  reserved: () => null,
  hoist: () => {},
  enter,
  decoratesMembers: false,
  defaults: (l, fn) => fn.params.map((param) => (param.default === null ? null : l.expr(l, param.default))),
  functionDef,
  classBody: (l: Lowering, cls: ClassBody) => statements(l, cls.body),
  fields: () => {},
  importNames,
  receiver: (_l: Lowering, _object: Expr, reg: Reg, byIndex: boolean) => (byIndex ? null : reg),
  targetFirst: false,
  displayType: "dict",
  nothing: (l, at) => constant(l, at, { type: "null" }),
};

// ---------------------------------------------------------------- scopes

/** Declares what the node binds; true when the node's children have been queued here. */
function surveyNode(s: Survey, node: Node, scope: Scope): boolean {
  if (node.kind === "FunctionBody") return surveyFunction(s, node, scope);
  if (node.kind === "ClassBody") return surveyClass(s, node, scope);
  if (node.kind === "Comprehension") return surveyComprehension(s, node, scope);
  if (node.kind === "Yield") {
    const around = functionAround(s, scope);
    if (around !== undefined) around.generator = true;
  } else declareBound(node, scope);
  return node.kind === "TypeNode";
}

function declareBound(node: Node, scope: Scope): void {
  if (node.kind === "Assign") declareTargets(binding(scope), node.target);
  else if (node.kind === "Case") declareCaptures(scope, node.pattern);
  else if (node.kind === "ScopeDecl") {
    scope.elsewhere ??= new Map();
    for (const name of node.names) scope.elsewhere.set(name, node.scope);
  } else {
    declareTargets(scope, ...targetsOf(node));
    const name = nameBoundBy(node);
    if (name !== null) declare(scope, name);
  }
}

function targetsOf(node: Node): readonly Expr[] {
  if (node.kind === "ForEach") return node.target.kind === "VarDecl" ? [] : [node.target];
  if (node.kind === "WithItem" || node.kind === "Handler") return node.target === null ? [] : [node.target];
  return node.kind === "Delete" ? node.targets : [];
}

function nameBoundBy(node: Node): string | null {
  if (node.kind === "FunctionDef") return node.fn.name;
  if (node.kind === "ClassDef") return node.cls.name;
  return node.kind === "ImportName" && node.imported !== "*" ? node.local : null;
}

/** The scope in which an assignment binds: never a comprehension's. */
function binding(scope: Scope): Scope {
  let at = scope;
  while (at.kind === "comprehension" && at.parent !== null) at = at.parent;
  return at;
}

function surveyFunction(s: Survey, node: FunctionBody, scope: Scope): true {
  const info = registerFunction(s, node, scope, false);
  const outside = node.params.flatMap((param) => [...(param.decorators ?? []), param.default]);
  const inside = node.params.map((param) => param.target);
  visit(s, [[...node.decorators, ...outside], scope], [[...inside, ...node.body], info.scope]);
  return true;
}

function surveyClass(s: Survey, node: ClassBody, scope: Scope): true {
  const info = registerClass(s, node, scope);
  visit(s, [[...node.decorators, ...node.bases], scope], [node.body, info.scope]);
  return true;
}

function surveyComprehension(s: Survey, node: Comprehension, scope: Scope): true {
  const inner = openInner(s, node, "comprehension", scope);
  for (const clause of node.clauses) if (clause.kind === "ComprehensionFor") declareTargets(inner, clause.target);
  const [first, ...rest] = node.clauses;
  const [target, iterable] = first?.kind === "ComprehensionFor" ? [first.target, first.iterable] : [null, first];
  visit(s, [[iterable], scope], [[target, ...rest, node.key, node.element], inner]);
  return true;
}

/** Names that a `case` pattern captures: all but `_` and those of classes, values and keys. */
function declareCaptures(scope: Scope, pattern: Expr): void {
  const stack: (Node | null)[] = [pattern];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node === null) continue;
    if (node.kind === "Name" && node.name !== "_") declare(scope, node.name);
    else if (node.kind === "Collection") stack.push(...node.elements.toReversed());
    else if (node.kind === "Dict") stack.push(...node.entries.toReversed());
    else if (node.kind === "DefaultPattern") stack.push(node.target, node.value);
    else if (node.kind === "Spread" || node.kind === "Entry" || node.kind === "Arg") stack.push(node.value);
    else if (node.kind === "Call") stack.push(...node.args.toReversed());
    else if (node.kind === "Binary" && node.op === "|") stack.push(node.left, node.right);
  }
}

// ---------------------------------------------------------------- lowering

/** Parameters of Python 3 are names; whatever else was written is taken apart, so that nothing in it is lost. */
function enter(l: Lowering, fn: FunctionBody): void {
  for (const [i, param] of fn.params.entries()) {
    if (param.target.kind === "Name") continue;
    assign(l, param.target, value(l, param, { op: "LoadVar", ref: { name: paramVariable(param, i), hops: 0 } }));
  }
}

function functionDef(l: Lowering, node: FunctionDef): void {
  const made = makeFunction(l, node.fn, node);
  if (node.fn.name !== null) storeName(l, node, node.fn.name, made);
}

function importNames(l: Lowering, node: Import): void {
  for (const name of node.names) {
    if (node.form === "from") {
      const got = value(l, name, { op: "Import", module: node.module, name: name.imported });
      if (name.imported !== "*") storeName(l, name, name.local, got);
    } else if (name.aliased) storeName(l, name, name.local, value(l, name, { op: "Import", module: node.module, name: null }));
    else storeName(l, name, name.local, value(l, name, { op: "Import", module: node.module, name: null, first: true }));
  }
}
