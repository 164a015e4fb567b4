/** Truth of a value where the program's own literals decide it. */
import type { State } from "../state.ts";
import { truthOf, type Value } from "../values.ts";

/** Containers are true when they hold something in Python and always in JavaScript: only a known one decides. */
export function decideTruth(state: State, value: Value): boolean | null {
  if (value.k !== "ref") return truthOf(value);
  const object = state.read(value.addr);
  if (object.type === "instance" || object.type === "class" || object.type === "frame") return null;
  if (object.rest !== null) return null;
  if (object.type === "object") return true;
  if (object.items !== null) return object.items.length > 0 ? true : null;
  return object.props.size > 0 ? true : null;
}
