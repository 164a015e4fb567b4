/**
 * Addresses as objects: `new URL(...)` knows its parts, what is set in them, and the text that they make; so do the parameters
 * behind the `?`. Parts that nobody knows stay holes, and keep where they are from.
 */
import type { HeapObject, State } from "../state.ts";
import { type Addr, type Hole, isString, mergeLabels, partsOf, type RefV, type UnknownV, type Value } from "../values.ts";
import { deepLabels } from "./labels.ts";
import { newAddr, type Run } from "./run.ts";

export const URL_OBJECT = "URL";
export const SEARCH_PARAMS = "URLSearchParams";
export const HEADERS = "Headers";
export const REQUEST_OBJECT = "Request";
/** Objects with entries in order: iterating goes through pairs. */
const MAPS: ReadonlySet<string> = new Set(["Map", SEARCH_PARAMS, HEADERS]);
export const isMap = ({ name, type }: HeapObject): boolean => type === "object" && MAPS.has(name);
/** The text that an address was made of, its parameters, and what else parameters may hold: no property of the program's own. */
const TEXT = "#text";
const PARAMS = "#params";
export const SOURCE = "#source";
/** Some names of the parameters have more than one value. */
export const SEVERAL = "#several";

type Part = string | Hole;
type Split = { readonly origin: Part[]; readonly path: Part[]; readonly query: Part[]; readonly hash: Part[] };

/** What stands before the first match in a known part, and the rest. */
function cutBefore(parts: readonly Part[], mark: RegExp): [Part[], Part[]] {
  for (const [i, part] of parts.entries()) {
    const at = typeof part === "string" ? part.search(mark) : -1;
    if (typeof part === "string" && at >= 0)
      return [
        [...parts.slice(0, i), part.slice(0, at)],
        [part.slice(at), ...parts.slice(i + 1)],
      ];
  }
  return [[...parts], []];
}

const filled = (parts: readonly Part[]): Part[] => parts.filter((part) => part !== "");
const SCHEME = /^\s*[a-z][\w+.-]*:\/\//i;

function splitUrl(text: Value): Split {
  const [beforeHash, hash] = cutBefore(partsOf(text), /#/);
  const [address, query] = cutBefore(beforeHash, /\?/);
  const [first, ...others] = address;
  const scheme = typeof first === "string" ? (SCHEME.exec(first)?.[0] ?? "") : "";
  const behind = typeof first === "string" ? [first.slice(scheme.length), ...others] : others;
  const [host, path] = cutBefore(behind, /\//);
  const origin = typeof first === "string" ? [scheme, ...host] : first === undefined ? [] : [first, ...host];
  return { origin: filled(origin), path: filled(path), query: filled(query), hash: filled(hash) };
}

export function makeUrl(run: Run, state: State, text: Value): Value {
  const addr = newAddr(run);
  state.add(addr, { type: "object", name: URL_OBJECT }).props.set(TEXT, text);
  return run.values.ref(addr);
}

/** `new URL("/users", base)`: an address of its own, or one below the base. */
export function resolveUrl(run: Run, given: Value, base: Value): Value {
  const [first] = partsOf(given);
  if (typeof first === "string" && SCHEME.test(first)) return given;
  if (isString(given) && isString(base)) {
    const resolved = URL.parse(given.value, base.value)?.href;
    if (resolved !== undefined) return run.values.string(resolved, mergeLabels(given.labels, base.labels));
  }
  const { origin } = splitUrl(base);
  const glue = typeof first === "string" && first.startsWith("/") ? "" : "/";
  return run.values.template([...origin, glue, ...partsOf(given)], mergeLabels(given.labels, base.labels));
}

/** One value of what is not known, by its name: `params.get("id")`. */
export function memberOfUnknown(run: Run, source: UnknownV, name: string): Value {
  const labels = mergeLabels(source.labels, run.sensitivity.ofName(name));
  return run.values.unknown(source.cause, { path: source.path === null ? null : `${source.path}.${name}`, labels });
}

const unknownOf = (run: Run, hole: Hole, name: string): Value =>
  run.values.unknown(hole.cause, { path: hole.path === null ? null : `${hole.path}.${name}`, labels: hole.labels });

/** Parameters of the text behind the `?`. */
export function makeParams(run: Run, state: State, query: readonly Part[]): RefV {
  const addr = newAddr(run);
  const object = state.add(addr, { type: "object", name: SEARCH_PARAMS });
  const params = run.values.ref(addr) as RefV;
  const [first] = query;
  if (query.length === 1 && typeof first === "object") {
    object.props.set(SOURCE, run.values.unknown(first.cause, { path: first.path, labels: first.labels }));
    return params;
  }
  const holes = query.filter((part) => typeof part !== "string");
  const marked = query.map((part) => (typeof part === "string" ? part : String.fromCharCode(0xe100 + holes.indexOf(part)))).join("");
  const text = (piece: string): Value =>
    run.values.template(
      piece.split(/([\ue100-\ue1ff])/).map((p, i) => (i % 2 === 0 ? decoded(p) : (holes[p.charCodeAt(0) - 0xe100] ?? ""))),
    );
  for (const pair of marked.replace(/^\?/, "").split("&").filter(Boolean)) {
    const cut = pair.indexOf("=");
    const [key, value] = cut < 0 ? [pair, ""] : [pair.slice(0, cut), pair.slice(cut + 1)];
    addParam(run, state, addr, { key: text(key), value: text(value) });
  }
  return params;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/** `append`: a second value under a key stands beside the first. */
export function addParam(run: Run, state: State, addr: Addr, { key, value }: { key: Value; value: Value }): void {
  const before = isString(key) ? state.read(addr).props.get(`s:${key.value}`) : undefined;
  if (before !== undefined) state.setProp(addr, SEVERAL, run.values.true);
  if (!isString(key)) state.addEntry(addr, { key, value }, run.values);
  else state.setProp(addr, `s:${key.value}`, before === undefined ? value : run.values.join([before, value]));
}

const heldParts = (state: State, value: Value): readonly Part[] =>
  value.k === "ref" ? [{ cause: "local", labels: deepLabels(state, value), path: null }] : partsOf(value);

/** As forms are sent. */
const inQuery = (text: string): string => (text.isWellFormed() ? new URLSearchParams({ k: text }).toString().slice(2) : text);

/** `a=1&b={?}`. */
function paramsParts(state: State, addr: Addr): Part[] {
  const { props, rest } = state.read(addr);
  const known = [...props].filter(([key]) => key.startsWith("s:"));
  const encoded = (part: Part): Part => (typeof part === "string" ? inQuery(part) : part);
  const parts = known.flatMap(([key, value], i) => [
    `${i === 0 ? "" : "&"}${inQuery(key.slice(2))}=`,
    ...heldParts(state, value).map(encoded),
  ]);
  return rest === null ? parts : [...parts, parts.length === 0 ? "?=" : "&?=", ...heldParts(state, rest)];
}

/** The parameters of an address; changing them changes it. */
function paramsOf(run: Run, state: State, addr: Addr): RefV {
  const { props } = state.read(addr);
  const before = props.get(PARAMS);
  if (before?.k === "ref") return before;
  const { path, query } = splitUrl(textOf(run, props));
  const last = path.at(-1);
  // What a request names may have parameters of its own.
  const [whole] = partsOf(textOf(run, props));
  const open =
    query.length > 0 ? undefined : typeof last === "object" ? last : path.length === 0 && typeof whole === "object" ? whole : undefined;
  const params = makeParams(run, state, query);
  if (open !== undefined) state.setProp(params.addr, SOURCE, unknownOf(run, open, "searchParams"));
  state.setProp(addr, PARAMS, params);
  return params;
}

const textOf = (run: Run, props: ReadonlyMap<string, Value>): Value => props.get("s:href") ?? props.get(TEXT) ?? run.values.string("");

function urlParts(run: Run, state: State, addr: Addr): Split {
  const { props } = state.read(addr);
  const split = splitUrl(textOf(run, props));
  const set = (name: string): readonly Part[] | undefined => {
    const value = props.get(`s:${name}`);
    return value === undefined
      ? undefined
      : value.k === "ref" && state.read(value.addr).name === SEARCH_PARAMS
        ? paramsParts(state, value.addr)
        : heldParts(state, value);
  };
  const params = props.get(PARAMS);
  const changed = params?.k === "ref" ? paramsParts(state, params.addr) : split.query;
  const host = set("host") ?? set("hostname");
  const [first] = split.origin;
  const scheme = typeof first === "string" ? (SCHEME.exec(first)?.[0] ?? "https://") : "https://";
  return {
    origin: host === undefined ? split.origin : [scheme, ...host],
    path: [...(set("pathname") ?? split.path)],
    query: [...(set("search") ?? changed)],
    hash: [...(set("hash") ?? split.hash)],
  };
}

const startingWith = (mark: string, parts: readonly Part[]): Part[] => {
  const [first] = parts;
  return parts.length === 0 || (typeof first === "string" && first.startsWith(mark)) ? [...parts] : [mark, ...parts];
};

/** The text of an object of the web; null for any other object. */
export function webText(run: Run, state: State, value: RefV): Value | null {
  const { type, name } = state.read(value.addr);
  if (type !== "object") return null;
  if (name === SEARCH_PARAMS) return paramsText(run, state, value.addr);
  if (name !== URL_OBJECT) return null;
  const { origin, path, query, hash } = urlParts(run, state, value.addr);
  return run.values.template([...origin, ...startingWith("/", path), ...startingWith("?", query), ...startingWith("#", hash)]);
}

export function paramsText(run: Run, state: State, addr: Addr): Value {
  const source = state.read(addr).props.get(SOURCE);
  const parts = paramsParts(state, addr);
  return run.values.template(parts.length === 0 && source !== undefined ? partsOf(source) : parts);
}

const OF_URL: ReadonlySet<string> = new Set(
  "href origin protocol host hostname port pathname search hash searchParams username password".split(" "),
);
const METHODS: ReadonlySet<string> = new Set(
  "get set append getAll has delete entries keys values forEach sort toString toJSON map next".split(" "),
);

/** A member of such an object; undefined: it has none of that name. */
export function webMember(run: Run, state: State, object: RefV, name: string): Value | undefined {
  const target = state.read(object.addr);
  if (target.name === URL_OBJECT) {
    if (name === "searchParams") return paramsOf(run, state, object.addr);
    if (OF_URL.has(name)) return target.props.get(`s:${name}`) ?? urlMember(run, state, object, name);
    return name === "toString" || name === "toJSON" ? run.values.method(object, name) : undefined;
  }
  return (target.name === SEARCH_PARAMS || target.name === HEADERS) && METHODS.has(name) ? run.values.method(object, name) : undefined;
}

function urlMember(run: Run, state: State, object: RefV, name: string): Value {
  const { values } = run;
  if (name === "href") return webText(run, state, object) as Value;
  const { origin, path, query, hash } = urlParts(run, state, object.addr);
  const [first, ...others] = name === "pathname" ? filled(path.map((part) => (part === "/" ? "" : part))) : origin;
  // Of what is not known, which part of it is not known either.
  if (typeof first === "object" && others.length === 0 && name !== "search" && name !== "hash") return unknownOf(run, first, name);
  if (name === "pathname") return path.length === 0 ? values.string("/") : values.template(path);
  if (name === "search") return values.template(startingWith("?", query));
  if (name === "hash") return values.template(hash);
  if (name === "origin") {
    const known = origin.every((part) => typeof part === "string") ? URL.parse(origin.join("") as string)?.origin : undefined;
    return known === undefined || known === "null" ? values.template(origin) : values.string(known);
  }
  return authority(run, origin, name);
}

/** `host`, `port` and their kin of `https://user@host:port`. */
function authority(run: Run, origin: readonly Part[], name: string): Value {
  const holes = origin.filter((part) => typeof part !== "string");
  if (holes.length > 0) return unknownOf(run, holes[0] as Hole, name);
  const known = URL.parse(origin.join("") as string);
  const member = known === null ? "" : known[name as "host" | "hostname" | "port" | "protocol" | "username" | "password"];
  return run.values.string(member);
}
