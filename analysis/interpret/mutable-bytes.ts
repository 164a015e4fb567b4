/** Python's bytearray: a constant of bytes; what changes it puts another constant into the variables that hold it. */
import type { State } from "../state.ts";
import { type Addr, type ConstV, isNumber, isString, type Value } from "../values.ts";
import { current, inJs, type Run } from "./run.ts";

/** Told apart from bytes of the same content, which nothing changes. */
export const BYTEARRAY = "type:bytearray";

const isMutable = (run: Run, value: Value): value is ConstV =>
  !inJs(run) && value.k === "const" && value.type === "bytes" && value.labels.includes(BYTEARRAY);

/** `b[i] = n`; true when it was a bytearray. */
export function setByte(run: Run, state: State, of: Value, { index, value }: { index: Value; value: Value }): boolean {
  if (!isMutable(run, of)) return false;
  const bytes = String(of.value);
  const at = isNumber(index) ? Number(index.value) : Number.NaN;
  const place = at < 0 ? bytes.length + at : at;
  const known = isNumber(value) && bytes[place] !== undefined;
  replaceHeld(run, state, of, known ? bytes.slice(0, place) + String.fromCharCode(Number(value.value)) + bytes.slice(place + 1) : null);
  return true;
}

const CHANGES: ReadonlySet<string> = new Set("append extend insert pop remove reverse clear".split(" "));

/** `b.append(n)`, `b.extend(more)`, and other methods after which it is not known; undefined: none of those. */
export function changeBytes(
  run: Run,
  state: State,
  of: Value,
  { name, args }: { name: string; args: readonly Value[] },
): Value | undefined {
  if (!CHANGES.has(name) || !isMutable(run, of)) return undefined;
  const [given] = args;
  const added =
    name === "append" && given !== undefined && isNumber(given)
      ? String.fromCharCode(Number(given.value))
      : name === "extend" && isString(given) && given.type === "bytes"
        ? given.value
        : null;
  replaceHeld(run, state, of, added === null ? null : String(of.value) + added);
  return name === "pop" ? run.values.unknown("local", { labels: of.labels }) : run.values.none;
}

/** In every variable around the running code, and in what holds it there. */
function replaceHeld(run: Run, state: State, old: ConstV, bytes: string | null): void {
  const made = bytes === null ? run.values.unknown("local", { labels: old.labels }) : run.values.bytes(bytes, old.labels);
  const seen = new Set<Addr>();
  for (const { frame, self } of run.stack.toReversed()) replaceIn(state, frame, { old, made, seen, self });
  replaceIn(state, current(run).unit.frame, { old, made, seen, self: null });
}

function replaceIn(state: State, frame: Addr, by: { old: Value; made: Value; seen: Set<Addr>; self: Value | null }): void {
  const places = [frame, ...(by.self?.k === "ref" ? [by.self.addr] : [])];
  for (const start of places)
    for (let addr: Addr | null = start; addr !== null && !by.seen.has(addr); addr = state.read(addr).parent) {
      by.seen.add(addr);
      for (const [name, value] of [...state.read(addr).props]) if (value === by.old) state.setProp(addr, name, by.made);
    }
}
