/** What is mined for a pool: the words of the protocol (Stratum) in which a pool and its machines talk. */
import type { ArgSelector } from "../models.ts";
import { textOf, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { selectAll } from "./select.ts";

const MINES = /\bmining\.(subscribe|authorize|submit)\b|^stratum\+/;

export function miningFacts(args: CallArgs, sent: ArgSelector, target: Value | null): { mines?: true } {
  const said = selectAll(args, sent).filter((value) => value.k !== "ref");
  return [...said, ...(target === null ? [] : [target])].some((value) => MINES.test(textOf(value))) ? { mines: true } : {};
}
