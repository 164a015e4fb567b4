/** The order of known elements: numbers, texts, and tuples of them; by a key or a comparing function where that is decided. */
import type { State } from "../state.ts";
import { isNumber, isString, type Value } from "../values.ts";
import { withArgs } from "./call-args.ts";
import { elementsOf } from "./iterate.ts";
import type { Run } from "./run.ts";
import { decideTruth } from "./truth.ts";

type Key = string | number | readonly Key[];
/** Comparisons by the program's own function beyond this many elements are not run. */
const _LONGEST_COMPARED = 64;

function keyOf(run: Run, state: State, value: Value | null, depth = 0): Key | null {
  if (value === null) return null;
  if (isNumber(value)) return Number(value.value);
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
  if (!keys.every((k) => k !== null && typeof k === typeof keys[0])) return null;
  const reverse = by.reverse === undefined ? false : decideTruth(run, state, by.reverse);
  if (reverse === null) return null;
  // What is equal stays in its order, backwards too.
  const order = items.map((value, i) => ({ value, key: keys[i] as Key }));
  return order.sort((a, b) => (reverse ? compareKeys(b.key, a.key) : compareKeys(a.key, b.key))).map((o) => o.value);
}
