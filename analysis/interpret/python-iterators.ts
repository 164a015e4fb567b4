/** What functions that walk through values give: `itertools`, `more_itertools`, `toolz`, `heapq`, `random.choice`. */
import type { State } from "../state.ts";
import { isNumber, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import { type CallArgs, withArgs } from "./call-args.ts";
import { LONGEST_LIST, listValue, someList } from "./containers.ts";
import { someElement, takenElements, walkedElements } from "./iterate.ts";
import { chained, type Inner } from "./python-sequences.ts";
import type { Run } from "./run.ts";
import { decideTruth } from "./truth.ts";

const chain: Inner = (run, state, { args }) => {
  const rest = args.rest === null ? [] : [args.rest];
  return args.positional.length + rest.length === 0 ? listValue(run, state, []) : chained(run, state, [...args.positional, ...rest]);
};

/** `chain.from_iterable(lists)`: one level of nesting goes. */
const flattened: Inner = (run, state, { args }) => {
  const [source] = args.positional;
  if (source === undefined) return undefined;
  const lists = walkedElements(run, state, source);
  if (lists !== null) return chained(run, state, lists);
  return someList(run, state, someElement(run, state, someElement(run, state, source)));
};

/** What only lets some through, or changes the order. */
const some =
  (at: number): Inner =>
  (run, state, { args }) => {
    const source = args.positional[at] ?? args.keywords.get("iterable") ?? args.keywords.get("population");
    return source === undefined ? undefined : someList(run, state, someElement(run, state, source));
  };

/** One of a list; which character of a text it is says nothing. */
const one: Inner = (run, state, { args }) => (args.positional[0]?.k === "ref" ? someElement(run, state, args.positional[0]) : undefined);

/** Python's own names for how many, before or behind the iterable. */
function sizeOf(args: CallArgs, at: number): number | null {
  const size = args.positional[at] ?? args.keywords.get("n");
  return size !== undefined && isNumber(size) && Number(size.value) > 0 ? Number(size.value) : null;
}

/** `batched(xs, n)`: pieces of a list, each of them a tuple. */
const pieces =
  (at: number): Inner =>
  (run, state, { args }) => {
    const source = args.positional[at];
    if (source === undefined) return undefined;
    const items = walkedElements(run, state, source);
    const size = sizeOf(args, 1 - at);
    if (items === null || size === null || items.length > LONGEST_LIST)
      return someList(run, state, someList(run, state, someElement(run, state, source), "tuple"));
    const cuts = Array.from({ length: Math.ceil(items.length / size) }, (_v, i) => items.slice(i * size, (i + 1) * size));
    return listValue(
      run,
      state,
      cuts.map((cut) => listValue(run, state, cut, "tuple")),
    ); // prettier-ignore
  };

/** More tuples than this are not told apart. */
const MOST_TUPLES = 128;

/** Every way of taking so many of these: in their order (`combinations`), or in any (`permutations`). */
function arrangements(items: readonly Value[], size: number, how: string): Value[][] {
  if (size === 0) return [[]];
  const left = (i: number): readonly Value[] =>
    how === "permutations" ? items.toSpliced(i, 1) : items.slice(how === "combinations" ? i + 1 : i);
  return items.flatMap((item, i) => arrangements(left(i), size - 1, how).map((rest) => [item, ...rest]));
}

/** The tuples one by one, of a list that is known and short. */
function knownTuples(name: string, items: readonly Value[], size: number | null): Value[][] | null {
  const width = name === "pairwise" ? 2 : size;
  if (name === "pairwise" || name === "windowed")
    return width === null ? null : items.slice(0, Math.max(0, items.length - width + 1)).map((_v, i) => items.slice(i, i + width));
  if (name !== "combinations" && name !== "permutations" && name !== "combinations_with_replacement") return null;
  const taken = width ?? items.length;
  return items.length > 8 || items.length ** taken > 4_096 ? null : arrangements(items, taken, name);
}

/** `pairwise(xs)`, `combinations(xs, n)`: tuples of elements. */
const tuples: Inner = (run, state, { callee, args }) => {
  const [first] = args.positional;
  const items = first === undefined || args.rest !== null ? null : walkedElements(run, state, first);
  const name = callee.path.slice(callee.path.lastIndexOf(".") + 1);
  const known = items === null || items.length > LONGEST_LIST ? null : knownTuples(name, items, sizeOf(args, 1));
  if (known !== null && (known.length <= MOST_TUPLES || name === "pairwise"))
    return listValue(
      run,
      state,
      known.map((tuple) => listValue(run, state, tuple, "tuple")),
    );
  const sources = [...args.positional, ...(args.rest === null ? [] : [args.rest])].filter((v) => !isNumber(v));
  if (sources.length === 0) return undefined;
  const elements = sources.map((source) => someElement(run, state, source));
  return someList(run, state, someList(run, state, run.values.join(elements), "tuple"));
};

const longest: Inner = (run, state, { args }) => {
  if (args.rest !== null) return someList(run, state, someList(run, state, someElement(run, state, args.rest), "tuple"));
  const fill = args.keywords.get("fillvalue");
  const lists = args.positional.map((source) => walkedElements(run, state, source));
  const length = Math.max(0, ...lists.map((list) => list?.length ?? Number.POSITIVE_INFINITY));
  if (length <= LONGEST_LIST) {
    const row = (i: number): Value[] => lists.map((list) => list?.[i] ?? fill ?? run.values.none);
    const rows = Array.from({ length }, (_v, i) => listValue(run, state, row(i), "tuple"));
    return listValue(run, state, rows);
  }
  const columns = args.positional.map((source) => someElement(run, state, source));
  const filled = fill === undefined ? columns : columns.map((column) => run.values.join2(column, fill));
  return someList(run, state, listValue(run, state, filled, "tuple"));
};

/** `tee(xs)`: the same elements, more than once. */
const copies: Inner = (run, state, { args }) => {
  const [source] = args.positional;
  if (source === undefined) return undefined;
  const count = sizeOf(args, 1) ?? 2;
  const items = takenElements(run, state, source);
  const each = (): Value => (items === null ? chained(run, state, [source]) : listValue(run, state, items, "iter"));
  return listValue(run, state, Array.from({ length: Math.min(count, 8) }, each), "tuple");
};

/** Neighbours of which the function says the same, when it is known what it says. */
function knownGroups(run: Run, state: State, source: Value, key: Value | undefined): Value | null {
  const items = walkedElements(run, state, source);
  if (items === null || items.length > LONGEST_LIST) return null;
  const said = key === undefined || key === run.values.none ? items : items.map((item) => run.call(state, key, withArgs(item)));
  if (!said.every((one) => one?.k === "const")) return null;
  const groups: { readonly of: Value; readonly items: Value[] }[] = [];
  for (const [i, item] of items.entries()) {
    const last = groups.at(-1);
    if (last !== undefined && last.of === said[i]) last.items.push(item);
    else groups.push({ of: said[i] as Value, items: [item] });
  }
  const pairs = groups.map((one) => listValue(run, state, [one.of, listValue(run, state, one.items, "iter")], "tuple"));
  return listValue(run, state, pairs, "iter");
}

/** `groupby(xs, key)`: pairs of what the function says and of elements. */
const grouped: Inner = (run, state, { args }) => {
  const [source] = args.positional;
  if (source === undefined) return undefined;
  const key = args.positional[1] ?? args.keywords.get("key");
  const known = knownGroups(run, state, source, key);
  if (known !== null) return known;
  const element = someElement(run, state, source);
  const said = key === undefined ? element : (run.call(state, key, withArgs(element)) ?? element);
  return someList(run, state, listValue(run, state, [said, someList(run, state, element)], "tuple"));
};

/** `accumulate(xs, f)`: each with what came before. */
const accumulated: Inner = (run, state, { args }) => {
  const [source, fn = args.keywords.get("func") ?? run.values.api("operator.add")] = args.positional;
  const items = source === undefined ? null : walkedElements(run, state, source);
  if (source === undefined || items === null || items.length > LONGEST_LIST)
    return source === undefined ? undefined : someList(run, state, someElement(run, state, source));
  const initial = args.keywords.get("initial");
  const out: Value[] = initial === undefined || (initial.k === "const" && initial.value === null) ? [] : [initial];
  for (const item of items) out.push(out.length === 0 ? item : (run.call(state, fn, withArgs(out.at(-1) as Value, item)) ?? item));
  return listValue(run, state, out);
};

/** `compress(xs, flags)`: those whose flag is set, when that is known of all. */
const compressed: Inner = (run, state, call) => {
  const [source, flags] = call.args.positional;
  const items = source === undefined ? null : walkedElements(run, state, source);
  const kept = flags === undefined ? undefined : walkedElements(run, state, flags)?.map((flag) => decideTruth(run, state, flag));
  if (items === null || kept === undefined || kept.includes(null)) return some(0)(run, state, call);
  return listValue(
    run,
    state,
    items.filter((_v, i) => kept[i] === true),
  );
};

/** `takewhile(f, xs)` and its kin: the function sees the elements, and some of them come out. */
const selected: Inner = (run, state, { callee, args }) => {
  const [callback, source] = args.positional;
  if (callback === undefined || source === undefined) return undefined;
  const items = walkedElements(run, state, source);
  const said = (items ?? [someElement(run, state, source)]).map((item) =>
    callback.k === "const" ? item : run.call(state, callback, withArgs(item)),
  );
  const truths = said.map((value) => (value === null ? null : decideTruth(run, state, value)));
  if (items === null || truths.includes(null)) return someList(run, state, someElement(run, state, source));
  const end = truths.indexOf(false) < 0 ? items.length : truths.indexOf(false);
  const name = callee.path.slice(callee.path.lastIndexOf(".") + 1);
  const left =
    name === "filterfalse" ? items.filter((_v, i) => truths[i] === false) : name === "dropwhile" ? items.slice(end) : items.slice(0, end);
  return listValue(run, state, left);
};

const ITERATORS: Readonly<Record<string, Inner>> = {
  accumulate: accumulated,
  chain,
  interleave: chain,
  merge: chain,
  concatv: chain,
  from_iterable: flattened,
  flatten: flattened,
  collapse: flattened,
  concat: flattened,
  cat: flattened,
  lcat: flattened,
  compress: compressed,
  takewhile: selected,
  dropwhile: selected,
  filterfalse: selected,
  unique_everseen: some(0),
  unique_justseen: some(0),
  unique: some(0),
  always_iterable: some(0),
  peekable: some(0),
  seekable: some(0),
  sample: some(0),
  choices: some(0),
  nlargest: some(1),
  nsmallest: some(1),
  take: some(1),
  drop: some(1),
  choice: one,
  first: one,
  last: one,
  one,
  batched: pieces(0),
  chunked: pieces(0),
  ichunked: pieces(0),
  sliced: pieces(0),
  divide: pieces(1),
  distribute: pieces(1),
  partition_all: pieces(1),
  chunks: pieces(1),
  pairwise: tuples,
  windowed: tuples,
  grouper: tuples,
  combinations: tuples,
  combinations_with_replacement: tuples,
  permutations: tuples,
  zip_longest: longest,
  tee: copies,
  groupby: grouped,
};

/** By the last part of its name: the libraries agree on what their functions are called. */
export const iterator: Builtin = (run, state, call) => {
  const { path } = call.callee;
  return ITERATORS[path.slice(path.lastIndexOf(".") + 1)]?.(run, state, call);
};
