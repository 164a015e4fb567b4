/** Bytes that a program changes in place: `bytearray(b"..")`, and what is packed into one. */
import { bufferOf, isBytes, type Pure } from "../pure/pure-value.ts";
import { structPack } from "../pure/struct-codec.ts";
import type { State } from "../state.ts";
import { isNumber, isString, mergeLabels, type Value } from "../values.ts";
import { BASE_VALUE, baseValue } from "./base-values.ts";
import type { Builtin } from "./builtin.ts";
import { deepLabels } from "./labels.ts";
import { toPure } from "./purity.ts";
import { pythonBuiltin } from "./python-builtins.ts";
import { newAddr, type Run } from "./run.ts";
import { sliceBounds, sliced } from "./slices.ts";
import { writtenPython } from "./written.ts";

/** More than that is data. */
const LONGEST = 4_096;

/** What one byte or several are, as a text of one character each. */
function bytesIn(run: Run, state: State, value: Value | undefined): string | null {
  const held = value === undefined ? undefined : (baseValue(state, value) ?? value);
  const pure: Pure | undefined = toPure(run, state, held);
  if (typeof pure === "number") return String.fromCharCode(pure & 255);
  if (isBytes(pure)) return bufferOf(pure).toString("latin1");
  const numbers = Array.isArray(pure) && pure.every((one) => typeof one === "number") ? (pure as number[]) : null;
  return numbers === null ? null : String.fromCharCode(...numbers.slice(0, LONGEST).map((one) => one & 255));
}

/** The text after the change; null when that is not known. */
function changed(run: Run, state: State, before: string, [how, ...given]: readonly Value[]): string | null {
  const word = how !== undefined && isString(how) ? String(how.value) : "";
  const [first, second] = given;
  if (word === "clear") return "";
  if (word === "reverse") return [...before].reverse().join("");
  const added = bytesIn(run, state, word === "set" || word === "insert" ? second : first);
  if (word === "append" || word === "extend") return added === null ? null : before + added;
  if (first === undefined || (word !== "cut" && added === null)) return null;
  const bounds = sliceBounds(first);
  if (bounds !== null) {
    const places = sliced(
      [...before].map((_c, i) => i),
      bounds,
    );
    const from = places[0] ?? Math.min(bounds.lower ?? 0, before.length);
    if ((bounds.step ?? 1) !== 1) return null;
    return before.slice(0, from) + (word === "cut" ? "" : added) + before.slice(from + places.length);
  }
  if (!isNumber(first)) return null;
  const at = Number(first.value) < 0 ? Number(first.value) + before.length : Number(first.value);
  if (at < 0 || at > before.length) return null;
  return before.slice(0, at) + (word === "cut" ? "" : added) + before.slice(word === "insert" ? at : at + 1);
}

function rebase(run: Run, state: State, self: Value, after: { text: string | null; given: readonly Value[] }): void {
  if (self.k !== "ref") return;
  const base = baseValue(state, self);
  const labels = mergeLabels(base?.labels ?? [], ...after.given.map((value) => deepLabels(state, value)));
  const value =
    after.text === null || after.text.length > LONGEST ? run.values.unknown("local", { labels }) : run.values.bytes(after.text, labels);
  state.setProp(self.addr, BASE_VALUE, value);
}

export const BUILTINS_BYTES: Readonly<Record<string, Builtin>> = {
  byte_array: (run, state, call) => {
    const made = pythonBuiltin(run, state, call);
    const cls = made?.k === "const" && made.type === "bytes" ? writtenPython(run, state, "byte_arrays.ByteArray") : undefined;
    if (cls?.k !== "ref" || made === undefined || made === null) return made;
    const addr = newAddr(run);
    state.add(addr, { type: "instance", parent: cls.addr, name: "bytearray" }).props.set(BASE_VALUE, made);
    return run.values.ref(addr);
  },
  bytes_changed: (run, state, { args }) => {
    const [self, ...given] = args.positional;
    const base = self === undefined ? null : baseValue(state, self);
    if (self === undefined || base === null) return run.values.none;
    const text = isString(base) ? changed(run, state, String(base.value), given) : null;
    rebase(run, state, self, { text, given });
    return run.values.none;
  },
  /** `struct.pack_into(format, buffer, offset, *values)`. */
  bytes_packed: (run, state, { args }) => {
    const [format, buffer, offset, ...given] = args.positional;
    const base = buffer === undefined ? null : baseValue(state, buffer);
    if (buffer === undefined || base === null) return undefined;
    const packed = structPack(toPure(run, state, format), ...given.map((value) => toPure(run, state, value)));
    const known = isString(base) && isBytes(packed) && offset !== undefined && isNumber(offset);
    const [before, at] = known ? [String(base.value), Number((offset as { value: unknown }).value)] : ["", 0];
    const text = known ? before.slice(0, at) + packed.value + before.slice(at + packed.value.length) : null;
    rebase(run, state, buffer, { text, given });
    return run.values.none;
  },
};
