/** Making functions and classes where they are defined, and lowering the body of one function. */
import type { ArgReg, FunctionId, FunctionIr, ParamIr, Reg } from "../ir.ts";
import type { Block as BlockNode, ClassBody, Expr, FunctionBody, Module, Node, Param, Stmt } from "../tree.ts";
import {
  branchOn,
  emit,
  finish,
  inScope,
  jump,
  move,
  newBlock,
  newReg,
  spanOf,
  startBlock,
  startLowering,
  text,
  value,
} from "./builder.ts";
import { lowerArg } from "./calls.ts";
import { isNullish } from "./conditions.ts";
import type { FunctionInfo, Lowering, Unit } from "./context.ts";
import { storeName } from "./names.ts";
import type { Scope } from "./scopes.ts";

/** A function or class that the survey did not number would be a fault of the survey. */
function idOf(l: Lowering, node: Node): FunctionId {
  const info = l.unit.infoOf.get(node);
  if (info === undefined) throw new Error(`no function for ${node.kind} at ${node.start}`);
  return info.id;
}

/** Evaluates decorators and defaults, makes the function, applies the decorators from the inside out. */
export function makeFunction(l: Lowering, fn: FunctionBody, at: Node): Reg {
  const decorators = fn.decorators.map((decorator) => l.expr(l, decorator));
  for (const param of fn.params) for (const decorator of param.decorators ?? []) l.expr(l, decorator);
  const defaults = l.unit.dialect.defaults(l, fn);
  const made = value(l, fn, { op: "MakeFunction", fn: idOf(l, fn), defaults, ...freshOf(l, fn, at) });
  bindOwnName(l, at, fn.name, made);
  return l.unit.dialect.decoratesMembers && fn.name !== null
    ? decorateMember(l, { nodes: fn.decorators, decorators, name: fn.name }, made)
    : decorate(l, fn.decorators, decorators, made);
}

/**
 * Variables that the running iteration of a loop has for itself and that the function names: what it will find in them
 * is what they hold now. Those that are assigned again are left to be shared, and so are those declared after it.
 */
function freshOf(l: Lowering, fn: FunctionBody, at: Node): { readonly fresh?: readonly string[] } {
  if (l.scope.fresh === null || at.kind !== "FunctionExpr") return {};
  const found: string[] = [];
  const text = l.unit.source.slice(fn.start, fn.end);
  for (let scope: Scope | null = l.scope; scope !== null && scope.fresh !== null; scope = scope.parent) {
    for (const [name, end] of scope.fresh)
      if (end <= fn.start && !l.unit.assigned.has(name) && text.includes(name)) found.push(scope.names.get(name) ?? name);
  }
  return found.length === 0 ? {} : { fresh: found };
}

export function makeClass(l: Lowering, cls: ClassBody, at: Node): Reg {
  const decorators = cls.decorators.map((decorator) => l.expr(l, decorator));
  const bases = cls.bases.map((base): ArgReg => lowerArg(l, base));
  const made = value(l, cls, { op: "MakeClass", name: cls.name ?? "", bases, fields: declaredFields(cls), body: idOf(l, cls) });
  bindOwnName(l, at, cls.name, made);
  return decorate(l, cls.decorators, decorators, made);
}

function declaredFields(cls: ClassBody): string[] {
  return cls.body.flatMap((member) => {
    const declared = member.kind === "ExprStmt" && member.value.kind === "Assign" ? member.value : null;
    const isField = declared?.target.kind === "Name" && declared.type !== undefined && !declared.type.names.includes("ClassVar");
    return isField && declared.target.kind === "Name" ? [declared.target.name] : [];
  });
}

/** A named function or class expression knows itself by its name, in a scope of its own. */
function bindOwnName(l: Lowering, at: Node, name: string | null, made: Reg): void {
  const scope = l.unit.scopeOf.get(at);
  if (scope !== undefined && name !== null) inScope(l, scope, () => storeName(l, at, name, made));
}

function decorate(l: Lowering, nodes: readonly Expr[], decorators: readonly Reg[], made: Reg): Reg {
  let reg = made;
  for (let i = nodes.length - 1; i >= 0; i--) {
    reg = value(l, nodes[i] as Expr, { op: "Call", callee: decorators[i] as Reg, args: [{ value: reg }] });
  }
  return reg;
}

type Decoration = { readonly nodes: readonly Expr[]; readonly decorators: readonly Reg[]; readonly name: string };

/** A member's decorator gets its name and descriptor, too; what it gives takes the member's place, else what the descriptor holds then. */
function decorateMember(l: Lowering, { nodes, decorators, name }: Decoration, made: Reg): Reg {
  let reg = made;
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i] as Expr;
    const key = text(l, node, name);
    const descriptor = value(l, node, { op: "Build", type: "object", items: [{ key: text(l, node, "value"), value: reg }] });
    const args = [{ value: reg }, { value: key }, { value: descriptor }];
    const given = value(l, node, { op: "Call", callee: decorators[i] as Reg, args });
    const into = newReg(l);
    const [other, kept, end] = [newBlock(l), newBlock(l), newBlock(l)];
    move(l, node, into, given);
    branchOn(l, node, isNullish(l, node, given), [kept, other]);
    startBlock(l, other);
    branchOn(l, node, value(l, node, { op: "Binary", operator: "===", left: given, right: descriptor }), [kept, end]);
    startBlock(l, kept);
    move(l, node, into, value(l, node, { op: "GetAttr", object: descriptor, name: "value" }));
    jump(l, end);
    startBlock(l, end);
    reg = into;
  }
  return reg;
}

// ---------------------------------------------------------------- bodies

type LowerNode = Pick<Lowering, "expr" | "statement">;

export function lowerFunction(unit: Unit, info: FunctionInfo, lower: LowerNode): FunctionIr {
  const l = startLowering(unit, info, lower);
  const params = info.role === "function" ? (info.node as FunctionBody).params : [];
  const variables = params.map((param, i) => paramVariable(param, i));
  for (const variable of variables) info.frame.locals.add(variable);
  lowerBody(l, info);
  for (const later of l.deferred) later();
  finish(l, info.role === "module" ? { op: "Stop" } : { op: "Return", src: null, at: { start: info.node.end, end: info.node.end } });
  return describe(
    l,
    params.map((param, i) => paramIr(param, variables[i] as string)),
  );
}

function lowerBody(l: Lowering, info: FunctionInfo): void {
  const { dialect } = l.unit;
  if (info.role === "class") dialect.classBody(l, info.node as ClassBody);
  else if (info.role === "fields") dialect.fields(l, info.node as ClassBody);
  else {
    if (info.role === "function") dialect.enter(l, info.node as FunctionBody);
    statements(l, (info.node as Module | FunctionBody | BlockNode).body);
  }
}

/** A list of statements in the scope that the survey opened for it, hoisted ones first. */
export function statements(l: Lowering, list: readonly Stmt[]): void {
  inScope(l, l.unit.scopeOf.get(list), () => {
    l.unit.dialect.hoist(l, list);
    for (const statement of list) l.statement(l, statement);
  });
}

/** The variable that receives the argument; patterns are taken apart from a hidden one. */
export function paramVariable(param: Param, index: number): string {
  return param.target.kind === "Name" ? param.target.name : `arg#${index}`;
}

function paramIr(param: Param, name: string): ParamIr {
  const decorator = param.decorators?.[0];
  const called = decorator?.kind === "Call" ? decorator.callee : decorator;
  const decorated = called?.kind === "Name" ? { decorator: called.name } : {};
  return { name, form: param.form, hasDefault: param.default !== null, type: param.type?.text ?? "", ...decorated };
}

function describe(l: Lowering, params: readonly ParamIr[]): FunctionIr {
  const { fn, unit } = l;
  const node = fn.role === "function" ? (fn.node as FunctionBody) : null;
  const decorators = node?.decorators ?? (fn.role === "class" ? (fn.node as ClassBody).decorators : []);
  return {
    id: fn.id,
    name: fn.name,
    flavour: fn.flavour,
    ...(fn.isStatic ? { isStatic: true as const } : {}),
    async: node?.async === true,
    generator: fn.generator,
    params,
    locals: [...fn.frame.locals],
    registers: l.registers,
    blocks: l.blocks,
    at: spanOf(fn.node),
    decorators: decorators.map((decorator) => unit.source.slice(decorator.start, decorator.end)),
    wholes: l.wholes,
  };
}

/** What takes the place of a function that could not be lowered: anything may happen in it. */
export function opaqueFunction(unit: Unit, info: FunctionInfo, lower: LowerNode): FunctionIr {
  const l = startLowering(unit, info, lower);
  emit(l, info.node, { op: "Opaque", dst: l.registers++, reason: "could not be lowered", mayCall: true, parts: [] });
  finish(l, { op: "Return", src: null, at: spanOf(info.node) });
  const params = info.role === "function" ? (info.node as FunctionBody).params : [];
  return describe(
    l,
    params.map((param, i) => paramIr(param, paramVariable(param, i))),
  );
}
