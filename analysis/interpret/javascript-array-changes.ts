/** Methods of JavaScript arrays, Maps and Sets that change or search them; what cannot be followed forgets the order. */
import { possibly, type State } from "../state.ts";
import { type Addr, isNumber, isString, type RefV, type Value } from "../values.ts";
import { type CallArgs, withArgs } from "./call-args.ts";
import { forgetOrder, LONGEST_LIST, listValue, someList } from "./containers.ts";
import { toText } from "./formatting.ts";
import { itemKey } from "./items.ts";
import { elementsOf, keyValue, someElement } from "./iterate.ts";
import type { Run } from "./run.ts";
import { decideTruth } from "./truth.ts";
import { fitted } from "./typed-arrays.ts";
import { isMap, SEVERAL } from "./url-text.ts";

type Self = { readonly receiver: RefV; readonly name: string };
type Method = (run: Run, state: State, self: Self, args: CallArgs) => Value | null | undefined;

const wholeNumber = (value: Value | undefined, fallback: number): number | null =>
  value === undefined || (value.k === "const" && value.type === "undefined")
    ? fallback
    : isNumber(value) && Number.isFinite(Number(value.value))
      ? Math.trunc(Number(value.value))
      : null;

/** Elements in order, or null when they are not known. */
const known = (state: State, addr: Addr): Value[] | null => {
  const object = state.read(addr);
  return object.rest === null ? object.items : null;
};

/** Puts other elements into the array; null: they are among these, in no known order. */
function change(run: Run, state: State, addr: Addr, to: { items: readonly Value[] | null; among: readonly Value[] }): void {
  if (to.items !== null && to.items.length <= LONGEST_LIST) {
    state.write(addr).items = [...to.items];
    return;
  }
  forgetOrder(run, state, addr);
  for (const value of to.among) state.addRest(addr, value, run.values);
}

/** Elements beyond this are not sorted by a function of the program's own. */
const LONGEST_COMPARED = 64;

/** The default order is that of the texts; with a function, what it answers for every pair that merging compares. */
function inOrder(run: Run, state: State, items: readonly Value[], compare: Value | undefined): Value[] | null {
  if (compare === undefined || (compare.k === "const" && compare.type === "undefined")) {
    const texts = items.map((item) => toText(run, state, item));
    if (!texts.every(isString) || items.some((v) => v.k === "const" && v.type === "undefined")) return null;
    const keyed = items.map((value, i) => ({ value, key: String((texts[i] as { value: unknown }).value) }));
    return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map((k) => k.value);
  }
  if (items.length > LONGEST_COMPARED) return null;
  let decided = true;
  const sorted = [...items].sort((a, b) => {
    const result = decided ? run.call(state, compare, withArgs(a, b)) : null;
    if (isNumber(result ?? undefined)) return Number((result as { value: number }).value);
    decided = false;
    return 0;
  });
  return decided ? sorted : null;
}

function sortedItems(run: Run, state: State, self: Self, args: CallArgs): Value[] | null {
  const items = known(state, self.receiver.addr);
  const [compare] = args.positional;
  if (items !== null) return inOrder(run, state, items, compare);
  if (compare === undefined) return null;
  const some = someElement(run, state, self.receiver);
  run.call(state, compare, withArgs(some, some));
  return null;
}

/** What `splice` leaves and takes, or null when that is not known. */
function spliced(state: State, self: Self, args: CallArgs): { left: Value[]; taken: Value[] } | null {
  const items = known(state, self.receiver.addr);
  const [from, count, ...added] = args.positional;
  const start = wholeNumber(from, 0);
  const most = count === undefined && args.positional.length === 1 ? Number.POSITIVE_INFINITY : wholeNumber(count, 0);
  if (items === null || start === null || most === null || args.rest !== null) return null;
  const left = [...items];
  const taken = args.positional.length === 0 ? [] : left.splice(start, most, ...added);
  return { left, taken };
}

/** `find` and its kin: elements are asked until one says yes. */
function search(run: Run, state: State, self: Self, args: CallArgs): { index: number | null; among: Value[] } | null | "stops" {
  const items = elementsOf(run, state, self.receiver);
  const [callback] = args.positional;
  if (items === null || callback === undefined || items.length > LONGEST_LIST) return null;
  const order = self.name.startsWith("findLast") ? [...items.keys()].reverse() : [...items.keys()];
  const maybe: Value[] = [];
  for (const i of order) {
    const ask = (): Value | null => run.call(state, callback, withArgs(items[i] as Value, run.values.number(i), self.receiver));
    const result = maybe.length === 0 ? ask() : possibly(state, ask);
    if (result === null) return "stops";
    const truth = decideTruth(run, state, result);
    if (truth === true && maybe.length === 0) return { index: i, among: [] };
    if (truth !== false) maybe.push(items[i] as Value);
    if (truth === true) break;
  }
  return { index: maybe.length === 0 ? -1 : null, among: maybe };
}

const find: Method = (run, state, self, args) => {
  const found = search(run, state, self, args);
  if (found === "stops") return null;
  if (found === null) return undefined;
  if (found.index === null) return run.values.join([...found.among, run.values.undefined]);
  return found.index < 0 ? run.values.undefined : (elementsOf(run, state, self.receiver)?.[found.index] ?? run.values.undefined);
};

const findIndex: Method = (run, state, self, args) => {
  const found = search(run, state, self, args);
  if (found === "stops") return null;
  if (found === null) return undefined;
  return found.index === null ? run.values.unknown("unmodelled", { path: `${self.name}()` }) : run.values.number(found.index);
};

function flattened(run: Run, state: State, items: readonly Value[], depth: number): Value[] | null {
  const out: Value[] = [];
  for (const item of items) {
    const object = item.k === "ref" ? state.read(item.addr) : null;
    const inner = object?.type === "list" ? (object.rest === null ? object.items : null) : undefined;
    if (inner === null || item.k === "unknown" || item.k === "union") return null;
    const flat = inner === undefined || depth < 1 ? [item] : flattened(run, state, inner, depth - 1);
    if (flat === null || out.length + flat.length > LONGEST_LIST) return null;
    out.push(...flat);
  }
  return out;
}

/** What nested lists hold, for a `flat` that is not known. */
function leaves(run: Run, state: State, value: Value, depth = 0): Value {
  const some = someElement(run, state, value);
  const inner = some.k === "ref" && depth < 3 && state.read(some.addr).type === "list";
  return inner ? leaves(run, state, some, depth + 1) : some;
}

const sameConstant = (a: Value, b: Value): boolean | null => {
  if (a === b) return a.k === "const" || a.k === "ref" || a.k === "closure" || a.k === "api" ? true : null;
  if (a.k === "const" && b.k === "const") return a.type === b.type && a.value === b.value;
  return null;
};

function indexIn(items: readonly Value[], wanted: Value): number | null {
  for (const [i, item] of items.entries()) {
    const same = sameConstant(item, wanted);
    if (same === true) return i;
    if (same === null) return null;
  }
  return -1;
}

export const CHANGES: Readonly<Record<string, Method>> = {
  sort: (run, state, self, args) => {
    change(run, state, self.receiver.addr, { items: sortedItems(run, state, self, args), among: [] });
    return self.receiver;
  },
  toSorted: (run, state, self, args) => {
    const items = sortedItems(run, state, self, args);
    return items === null ? someList(run, state, someElement(run, state, self.receiver)) : listValue(run, state, items);
  },
  splice: (run, state, self, args) => {
    const before = someElement(run, state, self.receiver);
    const result = spliced(state, self, args);
    const added = [...args.positional.slice(2), ...(args.rest === null ? [] : [args.rest])];
    change(run, state, self.receiver.addr, { items: result?.left ?? null, among: added });
    return result === null ? someList(run, state, before) : listValue(run, state, result.taken);
  },
  toSpliced: (run, state, self, args) => {
    const result = spliced(state, self, args);
    const among = [someElement(run, state, self.receiver), ...args.positional.slice(2)];
    return result === null ? someList(run, state, run.values.join(among)) : listValue(run, state, result.left);
  },
  fill: (run, state, self, args) => {
    const items = known(state, self.receiver.addr);
    const [value, from, to] = args.positional;
    const [start, end] = [wholeNumber(from, 0), wholeNumber(to, items?.length ?? 0)];
    const filled =
      items !== null && value !== undefined && start !== null && end !== null
        ? [...items].fill(fitted(run, state.read(self.receiver.addr).name, value), start, end)
        : null;
    change(run, state, self.receiver.addr, { items: filled, among: value === undefined ? [] : [value] });
    return self.receiver;
  },
  copyWithin: (run, state, self, args) => {
    const items = known(state, self.receiver.addr);
    const [to, from, end] = [
      wholeNumber(args.positional[0], 0),
      wholeNumber(args.positional[1], 0),
      wholeNumber(args.positional[2], items?.length ?? 0),
    ];
    const copied = items === null || to === null || from === null || end === null ? null : [...items].copyWithin(to, from, end);
    change(run, state, self.receiver.addr, { items: copied, among: [] });
    return self.receiver;
  },
  reverse: (run, state, self) => {
    change(run, state, self.receiver.addr, { items: known(state, self.receiver.addr)?.toReversed() ?? null, among: [] });
    return self.receiver;
  },
  toReversed: (run, state, self) => {
    const items = known(state, self.receiver.addr);
    return items === null ? someList(run, state, someElement(run, state, self.receiver)) : listValue(run, state, items.toReversed());
  },
  unshift: (run, state, self, args) => {
    const items = args.rest === null ? known(state, self.receiver.addr) : null;
    const among = args.rest === null ? args.positional : [...args.positional, args.rest];
    change(run, state, self.receiver.addr, { items: items === null ? null : [...args.positional, ...items], among });
    return items === null ? run.values.unknown("local") : run.values.number(items.length + args.positional.length);
  },
  flat: (run, state, self, args) => {
    const items = known(state, self.receiver.addr);
    const depth = args.positional[0] === undefined ? 1 : isNumber(args.positional[0]) ? Number(args.positional[0].value) : null;
    const flat = items === null || depth === null ? null : flattened(run, state, items, Math.min(depth, 8));
    return flat === null ? someList(run, state, leaves(run, state, self.receiver)) : listValue(run, state, flat);
  },
  with: (run, state, self, args) => {
    const items = known(state, self.receiver.addr);
    const [index, value] = args.positional;
    const at = wholeNumber(index, 0);
    if (items === null || at === null || value === undefined || Math.abs(at) >= items.length + 1) return undefined;
    return listValue(run, state, items.with(at, value));
  },
  find,
  findLast: find,
  findIndex,
  findLastIndex: findIndex,
  some: (run, state, self, args) => {
    const found = search(run, state, self, args);
    if (found === "stops") return null;
    return found === null || found.index === null ? undefined : run.values.bool(found.index >= 0);
  },
  indexOf: (run, state, self, args) => {
    const items = known(state, self.receiver.addr);
    const index = items === null || args.positional.length !== 1 ? null : indexIn(items, args.positional[0] as Value);
    return index === null ? undefined : run.values.number(index);
  },
  includes: (run, state, self, args) => {
    const items = known(state, self.receiver.addr);
    const index = items === null || args.positional.length !== 1 ? null : indexIn(items, args.positional[0] as Value);
    return index === null ? undefined : run.values.bool(index >= 0);
  },
  has: (run, state, self, args) => {
    const object = state.read(self.receiver.addr);
    const [wanted] = args.positional;
    if (wanted === undefined || object.rest !== null) return undefined;
    if (object.items !== null) {
      const index = indexIn(object.items, wanted);
      return index === null ? undefined : run.values.bool(index >= 0);
    }
    const key = itemKey(wanted);
    return key === null || !isMap(object) ? undefined : run.values.bool(object.props.has(key));
  },
  delete: (run, state, self, args) => {
    const [wanted] = args.positional;
    const object = state.write(self.receiver.addr);
    const key = wanted === undefined ? null : itemKey(wanted);
    if (object.items !== null) {
      const index = wanted === undefined ? null : indexIn(object.items, wanted);
      if (index !== null && index >= 0) object.items.splice(index, 1);
      else if (index === null) forgetOrder(run, state, self.receiver.addr);
    } else if (key !== null) object.props.delete(key);
    return run.values.unknown("local");
  },
  clear: (run, state, self) => {
    const object = state.write(self.receiver.addr);
    if (object.items !== null) object.items = [];
    object.props.clear();
    return run.values.undefined;
  },
  keys: (run, state, self) => {
    const object = state.read(self.receiver.addr);
    if (object.rest !== null) return undefined;
    if (object.type === "set") return self.receiver;
    if (object.props.has(SEVERAL)) return someList(run, state, run.values.unknown("local"));
    if (object.items !== null)
      return listValue(
        run,
        state,
        object.items.map((_v, i) => run.values.number(i)),
      );
    return listValue(
      run,
      state,
      [...object.props.keys()].filter((k) => !k.startsWith("#")).map((k) => keyValue(run, k)),
    );
  },
  values: (run, state, self) => {
    const object = state.read(self.receiver.addr);
    if (object.items !== null && object.rest === null) return self.receiver;
    const held = [...object.props].flatMap(([key, value]) => (key.startsWith("#") ? [] : [value]));
    return object.rest === null ? listValue(run, state, held) : someList(run, state, object.rest);
  },
  lastIndexOf: (run, state, self, args) => {
    const items = known(state, self.receiver.addr);
    const [wanted] = args.positional;
    const at = items === null || wanted === undefined || args.positional.length > 1 ? null : indexIn(items.toReversed(), wanted);
    return at === null ? run.values.unknown("local") : run.values.number(at < 0 ? -1 : (items?.length ?? 0) - 1 - at);
  },
};
