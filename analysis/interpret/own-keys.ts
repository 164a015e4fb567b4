/** The properties of an object as JavaScript walks through them: whole numbers by size, then what was put there, in turn. */
import type { HeapObject, State } from "../state.ts";
import type { Addr, RefV, Value } from "../values.ts";
import { NO_ARGS } from "./call-args.ts";
import type { Run } from "./run.ts";

/** Before a name: who walks through the object does not see it. */
const HIDDEN = "#hidden:";
/** Before a name: what is under it stays. */
export const FIXED = "#fixed:";
/** Something of the object does not change: it is asked first. */
export const GUARDED = "#guarded";
/** Nothing of the object changes. */
export const FROZEN = "#frozen";
const WHOLE = /^(?:0|[1-9]\d{0,8})$/;
/** `get:` and `set:` before the name of an accessor, `s:` and `n:` before that of a value. */
const NAME = /^(?:[gs]et:|[sn]:)/;

/** Names without those of symbols, and without what is hidden unless `all` are asked for. */
export function ownNames({ props }: HeapObject, all = false): string[] {
  const names = new Set<string>();
  let numbers = 0;
  for (const key of props.keys()) {
    const prefix = NAME.exec(key)?.[0];
    const name = prefix === undefined ? "" : key.slice(prefix.length);
    if (prefix === undefined || (!all && props.has(HIDDEN + name))) continue;
    if (WHOLE.test(name)) numbers++;
    names.add(name);
  }
  if (numbers === 0) return [...names];
  const whole = [...names].filter((name) => WHOLE.test(name)).sort((a, b) => Number(a) - Number(b));
  return [...whole, ...[...names].filter((name) => !WHOLE.test(name))];
}

/** What is under one of those names; getters are asked. */
export function ownValue(run: Run, state: State, object: RefV, name: string): Value {
  const { props } = state.read(object.addr);
  const held = props.get(`s:${name}`) ?? props.get(`n:${name}`);
  if (held !== undefined) return held;
  const getter = props.get(`get:${name}`);
  return (getter === undefined ? null : run.call(state, getter, { ...NO_ARGS, receiver: object })) ?? run.values.undefined;
}

/** Elements and properties by their names, as they are copied. */
export function ownEntries(run: Run, state: State, object: RefV): [string, Value][] {
  const target = state.read(object.addr);
  const listed = (target.items ?? []).map((item, i): [string, Value] => [String(i), item]);
  return [...listed, ...ownNames(target).map((name): [string, Value] => [name, ownValue(run, state, object, name)])];
}

/** `Object.freeze(object)`, or `writable: false` of one property. */
export function fix(run: Run, state: State, addr: Addr, name: string | null): void {
  state.setProp(addr, GUARDED, run.values.true);
  state.setProp(addr, name === null ? FROZEN : FIXED + name, run.values.true);
}

/** `enumerable: false`. */
export function hide(run: Run, state: State, addr: Addr, name: string): void {
  state.setProp(addr, HIDDEN + name, run.values.true);
}
