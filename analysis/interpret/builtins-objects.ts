/** Evaluators for small objects of Python's library: namespaces, queues, copies, bound methods, templates, futures. */
import type { State } from "../state.ts";
import { type Addr, isNumber, isString, partsOf, type Value } from "../values.ts";
import type { Builtin, BuiltinCall } from "./builtin.ts";
import { type CallArgs, NO_ARGS, withArgs } from "./call-args.ts";
import { ALIAS, FIELD_NAMES, NAMED_TUPLE } from "./classes.ts";
import { DEQUE, LONGEST_LIST, listValue, MOST_ITEMS, shorten, someList } from "./containers.ts";
import { toText } from "./formatting.ts";
import { FACTORY } from "./function-attributes.ts";
import { elementsOf, endlessIterator, someElement, takenElements } from "./iterate.ts";
import { newAddr, type Run } from "./run.ts";

/** Keyword arguments that wait with a function: `partial(f, shell=True)`, `methodcaller("m", key=1)`. */
export function withKeywords(run: Run, state: State, callee: Value, keywords: CallArgs["keywords"]): Value {
  if (keywords.size === 0) return callee;
  const addr = newAddr(run);
  const kept = state.add(addr, { type: "dict" });
  for (const [name, value] of keywords) kept.props.set(`s:${name}`, value);
  return run.values.partial(run.values.api("keywords()"), [callee, run.values.ref(addr)]);
}

const callWithKeywords: Builtin = (run, state, { args }) => {
  const [callee, kept, ...positional] = args.positional;
  if (callee === undefined || kept?.k !== "ref") return undefined;
  const waiting = [...state.read(kept.addr).props].map(([key, value]): [string, Value] => [key.slice(2), value]);
  return run.call(state, callee, { ...args, positional, keywords: new Map([...waiting, ...args.keywords]) });
};

const namespace: Builtin = (run, state, { args }) => {
  const addr = newAddr(run);
  state.add(addr, { type: "instance", name: "SimpleNamespace" });
  for (const [name, value] of args.keywords) state.setProp(addr, `s:${name}`, value);
  return run.values.ref(addr);
};

/** `namedtuple("Point", "x y")`, `namedtuple("Point", ["x", "y"])`: a class with these fields. */
const namedTuple: Builtin = (run, state, { args }) => {
  const [name, fields = args.keywords.get("field_names")] = args.positional;
  const listed = fields === undefined ? null : isString(fields) ? null : elementsOf(run, state, fields);
  const names = fields !== undefined && isString(fields) ? [fields] : listed;
  if (names === null || !names.every(isString)) return undefined;
  const addr = newAddr(run);
  const shown = name !== undefined && isString(name) ? name.value : "";
  const cls = state.add(addr, { type: "class", bases: [run.values.api(NAMED_TUPLE)], name: shown });
  cls.props.set(FIELD_NAMES, run.values.string(names.flatMap((each) => each.value.split(/[\s,]+/).filter(Boolean)).join(" ")));
  return run.values.ref(addr);
};

/** A container of its own with the same elements. */
const copied: Builtin = (run, state, { args }) => {
  const [value] = args.positional;
  if (value?.k !== "ref") return value;
  const from = state.read(value.addr);
  if (from.type === "frame" || from.type === "class") return value;
  const addr = newAddr(run);
  const { type, name, parent, items, props } = from;
  const to = state.add(addr, { type, name, parent, items: items === null ? null : [...items] });
  to.rest = from.rest;
  to.keys = from.keys;
  for (const [key, held] of props) to.props.set(key, held);
  return run.values.ref(addr);
};

/** `structuredClone(x)`, `copy.deepcopy(x)`: what it holds is copied as well, each thing once. */
function deepCopy(run: Run, state: State, value: Value, done: Map<Addr, Value>): Value {
  if (value.k !== "ref") return value;
  const from = state.read(value.addr);
  const before = done.get(value.addr);
  if (before !== undefined) return run.values.label(before, value.labels);
  if (!/^(list|tuple|set|dict|object|instance)$/.test(from.type) || done.size >= MOST_COPIED) return value;
  const addr = newAddr(run);
  const made = run.values.ref(addr, value.labels);
  done.set(value.addr, made);
  state.add(addr, { type: from.type, name: from.name, parent: from.parent, bases: from.bases });
  const [items, props] = [from.items, [...from.props]];
  const inner = (held: Value): Value => deepCopy(run, state, held, done);
  const copiedItems = items?.map(inner) ?? null;
  const copiedProps = props.map(([key, held]) => [key, inner(held)] as const);
  state.write(addr).items = copiedItems;
  for (const [key, held] of copiedProps) state.setProp(addr, key, held);
  if (from.rest !== null) state.addRest(addr, from.rest, run.values);
  state.write(addr).keys = from.keys;
  return made;
}
const MOST_COPIED = 512;

/** So many elements of an endless iterator are made. */
const CYCLED = 256;

const listOf: Builtin = (run, state, { callee, args }) => {
  const [source, most = args.keywords.get("maxlen")] = args.positional;
  const items = source === undefined ? [] : takenElements(run, state, source);
  const made = items === null ? someList(run, state, someElement(run, state, source as Value)) : listValue(run, state, items);
  if (!callee.path.endsWith(".deque") || made.k !== "ref") return made;
  state.set(made.addr, { ...state.read(made.addr), name: DEQUE });
  if (most !== undefined && isNumber(most)) state.setProp(made.addr, MOST_ITEMS, most);
  shorten(state, made.addr, "start");
  return made;
};

/** `itertools.count()`, `itertools.repeat(x)`. */
const endless: Builtin = (run, state, { callee, args }) => {
  const [element, times = args.keywords.get("times")] = args.positional;
  if (callee.k !== "api" || callee.path.endsWith("count")) return counting(run, state, args);
  if (element === undefined) return undefined;
  if (isNumber(times) && Number(times.value) <= LONGEST_LIST)
    return listValue(
      run,
      state,
      Array.from({ length: Math.max(0, Number(times.value)) }, () => element),
      "iter",
    );
  return args.positional.length === 1 && args.keywords.size === 0 ? endlessIterator(run, state, element) : someList(run, state, element);
};

/** `count(start, step)`: the first of its numbers are known. */
function counting(run: Run, state: State, args: CallArgs): Value {
  const made = endlessIterator(run, state, run.values.unknown("local"));
  const [start = args.keywords.get("start") ?? run.values.number(0), step = args.keywords.get("step") ?? run.values.number(1)] =
    args.positional;
  if (made.k !== "ref" || ![start, step].every((v) => isNumber(v) && Number.isInteger(v.value) && v.float !== true)) return made;
  const [from, by] = [start, step].map((v) => Number((v as { value: unknown }).value)) as [number, number];
  state.write(made.addr).items = Array.from({ length: CYCLED }, (_v, i) => run.values.number(from + i * by));
  return made;
}

const starmap: Builtin = (run, state, { args }) => {
  const [callback, source] = args.positional;
  if (callback === undefined || source === undefined) return undefined;
  const call = (tuple: Value): Value | null => {
    const given = elementsOf(run, state, tuple);
    return run.call(state, callback, given === null ? { ...NO_ARGS, rest: someElement(run, state, tuple) } : withArgs(...given));
  };
  const items = elementsOf(run, state, source);
  if (items === null) return someList(run, state, call(someElement(run, state, source)) ?? run.values.unknown("local"));
  const results = items.map(call);
  return listValue(
    run,
    state,
    results.filter((v) => v !== null),
  ); // prettier-ignore
};

/** As many elements of what goes on for ever as a slice of it needs. */
function beginningOf(state: State, source: Value, bounds: readonly Value[]): readonly Value[] | null {
  const stop = bounds.length === 1 ? bounds[0] : bounds[1];
  const object = source.k === "ref" ? state.read(source.addr) : null;
  const left = object?.type === "iter" && object.position >= 0 ? (object.items?.slice(object.position) ?? []) : [];
  return isNumber(stop) && Number(stop.value) <= left.length ? left : null;
}

/** More than so many combinations are not told apart. */
const MOST_COMBINED = 64;

/** `itertools.product(xs, ys)`. */
const product: Builtin = (run, state, { args }) => {
  const again = args.keywords.get("repeat");
  const times = again === undefined ? 1 : isNumber(again) ? Number(again.value) : Number.NaN;
  if (args.keywords.size > (again === undefined ? 0 : 1) || args.positional.length === 0 || !(times > 0 && times <= MOST_COMBINED))
    return undefined;
  const given = args.positional.map((v) => elementsOf(run, state, v));
  const lists = Array.from({ length: times }, () => given).flat();
  const count = lists.reduce((n, list) => n * (list?.length ?? Number.POSITIVE_INFINITY), 1);
  const tuple = (items: readonly Value[]): Value => listValue(run, state, items, "tuple");
  if (!(count <= MOST_COMBINED)) return someList(run, state, tuple(args.positional.map((v) => someElement(run, state, v))));
  const rows = lists.reduce<Value[][]>((all, list) => all.flatMap((row) => (list ?? []).map((item) => [...row, item])), [[]]);
  return listValue(run, state, rows.map(tuple));
};

/** What a library object was made of: `string.Template(text)` keeps the text for its methods. */
const keeping: Builtin = (run, _state, { callee, args }) =>
  args.positional.length === 0 ? undefined : run.values.partial(run.values.api(`${callee.path}()`), args.positional.slice(0, 1));

const substitute: Builtin = (run, state, { callee, args }) => {
  const [text, mapping] = args.positional;
  if (!isString(text)) return undefined;
  const given = mapping?.k === "ref" ? state.read(mapping.addr).props : new Map<string, Value>();
  const parts = text.value.split(/(\$\$|\$\w+|\$\{\w+\})/).flatMap((piece, i) => {
    if (i % 2 === 0 || piece === "$$") return [i % 2 === 0 ? piece : "$"];
    const name = piece.replace(/[${}]/g, "");
    const value = args.keywords.get(name) ?? given.get(`s:${name}`);
    if (value === undefined && callee.path.endsWith("safe_substitute") && mapping?.k !== "unknown") return [piece];
    return [...partsOf(value === undefined ? run.values.unknown("local") : toText(run, state, value))];
  });
  return run.values.template(parts, text.labels);
};

/** `pool.submit(f, x)`: the function runs, and the future has what it gave. */
const submitted: Builtin = (run, state, call) => {
  const result = started(run, state, call);
  return run.values.partial(run.values.api("concurrent.Future()"), [result]);
};

function started(run: Run, state: State, { args }: BuiltinCall): Value {
  const [callback, ...given] = args.positional;
  if (callback === undefined) return run.values.unknown("local");
  return run.call(state, callback, { ...args, positional: given, receiver: null }) ?? run.values.unknown("local");
}

const doneCallback: Builtin = (run, state, { args }) => {
  const [result, callback] = args.positional;
  if (callback === undefined || result === undefined) return undefined;
  run.call(state, callback, withArgs(run.values.partial(run.values.api("concurrent.Future()"), [result])));
  return run.values.none;
};

export const BUILTINS_OBJECTS: Readonly<Record<string, Builtin>> = {
  keywords_call: callWithKeywords,
  namespace,
  named_tuple: namedTuple,
  copied,
  deeply_copied: (run, state, { args }) =>
    args.positional[0] === undefined ? undefined : deepCopy(run, state, args.positional[0], new Map()),
  list_of: listOf,
  /** `cycle(key)`: as often as what it is zipped with may need it. */
  cycle: (run, state, call) => {
    const [source] = call.args.positional;
    const items = source === undefined ? null : elementsOf(run, state, source);
    if (items === null || items.length === 0) return listOf(run, state, call);
    return listValue(
      run,
      state,
      Array.from({ length: Math.max(items.length, CYCLED) }, (_v, i) => items[i % items.length] as Value),
    );
  },
  /** `islice(items, stop)`, `islice(items, start, stop, step)`: of what is known in full, without an end of it. */
  islice: (run, state, call) => {
    const [source, ...bounds] = call.args.positional;
    const items = source === undefined ? null : (elementsOf(run, state, source) ?? beginningOf(state, source, bounds));
    const numbers = bounds.map((v) => (isNumber(v) ? Number(v.value) : v.k === "const" && v.type === "null" ? null : Number.NaN));
    const [start, stop, step] = numbers.length === 1 ? [0, numbers[0], 1] : [numbers[0] ?? 0, numbers[1], numbers[2] ?? 1];
    if (items === null || numbers.some((n) => Number.isNaN(n))) return listOf(run, state, call);
    return listValue(
      run,
      state,
      items.slice(start ?? 0, stop ?? items.length).filter((_v, i) => i % (step ?? 1) === 0),
    );
  },
  endless,
  starmap,
  /** `array("B", data)`: what follows the type. */
  array_of: (run, state, call) => listOf(run, state, { ...call, args: { ...call.args, positional: call.args.positional.slice(1) } }),
  second: (_run, _state, { args }) => args.positional[1],
  keeping,
  field_default: (run, _state, { callee, args }) => {
    const alias = callee.path.startsWith("pydantic.") ? (args.keywords.get("alias") ?? args.keywords.get("validation_alias")) : undefined;
    if (alias !== undefined) return run.values.partial(run.values.api(ALIAS), [alias, ...args.positional.slice(0, 1)]);
    const factory = args.keywords.get("default_factory") ?? args.keywords.get("factory");
    return factory === undefined
      ? (args.keywords.get("default") ?? args.positional[0])
      : run.values.partial(run.values.api(FACTORY), [factory]);
  },
  product,
  holding: (run, _state, { args }) => run.values.partial(run.values.api("identity()"), args.positional.slice(0, 1)),
  substitute,
  submitted,
  done_callback: doneCallback,
  method_type: (run, _state, { args }) => {
    const [fn, self] = args.positional;
    return fn === undefined || self === undefined ? undefined : run.values.partial(fn, [self]);
  },
};
