/** Attributes that a program hangs on its own functions (`f.helper = ...`, `F.prototype.m = ...`, a property's setter). */
import type { State } from "../state.ts";
import type { Addr, ClosureV, PartialV, RefV, Value } from "../values.ts";
import { listValue } from "./containers.ts";
import { newAddr, type Run } from "./run.ts";

/** Frame address 0 holds library functions that the program replaced, and the attributes of its own. */
export const PATCHES: Addr = 0;

const keyOf = (fn: ClosureV, name: string): string => `fn:${fn.module}.${fn.fn}.${fn.env}.${name}`;

export const functionAttribute = (state: State, fn: ClosureV, name: string): Value | undefined =>
  state.read(PATCHES).props.get(keyOf(fn, name));

export function setFunctionAttribute(state: State, fn: ClosureV, name: string, value: Value): void {
  state.setProp(PATCHES, keyOf(fn, name), value);
}

/** `f.__defaults__`: what the parameters are that nobody gives, in their order. */
export function defaultsOf(run: Run, state: State, fn: ClosureV): Value {
  const { props } = state.read(fn.env);
  if (defaulted(run, fn).length === 0) return run.values.none;
  return listValue(
    run,
    state,
    defaulted(run, fn).map((i) => props.get(`default:${fn.fn}:${i}`) ?? run.values.unknown("local")),
    "tuple",
  );
}

/** Stands for a field that each object has anew: `items: list = field(default_factory=list)`. */
export const FACTORY = "field.factory()";
export const isFactory = ({ callee }: PartialV): boolean => callee.k === "api" && callee.path === FACTORY;

/** `f.__defaults__ = ("text",)` */
export function setDefaults(run: Run, state: State, fn: ClosureV, given: Value): void {
  const items = given.k === "ref" ? (state.read(given.addr).items ?? []) : [];
  const places = defaulted(run, fn).slice(-items.length);
  places.forEach((place, i) => {
    state.setProp(fn.env, `default:${fn.fn}:${place}`, items[i] ?? run.values.unknown("local"));
  });
}

const defaulted = (run: Run, fn: ClosureV): number[] =>
  (run.units[fn.module]?.ir.get(fn.fn).params ?? []).flatMap((p, i) =>
    p.hasDefault && (p.form === "normal" || p.form === "positional") ? [i] : [],
  );

/** The object that instances of `new F()` inherit from; made when it is first asked for. */
export function prototypeOf(run: Run, state: State, fn: ClosureV): RefV {
  const found = functionAttribute(state, fn, "prototype");
  if (found?.k === "ref") return found;
  const addr = newAddr(run);
  state.add(addr, { type: "object", name: "prototype" });
  const made = run.values.ref(addr);
  setFunctionAttribute(state, fn, "prototype", made);
  return made;
}

/** `@p.setter` and `@p.deleter` leave the property as it was and keep the function with it. */
export function addToProperty(state: State, property: ClosureV, how: "setter" | "deleter", fn: Value): ClosureV {
  setFunctionAttribute(state, property, `__${how}__`, fn);
  return property;
}
