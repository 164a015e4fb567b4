/** Slices of texts and sequences. */
import type { State } from "../state.ts";
import { isNumber, isString, mergeLabels, type Value } from "../values.ts";
import { someList } from "./containers.ts";
import { elementsOf, someElement } from "./iterate.ts";
import { pieceLabels } from "./masking.ts";
import { afterCut } from "./rotation.ts";
import { newAddr, type Run } from "./run.ts";

export function getSlice(run: Run, state: State, object: Value, bounds: readonly [Value | null, Value | null, Value | null]): Value {
  const { values } = run;
  const [lower, upper, step] = bounds.map((b) =>
    b === null || (b.k === "const" && b.type === "null") ? null : isNumber(b) ? Number(b.value) : undefined,
  );
  if (lower === undefined || upper === undefined || step === undefined)
    return object.k === "ref"
      ? someOf(run, state, object)
      : values.unknown("unmodelled", { labels: object.labels, path: object.k === "unknown" ? object.path : null });
  if (isString(object)) {
    const text = sliced([...(object.type === "bytes" ? object.value : object.value)], { lower, upper, step }).join("");
    return object.type === "bytes" ? values.bytes(text, object.labels) : values.string(text, object.labels);
  }
  const elements = elementsOf(run, state, object);
  if (elements !== null) {
    const addr = newAddr(run);
    state.add(addr, { type: "list", items: sliced(elements, { lower, upper, step }) });
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

/** Python's slice on a sequence. */
export function sliced<T>(items: readonly T[], bounds: { lower: number | null; upper: number | null; step: number | null }): T[] {
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
