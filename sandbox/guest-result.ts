/** Turns what the guest leaves behind into capped JSON text, inside the isolate. Compiled there: see guest-natives.ts. */
import { bounded, hasBrand, isError, type Natives } from "./guest-natives.ts";

type Ancestors = { readonly value: unknown; readonly up: Ancestors } | null;

/**
 * JSON text of the result; undefined becomes null, a function or symbol its name, a bigint decimal text, a cycle
 * "[Circular]". Getters and `toJSON` run here, in the guest's realm, under the timeout of this entry.
 */
export function resultText(n: Natives, value: unknown): string {
  if (typeof value === "function" || typeof value === "symbol") return n.stringify(bounded(n, `[${typeof value}]`, 100));
  const text: unknown = n.stringify(value, jsonReplacer(n));
  return typeof text === "string" ? text : "null";
}

/** One replacer per document: it follows the path from the root to see cycles. */
function jsonReplacer(n: Natives): (this: unknown, key: string, value: unknown) => unknown {
  let path: Ancestors = null;
  return function (_key, value) {
    if (typeof value === "bigint") return n.call(n.bigintText as () => string, value);
    if (typeof value !== "object" || value === null) return value;
    while (path !== null && path.value !== this) path = path.up;
    for (let at: Ancestors = path; at !== null; at = at.up) if (at.value === value) return "[Circular]";
    const shown = plainForm(n, value);
    path = { value: shown, up: { value, up: path } as Ancestors };
    return shown;
  };
}

/** Collections, errors and typed arrays as JSON would be expected to show them; anything else itself. */
function plainForm(n: Natives, value: object): unknown {
  if (hasBrand(n, n.mapSize, value)) return mapForm(n, value);
  if (hasBrand(n, n.setSize, value)) {
    const items: unknown[] = [];
    n.call(n.setEach, value, (item: unknown) => n.define(items, items.length, plainProperty(item)));
    return items;
  }
  if (n.isView(value)) {
    const view = value as unknown as ArrayLike<unknown>;
    const items: unknown[] = [];
    for (let i = 0; i < view.length; i++) n.define(items, i, plainProperty(view[i]));
    return items;
  }
  return isError(n, value) ? { __proto__: null, name: value.name, message: value.message } : value;
}

/** A map with text keys is an object; any other a list of pairs. */
function mapForm(n: Natives, value: object): unknown {
  const byName = n.create(null);
  const pairs: unknown[] = [];
  let named = true;
  n.call(n.mapEach, value, (item: unknown, key: unknown) => {
    n.define(pairs, pairs.length, plainProperty([key, item]));
    if (typeof key === "string" && named) n.define(byName, key, plainProperty(item));
    else named = false;
  });
  return named ? byName : pairs;
}

/** A descriptor without prototype: defining with it never meets a setter that the guest put on a prototype. */
export function plainProperty(value: unknown): PropertyDescriptor {
  return { __proto__: null, value, writable: true, enumerable: true, configurable: true } as PropertyDescriptor;
}

/** JSON text of the `outputs` object: name -> text; what is not text becomes its JSON. At most 64 entries within `limit` units. */
export function outputsText(n: Natives, outputs: Record<string, unknown>, limit: number): string {
  const kept = n.create(null);
  const names = n.keys(outputs);
  let left = limit;
  for (let i = 0; i < names.length && i < 64; i++) {
    const name = names[i]!;
    const value = outputs[name];
    const text = typeof value === "string" ? value : resultText(n, value);
    left -= name.length + text.length;
    if (left < 0) throw new n.Error(`outputs are larger than ${limit} characters`);
    n.define(kept, name, plainProperty(text));
  }
  return n.stringify(kept);
}

/** What the isolate is given of this file, as text. */
export const RESULT_FUNCTIONS: readonly ((...given: never[]) => unknown)[] = [
  resultText,
  jsonReplacer,
  plainForm,
  mapForm,
  plainProperty,
  outputsText,
];
