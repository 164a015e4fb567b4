/** What may go one of several ways: each on its own copy of the state; afterwards the states are joined. */
import { joinStates, type State } from "../state.ts";
import type { Value } from "../values.ts";
import type { Run } from "./run.ts";

/** Null when none of them returns. */
export function eachWay(run: Run, state: State, ways: readonly ((copy: State) => Value | null)[]): Value | null {
  const results: Value[] = [];
  let joined: State | null = null;
  for (const way of ways) {
    const copy = state.fork();
    copy.certain = false;
    const result = way(copy);
    if (result === null) continue;
    results.push(result);
    joined = joined === null ? copy : joinStates(joined, copy, run.values);
  }
  if (joined === null) return null;
  state.adopt(joined);
  return run.values.join(results);
}

/** What a text is made of, where it may be missing: nobody writes "undefined" on purpose. */
export function present(run: Run, value: Value): Value {
  if (value.k !== "union" || !value.of.some((member) => member.k === "unknown")) return value;
  return run.values.join(value.of.filter((member) => member.k !== "const" || (member.type !== "undefined" && member.type !== "null")));
}
