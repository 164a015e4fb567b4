/** Slices of texts and sequences. */
import type { State } from "../state.ts";
import { type Addr, isNumber, isString, mergeLabels, type Value } from "../values.ts";
import { textBase } from "./base-values.ts";
import { NO_ARGS } from "./call-args.ts";
import { specialMethod } from "./classes.ts";
import { someList } from "./containers.ts";
import { getItem } from "./items.ts";
import { elementsOf, RANGE, someElement } from "./iterate.ts";
import { boundOf, pieceLabels } from "./masking.ts";
import { afterCut } from "./rotation.ts";
import { inJs, newAddr, type Run } from "./run.ts";

export function getSlice(run: Run, state: State, object: Value, bounds: readonly [Value | null, Value | null, Value | null]): Value {
  const { values } = run;
  const path = object.k === "unknown" ? object.path : null;
  const [lower, upper, step] = bounds.map((bound) => boundOf(bound, path));
  if (lower === undefined || upper === undefined || step === undefined)
    return object.k === "ref" ? someOf(run, state, object) : values.unknown("unmodelled", { labels: object.labels, path });
  const text = textBase(state, object);
  if (text !== null) return getSlice(run, state, text, bounds);
  const own =
    inJs(run) || object.k !== "ref" || state.read(object.addr).type !== "instance"
      ? null
      : specialMethod(run, state, object, "__getitem__");
  if (own !== null) {
    const index = run.values.unknown("local", { path: `slice(${[lower, upper, step].map((b) => b ?? "").join(":")})` });
    return run.call(state, own, { ...NO_ARGS, positional: [index] }) ?? values.undefined;
  }
  if (isString(object)) {
    const text = sliced([...(object.type === "bytes" ? object.value : object.value)], { lower, upper, step }).join("");
    return object.type === "bytes" ? values.bytes(text, object.labels) : values.string(text, object.labels);
  }
  const elements = elementsOf(run, state, object);
  if (elements !== null) {
    const { type, name } = object.k === "ref" ? state.read(object.addr) : { type: "list", name: "" };
    const addr = newAddr(run);
    state.add(addr, {
      type: type === "tuple" ? "tuple" : "list",
      items: sliced(elements, { lower, upper, step }),
      name: name === RANGE ? RANGE : "",
    });
    return values.ref(addr);
  }
  if (object.k === "unknown")
    return values.unknown(object.cause, {
      path: object.path,
      labels: mergeLabels(pieceLabels(object.labels, lower, upper), afterCut(lower, upper)),
    });
  if (object.k !== "ref") return values.unknown("local", { labels: pieceLabels(object.labels, lower, upper) });
  return someList(run, state, values.label(someElement(run, state, object), afterCut(lower, upper)));
}

/** Elements of the list, whichever they are. */
const someOf = (run: Run, state: State, list: Value): Value => someList(run, state, someElement(run, state, list));

type Bounds = { readonly lower: number | null; readonly upper: number | null; readonly step: number | null };

/** A slice as a value (`a[1:2] = v`) says by its path where it begins and ends. */
export function sliceValue(run: Run, state: State, bounds: Value): Value | null {
  const items = bounds.k === "ref" ? state.read(bounds.addr).items : null;
  const known = items?.map((b) => (b.k === "const" && b.type === "null" ? "" : isNumber(b) ? String(b.value) : null)) ?? [null];
  return known.includes(null) ? null : run.values.unknown("local", { path: `slice(${known.join(":")})` });
}

export function sliceBounds(index: Value): Bounds | null {
  const found = index.k === "unknown" ? /^slice\((-?\d*):(-?\d*):(-?\d*)\)$/.exec(index.path ?? "") : null;
  if (found === null) return null;
  const [lower, upper, step] = found.slice(1).map((text) => (text === "" ? null : Number(text))) as [
    number | null,
    number | null,
    number | null,
  ];
  return { lower, upper, step };
}

/** `held[at]`, where what stands there may be a slice that the program was given. */
export function itemOrSlice(run: Run, state: State, object: Value, index: Value): Value {
  const bounds = sliceBounds(index);
  const value = (bound: number | null): Value | null => (bound === null ? null : run.values.number(bound));
  if (bounds === null) return getItem(run, state, object, index);
  return getSlice(run, state, object, [value(bounds.lower), value(bounds.upper), value(bounds.step)]);
}

/** `list[1:3] = [...]`; false when that is not known. */
export function setSlice(run: Run, state: State, list: Addr, to: { index: Value; value: Value }): boolean {
  const bounds = sliceBounds(to.index);
  const { items, rest } = state.read(list);
  const added = bounds === null || items === null || rest !== null || (bounds.step ?? 1) !== 1 ? null : elementsOf(run, state, to.value);
  if (added === null || bounds === null || items === null) return false;
  const places = sliced([...items.keys()], bounds);
  const from = places[0] ?? Math.min(bounds.lower ?? 0, items.length);
  state.write(list).items = [...items.slice(0, from), ...added, ...items.slice(from + places.length)];
  return true;
}

/** Python's slice on a sequence. */
export function sliced<T>(items: readonly T[], bounds: Bounds): T[] {
  const step = bounds.step ?? 1;
  const n = items.length;
  if (step === 0) return [];
  const clamp = (value: number | null, fallback: number): number => {
    if (value === null) return fallback;
    const from = value < 0 ? value + n : value;
    return step > 0 ? Math.min(n, Math.max(0, from)) : Math.min(n - 1, Math.max(-1, from));
  };
  const from = clamp(bounds.lower, step > 0 ? 0 : n - 1);
  const to = clamp(bounds.upper, step > 0 ? n : -1);
  const out: T[] = [];
  for (let i = from; step > 0 ? i < to : i > to; i += step) out.push(items[i] as T);
  return out;
}
