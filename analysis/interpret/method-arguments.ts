/** What methods of texts and numbers are given, as concrete values in their places. */
import type { Pure } from "../pure/pure-value.ts";
import type { State } from "../state.ts";
import type { CallArgs } from "./call-args.ts";
import { toPure } from "./purity.ts";
import { inJs, type Run } from "./run.ts";

/** Where the methods of Python's texts and numbers take what they are told by name. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  split: ["sep", "maxsplit"],
  rsplit: ["sep", "maxsplit"],
  encode: ["encoding", "errors"],
  decode: ["encoding", "errors"],
  splitlines: ["keepends"],
  expandtabs: ["tabsize"],
  hex: ["sep", "bytes_per_sep"],
  replace: ["old", "new", "count"],
  to_bytes: ["length", "byteorder", "signed"],
};

/** What is told by name in its place; what has no place leaves the result unknown. */
export function pureArguments(run: Run, state: State, name: string, args: CallArgs): (Pure | undefined)[] {
  const given = args.rest === null ? args.positional.map((v) => toPure(run, state, v)) : [undefined];
  if (inJs(run) || args.keywords.size === 0) return given;
  const places = PLACES[name] ?? [];
  const out: (Pure | undefined)[] = [...given];
  for (const [key, value] of args.keywords) {
    const at = places.indexOf(key);
    if (at < 0) return [undefined];
    out[at] = toPure(run, state, value);
  }
  // What stands before it and was not given is as without it.
  return Array.from(out, (value, i) => value ?? (i >= given.length ? DEFAULTS[places[i] ?? ""] : value));
}

const DEFAULTS: Readonly<Record<string, Pure>> = { sep: null, maxsplit: -1, encoding: "utf-8", length: 1, byteorder: "big" };
