/** What happens to the functions and containers that are given to something unknown. */

import type { State } from "../state.ts";
import { type CallArgs, NO_ARGS } from "./call-args.ts";
import type { Run } from "./run.ts";

/** Functions given to something unknown are called once, with arguments that nobody knows. */
export function callCallbacks(run: Run, state: State, args: CallArgs): void {
  const certain = state.certain;
  for (const value of [...args.positional, ...args.keywords.values()]) {
    if (value.k === "closure" || value.k === "partial") {
      state.certain = false;
      run.call(state, value, { ...NO_ARGS, rest: run.values.unknown("parameter") });
    } else if (value.k === "ref") {
      const object = state.read(value.addr);
      for (const inner of [...(object.type === "object" || object.type === "dict" ? object.props.values() : []), ...(object.items ?? [])]) {
        if (inner.k !== "closure") continue;
        state.certain = false;
        run.call(state, inner, { ...NO_ARGS, rest: run.values.unknown("parameter") });
      }
      if (object.type === "list" || object.type === "dict") forget(run, state, value.addr);
    }
  }
  state.certain = certain;
}

/** A mutable container that went to something unknown may hold anything besides what it held. */
function forget(run: Run, state: State, addr: number): void {
  const object = state.write(addr);
  const unknown = run.values.unknown("unmodelled");
  if (object.items !== null) {
    for (const item of object.items) object.rest = object.rest === null ? item : run.values.join([object.rest, item]);
    object.items = null;
  }
  object.rest = object.rest === null ? unknown : run.values.join([object.rest, unknown]);
}
