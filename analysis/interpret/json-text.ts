/** Objects as the text that they are sent as: what is known is written out, what is not stays a hole under its key. */
import type { State } from "../state.ts";
import { type Hole, isString, partsOf, type Value } from "../values.ts";
import { deepLabels } from "./labels.ts";
import { inJs, type Run } from "./run.ts";

type Part = string | Hole;
const DEEPEST = 6;
/** Entries of one object that are written out. */
const WIDEST = 32;

/** How a language writes: JavaScript without blanks, Python with them, and without letters beyond ASCII unless it is told otherwise. */
type Style = { readonly comma: string; readonly colon: string; readonly text: (text: string) => string };
const escaped = (text: string): string =>
  JSON.stringify(text).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
const COMPACT: Style = { comma: ",", colon: ":", text: JSON.stringify };
const PYTHON: Style = { comma: ", ", colon: ": ", text: escaped };
const PYTHON_LETTERS: Style = { ...PYTHON, text: JSON.stringify };

/** `{"a":1,"b":{?}}`; undefined for what is no object of the program's own. */
export function jsonText(run: Run, state: State, value: Value, keywords: ReadonlyMap<string, Value> = new Map()): Value | undefined {
  const ascii = keywords.get("ensure_ascii");
  const style = inJs(run) ? COMPACT : ascii?.k === "const" && ascii.value === false ? PYTHON_LETTERS : PYTHON;
  if (!inJs(run) && isString(value)) return run.values.string(style.text(value.value), value.labels);
  return value.k === "ref" ? run.values.template(objectParts({ state, style }, value, 0), deepLabels(state, value)) : undefined;
}

type Writing = { readonly state: State; readonly style: Style };

const hole = (state: State, value: Value): Hole => ({ cause: "local", labels: deepLabels(state, value), path: null });

function partsOfJson(writing: Writing, value: Value, depth: number): readonly Part[] {
  if (isString(value)) return [writing.style.text(value.value)];
  if (value.k === "const") return [value.type === "undefined" ? "null" : String(value.value)];
  if (value.k === "str") return ['"', ...value.parts, '"'];
  return value.k === "ref" ? objectParts(writing, value, depth) : partsOf(value);
}

function objectParts(writing: Writing, value: Extract<Value, { k: "ref" }>, depth: number): Part[] {
  const { state, style } = writing;
  const { type, items, props, rest } = state.read(value.addr);
  const listed = items !== null && /^(list|tuple|set)$/.test(type);
  const keyed = items === null && /^(dict|object)$/.test(type);
  if (depth > DEEPEST || (!listed && !keyed)) return [hole(state, value)];
  const entries = listed
    ? items.slice(0, WIDEST).map((item) => partsOfJson(writing, item, depth + 1))
    : [...props].slice(0, WIDEST).flatMap(([key, held]) => entryParts(writing, key, held, depth));
  const more = rest === null && (listed ? items.length : props.size) <= WIDEST ? [] : [[hole(state, value)]];
  const inner = [...entries, ...more].flatMap((entry, i): readonly Part[] => (i === 0 ? entry : [style.comma, ...entry]));
  return listed ? ["[", ...inner, "]"] : ["{", ...inner, "}"];
}

/** One entry, or none: functions and what the interpreter keeps are no part of the text. */
function entryParts(writing: Writing, key: string, held: Value, depth: number): (readonly Part[])[] {
  if (key.startsWith("#")) return [[hole(writing.state, held)]];
  if (!/^[sn]:/.test(key) || held.k === "closure" || held.k === "method") return [];
  return [[writing.style.text(key.slice(2)) + writing.style.colon, ...partsOfJson(writing, held, depth + 1)]];
}
