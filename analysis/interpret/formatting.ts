/** Values inside templates, f-strings and `str(x)`: what text they become. */

import { ByteString, floatText } from "../pure/pure-value.ts";
import { formatOne, pythonRepr } from "../pure/python-format.ts";
import type { State } from "../state.ts";
import { type Hole, isFloat, isString, type RefV, type Value } from "../values.ts";
import { getAttr } from "./attributes.ts";
import { textBase } from "./base-values.ts";
import { NO_ARGS, withArgs } from "./call-args.ts";
import { errorText } from "./exceptions.ts";
import { elementsOf } from "./iterate.ts";
import { isNullish } from "./kinds-of-values.ts";
import { deepLabels } from "./labels.ts";
import { toPure } from "./purity.ts";
import { inJs, type Run } from "./run.ts";
import { webText } from "./url-text.ts";

/** The text of a value that is no object; what is not known becomes a hole with the value's labels. */
export function scalarText(run: Run, value: Value): Value {
  const { values } = run;
  if (isString(value)) {
    if (value.type === "string") return value;
    return inJs(run)
      ? values.string(Buffer.from(value.value, "latin1").toString("utf8"), value.labels)
      : values.unknown("local", { labels: value.labels });
  }
  if (value.k === "str") return value;
  if (value.k === "const") return values.string(constantText(run, value), value.labels);
  if (value.k === "unknown") return values.template([{ cause: value.cause, labels: value.labels, path: value.path }], value.labels);
  return values.template([{ cause: "local", labels: value.labels, path: null }], value.labels);
}

/** The text of any value: objects are asked (`__str__`, `toString`), several possible values give several texts. */
export function toText(run: Run, state: State, value: Value): Value {
  if (value.k === "union") return run.values.join(value.of.map((member) => toText(run, state, member)));
  if (value.k !== "ref") return scalarText(run, value);
  const own = inJs(run) ? javascriptText(run, state, value) : pythonText(run, state, value);
  if (own !== null) return own.k === "ref" ? scalarText(run, own) : scalarOrUnion(run, own);
  const labels = deepLabels(state, value);
  return run.values.template([{ cause: "local", labels, path: null }], labels);
}

const scalarOrUnion = (run: Run, value: Value): Value =>
  value.k === "union" ? run.values.join(value.of.map((v) => scalarText(run, v))) : scalarText(run, value);

function pythonText(run: Run, state: State, value: RefV): Value | null {
  const object = state.read(value.addr);
  if (object.type !== "instance") return containerText(run, state, value, 0);
  const base = textBase(state, value);
  for (const name of ["__str__", "__repr__", "__format__"]) {
    const method = getAttr(run, state, value, name);
    if (method.k === "closure") return run.call(state, method, name === "__format__" ? withArgs(run.values.string("")) : NO_ARGS);
  }
  return base === null ? exceptionText(run, state, value) : toText(run, state, base);
}

/** `str(error)`: of one argument its text. */
function exceptionText(run: Run, state: State, value: RefV): Value | null {
  const given = state.read(value.addr).props.get("s:args");
  const items = given === undefined ? null : elementsOf(run, state, given);
  const [only] = items ?? [];
  return items?.length === 1 && only !== undefined ? toText(run, state, only) : null;
}

/** What an object is in a sum or as a number: its own `Symbol.toPrimitive`, or `valueOf` where that gives no object, or its text. */
export function primitiveOf(run: Run, state: State, value: RefV, hint: "default" | "number"): Value {
  const { values } = run;
  const object = state.read(value.addr);
  const own = object.props.get(`y:${TO_PRIMITIVE}`) ?? (object.parent === null ? undefined : symbolMethod(run, state, value));
  if (own?.k === "closure") return run.call(state, values.closure(own, value), withArgs(values.string(hint))) ?? values.undefined;
  const method = object.type === "object" || object.type === "instance" ? getAttr(run, state, value, "valueOf") : null;
  const made = method?.k === "closure" ? run.call(state, method, { ...NO_ARGS, receiver: value }) : null;
  return made !== null && made.k !== "ref" ? made : toText(run, state, value);
}

function javascriptText(run: Run, state: State, value: RefV): Value | null {
  const { values } = run;
  const web = webText(run, state, value);
  if (web !== null) return web;
  const object = state.read(value.addr);
  const primitive = object.props.get(`y:${TO_PRIMITIVE}`) ?? (object.parent === null ? undefined : symbolMethod(run, state, value));
  if (primitive?.k === "closure") return run.call(state, values.closure(primitive, value), withArgs(values.string("string")));
  for (const name of ["toString", "valueOf"]) {
    const method = getAttr(run, state, value, name);
    if (method.k === "closure") return run.call(state, method, { ...NO_ARGS, receiver: value });
  }
  const error = object.type === "instance" ? errorText(run, state, value) : null;
  if (error !== null) return error;
  if (object.type !== "list") return object.type === "object" && object.rest === null ? values.string("[object Object]") : null;
  const items = elementsOf(run, state, value);
  if (items === null) return null;
  const parts = items.flatMap((item, i) => [...(i === 0 ? [] : [","]), ...(isNullish(item) ? [] : partsIn(toText(run, state, item)))]);
  return values.template(parts, deepLabels(state, value));
}

const TO_PRIMITIVE = "globalThis.Symbol.toPrimitive";
const partsIn = (value: Value) =>
  value.k === "str" ? value.parts : isString(value) ? [value.value] : [{ cause: "local" as const, labels: value.labels, path: null }];

function symbolMethod(run: Run, state: State, value: RefV): Value | undefined {
  const found = getAttr(run, state, value, `y:${TO_PRIMITIVE}`);
  return found.k === "closure" ? found : undefined;
}

function constantText(run: Run, value: Extract<Value, { k: "const" }>): string {
  const js = inJs(run);
  if (value.type === "null") return js ? "null" : "None";
  if (value.type === "undefined") return "undefined";
  if (value.type === "bool") return js ? String(value.value) : value.value ? "True" : "False";
  if (js && Object.is(value.value, -0)) return "0";
  return isFloat(value) && !js ? floatText(Number(value.value)) : String(value.value);
}

export function formatPart(
  run: Run,
  state: State,
  value: Value,
  how: { conversion: string | undefined; format: string | undefined },
): Value {
  const { conversion, format = "" } = how;
  if (inJs(run) || (conversion === undefined && format === "")) return toText(run, state, value);
  if (value.k === "union") return run.values.join(value.of.map((member) => formatPart(run, state, member, how)));
  const shown =
    conversion === "s" ? toText(run, state, value) : conversion === undefined ? value : reprText(run, state, value, 0, conversion === "a");
  if (format === "") return toText(run, state, shown);
  if (shown.k === "ref" && state.read(shown.addr).type === "instance") return formattedBy(run, state, shown, format);
  const pure = toPure(run, state, shown);
  const text = pure === undefined ? undefined : formatOne(pure, format);
  if (text !== undefined) return run.values.string(text, shown.labels);
  // Of an unknown value the text is a hole anyway; of a known one what the specification makes of it is not known.
  return shown.k === "const"
    ? run.values.template([{ cause: "local", labels: shown.labels, path: null }], shown.labels)
    : toText(run, state, shown);
}

/** `format(object, "...")` of an object with a `__format__` of its own. */
function formattedBy(run: Run, state: State, value: RefV, format: string): Value {
  const method = getAttr(run, state, value, "__format__");
  const made = method.k === "closure" ? run.call(state, method, withArgs(run.values.string(format))) : null;
  return toText(run, state, made ?? value);
}

/** `repr(x)`: quotes around a text, an object's own `__repr__`, and containers of such. */
export function reprText(run: Run, state: State, value: Value, depth = 0, ascii = false): Value {
  if (value.k === "union") return run.values.join(value.of.map((member) => reprText(run, state, member, depth, ascii)));
  if (value.k === "ref" && state.read(value.addr).type === "instance") {
    const method = getAttr(run, state, value, "__repr__");
    if (method.k === "closure") return toText(run, state, run.call(state, method, NO_ARGS) ?? run.values.unknown("local"));
  }
  if (value.k === "ref") return containerText(run, state, value, depth) ?? hole(run, deepLabels(state, value));
  if (isString(value)) {
    const text = pythonRepr(value.type === "bytes" ? new ByteString(value.value) : value.value, ascii);
    return text === undefined ? hole(run, value.labels) : run.values.string(text, value.labels);
  }
  return value.k === "str" ? hole(run, value.labels) : toText(run, state, value);
}

const hole = (run: Run, labels: readonly string[]): Value => run.values.template([{ cause: "local", labels, path: null }], labels);

const DEEPEST = 6;
const BRACKETS: Readonly<Record<string, readonly [string, string]>> = { list: ["[", "]"], tuple: ["(", ")"] };

/** `[1, 'a']`, `('a',)`, `{'k': 1}`; null for what is not known in full. */
function containerText(run: Run, state: State, value: RefV, depth: number): Value | null {
  const object = state.read(value.addr);
  if (object.rest !== null || depth > DEEPEST || object.name !== "") return null;
  const shown = (item: Value): (string | Hole)[] => [...partsIn(reprText(run, state, item, depth + 1))];
  const listed = (items: readonly (string | Hole)[][]): (string | Hole)[] => items.flatMap((item, i) => (i === 0 ? item : [", ", ...item]));
  const labels = deepLabels(state, value);
  const brackets = BRACKETS[object.type];
  if (brackets !== undefined && object.items !== null && object.props.size === 0) {
    const comma = object.type === "tuple" && object.items.length === 1 ? [","] : [];
    return run.values.template([brackets[0], ...listed(object.items.map(shown)), ...comma, brackets[1]], labels);
  }
  if (object.type !== "dict" || object.parent !== null || [...object.props.keys()].some((key) => !/^[sn]:/.test(key))) return null;
  const keyText = (key: string): string => (key.startsWith("n:") ? key.slice(2) : (pythonRepr(key.slice(2)) ?? ""));
  const pairs = [...object.props].map(([key, item]) => [keyText(key), ": ", ...shown(item)]);
  return run.values.template(["{", ...listed(pairs), "}"], labels);
}
