/** Elements of a page whose attributes do something: a script's text runs, an image's address is requested. */

import { carriedLabels } from "../carried.ts";
import type { State } from "../state.ts";
import { classifyHost } from "../targets.ts";
import { type ApiV, dataLabels, isString, mergeLabels, textOf, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import { withArgs } from "./call-args.ts";
import { emit } from "./effect-sink.ts";
import { deepLabels } from "./labels.ts";
import { evaluate } from "./nested-code.ts";
import type { Run } from "./run.ts";
import { asAddress } from "./web-objects.ts";

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
  const url = asAddress(run, state, to.value);
  const labels = dataLabels(mergeLabels(carriedLabels(url)));
  const kind = labels.length > 0 ? "net.send" : "net.fetch";
  emit(run, state, { kind, target: textOf(url), classes: classifyHost(url), args: {}, labels, basis: "api", api });
}

/** An address in markup that a browser requests as soon as the markup is part of a page. */
const REQUESTED = /<(?:img|script|iframe|link|embed|object|form)\b[^>]*?\s(?:src|href|data|action)\s*=\s*["']?(https?:\/\/[^/"'?>]*[/?])/i;

/** `element.innerHTML += '<img src="https://...?' + document.cookie`: what the markup carries goes to where it points. */
function insertMarkup(run: Run, state: State, api: string, markup: Value): void {
  const labels = deepLabels(state, markup).filter((l) => l.startsWith("file.private") || l.startsWith("secret."));
  const url = labels.length === 0 ? null : REQUESTED.exec(textOf(markup))?.[1];
  if (url === null || url === undefined) return;
  const classes = classifyHost(run.values.string(url));
  emit(run, state, { kind: "net.send", target: url, classes, args: {}, labels, basis: "api", api });
}

const MARKUP = /^(inner|outer)HTML$/;
const OF_PAGE = /^globalThis\.(?:window\.)?document\b/;
const ABSOLUTE = /^https?:\/\//;

/** `element.innerHTML = markup`, `form.action = url`, `location.href = url`: of what is found in a page. */
export function setOfPage(run: Run, state: State, path: string, to: { name: string; value: Value }): void {
  const api = `${path}.${to.name}`;
  if (MARKUP.test(to.name)) insertMarkup(run, state, api, to.value);
  else if (to.name === "action" && OF_PAGE.test(path) && ABSOLUTE.test(textOf(to.value))) {
    // What people type into a form that the page has goes somewhere else from now on.
    const labels = ["file.private"];
    emit(run, state, { kind: "net.send", target: textOf(to.value), classes: classifyHost(to.value), args: {}, labels, basis: "api", api });
  } else if (/\blocation(\.href)?$/.test(api) && /^globalThis\b/.test(path))
    run.call(state, run.values.api("globalThis.location.assign"), withArgs(to.value));
}

const setAttribute: Builtin = (run, state, { callee, args }) => {
  const [name, value] = args.positional;
  const element = run.values.api(callee.path.replace(/\.setAttribute$/, ""), true, callee.labels);
  if (isString(name) && value !== undefined && element.k === "api") setElement(run, state, element, { name: name.value, value });
  return run.values.undefined;
};

/** `document.write(markup)`, `element.insertAdjacentHTML(place, markup)`. */
const writeMarkup: Builtin = (run, state, { callee, args }) => {
  for (const markup of args.positional) insertMarkup(run, state, callee.path, markup);
  return run.values.undefined;
};

export const BUILTINS_PAGE: Readonly<Record<string, Builtin>> = {
  create_element: createElement,
  set_attribute: setAttribute,
  write_markup: writeMarkup,
};
