/** The program's own classes: lookup along the bases, instances, construction. */

import type { State } from "../state.ts";
import { type Addr, type ApiV, membersOf, type RefV, type Value } from "../values.ts";
import { BASE_VALUE, baseValue, makeBaseValue, valueBase } from "./base-values.ts";
import { type CallArgs, NO_ARGS } from "./call-args.ts";
import { isError, keepArguments } from "./exceptions.ts";
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

/** `C(...)`: a new instance, its fields, its constructor. */
export function construct(run: Run, state: State, cls: RefV, args: CallArgs): Value | null {
  const addr = newAddr(run);
  const self = run.values.ref(addr);
  state.add(addr, { type: "instance", parent: cls.addr, name: state.read(cls.addr).name });
  runFields(run, state, { cls, self, depth: 0 });
  const create = inJs(run) ? null : classLookup(run, state, cls, "__new__");
  if (create?.k === "closure") run.call(state, run.values.closure(create, null), { ...args, positional: [cls, ...args.positional] });
  const foreign = foreignBase(state, cls);
  const init = classLookup(run, state, cls, inJs(run) ? "constructor" : "__init__");
  const base = valueBase(foreign);
  if (base !== null) makeBaseValue(run, state, { self: addr, base, fill: init?.k !== "closure" }, args);
  if (init?.k === "closure") {
    const result = run.call(state, run.values.closure(init, self), { ...args, receiver: self, isNew: false });
    return result === null ? null : self;
  }
  if (base !== null) return self;
  const unnamed = nameFields(state, { cls, addr }, args);
  if (unnamed.length > 0) state.addRest(addr, run.values.join(unnamed), run.values);
  if (foreign?.path === NAMED_TUPLE) makeTuple(run, state, { cls, addr });
  const ready = classLookup(run, state, cls, "__post_init__");
  if (ready?.k === "closure") run.call(state, run.values.closure(ready, self), NO_ARGS);
  if (foreign !== null && isError(foreign)) keepArguments(run, state, self as RefV, args.positional);
  if (foreign !== null && foreign.path !== NAMED_TUPLE) callForeign(run, state, foreign, args);
  return self;
}

/** What is given by name, and by position to a class that says which fields it has (`@dataclass`, `NamedTuple`); the rest is left. */
function nameFields(state: State, of: { cls: RefV; addr: Addr }, args: CallArgs): Value[] {
  const names = fieldNames(state, of.cls);
  const named = args.positional.length <= names.length ? args.positional : [];
  for (const [i, value] of named.entries()) state.setProp(of.addr, `s:${names[i]}`, value);
  for (const [name, value] of args.keywords) state.setProp(of.addr, `s:${name}`, value);
  return [...args.positional.slice(named.length), ...(args.rest === null ? [] : [args.rest])];
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

/** `super`: the methods of the base classes, bound to the running instance; calling it runs the base's constructor. */
export function superObject(run: Run, state: State): Value {
  const self = current(run).self;
  if (self?.k !== "ref") return run.values.unknown("local", { path: "super" });
  const addr = newAddr(run);
  const cls = homeClass(run, state) ?? state.read(self.addr).parent;
  const made = state.add(addr, { type: "instance", name: "super" });
  const base = baseValue(state, self);
  if (base !== null) made.props.set(BASE_VALUE, base);
  for (const above of cls === null ? [] : state.read(cls).bases) {
    if (above.k !== "ref") continue;
    for (const name of new Set(allNames(state, above.addr))) {
      const found = classLookup(run, state, above, name);
      if (found?.k === "closure") state.setProp(addr, `s:${name}`, run.values.closure(found, self));
    }
  }
  return run.values.ref(addr);
}

function allNames(state: State, addr: Addr, depth = 0): string[] {
  const object = state.read(addr);
  return depth > DEEPEST
    ? []
    : [...object.props.keys(), ...object.bases.flatMap((b) => (b.k === "ref" ? allNames(state, b.addr, depth + 1) : []))];
}
