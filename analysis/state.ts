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
  /** frame: enclosing frame; instance: its class; iter: position. */
  readonly parent: Addr | null;
  position: number;
  /** class: base values; instance of an API class: none. */
  readonly bases: readonly Value[];
  /** class or frame: name for people. */
  readonly name: string;
};

type Layer = Map<Addr, HeapObject>;

/** Layers beyond this are melted together, the newest first. */
const MOST_LAYERS = 10;

/**
 * The heap is a stack of layers of which only the newest is written, so that a fork costs nothing and a join looks only at
 * what changed since the fork.
 */
export class State {
  owner: object = {};
  /** Frozen layers, oldest first, shared between states. */
  #below: readonly Layer[];
  #top: Layer = new Map();
  /** False after an undecided branch, until control comes together again where it must. */
  certain = true;

  constructor(below: readonly Layer[] = []) {
    this.#below = below;
  }

  #freeze(): void {
    this.owner = {};
    if (this.#top.size === 0) return;
    const layers = [...this.#below, this.#top];
    while (layers.length > 1 && (layers.length > MOST_LAYERS || (layers.at(-2) as Layer).size <= 2 * (layers.at(-1) as Layer).size)) {
      const newer = layers.pop() as Layer;
      const older = layers.pop() as Layer;
      const melted: Layer = new Map(older);
      for (const [addr, object] of newer) melted.set(addr, object);
      layers.push(melted);
    }
    this.#below = layers;
    this.#top = new Map();
  }

  fork(): State {
    this.#freeze();
    const other = new State(this.#below);
    other.certain = this.certain;
    return other;
  }

  /** Takes over the heap of another state, which is used no more. */
  adopt(other: State): void {
    if (other === this) return;
    this.#below = other.#below;
    this.#top = other.#top;
    this.owner = other.owner;
  }

  /** The other state's objects, with this state's own in front. */
  over(other: State): State {
    this.#freeze();
    other.#freeze();
    return new State([...other.#below, ...this.#below]);
  }

  get(addr: Addr): HeapObject | undefined {
    const own = this.#top.get(addr);
    if (own !== undefined) return own;
    for (let i = this.#below.length - 1; i >= 0; i--) {
      const found = (this.#below[i] as Layer).get(addr);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  set(addr: Addr, object: HeapObject): void {
    this.#top.set(addr, object);
  }

  /** Addresses whose objects may differ between the two states. */
  differing(other: State): Set<Addr> {
    let shared = 0;
    while (shared < this.#below.length && this.#below[shared] === other.#below[shared]) shared++;
    const out = new Set<Addr>();
    for (const layer of [...this.#below.slice(shared), this.#top, ...other.#below.slice(shared), other.#top])
      for (const addr of layer.keys()) out.add(addr);
    return out;
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
      parent: make.parent ?? null,
      position: 0,
      bases: make.bases ?? [],
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
    if (object.owner === this.owner) return object;
    const copy: HeapObject = {
      ...object,
      owner: this.owner,
      props: new Map(object.props),
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
}

/** Joins `b` into `a` and gives `a` back; either may be used no more afterwards. */
export function joinStates(a: State, b: State, values: Values): State {
  if (a === b) return a;
  a.owner = {};
  for (const addr of a.differing(b)) {
    const theirs = b.get(addr);
    const ours = a.get(addr);
    values.work += 2;
    if (theirs === undefined || ours === theirs) continue;
    a.set(addr, ours === undefined ? theirs : joinObjects(ours, theirs, { values, owner: a.owner }));
  }
  a.certain = a.certain && b.certain;
  return a;
}

function joinObjects(a: HeapObject, b: HeapObject, into: { values: Values; owner: object }): HeapObject {
  const { values, owner } = into;
  values.work += a.props.size + b.props.size + (a.items === b.items ? 0 : (a.items?.length ?? 0) + (b.items?.length ?? 0));
  const props = new Map<string, Value>();
  for (const [key, ours] of a.props) {
    const theirs = b.props.get(key);
    props.set(key, theirs === undefined || theirs === ours ? ours : values.join2(ours, theirs));
  }
  for (const [key, theirs] of b.props) if (!props.has(key)) props.set(key, theirs);
  const rests = [a.rest, b.rest].filter((v) => v !== null);
  let items: Value[] | null = null;
  if (a.items === b.items) items = a.items;
  else if (a.items !== null && b.items !== null && a.items.length === b.items.length) {
    items = a.items.map((v, i) => (v === b.items?.[i] ? v : values.join2(v, b.items?.[i] as Value)));
  } else rests.push(...(a.items ?? []), ...(b.items ?? []));
  return {
    ...a,
    owner,
    props,
    items,
    rest: rests.length === 0 ? null : values.join(rests),
    position: a.position === b.position ? a.position : -1,
  };
}

/** True when the two states hold the same objects with the same contents (used to end abstract rounds). */
export function sameState(a: State, b: State): boolean {
  for (const addr of a.differing(b)) {
    const ours = a.get(addr);
    const theirs = b.get(addr);
    if (theirs === ours) continue;
    if (ours === undefined || theirs === undefined || !sameObject(ours, theirs)) return false;
  }
  return true;
}

function sameObject(a: HeapObject, b: HeapObject): boolean {
  if (a.rest !== b.rest || a.position !== b.position || a.props.size !== b.props.size) return false;
  if ((a.items === null) !== (b.items === null) || a.items?.length !== b.items?.length) return false;
  if (a.items !== b.items && a.items?.some((v, i) => v !== b.items?.[i])) return false;
  for (const [key, value] of a.props) if (b.props.get(key) !== value) return false;
  return true;
}

/** Widens everything of `a` that differs from `b`, so that the next round cannot differ again. */
export function widenState(a: State, b: State, values: Values): State {
  for (const addr of a.differing(b)) {
    const ours = a.get(addr);
    const theirs = b.get(addr);
    if (ours === undefined || theirs === undefined || theirs === ours || sameObject(ours, theirs)) continue;
    const object = a.write(addr);
    for (const [key, value] of object.props) {
      const other = theirs.props.get(key);
      if (other !== value) object.props.set(key, values.widen(other === undefined ? [value] : [value, other]));
    }
    if (object.items !== null && (theirs.items === null || theirs.items.length !== object.items.length)) {
      object.rest = values.join([...(object.rest === null ? [] : [object.rest]), ...object.items]);
      object.items = null;
    }
    if (object.rest !== theirs.rest && object.rest !== null) object.rest = values.widen([object.rest]);
  }
  return a;
}
