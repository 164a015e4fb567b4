/** Arguments by a model's selector, and the numbers among them. */

import type { ArgSelector } from "../models.ts";
import { isNumber, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";

/** The first argument that the selector names; unknown positions count as given. */
export function selectOne(args: CallArgs, selector: ArgSelector | null): Value | null {
  if (selector === null) return null;
  if (selector.receiver) return args.receiver;
  for (const name of selector.names) {
    const value = args.keywords.get(name);
    if (value !== undefined) return value;
  }
  // `connect({ host }, callback)`: a function that is called in the end is nobody's address.
  const given = selector.positions.flatMap((position) => args.positional[position] ?? []);
  const found = given.find((value) => value.k !== "closure") ?? given[0];
  if (found !== undefined) return found;
  if (selector.all) return args.positional[0] ?? args.rest ?? [...args.keywords.values()][0] ?? null;
  return selector.positions.length > 0 && args.rest !== null ? args.rest : null;
}

export function selectAll(args: CallArgs, selector: ArgSelector | null): Value[] {
  if (selector === null) return [];
  const out: Value[] = selector.all ? [...args.positional, ...args.keywords.values()] : [];
  for (const position of selector.positions) if (args.positional[position] !== undefined) out.push(args.positional[position] as Value);
  for (const name of selector.names) if (args.keywords.has(name)) out.push(args.keywords.get(name) as Value);
  if (selector.receiver && args.receiver !== null) out.push(args.receiver);
  if (args.rest !== null && (selector.all || selector.positions.length > 0)) out.push(args.rest);
  return out;
}

/** Absolute values of the constant numbers among the values (unions give all of theirs). */
export function numbersOf(list: readonly Value[]): number[] {
  return list.flatMap((v) => (v.k === "union" ? numbersOf(v.of) : isNumber(v) ? [Math.abs(Number(v.value))] : []));
}
