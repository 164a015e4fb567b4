/** Iteration: what a `for` takes from a value, one element at a time when the sequence is known. */
import type { State } from "../state.ts";
import { isString, type Value } from "../values.ts";
import { inJs, newAddr, type Run } from "./run.ts";

export type Next = { readonly how: "one" | "some"; readonly value: Value } | { readonly how: "done" };

/** Known sequences longer than this are iterated abstractly. */
const LONGEST = 8192;

/** Elements of a value in order, or null when they are not all known. */
export function elementsOf(run: Run, state: State, value: Value, keys = false): Value[] | null {
  const { values } = run;
  if (isString(value)) {
    if (keys) return [...value.value].map((_c, i) => values.string(String(i)));
    if (value.type === "bytes") return [...value.value].map((c) => values.number(c.charCodeAt(0), value.labels));
    return [...value.value].map((c) => values.string(c, value.labels));
  }
  if (value.k !== "ref") return null;
  const object = state.read(value.addr);
  if (object.rest !== null) return null;
  if (object.type === "iter") return object.items === null || object.position < 0 ? null : object.items.slice(object.position);
  if (object.items !== null) return keys ? object.items.map((_v, i) => values.string(String(i))) : object.items;
  if (object.type === "dict" || object.type === "object") {
    if (object.type === "object" && !keys) return null;
    return [...object.props.keys()].filter((k) => !k.startsWith("get:")).map((k) => keyValue(run, k));
  }
  return null;
}

/** `s:name` -> the string, `n:1` -> the number. */
export function keyValue(run: Run, key: string): Value {
  if (key.startsWith("n:")) return run.values.number(Number(key.slice(2)));
  if (key.startsWith("b:")) return run.values.bytes(key.slice(2));
  return run.values.string(key.slice(2));
}

/** One element of a value whose sequence is not known. */
export function someElement(run: Run, state: State, value: Value): Value {
  const { values } = run;
  const sensitive = (labels: readonly string[]): readonly string[] => labels.filter((l) => !l.startsWith("via:"));
  if (value.k === "union") return values.join(value.of.map((v) => someElement(run, state, v)));
  if (value.k === "ref") {
    const object = state.read(value.addr);
    const known = [
      ...(object.items ?? []),
      ...(object.type === "dict" ? [...object.props.keys()].map((k) => keyValue(run, k)) : []),
      ...(object.rest === null ? [] : [object.rest]),
    ];
    return known.length === 0
      ? values.unknown("local", { labels: sensitive(value.labels) })
      : values.label(values.join(known), sensitive(value.labels));
  }
  if (value.k === "unknown")
    return values.unknown(value.cause, {
      path: value.path === null ? null : `${value.path}[]`,
      labels: sensitive(value.labels),
      mayCall: value.mayCall,
    });
  if (value.k === "api") return values.unknown("unmodelled", { path: `${value.path}[]`, labels: sensitive(value.labels) });
  return values.unknown("local", { labels: sensitive(value.labels) });
}

/** Makes the iterator that ForNext consumes. */
export function makeIterator(run: Run, state: State, src: Value, keys: boolean): Value {
  const elements = elementsOf(run, state, src, keys || (!inJs(run) && isDict(state, src)));
  const addr = newAddr(run);
  const known = elements !== null && elements.length <= LONGEST;
  const object = state.add(addr, { type: "iter", items: known ? [...elements] : null });
  if (!known) object.rest = keys ? run.values.unknown("widened", { labels: src.labels }) : someElement(run, state, src);
  return run.values.ref(addr);
}

const isDict = (state: State, value: Value): boolean => value.k === "ref" && state.read(value.addr).type === "dict";

/** The next element; `abstract` joins all that are left. */
export function iterate(run: Run, state: State, iterator: Value | undefined, abstract: boolean): Next {
  if (iterator === undefined || iterator.k !== "ref") return { how: "some", value: run.values.unknown("local") };
  const object = state.write(iterator.addr);
  if (object.items !== null && object.position >= 0 && !abstract) {
    if (object.position >= object.items.length) return { how: "done" };
    const value = object.items[object.position] as Value;
    object.position++;
    return { how: "one", value };
  }
  object.position = -1;
  const all = [...(object.items ?? []), ...(object.rest === null ? [] : [object.rest])];
  if (all.length === 0) return { how: "done" };
  return { how: "some", value: run.values.join(all) };
}
