/** Methods of Python lists, sets and dicts that change or search them; what cannot be followed forgets the order. */
import type { State } from "../state.ts";
import { type Addr, isNumber, type Value } from "../values.ts";
import { type CallArgs, withArgs } from "./call-args.ts";
import { forgetOrder, listValue, shorten, someList } from "./containers.ts";
import { spokenTo } from "./generators.ts";
import { itemKey } from "./items.ts";
import { keyValue, someElement, takenElements } from "./iterate.ts";
import { newAddr, type Run } from "./run.ts";
import { sorted } from "./sorting.ts";

type Self = { readonly addr: Addr; readonly receiver: Value; readonly name: string };
type Method = (run: Run, state: State, self: Self, args: CallArgs) => Value | undefined;

const known = (state: State, addr: Addr): Value[] | null => {
  const object = state.read(addr);
  return object.rest === null ? object.items : null;
};

/** Position of an equal constant, -1 when none is, null when that is not known. */
function positionOf(items: readonly Value[], wanted: Value | undefined): number | null {
  if (wanted?.k !== "const") return null;
  for (const [i, item] of items.entries()) {
    if (item.k !== "const") return null;
    if (item.type === wanted.type && item.value === wanted.value) return i;
  }
  return -1;
}

const remove: Method = (run, state, self, args) => {
  const object = state.read(self.addr);
  const key = args.positional[0] === undefined ? null : itemKey(args.positional[0]);
  if (object.items === null && key !== null) state.write(self.addr).props.delete(key);
  const items = known(state, self.addr);
  const at = items === null ? null : positionOf(items, args.positional[0]);
  if (at === null) forgetOrder(run, state, self.addr);
  else if (at >= 0) state.write(self.addr).items?.splice(at, 1);
  return run.values.none;
};

const sort: Method = (run, state, self, args) => {
  const items = known(state, self.addr);
  const key = args.keywords.get("key");
  const order = items === null ? null : sorted(run, state, items, { key, reverse: args.keywords.get("reverse") });
  if (order !== null) state.write(self.addr).items = order;
  else {
    if (items === null && key !== undefined) run.call(state, key, withArgs(someElement(run, state, self.receiver)));
    forgetOrder(run, state, self.addr);
  }
  return run.values.none;
};

const copy: Method = (run, state, self) => {
  const object = state.read(self.addr);
  const addr = newAddr(run);
  const made = state.add(addr, { type: object.type, items: object.items === null ? null : [...object.items] });
  for (const [key, value] of object.props) made.props.set(key, value);
  made.rest = object.rest;
  made.keys = object.keys;
  return run.values.ref(addr);
};

/** `a | b`, `a & b` as methods: all elements, whichever are left. */
const combined: Method = (run, state, self, args) =>
  someList(run, state, run.values.join([self.receiver, ...args.positional].map((v) => someElement(run, state, v))), "set");

const MOST_TIMES = 64;
const LONGEST_TEXT = 65_536;

export const PYTHON_LISTS: Readonly<Record<string, Method>> = {
  sort,
  remove,
  discard: remove,
  copy,
  __copy__: copy,
  clear: (run, state, self) => {
    const object = state.write(self.addr);
    if (object.items !== null) object.items = [];
    object.props.clear();
    if (object.items !== null || object.type === "dict") object.rest = object.keys = null;
    return run.values.none;
  },
  index: (run, state, self, args) => {
    const items = known(state, self.addr);
    const at = items === null || args.positional.length !== 1 ? null : positionOf(items, args.positional[0]);
    return at === null || at < 0 ? run.values.unknown("local") : run.values.number(at);
  },
  count: (run, state, self, args) => {
    const items = known(state, self.addr);
    const wanted = args.positional[0];
    if (items === null || wanted?.k !== "const" || items.some((v) => v.k !== "const")) return run.values.unknown("local");
    return run.values.number(items.filter((v) => v.k === "const" && v.type === wanted.type && v.value === wanted.value).length);
  },
  rotate: (run, state, self, args) => {
    const items = known(state, self.addr);
    const by = args.positional[0];
    const steps = by === undefined ? 1 : isNumber(by) ? Number(by.value) : null;
    if (items === null || steps === null || items.length === 0) forgetOrder(run, state, self.addr);
    else {
      const cut = (((items.length - steps) % items.length) + items.length) % items.length;
      state.write(self.addr).items = [...items.slice(cut), ...items.slice(0, cut)];
    }
    return run.values.none;
  },
  extendleft: (run, state, self, args) => {
    const items = known(state, self.addr);
    const added = args.positional[0] === undefined ? null : takenElements(run, state, args.positional[0]);
    if (items !== null && added !== null) {
      state.write(self.addr).items = [...added.toReversed(), ...items];
      shorten(state, self.addr, "end");
    } else {
      forgetOrder(run, state, self.addr);
      if (args.positional[0] !== undefined) state.addRest(self.addr, someElement(run, state, args.positional[0]), run.values);
    }
    return run.values.none;
  },
  send: spokenTo,
  throw: spokenTo,
  asend: spokenTo,
  athrow: spokenTo,
  popitem: (run, state, self, args) => {
    const { type, props, rest } = state.read(self.addr);
    if (type !== "dict" || rest !== null || props.size === 0) return undefined;
    const first = args.keywords.get("last")?.k === "const" && (args.keywords.get("last") as { value?: unknown }).value === false;
    const [key, value] = [...props].at(first ? 0 : -1) as [string, Value];
    state.write(self.addr).props.delete(key);
    return listValue(run, state, [keyValue(run, key), value], "tuple");
  },
  move_to_end: (run, state, self, args) => {
    const key = args.positional[0] === undefined ? null : itemKey(args.positional[0]);
    const { type, props } = state.read(self.addr);
    const value = key === null ? undefined : props.get(key);
    if (type !== "dict" || key === null || value === undefined) return undefined;
    const last = args.keywords.get("last") ?? args.positional[1];
    const others = [...props].filter(([name]) => name !== key);
    const first = last?.k === "const" && last.value === false;
    const { props: changed } = state.write(self.addr);
    changed.clear();
    for (const [name, held] of first ? [[key, value] as const, ...others] : [...others, [key, value] as const]) changed.set(name, held);
    return run.values.none;
  },
  /** Of a `Counter`. */
  elements: (run, state, self) => {
    const { type, props, rest } = state.read(self.addr);
    if (type !== "dict" || rest !== null) return undefined;
    const times = (value: Value): number => (isNumber(value) ? Math.min(Math.max(Number(value.value), 0), MOST_TIMES) : 1);
    return listValue(
      run,
      state,
      [...props].flatMap(([key, value]) => Array<Value>(times(value)).fill(keyValue(run, key))),
    );
  },
  /** Of an `array.array`. */
  tobytes: (run, state, self) => {
    const items = known(state, self.addr);
    if (items === null || !items.every(isNumber)) return undefined;
    return run.values.bytes(String.fromCharCode(...items.slice(0, LONGEST_TEXT).map((v) => Number((v as { value: number }).value) & 255)));
  },
  tounicode: (run, state, self) => run.call(state, run.values.method(run.values.string(""), "join"), withArgs(self.receiver)) ?? undefined,
  tolist: (_run, _state, self) => self.receiver,
  most_common: (run, state, self, args) => {
    const { type, props, rest } = state.read(self.addr);
    if (type !== "dict" || rest !== null) return undefined;
    const count = (value: Value): number => (isNumber(value) ? Number(value.value) : 0);
    const [most] = args.positional;
    if (most !== undefined && !(isNumber(most) || (most.k === "const" && most.value === null))) return undefined;
    const pairs = [...props]
      .sort((a, b) => count(b[1]) - count(a[1]))
      .slice(0, most !== undefined && isNumber(most) ? Number(most.value) : undefined);
    return listValue(
      run,
      state,
      pairs.map(([key, value]) => listValue(run, state, [keyValue(run, key), value], "tuple")),
    ); // prettier-ignore
  },
  union: combined,
  intersection: combined,
  difference: combined,
  symmetric_difference: combined,
  __len__: (run, state, self) => {
    const items = known(state, self.addr);
    return items === null ? run.values.unknown("local") : run.values.number(items.length);
  },
  __iter__: (run, state, self) => {
    const items = known(state, self.addr);
    return items === null ? someList(run, state, someElement(run, state, self.receiver)) : listValue(run, state, items);
  },
};
