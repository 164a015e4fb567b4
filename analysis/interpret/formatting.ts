/** Values inside templates, f-strings and `str(x)`: what text they become. */
import { formatOne } from "../pure/python-methods.ts";
import { isString, type Value } from "../values.ts";
import { inJs, type Run } from "./run.ts";

/** The text of a value as a string value; what is not known becomes a hole with the value's labels. */
export function toText(run: Run, value: Value): Value {
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
  if (value.k === "union" && value.of.every((v) => v.k === "const")) return values.join(value.of.map((v) => toText(run, v)));
  return values.template([{ cause: "local", labels: value.labels, path: null }], value.labels);
}

function constantText(run: Run, value: Extract<Value, { k: "const" }>): string {
  const js = inJs(run);
  if (value.type === "null") return js ? "null" : "None";
  if (value.type === "undefined") return "undefined";
  if (value.type === "bool") return js ? String(value.value) : value.value ? "True" : "False";
  return String(value.value);
}

export function formatPart(run: Run, value: Value, how: { conversion: string | undefined; format: string | undefined }): Value {
  if (how.format !== undefined && how.format !== "" && value.k === "const" && typeof value.value === "number") {
    const shown = formatOne(value.value, how.format);
    if (shown !== undefined) return run.values.string(shown, value.labels);
  }
  if (how.conversion === "r" && isString(value)) return run.values.string(`'${value.value}'`, value.labels);
  return toText(run, value);
}
