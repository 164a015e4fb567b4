/** Objects of the program's own that can be waited for. */
import type { State } from "../state.ts";
import type { Value } from "../values.ts";
import { getAttr } from "./attributes.ts";
import { NO_ARGS } from "./call-args.ts";
import { inJs, newAddr, type Run } from "./run.ts";

/** What an object with a `then` of its own comes to. */
export function settled(run: Run, state: State, value: Value): Value {
  if (value.k !== "ref" || !inJs(run)) return value;
  const { type } = state.read(value.addr);
  if (type !== "instance" && type !== "object") return value;
  const then = getAttr(run, state, value, "then");
  if (then.k !== "closure") return value;
  const addr = newAddr(run);
  state.add(addr, { type: "list" });
  run.call(state, then, { ...NO_ARGS, positional: [run.values.method(run.values.ref(addr), "push")], receiver: value });
  return state.read(addr).rest ?? run.values.unknown("local", { path: "promise" });
}
