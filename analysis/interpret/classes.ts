/** The program's own classes: lookup along the bases, instances, construction. */

import { displayName } from "../ir.ts";
import type { State } from "../state.ts";
import { type Addr, type ApiV, membersOf, type RefV, type Value } from "../values.ts";
import { handOver } from "./again.ts";
import { BASE_VALUE, baseValue, makeBaseValue, valueBase } from "./base-values.ts";
import type { Builtin } from "./builtin.ts";
import { type CallArgs, NO_ARGS } from "./call-args.ts";
import { isError, keepArguments } from "./exceptions.ts";
import { isFactory } from "./function-attributes.ts";
import { current, inJs, newAddr, type Run } from "./run.ts";

const DEEPEST = 16;
export const NAMED_TUPLE = "typing.NamedTuple";
/** Under this a class keeps the names of its fields. */
export const FIELD_NAMES = "#names";

export function classOf(run: Run, state: State, instance: RefV): RefV | null {
  const parent = state.read(instance.addr).parent;
  return parent === null ? null : run.values.ref(parent);
}

/** Bases that bring no public member: what is read is a field. */
const BARE = /^(builtins\.|typing\.(NamedTuple|Generic|Protocol)$|abc\.ABC$)/;

/** Special methods, and names under which the lowering keeps members of classes of the program's own. */
const NOT_OF_LIBRARIES = /^(__|get:|set |static |#)/;

/** A class attribute, along the bases; a library base gives the library's member. Null when there is none. */
export function classLookup(run: Run, state: State, cls: RefV, name: string, depth = 0): Value | null {
  const object = state.read(cls.addr);
  const own = object.props.get(name);
  if (own !== undefined) return own;
  if (depth > DEEPEST) return null;
  for (const base of object.bases.flatMap((b) => [...membersOf(b)])) {
    if (base.k === "ref") {
      const found = classLookup(run, state, base, name, depth + 1);
      if (found !== null) return found;
    } else if (base.k === "api" && !NOT_OF_LIBRARIES.test(name) && !BARE.test(base.path)) return run.values.api(`${base.path}.${name}`);
    else if (base.k === "unknown" && !name.startsWith("__") && !name.startsWith("get:"))
      return run.values.unknown(base.cause, { path: `${base.path ?? object.name}.${name}` });
  }
  return null;
}

/** What Python looks up on the class alone: neither the instance nor `__getattr__` is asked for `__enter__` or `__getitem__`. */
export function specialMethod(run: Run, state: State, object: RefV, name: string): Value | null {
  const cls = classOf(run, state, object);
  const found = cls === null ? null : classLookup(run, state, cls, name);
  return found?.k === "closure" ? run.values.closure(found, object, found.labels) : found?.k === "partial" ? found : null;
}

/** A function that somebody else may call: as it is, or what stands behind an object that can be called (`__call__`, `handleEvent`). */
export function callableOf(run: Run, state: State, value: Value): Value | null {
  if (value.k === "closure" || value.k === "partial") return value;
  if (value.k !== "ref") return null;
  if (!inJs(run)) return state.read(value.addr).type === "instance" ? specialMethod(run, state, value, "__call__") : null;
  const handler = state.read(value.addr).props.get("s:handleEvent") ?? specialMethod(run, state, value, "handleEvent");
  return handler?.k === "closure" ? run.values.closure(handler, value, handler.labels) : null;
}

/** `C(...)`: a new instance, its fields, its constructor. */
export function construct(run: Run, state: State, cls: RefV, args: CallArgs): Value | null {
  const addr = newAddr(run);
  const self = run.values.ref(addr);
  state.add(addr, { type: "instance", parent: cls.addr, name: state.read(cls.addr).name });
  runFields(run, state, { cls, self, depth: 0 });
  const create = inJs(run) ? null : classLookup(run, state, cls, "__new__");
  const given =
    create?.k === "closure" ? run.call(state, run.values.closure(create, null), { ...args, positional: [cls, ...args.positional] }) : null;
  const foreign = foreignBase(state, cls);
  const init = classLookup(run, state, cls, inJs(run) ? "constructor" : "__init__");
  const base = valueBase(foreign);
  if (base !== null) makeBaseValue(run, state, { self: addr, base, fill: init?.k !== "closure" }, args);
  if (base !== null && (given?.k === "const" || given?.k === "str")) state.setProp(addr, BASE_VALUE, given);
  if (init?.k === "closure") {
    const result = run.call(state, run.values.closure(init, self), { ...args, receiver: self, isNew: false });
    if (result !== null) deleteLater(run, state, cls, self);
    return result === null ? null : self;
  }
  deleteLater(run, state, cls, self);
  if (base !== null) return self;
  const unnamed = nameFields(state, { cls, addr }, args);
  makeFields(run, state, { cls, addr });
  if (unnamed.length > 0) state.addRest(addr, run.values.join(unnamed), run.values);
  if (foreign?.path === NAMED_TUPLE) makeTuple(run, state, { cls, addr });
  getReady(run, state, { cls, self: self as RefV }, foreign);
  if (foreign !== null && isError(foreign)) keepArguments(run, state, self as RefV, args.positional);
  if (foreign !== null && foreign.path !== NAMED_TUPLE) callForeign(run, state, foreign, args);
  return self;
}

/** `__del__` runs when nothing knows the object any more, and at the latest when the program ends. */
function deleteLater(run: Run, state: State, cls: RefV, self: Value): void {
  const end = inJs(run) ? null : classLookup(run, state, cls, "__del__");
  if (end?.k !== "closure") return;
  handOver(run, state, run.values.closure(end, self), NO_ARGS);
}

/** What runs once the fields are there: `__post_init__` with the fields that it asks for, and the checks of a model. */
function getReady(run: Run, state: State, of: { cls: RefV; self: RefV }, foreign: ApiV | null): void {
  if (inJs(run)) return;
  for (const name of ["__post_init__", "__attrs_post_init__"]) {
    const ready = classLookup(run, state, of.cls, name);
    if (ready?.k !== "closure") continue;
    const { props } = state.read(of.self.addr);
    const params = run.units[ready.module]?.ir.get(ready.fn).params.map((param) => displayName(param.name)) ?? [];
    const given = params.flatMap((param) => (props.has(`s:${param}`) ? [[param, props.get(`s:${param}`) as Value] as const] : []));
    run.call(state, run.values.closure(ready, of.self), { ...NO_ARGS, keywords: new Map(given) });
  }
  if (foreign === null || !MODEL.test(foreign.path)) return;
  takeAliases(run, state, of);
  runValidators(run, state, of);
}

/** Stands for a field that is given under another name: `path: str = Field(alias="where")`. */
export const ALIAS = "field.alias()";

function takeAliases(run: Run, state: State, { cls, self }: { cls: RefV; self: RefV }): void {
  for (const name of fieldNames(state, cls)) {
    const { props } = state.read(self.addr);
    const value = props.get(`s:${name}`) ?? classLookup(run, state, cls, name);
    if (value?.k !== "partial" || value.callee.k !== "api" || value.callee.path !== ALIAS) continue;
    const [alias, preset] = value.args;
    const given = alias?.k === "const" ? props.get(`s:${String(alias.value)}`) : undefined;
    state.setProp(self.addr, `s:${name}`, given ?? preset ?? run.values.unknown("local"));
  }
}

const MODEL = /^(pydantic|sqlmodel)\./;
const VALIDATOR = /(?:^|\.)(field_validator|validator|model_validator|root_validator)\(([\s\S]*)\)$/;

/** `@field_validator("path")`: a field may be what the function makes of it. */
function runValidators(run: Run, state: State, { cls, self }: { cls: RefV; self: RefV }): void {
  for (const member of state.read(cls.addr).props.values()) {
    if (member.k !== "closure") continue;
    const found = run.units[member.module]?.ir
      .get(member.fn)
      .decorators.map((d) => VALIDATOR.exec(d))
      .find((m) => m !== null);
    if (found === undefined || found === null) continue;
    if (found[1] === "model_validator" && /after/.test(found[2] as string)) run.call(state, run.values.closure(member, self), NO_ARGS);
    const said = found[2] as string;
    // A name that is computed may be that of any field.
    const named = /^\s*["']\w+["']\s*(,|$)/.test(said)
      ? [...said.matchAll(/(?:^|,\s*)["'](\w+)["']/g)].map(([, name]) => name as string)
      : [];
    const fields = (): string[] => [...state.read(self.addr).props.keys()].flatMap((key) => (key.startsWith("s:") ? [key.slice(2)] : []));
    for (const name of named.length > 0 || found[1] === "model_validator" ? named : fields()) {
      const value = state.read(self.addr).props.get(`s:${name}`);
      const made = value === undefined ? null : run.call(state, run.values.closure(member, cls), { ...NO_ARGS, positional: [value] });
      if (made !== null) state.setProp(self.addr, `s:${name}`, made);
    }
  }
}

/** What is given by name, and by position to a class that says which fields it has (`@dataclass`, `NamedTuple`); the rest is left. */
function nameFields(state: State, of: { cls: RefV; addr: Addr }, args: CallArgs): Value[] {
  const names = fieldNames(state, of.cls);
  const named = args.positional.length <= names.length ? args.positional : [];
  for (const [i, value] of named.entries()) state.setProp(of.addr, `s:${names[i]}`, value);
  for (const [name, value] of args.keywords) state.setProp(of.addr, `s:${name}`, value);
  return [...args.positional.slice(named.length), ...(args.rest === null ? [] : [args.rest])];
}

/** Fields that nobody gave and a function makes: each object has its own. */
function makeFields(run: Run, state: State, of: { cls: RefV; addr: Addr }): void {
  for (const name of inJs(run) ? [] : fieldNames(state, of.cls)) {
    if (state.read(of.addr).props.has(`s:${name}`)) continue;
    const preset = classLookup(run, state, of.cls, name);
    if (preset?.k !== "partial" || !isFactory(preset)) continue;
    state.setProp(of.addr, `s:${name}`, run.call(state, preset.args[0] as Value, NO_ARGS) ?? run.values.unknown("local"));
  }
}

/** Its elements are its fields. */
function makeTuple(run: Run, state: State, of: { cls: RefV; addr: Addr }): void {
  const { props, rest } = state.read(of.addr);
  const field = (name: string): Value =>
    props.get(`s:${name}`) ?? classLookup(run, state, of.cls, name) ?? rest ?? run.values.unknown("local", { path: name });
  const tuple = newAddr(run);
  state.add(tuple, { type: "tuple", items: fieldNames(state, of.cls).map(field) });
  state.setProp(of.addr, BASE_VALUE, run.values.ref(tuple));
}

/** In the order in which they are given; those of the bases come first. */
export function fieldNames(state: State, cls: RefV, depth = 0): string[] {
  if (depth > DEEPEST) return [];
  const { bases, props } = state.read(cls.addr);
  const own = props.get(FIELD_NAMES);
  const above = bases.flatMap((base) => (base.k === "ref" ? fieldNames(state, base, depth + 1) : []));
  return [...new Set([...above, ...(own?.k === "const" ? String(own.value).split(" ") : [])])];
}

function runFields(run: Run, state: State, at: { cls: RefV; self: Value; depth: number }): void {
  if (at.depth > DEEPEST) return;
  const object = state.read(at.cls.addr);
  for (const base of object.bases) if (base.k === "ref") runFields(run, state, { ...at, cls: base, depth: at.depth + 1 });
  const fields = object.props.get("#fields");
  if (fields?.k === "closure")
    run.call(state, run.values.closure(fields, at.self), {
      positional: [],
      keywords: new Map(),
      rest: null,
      receiver: at.self,
      isNew: false,
    });
}

/** A library class among the bases (`class Job(threading.Thread)`). */
export function foreignBase(state: State, cls: RefV): ApiV | null {
  for (const base of state.read(cls.addr).bases) {
    if (base.k === "api") return base;
    if (base.k === "ref") return foreignBase(state, base);
  }
  return null;
}

function callForeign(run: Run, state: State, base: Value, args: CallArgs): void {
  if (base.k === "api" && !base.path.startsWith("builtins.") && !base.path.startsWith("globalThis."))
    run.call(state, base, { ...args, receiver: null });
}

/** The class whose body made the running method, or the method around the running arrow function. */
function homeClass(run: Run, state: State): Addr | null {
  for (let i = run.stack.length - 1; i >= 0; i--) {
    const act = run.stack[i] as Run["stack"][number];
    const owner = run.made.get(`${act.unitIndex}.${act.fn.id}.${state.read(act.frame).parent}`)?.owner;
    if (owner?.k === "ref") return owner.addr;
    if (act.fn.flavour !== "arrow" && act.fn.flavour !== "lambda") return null;
  }
  return null;
}

/** `__new__` is given its class. */
function ofNew(run: Run, state: State): Value | undefined {
  const { fn, frame } = current(run);
  const [first] = fn.name === "__new__" ? fn.params : [];
  return first === undefined ? undefined : state.read(frame).props.get(first.name);
}

/** `super`: the methods of the base classes, bound to the running instance; calling it runs the base's constructor. */
export function superObject(run: Run, state: State): Value {
  const self = current(run).self ?? ofNew(run, state);
  if (self?.k !== "ref") return run.values.unknown("local", { path: "super" });
  const addr = newAddr(run);
  const cls = homeClass(run, state) ?? state.read(self.addr).parent;
  const made = state.add(addr, { type: "instance", name: "super" });
  const base = baseValue(state, self);
  if (base !== null) made.props.set(BASE_VALUE, base);
  if (!inJs(run)) bornMembers(run, state, { made: addr, self, above: cls === null ? [] : state.read(cls).bases });
  for (const above of cls === null ? [] : (nextClasses(state, self, cls) ?? state.read(cls).bases)) {
    if (above.k !== "ref") continue;
    for (const name of new Set(allNames(state, above.addr))) {
      // The first of several classes that has a method is the one whose it is.
      if (made.props.has(`s:${name}`)) continue;
      const found = classLookup(run, state, above, name);
      if (found?.k === "closure") state.setProp(addr, `s:${name}`, run.values.closure(found, self));
    }
  }
  return run.values.ref(addr);
}

/** What comes after a class in the order in which the classes of an object are asked. */
function nextClasses(state: State, self: RefV, cls: Addr): readonly Value[] | null {
  const object = state.read(self.addr);
  const born = object.type === "class" ? self.addr : object.parent;
  const order = born === null ? null : linearized(state, born);
  const at = order?.indexOf(cls) ?? -1;
  return order === null || at < 0 ? null : order.slice(at + 1).map((addr) => ({ ...self, addr }));
}

/** C3 linearization (Barrett et al., 1996), as Python orders classes; null where a base is not of the program's own. */
function linearized(state: State, cls: Addr, depth = 0): readonly Addr[] | null {
  const { bases } = state.read(cls);
  const own = bases.flatMap((base) => (base.k === "ref" ? [base.addr] : []));
  if (own.length !== bases.length || depth > DEEPEST_CLASS) return null;
  const orders = own.map((base) => linearized(state, base, depth + 1));
  const out: Addr[] = [cls];
  let left = [...orders.map((order) => [...(order ?? [])]), own].filter((list) => list.length > 0);
  if (orders.includes(null)) return null;
  while (left.length > 0) {
    const next = left.map(([first]) => first as Addr).find((first) => left.every((list) => list.indexOf(first) <= 0));
    if (next === undefined) return null;
    out.push(next);
    left = left.map((list) => list.filter((addr) => addr !== next)).filter((list) => list.length > 0);
  }
  return out;
}
const DEEPEST_CLASS = 16;

/** `super().__new__(cls, text)` of a class that is a text, and `super().__call__()` of a metaclass. */
function bornMembers(run: Run, state: State, of: { made: Addr; self: RefV; above: readonly Value[] }): void {
  const isClass = state.read(of.self.addr).type === "class";
  const [base] = of.above;
  const { values } = run;
  if (base?.k === "api" && valueBase(base) !== null)
    state.setProp(of.made, "s:__new__", values.partial(values.api("super.__new__"), [base]));
  if (isClass) state.setProp(of.made, "s:__call__", values.partial(values.api("class.__call__"), [of.self]));
}

/** How a class makes its objects, for those that come between. */
export const BUILTINS_CLASSES: Readonly<Record<string, Builtin>> = {
  new_of_base: (run, state, { args }) => {
    const [base, , ...given] = args.positional;
    return base === undefined ? undefined : run.call(state, base, { ...args, positional: given, receiver: null });
  },
  class_call: (run, state, { args }) => {
    const [cls, ...given] = args.positional;
    return cls?.k === "ref" ? construct(run, state, cls, { ...args, positional: given, receiver: null }) : undefined;
  },
};

function allNames(state: State, addr: Addr, depth = 0): string[] {
  const object = state.read(addr);
  return depth > DEEPEST
    ? []
    : [...object.props.keys(), ...object.bases.flatMap((b) => (b.k === "ref" ? allNames(state, b.addr, depth + 1) : []))];
}
