/** Objects as the text that they are sent as: what is known is written out, what is not stays a hole under its key. */
import type { State } from "../state.ts";
import { type Hole, isString, partsOf, type Value } from "../values.ts";
import { deepLabels } from "./labels.ts";
import type { Run } from "./run.ts";

type Part = string | Hole;
const DEEPEST = 6;
/** Entries of one object that are written out. */
const WIDEST = 32;

/** `{"a":1,"b":{?}}`; undefined for what is no object of the program's own. */
export function jsonText(run: Run, state: State, value: Value): Value | undefined {
  return value.k === "ref" ? run.values.template(objectParts(state, value, 0), deepLabels(state, value)) : undefined;
}

const hole = (state: State, value: Value): Hole => ({ cause: "local", labels: deepLabels(state, value), path: null });

function partsOfJson(state: State, value: Value, depth: number): readonly Part[] {
  if (isString(value)) return [JSON.stringify(value.value)];
  if (value.k === "const") return [value.type === "undefined" ? "null" : String(value.value)];
  if (value.k === "str") return ['"', ...value.parts, '"'];
  return value.k === "ref" ? objectParts(state, value, depth) : partsOf(value);
}

function objectParts(state: State, value: Extract<Value, { k: "ref" }>, depth: number): Part[] {
  const { type, items, props, rest } = state.read(value.addr);
  const listed = items !== null && /^(list|tuple|set)$/.test(type);
  const keyed = items === null && /^(dict|object)$/.test(type);
  if (depth > DEEPEST || (!listed && !keyed)) return [hole(state, value)];
  const entries = listed
    ? items.slice(0, WIDEST).map((item) => partsOfJson(state, item, depth + 1))
    : [...props].slice(0, WIDEST).flatMap(([key, held]) => entryParts(state, key, held, depth));
  const more = rest === null && (listed ? items.length : props.size) <= WIDEST ? [] : [[hole(state, value)]];
  const inner = [...entries, ...more].flatMap((entry, i): readonly Part[] => (i === 0 ? entry : [",", ...entry]));
  return listed ? ["[", ...inner, "]"] : ["{", ...inner, "}"];
}

/** One entry, or none: functions and what the interpreter keeps are no part of the text. */
function entryParts(state: State, key: string, held: Value, depth: number): (readonly Part[])[] {
  if (key.startsWith("#")) return [[hole(state, held)]];
  if (!/^[sn]:/.test(key) || held.k === "closure" || held.k === "method") return [];
  return [[`${JSON.stringify(key.slice(2))}:`, ...partsOfJson(state, held, depth + 1)]];
}
