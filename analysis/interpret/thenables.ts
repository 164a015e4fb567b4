/** Objects of the program's own that can be waited for. */
import { possibly, type State } from "../state.ts";
import type { Value } from "../values.ts";
import { getAttr } from "./attributes.ts";
import { NO_ARGS, withArgs } from "./call-args.ts";
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

/** `promise.catch(f)`: what was waited for may have failed, though what it comes to is known. */
export function rescued(run: Run, state: State, receiver: Value, callback: Value): Value {
  const error = run.values.unknown("local", { path: "rejected" });
  const given = possibly(state, () => run.call(state, callback, withArgs(error)));
  return given === null ? receiver : run.values.join2(receiver, given);
}
