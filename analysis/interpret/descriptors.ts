/** Python's descriptors made by a call: `property(f)`, `classmethod(f)`, and those of the program's own classes (`__get__`). */
import type { State } from "../state.ts";
import type { ClosureV, RefV, Value } from "../values.ts";
import { type CallArgs, NO_ARGS } from "./call-args.ts";
import { classLookup, classOf } from "./classes.ts";
import { newAddr, type Run } from "./run.ts";

/** Written as a decorator: the function itself knows. */
const isDecorated = (run: Run, value: Value | undefined, name: string): boolean =>
  value?.k === "closure" && run.units[value.module]?.ir.get(value.fn).decorators.includes(name) === true;

/** `property(get, set)` outside of a decoration. */
export function propertyObject(run: Run, state: State, args: CallArgs): Value {
  const get = args.positional[0] ?? args.keywords.get("fget");
  if (get === undefined || isDecorated(run, get, "property")) return get ?? run.values.unknown("local");
  return holder(run, state, "property", get);
}

export const classMethod = (run: Run, state: State, fn: Value): Value =>
  isDecorated(run, fn, "classmethod") ? fn : holder(run, state, "classmethod", fn);

/** A partial is no method: nothing is bound to it when an instance gives it back. */
export const staticMethod = (run: Run, fn: Value): Value =>
  fn.k !== "closure" || isDecorated(run, fn, "staticmethod") ? fn : run.values.partial(fn, []);

function holder(run: Run, state: State, name: "property" | "classmethod", fn: Value): Value {
  const addr = newAddr(run);
  state.add(addr, { type: "object", name });
  state.setProp(addr, "s:#fn", fn);
  return run.values.ref(addr);
}

/** A descriptor answers for the attribute of an object (`__get__`), or of a class when `object` is null. */
export function described(run: Run, state: State, found: RefV, of: { object: RefV | null; cls: RefV }): Value {
  const descriptor = state.read(found.addr);
  const fn = descriptor.type === "object" ? descriptor.props.get("s:#fn") : undefined;
  if (fn !== undefined) return heldFunction(run, state, { fn, name: descriptor.name, found }, of);
  const owner = descriptor.type === "instance" ? classOf(run, state, found) : null;
  const get = owner === null ? null : classLookup(run, state, owner, "__get__");
  if (get?.k !== "closure") return found;
  const self = of.object ?? run.values.none;
  return run.call(state, run.values.closure(get, found), { ...NO_ARGS, positional: [self, of.cls] }) ?? run.values.undefined;
}

type Held = { readonly fn: Value; readonly name: string; readonly found: RefV };

function heldFunction(run: Run, state: State, held: Held, of: { object: RefV | null; cls: RefV }): Value {
  if (held.name === "classmethod") return boundTo(run, held.fn, of.cls);
  if (of.object === null) return held.found;
  return run.call(state, boundTo(run, held.fn, of.object), NO_ARGS) ?? run.values.undefined;
}

const boundTo = (run: Run, fn: Value, self: RefV): Value =>
  fn.k === "closure" ? run.values.closure(fn as ClosureV, self, fn.labels) : run.values.partial(fn, [self]);
