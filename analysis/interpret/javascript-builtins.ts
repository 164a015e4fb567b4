/** JavaScript's own builtins: Object, Array, Reflect, Promise, conversions. */

import type { State } from "../state.ts";
import { isNumber, isString, mergeLabels, type Value, viaLabel } from "../values.ts";
import { dynamicMember, getAttr, setItem } from "./attributes.ts";
import type { Builtin, BuiltinCall } from "./builtin.ts";
import { callThrough } from "./builtins-functions.ts";
import { NO_ARGS, withArgs } from "./call-args.ts";
import { callCallbacks } from "./callbacks.ts";
import { listValue } from "./containers.ts";
import { toText } from "./formatting.ts";
import { elementsOf, keyValue, someElement } from "./iterate.ts";
import { entriesOf } from "./javascript-arrays.ts";
import { deepLabels } from "./labels.ts";
import { newAddr, type Run } from "./run.ts";

type Inner = (run: Run, state: State, call: BuiltinCall) => Value | null | undefined;

function emptyObject(run: Run, state: State): Extract<Value, { k: "ref" }> {
  const addr = newAddr(run);
  state.add(addr, { type: "object" });
  return run.values.ref(addr);
}

function copyInto(run: Run, state: State, target: Value, sources: readonly Value[]): void {
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
    for (const [key, value] of from.props) state.setProp(target.addr, key, value);
    if (from.rest !== null) state.addRest(target.addr, from.rest, run.values);
  }
}

const reflectGet: Inner = (run, state, { args }) => {
  const [object, name] = args.positional;
  if (object === undefined || name === undefined) return undefined;
  if (isString(name)) return run.values.label(getAttr(run, state, object, name.value), mergeLabels([viaLabel("reflection")], name.labels));
  return object.k === "api" ? dynamicMember(run, object) : someElement(run, state, object);
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
    const object = emptyObject(run, state);
    copyInto(run, state, object, args.positional.slice(0, 1));
    return object;
  },
  "Object.freeze": (_run, _state, { args }) => args.positional[0],
  "Object.seal": (_run, _state, { args }) => args.positional[0],
  "Object.keys": (run, state, { args }) => {
    const [object] = args.positional;
    const keys = object === undefined ? null : elementsOf(run, state, object, true);
    return keys === null ? undefined : listValue(run, state, keys);
  },
  "Object.values": (run, state, { args }) => {
    const [object] = args.positional;
    if (object?.k !== "ref") return undefined;
    const target = state.read(object.addr);
    return target.rest === null ? listValue(run, state, [...(target.items ?? []), ...target.props.values()]) : undefined;
  },
  "Object.entries": (run, state, { args }) => (args.positional[0]?.k === "ref" ? entriesOf(run, state, args.positional[0]) : undefined),
  "Object.fromEntries": (run, state, { args }) => {
    const object = emptyObject(run, state);
    const pairs = args.positional[0] === undefined ? null : elementsOf(run, state, args.positional[0]);
    for (const pair of pairs ?? []) {
      const entry = elementsOf(run, state, pair);
      if (entry?.[0] !== undefined && entry[1] !== undefined)
        setItem(run, state, object, { index: entry[0], value: entry[1], quiet: true });
    }
    if (pairs === null) state.addRest(object.addr, run.values.unknown("local"), run.values);
    return object;
  },
  "Object.defineProperty": (run, state, { args }) => {
    const [object, name, descriptor] = args.positional;
    if (object === undefined || name === undefined || descriptor?.k !== "ref") return object;
    const props = state.read(descriptor.addr).props;
    const value = props.get("s:value");
    const getter = props.get("s:get");
    if (value !== undefined) setItem(run, state, object, { index: name, value });
    if (getter !== undefined && object.k === "ref" && isString(name)) state.setProp(object.addr, `get:${name.value}`, getter);
    return object;
  },
  Object: (run, state, { args }) => args.positional[0] ?? emptyObject(run, state),
  "Array.from": (run, state, { args }) => {
    const [source, callback] = args.positional;
    if (source === undefined) return undefined;
    const length = source.k === "ref" ? state.read(source.addr).props.get("s:length") : undefined;
    const count = length !== undefined && isNumber(length) ? Number(length.value) : null;
    const items =
      count !== null && count <= 4096 ? Array.from({ length: count }, () => run.values.undefined as Value) : elementsOf(run, state, source);
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
  "Promise.resolve": (run, _state, { args }) => args.positional[0] ?? run.values.undefined,
  "Promise.all": (_run, _state, { args }) => args.positional[0],
  "Promise.allSettled": (_run, _state, { args }) => args.positional[0],
  Map: (run, state, { args }) =>
    INNER["Object.fromEntries"]?.(run, state, {
      callee: run.values.api("globalThis.Map"),
      args: args.positional.length === 0 ? { ...args, positional: [listValue(run, state, [])] } : args,
    }),
  Set: (run, state, { args }) => {
    const items = args.positional[0] === undefined ? [] : elementsOf(run, state, args.positional[0]);
    return items === null ? undefined : listValue(run, state, items);
  },
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

function numeric(run: Run, args: readonly Value[], apply: (...n: number[]) => number): Value {
  if (args.length > 0 && args.every(isNumber)) return run.values.number(apply(...args.map((v) => Number((v as { value: number }).value))));
  const source = args.find((v) => v.k === "unknown");
  return run.values.unknown(source?.k === "unknown" ? source.cause : "local", { path: source?.k === "unknown" ? source.path : null });
}

export const javascriptBuiltin: Builtin = (run, state, call) => {
  const name = call.callee.path.replace(/^globalThis\./, "");
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
