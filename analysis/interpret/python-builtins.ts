/** Python's own builtins: reflection, conversions, iteration. */

import type { State } from "../state.ts";
import { isNumber, isString, membersOf, mergeLabels, textOf, type Value, viaLabel } from "../values.ts";
import { dynamicMember, getAttr, setAttr } from "./attributes.ts";
import type { Builtin, BuiltinCall } from "./builtin.ts";
import { NO_ARGS, withArgs } from "./call-args.ts";
import { callCallbacks } from "./callbacks.ts";
import { superObject } from "./classes.ts";
import { emit } from "./effect-sink.ts";
import { toText } from "./formatting.ts";
import { elementsOf, someElement } from "./iterate.ts";
import { deepLabels } from "./labels.ts";
import { toPure } from "./purity.ts";
import { current, newAddr, type Run } from "./run.ts";

type Inner = (run: Run, state: State, call: BuiltinCall) => Value | null | undefined;

const listOf = (
  run: Run,
  state: State,
  items: readonly Value[] | null,
  some: Value | null,
  type: "list" | "tuple" | "set" = "list",
): Value => {
  const addr = newAddr(run);
  state.add(addr, { type, items: items === null ? null : [...items] });
  if (items === null) state.addRest(addr, some ?? run.values.unknown("local"), run.values);
  return run.values.ref(addr);
};

/** list(x), tuple(x), set(x), sorted(x), reversed(x). */
const sequence =
  (type: "list" | "tuple" | "set", order?: (items: Value[]) => Value[]): Inner =>
  (run, state, { args }) => {
    const source = args.positional[0] ?? args.rest;
    for (const key of ["key"]) {
      const callback = args.keywords.get(key);
      if (callback !== undefined && source !== null && source !== undefined)
        run.call(state, callback, withArgs(someElement(run, state, source)));
    }
    if (source === null || source === undefined) return listOf(run, state, [], null, type);
    const items = elementsOf(run, state, source);
    if (items === null) return listOf(run, state, null, someElement(run, state, source), type);
    return listOf(run, state, order === undefined ? items : order([...items]), null, type);
  };

const mapCall: Inner = (run, state, { args }) => {
  const [callback, ...lists] = args.positional;
  if (callback === undefined) return undefined;
  const elements = lists.map((l) => elementsOf(run, state, l));
  if (elements.every((e) => e !== null) && elements.length > 0) {
    const out: Value[] = [];
    const length = Math.min(...elements.map((e) => (e ?? []).length));
    for (let i = 0; i < Math.min(length, 4096); i++) {
      const result = run.call(state, callback, withArgs(...elements.map((e) => (e ?? [])[i] as Value)));
      if (result === null) return null;
      out.push(result);
    }
    return listOf(run, state, out, null);
  }
  return listOf(run, state, null, run.call(state, callback, withArgs(...lists.map((l) => someElement(run, state, l)))));
};

const filterCall: Inner = (run, state, { args }) => {
  const [callback, list] = args.positional;
  if (callback === undefined || list === undefined) return undefined;
  const elements = elementsOf(run, state, list);
  if (callback.k !== "const") run.call(state, callback, withArgs(elements?.[0] ?? someElement(run, state, list)));
  return listOf(run, state, null, someElement(run, state, list));
};

const getAttrCall: Inner = (run, state, { callee, args }) => {
  const [object, name, fallback] = args.positional;
  if (object === undefined || name === undefined) return run.values.unknown("local");
  if (/setattr(__)?$/.test(callee.path)) {
    if (isString(name) && fallback !== undefined) setAttr(run, state, object, { name: name.value, value: fallback });
    return run.values.none;
  }
  const results = membersOf(name).map((member) => {
    if (isString(member))
      return run.values.label(getAttr(run, state, object, member.value), mergeLabels([viaLabel("computed_name")], member.labels));
    const libraries = membersOf(object).filter((o) => o.k === "api" && !o.instance);
    if (libraries.length > 0) return dynamicMember(run, libraries[0] as Extract<Value, { k: "api" }>);
    if (object.k === "ref") return someMember(run, state, object);
    return run.values.unknown("unmodelled", { path: `${object.k === "unknown" ? object.path : "?"}.{?}` });
  });
  return run.values.join(results);
};

/** Any method of an object of the program's own. */
function someMember(run: Run, state: State, object: Extract<Value, { k: "ref" }>): Value {
  const target = state.read(object.addr);
  const cls = target.parent === null ? null : state.read(target.parent);
  const methods = [...(cls?.props.values() ?? [])]
    .filter((v) => v.k === "closure")
    .map((v) => (v.k === "closure" ? run.values.closure(v, object) : v));
  return run.values.widen([...target.props.values(), ...methods, run.values.unknown("local")]);
}

const conversions: Readonly<Record<string, Inner>> = {
  str: (run, state, { args }) => {
    const [value, encoding] = args.positional;
    if (value === undefined) return args.rest ?? run.values.string("");
    if (value.k === "const" && value.type === "bytes" && encoding !== undefined)
      return run.call(state, run.values.method(value, "decode"), withArgs(encoding));
    const method = value.k === "ref" && state.read(value.addr).type === "instance" ? getAttr(run, state, value, "__str__") : null;
    if (method?.k === "closure") return run.call(state, method, NO_ARGS);
    return run.values.label(toText(run, value), deepLabels(state, value));
  },
  repr: (run, state, { args }) =>
    args.positional[0] === undefined
      ? undefined
      : isString(args.positional[0])
        ? run.values.string(`'${args.positional[0].value}'`, args.positional[0].labels)
        : run.values.label(toText(run, args.positional[0]), deepLabels(state, args.positional[0])),
  int: (run, _state, { args }) => {
    const [value, base] = args.positional;
    if (value !== undefined && isNumber(value))
      return run.values.number(typeof value.value === "bigint" ? value.value : Math.trunc(value.value));
    if (value !== undefined && isString(value)) {
      const radix = base !== undefined && isNumber(base) ? Number(base.value) : 10;
      const parsed = Number.parseInt(
        value.value
          .trim()
          .replace(/_/g, "")
          .replace(/^0[xob]/i, ""),
        radix === 0 ? (/^0x/i.test(value.value) ? 16 : 10) : radix,
      );
      return Number.isNaN(parsed) ? run.values.unknown("local") : run.values.number(parsed);
    }
    return unknownFrom(run, value);
  },
  float: (run, _state, { args }) =>
    args.positional[0] !== undefined && args.positional[0].k === "const" && !Number.isNaN(Number(args.positional[0].value))
      ? run.values.number(Number(args.positional[0].value))
      : unknownFrom(run, args.positional[0]),
  chr: (run, _state, { args }) =>
    args.positional[0] !== undefined &&
    isNumber(args.positional[0]) &&
    Number(args.positional[0].value) >= 0 &&
    Number(args.positional[0].value) <= 0x10ffff
      ? run.values.string(String.fromCodePoint(Number(args.positional[0].value)), [viaLabel("decoded")])
      : unknownFrom(run, args.positional[0]),
  ord: (run, _state, { args }) =>
    args.positional[0] !== undefined && isString(args.positional[0])
      ? run.values.number(args.positional[0].value.codePointAt(0) ?? 0)
      : unknownFrom(run, args.positional[0]),
  bytes: (run, state, { args }) => bytesOf(run, state, args.positional),
  bytearray: (run, state, { args }) => bytesOf(run, state, args.positional),
  hex: (run, _state, { args }) =>
    args.positional[0] !== undefined && isNumber(args.positional[0])
      ? run.values.string(`0x${args.positional[0].value.toString(16)}`)
      : unknownFrom(run, args.positional[0]),
  bin: (run, _state, { args }) =>
    args.positional[0] !== undefined && isNumber(args.positional[0])
      ? run.values.string(`0b${args.positional[0].value.toString(2)}`)
      : unknownFrom(run, args.positional[0]),
  format: (run, _state, { args }) => (args.positional[0] === undefined ? undefined : toText(run, args.positional[0])),
};

const unknownFrom = (run: Run, value: Value | undefined): Value =>
  run.values.unknown(value?.k === "unknown" ? value.cause : "local", {
    path: value?.k === "unknown" ? value.path : null,
    labels: (value?.labels ?? []).filter((l) => !l.startsWith("via:")),
  });

function bytesOf(run: Run, state: State, [value, encoding]: readonly Value[]): Value {
  if (value === undefined) return run.values.bytes("");
  if (isString(value)) {
    if (value.type === "bytes") return value;
    void encoding;
    return run.values.bytes(Buffer.from(value.value, "utf8").toString("latin1"), value.labels);
  }
  const pure = toPure(run, state, value);
  if (Array.isArray(pure) && pure.every((n) => typeof n === "number" && n >= 0 && n < 256))
    return run.values.bytes(String.fromCharCode(...(pure as number[]).slice(0, 65_536)), [viaLabel("decoded")]);
  return unknownFrom(run, value);
}

const others: Readonly<Record<string, Inner>> = {
  getattr: getAttrCall,
  setattr: getAttrCall,
  delattr: (run) => run.values.none,
  globals: (run) => run.values.ref(current(run).unit.frame),
  locals: (run) => run.values.ref(current(run).frame),
  vars: (run, _state, { args }) => args.positional[0] ?? run.values.ref(current(run).frame),
  dir: (run, state, { args }) =>
    args.positional[0]?.k === "api"
      ? listOf(run, state, null, run.values.unknown("unmodelled"))
      : listOf(run, state, null, run.values.unknown("local")),
  map: mapCall,
  filter: filterCall,
  list: sequence("list"),
  tuple: sequence("tuple"),
  set: sequence("set"),
  frozenset: sequence("set"),
  iter: sequence("list"),
  sorted: sequence("list", (items) =>
    items.every(isString) || items.every(isNumber)
      ? items.sort((a, b) => ((a as { value: string }).value < (b as { value: string }).value ? -1 : 1))
      : items,
  ),
  reversed: sequence("list", (items) => items.reverse()),
  range: (run, state, { args }) => rangeOf(run, state, args.positional),
  enumerate: (run, state, { args }) => {
    const items = args.positional[0] === undefined ? null : elementsOf(run, state, args.positional[0]);
    const start = args.positional[1] ?? args.keywords.get("start");
    const from = start !== undefined && isNumber(start) ? Number(start.value) : 0;
    const pair = (a: Value, b: Value): Value => listOf(run, state, [a, b], null, "tuple");
    if (items === null)
      return listOf(
        run,
        state,
        null,
        pair(
          run.values.unknown("local"),
          args.positional[0] === undefined ? run.values.unknown("local") : someElement(run, state, args.positional[0]),
        ),
      );
    return listOf(
      run,
      state,
      items.map((v, i) => pair(run.values.number(i + from), v)),
      null,
    );
  },
  zip: (run, state, { args }) => {
    const lists = args.positional.map((v) => elementsOf(run, state, v));
    const tuple = (items: readonly Value[]): Value => listOf(run, state, items, null, "tuple");
    if (lists.some((l) => l === null)) return listOf(run, state, null, tuple(args.positional.map((v) => someElement(run, state, v))));
    const length = Math.min(...lists.map((l) => (l ?? []).length));
    if (length > 256) return listOf(run, state, null, tuple(args.positional.map((v) => someElement(run, state, v))));
    return listOf(
      run,
      state,
      Array.from({ length: Number.isFinite(length) ? length : 0 }, (_v, i) => tuple(lists.map((l) => (l ?? [])[i] as Value))),
      null,
    );
  },
  next: (run, state, { args }) =>
    args.positional[0] === undefined
      ? undefined
      : (elementsOf(run, state, args.positional[0])?.[0] ?? someElement(run, state, args.positional[0])),
  dict: (run, state, { args }) => {
    const addr = newAddr(run);
    const object = state.add(addr, { type: "dict" });
    const source = args.positional[0];
    if (source?.k === "ref") {
      const from = state.read(source.addr);
      for (const [key, value] of from.props) object.props.set(key, value);
      for (const pair of elementsOf(run, state, source) ?? []) {
        const entry = pair.k === "ref" ? elementsOf(run, state, pair) : null;
        if (entry?.[0] !== undefined && isString(entry[0]) && entry[1] !== undefined) object.props.set(`s:${entry[0].value}`, entry[1]);
      }
      if (from.rest !== null) state.addRest(addr, from.rest, run.values);
    } else if (source !== undefined) state.addRest(addr, unknownFrom(run, source), run.values);
    for (const [key, value] of args.keywords) object.props.set(`s:${key}`, value);
    return run.values.ref(addr);
  },
  type: (run, state, { args }) =>
    args.positional[0]?.k === "ref" && args.positional.length === 1 && state.read(args.positional[0].addr).parent !== null
      ? run.values.ref(state.read(args.positional[0].addr).parent as number)
      : undefined,
  super: (run, state) => superObject(run, state),
  property: (_run, _state, { args }) => args.positional[0],
  staticmethod: (_run, _state, { args }) => args.positional[0],
  classmethod: (_run, _state, { args }) => args.positional[0],
  max: (run, state, call) => extreme(run, state, call),
  min: (run, state, call) => extreme(run, state, call),
  sum: (run, state, { args }) => {
    const pure = args.positional[0] === undefined ? undefined : toPure(run, state, args.positional[0]);
    if (Array.isArray(pure) && pure.every((n) => typeof n === "number"))
      return run.values.number((pure as number[]).reduce((a, b) => a + b, 0));
    return run.values.unknown("local");
  },
};

const extreme: Inner = (run, state, { args }) => {
  const callback = args.keywords.get("key");
  const first = args.positional[0];
  if (callback !== undefined && first !== undefined) run.call(state, callback, withArgs(someElement(run, state, first)));
  if (args.positional.length === 1 && first !== undefined) return someElement(run, state, first);
  return args.positional.length > 1 && args.positional.every((v) => v.k === "const")
    ? run.values.join(args.positional)
    : run.values.unknown("local");
};

function rangeOf(run: Run, state: State, args: readonly Value[]): Value {
  const numbers = args.map((v) => (isNumber(v) ? Number(v.value) : null));
  const [a, b, c] = numbers;
  const start = args.length > 1 ? a : 0;
  const stop = args.length > 1 ? b : a;
  const step = c ?? 1;
  if (numbers.some((n) => n === null) || start === null || start === undefined || stop === null || stop === undefined || step === 0)
    return listOf(run, state, null, run.values.unknown("local"));
  const count = Math.max(0, Math.ceil((stop - start) / step));
  if (count > 4096) return listOf(run, state, null, run.values.unknown("local"));
  return listOf(
    run,
    state,
    Array.from({ length: count }, (_v, i) => run.values.number(start + i * step)),
    null,
  );
}

export const pythonBuiltin: Builtin = (run, state, call) => {
  const name = call.callee.path.slice(call.callee.path.lastIndexOf(".") + 1);
  const inner = conversions[name] ?? others[name];
  const result = inner?.(run, state, call);
  if (result !== undefined) return result;
  if (name === "__getattribute__" || name === "__setattr__") return getAttrCall(run, state, call);
  if (name === "breakpoint")
    emit(run, state, {
      kind: "code.eval",
      target: textOf(run.values.unknown("input")),
      classes: [],
      args: {},
      labels: [],
      basis: "api",
      api: "breakpoint",
    });
  callCallbacks(run, state, call.args);
  const labels = ["len", "isinstance", "issubclass", "hasattr", "callable", "bool", "hash", "id", "type", "all", "any"].includes(name)
    ? []
    : mergeLabels(...call.args.positional.map((v) => deepLabels(state, v)));
  const source = call.args.positional.find((v) => v.k === "unknown");
  return run.values.unknown(source?.k === "unknown" ? source.cause : "local", {
    path: source?.k === "unknown" ? `${name}(${source.path})` : null,
    labels: labels.filter((l) => !l.startsWith("via:")),
  });
};
