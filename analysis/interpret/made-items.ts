/** Dictionaries that have something for every key: `defaultdict` and `Counter`. What makes it is kept as their base. */
import type { State } from "../state.ts";
import type { RefV, Value } from "../values.ts";
import { NO_ARGS } from "./call-args.ts";
import type { Run } from "./run.ts";

/** A Counter has 0 for what was never counted. */
export const ZERO = "collections.Counter.zero";

/** What a `defaultdict` makes for a key that is not there, and from then on has; null: it makes nothing. */
export function madeItem(run: Run, state: State, dict: RefV, { index, key }: { index: Value; key: string | null }): Value {
  const { bases, props, rest } = state.read(dict.addr);
  const [factory] = bases;
  if (factory?.k === "api" && factory.path === ZERO && key !== null) return rest ?? run.values.number(0);
  const made =
    factory === undefined ? null : factory.k === "api" && factory.path === ZERO ? run.values.number(0) : run.call(state, factory, NO_ARGS);
  if (made === null) return run.values.unknown("local");
  if (factory?.k === "api" && factory.path === ZERO) return run.values.join([...props.values(), made]);
  if (key !== null && rest === null) state.setProp(dict.addr, key, made);
  else state.addEntry(dict.addr, { key: index, value: made }, run.values);
  return key === null
    ? run.values.join([...props.values(), ...(rest === null ? [] : [rest]), made])
    : rest === null
      ? made
      : run.values.join([rest, made]);
}
