/** What regular expressions say about themselves, and matches of Python about what they found. */
import type { State } from "../state.ts";
import { type Addr, type ConstV, isNumber, type Value } from "../values.ts";
import type { Run } from "./run.ts";

/** `/x/g.source`, `.flags`. */
export function patternAttribute(run: Run, pattern: ConstV, name: string): Value | null {
  const written = String(pattern.value);
  const cut = written.lastIndexOf("/");
  if (name === "source") return run.values.string(written.slice(1, cut));
  if (name === "flags") return run.values.string(written.slice(cut + 1));
  return null;
}

/** Under these a match keeps the number of each group that has a name, and where it is. */
export const NAMED = "#group:";
export const STARTS = "#start";
export const ENDS = "#end";

/** `m.lastgroup`, `m.lastindex`, `m.string`: of a match in this reading; undefined for anything else. */
export function matchAttribute(run: Run, state: State, addr: Addr, name: string): Value | undefined {
  const { items, props } = state.read(addr);
  // Which group was the last to close is only known when no more than one has matched.
  const matched = (items ?? []).flatMap((v, i) => (i > 0 && v !== run.values.none ? [i] : []));
  if (name === "lastindex" && matched.length < 2) return matched[0] === undefined ? run.values.none : run.values.number(matched[0]);
  if (name !== "lastgroup" || matched.length > 1) return undefined;
  const named = [...props].find(([key, at]) => key.startsWith(NAMED) && isNumber(at) && Number(at.value) === matched[0]);
  return named === undefined ? run.values.none : run.values.string(named[0].slice(NAMED.length));
}

/** `m["name"]`. */
export function namedGroup(state: State, addr: Addr, name: string): Value | undefined {
  const { items, props } = state.read(addr);
  const at = props.get(NAMED + name);
  return isNumber(at) ? items?.[Number(at.value)] : undefined;
}
