/** Python's own builtins: reflection, conversions, iteration. */

import { formatOne, pythonRepr } from "../pure/python-format.ts";
import { integerOf } from "../pure/python-numbers.ts";
import type { State } from "../state.ts";
import { isFloat, isNumber, isString, membersOf, mergeLabels, textOf, type Value, viaLabel } from "../values.ts";
import { getAttr } from "./attributes.ts";
import type { Builtin } from "./builtin.ts";
import { NO_ARGS, withArgs } from "./call-args.ts";
import { callOnly } from "./callbacks.ts";
import { classFromParts } from "./class-creation.ts";
import { specialMethod, superObject } from "./classes.ts";
import { someList } from "./containers.ts";
import { classMethod, propertyObject, staticMethod } from "./descriptors.ts";
import { emit } from "./effect-sink.ts";
import { reportHuge } from "./exhaustion.ts";
import { formatPart, reprText, toText } from "./formatting.ts";
import { dynamicMember, itemKey } from "./items.ts";
import { elementsOf } from "./iterate.ts";
import { builtinName, isInstance } from "./kinds-of-values.ts";
import { deepLabels, heldLabels } from "./labels.ts";
import { lookedThrough } from "./looked-through.ts";
import { toPure } from "./purity.ts";
import { PYTHON_NUMBERS } from "./python-numbers.ts";
import { type Inner, SEQUENCES } from "./python-sequences.ts";
import { fillFromRow } from "./rows.ts";
import { current, newAddr, type Run } from "./run.ts";
import { setAttr } from "./set-attributes.ts";

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
    if (libraries.length > 0) return dynamicMember(run, libraries[0] as Extract<Value, { k: "api" }>, member);
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
    const [value = args.keywords.get("object"), encoding] = args.positional;
    if (value === undefined) return args.rest ?? run.values.string("");
    if (value.k === "const" && value.type === "bytes" && encoding !== undefined)
      return run.call(state, run.values.method(value, "decode"), withArgs(encoding));
    const method = value.k === "ref" && state.read(value.addr).type === "instance" ? specialMethod(run, state, value, "__str__") : null;
    if (method !== null) return run.call(state, method, NO_ARGS);
    return run.values.label(toText(run, state, value), deepLabels(state, value));
  },
  repr: (run, state, { args }) =>
    args.positional[0] === undefined
      ? undefined
      : run.values.label(reprText(run, state, args.positional[0]), deepLabels(state, args.positional[0])),
  int: (run, _state, { args }) => {
    const [value, base] = args.positional;
    if (value === undefined && args.rest === null) return run.values.number(0);
    if (value !== undefined && isNumber(value))
      return typeof value.value === "bigint" || Number.isFinite(value.value)
        ? run.values.number(typeof value.value === "bigint" ? value.value : BigInt(Math.trunc(value.value)))
        : unknownFrom(run, value);
    if (value?.k === "const" && value.type === "bool") return run.values.number(value.value === true ? 1 : 0);
    if (value !== undefined && isString(value)) {
      const given = base ?? args.keywords.get("base");
      const parsed =
        given === undefined || isNumber(given) ? integerOf(value.value, given === undefined ? 10 : Number(given.value)) : undefined;
      return parsed === undefined ? run.values.unknown("local") : run.values.number(parsed);
    }
    return unknownFrom(run, value);
  },
  float: (run, _state, { args }) => {
    const [value] = args.positional;
    const number = value?.k === "const" ? Number(String(value.value).replace(/^\s*([+-]?)inf(inity)?\s*$/i, "$1Infinity")) : Number.NaN;
    return Number.isNaN(number) ? unknownFrom(run, value) : run.values.float(number, value?.labels);
  },
  chr: (run, _state, { args }) =>
    args.positional[0] !== undefined &&
    isNumber(args.positional[0]) &&
    !isFloat(args.positional[0]) &&
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
  hex: (run, _state, { args }) => inBase(run, args.positional[0], "#x"),
  oct: (run, _state, { args }) => inBase(run, args.positional[0], "#o"),
  bin: (run, _state, { args }) => inBase(run, args.positional[0], "#b"),
  ascii: (run, state, { args }) => {
    const text = isString(args.positional[0]) ? pythonRepr(toPure(run, state, args.positional[0]) ?? "", true) : undefined;
    return text === undefined ? undefined : run.values.string(text, args.positional[0]?.labels);
  },
  format: (run, state, { args }) => {
    const [value, format] = args.positional;
    if (value === undefined || (format !== undefined && !isString(format))) return undefined;
    return formatPart(run, state, value, { conversion: undefined, format: format?.value });
  },
};

function inBase(run: Run, value: Value | undefined, spec: string): Value {
  const text = value !== undefined && isNumber(value) && !isFloat(value) ? formatOne(value.value, spec) : undefined;
  return text === undefined ? unknownFrom(run, value) : run.values.string(text);
}

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
  if (isNumber(value)) {
    reportHuge(run, state, Number(value.value), "bytes");
    return Number(value.value) >= 0 && Number(value.value) <= 4_096
      ? run.values.bytes("\0".repeat(Number(value.value)))
      : unknownFrom(run, value);
  }
  const own = value.k === "ref" && state.read(value.addr).type === "instance" ? specialMethod(run, state, value, "__bytes__") : null;
  if (own !== null) return run.call(state, own, NO_ARGS) ?? unknownFrom(run, value);
  const pure = toPure(run, state, value);
  if (Array.isArray(pure) && pure.every((n) => typeof n === "number" && n >= 0 && n < 256))
    return run.values.bytes(String.fromCharCode(...(pure as number[]).slice(0, 65_536)), [viaLabel("decoded")]);
  if (value.k !== "ref") return unknownFrom(run, value);
  const labels = heldLabels(state, value);
  return run.values.unknown("local", { labels });
}

/** The class of an object, or the type of a constant. */
function typeOf(run: Run, state: State, value: Value): Value | undefined {
  if (value.k === "ref") {
    const { parent } = state.read(value.addr);
    return parent === null ? undefined : run.values.ref(parent);
  }
  if (value.k === "const") {
    const name = builtinName(value);
    return name === null ? undefined : run.values.api(`builtins.${name}`);
  }
  return value.k === "closure" ? run.values.api("types.FunctionType") : undefined;
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
      ? (lookedThrough(run, state, args.positional[0], "keys") ?? someList(run, state, run.values.unknown("unmodelled")))
      : someList(run, state, run.values.unknown("local")),
  dict: (run, state, { args }) => {
    const addr = newAddr(run);
    const object = state.add(addr, { type: "dict" });
    const [given] = args.positional;
    const source = given === undefined ? undefined : (entriesOf(run, state, given) ?? given);
    if (source?.k === "ref") {
      const from = state.read(source.addr);
      for (const [key, value] of from.props) object.props.set(key, value);
      for (const pair of elementsOf(run, state, source) ?? []) {
        const entry = pair.k === "ref" ? elementsOf(run, state, pair) : null;
        const key = entry?.[0] === undefined ? null : itemKey(entry[0]);
        if (key !== null && entry?.[1] !== undefined) object.props.set(key, entry[1]);
      }
      state.addUnknown(addr, from, run.values);
    } else if (source?.k === "unknown" && fillFromRow(run, object.props, source)) return run.values.ref(addr);
    else if (source?.k === "api") object.props.set("#spread", source);
    else if (source !== undefined) state.addRest(addr, unknownFrom(run, source), run.values);
    for (const [key, value] of args.keywords) object.props.set(`s:${key}`, value);
    return run.values.ref(addr);
  },
  type: (run, state, { args }) => {
    const [value, bases, body] = args.positional;
    if (value !== undefined && bases !== undefined && body !== undefined)
      return classFromParts(run, state, { name: value, bases: elementsOf(run, state, bases) ?? [], body });
    return value === undefined ? undefined : typeOf(run, state, value);
  },
  isinstance: (run, state, { args }) => {
    const [value, cls] = args.positional;
    if (value === undefined || cls === undefined) return undefined;
    const classes = cls.k === "ref" && state.read(cls.addr).type === "tuple" ? elementsOf(run, state, cls) : [cls];
    const known = classes === null ? null : isInstance(state, value, classes);
    return known === null ? undefined : run.values.bool(known);
  },
  super: (run, state) => superObject(run, state),
  property: (run, state, { args }) => propertyObject(run, state, args),
  staticmethod: (run, _state, { args }) => (args.positional[0] === undefined ? undefined : staticMethod(run, args.positional[0])),
  classmethod: (run, state, { args }) => (args.positional[0] === undefined ? undefined : classMethod(run, state, args.positional[0])),
};

/** An object of a class that has `keys` and `items` is copied by them. */
function entriesOf(run: Run, state: State, given: Value): Value | null {
  if (given.k !== "ref" || state.read(given.addr).type !== "instance" || specialMethod(run, state, given, "keys")?.k !== "closure")
    return null;
  const items = specialMethod(run, state, given, "items");
  return items?.k === "closure" ? run.call(state, items, NO_ARGS) : null;
}

/** `OrderedDict(pairs)`: a dict under another name. */
export const dictOf: Builtin = (run, state, call) => others.dict?.(run, state, call);

/** `defaultdict(list)`: whatever was not put there is what the factory makes. */
export const dictWithDefault: Builtin = (run, state, call) => {
  const [factory, ...positional] = call.args.positional;
  const dict = dictOf(run, state, { ...call, args: { ...call.args, positional } });
  if (dict?.k !== "ref" || factory === undefined || factory.k === "const") return dict;
  const made = run.call(state, factory, NO_ARGS);
  if (made === null) return dict;
  // What the factory makes of nothing is known for any key that is asked for.
  const named = state.write(dict.addr);
  state.set(dict.addr, { ...named, bases: [factory] });
  return dict;
};

export const pythonBuiltin: Builtin = (run, state, call) => {
  const name = call.callee.path.slice(call.callee.path.lastIndexOf(".") + 1).replace(/^(?:star|i)?map(?:_async|_unordered)?$/, "map");
  const inner = conversions[name] ?? SEQUENCES[name] ?? PYTHON_NUMBERS[name] ?? others[name];
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
  callOnly(run, state, call.args);
  const labels = ["len", "isinstance", "issubclass", "hasattr", "callable", "bool", "hash", "id", "type", "all", "any"].includes(name)
    ? []
    : mergeLabels(...call.args.positional.map((v) => deepLabels(state, v)));
  const source = call.args.positional.find((v) => v.k === "unknown");
  return run.values.unknown(source?.k === "unknown" ? source.cause : "local", {
    path: source?.k === "unknown" ? `${name}(${source.path})` : null,
    labels: labels.filter((l) => !l.startsWith("via:")),
  });
};
