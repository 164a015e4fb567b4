/** Values inside templates, f-strings and `str(x)`: what text they become. */
import { formatOne } from "../pure/python-format.ts";
import type { State } from "../state.ts";
import { isString, type RefV, type Value } from "../values.ts";
import { getAttr } from "./attributes.ts";
import { textBase } from "./base-values.ts";
import { NO_ARGS, withArgs } from "./call-args.ts";
import { errorText } from "./exceptions.ts";
import { elementsOf } from "./iterate.ts";
import { deepLabels } from "./labels.ts";
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
  if (object.type !== "instance") return null;
  const base = textBase(state, value);
  for (const name of ["__str__", "__format__", "__repr__"]) {
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
  const parts = items.flatMap((item, i) => [...(i === 0 ? [] : [","]), ...partsIn(toText(run, state, item))]);
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
  return String(value.value);
}

export function formatPart(
  run: Run,
  state: State,
  value: Value,
  how: { conversion: string | undefined; format: string | undefined },
): Value {
  if (how.conversion === "r" && isString(value)) return run.values.string(`'${value.value}'`, value.labels);
  const shown = how.conversion === "s" ? toText(run, state, value) : value;
  if (how.format !== undefined && how.format !== "" && shown.k === "const" && shown.type !== "regex") {
    const text = isString(shown) || typeof shown.value === "number" ? formatOne(shown.value as string | number, how.format) : undefined;
    if (text !== undefined) return run.values.string(text, shown.labels);
  }
  return toText(run, state, shown);
}
