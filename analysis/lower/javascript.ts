/**
 * JavaScript and TypeScript: hoisting, `this`, parameters that are completed at entry, class bodies.
 *
 * What the frame of a class body holds when it is done: methods and getters under their names, setters under `set NAME`,
 * static members under their names (`static NAME` where an instance member has the name too), and the function of the
 * instance fields under `#fields`. Members whose names are computed go straight into the class (`this`) or its prototype.
 */
import { type Reg, type Span, typeVariable } from "../ir.ts";
import type { ClassBody, Expr, Field, FunctionBody, FunctionDef, Import, Name, Stmt } from "../tree.ts";
import { attributeName, constant, emit, text, value } from "./builder.ts";
import type { Dialect, FunctionInfo, Lowering } from "./context.ts";
import { makeFunction, paramVariable } from "./functions.ts";
import { declared, isInstanceField, surveyList, surveyModule, surveyNode } from "./javascript-scopes.ts";
import { storeName } from "./names.ts";
import { assign, withDefault } from "./places.ts";
import { hopsBetween, resolve } from "./scopes.ts";

export const javascript: Dialect = {
  surveyModule,
  surveyNode,
  surveyList,
  reserved,
  hoist,
  enter,
  decoratesMembers: true,
  defaults: (_l, fn) => fn.params.map(() => null),
  functionDef: (l, node) => {
    if (!l.hoisted.has(node)) defineFunction(l, node);
  },
  classBody,
  fields,
  importNames: (l, node) => {
    if (!l.hoisted.has(node)) importNames(l, node);
  },
  receiver: (l, object, reg) => (object.kind === "Name" && object.name === "super" ? value(l, object, { op: "LoadThis" }) : reg),
  targetFirst: true,
  displayType: "object",
  nothing: (l, at) => constant(l, at, { type: "undefined" }),
};

function reserved(l: Lowering, node: Name): Reg | null {
  if (node.name === "this") return value(l, node, { op: "LoadThis" });
  if (node.name !== "undefined" || resolve(l.scope, l.fn.frame, node.name).hops !== "global") return null;
  return constant(l, node, { type: "undefined" });
}

/** Imports run before everything else of the module, function declarations before everything else of their block. */
function hoist(l: Lowering, list: readonly Stmt[]): void {
  for (const one of list) {
    if (one.kind !== "Import") continue;
    l.hoisted.add(one);
    importNames(l, one);
  }
  for (const statement of list) {
    const node = declared(statement);
    if (node.kind !== "FunctionDef" || node.fn.name === null) continue;
    l.hoisted.add(node);
    defineFunction(l, node);
  }
}

function defineFunction(l: Lowering, node: FunctionDef): void {
  const made = makeFunction(l, node.fn, node);
  if (node.fn.name !== null) storeName(l, node, node.fn.name, made);
}

function importNames(l: Lowering, node: Import): void {
  for (const { imported, local } of node.types ?? []) {
    const name = imported === "*" ? null : imported;
    storeName(l, node, typeVariable(local), value(l, node, { op: "Import", module: node.module, name }));
  }
  if (node.typeOnly === true) return;
  if (node.names.length === 0) value(l, node, { op: "Import", module: node.module, name: null });
  for (const name of node.names) {
    const whole = name.imported === "*" || name.imported === "";
    storeName(l, name, name.local, value(l, name, { op: "Import", module: node.module, name: whole ? null : name.imported }));
  }
}

/** Defaults are evaluated in the function, for each parameter that is undefined; then patterns are taken apart. */
function enter(l: Lowering, fn: FunctionBody): void {
  for (const [i, param] of fn.params.entries()) {
    if (param.default === null && param.target.kind === "Name") continue;
    const ref = { name: paramVariable(param, i), hops: 0 } as const;
    let reg = value(l, param, { op: "LoadVar", ref });
    if (param.default !== null) reg = withDefault(l, param, reg, param.default);
    if (param.target.kind === "Name") emit(l, param, { op: "StoreVar", ref, src: reg });
    else assign(l, param.target, reg);
  }
}

// ---------------------------------------------------------------- classes

function classBody(l: Lowering, cls: ClassBody): void {
  const instance = new Set(
    cls.body.flatMap((member) => (member.kind === "FunctionDef" && member.isStatic !== true ? [member.fn.name] : [])),
  );
  const part = l.unit.fieldsOf.get(cls);
  if (part !== undefined) storeMember(l, cls, "#fields", makePart(l, part, cls));
  const nameFor = (name: string) => (instance.has(name) ? `static ${name}` : attributeName(name));
  for (const member of cls.body) if (member.kind === "FunctionDef") method(l, member, nameFor);
  if (cls.name !== null && cls.body.some(runsOnce)) storeName(l, cls, cls.name, value(l, cls, { op: "LoadThis" }));
  for (const member of cls.body) {
    if (member.kind === "FunctionDef") continue;
    if (member.kind === "Field" && member.isStatic !== true) keepComputedName(l, member);
    else if (member.kind === "Field") staticField(l, member, nameFor);
    else if (member.kind === "Block") {
      const callee = makePart(l, l.unit.infoOf.get(member), member);
      value(l, member, { op: "Call", callee, receiver: value(l, member, { op: "LoadThis" }), args: [] });
    } else l.statement(l, member);
  }
}

/** A static block and the value of a static field find the methods and the class under its name. */
const runsOnce = (member: ClassBody["body"][number]): boolean =>
  member.kind === "Block" || (member.kind === "Field" && member.isStatic === true && member.value !== null);

function makePart(l: Lowering, part: FunctionInfo | undefined, at: Span): Reg {
  if (part === undefined) throw new Error("a class part without a function");
  return value(l, at, { op: "MakeFunction", fn: part.id, defaults: [] });
}

function storeMember(l: Lowering, at: Span, variable: string, src: Reg): void {
  l.fn.frame.locals.add(variable);
  emit(l, at, { op: "StoreVar", ref: { name: variable, hops: 0 }, src });
}

function method(l: Lowering, member: FunctionDef, staticName: (name: string) => string): void {
  const name = member.fn.name ?? constantName(member.computedName);
  if (name === null) {
    const key = member.computedName === undefined ? text(l, member, "") : l.expr(l, member.computedName);
    storeComputed(l, member, key, makeFunction(l, member.fn, member));
    return;
  }
  const plain = member.isStatic === true ? staticName(name) : attributeName(name);
  storeMember(l, member, member.fn.flavour === "setter" ? `set ${plain}` : plain, makeFunction(l, member.fn, member));
}

function constantName(computed: Expr | undefined): string | null {
  return computed?.kind === "Str" ? computed.value : null;
}

function storeComputed(l: Lowering, member: FunctionDef | Field, index: Reg, src: Reg): void {
  const cls = value(l, member, { op: "LoadThis" });
  const object = member.isStatic === true ? cls : value(l, member, { op: "GetAttr", object: cls, name: "prototype" });
  emit(l, member, { op: "SetItem", object, index, src });
}

function staticField(l: Lowering, member: Field, staticName: (name: string) => string): void {
  const name = member.name ?? constantName(member.computedName);
  const key = name === null && member.computedName !== undefined ? l.expr(l, member.computedName) : null;
  const src = member.value === null ? constant(l, member, { type: "undefined" }) : l.expr(l, member.value);
  if (name !== null) storeMember(l, member, staticName(name), src);
  else if (key !== null) storeComputed(l, member, key, src);
}

/** A computed field name is evaluated once, with the class; construction finds it in a variable. */
function keepComputedName(l: Lowering, member: Field): void {
  const kept = l.unit.keptNames.get(member);
  if (kept === undefined || member.computedName === undefined) return;
  const src = l.expr(l, member.computedName);
  emit(l, member, { op: "StoreVar", ref: { name: kept.variable, hops: hopsBetween(l.fn.frame, kept.frame) }, src });
}

function fields(l: Lowering, cls: ClassBody): void {
  for (const member of cls.body) {
    if (!isInstanceField(member) || member.value === null) continue;
    const src = l.expr(l, member.value);
    const object = value(l, member, { op: "LoadThis" });
    const kept = l.unit.keptNames.get(member);
    if (member.name !== null) emit(l, member, { op: "SetAttr", object, name: attributeName(member.name), src });
    else if (kept !== undefined) {
      const ref = { name: kept.variable, hops: hopsBetween(l.fn.frame, kept.frame) };
      emit(l, member, { op: "SetItem", object, index: value(l, member, { op: "LoadVar", ref }), src });
    }
  }
}
