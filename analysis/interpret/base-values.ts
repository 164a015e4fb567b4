/**
 * What an instance is besides an instance: the list, dictionary, text or path that its class derives from (`class Steps(list)`,
 * `class Targets extends Map`). It is a value of its own, kept with the instance, which answers for what the class does not say.
 */
import type { State } from "../state.ts";
import type { Addr, ApiV, RefV, Value } from "../values.ts";
import { type CallArgs, NO_ARGS } from "./call-args.ts";
import type { Run } from "./run.ts";

/** Under this an instance keeps it. */
export const BASE_VALUE = "#base";

/** Made once, of what `__new__` gets. */
const FIXED = /^(builtins\.(str|bytes|tuple|frozenset)|pathlib\.(Pure)?(Posix|Windows)?Path)$/;
const CONTAINERS =
  /^(builtins\.(list|dict|set)|collections\.(deque|OrderedDict|defaultdict|Counter|UserDict|UserList)|globalThis\.(Array|Map|Set))$/;

const isValueBase = ({ path }: ApiV): boolean => FIXED.test(path) || CONTAINERS.test(path);

/** The one among the bases of a class that its instances are, or null. */
export const valueBase = (base: ApiV | null): ApiV | null => (base !== null && isValueBase(base) ? base : null);

/** Null: the class derives from no such thing. */
export function baseValue(state: State, value: Value): Value | null {
  if (value.k !== "ref") return null;
  const object = state.get(value.addr);
  return object?.type === "instance" ? (object.props.get(BASE_VALUE) ?? null) : null;
}

/** Under this a class that enumerates keeps the list of its members. */
export const MEMBERS = "#members";

/** Under this one of them keeps its value. */
export const MEMBER_VALUE = "s:_value_";

/** Of an enumeration: there is one object for each. */
export const isMember = (state: State, value: Value): boolean =>
  value.k === "ref" && state.get(value.addr)?.props.has(MEMBER_VALUE) === true;

/** What iterating over an object goes through instead of it: what it derives from, or the members of an enumeration; null: itself. */
export function contentOf(state: State, value: Value): Value | null {
  const object = value.k === "ref" ? state.get(value.addr) : undefined;
  if (object?.type === "class") return object.props.get(MEMBERS) ?? null;
  return object?.type === "instance" ? (object.props.get(BASE_VALUE) ?? null) : null;
}

/** As its constructor makes it: empty where a constructor of the class's own has yet to fill it. */
export function makeBaseValue(run: Run, state: State, at: { self: Addr; base: ApiV; fill: boolean }, args: CallArgs): void {
  const fixed = FIXED.test(at.base.path);
  const given = fixed ? { ...NO_ARGS, positional: args.positional.slice(0, 1), rest: args.rest } : at.fill ? args : NO_ARGS;
  const isNew = at.base.path.startsWith("globalThis.");
  const made = run.call(state, at.base, { ...given, receiver: null, isNew });
  if (made !== null) state.setProp(at.self, BASE_VALUE, made);
}

/** `super().__init__(items)`, `super(items)`: what is made takes the place of the empty one. */
export function fillBaseValue(run: Run, state: State, at: { self: RefV; base: ApiV | null }, args: CallArgs): boolean {
  if (at.base === null || !isValueBase(at.base) || FIXED.test(at.base.path) || baseValue(state, at.self) === null) return false;
  makeBaseValue(run, state, { self: at.self.addr, base: at.base, fill: true }, args);
  return true;
}

/** They change the very bytes that they are given. */
const IN_PLACE = /^(struct\.pack_into|builtins\.memoryview|written\.bytes_changed|random\.shuffle)$|\.(readinto|recv_into)$/;

/** Texts and paths are what a library takes them for; a container is handed over as it is. */
export function withBaseTexts(state: State, args: CallArgs, api: string): CallArgs {
  if (IN_PLACE.test(api)) return args;
  if (!args.positional.some((value) => textBase(state, value) !== null)) return args;
  return { ...args, positional: args.positional.map((value) => textBase(state, value) ?? value) };
}

/** The text or path that the object is; null: it is none. */
export function textBase(state: State, value: Value): Value | null {
  const base = value.k === "ref" ? baseValue(state, value) : null;
  return base !== null && base.k !== "ref" ? base : null;
}
