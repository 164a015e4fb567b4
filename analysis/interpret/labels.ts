/** Labels of a value and of what it contains. */
import type { Label } from "../effects.ts";
import type { State } from "../state.ts";
import { dataLabels, mergeLabels, type Value } from "../values.ts";
import { rememberedVariable } from "./remembered.ts";

/** Containers in containers that are looked into, and elements of each. */
const DEEPEST = 4;
const MOST_ELEMENTS = 256;

/** Where the state keeps what archives that are being made hold: no variable has this name. */
export const PACKED = "#packed";

/** Labels of the value, its elements and entries. */
export function deepLabels(state: State, value: Value, depth = 0): readonly Label[] {
  if (value.k === "union") return mergeLabels(value.labels, ...value.of.map((v) => deepLabels(state, v, depth)));
  if (value.k === "str") return mergeLabels(value.labels, ...value.parts.map((p) => (typeof p === "string" ? [] : p.labels)));
  if (value.k === "api" && value.path.startsWith("packed."))
    return mergeLabels(value.labels, rememberedVariable(state, PACKED)?.labels ?? []);
  if (value.k !== "ref" || depth > DEEPEST) return value.labels;
  const object = state.read(value.addr);
  if (object.type === "frame" || object.type === "class") return value.labels;
  let labels = value.labels;
  let left = MOST_ELEMENTS;
  const add = (inner: Value): void => {
    if (left-- > 0) labels = mergeLabels(labels, deepLabels(state, inner, depth + 1));
  };
  for (const item of object.items ?? NONE) add(item);
  for (const [key, item] of object.props) if (object.name !== HOLDER || !ADDRESSES.has(key)) add(item);
  if (object.rest !== null) add(object.rest);
  return labels;
}

/** The same without those that say how a value came about, and what kind of thing it is. */
export const heldLabels = (state: State, value: Value): readonly Label[] => dataLabels(deepLabels(state, value));

/** Name of the heap objects of libraries that only hold what is put into them. */
export const HOLDER = "holder";
/** Whom a mail message is from and for is no content of it. */
const ADDRESSES: ReadonlySet<string> = new Set(["From", "To", "Cc", "Bcc", "Sender", "Reply-To"].map((name) => `s:${name}`));
const NONE: readonly Value[] = [];
