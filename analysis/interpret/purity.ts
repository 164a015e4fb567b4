/** Between abstract values and the concrete ones that pure library functions are evaluated on. */
import { ByteString, isBytes, isText, isWholeFloat, type Pure, type PureRecord, pythonFloat } from "../pure/pure-value.ts";
import type { State } from "../state.ts";
import type { Value } from "../values.ts";
import { inJs, newAddr, type Run } from "./run.ts";

const DEEPEST = 12;

/** The concrete value, or undefined when any part of it is not known. */
export function toPure(run: Run, state: State, value: Value | undefined, depth = 0): Pure | undefined {
  if (value === undefined || depth > DEEPEST) return undefined;
  if (value.k === "const") {
    if (value.type === "bytes") return new ByteString(String(value.value));
    if (value.type === "regex" || value.type === "ellipsis" || value.type === "undefined") return undefined;
    return value.float === true ? pythonFloat(Number(value.value)) : value.value;
  }
  if (value.k !== "ref") return undefined;
  const object = state.read(value.addr);
  if (object.rest !== null) return undefined;
  if (object.items !== null) {
    const from = object.type === "iter" ? Math.max(0, object.position) : 0;
    const items: Pure[] = [];
    for (const item of object.items.slice(from)) {
      const pure = toPure(run, state, item, depth + 1);
      if (pure === undefined) return undefined;
      items.push(pure);
    }
    return items;
  }
  if (object.type !== "dict" && object.type !== "object") return undefined;
  const out: Record<string, Pure> = {};
  for (const [key, item] of object.props) {
    if (key.startsWith("#")) return undefined;
    const pure = toPure(run, state, item, depth + 1);
    if (pure === undefined) return undefined;
    out[key.slice(2)] = pure;
  }
  return out;
}

/** Puts a concrete result back onto the heap. */
export function fromPure(run: Run, state: State, pure: Pure, labels: readonly string[]): Value {
  const { values } = run;
  if (isText(pure)) return values.string(pure, labels);
  if (isBytes(pure)) return values.bytes(pure.value, labels);
  if (isWholeFloat(pure)) return values.float(pure.value, labels);
  if (typeof pure === "number" && !Number.isInteger(pure) && !inJs(run)) return values.float(pure);
  if (typeof pure === "number" || typeof pure === "bigint") return values.number(pure);
  if (typeof pure === "boolean") return values.bool(pure);
  if (pure === null) return values.none;
  const addr = newAddr(run);
  if (Array.isArray(pure)) {
    const items = pure.map((item) => fromPure(run, state, item, labels));
    state.add(addr, { type: "list", items });
  } else {
    const entries = Object.entries(pure as PureRecord).map(([key, item]) => [`s:${key}`, fromPure(run, state, item, labels)] as const);
    const object = state.add(addr, { type: "dict" });
    for (const [key, item] of entries) object.props.set(key, item);
  }
  return values.ref(addr);
}
