/** JavaScript's own builtins: Object, Array, Reflect, Promise, conversions. */

import type { State } from "../state.ts";
import { isNumber, isString, mergeLabels, partsOf, type Value, viaLabel } from "../values.ts";
import { getAttr } from "./attributes.ts";
import type { Builtin, BuiltinCall } from "./builtin.ts";
import { callThrough } from "./builtins-functions.ts";
import { NO_ARGS, withArgs } from "./call-args.ts";
import { callCallbacks } from "./callbacks.ts";
import { classOf } from "./classes.ts";
import { emptyObject, listValue, someList } from "./containers.ts";
import { toText } from "./formatting.ts";
import { dynamicMember } from "./items.ts";
import { elementsOf, keyValue, someElement, walkedElements } from "./iterate.ts";
import { entriesOf } from "./javascript-arrays.ts";
import { isArray } from "./kinds-of-values.ts";
import { deepLabels } from "./labels.ts";
import { fix, hide, ownEntries, ownNames, ownValue } from "./own-keys.ts";
import { makeProxy } from "./proxies.ts";
import { current, modelsOf, newAddr, type Run } from "./run.ts";
import { setItem } from "./set-attributes.ts";
import { makeTyped } from "./typed-arrays.ts";
import { isMap } from "./url-text.ts";

type Inner = (run: Run, state: State, call: BuiltinCall) => Value | null | undefined;

function copyInto(run: Run, state: State, target: Value, sources: readonly Value[]): void {
  if (target.k === "ref") for (const source of sources) if (source.k === "api") state.setProp(target.addr, "#spread", source);
  for (const source of target.k === "ref" ? [] : sources) {
    if (source.k !== "ref") continue;
    for (const [key, value] of state.read(source.addr).props) setItem(run, state, target, { index: keyValue(run, key), value });
  }
  if (target.k !== "ref") return;
  for (const source of sources) {
    if (source.k !== "ref") {
      if (source.k === "unknown") state.addRest(target.addr, source, run.values);
      continue;
    }
    const from = state.read(source.addr);
    for (const [key, value] of ownEntries(run, state, source))
      setItem(run, state, target, { index: run.values.string(key), value, quiet: true });
    for (const [key, value] of from.props) if (key.startsWith("y:")) state.setProp(target.addr, key, value);
    if (from.rest !== null) state.addRest(target.addr, from.rest, run.values);
  }
}

const reflectGet: Inner = (run, state, { args }) => {
  const [object, name] = args.positional;
  if (object === undefined || name === undefined) return undefined;
  if (isString(name)) return run.values.label(getAttr(run, state, object, name.value), mergeLabels([viaLabel("reflection")], name.labels));
  return object.k === "api" ? dynamicMember(run, object, name) : someElement(run, state, object);
};

const reflectApply: Inner = (run, state, { args }) => {
  const [callee, self, list] = args.positional;
  if (callee === undefined) return undefined;
  return callThrough(
    run,
    state,
    { target: callee, name: "apply" },
    { ...NO_ARGS, positional: [self ?? run.values.undefined, ...(list === undefined ? [] : [list])] },
  );
};

type Ref = Extract<Value, { k: "ref" }>;

/** Entries `[key, value]` of a sequence; of pairs that are not known, what their values may be. */
function fillFromPairs(run: Run, state: State, object: Ref, source: Value | undefined): Ref {
  const pairs = source === undefined ? null : elementsOf(run, state, source);
  for (const pair of pairs ?? []) {
    const entry = elementsOf(run, state, pair);
    if (entry?.[0] !== undefined && entry[1] !== undefined) setItem(run, state, object, { index: entry[0], value: entry[1], quiet: true });
    else state.addRest(object.addr, someElement(run, state, pair), run.values);
  }
  if (pairs === null && source !== undefined)
    state.addRest(object.addr, someElement(run, state, someElement(run, state, source)), run.values);
  return object;
}

function mapOf(run: Run, state: State, entries: Value | undefined): Value {
  const addr = newAddr(run);
  state.add(addr, { type: "object", name: "Map" });
  const map = run.values.ref(addr) as Ref;
  return entries === undefined || (entries.k === "const" && entries.value === null) ? map : fillFromPairs(run, state, map, entries);
}

/** Equal constants are one element; whether others are equal is not known. */
function setOf(run: Run, state: State, source: Value | undefined): Value {
  const items = source === undefined || (source.k === "const" && source.value === null) ? [] : elementsOf(run, state, source);
  const distinct = items?.every((v) => v.k !== "unknown" && v.k !== "union" && v.k !== "str") === true;
  if (items !== null && distinct) return listValue(run, state, [...new Set(items)], "set");
  const some = items === null ? someElement(run, state, source as Value) : run.values.join(items);
  return someList(run, state, some, "set");
}

/** Any member of a library, or of what it says comes from outside: `Object.values(process.env)`. */
function someMember(run: Run, object: Extract<Value, { k: "api" }>): Value {
  const model = modelsOf(run).api(object.path);
  if (model === null || model.cause === null || model.effects.length > 0) return dynamicMember(run, object, undefined);
  return run.values.unknown(model.cause, { path: `${object.path}.{?}`, labels: mergeLabels(object.labels, model.labels) });
}

/** Names of a small library's functions: `Object.keys(require("child_process"))`. */
const listed = (run: Run, object: Value | undefined): readonly string[] =>
  object?.k === "api" && !object.instance && !object.path.startsWith("globalThis.") ? modelsOf(run).members(object.path).listed : [];

const INNER: Readonly<Record<string, Inner>> = {
  "Reflect.get": reflectGet,
  "Reflect.apply": reflectApply,
  "Reflect.construct": (run, state, { args }) => {
    const [callee, list] = args.positional;
    if (callee === undefined) return undefined;
    const items = list === undefined ? [] : elementsOf(run, state, list);
    return run.call(state, callee, {
      ...NO_ARGS,
      positional: items ?? [],
      rest: items === null ? run.values.unknown("local") : null,
      isNew: true,
    });
  },
  "Reflect.set": (run, state, { args }) => {
    const [object, name, value] = args.positional;
    if (object !== undefined && name !== undefined && value !== undefined) setItem(run, state, object, { index: name, value });
    return run.values.true;
  },
  "Object.assign": (run, state, { args }) => {
    const [target, ...sources] = args.positional;
    if (target === undefined) return undefined;
    copyInto(run, state, target, sources);
    return target;
  },
  "Object.create": (run, state, { args }) => {
    const [prototype, properties] = args.positional;
    const inherited = prototype?.k === "ref" && state.read(prototype.addr).type === "object" && state.read(prototype.addr).name === "";
    const addr = newAddr(run);
    state.add(addr, { type: "object", parent: inherited ? prototype.addr : null });
    const object = run.values.ref(addr) as Ref;
    if (!inherited) copyInto(run, state, object, args.positional.slice(0, 1));
    for (const name of properties?.k === "ref" ? ownNames(state.read(properties.addr)) : [])
      define(run, state, object, { name: run.values.string(name), descriptor: ownValue(run, state, properties as Ref, name) });
    return object;
  },
  "Object.getPrototypeOf": (run, state, { args }) => {
    const [object] = args.positional;
    if (object?.k === "closure") return run.values.api("globalThis.Function.prototype", false, [viaLabel("reflection")]);
    return object?.k === "ref" ? (classOf(run, state, object) ?? undefined) : undefined;
  },
  "Object.freeze": (run, state, { args }) => freeze(run, state, args.positional[0]),
  "Object.seal": (_run, _state, { args }) => args.positional[0],
  "Object.keys": (run, state, { args }) => {
    const [object] = args.positional;
    const names = listed(run, object).map((name) => run.values.string(name));
    const keys = names.length > 0 ? names : object === undefined ? null : elementsOf(run, state, object, true);
    return keys === null ? undefined : listValue(run, state, keys);
  },
  "Object.values": (run, state, { args }) => {
    const [object] = args.positional;
    const members = listed(run, object).map((name) => getAttr(run, state, object as Value, name));
    if (members.length > 0) return listValue(run, state, members);
    if (object?.k === "api") return someList(run, state, someMember(run, object));
    if (object?.k !== "ref") return undefined;
    const target = state.read(object.addr);
    if (target.rest !== null || isMap(target)) return target.rest === null ? listValue(run, state, []) : undefined;
    return listValue(run, state, [...(target.items ?? []), ...ownNames(target).map((name) => ownValue(run, state, object, name))]);
  },
  "Object.entries": (run, state, { args }) => {
    const [object] = args.positional;
    const pairs = listed(run, object).map((name) => [run.values.string(name), getAttr(run, state, object as Value, name)]);
    if (pairs.length > 0)
      return listValue(
        run,
        state,
        pairs.map((pair) => listValue(run, state, pair)),
      );
    if (object?.k === "api") return someList(run, state, listValue(run, state, [run.values.unknown("local"), someMember(run, object)]));
    return object?.k === "ref" ? entriesOf(run, state, object) : undefined;
  },
  "Object.getOwnPropertyNames": (run, state, { args }) => {
    const [object] = args.positional;
    if (object?.k !== "ref") return undefined;
    const target = state.read(object.addr);
    if (target.type !== "object" || target.rest !== null || target.name !== "") return undefined;
    return listValue(
      run,
      state,
      ownNames(target, true).map((name) => run.values.string(name)),
    );
  },
  "Object.getOwnPropertySymbols": (run, state, { args }) => {
    const [object] = args.positional;
    const keys = object?.k === "ref" ? [...state.read(object.addr).props.keys()].filter((key) => key.startsWith("y:")) : null;
    return keys === null
      ? undefined
      : listValue(
          run,
          state,
          keys.map((key) => keyValue(run, key)),
        );
  },
  "Object.fromEntries": (run, state, { args }) => fillFromPairs(run, state, emptyObject(run, state), args.positional[0]),
  "Object.defineProperty": (run, state, { args }) => {
    const [object, name, descriptor] = args.positional;
    if (object !== undefined && name !== undefined && descriptor !== undefined) define(run, state, object, { name, descriptor });
    return object;
  },
  Object: (run, state, { args }) => args.positional[0] ?? emptyObject(run, state),
  "Array.from": (run, state, { args }) => {
    const [source, callback] = args.positional;
    if (source === undefined) return undefined;
    const length = source.k === "ref" ? state.read(source.addr).props.get("s:length") : undefined;
    const count = length !== undefined && isNumber(length) ? Number(length.value) : null;
    const items =
      count !== null && count <= 4096
        ? Array.from({ length: count }, () => run.values.undefined as Value)
        : walkedElements(run, state, source);
    if (items === null) {
      if (callback !== undefined) run.call(state, callback, withArgs(someElement(run, state, source), run.values.unknown("local")));
      return undefined;
    }
    if (callback === undefined) return listValue(run, state, items);
    const out: Value[] = [];
    for (const [i, item] of items.entries()) {
      const result = run.call(state, callback, withArgs(item, run.values.number(i)));
      if (result === null) return null;
      out.push(result);
    }
    return listValue(run, state, out);
  },
  "Array.isArray": (run, state, { args }) => {
    const known = args.positional[0] === undefined ? null : isArray(state, args.positional[0]);
    return known === null ? undefined : run.values.bool(known);
  },
  "Array.of": (run, state, { args }) => listValue(run, state, args.positional),
  Array: (run, state, { args }) => {
    const [length] = args.positional;
    if (args.positional.length === 1 && length !== undefined && isNumber(length))
      return Number(length.value) <= 4096
        ? listValue(
            run,
            state,
            Array.from({ length: Number(length.value) }, () => run.values.undefined),
          )
        : undefined;
    return listValue(run, state, args.positional);
  },
  Symbol: (run) => run.values.api(`globalThis.Symbol.#${current(run).at.start}`),
  "Symbol.for": (run, _state, { args }) =>
    isString(args.positional[0]) ? run.values.api(`globalThis.Symbol.${args.positional[0].value}`) : undefined,
  BigInt: (run, _state, { args }) => {
    const [given] = args.positional;
    const text = given !== undefined && (isString(given) || isNumber(given)) ? String(given.value).trim() : "";
    return /^(\d{1,4000}|0x[\da-f]{1,4000}|0b[01]{1,4000}|0o[0-7]{1,4000})$/i.test(text) ? run.values.number(BigInt(text)) : undefined;
  },
  String: (run, state, { args }) => (args.positional[0] === undefined ? run.values.string("") : toText(run, state, args.positional[0])),
  Promise: (run, state, { args }) => {
    const [executor] = args.positional;
    if (executor === undefined) return undefined;
    const addr = newAddr(run);
    state.add(addr, { type: "list" });
    const holder = run.values.ref(addr);
    run.call(state, executor, withArgs(run.values.method(holder, "push"), run.values.api("identity()")));
    const rest = state.read(addr).rest;
    return rest ?? run.values.unknown("local", { path: "promise" });
  },
  Proxy: (run, state, { args }) =>
    args.positional[0] === undefined ? undefined : makeProxy(run, state, args.positional[0], args.positional[1]),
  "String.raw": (run, state, { args }) => rawText(run, state, args.positional),
  "Promise.resolve": (run, _state, { args }) => args.positional[0] ?? run.values.undefined,
  "Promise.all": (_run, _state, { args }) => args.positional[0],
  "Promise.allSettled": (_run, _state, { args }) => args.positional[0],
  Map: (run, state, { args }) => mapOf(run, state, args.positional[0]),
  WeakMap: (run, state, { args }) => mapOf(run, state, args.positional[0]),
  Set: (run, state, { args }) => setOf(run, state, args.positional[0]),
  WeakSet: (run, state, { args }) => setOf(run, state, args.positional[0]),
  "Math.floor": (run, _state, { args }) => numeric(run, args.positional, Math.floor),
  "Math.ceil": (run, _state, { args }) => numeric(run, args.positional, Math.ceil),
  "Math.round": (run, _state, { args }) => numeric(run, args.positional, Math.round),
  "Math.abs": (run, _state, { args }) => numeric(run, args.positional, Math.abs),
  "Math.trunc": (run, _state, { args }) => numeric(run, args.positional, Math.trunc),
  "Math.pow": (run, _state, { args }) => numeric(run, args.positional, Math.pow),
  "Math.sqrt": (run, _state, { args }) => numeric(run, args.positional, Math.sqrt),
  "Math.max": (run, _state, { args }) => numeric(run, args.positional, Math.max),
  "Math.min": (run, _state, { args }) => numeric(run, args.positional, Math.min),
};

/** A property as a descriptor says it is: without `enumerable` it is not walked through, without `writable` it stays as it is. */
function define(run: Run, state: State, object: Value, { name, descriptor }: { name: Value; descriptor: Value }): void {
  if (descriptor.k !== "ref") return;
  const { props } = state.read(descriptor.addr);
  const [value, getter, setter] = ["s:value", "s:get", "s:set"].map((key) => props.get(key));
  const says = (key: string): boolean => props.get(`s:${key}`) !== undefined && props.get(`s:${key}`) !== run.values.false;
  const own = object.k === "ref" ? state.read(object.addr) : null;
  const before = isString(name) && (own?.props.has(`s:${name.value}`) === true || own?.props.has(`get:${name.value}`) === true);
  if (value !== undefined) setItem(run, state, object, { index: name, value });
  if (object.k !== "ref" || own === null || !isString(name)) return;
  if (getter !== undefined) state.setProp(object.addr, `get:${name.value}`, getter);
  if (setter !== undefined) state.setProp(object.addr, `set:${name.value}`, setter);
  if (own.type !== "object" || before) return;
  if (!says("enumerable")) hide(run, state, object.addr, name.value);
  if (value !== undefined && !says("writable")) fix(run, state, object.addr, name.value);
}

/** Own properties and elements stay what they are. */
function freeze(run: Run, state: State, object: Value | undefined): Value | undefined {
  if (object?.k === "ref" && state.read(object.addr).type === "object") fix(run, state, object.addr, null);
  return object;
}

/** `String.raw`: the texts as they are written, and what stands between them. */
function rawText(run: Run, state: State, [strings, ...holes]: readonly Value[]): Value | undefined {
  if (strings?.k !== "ref") return undefined;
  const raw = state.read(strings.addr).props.get("s:raw") ?? strings;
  const texts = elementsOf(run, state, raw);
  if (texts === null) return undefined;
  const parts = texts.flatMap((t, i) => [
    ...partsOf(t),
    ...(i < texts.length - 1 && holes[i] ? partsOf(toText(run, state, holes[i])) : []),
  ]);
  return run.values.template(parts, mergeLabels(...holes.map((v) => v.labels)));
}

function numeric(run: Run, args: readonly Value[], apply: (...n: number[]) => number): Value {
  if (args.length > 0 && args.every(isNumber)) return run.values.number(apply(...args.map((v) => Number((v as { value: number }).value))));
  const source = args.find((v) => v.k === "unknown");
  return run.values.unknown(source?.k === "unknown" ? source.cause : "local", { path: source?.k === "unknown" ? source.path : null });
}

/** `new Uint8Array([...])`, `Uint8Array.from(...)`: a list of numbers. */
const TYPED_ARRAY = /^(?:Int8|Uint8|Uint8Clamped|Int16|Uint16|Int32|Uint32|Float32|Float64)Array(?:\.(?:from|of))?$/;

function typedArray(run: Run, state: State, call: BuiltinCall): Value | null | undefined {
  const [source] = call.args.positional;
  if (source !== undefined && isString(source) && source.type === "bytes") return source;
  const listed = call.callee.path.endsWith(".of");
  const sized = source !== undefined && isNumber(source) && !listed;
  const made = INNER[sized ? "Array" : listed ? "Array.of" : "Array.from"]?.(run, state, call);
  if (made?.k === "ref" && sized) {
    const object = state.write(made.addr);
    object.items = object.items?.map(() => run.values.number(0)) ?? null;
  }
  if (made?.k === "ref" && state.read(made.addr).items !== null)
    makeTyped(run, state, made.addr, /\w+Array/.exec(call.callee.path)?.[0] ?? "");
  return made;
}

export const javascriptBuiltin: Builtin = (run, state, call) => {
  const name = call.callee.path.replace(/^globalThis\./, "");
  if (TYPED_ARRAY.test(name)) {
    const made = typedArray(run, state, call);
    if (made !== undefined) return made;
  }
  const result = INNER[name]?.(run, state, call);
  if (result !== undefined) return result;
  callCallbacks(run, state, call.args);
  const labels = mergeLabels(...call.args.positional.map((v) => deepLabels(state, v))).filter((l) => !l.startsWith("via:"));
  const source = call.args.positional.find((v) => v.k === "unknown");
  return run.values.unknown(source?.k === "unknown" ? source.cause : "local", {
    path: source?.k === "unknown" ? source.path : null,
    labels,
  });
};
