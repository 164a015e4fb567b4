/** Buffers that a program makes empty and fills: lists of numbers until they are read as a text. */
import type { State } from "../state.ts";
import { isNumber, isString, mergeLabels, type RefV, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import type { CallArgs } from "./call-args.ts";
import { elementsOf } from "./iterate.ts";
import { newAddr, type Run } from "./run.ts";
import { fitted } from "./typed-arrays.ts";

const BUFFER = "Buffer";
/** Longer ones are room for what comes from elsewhere. */
const LONGEST = 256;

const wholeNumber = (value: Value | undefined): number | null =>
  value === undefined ? 0 : isNumber(value) ? Math.trunc(Number(value.value)) : null;
const encodingOf = (value: Value | undefined): BufferEncoding | null =>
  value === undefined ? "utf8" : isString(value) && Buffer.isEncoding(value.value) ? (value.value as BufferEncoding) : null;

/** `Buffer.alloc(16)`, `Buffer.alloc(16, 1)`. */
const alloc: Builtin = (run, state, { args }) => {
  const [size, filled] = args.positional;
  const count = size === undefined ? null : wholeNumber(size);
  const byte = wholeNumber(filled);
  const addr = newAddr(run);
  if (count === null || byte === null || count < 0 || count > LONGEST) {
    state.add(addr, { type: "list", name: BUFFER }).rest = run.values.unknown("local");
    return run.values.ref(addr);
  }
  state.add(addr, { type: "list", name: BUFFER, items: Array.from({ length: count }, () => run.values.number(byte & 255)) });
  return run.values.ref(addr);
};

export const BUILTINS_BUFFERS: Readonly<Record<string, Builtin>> = { buffer_alloc: alloc };

/** Puts bytes into a list of numbers from a place on; what is not known is anywhere in it from then on. */
export function putBytes(run: Run, state: State, to: RefV, from: { bytes: readonly Value[] | null; at: number | null }): void {
  const target = state.write(to.addr);
  if (from.bytes === null || from.at === null || target.items === null) {
    target.items = null;
    state.addRest(to.addr, run.values.unknown("local"), run.values);
    return;
  }
  for (const [i, byte] of from.bytes.entries())
    if (from.at + i < target.items.length) target.items[from.at + i] = fitted(run, target.name, byte);
}

/** `readSync(fd, buffer)`: what is read is somewhere in it from then on. */
export function fillBuffer(state: State, to: Value | undefined, content: Value): void {
  if (to?.k !== "ref" || state.read(to.addr).type !== "list") return;
  const target = state.write(to.addr);
  target.items = null;
  target.rest = content;
}

const bytesOf = (run: Run, state: State, text: Value): readonly Value[] | null =>
  isString(text)
    ? elementsOf(
        run,
        state,
        text.type === "bytes" ? text : run.values.bytes(Buffer.from(text.value, "utf8").toString("latin1"), text.labels),
      )
    : null;

/** A method of such a Buffer; undefined: as of any list. */
export function bufferMethod(run: Run, state: State, self: { receiver: RefV; name: string }, args: CallArgs): Value | undefined {
  const { receiver, name } = self;
  const { items, rest, name: kind } = state.read(receiver.addr);
  if (kind !== BUFFER) return undefined;
  const [first, second] = args.positional;
  if (name === "toString") {
    const encoding = encodingOf(first);
    if (items === null || rest !== null || encoding === null || second !== undefined || !items.every(isNumber))
      return rest?.k === "unknown" ? rest : run.values.unknown("local");
    const text = Buffer.from(items.map((v) => Number((v as { value: number }).value))).toString(encoding);
    return run.values.string(text, mergeLabels(...items.map((v) => v.labels)));
  }
  if (name === "write" && first !== undefined)
    putBytes(run, state, receiver, { bytes: bytesOf(run, state, first), at: wholeNumber(second) });
  else if (/^write(U?Int8)$/i.test(name) && first !== undefined)
    putBytes(run, state, receiver, { bytes: [first], at: wholeNumber(second) });
  else if (/^(write|swap|fill)/.test(name)) putBytes(run, state, receiver, { bytes: null, at: null });
  else return undefined;
  return run.values.unknown("local");
}

/** `from.copy(to, at)`. */
export function copyBytes(run: Run, state: State, from: Value, [to, at]: readonly Value[]): boolean {
  if (to?.k !== "ref") return false;
  putBytes(run, state, to, { bytes: elementsOf(run, state, from), at: wholeNumber(at) });
  return true;
}
