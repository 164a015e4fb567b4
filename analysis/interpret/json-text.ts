/** Objects as the text that they are sent as: what is known is written out, what is not stays a hole under its key. */
import { floatText } from "../pure/pure-value.ts";
import type { State } from "../state.ts";
import { type ConstV, type Hole, isFloat, isNumber, isString, partsOf, type RefV, type Value } from "../values.ts";
import { isHolder } from "./holders.ts";
import { elementsOf } from "./iterate.ts";
import { deepLabels } from "./labels.ts";
import { ownNames, ownValue } from "./own-keys.ts";
import { inJs, type Run } from "./run.ts";
import { isMap } from "./url-text.ts";

type Part = string | Hole;
const DEEPEST = 24;
/** Entries of one object that are written out. */
const WIDEST = 1_024;
/** More holes than a text keeps. */
const MOST_HOLES = 64;

/** How a language writes: JavaScript without blanks, Python with them, and without letters beyond ASCII unless it is told otherwise. */
type Style = {
  readonly comma: string;
  readonly colon: string;
  readonly text: (text: string) => string;
  readonly indent: string;
  readonly sorted: boolean;
  /** JavaScript: the only names that are written, in this order. */
  readonly names: readonly string[] | null;
};
const escaped = (text: string): string =>
  JSON.stringify(text).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
const COMPACT: Style = { comma: ",", colon: ":", text: JSON.stringify, indent: "", sorted: false, names: null };
const PYTHON: Style = { ...COMPACT, comma: ", ", colon: ": ", text: escaped };

/** What `json.dumps` and `JSON.stringify` are told besides the value. */
export type JsonOptions = { readonly keywords: ReadonlyMap<string, Value>; readonly positional: readonly Value[] };
const NO_OPTIONS: JsonOptions = { keywords: new Map(), positional: [] };

const isNone = (value: Value | undefined): boolean => value === undefined || (value.k === "const" && value.value === null);

/** `indent=2`, `JSON.stringify(x, null, "\t")`; undefined when it is not known. */
function indentOf(value: Value | undefined, most: number): string | undefined {
  if (value === undefined || isNone(value)) return "";
  if (isString(value)) return value.value.slice(0, most);
  return isNumber(value) ? " ".repeat(Math.max(0, Math.min(most, Math.trunc(Number(value.value))))) : undefined;
}

function pythonStyle(run: Run, state: State, { keywords }: JsonOptions): Style | undefined {
  const flag = (name: string): boolean | undefined => {
    const value = keywords.get(name);
    return value?.k === "const" ? value.value === true : undefined;
  };
  const indent = indentOf(keywords.get("indent"), 64);
  const separators = keywords.get("separators");
  const given = separators === undefined || isNone(separators) ? [] : elementsOf(run, state, separators);
  const [comma, colon] = given ?? [];
  if (indent === undefined || given === null || (given.length > 0 && !(isString(comma) && isString(colon)))) return undefined;
  if ([...keywords.keys()].includes("sort_keys") && flag("sort_keys") === undefined) return undefined;
  return {
    ...PYTHON,
    text: flag("ensure_ascii") === false ? JSON.stringify : escaped,
    comma: isString(comma) ? comma.value : isNone(keywords.get("indent")) ? ", " : ",",
    colon: isString(colon) ? colon.value : ": ",
    indent: isNone(keywords.get("indent")) ? "" : `\n${indent}`,
    sorted: flag("sort_keys") === true,
  };
}

function javascriptStyle(run: Run, state: State, { positional: [replacer, space] }: JsonOptions): Style | undefined {
  const indent = indentOf(space, 10);
  const names = replacer?.k === "ref" ? elementsOf(run, state, replacer) : null;
  if (indent === undefined || (replacer?.k === "ref" && names === null)) return undefined;
  return {
    ...COMPACT,
    colon: indent === "" ? ":" : ": ",
    indent: indent === "" ? "" : `\n${indent}`,
    names: names?.map((name) => (name.k === "const" ? String(name.value) : "")) ?? null,
  };
}

/** `{"a":1,"b":{?}}`; undefined for what is no value of the program's own, or is written in a way that is not known. */
export function jsonText(run: Run, state: State, value: Value, options: JsonOptions = NO_OPTIONS): Value | undefined {
  if (value.k !== "const" && value.k !== "ref") return undefined;
  const style = inJs(run) ? javascriptStyle(run, state, options) : pythonStyle(run, state, options);
  if (style === undefined || (inJs(run) && !isWritten(value))) return undefined;
  const parts = partsOfJson({ run, state, style, above: [] }, value);
  return run.values.template(parts, deepLabels(state, value));
}

type Writing = { readonly run: Run; readonly state: State; readonly style: Style; readonly above: readonly RefV[] };

const hole = (state: State, value: Value): Hole => ({ cause: "local", labels: deepLabels(state, value), path: null });

function constantText({ run, style }: Writing, value: ConstV): string | undefined {
  if (value.type === "string") return style.text(String(value.value));
  if (value.type === "undefined" || value.type === "null") return "null";
  if (value.type === "bool") return String(value.value);
  if (value.type !== "number" || (inJs(run) && typeof value.value === "bigint")) return undefined;
  if (inJs(run)) return JSON.stringify(value.value);
  const text = isFloat(value) ? floatText(Number(value.value)) : String(value.value);
  return text.replace(/^(-?)inf$/, "$1Infinity").replace("nan", "NaN");
}

function partsOfJson(writing: Writing, value: Value): readonly Part[] {
  if (value.k === "const") return [constantText(writing, value) ?? hole(writing.state, value)];
  if (value.k === "str") return ['"', ...value.parts, '"'];
  return value.k === "ref" ? objectParts(writing, value) : partsOf(value);
}

function objectParts(writing: Writing, value: RefV): Part[] {
  const { run, state, style, above } = writing;
  const object = state.read(value.addr);
  const { type, items, props, rest } = object;
  const listed = items !== null && (inJs(run) ? type === "list" : /^(list|tuple)$/.test(type));
  const keyed = items === null && (type === "dict" || type === "object" || (inJs(run) && type === "instance"));
  const special = isMap(object) || isHolder(state, value.addr) || [...props.keys()].some((key) => key === "#base" || key === "#spread");
  if (above.length > DEEPEST || above.includes(value) || special || (!listed && !keyed)) return [hole(state, value)];
  const inner = { ...writing, above: [...above, value] };
  const entries = listed ? items.slice(0, WIDEST).map((item) => partsOfJson(inner, item)) : entriesOf(inner, value).slice(0, WIDEST);
  const known = rest === null && (listed ? items.length : props.size) <= WIDEST;
  const all = known ? entries : [...entries, [hole(state, value)]];
  const line = style.indent === "" ? "" : `\n${style.indent.slice(1).repeat(above.length + 1)}`;
  const end = style.indent === "" ? "" : `\n${style.indent.slice(1).repeat(above.length)}`;
  const parts = all.flatMap((entry, i): readonly Part[] => [(i === 0 ? "" : style.comma) + line, ...entry]);
  if (parts.filter((part) => typeof part !== "string").length > MOST_HOLES) return [hole(state, value)];
  const [open, close] = listed ? ["[", "]"] : ["{", "}"];
  return all.length === 0 ? [open + close] : [open, ...parts, end + close];
}

/** Functions, symbols and what the interpreter keeps are no part of the text. */
const isWritten = (value: Value): boolean =>
  value.k !== "closure" && value.k !== "method" && !(value.k === "const" && value.type === "undefined");

const WORDS: Readonly<Record<string, string>> = { "c:null:null": "null", "c:bool:true": "true", "c:bool:false": "false" };

function entriesOf(writing: Writing, value: RefV): (readonly Part[])[] {
  const { run, state, style } = writing;
  const object = state.read(value.addr);
  const entry = (name: string, held: Value): readonly Part[] => [style.text(name) + style.colon, ...partsOfJson(writing, held)];
  if (inJs(run)) {
    const names = ownNames(object).filter((name) => !name.startsWith("#"));
    return (style.names?.filter((name) => names.includes(name)) ?? names).flatMap((name) => {
      const held = ownValue(run, state, value, name);
      return isWritten(held) ? [entry(name, held)] : [];
    });
  }
  const keys = [...object.props.keys()].filter((key) => !key.startsWith("#"));
  // In Python `True` and 1 are one key.
  const unsure =
    keys.some((key) => WORDS[key] === undefined && !/^[sn]:/.test(key)) || (keys.includes("c:bool:true") && keys.includes("n:1"));
  if (unsure) return [[hole(state, value)]];
  const ordered = style.sorted ? keys.sort(byKey) : keys;
  return ordered.map((key) => entry(WORDS[key] ?? key.slice(2), object.props.get(key) as Value));
}

const byKey = (a: string, b: string): number =>
  a.startsWith("n:") && b.startsWith("n:") ? Number(a.slice(2)) - Number(b.slice(2)) : a < b ? -1 : a > b ? 1 : 0;
