/** Evaluators for the objects of the web: addresses, their parameters, headers and requests. */
import type { State } from "../state.ts";
import { isString, mergeLabels, partsOf, type RefV, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import type { CallArgs } from "./call-args.ts";
import { listValue, someList } from "./containers.ts";
import { toText } from "./formatting.ts";
import { elementsOf, keyValue, someElement } from "./iterate.ts";
import { deepLabels } from "./labels.ts";
import { newAddr, type Run } from "./run.ts";
import { requestedUrl } from "./url-requests.ts";
import {
  addParam,
  HEADERS,
  makeParams,
  makeUrl,
  memberOfUnknown,
  paramsText,
  REQUEST_OBJECT,
  resolveUrl,
  SEARCH_PARAMS,
  SOURCE,
  URL_OBJECT,
  webText,
} from "./url-text.ts";

/** Where the program itself is: an address below it is a file. */
const OWN_FILE = /^(\.|file:|~|\/)/;
const startsLikeFile = (value: Value): boolean => {
  const [first] = partsOf(value);
  return typeof first === "string" && OWN_FILE.test(first);
};

/** `new URL("passwd", "file:///etc/")` is a path. */
function fileUrl([given, base]: readonly Value[]): string | null {
  if (!isString(given) || (base !== undefined && !isString(base))) return null;
  const url = URL.parse(String(given.value), base === undefined ? undefined : String(base.value));
  return url?.protocol === "file:" && url.host === "" ? decodeURI(url.pathname) : null;
}

const urlObject: Builtin = (run, state, { args }) => {
  const [given, base] = args.positional.map((v) => toText(run, state, v));
  if (given === undefined) return undefined;
  const file = fileUrl(base === undefined ? [given] : [given, base]);
  if (file !== null) return run.values.string(file, given.labels);
  if (startsLikeFile(base ?? given)) return given;
  return makeUrl(
    run,
    state,
    base === undefined || (base.k === "const" && base.value === "undefined") ? given : resolveUrl(run, given, base),
  );
};

/** Text, pairs, an object or other parameters. */
const searchParams: Builtin = (run, state, { args }) => {
  const [given] = args.positional;
  if (given === undefined || given.k !== "ref") return makeParams(run, state, given === undefined ? [] : partsOf(given));
  return filledFrom(run, state, { into: makeParams(run, state, []), from: given });
};

/** Names of headers are the same in whatever case. */
const keyOf = (run: Run, state: State, of: RefV, key: Value): Value =>
  state.read(of.addr).name === HEADERS && isString(key) ? run.values.string(String(key.value).toLowerCase(), key.labels) : key;

/** Entries of an object, of a map, or of a list of pairs. */
function filledFrom(run: Run, state: State, of: { into: RefV; from: RefV }): RefV {
  const { into, from } = of;
  const put = (key: Value, value: Value): void =>
    addParam(run, state, into.addr, { key: keyOf(run, state, into, key), value: toText(run, state, value) });
  const { items, props, rest } = state.read(from.addr);
  if (items !== null || (rest !== null && props.size === 0)) {
    const pairs = items !== null && rest === null ? items : [someElement(run, state, from)];
    for (const pair of pairs) {
      const [key, value] = elementsOf(run, state, pair) ?? [run.values.unknown("local"), someElement(run, state, pair)];
      if (key !== undefined && value !== undefined) put(key, value);
    }
    return into;
  }
  for (const [key, value] of props) {
    if (key.startsWith("s:")) put(keyValue(run, key), value);
    else if (key === SOURCE) state.setProp(into.addr, SOURCE, value);
    // `{ ...process.env }`
    else if (key === "#spread") put(run.values.unknown("local"), run.values.unknown("local", { labels: deepLabels(state, value) }));
  }
  if (rest !== null) put(run.values.unknown("local"), rest);
  return into;
}

function emptyMap(run: Run, state: State, name: string): RefV {
  const addr = newAddr(run);
  state.add(addr, { type: "object", name });
  return run.values.ref(addr) as RefV;
}

const headers: Builtin = (run, state, { args }) => {
  const [given] = args.positional;
  const into = emptyMap(run, state, HEADERS);
  return given?.k === "ref" ? filledFrom(run, state, { into, from: given }) : into;
};

/** `new Request(url, { method, body })` is what `fetch` is told. */
const request: Builtin = (run, state, { args }) => {
  const [given, options] = args.positional;
  if (given === undefined) return undefined;
  const made = emptyMap(run, state, REQUEST_OBJECT);
  for (const [key, value] of options?.k === "ref" ? state.read(options.addr).props : []) state.setProp(made.addr, key, value);
  const before = given.k === "ref" && state.read(given.addr).name === REQUEST_OBJECT ? state.read(given.addr).props : null;
  for (const [key, value] of before ?? []) if (!state.read(made.addr).props.has(key)) state.setProp(made.addr, key, value);
  if (before === null) state.setProp(made.addr, "s:url", given.k === "ref" ? toText(run, state, given) : given);
  return made;
};

/** `querystring.stringify({ a: 1 })`. */
const queryText: Builtin = (run, state, { args }) => {
  const [given] = args.positional;
  if (given?.k !== "ref") return given === undefined ? undefined : run.values.unknown("local", { labels: mergeLabels(given.labels) });
  // How often a name stands there that has several values, the libraries do not agree.
  if ([...state.read(given.addr).props.values()].some((value) => value.k === "ref"))
    return run.values.unknown("local", { labels: deepLabels(state, given) });
  const text = paramsText(run, state, filledFrom(run, state, { into: makeParams(run, state, []), from: given }).addr);
  const parts = partsOf(text).map((part) => (typeof part === "string" ? part.replaceAll("+", "%20") : part));
  return run.values.template(parts, text.labels);
};

export const BUILTINS_WEB: Readonly<Record<string, Builtin>> = {
  url_object: urlObject,
  search_params: searchParams,
  headers,
  request,
  query_text: queryText,
};

/** The address that an argument is, when it is an object of the web. */
export const asAddress = (run: Run, state: State, value: Value): Value =>
  value.k === "ref" ? (webText(run, state, value) ?? requestedUrl(run, state, value) ?? value) : value;

const QUERY = ["params", "searchParams", "qs", "query"];

/** `get(url, { params: { key } })`: the address with what stands behind the `?`. */
export function withQuery(run: Run, state: State, url: Value, optionNamed: (name: string) => Value | undefined): Value {
  if (url.k === "union" || url.k === "ref") return url;
  for (const name of QUERY) {
    const value = optionNamed(name);
    if (value?.k !== "ref") continue;
    const text =
      webText(run, state, value) ?? paramsText(run, state, filledFrom(run, state, { into: makeParams(run, state, []), from: value }).addr);
    return run.values.template([...partsOf(url), "?", ...partsOf(text)], url.labels);
  }
  return url;
}

/** A method of such an object; undefined: as of any map. */
export function webMethod(run: Run, state: State, of: { receiver: RefV; name: string }, args: CallArgs): Value | undefined {
  const { receiver, name } = of;
  const target = state.read(receiver.addr);
  if (target.type !== "object" || (target.name !== URL_OBJECT && target.name !== SEARCH_PARAMS && target.name !== HEADERS))
    return undefined;
  if (name === "toString" || name === "toJSON") return webText(run, state, receiver) ?? run.values.string("[object Headers]");
  const [named, value] = args.positional;
  if (named === undefined) return undefined;
  const key = keyOf(run, state, receiver, named);
  const held = (given: Value): Value => toText(run, state, given);
  switch (name) {
    case "append":
      addParam(run, state, receiver.addr, { key, value: held(value ?? run.values.undefined) });
      return run.values.undefined;
    case "set":
      if (!isString(key)) addParam(run, state, receiver.addr, { key, value: held(value ?? run.values.undefined) });
      else state.setProp(receiver.addr, `s:${key.value}`, held(value ?? run.values.undefined));
      return run.values.undefined;
    case "get":
      return paramOf(run, state, receiver, key);
    case "getAll": {
      const one = paramOf(run, state, receiver, key);
      return one.k === "unknown" ? someList(run, state, one) : listValue(run, state, one.k === "const" && one.type === "null" ? [] : [one]);
    }
    default:
      return undefined;
  }
}

function paramOf(run: Run, state: State, params: RefV, key: Value): Value {
  const { props, rest } = state.read(params.addr);
  const found = isString(key) ? props.get(`s:${key.value}`) : undefined;
  const source = props.get(SOURCE);
  if (found !== undefined) return found;
  if (source?.k === "unknown") return isString(key) ? memberOfUnknown(run, source, key.value) : source;
  return rest ?? (isString(key) ? run.values.none : someElement(run, state, params));
}
