/**
 * Abstract values, hash-consed: two equal values are the same object, so joins, equality and memo keys are identity.
 * Labels say what a value holds or comes from (`pii.ssn`, `env`) and, with the prefix `via:`, how it was made (`via:decoded`).
 */
import type { Label, ViaKind } from "./effects.ts";
import { floatText } from "./pure/pure-value.ts";
import { cell } from "./value-cells.ts";

/** `request`: what somebody says to a server, by a form, an address, a header. */
export type Cause = "free" | "parameter" | "input" | "request" | "env" | "file" | "network" | "unmodelled" | "local" | "widened" | "budget";
export type ConstType = "string" | "bytes" | "number" | "bool" | "null" | "undefined" | "ellipsis" | "regex";
export type Addr = number;
export type Hole = { readonly cause: Cause; readonly labels: readonly Label[]; readonly path: string | null };

type Common = { readonly id: number; readonly labels: readonly Label[] };
/** `bytes` hold one character per byte; `regex` is `/pattern/flags`. */
export type ConstV = Common & {
  readonly k: "const";
  readonly type: ConstType;
  readonly value: string | number | bigint | boolean | null;
  /** A number of Python's that is no int, though it may be whole. */
  readonly float?: boolean;
};
/** A string with known parts and holes. */
export type StrV = Common & { readonly k: "str"; readonly bytes: boolean; readonly parts: readonly (string | Hole)[] };
/** A library's function, class, module, or (`instance`) an object of that class. */
export type ApiV = Common & { readonly k: "api"; readonly path: string; readonly instance: boolean };
export type ClosureV = Common & {
  readonly k: "closure";
  readonly module: number;
  readonly fn: number;
  readonly env: Addr;
  readonly self: Value | null;
};
/** An object of the program's own, on the heap. */
export type RefV = Common & { readonly k: "ref"; readonly addr: Addr };
/** A method taken from a value whose behaviour is built in (`"abc".upper`, `[].push`). */
export type MethodV = Common & { readonly k: "method"; readonly receiver: Value; readonly name: string };
/** `functools.partial(f, ...)`, `f.bind(this, ...)`. */
export type PartialV = Common & { readonly k: "partial"; readonly callee: Value; readonly args: readonly Value[] };
/** `path` is how the program names it (`account.balance`, `db.users.all()`); `derived` says it is `of` after an addition or subtraction. */
export type UnknownV = Common & {
  readonly k: "unknown";
  readonly cause: Cause;
  readonly path: string | null;
  readonly derived: Derived | null;
  readonly mayCall: readonly Value[];
};
export type Derived = { readonly op: "+" | "-" | "|" | "?"; readonly of: string; readonly amount: number | null };
export type UnionV = Common & { readonly k: "union"; readonly of: readonly Value[] };
export type Value = ConstV | StrV | ApiV | ClosureV | RefV | MethodV | PartialV | UnknownV | UnionV;

/** At most this many members in a union; then it widens, keeping what can be called. */
export const UNION_LIMIT = 8;
/** A queue of lists or objects of the program's own keeps more: widened, nobody would know what they hold. */
const OBJECTS_LIMIT = 24;
/** At most this many characters in a constant string. */
export const STRING_LIMIT = 65_536;
/** Attribute paths longer than this stop growing. */
const PATH_LIMIT = 160;
/** More values than one run can intern: `a.id * PAIR + b.id` is unique. */
const PAIR = 2 ** 26;

const NO_LABELS: readonly Label[] = [];
const NO_VALUES: readonly Value[] = [];

export const isVia = (label: Label): boolean => label.startsWith("via:");
/** Labels of the data itself: neither how it came about (`via:`) nor what kind of thing it is (`type:`). */
export const dataLabels = (labels: readonly Label[]): readonly Label[] => labels.filter((l) => !isVia(l) && !l.startsWith("type:"));
export const viaLabel = (how: ViaKind): Label => `via:${how}`;

/** Causes that mean the value comes from outside the program. */
const EXTERNAL: ReadonlySet<Cause> = new Set(["free", "parameter", "input", "request", "env", "file", "network", "unmodelled"]);

/** Creates and interns values of one analysis run. */
export class Values {
  readonly #table = new Map<string, Value>();
  /** Joins of two values by their ids. */
  readonly #pairs = new Map<number, Value>();
  /** Size of joins and copies so far, for the budget. */
  work = 0;
  /** Something of a request is among the values. */
  requested = false;
  /** The most frequent values have tables of their own, whose keys need no building. */
  readonly #strings = new Map<string, ConstV>();
  readonly #numbers = new Map<number, ConstV>();
  readonly #refs = new Map<Addr, RefV>();
  readonly #apis = new Map<string, ApiV>();
  readonly #unknowns = new Map<Cause, Map<string | null, UnknownV>>();
  #next = 0;
  /** How many values there are. */
  get count(): number {
    return this.#next;
  }
  readonly undefined: ConstV;
  readonly none: ConstV;
  readonly true: ConstV;
  readonly false: ConstV;

  constructor() {
    this.undefined = this.constant("undefined", null);
    this.none = this.constant("null", null);
    this.true = this.constant("bool", true);
    this.false = this.constant("bool", false);
  }

  #intern<V extends Value>(key: string, make: (id: number) => V): V {
    const found = this.#table.get(key);
    if (found !== undefined) return found as V;
    const made = make(this.#next++);
    this.#table.set(key, made);
    return made;
  }

  #plain<K, V extends Value>(table: Map<K, V>, key: K, make: (id: number) => V): V {
    const found = table.get(key);
    if (found !== undefined) return found;
    const made = make(this.#next++);
    table.set(key, made);
    return made;
  }

  constant(type: ConstType, value: ConstV["value"], labels: readonly Label[] = NO_LABELS): ConstV {
    if (labels.length === 0) {
      if (type === "string")
        return this.#plain(this.#strings, value as string, (id) => cell({ k: "const", id, labels: NO_LABELS, type, value }));
      if (type === "number" && typeof value === "number" && !Object.is(value, -0)) {
        return this.#plain(this.#numbers, value, (id) => cell({ k: "const", id, labels: NO_LABELS, type, value }));
      }
    }
    const shown = Object.is(value, -0) ? "-0" : String(value);
    const key = `c${type}|${typeof value === "bigint" ? "n" : ""}${labels.join()}|${shown}`;
    return this.#intern(key, (id) => cell({ k: "const", id, labels, type, value }));
  }

  string(value: string, labels: readonly Label[] = NO_LABELS): Value {
    if (value.length > STRING_LIMIT) return this.unknown("budget", { labels });
    return this.constant("string", value, labels);
  }

  bytes(value: string, labels: readonly Label[] = NO_LABELS): Value {
    if (value.length > STRING_LIMIT) return this.unknown("budget", { labels });
    return this.constant("bytes", value, labels);
  }

  number(value: number | bigint, labels: readonly Label[] = NO_LABELS): ConstV {
    const small = typeof value === "bigint" && value <= 9007199254740991n && value >= -9007199254740991n ? Number(value) : value;
    return this.constant("number", small, labels);
  }

  /** A float of Python's. */
  float(value: number, labels: readonly Label[] = NO_LABELS): ConstV {
    const shown = Object.is(value, -0) ? "-0" : String(value);
    return this.#intern(`cfloat|${labels.join()}|${shown}`, (id) => cell({ k: "const", id, labels, type: "number", value, float: true }));
  }

  /** A big integer of JavaScript's, however small. */
  big(value: bigint, labels: readonly Label[] = NO_LABELS): ConstV {
    return this.constant("number", value, labels);
  }

  bool(value: boolean): ConstV {
    return value ? this.true : this.false;
  }

  api(path: string, instance = false, labels: readonly Label[] = NO_LABELS): ApiV {
    if (!instance && labels.length === 0)
      return this.#plain(this.#apis, path, (id) => cell({ k: "api", id, labels: NO_LABELS, path, instance }));
    return this.#intern(`a${instance ? 1 : 0}${labels.join()}|${path}`, (id) => cell({ k: "api", id, labels, path, instance }));
  }

  closure(fn: { module: number; fn: number; env: Addr }, self: Value | null, labels: readonly Label[] = NO_LABELS): ClosureV {
    const key = `f${fn.module}.${fn.fn}.${fn.env}.${self === null ? "" : self.id}|${labels.join()}`;
    return this.#intern(key, (id) => cell({ k: "closure", id, labels, module: fn.module, fn: fn.fn, env: fn.env, self }));
  }

  ref(addr: Addr, labels: readonly Label[] = NO_LABELS): RefV {
    if (labels.length === 0) return this.#plain(this.#refs, addr, (id) => cell({ k: "ref", id, labels: NO_LABELS, addr }));
    return this.#intern(`r${addr}|${labels.join()}`, (id) => cell({ k: "ref", id, labels, addr }));
  }

  method(receiver: Value, name: string, labels: readonly Label[] = NO_LABELS): MethodV {
    return this.#intern(`m${receiver.id}.${labels.join()}|${name}`, (id) => cell({ k: "method", id, labels, receiver, name }));
  }

  partial(callee: Value, args: readonly Value[]): PartialV {
    const key = `p${callee.id}(${args.map((a) => a.id).join()})`;
    return this.#intern(key, (id) => cell({ k: "partial", id, labels: callee.labels, callee, args }));
  }

  unknown(
    cause: Cause,
    more: { path?: string | null; labels?: readonly Label[]; derived?: Derived | null; mayCall?: readonly Value[] } = {},
  ): UnknownV {
    const path = more.path !== undefined && more.path !== null && more.path.length <= PATH_LIMIT ? more.path : null;
    const labels = more.labels ?? NO_LABELS;
    const derived = more.derived ?? null;
    if (cause === "request") this.requested = true;
    if (labels.length === 0 && derived === null && (more.mayCall === undefined || more.mayCall.length === 0))
      return this.#plainUnknown(cause, path);
    const mayCall = (more.mayCall ?? []).slice(0, UNION_LIMIT * 4);
    const shown = derived === null ? "" : `${derived.op}${derived.of}${derived.amount}`;
    const key = `u${cause}|${labels.join()}|${path}|${shown}|${mayCall.map((v) => v.id).join()}`;
    return this.#intern(key, (id) => cell({ k: "unknown", id, labels, cause, path, derived, mayCall }));
  }

  #plainUnknown(cause: Cause, path: string | null): UnknownV {
    let table = this.#unknowns.get(cause);
    if (table === undefined) {
      table = new Map();
      this.#unknowns.set(cause, table);
    }
    return this.#plain(table, path, (id) => cell({ k: "unknown", id, labels: NO_LABELS, cause, path, derived: null, mayCall: NO_VALUES }));
  }

  /** Joins string parts; constants melt together, and a string without holes is a constant. */
  template(parts: readonly (string | Hole)[], labels: readonly Label[] = NO_LABELS, bytes = false): Value {
    const out: (string | Hole)[] = [];
    let size = 0;
    for (const part of parts) {
      const last = out.length - 1;
      if (typeof part === "string") size += part.length;
      if (typeof part === "string" && typeof out[last] === "string") out[last] += part;
      else if (part !== "") out.push(part);
    }
    if (size > STRING_LIMIT || out.length > 256) return this.unknown("budget", { labels });
    if (out.length === 0) return bytes ? this.bytes("", labels) : this.string("", labels);
    if (out.length === 1 && typeof out[0] === "string") return bytes ? this.bytes(out[0], labels) : this.string(out[0], labels);
    const shown = out.map((p) => (typeof p === "string" ? `s${p.length}:${p}` : `h${p.cause}:${p.path}:${p.labels.join()}`)).join("\u0001");
    return this.#intern(`t${bytes ? 1 : 0}${labels.join()}|${shown}`, (id) => cell({ k: "str", id, labels, bytes, parts: out }));
  }

  /** The same value with more labels. */
  label(value: Value, labels: readonly Label[]): Value {
    const merged = mergeLabels(value.labels, labels);
    if (merged.length === value.labels.length) return value;
    switch (value.k) {
      case "const":
        return value.float === true ? this.float(Number(value.value), merged) : this.constant(value.type, value.value, merged);
      case "str":
        return this.template(value.parts, merged, value.bytes);
      case "api":
        return this.api(value.path, value.instance, merged);
      case "closure":
        return this.closure(value, value.self, merged);
      case "ref":
        return this.ref(value.addr, merged);
      case "method":
        return this.method(value.receiver, value.name, merged);
      case "unknown":
        return this.unknown(value.cause, { ...value, labels: merged });
      case "union":
        return this.join(value.of.map((v) => this.label(v, labels)));
      case "partial":
        return this.partial(this.label(value.callee, labels), value.args);
    }
  }

  /** Least upper bound. A union that overflows becomes unknown but keeps everything that can be called in `mayCall`. */
  join(values: readonly Value[]): Value {
    if (values.length === 1) return values[0] as Value;
    if (values.length === 2) return this.join2(values[0] as Value, values[1] as Value);
    return this.#joinAll(values);
  }

  join2(a: Value, b: Value): Value {
    if (a === b) return a;
    const key = a.id < b.id ? a.id * PAIR + b.id : b.id * PAIR + a.id;
    const found = this.#pairs.get(key);
    if (found !== undefined) return found;
    const joined = this.#joinAll([a, b]);
    this.#pairs.set(key, joined);
    return joined;
  }

  #joinAll(values: readonly Value[]): Value {
    const list: Value[] = [];
    for (const value of values) {
      for (const member of membersOf(value)) {
        this.work++;
        if (list.includes(member)) continue;
        const full = list.length >= UNION_LIMIT && (list.length >= OBJECTS_LIMIT || member.k !== "ref" || list.some((v) => v.k !== "ref"));
        if (full) return this.widen(values);
        list.push(member);
      }
    }
    if (list.length === 1) return list[0] as Value;
    if (list.length === 0) return this.undefined;
    list.sort((a, b) => a.id - b.id);
    const labels = mergeLabels(...list.map((v) => v.labels));
    return this.#intern(`|${list.map((v) => v.id).join()}`, (id) => cell({ k: "union", id, labels, of: list }));
  }

  widen(values: readonly Value[], cause: Cause = "widened"): UnknownV {
    const mayCall = new Set<Value>();
    const labels = new Set<Label>();
    this.work += values.length;
    let external: UnknownV | undefined;
    for (const value of values) {
      for (const member of membersOf(value)) {
        for (const label of member.labels) labels.add(label);
        if (member.k === "unknown") {
          for (const callee of member.mayCall) mayCall.add(callee);
          if (external === undefined && isExternal(member)) external = member;
        } else if (isCallable(member)) mayCall.add(member);
      }
    }
    return this.unknown(external?.cause ?? cause, {
      path: external?.path ?? null,
      labels: labels.size === 0 ? NO_LABELS : [...labels].sort(),
      mayCall: [...mayCall],
    });
  }
}

export function isCallable(value: Value): boolean {
  return value.k === "api" || value.k === "closure" || value.k === "method" || value.k === "partial";
}

export function isExternal(value: Value): value is UnknownV {
  return value.k === "unknown" && EXTERNAL.has(value.cause);
}

export function membersOf(value: Value): readonly Value[] {
  return value.k === "union" ? value.of : [value];
}

export function mergeLabels(...sets: readonly (readonly Label[])[]): readonly Label[] {
  let merged: readonly Label[] = NO_LABELS;
  let grown: Set<Label> | null = null;
  for (const set of sets) {
    if (set === merged || set.length === 0) continue;
    if (merged.length === 0 && grown === null) merged = set;
    else if (!set.every((l) => merged.includes(l) || grown?.has(l) === true)) {
      grown ??= new Set(merged);
      for (const label of set) grown.add(label);
    }
  }
  return grown === null ? merged : [...grown].sort();
}

export function isString(value: Value | undefined): value is ConstV & { value: string } {
  return value?.k === "const" && (value.type === "string" || value.type === "bytes");
}

export function isNumber(value: Value | undefined): value is ConstV & { value: number | bigint } {
  return value?.k === "const" && value.type === "number";
}

/** A number of Python's that is no int. */
export const isFloat = (value: Value): boolean =>
  value.k === "const" && (value.float === true || (typeof value.value === "number" && !Number.isInteger(value.value)));

/** Parts of a string-like value; anything else is one hole. */
export function partsOf(value: Value): readonly (string | Hole)[] {
  if (isString(value)) return [value.value];
  if (value.k === "str") return value.parts;
  if (value.k === "const") return [value.float === true ? floatText(Number(value.value)) : String(value.value)];
  if (value.k === "unknown") return [{ cause: value.cause, labels: value.labels, path: value.path }];
  if (value.k === "union") return [holeOf(value)];
  return [{ cause: "local", labels: value.labels, path: value.k === "api" ? value.path : null }];
}

/** Several values at one place: as external as any of them. */
function holeOf(value: UnionV): Hole {
  const outside = value.of.flatMap(partsOf).find((part) => typeof part !== "string" && EXTERNAL.has(part.cause));
  return typeof outside === "object" ? { ...outside, labels: value.labels } : { cause: "local", labels: value.labels, path: null };
}

/** Text for people and for target classification; holes are `{?}`. */
export function textOf(value: Value): string {
  if (value.k === "union") return value.of.map(textOf).join(" or ");
  return partsOf(value)
    .map((p) => (typeof p === "string" ? p : p.path === null ? "{?}" : p.path.startsWith("{") ? p.path : `{${p.path}}`))
    .join("");
}

/** Python and JavaScript truth, when it is known; containers are decided by the caller. */
export function truthOf(value: Value): boolean | null {
  if (value.k === "const") {
    if (value.type === "null" || value.type === "undefined") return false;
    if (value.type === "bool") return value.value === true;
    if (value.type === "number") return value.value !== 0 && value.value !== 0n && !Number.isNaN(value.value);
    if (value.type === "string" || value.type === "bytes") return value.value !== "";
    return true;
  }
  if (value.k === "str") return value.parts.some((p) => typeof p === "string" && p !== "") ? true : null;
  if (value.k === "closure" || value.k === "partial" || value.k === "method") return true;
  if (value.k === "union") {
    const truths = new Set(value.of.map(truthOf));
    return truths.size === 1 ? ([...truths][0] as boolean | null) : null;
  }
  return null;
}
