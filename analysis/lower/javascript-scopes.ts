/**
 * JavaScript's and TypeScript's scopes: `var` and functions belong to the function, `let`, `const` and classes to the
 * block. Functions declared in a block also bind in the function around it in sloppy code (Annex B of ECMA-262).
 */
import { typeVariable } from "../ir.ts";
import type {
  Block,
  ClassBody,
  Expr,
  Field,
  FunctionBody,
  FunctionDef,
  Handler,
  Module,
  Node,
  Stmt,
  Switch,
  VarDecl,
  With,
} from "../tree.ts";
import type { FunctionInfo, Survey } from "./context.ts";
import { boundNames, declare, hiddenVariable, type Scope } from "./scopes.ts";
import {
  declareTargets,
  functionAround,
  keepName,
  openInner,
  registerClass,
  registerFunction,
  registerPart,
  visit,
  visitChildren,
} from "./survey.ts";

export function surveyModule(s: Survey, module: Module, scope: Scope): void {
  if (isStrict(module)) s.strict = true;
  declareLexical(s, module.body, scope);
  visit(s, [module.body, scope]);
}

function isStrict(module: Module): boolean {
  const first = module.body[0];
  if (first?.kind === "ExprStmt" && first.value.kind === "Str" && first.value.value === "use strict") return true;
  return module.body.some((one) => one.kind === "Import" || one.kind === "Export");
}

/** Opens a scope for a list that declares something of its own. */
export function surveyList(s: Survey, list: readonly Stmt[], scope: Scope): Scope {
  if (!list.some((one) => isLexical(declared(one)))) return scope;
  const inner = openInner(s, list, "block", scope);
  declareLexical(s, list, inner);
  return inner;
}

/** A statement without the `export` or labels before it. */
export function declared(statement: Stmt): Stmt {
  let at = statement;
  while (at.kind === "Labeled") at = at.body;
  return at.kind === "Export" && at.declaration !== null ? (at.declaration as Stmt) : at;
}

function isLexical(node: Stmt): boolean {
  return node.kind === "ClassDef" || node.kind === "FunctionDef" || (node.kind === "VarDecl" && node.keyword !== "var");
}

function declareLexical(s: Survey, list: readonly Stmt[], scope: Scope): void {
  for (const statement of list) {
    const node = declared(statement);
    if (node.kind === "VarDecl" && node.keyword !== "var") declareAll(scope, node);
    else if (node.kind === "ClassDef" && node.cls.name !== null) declare(scope, node.cls.name);
  }
  for (const statement of list) {
    const node = declared(statement);
    if (node.kind === "FunctionDef" && node.fn.name !== null) declare(functionScope(s, node.fn.name, scope), node.fn.name);
  }
}

function declareAll(scope: Scope, node: VarDecl): void {
  for (const declaration of node.declarations) {
    declareTargets(scope, declaration.target);
    if (scope.fresh !== null && node.keyword !== "var")
      for (const name of boundNames([declaration.target])) scope.fresh.set(name, node.end);
  }
}

/** Where a function declared in `scope` binds. */
function functionScope(s: Survey, name: string, scope: Scope): Scope {
  if (s.strict) return scope;
  let at = scope;
  while (at.kind === "block" && !at.names.has(name) && at.parent !== null) at = at.parent;
  return at.kind === "with" ? varScope(at) : at;
}

function varScope(scope: Scope): Scope {
  let at = scope;
  while ((at.kind === "block" || at.kind === "with") && at.parent !== null) at = at.parent;
  return at;
}

// ---------------------------------------------------------------- nodes

/** Declares what the node binds and opens its scopes; true when its children have been queued here. */
export function surveyNode(s: Survey, node: Node, scope: Scope): boolean {
  switch (node.kind) {
    case "Name":
      if (node.name === "arguments") declareArguments(s, scope);
      return true;
    case "TypeNode":
    case "TypeDecl":
      return true;
    case "VarDecl":
      for (const declaration of node.declarations) s.declarations.add(declaration);
      if (node.keyword === "var") declareAll(varScope(scope), node);
      return false;
    case "Import":
      if (node.typeOnly !== true) for (const name of node.names) declare(scope, name.local);
      for (const name of node.types ?? []) declare(scope, typeVariable(name.local));
      return true;
    case "Yield":
      markGenerator(s, scope);
      return false;
    case "Assign":
      if (!s.declarations.has(node)) for (const name of boundNames([node.target])) s.unit.assigned.add(name);
      return false;
    case "Update":
      if (!s.declarations.has(node) && node.operand.kind === "Name") s.unit.assigned.add(node.operand.name);
      return false;
    case "While":
      s.loops.add(node.body);
      return false;
    default:
      return surveyScope(s, node, scope);
  }
}

function surveyScope(s: Survey, node: Node, scope: Scope): boolean {
  switch (node.kind) {
    case "FunctionBody":
      return surveyFunction(s, node, scope, false);
    case "FunctionDef":
      return surveyFunctionDef(s, node, scope);
    case "FunctionExpr":
      if (node.fn.name === null || node.fn.flavour !== "function") return false;
      return surveyFunction(s, node.fn, ownName(s, node, node.fn.name, scope), false);
    case "ClassBody":
      return surveyClass(s, node, scope);
    case "ClassExpr":
      return node.cls.name === null ? false : surveyClass(s, node.cls, ownName(s, node, node.cls.name, scope));
    case "ForEach":
    case "ForLoop":
      return surveyFor(s, node, scope);
    case "Handler":
      return surveyHandler(s, node, scope);
    case "Switch":
      return surveySwitch(s, node, scope);
    case "With":
      return surveyWith(s, node, scope);
    default:
      return false;
  }
}

function surveyHandler(s: Survey, node: Handler, scope: Scope): boolean {
  if (node.target === null) return false;
  const inner = openInner(s, node, "block", scope);
  declareTargets(inner, node.target);
  visitChildren(s, node, inner);
  return true;
}

function surveyWith(s: Survey, node: With, scope: Scope): true {
  const inner = openInner(s, node, "with", scope);
  inner.object = hiddenVariable(inner.frame, "with");
  s.unit.usesWith = true;
  visit(s, [node.items, scope], [node.body, surveyList(s, node.body, inner)]);
  return true;
}

function ownName(s: Survey, key: object, name: string, scope: Scope): Scope {
  const inner = openInner(s, key, "block", scope);
  declare(inner, name);
  return inner;
}

function markGenerator(s: Survey, scope: Scope): void {
  const around = functionAround(s, scope);
  if (around !== undefined) around.generator = true;
}

/** `arguments` belongs to the nearest function that is not an arrow function; at the top level it is a free name. */
function declareArguments(s: Survey, scope: Scope): void {
  let info: FunctionInfo | undefined = functionAround(s, scope);
  while (info !== undefined && info.flavour === "arrow" && info.frame.parent !== null) info = s.unit.frames.get(info.frame.parent);
  if (info !== undefined && info.role === "function") declare(info.scope, "arguments");
}

function surveyFunction(s: Survey, node: FunctionBody, scope: Scope, isStatic: boolean): true {
  const info = registerFunction(s, node, scope, isStatic);
  declareLexical(s, node.body, info.scope);
  const decorators = [...node.decorators, ...node.params.flatMap((param) => param.decorators ?? [])];
  const params = node.params.flatMap((param) => [param.target, param.default]);
  visit(s, [decorators, scope], [[...params, ...node.body], info.scope]);
  return true;
}

function surveyFunctionDef(s: Survey, node: FunctionDef, scope: Scope): boolean {
  // Functions of a strict block and Annex B functions have been declared with the list they stand in.
  if (node.computedName === undefined && node.isStatic !== true) return false;
  surveyFunction(s, node.fn, scope, node.isStatic === true);
  if (node.computedName !== undefined) visit(s, [[node.computedName], scope]);
  return true;
}

function surveyFor(s: Survey, node: Extract<Node, { readonly kind: "ForEach" | "ForLoop" }>, scope: Scope): boolean {
  const head = node.kind === "ForEach" ? node.target : node.init;
  s.loops.add(node.body);
  if (node.kind === "ForLoop" && node.update !== null) s.declarations.add(node.update);
  if (node.kind === "ForEach" && head?.kind !== "VarDecl") for (const name of boundNames([node.target as Expr])) s.unit.assigned.add(name);
  if (head?.kind !== "VarDecl" || head.keyword === "var") return false;
  s.loops.add(node);
  const inner = openInner(s, node, "block", scope);
  declareAll(inner, head);
  visitChildren(s, node, inner);
  return true;
}

/** All cases share one scope. */
function surveySwitch(s: Survey, node: Switch, scope: Scope): true {
  const inner = openInner(s, node, "block", scope);
  for (const one of node.cases) declareLexical(s, one.body, inner);
  visit(s, [[node.subject], scope], [node.cases.flatMap((one) => [one.test, ...one.body]), inner]);
  return true;
}

// ---------------------------------------------------------------- classes

function surveyClass(s: Survey, node: ClassBody, scope: Scope): true {
  const info = registerClass(s, node, scope);
  const fields = node.body.some(isInstanceField) ? registerPart(s, node, "fields", info.scope) : null;
  const parts = node.body.map((member): readonly [readonly (Node | null | undefined)[], Scope] => {
    if (member.kind === "Block") return [member.body, surveyStatic(s, member, info.scope)];
    if (fields === null || member.kind !== "Field" || !isInstanceField(member)) return [[member], info.scope];
    if (member.computedName !== undefined) keepName(s, member, info.scope);
    return [[member.value], fields.scope];
  });
  visit(s, [[...node.decorators, ...node.bases], scope], ...parts, [computedNames(node), info.scope]);
  return true;
}

export function isInstanceField(member: Stmt): member is Field {
  return member.kind === "Field" && member.isStatic !== true;
}

function computedNames(node: ClassBody): Node[] {
  return node.body.filter(isInstanceField).flatMap((field) => (field.computedName === undefined ? [] : [field.computedName]));
}

/** A static initialiser is a function that runs once, with the class as `this`. */
function surveyStatic(s: Survey, node: Block, scope: Scope): Scope {
  const info = registerPart(s, node, "static", scope);
  declareLexical(s, node.body, info.scope);
  return info.scope;
}
