/** Truth of a value where the program's own literals decide it. */
import type { State } from "../state.ts";
import { truthOf, type Value } from "../values.ts";
import { inJs, type Run } from "./run.ts";

/** Containers are true when they hold something in Python and always in JavaScript: only a known one decides. */
export function decideTruth(run: Run, state: State, value: Value): boolean | null {
  if (value.k !== "ref") return truthOf(value);
  const js = inJs(run);
  const object = state.read(value.addr);
  if (js) return object.type === "frame" || object.type === "module" ? null : true;
  if (object.type === "instance" || object.type === "class" || object.type === "frame") return null;
  const held = object.items !== null ? object.items.length : object.props.size;
  if (held > 0) return true;
  return object.rest === null && (object.items !== null || object.type === "dict") ? false : null;
}
