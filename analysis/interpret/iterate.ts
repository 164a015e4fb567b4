/** Iteration: what a `for` takes from a value, one element at a time when the sequence is known. */
import type { HeapObject, State } from "../state.ts";
import { type ApiV, isString, type RefV, type Value } from "../values.ts";
import { baseValue, contentOf } from "./base-values.ts";
import { NO_ARGS } from "./call-args.ts";
import { classLookup, classOf } from "./classes.ts";
import { writtenContent } from "./file-handles.ts";
import { HOLDER } from "./labels.ts";
import { ownNames } from "./own-keys.ts";
import { isProxy } from "./proxies.ts";
import { readRows, walkedLabels } from "./rows.ts";
import { inJs, modelsOf, newAddr, type Run } from "./run.ts";
import { endStream, streamLines } from "./text-streams.ts";
import { isMap, SEVERAL, SOURCE } from "./url-text.ts";

export type Next = { readonly how: "one" | "some"; readonly value: Value } | { readonly how: "done" };

/** Name of the list that stands for a generator; what `with` enters is what it yields. */
export const GENERATOR = "generator";

/** Under this a generator keeps what it returns in the end, and the function that made it. */
export const RETURNED = "#returned";
export const MADE_BY = "#made-by";

/** Name of the list that stands for a range. */
export const RANGE = "range";

/** Name of an iterator that always has a next element. */
export const ENDLESS = "endless";

/** Known sequences longer than this are iterated abstractly. */
const LONGEST = 8192;

/** Elements of a value in order, or null when they are not all known. */
export function elementsOf(run: Run, state: State, value: Value, keys = false): Value[] | null {
  const { values } = run;
  if (isString(value)) {
    values.work += value.value.length;
    if (keys) return [...value.value].map((_c, i) => values.string(String(i)));
    if (value.type === "bytes") return [...value.value].map((c) => values.number(c.charCodeAt(0), value.labels));
    return [...value.value].map((c) => values.string(c, value.labels));
  }
  if (value.k === "api" && value.instance && !inJs(run)) return heldBy(run, state, value);
  if (value.k !== "ref") return null;
  const content = contentOf(state, value);
  if (content !== null) return elementsOf(run, state, content, keys);
  const object = state.read(value.addr);
  if (object.bases.length > 0 && object.name === HOLDER) return streamLines(run, state, value.addr);
  if (object.rest !== null) return null;
  if (object.type === "iter") return object.items === null || object.position < 0 ? null : object.items.slice(object.position);
  if (object.items !== null) return keys ? object.items.map((_v, i) => values.string(String(i))) : object.items;
  if (object.props.has(SOURCE) || object.props.has(SEVERAL)) return null;
  if (isMap(object) && !keys && inJs(run))
    return [...object.props].filter(([key]) => !key.startsWith("#")).map(([key, held]) => pairOf(run, state, keyValue(run, key), held));
  if (keys && isProxy(object)) return null;
  if (keys && inJs(run) && (object.type === "dict" || object.type === "object"))
    return isMap(object) ? [] : ownNames(object).map((name) => values.string(name));
  if (object.type === "dict") return [...object.props.keys()].filter((k) => !k.startsWith("#")).map((k) => keyValue(run, k));
  return null;
}

/** As `elementsOf`, by somebody who takes them all: an iterator has nothing left. */
export function takenElements(run: Run, state: State, value: Value): Value[] | null {
  const elements = elementsOf(run, state, value);
  if (elements !== null) taken(state, value, elements.length);
  if (elements !== null && value.k === "ref") endStream(state, value.addr);
  return elements;
}

/** So many elements of an iterator have been taken. */
export function taken(state: State, value: Value, count: number): void {
  if (value.k !== "ref" || count === 0 || state.read(value.addr).type !== "iter") return;
  state.write(value.addr).position += count;
}

/** Lines of a file that the program wrote, rows that it put into a database. */
function heldBy(run: Run, state: State, source: ApiV): Value[] | null {
  if (source.path === "db.Cursor") {
    const rows = readRows(state);
    return rows === undefined ? null : elementsOf(run, state, rows);
  }
  const content = source.path === "io.File" ? writtenContent(run, state, source) : source;
  if (!isString(content) || content.value.length > LONGEST) return null;
  const lines = content.value.match(/[^\n]*\n|[^\n]+/g) ?? [];
  return lines.map((line) => run.values.string(line, content.labels));
}

function pairOf(run: Run, state: State, key: Value, value: Value): Value {
  const addr = newAddr(run);
  state.add(addr, { type: "list", items: [key, value] });
  return run.values.ref(addr);
}

/** `s:name` -> the string, `n:1` -> the number. */
export function keyValue(run: Run, key: string): Value {
  if (key.startsWith("n:")) return run.values.number(key.length < 17 ? Number(key.slice(2)) : BigInt(key.slice(2)));
  if (key.startsWith("b:")) return run.values.bytes(key.slice(2));
  if (key.startsWith("y:")) return run.values.api(key.slice(2));
  if (key.startsWith("c:")) return constantKey(run, key.slice(2));
  return run.values.string(key.slice(2));
}

/** `regex:/a/g`, `bool:true`, `null:null`. */
function constantKey({ values }: Run, shown: string): Value {
  const text = shown.slice(shown.indexOf(":") + 1);
  if (shown.startsWith("regex:")) return values.constant("regex", text);
  if (shown.startsWith("bool:")) return values.bool(text === "true");
  return shown.startsWith("undefined:") ? values.undefined : shown.startsWith("null:") ? values.none : values.string(text);
}

const isEmpty = ({ type, items, rest }: HeapObject): boolean => type === "list" && items?.length === 0 && rest === null;

/** One element of a value whose sequence is not known. */
export function someElement(run: Run, state: State, value: Value): Value {
  const { values } = run;
  const sensitive = (labels: readonly string[]): readonly string[] => labels.filter((l) => !l.startsWith("via:"));
  if (value.k === "union") {
    // `list ?? []`: an empty list has no element.
    const filled = value.of.filter((v) => v.k !== "ref" || !isEmpty(state.read(v.addr)));
    return values.join((filled.length === 0 ? value.of : filled).map((v) => someElement(run, state, v)));
  }
  const content = contentOf(state, value);
  if (content !== null) return someElement(run, state, content);
  if (value.k === "ref") {
    const object = state.read(value.addr);
    if (isMap(object) && inJs(run) && object.props.size + (object.rest === null ? 0 : 1) > 0)
      return pairOf(
        run,
        state,
        values.unknown("local"),
        values.join([...object.props.values(), ...(object.rest === null ? [] : [object.rest])]),
      );
    const other = object.keys ?? object.rest;
    const known = [
      ...(object.items ?? []),
      ...(object.type === "dict" ? [...object.props.keys()].map((k) => keyValue(run, k)) : []),
      ...(other === null ? [] : [other]),
    ];
    return known.length === 0
      ? values.unknown("local", { labels: sensitive(value.labels) })
      : values.label(values.join(known), sensitive(value.labels));
  }
  if (value.k === "unknown")
    return values.unknown(value.cause, {
      path: value.path === null ? null : `${value.path}[]`,
      labels: sensitive(walkedLabels(state, value)),
      mayCall: value.mayCall,
    });
  if (value.k === "api") {
    const file = value.instance && value.path === "io.File";
    const path = file ? "file[]" : `${value.path}[]`;
    const given = value.instance ? modelsOf(run).api(`${value.path}.__iter__`)?.cause : null;
    return values.unknown(file ? "file" : (given ?? "unmodelled"), { path, labels: sensitive(walkedLabels(state, value)) });
  }
  if (isString(value)) return values.join([...new Set(elementsOf(run, state, value) ?? [])].slice(0, 64));
  return values.unknown("local", { labels: sensitive(value.labels) });
}

/** Makes the iterator that ForNext consumes. */
export function makeIterator(run: Run, state: State, src: Value, keys: boolean): Value {
  const walked = src.k === "ref" && !keys ? ownIterator(run, state, src) : null;
  if (walked !== null) return walked;
  const own = elementsOf(run, state, src, keys);
  const elements = own !== null && keys && inJs(run) && src.k === "ref" ? [...own, ...inheritedNames(run, state, src, own)] : own;
  if (src.k === "ref" && elements !== null) endStream(state, src.addr);
  const addr = newAddr(run);
  const known = elements !== null && elements.length <= LONGEST;
  const object = state.add(addr, { type: "iter", items: known ? [...elements] : null });
  if (!known) object.rest = keys ? run.values.unknown("widened", { labels: src.labels }) : someElement(run, state, src);
  return run.values.ref(addr);
}

/** `for (name in object)` goes on through what the object was made from. */
function inheritedNames(run: Run, state: State, object: RefV, own: readonly Value[]): Value[] {
  const seen = [...own];
  let { parent } = state.read(object.addr);
  for (let depth = 0; state.read(object.addr).type === "object" && parent !== null && depth < 8; depth++) {
    const above = state.read(parent);
    for (const name of ownNames(above).map((text) => run.values.string(text))) if (!seen.includes(name)) seen.push(name);
    parent = above.parent;
  }
  return seen.slice(own.length);
}

/** An iterator that always has a next element, such as this one. */
export function endlessIterator(run: Run, state: State, element: Value): Value {
  const addr = newAddr(run);
  state.add(addr, { type: "iter", name: ENDLESS }).rest = element;
  return run.values.ref(addr);
}

/** As `elementsOf`, of what iterating goes through: an object's own iterator, too. */
export function walkedElements(run: Run, state: State, value: Value): Value[] | null {
  if (value.k !== "ref") return elementsOf(run, state, value);
  const object = state.read(value.addr);
  const own = object.type === "instance" || (object.type === "object" && !isMap(object)) ? ownIterator(run, state, value) : null;
  return elementsOf(run, state, own ?? value);
}

/** `__iter__` and `[Symbol.iterator]` of the program's own objects; a walk by `__next__` gives what one call of it gives. */
function ownIterator(run: Run, state: State, src: RefV): Value | null {
  const object = state.read(src.addr);
  if (object.type === "iter") return src;
  const js = inJs(run);
  if (object.type !== "instance" && !(js && object.type === "object")) return null;
  const start = method(
    run,
    state,
    src,
    js ? ["y:globalThis.Symbol.iterator", "y:globalThis.Symbol.asyncIterator"] : ["__iter__", "__aiter__"],
  );
  const walked = start === null ? src : run.call(state, start, { ...NO_ARGS, receiver: src });
  if (walked === null) return null;
  if (walked.k === "ref" && walked !== src && state.read(walked.addr).type !== "instance" && state.read(walked.addr).type !== "object")
    return makeIterator(run, state, walked, false);
  const next = walked.k === "ref" ? method(run, state, walked, js ? ["next"] : ["__next__", "__anext__"]) : null;
  if (next === null) return start === null ? (js ? null : ownItems(run, state, src)) : makeIterator(run, state, walked, false);
  return stepped(run, state, { next, receiver: walked as RefV });
}

/** `__getitem__` of increasing numbers. */
function ownItems(run: Run, state: State, src: RefV): Value | null {
  const item = method(run, state, src, ["__getitem__"]);
  if (item === null || baseValue(state, src) !== null) return null;
  const value = run.call(state, item, { ...NO_ARGS, positional: [run.values.unknown("local")] });
  return iteratorOfSome(run, state, value ?? run.values.unknown("local"));
}

function iteratorOfSome(run: Run, state: State, value: Value): Value {
  const addr = newAddr(run);
  state.add(addr, { type: "iter" }).rest = value;
  return run.values.ref(addr);
}

/** Turns of an own `next` that are followed one by one. */
const MOST_STEPS = 256;

function stepped(run: Run, state: State, of: { next: Value; receiver: RefV }): Value {
  const items: Value[] = [];
  for (let i = 0; i < MOST_STEPS && run.unrolled < run.unrollLimit; i++) {
    const got = run.call(state, of.next, { ...NO_ARGS, receiver: of.receiver });
    if (got === null) return run.values.ref(addIterator(run, state, items));
    if (!inJs(run)) return iteratorOfSome(run, state, got);
    const result = got.k === "ref" ? state.read(got.addr).props : null;
    const done = result?.get("s:done");
    const value = result?.get("s:value") ?? run.values.unknown("local");
    if (done?.k !== "const") return iteratorOfSome(run, state, run.values.join([...items, value]));
    if (done.value === true) break;
    items.push(value);
  }
  return run.values.ref(addIterator(run, state, items));
}

function addIterator(run: Run, state: State, items: Value[]): number {
  const addr = newAddr(run);
  state.add(addr, { type: "iter", items });
  return addr;
}

function method(run: Run, state: State, object: RefV, names: readonly string[]): Value | null {
  const cls = classOf(run, state, object);
  for (const name of names) {
    const key = name.startsWith("y:") ? name : `s:${name}`;
    const found = state.read(object.addr).props.get(key) ?? (cls === null ? null : classLookup(run, state, cls, name));
    if (found?.k === "closure") return run.values.closure(found, object, found.labels);
  }
  return null;
}

/** The next element; `abstract` joins all that are left. */
export function iterate(run: Run, state: State, iterator: Value | undefined, abstract: boolean): Next {
  if (iterator === undefined || iterator.k !== "ref") return { how: "some", value: run.values.unknown("local") };
  const object = state.write(iterator.addr);
  if (object.items !== null && object.position >= 0 && !abstract) {
    if (object.position >= object.items.length) return object.rest === null ? { how: "done" } : { how: "some", value: object.rest };
    const value = object.items[object.position] as Value;
    object.position++;
    return { how: "one", value };
  }
  object.position = -1;
  const all = [...(object.items ?? []), ...(object.rest === null ? [] : [object.rest])];
  if (all.length === 0) return { how: "done" };
  return { how: "some", value: run.values.join(all) };
}
