/** Truth of a value where the program's own literals decide it. */
import type { HeapObject, State } from "../state.ts";
import { type Addr, truthOf, type Value } from "../values.ts";
import { BASE_VALUE, MEMBER_VALUE } from "./base-values.ts";
import { inJs, type Run } from "./run.ts";

const DEEPEST = 8;

/** Neither its class nor a base says what its truth is, and each of them is the program's own. */
function isPlainObject(state: State, { parent, props }: HeapObject): boolean {
  return parent !== null && !props.has(BASE_VALUE) && !props.has(MEMBER_VALUE) && isPlainClass(state, parent, 0);
}

function isPlainClass(state: State, addr: Addr, depth: number): boolean {
  const cls = state.get(addr);
  if (cls?.type !== "class" || depth > DEEPEST || cls.props.has("__bool__") || cls.props.has("__len__")) return false;
  return cls.bases.every((base) =>
    base.k === "ref" ? isPlainClass(state, base.addr, depth + 1) : base.k === "api" && PLAIN.test(base.path),
  );
}
const PLAIN = /^(builtins\.object|abc\.ABC|typing\.(Generic|Protocol))$/;

/** Containers are true when they hold something in Python and always in JavaScript: only a known one decides. */
export function decideTruth(run: Run, state: State, value: Value): boolean | null {
  if (value.k !== "ref") return truthOf(value);
  const js = inJs(run);
  const object = state.read(value.addr);
  if (js) return object.type === "frame" || object.type === "module" ? null : true;
  if (object.type === "instance") return isPlainObject(state, object) ? true : null;
  if (object.type === "class" || object.type === "frame") return null;
  const held = object.items !== null ? object.items.length : object.props.size;
  if (held > 0) return true;
  return object.rest === null && (object.items !== null || object.type === "dict") ? false : null;
}
