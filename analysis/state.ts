/**
 * The abstract heap: frames, containers, instances and classes by address. Objects are copied on the first write after a
 * fork, so straight-line code never copies. A state also knows whether it certainly gets here.
 */
import type { Addr, Value, Values } from "./values.ts";

export type ObjType = "frame" | "list" | "tuple" | "set" | "dict" | "object" | "instance" | "class" | "iter" | "module";

export type HeapObject = {
  owner: object;
  readonly type: ObjType;
  /** Variables, attributes, or entries by key (`s:name`, `n:1` ... for dict and object keys). */
  props: Map<string, Value>;
  /** Elements in order when they are known; null when the sequence is not known. */
  items: Value[] | null;
  /** Join of what may be under keys or positions that are not known; null when there is nothing unknown. */
  rest: Value | null;
  /** dict: join of the keys that are not known; null when all are, or nothing is known of them. */
  keys: Value | null;
  /** How the list begins, when `items` does not say it. Any change of the list but an addition at its end forgets it. */
  head: readonly Value[];
  /** frame: enclosing frame; instance: its class; iter: position. */
  readonly parent: Addr | null;
  position: number;
  /** class: base values; instance of an API class: none. */
  readonly bases: readonly Value[];
  /** class or frame: name for people. */
  readonly name: string;
};

/** Objects of `CHUNK` addresses in a row, which states share until one of them writes. */
type Chunk = { readonly owner: object; readonly slots: (HeapObject | undefined)[] };

/** Addresses are given in order, so a heap is a short list of full chunks. */
const BITS = 4;
const CHUNK = 1 << BITS;
const NO_BASES: readonly Value[] = [];
const NOTHING: ReadonlySet<string> = new Set();

/**
 * The heap is a list of chunks that is copied, and then chunk by chunk, on the first write after a fork: a fork costs nothing,
 * and a join looks only at chunks that are not the same.
 */
export class State {
  owner: object = {};
  #chunks: (Chunk | undefined)[];
  /** Another state has the same list. */
  #shared: boolean;
  /** False after an undecided branch, until control comes together again where it must. */
  certain = true;
  /** Paths of values that a condition has held against what the program allows. */
  checked: ReadonlySet<string> = NOTHING;

  constructor(chunks: (Chunk | undefined)[] = [], shared = false) {
    this.#chunks = chunks;
    this.#shared = shared;
  }

  fork(): State {
    this.owner = {};
    this.#shared = true;
    const other = new State(this.#chunks, true);
    other.certain = this.certain;
    other.checked = this.checked;
    return other;
  }

  /** Takes over the heap of another state, which is used no more. */
  adopt(other: State): void {
    if (other === this) return;
    this.#chunks = other.#chunks;
    this.#shared = other.#shared;
    this.owner = other.owner;
    this.checked = other.checked;
  }

  /** The other state's objects, with this state's own in front. */
  over(other: State): State {
    const result = other.fork();
    this.#shared = true;
    this.owner = {};
    this.eachDifference(result, (addr, ours) => {
      if (ours !== undefined) result.set(addr, ours);
    });
    return result;
  }

  get(addr: Addr): HeapObject | undefined {
    return this.#chunks[addr >> BITS]?.slots[addr & (CHUNK - 1)];
  }

  set(addr: Addr, object: HeapObject): void {
    if (this.#shared) {
      this.#chunks = this.#chunks.slice();
      this.#shared = false;
    }
    const at = addr >> BITS;
    let chunk = this.#chunks[at];
    if (chunk === undefined || chunk.owner !== this.owner) {
      chunk = { owner: this.owner, slots: chunk === undefined ? new Array(CHUNK) : chunk.slots.slice() };
      while (this.#chunks.length < at) this.#chunks.push(undefined);
      this.#chunks[at] = chunk;
    }
    chunk.slots[addr & (CHUNK - 1)] = object;
  }

  /** Calls `visit` for every address with different objects in the two states. `visit` may write to either at that address. */
  eachDifference(other: State, visit: (addr: Addr, ours: HeapObject | undefined, theirs: HeapObject | undefined) => void): void {
    const count = Math.max(this.#chunks.length, other.#chunks.length);
    for (let at = 0; at < count; at++) {
      const ours = this.#chunks[at]?.slots;
      const theirs = other.#chunks[at]?.slots;
      if (ours === theirs) continue;
      for (let i = 0; i < CHUNK; i++) {
        const own = ours?.[i];
        const their = theirs?.[i];
        if (own !== their) visit((at << BITS) | i, own, their);
      }
    }
  }

  add(
    addr: Addr,
    make: { type: ObjType; parent?: Addr | null; bases?: readonly Value[]; name?: string; items?: Value[] | null },
  ): HeapObject {
    const object: HeapObject = {
      owner: this.owner,
      type: make.type,
      props: new Map(),
      items: make.items ?? null,
      rest: null,
      keys: null,
      head: NO_HEAD,
      parent: make.parent ?? null,
      position: 0,
      bases: make.bases ?? NO_BASES,
      name: make.name ?? "",
    };
    this.set(addr, object);
    return object;
  }

  read(addr: Addr): HeapObject {
    const object = this.get(addr);
    if (object !== undefined) return object;
    return this.add(addr, { type: "object" });
  }

  /** The object, safe to change in place. */
  write(addr: Addr): HeapObject {
    const object = this.read(addr);
    if (object.owner === this.owner) {
      object.head = NO_HEAD;
      return object;
    }
    const copy: HeapObject = {
      ...object,
      owner: this.owner,
      props: new Map(object.props),
      head: NO_HEAD,
      // What an iterator goes through never changes, only its position does.
      items: object.items === null || object.type === "iter" ? object.items : [...object.items],
    };
    this.set(addr, copy);
    return copy;
  }

  setProp(addr: Addr, key: string, value: Value): void {
    this.write(addr).props.set(key, value);
  }

  addRest(addr: Addr, value: Value, values: Values): void {
    const object = this.write(addr);
    object.rest = object.rest === null ? value : values.join([object.rest, value]);
  }

  /** What is not known of another object, as of this one. */
  addUnknown(addr: Addr, from: HeapObject, values: Values): void {
    if (from.rest !== null && from.keys !== null) this.addEntry(addr, { key: from.keys, value: from.rest }, values);
    else if (from.rest !== null) this.addRest(addr, from.rest, values);
  }

  /** An entry of a dict whose key is not known. */
  addEntry(addr: Addr, entry: { key: Value; value: Value }, values: Values): void {
    const object = this.write(addr);
    object.keys = object.keys === null ? entry.key : values.join([object.keys, entry.key]);
    this.addRest(addr, entry.value, values);
  }
}

/** Does what may happen or not: its effects are not certain, whatever stands before it or follows it. */
export function possibly<T>(state: State, action: () => T): T {
  const { certain } = state;
  state.certain = false;
  try {
    return action();
  } finally {
    state.certain = certain;
  }
}

/** Joins `b` into `a` and gives `a` back; neither may be used as it was before. */
export function joinStates(a: State, b: State, values: Values): State {
  if (a === b) return a;
  a.eachDifference(b, (addr, ours, theirs) => {
    values.work += 2;
    if (theirs !== undefined) a.set(addr, ours === undefined ? theirs : joinObjects(ours, theirs, { values, owner: a.owner }));
  });
  a.certain = a.certain && b.certain;
  if (a.checked !== b.checked) a.checked = new Set([...a.checked].filter((path) => b.checked.has(path)));
  return a;
}

function joinObjects(a: HeapObject, b: HeapObject, into: { values: Values; owner: object }): HeapObject {
  const { values, owner } = into;
  values.work += a.props.size + b.props.size + (a.items === b.items ? 0 : (a.items?.length ?? 0) + (b.items?.length ?? 0));
  const props = joinProps(a.props, b.props, values);
  let items = a.items;
  let rest = joinMaybe(a.rest, b.rest, values);
  const keys = joinMaybe(a.keys, b.keys, values);
  if (a.items !== b.items) {
    if (a.items !== null && b.items !== null && a.items.length === b.items.length) items = joinItems(a.items, b.items, values);
    else {
      items = null;
      const some = [...(rest === null ? [] : [rest]), ...(a.items ?? []), ...(b.items ?? [])];
      rest = some.length === 0 ? null : values.join(some);
    }
  }
  const position = a.position === b.position ? a.position : -1;
  const head = items === null ? joinHeads(a, b, values) : NO_HEAD;
  if (props === a.props && items === a.items && rest === a.rest && keys === a.keys && position === a.position && head === a.head) return a;
  // What is shared with `a` must not be written in place.
  return {
    ...a,
    owner,
    props: props === a.props ? new Map(props) : props,
    items: items === a.items && items !== null && a.type !== "iter" ? [...items] : items,
    rest,
    keys,
    head,
    position,
  };
}

const joinMaybe = (a: Value | null, b: Value | null, values: Values): Value | null =>
  a === null ? b : b === null ? a : values.join2(a, b);

/** `a` itself when `b` adds nothing. */
function joinProps(a: Map<string, Value>, b: Map<string, Value>, values: Values): Map<string, Value> {
  let joined = a;
  if (a === b) return a;
  for (const [key, theirs] of b) {
    const ours = a.get(key);
    if (ours === theirs) continue;
    const both = ours === undefined ? theirs : values.join2(ours, theirs);
    if (both === ours) continue;
    if (joined === a) joined = new Map(a);
    joined.set(key, both);
  }
  return joined;
}

/** Words enough to tell what a command line is. */
const HEAD = 6;
const NO_HEAD: readonly Value[] = [];

/** The elements that a list is known to begin with. */
export const headOf = (object: HeapObject): readonly Value[] =>
  object.type !== "list" && object.type !== "tuple" ? NO_HEAD : object.items === null ? object.head : object.items.slice(0, HEAD);

function joinHeads(a: HeapObject, b: HeapObject, values: Values): readonly Value[] {
  const [ours, theirs] = [headOf(a), headOf(b)];
  const length = Math.min(ours.length, theirs.length);
  if (a.items === null && length === ours.length && ours.every((value, i) => value === theirs[i])) return a.head;
  return length === 0 ? NO_HEAD : ours.slice(0, length).map((value, i) => values.join2(value, theirs[i] as Value));
}

function joinItems(a: Value[], b: readonly Value[], values: Values): Value[] {
  const joined = a.map((ours, i) => (ours === b[i] ? ours : values.join2(ours, b[i] as Value)));
  return joined.every((value, i) => value === a[i]) ? a : joined;
}

/** True when the two states hold the same objects with the same contents (used to end abstract rounds). */
export function sameState(a: State, b: State): boolean {
  let same = a.checked.size === b.checked.size;
  a.eachDifference(b, (_addr, ours, theirs) => {
    same &&= ours !== undefined && theirs !== undefined && sameObject(ours, theirs);
  });
  return same;
}

function sameObject(a: HeapObject, b: HeapObject): boolean {
  if (a.rest !== b.rest || a.keys !== b.keys || a.position !== b.position || a.props.size !== b.props.size) return false;
  if ((a.items === null) !== (b.items === null) || a.items?.length !== b.items?.length) return false;
  if (a.items !== b.items && a.items?.some((v, i) => v !== b.items?.[i])) return false;
  for (const [key, value] of a.props) if (b.props.get(key) !== value) return false;
  return a.head.length === b.head.length && a.head.every((value, i) => value === b.head[i]);
}

/** Widens everything of `a` that differs from `b`, so that the next round cannot differ again. */
export function widenState(a: State, b: State, values: Values): State {
  a.eachDifference(b, (addr, ours, theirs) => {
    if (ours !== undefined && theirs !== undefined && !sameObject(ours, theirs)) widenObject(a.write(addr), theirs, values);
  });
  return a;
}

/** Widens what of `a` is another in `to` than it was in `from`; false when there is nothing. Objects that `from` does not have are left alone. */
export function widenChanged(a: State, { from, to }: { readonly from: State; readonly to: State }, values: Values): boolean {
  let found = false;
  from.eachDifference(to, (addr, before, after) => {
    if (before === undefined || after === undefined || a.get(addr) === undefined || sameObject(before, after)) return;
    widenObject(a.write(addr), before, values);
    found = true;
  });
  return found;
}

function widenObject(object: HeapObject, before: HeapObject, values: Values): void {
  const [head, earlier] = [headOf(object), headOf(before)];
  const same = head.findIndex((value, i) => value !== earlier[i]);
  for (const [key, value] of object.props) {
    const other = before.props.get(key);
    if (other !== value) object.props.set(key, values.widen(other === undefined ? [value] : [value, other]));
  }
  if (object.items !== null && (before.items === null || before.items.length !== object.items.length)) {
    object.rest = values.join([...(object.rest === null ? [] : [object.rest]), ...object.items]);
    object.items = null;
  }
  if (object.rest !== before.rest && object.rest !== null) object.rest = values.widen([object.rest]);
  if (object.keys !== before.keys && object.keys !== null) object.keys = values.widen([object.keys]);
  if (object.items === null) object.head = same < 0 ? head : head.slice(0, same);
}
