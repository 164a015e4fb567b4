/** Making and filling the program's own lists. */
import { headOf, type State } from "../state.ts";
import type { Addr, Value } from "../values.ts";
import { newAddr, type Run } from "./run.ts";

/** Lists longer than this keep only the join of their elements. */
export const LONGEST_LIST = 4_096;

type ListType = "list" | "tuple" | "set" | "iter";

export function listValue(run: Run, state: State, items: readonly Value[], type: ListType = "list"): Value {
  const addr = newAddr(run);
  run.values.work += items.length;
  const known = items.length <= LONGEST_LIST;
  state.add(addr, { type, items: known ? [...items] : null });
  if (!known) state.addRest(addr, run.values.join(items), run.values);
  return run.values.ref(addr);
}

/** A list of which only what its elements may be is known. */
export function someList(run: Run, state: State, element: Value, type: ListType = "list"): Value {
  const addr = newAddr(run);
  state.add(addr, { type });
  state.addRest(addr, element, run.values);
  return run.values.ref(addr);
}

export function pushInto(run: Run, state: State, addr: Addr, value: Value): void {
  const { items } = state.read(addr);
  if (items !== null && items.length < LONGEST_LIST) state.write(addr).items?.push(value);
  else addAtEnd(run, state, addr, value);
}

export function pushAll(run: Run, state: State, addr: Addr, values: readonly Value[]): void {
  const { items } = state.read(addr);
  run.values.work += values.length;
  if (items !== null && items.length + values.length <= LONGEST_LIST) state.write(addr).items?.push(...values);
  else if (values.length > 0) addAtEnd(run, state, addr, run.values.join(values));
}

/** Name of a list that is a `deque`, and what says how many elements it keeps. */
export const DEQUE = "deque";
export const MOST_ITEMS = "#maxlen";

/** A full `deque` loses elements at one end. */
export function shorten(state: State, addr: Addr, end: "start" | "end"): void {
  const { items, props } = state.read(addr);
  const most = props.get(MOST_ITEMS);
  if (most?.k !== "const" || items === null || items.length <= Number(most.value)) return;
  state.write(addr).items = end === "start" ? items.slice(items.length - Number(most.value)) : items.slice(0, Number(most.value));
}

/** Elements of which only what they may be is known come after those that are there. */
export function addAtEnd(run: Run, state: State, addr: Addr, value: Value): void {
  const head = headOf(state.read(addr));
  forgetOrder(run, state, addr);
  state.addRest(addr, value, run.values);
  state.write(addr).head = head;
}

/** A copy of such a list begins as it does. */
export function copyOfSome(run: Run, state: State, from: Value, element: Value, type: ListType = "list", skipped = 0): Value {
  const made = someList(run, state, element, type);
  if (from.k === "ref" && made.k === "ref") state.write(made.addr).head = headOf(state.read(from.addr)).slice(skipped);
  return made;
}

/** From now on only what the elements may be is known, not which there are. */
export function forgetOrder(run: Run, state: State, addr: Addr): void {
  const object = state.write(addr);
  const items = object.items;
  object.items = null;
  if (items !== null && items.length > 0) state.addRest(addr, run.values.join(items), run.values);
}

/** Methods that JavaScript arrays, Maps, Sets, promises, generators and functions have. */
const JS_METHODS = new Set(
  "push pop shift unshift concat slice splice map filter forEach reduce reduceRight join reverse sort find findIndex findLast findLastIndex some every includes indexOf flat flatMap fill keys values entries at lastIndexOf toString valueOf hasOwnProperty call apply bind then catch finally get set has add delete clear next return throw with toReversed toSorted toSpliced copyWithin subarray".split(
    " ",
  ),
); // prettier-ignore
export const isContainerMethod = (name: string): boolean => JS_METHODS.has(name);

export function emptyObject(run: Run, state: State): Extract<Value, { k: "ref" }> {
  const addr = newAddr(run);
  state.add(addr, { type: "object" });
  return run.values.ref(addr);
}
