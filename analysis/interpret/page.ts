/** Elements of a page whose attributes do something: a script's text runs, an image's address is requested. */
import type { State } from "../state.ts";
import { carriedLabels, classifyHost } from "../targets.ts";
import { type ApiV, isString, mergeLabels, textOf, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import { emit } from "./effect-sink.ts";
import { evaluate } from "./nested-code.ts";
import type { Run } from "./run.ts";

const ELEMENT = "page.element.";
const REQUESTS: ReadonlySet<string> = new Set(["img", "iframe", "script", "link", "embed", "object"]);

/** `document.createElement("script")`, `new Image()`. */
const createElement: Builtin = (run, _state, { callee, args }) => {
  const [tag] = args.positional;
  const name = callee.path.endsWith("Image") ? "img" : isString(tag) ? tag.value.toLowerCase() : "";
  return REQUESTS.has(name) ? run.values.api(`${ELEMENT}${name}`, true) : undefined;
};

/** `script.textContent = code`, `image.src = url`, also by `setAttribute`. */
export function setElement(run: Run, state: State, element: ApiV, to: { name: string; value: Value }): void {
  if (!element.path.startsWith(ELEMENT)) return;
  const api = `${element.path}.${to.name}`;
  if (element.path === `${ELEMENT}script` && /^(text|textContent|innerText|innerHTML)$/.test(to.name))
    evaluate(run, state, to.value, { api, labels: element.labels, language: "javascript" });
  if (!/^(src|href|data|srcdoc)$/.test(to.name)) return;
  const labels = mergeLabels(carriedLabels(to.value)).filter((l) => !l.startsWith("via:") && !l.startsWith("type:"));
  const kind = labels.length > 0 ? "net.send" : "net.fetch";
  emit(run, state, { kind, target: textOf(to.value), classes: classifyHost(to.value), args: {}, labels, basis: "api", api });
}

const setAttribute: Builtin = (run, state, { callee, args }) => {
  const [name, value] = args.positional;
  const element = run.values.api(callee.path.replace(/\.setAttribute$/, ""), true, callee.labels);
  if (isString(name) && value !== undefined && element.k === "api") setElement(run, state, element, { name: name.value, value });
  return run.values.undefined;
};

export const BUILTINS_PAGE: Readonly<Record<string, Builtin>> = { create_element: createElement, set_attribute: setAttribute };
