/** Python's builtins on sequences: making, mapping, sorting, measuring and walking through them. */
import type { State } from "../state.ts";
import { isExternal, isFloat, isNumber, isString, type Value } from "../values.ts";
import { baseValue } from "./base-values.ts";
import type { BuiltinCall } from "./builtin.ts";
import { NO_ARGS, withArgs } from "./call-args.ts";
import { specialMethod } from "./classes.ts";
import { copyOfSome, LONGEST_LIST, listValue, someList } from "./containers.ts";
import { reportTakenWhole } from "./exhaustion.ts";
import { stopped } from "./generators.ts";
import { elementsOf, endlessIterator, iterate, makeIterator, RANGE, someElement, taken, takenElements, walkedElements } from "./iterate.ts";
import { binary } from "./operators.ts";
import { newAddr, type Run } from "./run.ts";
import { sorted } from "./sorting.ts";
import { decideTruth } from "./truth.ts";

export type Inner = (run: Run, state: State, call: BuiltinCall) => Value | null | undefined;
type Type = "list" | "tuple" | "set";

/** list(x), tuple(x), set(x). */
const sequence =
  (type: Type): Inner =>
  (run, state, { args }) => {
    const source = args.positional[0] ?? args.rest;
    if (source === null || source === undefined) return listValue(run, state, [], type);
    reportTakenWhole(run, state, source);
    const items = takenElements(run, state, walked(run, state, source));
    if (items === null) return copyOfSome(run, state, source, someElement(run, state, source), type);
    return listValue(run, state, type === "set" ? [...new Set(items)] : items, type);
  };

/** What iterating over an object of the program's own goes through. */
function walked(run: Run, state: State, source: Value): Value {
  if (source.k !== "ref" || state.read(source.addr).type !== "instance") return source;
  return makeIterator(run, state, source, false);
}

const sortedCall: Inner = (run, state, { args }) => {
  const [source] = args.positional;
  if (source === undefined) return undefined;
  const items = takenElements(run, state, walked(run, state, source));
  const result =
    items === null ? null : sorted(run, state, items, { key: args.keywords.get("key"), reverse: args.keywords.get("reverse") });
  if (result !== null) return listValue(run, state, result);
  const key = args.keywords.get("key");
  if (items === null && key !== undefined) run.call(state, key, withArgs(someElement(run, state, source)));
  if (items === null) return someList(run, state, someElement(run, state, source));
  return items.length < 2 ? listValue(run, state, items) : someList(run, state, run.values.join(items));
};

const mapCall: Inner = (run, state, { args }) => {
  const [callback, ...lists] = args.positional;
  if (callback === undefined || lists.length === 0) return undefined;
  const walks = lists.map((l) => walked(run, state, l));
  const elements = walks.map((walk) => elementsOf(run, state, walk));
  const length = Math.min(...elements.map((e) => e?.length ?? 0));
  if (elements.some((e) => e === null) || length > LONGEST_LIST) {
    run.mapping++;
    const result = run.call(state, callback, withArgs(...lists.map((l) => someElement(run, state, l))));
    run.mapping--;
    return result === null ? null : someList(run, state, result);
  }
  for (const walk of walks) taken(state, walk, length);
  const out: Value[] = [];
  for (let i = 0; i < length; i++) {
    const result = run.call(state, callback, withArgs(...elements.map((e) => e?.[i] as Value)));
    if (result === null) return null;
    out.push(result);
  }
  return listValue(run, state, out, "iter");
};

const filterCall: Inner = (run, state, { args }) => {
  const [callback, list] = args.positional;
  if (callback === undefined || list === undefined) return undefined;
  const items = takenElements(run, state, walked(run, state, list));
  if (items === null) {
    run.call(state, callback, withArgs(someElement(run, state, list)));
    return someList(run, state, someElement(run, state, list));
  }
  const keeps = items.map((item) => (callback.k === "const" ? item : run.call(state, callback, withArgs(item))));
  const truths = keeps.map((v) => (v === null ? null : decideTruth(run, state, v)));
  if (truths.every((t) => t !== null))
    return listValue(
      run,
      state,
      items.filter((_v, i) => truths[i] === true),
      "iter",
    ); // prettier-ignore
  return items.length === 0 ? listValue(run, state, []) : someList(run, state, run.values.join(items));
};

const enumerateCall: Inner = (run, state, { args }) => {
  const [source, second] = args.positional;
  if (source === undefined) return undefined;
  const start = second ?? args.keywords.get("start");
  const from = start !== undefined && isNumber(start) ? Number(start.value) : 0;
  const items = takenElements(run, state, walked(run, state, source));
  if (items === null)
    return someList(run, state, listValue(run, state, [run.values.unknown("local"), someElement(run, state, source)], "tuple"));
  const pairs = items.map((v, i) => listValue(run, state, [run.values.number(i + from), v], "tuple"));
  return listValue(run, state, pairs, "iter");
};

/** `zip(*[iter(text)] * 2)`: the one iterator is asked by turns. */
function inGroups(run: Run, state: State, items: readonly Value[], size: number): Value {
  const count = Math.min(Math.floor(items.length / size), LONGEST_LIST);
  const groups = Array.from({ length: count }, (_v, i) => listValue(run, state, items.slice(i * size, i * size + size), "tuple"));
  return listValue(run, state, groups, "iter");
}

const zipCall: Inner = (run, state, { args }) => {
  if (args.rest !== null) return someList(run, state, someList(run, state, someElement(run, state, args.rest), "tuple"));
  const walks = args.positional.map((v) => walked(run, state, v));
  const lists = walks.map((walk) => elementsOf(run, state, walk));
  const [first] = args.positional;
  const shared = first?.k === "ref" && state.read(first.addr).type === "iter" && args.positional.every((v) => v === first);
  if (shared && first !== undefined && lists[0] !== null && lists.length > 1) {
    taken(state, first, lists[0]?.length ?? 0);
    return inGroups(run, state, lists[0] ?? [], lists.length);
  }
  const length = lists.length === 0 ? 0 : Math.min(...lists.map((l) => l?.length ?? 0));
  if (lists.some((l) => l === null) || length > LONGEST_LIST) {
    const some = args.positional.map((v) => someElement(run, state, v));
    return someList(run, state, listValue(run, state, some, "tuple"));
  }
  const end = lists.findIndex((list) => list?.length === length);
  // Those before the one that ends are asked once more.
  for (const [i, walk] of walks.entries()) taken(state, walk, length + (i < end ? 1 : 0));
  const tuples = Array.from({ length }, (_v, i) =>
    listValue(
      run,
      state,
      lists.map((l) => l?.[i] as Value),
      "tuple",
    ),
  ); // prettier-ignore
  return listValue(run, state, tuples, "iter");
};

/** A number up to what somebody outside said, or up to one of the program's own. */
function countOf(run: Run, bounds: readonly Value[]): Value {
  const outside = bounds.find(isExternal);
  return outside === undefined ? run.values.unknown("local") : run.values.unknown(outside.cause, { path: `range(${outside.path})` });
}

const rangeCall: Inner = (run, state, { args }) => {
  const numbers = args.positional.map((v) => (isNumber(v) ? Number(v.value) : Number.NaN));
  const [a = 0, b, step = 1] = numbers;
  const [start, stop] = b === undefined ? [0, a] : [a, b];
  const count = Math.max(0, Math.ceil((stop - start) / step));
  if (args.rest !== null || Number.isNaN(count) || count > LONGEST_LIST) return someList(run, state, countOf(run, args.positional));
  if (!numbers.every(Number.isInteger) || step === 0) return undefined;
  const items = Array.from({ length: count }, (_v, i) => run.values.number(start + i * step));
  const addr = newAddr(run);
  run.values.work += count;
  state.add(addr, { type: "list", items, name: RANGE });
  return run.values.ref(addr);
};

/** `next(it)`: of a known iterator the next element, which it then is past. */
const nextCall: Inner = (run, state, { args }) => {
  const [source, fallback] = args.positional;
  if (source === undefined) return undefined;
  if (source.k !== "ref") return someElement(run, state, source);
  const object = state.read(source.addr);
  if (object.type === "instance") {
    const method = specialMethod(run, state, source, "__next__");
    return method !== null ? run.call(state, method, NO_ARGS) : run.values.unknown("local");
  }
  if (object.type !== "iter") {
    const [one] = elementsOf(run, state, source) ?? [];
    return one === undefined ? (fallback ?? someElement(run, state, source)) : one;
  }
  const next = iterate(run, state, source, false);
  if (next.how === "done" && fallback === undefined) stopped(run, state, source.addr);
  if (next.how === "done") return fallback ?? null;
  return next.how === "some" && fallback !== undefined ? run.values.join2(next.value, fallback) : next.value;
};

const lenCall: Inner = (run, state, call) => {
  const [source] = call.args.positional;
  if (source === undefined) return undefined;
  if (isString(source)) return run.values.number([...source.value].length);
  if (source.k !== "ref") return undefined;
  const object = state.read(source.addr);
  if (object.type === "instance") {
    const method = specialMethod(run, state, source, "__len__");
    const base = baseValue(state, source);
    if (method !== null || base === null) return method === null ? undefined : run.call(state, method, NO_ARGS);
    return lenCall(run, state, { ...call, args: { ...call.args, positional: [base] } });
  }
  if (object.rest !== null || object.type === "frame" || object.type === "class") return undefined;
  return run.values.number(object.items === null ? object.props.size : object.items.length);
};

const quantified =
  (all: boolean): Inner =>
  (run, state, { args }) => {
    const items = args.positional[0] === undefined ? null : takenElements(run, state, args.positional[0]);
    const truths = items?.map((v) => decideTruth(run, state, v));
    if (truths === undefined || truths.includes(null)) return undefined;
    return run.values.bool(all ? truths.every((t) => t === true) : truths.some((t) => t === true));
  };

const extreme =
  (sign: 1 | -1): Inner =>
  (run, state, { args }) => {
    const [first] = args.positional;
    const key = args.keywords.get("key");
    const items = args.positional.length > 1 ? args.positional : first === undefined ? null : takenElements(run, state, first);
    if (items?.length === 0 && args.keywords.has("default")) return args.keywords.get("default");
    const order =
      items === null || items.length > LONGEST_LIST ? null : sorted(run, state, items, { key, reverse: run.values.bool(sign > 0) });
    if (order !== null && order.length > 0) return order[0];
    if (items === null && key !== undefined && first !== undefined) run.call(state, key, withArgs(someElement(run, state, first)));
    if (args.positional.length === 1 && first !== undefined) return someElement(run, state, first);
    return run.values.join(args.positional.length === 0 ? [run.values.unknown("local")] : args.positional);
  };

/** Elements of all the iterables, one after another. */
export function chained(run: Run, state: State, sources: readonly Value[]): Value {
  const lists = sources.map((source) => walkedElements(run, state, source));
  if (lists.every((list) => list !== null)) return listValue(run, state, lists.flat());
  return someList(run, state, run.values.join(sources.map((source) => someElement(run, state, source))));
}

const sumCall: Inner = (run, state, { args }) => {
  const [source, start] = args.positional;
  const items = source === undefined ? null : takenElements(run, state, source);
  if (source === undefined) return undefined;
  if (start?.k === "ref") return chained(run, state, [start, ...(items ?? [someElement(run, state, source)])]);
  if (items === null) return undefined;
  // What floats with a fraction add up to depends on how exactly they are added.
  if (!items.every((item) => isNumber(item) || (item.k === "const" && item.type === "bool")) || (start !== undefined && !isNumber(start)))
    return undefined;
  if (items.some((item) => isFloat(item) && item.k === "const" && item.float !== true)) return undefined;
  let sum: Value = start ?? run.values.number(0);
  for (const right of items) {
    sum = binary(run, state, { operator: "+", left: sum, right, inPlace: false });
    if (!isNumber(sum)) return undefined;
  }
  return sum;
};

/** `iter(f, sentinel)`; it goes on for ever when `f` gives something else, and always the same. */
function untilSentinel(run: Run, state: State, source: Value, sentinel: Value): Value {
  const element = run.call(state, source, NO_ARGS) ?? run.values.unknown("local");
  const known = source.k === "api" && element.k === "const" && sentinel.k === "const" && element !== sentinel;
  return known ? endlessIterator(run, state, element) : someList(run, state, element, "iter");
}

export const SEQUENCES: Readonly<Record<string, Inner>> = {
  list: sequence("list"),
  tuple: sequence("tuple"),
  set: sequence("set"),
  frozenset: sequence("set"),
  iter: (run, state, { args }) => {
    const [source, sentinel] = args.positional;
    if (source === undefined) return undefined;
    if (sentinel !== undefined) return untilSentinel(run, state, source, sentinel);
    return source.k === "ref" && state.read(source.addr).type === "iter" ? source : makeIterator(run, state, source, false);
  },
  sorted: sortedCall,
  reversed: (run, state, { args }) => {
    const [source] = args.positional;
    if (source === undefined) return undefined;
    const own =
      source.k === "ref" && state.read(source.addr).type === "instance" ? specialMethod(run, state, source, "__reversed__") : null;
    if (own !== null) return run.call(state, own, NO_ARGS);
    const items = elementsOf(run, state, source);
    return items === null ? someList(run, state, someElement(run, state, source)) : listValue(run, state, [...items].reverse());
  },
  map: mapCall,
  filter: filterCall,
  enumerate: enumerateCall,
  zip: zipCall,
  range: rangeCall,
  next: nextCall,
  anext: nextCall,
  len: lenCall,
  all: quantified(true),
  any: quantified(false),
  max: extreme(1),
  min: extreme(-1),
  sum: sumCall,
};
