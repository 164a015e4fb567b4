/** Typed arrays: lists that keep of a number what fits into their elements. */
import type { HeapObject, State } from "../state.ts";
import { type Addr, isNumber, type Value } from "../values.ts";
import type { Run } from "./run.ts";

/** How a typed array stores a number (ECMA-262, section 25.1.3). */
const WRAPS: Readonly<Record<string, (n: number) => number>> = {
  Int8Array: (n) => (n << 24) >> 24,
  Uint8Array: (n) => n & 0xff,
  Buffer: (n) => n & 0xff,
  Uint8ClampedArray: (n) => Math.min(255, Math.max(0, roundedToEven(n))),
  Int16Array: (n) => (n << 16) >> 16,
  Uint16Array: (n) => n & 0xffff,
  Int32Array: (n) => n | 0,
  Uint32Array: (n) => n >>> 0,
  Float32Array: Math.fround,
  Float64Array: (n) => n,
};

function roundedToEven(n: number): number {
  const below = Math.floor(n);
  return n - below === 0.5 ? below + (below % 2 === 0 ? 0 : 1) : Math.round(n);
}

export const isTyped = ({ type, name }: HeapObject): boolean => type === "list" && Object.hasOwn(WRAPS, name);

/** What is there after it was put into such an array. */
export function fitted(run: Run, name: string, value: Value): Value {
  const wrap = WRAPS[name];
  return wrap === undefined || !isNumber(value) || typeof value.value !== "number"
    ? value
    : run.values.number(wrap(value.value), value.labels);
}

/** From now on the list is such an array. */
export function makeTyped(run: Run, state: State, addr: Addr, name: string): void {
  const object = state.read(addr);
  const items = object.items?.map((item) => fitted(run, name, item)) ?? null;
  state.set(addr, { ...object, name: Object.hasOwn(WRAPS, name) ? name : object.name, items });
}
