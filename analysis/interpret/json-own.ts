/** Objects that say themselves how they are written as JSON: what their `toJSON` gives is sent in their place. */
import type { State } from "../state.ts";
import type { Addr, RefV, Value } from "../values.ts";
import { NO_ARGS } from "./call-args.ts";
import { classLookup, classOf } from "./classes.ts";
import { newAddr, type Run } from "./run.ts";

const DEEPEST = 4;
const WIDEST = 64;

function ownText(run: Run, state: State, object: RefV): Value | null {
  const held = state.read(object.addr).props.get("s:toJSON");
  if (held !== undefined) return held;
  const cls = state.read(object.addr).type === "instance" ? classOf(run, state, object) : null;
  return cls === null ? null : classLookup(run, state, cls, "toJSON");
}

/** The value as it is written; the same one when nothing in it has such a method. */
export function asWritten(run: Run, state: State, value: Value, depth = 0): Value {
  if (value.k !== "ref" || depth > DEEPEST) return value;
  const method = ownText(run, state, value);
  if (method?.k === "closure") {
    const given = run.call(state, run.values.closure(method, value), { ...NO_ARGS, receiver: value });
    return given === null || given === value ? value : asWritten(run, state, given, depth + 1);
  }
  const { type, items, props, rest } = state.read(value.addr);
  if (rest !== null || !/^(list|dict|object)$/.test(type)) return value;
  if (items !== null) {
    const written = items.slice(0, WIDEST).map((item) => asWritten(run, state, item, depth + 1));
    return written.every((item, i) => item === items[i])
      ? value
      : copy(run, (addr) => state.add(addr, { type: "list", items: [...written, ...items.slice(WIDEST)] }));
  }
  const changed = [...props].slice(0, WIDEST).flatMap(([key, held]): [string, Value][] => {
    const written = key.startsWith("s:") ? asWritten(run, state, held, depth + 1) : held;
    return written === held ? [] : [[key, written]];
  });
  if (changed.length === 0) return value;
  return copy(run, (addr) => {
    state.add(addr, { type: type === "dict" ? "dict" : "object" });
    for (const [key, held] of [...props, ...changed]) state.setProp(addr, key, held);
  });
}

function copy(run: Run, fill: (addr: Addr) => void): Value {
  const addr = newAddr(run);
  fill(addr);
  return run.values.ref(addr);
}
