/** The order of known elements: numbers, texts, and tuples of them; by a key or a comparing function where that is decided. */
import type { State } from "../state.ts";
import { isNumber, isString, type Value } from "../values.ts";
import { withArgs } from "./call-args.ts";
import { specialMethod } from "./classes.ts";
import { elementsOf } from "./iterate.ts";
import type { Run } from "./run.ts";
import { decideTruth } from "./truth.ts";

type Key = string | number | bigint | readonly Key[];
/** Comparisons by the program's own function beyond this many elements are not run. */
const LONGEST_COMPARED = 64;

function keyOf(run: Run, state: State, value: Value | null, depth = 0): Key | null {
  if (value === null) return null;
  if (isNumber(value)) return value.value;
  if (value.k === "const" && value.type === "bool") return value.value === true ? 1 : 0;
  if (isString(value)) return value.value;
  const items = value.k === "ref" && depth < 4 ? elementsOf(run, state, value) : null;
  if (items === null) return null;
  const keys = items.map((item) => keyOf(run, state, item, depth + 1));
  return keys.every((k) => k !== null) ? keys : null;
}

function compareKeys(a: Key, b: Key): number {
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const order = compareKeys(a[i] as Key, b[i] as Key);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By `__lt__` of the program's own objects, one after another put in front of the first that is greater. */
function comparedByOwn(
  run: Run,
  state: State,
  items: readonly Value[],
  { keyed, reverse }: { keyed: readonly (Value | null)[]; reverse: boolean },
): Value[] | null {
  if (items.length > LONGEST_COMPARED) return null;
  const less = (a: Value | null, b: Value | null): boolean | null => {
    const method = a?.k === "ref" && b !== null && state.read(a.addr).type === "instance" ? specialMethod(run, state, a, "__lt__") : null;
    const answer = method === null || b === null ? null : run.call(state, method, withArgs(b));
    return answer === null ? null : decideTruth(run, state, answer);
  };
  const order: number[] = [];
  for (const i of items.keys()) {
    let at = order.length;
    for (; at > 0; at--) {
      const [mine, before] = [keyed[i] as Value | null, keyed[order[at - 1] as number] as Value | null];
      const goesBefore = reverse ? less(before, mine) : less(mine, before);
      if (goesBefore === null) return null;
      if (!goesBefore) break;
    }
    order.splice(at, 0, i);
  }
  return order.map((i) => items[i] as Value);
}

/** Sorted, or null when the order is not known. */
export function sorted(
  run: Run,
  state: State,
  items: readonly Value[],
  by: { key: Value | undefined; reverse: Value | undefined },
): Value[] | null {
  const keyed =
    by.key === undefined || by.key.k === "const" ? items : items.map((item) => run.call(state, by.key as Value, withArgs(item)));
  const keys = keyed.map((value) => keyOf(run, state, value));
  const reverse = by.reverse === undefined ? false : decideTruth(run, state, by.reverse);
  if (reverse === null) return null;
  const kind = (key: Key | null | undefined): string => (key === null ? "" : typeof key === "bigint" ? "number" : typeof key);
  if (!keys.every((key) => key !== null && kind(key) === kind(keys[0]))) return comparedByOwn(run, state, items, { keyed, reverse });
  // What is equal stays in its order, backwards too.
  const order = items.map((value, i) => ({ value, key: keys[i] as Key }));
  return order.sort((a, b) => (reverse ? compareKeys(b.key, a.key) : compareKeys(a.key, b.key))).map((o) => o.value);
}
