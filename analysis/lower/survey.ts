/**
 * The pass before lowering: numbers every function of a source in source order and records which scope declares what,
 * so that functions can be lowered one by one, when asked for. Linear in the size of the tree and without recursion.
 */
import {
  type Block,
  CHILD_FIELDS,
  type ClassBody,
  type Expr,
  type FunctionBody,
  type Module,
  type Node,
  type ParsedTree,
  type Stmt,
} from "../tree.ts";
import type { Dialect, FunctionInfo, Survey, Unit } from "./context.ts";
import { boundNames, declare, type Frame, hiddenVariable, home, makeFrame, makeScope, nameVariables, type Scope } from "./scopes.ts";

/** A source of which only the module's own function is known. */
export function startUnit(tree: ParsedTree, source: string, dialect: Dialect): Unit {
  const { module } = tree;
  const unit: Unit = {
    language: module.language,
    source,
    lines: tree.lines,
    dialect,
    functions: [],
    infoOf: new Map(),
    fieldsOf: new Map(),
    scopeOf: new Map(),
    frames: new Map(),
    keptNames: new Map(),
    diagnostics: [],
    usesWith: false,
    assigned: new Set(),
    surveyFailed: false,
  };
  const frame = makeFrame("module", null);
  const scope = makeScope("module", null, frame);
  register(unit, { name: "<module>", flavour: "module", role: "module", node: module, frame, scope, isStatic: false });
  return unit;
}

/** Finds all functions and declarations of the module. */
export function surveyModule(unit: Unit, module: Module): void {
  const { scope } = unit.functions[0] as FunctionInfo;
  const s: Survey = { unit, scopes: [scope], nodes: [], within: [], strict: false, loops: new Set(), declarations: new Set() };
  unit.dialect.surveyModule(s, module, scope);
  for (let node = s.nodes.pop(); node !== undefined; node = s.nodes.pop()) {
    const within = s.within.pop() as Scope;
    if (!unit.dialect.surveyNode(s, node, within)) visitChildren(s, node, within);
  }
  nameVariables(s.scopes);
}

// ---------------------------------------------------------------- walking

/** Visits the given nodes, each group in its scope, before anything that waits; in the order given. */
export function visit(s: Survey, ...groups: readonly (readonly [readonly (Node | null | undefined)[], Scope])[]): void {
  for (let i = groups.length - 1; i >= 0; i--) {
    const [nodes, scope] = groups[i] as (typeof groups)[number];
    for (let k = nodes.length - 1; k >= 0; k--) {
      const node = nodes[k];
      if (node !== null && node !== undefined) push(s, node, scope);
    }
  }
}

function push(s: Survey, node: Node, scope: Scope): void {
  s.nodes.push(node);
  s.within.push(scope);
}

/** Visits all children in `scope`; statement lists in the scope that the dialect opens for them. */
export function visitChildren(s: Survey, node: Node, scope: Scope): void {
  const fields = CHILD_FIELDS[node.kind];
  for (let i = fields.length - 1; i >= 0; i--) {
    const field = fields[i] as string;
    const child = (node as unknown as Record<string, Node | readonly (Node | null)[] | null | undefined>)[field];
    if (child === null || child === undefined) continue;
    if (!Array.isArray(child)) push(s, child as Node, scope);
    else visit(s, [child, isStatementList(field) ? s.unit.dialect.surveyList(s, child as Stmt[], scope) : scope]);
  }
}

function isStatementList(field: string): boolean {
  return field === "body" || field === "then" || field === "otherwise" || field === "finalizer";
}

// ---------------------------------------------------------------- recording

function openScope(s: Survey, kind: Scope["kind"], parent: Scope | null, frame: Frame): Scope {
  const scope = makeScope(kind, parent, frame);
  s.scopes.push(scope);
  return scope;
}

/** A scope inside the running function (a block, a comprehension), for the node or statement list `key`. */
export function openInner(s: Survey, key: object, kind: "block" | "comprehension" | "with", parent: Scope): Scope {
  const scope = openScope(s, kind, parent, home(parent.frame));
  if (parent.fresh !== null || s.loops.has(key)) scope.fresh = new Map();
  s.unit.scopeOf.set(key, scope);
  return scope;
}

function register(unit: Unit, info: Omit<FunctionInfo, "id" | "generator">): FunctionInfo {
  const entry: FunctionInfo = { ...info, id: unit.functions.length, generator: false };
  unit.functions.push(entry);
  unit.frames.set(info.frame, entry);
  if (info.role !== "fields") unit.infoOf.set(info.node, entry);
  return entry;
}

/** Registers a function and declares its parameters; the caller visits its parts. */
export function registerFunction(s: Survey, node: FunctionBody, around: Scope, isStatic: boolean): FunctionInfo {
  const frame = makeFrame("function", around.frame);
  const scope = openScope(s, "function", around, frame);
  const info = register(s.unit, { name: node.name ?? "", flavour: node.flavour, role: "function", node, frame, scope, isStatic });
  if (node.generator) info.generator = true;
  for (const param of node.params) declareTargets(scope, param.target);
  return info;
}

export function registerClass(s: Survey, node: ClassBody, around: Scope): FunctionInfo {
  const frame = makeFrame("class", around.frame);
  const scope = openScope(s, "class", around, frame);
  return register(s.unit, { name: node.name ?? "", flavour: "class", role: "class", node, frame, scope, isStatic: false });
}

/** A function that a class body holds without a function node of its own: its instance fields, a static block. */
export function registerPart(s: Survey, node: ClassBody | Block, role: "fields" | "static", around: Scope): FunctionInfo {
  const frame = makeFrame("function", around.frame);
  const scope = openScope(s, "function", around, frame);
  const shape = role === "fields" ? ({ name: "#fields", flavour: "fields" } as const) : ({ name: "", flavour: "method" } as const);
  const info = register(s.unit, { ...shape, role, node, frame, scope, isStatic: role === "static" });
  if (role === "fields") s.unit.fieldsOf.set(node, info);
  return info;
}

/** Keeps a value in a variable that both the class body and the functions in it can reach. */
export function keepName(s: Survey, node: Node, scope: Scope): void {
  const frame = home(scope.frame);
  s.unit.keptNames.set(node, { variable: hiddenVariable(frame, "key"), frame });
}

/** The function whose activation runs code of `scope` (for `yield`); class bodies run in the function around them. */
export function functionAround(s: Survey, scope: Scope): FunctionInfo | undefined {
  return s.unit.frames.get(home(scope.frame));
}

/** Declares every name that assigning to `target` would bind. */
export function declareTargets(scope: Scope, ...targets: readonly Expr[]): void {
  for (const name of boundNames(targets)) declare(scope, name);
}
