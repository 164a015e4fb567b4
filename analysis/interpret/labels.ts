/** Labels of a value and of what it contains. */
import type { Label } from "../effects.ts";
import type { State } from "../state.ts";
import { mergeLabels, type Value } from "../values.ts";

/** Labels of the value, its elements and entries, four levels deep. */
export function deepLabels(state: State, value: Value, depth = 0): readonly Label[] {
  if (value.k === "union") return mergeLabels(value.labels, ...value.of.map((v) => deepLabels(state, v, depth)));
  if (value.k === "str") return mergeLabels(value.labels, ...value.parts.map((p) => (typeof p === "string" ? [] : p.labels)));
  if (value.k !== "ref" || depth > 4) return value.labels;
  const object = state.read(value.addr);
  if (object.type === "frame" || object.type === "class") return value.labels;
  const inner = [...(object.items ?? []), ...object.props.values(), ...(object.rest === null ? [] : [object.rest])];
  return mergeLabels(value.labels, ...inner.slice(0, 256).map((v) => deepLabels(state, v, depth + 1)));
}
