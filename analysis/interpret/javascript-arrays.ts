/** Methods of JavaScript arrays, Maps, Sets and promises; callbacks run on each element when the elements are known. */

import { possibly, type State } from "../state.ts";
import { isNumber, isString, membersOf, mergeLabels, partsOf, type RefV, type Value, viaLabel } from "../values.ts";
import { type CallArgs, withArgs } from "./call-args.ts";
import { addAtEnd, listValue, pushInto } from "./containers.ts";
import { toText } from "./formatting.ts";
import { toldNext } from "./generators.ts";
import { getItem, itemKey } from "./items.ts";
import { elementsOf, iterate, keyValue, makeIterator, someElement } from "./iterate.ts";
import { CHANGES } from "./javascript-array-changes.ts";
import { putBytes } from "./javascript-buffers.ts";
import { isNullish } from "./kinds-of-values.ts";
import { deepLabels } from "./labels.ts";
import { ownNames, ownValue } from "./own-keys.ts";
import { afterCut } from "./rotation.ts";
import { newAddr, type Run } from "./run.ts";
import { sliced } from "./slices.ts";
import { decideTruth } from "./truth.ts";
import { isTyped, makeTyped } from "./typed-arrays.ts";
import { isMap } from "./url-text.ts";

type Self = { readonly receiver: RefV; readonly name: string };
type Method = (run: Run, state: State, self: Self, args: CallArgs) => Value | null | undefined;

const LONGEST = 4096;

function eachResult(
  run: Run,
  state: State,
  self: Self,
  args: CallArgs,
): { items: readonly Value[]; results: readonly Value[] } | null | "stops" {
  const [callback, receiver = null] = args.positional;
  const items = elementsOf(run, state, self.receiver);
  if (callback === undefined || items === null || items.length > LONGEST) return null;
  const results: Value[] = [];
  for (const [i, item] of items.entries()) {
    const result = run.call(state, callback, { ...withArgs(item, run.values.number(i), self.receiver), receiver });
    if (result === null) return "stops";
    results.push(result);
  }
  return { items, results };
}

function someResult(run: Run, state: State, self: Self, args: CallArgs): Value {
  const [callback] = args.positional;
  if (callback === undefined) return run.values.undefined;
  const given = withArgs(someElement(run, state, self.receiver), run.values.unknown("local"), self.receiver);
  return possibly(state, () => run.call(state, callback, given)) ?? run.values.undefined;
}

function unknownList(run: Run, state: State, element: Value): Value {
  const list = listValue(run, state, []);
  if (list.k === "ref") {
    state.write(list.addr).items = null;
    state.addRest(list.addr, element, run.values);
  }
  return list;
}

const map: Method = (run, state, self, args) => {
  const each = eachResult(run, state, self, args);
  if (each === "stops") return null;
  if (each === null) return unknownList(run, state, someResult(run, state, self, args));
  const made = listValue(run, state, each.results);
  const object = state.read(self.receiver.addr);
  if (isTyped(object) && made.k === "ref") makeTyped(run, state, made.addr, object.name);
  return made;
};

const filter: Method = (run, state, self, args) => {
  const each = eachResult(run, state, self, args);
  if (each === "stops") return null;
  if (each === null) {
    someResult(run, state, self, args);
    return unknownList(run, state, someElement(run, state, self.receiver));
  }
  const [callback] = args.positional;
  if (callback?.k === "api" && callback.path === "globalThis.Boolean") return listValue(run, state, truthy(run, state, each.items));
  const truths = each.results.map((v) => decideTruth(run, state, v));
  if (truths.every((t) => t !== null))
    return listValue(
      run,
      state,
      each.items.filter((_v, i) => truths[i] === true),
    );
  return unknownList(run, state, each.items.length === 0 ? run.values.undefined : run.values.join(each.items));
};

/** `filter(Boolean)`: what may be something is taken for there. */
const truthy = (run: Run, state: State, items: readonly Value[]): Value[] =>
  items.flatMap((item) => {
    const left = membersOf(item).filter((v) => decideTruth(run, state, v) !== false);
    return left.length === 0 ? [] : [run.values.join(left)];
  });

const visit: Method = (run, state, self, args) => {
  const object = state.read(self.receiver.addr);
  if (isMap(object) && object.rest === null && args.positional[0] !== undefined) {
    for (const [key, value] of [...object.props].filter(([k]) => !k.startsWith("#")))
      if (run.call(state, args.positional[0], withArgs(value, keyValue(run, key), self.receiver)) === null) return null;
    return run.values.undefined;
  }
  const each = eachResult(run, state, self, args);
  if (each === "stops") return null;
  if (each === null) someResult(run, state, self, args);
  return run.values.undefined;
};

const test: Method = (run, state, self, args) => {
  const each = eachResult(run, state, self, args);
  if (each === "stops") return null;
  if (each === null) someResult(run, state, self, args);
  const truths = each === null ? null : each.results.map((v) => decideTruth(run, state, v));
  if (truths !== null && self.name === "every") {
    if (truths.includes(false) || !truths.includes(null)) return run.values.bool(!truths.includes(false));
  }
  return run.values.unknown("unmodelled", { path: `${self.name}()` });
};

const reduce: Method = (run, state, self, args) => {
  const [callback, initial] = args.positional;
  const items = elementsOf(run, state, self.receiver);
  if (callback === undefined) return undefined;
  if (items === null || items.length > LONGEST) return reduceSome(run, state, self, { callback, initial });
  const ordered = self.name === "reduceRight" ? [...items].reverse() : items;
  const [first, ...rest] = initial === undefined ? ordered : [initial, ...ordered];
  let result: Value = first ?? run.values.undefined;
  const shift = initial === undefined ? 1 : 0;
  for (const [i, item] of rest.entries()) {
    const at = run.values.number(self.name === "reduceRight" ? items.length - 1 - i - shift : i + shift);
    const next = run.call(state, callback, withArgs(result, item, at, self.receiver));
    if (next === null) return null;
    result = next;
  }
  return result;
};

/** Once with what it starts with and once with what that gave: what is gathered holds what one turn puts into it. */
function reduceSome(
  run: Run,
  state: State,
  self: Self,
  { callback, initial }: { callback: Value; initial: Value | undefined },
): Value | null {
  const some = someElement(run, state, self.receiver);
  const start = initial ?? some;
  const given = withArgs(start, some, run.values.unknown("local"), self.receiver);
  const once = possibly(state, () => run.call(state, callback, given));
  return once === null || once === start ? once : run.values.join2(start, once);
}

const join: Method = (run, state, self, args) => {
  const items = elementsOf(run, state, self.receiver);
  const separator = args.positional[0] ?? run.values.string(",");
  if (items === null) return joinedSome(run, state, self);
  if (!isString(separator)) return undefined;
  const parts = items.flatMap((v, i) => [...(i === 0 ? [] : [separator.value]), ...(isNullish(v) ? [] : partsOf(toText(run, state, v)))]);
  return run.values.template(parts, mergeLabels(...items.map((v) => deepLabels(state, v)), [viaLabel("computed_name")]));
};

/** Of texts of which nobody knows how many there are, one says what they are like. */
function joinedSome(run: Run, state: State, self: Self): Value | undefined {
  const some = someElement(run, state, self.receiver);
  return some.k === "str" || some.k === "unknown" ? toText(run, state, some) : undefined;
}

const countOf = ({ positional: [count] }: CallArgs): number => (count !== undefined && isNumber(count) ? Number(count.value) : 0);

/** Some of the elements in their order. */
function part(run: Run, state: State, self: Self, choose: (items: Value[]) => Value[]): Value {
  const items = elementsOf(run, state, self.receiver);
  return items === null ? unknownList(run, state, someElement(run, state, self.receiver)) : listValue(run, state, choose(items));
}

/** Elements by whether another set has them; of what is not known, all that there are. */
function setPart(run: Run, state: State, self: Self, args: CallArgs, keeps: (inOther: boolean) => boolean): Value {
  const [other] = args.positional;
  const items = elementsOf(run, state, self.receiver);
  const others = other === undefined ? null : elementsOf(run, state, other);
  const known =
    items !== null && others !== null && [...items, ...others].every((v) => v.k !== "unknown" && v.k !== "str" && v.k !== "union");
  return known
    ? listValue(
        run,
        state,
        items.filter((v) => keeps(others.includes(v))),
        "set",
      )
    : part(run, state, self, (all) => all);
}

const METHODS: Readonly<Record<string, Method>> = {
  map,
  flatMap: (run, state, self, args) => {
    const mapped = map(run, state, self, args);
    return mapped?.k === "ref" ? CHANGES.flat?.(run, state, { receiver: mapped, name: "flat" }, withArgs()) : mapped;
  },
  filter,
  forEach: visit,
  every: test,
  reduce,
  reduceRight: reduce,
  join,
  push: (run, state, self, args) => {
    for (const value of args.positional) pushInto(run, state, self.receiver.addr, value);
    // `list.push(...others)` of others that nobody knows.
    if (args.rest !== null) addAtEnd(run, state, self.receiver.addr, args.rest);
    const { items, rest } = state.read(self.receiver.addr);
    return items === null || rest !== null ? run.values.unknown("local") : run.values.number(items.length);
  },
  pop: (run, state, self) => state.write(self.receiver.addr).items?.pop() ?? someElement(run, state, self.receiver),
  shift: (run, state, self) => state.write(self.receiver.addr).items?.shift() ?? someElement(run, state, self.receiver),
  slice: (run, state, self, args) => {
    const items = elementsOf(run, state, self.receiver);
    const bound = (v: Value | undefined): number | null => (v !== undefined && isNumber(v) ? Number(v.value) : null);
    const [lower, upper] = [bound(args.positional[0]), bound(args.positional[1])];
    if (items === null) return unknownList(run, state, run.values.label(someElement(run, state, self.receiver), afterCut(lower, upper)));
    return listValue(run, state, sliced(items, { lower, upper, step: 1 }));
  },
  concat: (run, state, self, args) => {
    const isList = (v: Value): boolean => v.k === "ref" && state.read(v.addr).type !== "object";
    const lists = [self.receiver, ...args.positional].map((v) => (isList(v) ? elementsOf(run, state, v) : [v]));
    if (lists.every((l) => l !== null))
      return listValue(
        run,
        state,
        lists.flatMap((l) => l ?? []),
      );
    const parts = [self.receiver, ...args.positional].map((v) => (isList(v) ? someElement(run, state, v) : v));
    return unknownList(run, state, run.values.join(parts));
  },
  get: (run, state, self, args) => (args.positional[0] === undefined ? undefined : getItem(run, state, self.receiver, args.positional[0])),
  set: (run, state, self, args) => {
    const [key, value] = args.positional;
    if (putInto(run, state, self, args)) return run.values.undefined;
    const at = key === undefined ? null : itemKey(key);
    if (at !== null && value !== undefined) state.setProp(self.receiver.addr, at, value);
    else if (value !== undefined) state.addRest(self.receiver.addr, value, run.values);
    return self.receiver;
  },
  add: (run, state, self, args) => {
    const items = state.read(self.receiver.addr).items;
    for (const value of args.positional) if (items?.includes(value) !== true) pushInto(run, state, self.receiver.addr, value);
    return self.receiver;
  },
  at: (run, state, self, args) => (args.positional[0] === undefined ? undefined : getItem(run, state, self.receiver, args.positional[0])),
  entries: (run, state, self) => entriesOf(run, state, self.receiver),
  values: (run, state, self) => makeIterator(run, state, self.receiver, false),
  take: (run, state, self, args) => part(run, state, self, (items) => items.slice(0, countOf(args))),
  drop: (run, state, self, args) => part(run, state, self, (items) => items.slice(countOf(args))),
  toArray: (run, state, self) => part(run, state, self, (items) => items),
  difference: (run, state, self, args) => setPart(run, state, self, args, (inOther) => !inOther),
  intersection: (run, state, self, args) => setPart(run, state, self, args, (inOther) => inOther),
  union: (run, state, self, args) => {
    const [mine, theirs] = [self.receiver, args.positional[0] ?? self.receiver].map((v) => elementsOf(run, state, v));
    if (mine && theirs) return listValue(run, state, [...new Set([...mine, ...theirs])], "set");
    return unknownList(run, state, run.values.join([self.receiver, ...args.positional].map((v) => someElement(run, state, v))));
  },
  next: (run, state, self, args) => {
    const told = toldNext(run, state, { ...self, addr: self.receiver.addr }, args);
    if (told !== undefined) return told;
    const next = iterate(run, state, self.receiver, false);
    const done = next.how === "some" ? run.values.unknown("local") : run.values.bool(next.how === "done");
    const addr = newAddr(run);
    const result = state.add(addr, { type: "object" });
    result.props.set("s:value", next.how === "done" ? run.values.undefined : next.value);
    result.props.set("s:done", done);
    return run.values.ref(addr);
  },
  ...CHANGES,
};

/** `bytes.set(list, offset)` puts the elements of the list into an array of numbers. */
function putInto(run: Run, state: State, self: Self, { positional: [list, offset] }: CallArgs): boolean {
  const target = state.read(self.receiver.addr);
  if (target.items === null || target.type !== "list" || list === undefined || isMap(target)) return false;
  const bytes = list.k === "ref" || (isString(list) && list.type === "bytes") ? elementsOf(run, state, list) : null;
  const at = offset === undefined ? 0 : isNumber(offset) ? Number(offset.value) : null;
  putBytes(run, state, self.receiver, { bytes, at });
  return true;
}

export function entriesOf(run: Run, state: State, object: RefV): Value {
  const target = state.read(object.addr);
  const pairs =
    target.items !== null
      ? target.items.map((v, i) => [run.values.number(i), v] as const)
      : isMap(target)
        ? [...target.props].filter(([k]) => !k.startsWith("#")).map(([k, v]) => [keyValue(run, k), v] as const)
        : ownNames(target).map((name) => [run.values.string(name), ownValue(run, state, object, name)] as const);
  if (target.rest !== null) return unknownList(run, state, listValue(run, state, [run.values.unknown("local"), target.rest]));
  return listValue(
    run,
    state,
    pairs.map(([k, v]) => listValue(run, state, [k, v])),
  );
}

export function javascriptArrayMethod(run: Run, state: State, self: Self, args: CallArgs): Value | null | undefined {
  return Object.hasOwn(METHODS, self.name) ? METHODS[self.name]?.(run, state, self, args) : undefined;
}
