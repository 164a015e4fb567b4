/** Arguments as a model counts them: what is given by a keyword stands in its position, and the program that really starts comes first. */
import type { ApiModel } from "../models.ts";
import type { State } from "../state.ts";
import type { Value } from "../values.ts";
import { withBaseTexts } from "./base-values.ts";
import type { CallArgs } from "./call-args.ts";
import { listValue } from "./containers.ts";
import { elementsOf } from "./iterate.ts";
import type { Run } from "./run.ts";
import { decideTruth } from "./truth.ts";

/** `copy(dst=b, src=a)` as `copy(a, b)`; keywords stay what they are, too. */
export function inPositions(args: CallArgs, takes: ApiModel["takes"]): CallArgs {
  if (args.keywords.size === 0 || args.rest !== null || args.positional.length >= takes.length) return args;
  const positional = [...args.positional];
  for (const names of takes.slice(positional.length)) {
    const value = names.map((name) => args.keywords.get(name)).find((given) => given !== undefined);
    if (value === undefined) break;
    positional.push(value);
  }
  return positional.length === args.positional.length ? args : { ...args, positional };
}

/** What a call of a library is given. */
export function givenTo(run: Run, state: State, { model, api }: { model: ApiModel | null; api: string }, given: CallArgs): CallArgs {
  const args = withBaseTexts(state, given, api);
  return model === null ? args : withExecutable(run, state, model, inPositions(args, model.takes));
}

/** `run(["backup", "-c", line], executable="/bin/sh")`: the first word is only what the program is told that it is called. */
function withExecutable(run: Run, state: State, model: ApiModel, args: CallArgs): CallArgs {
  const program = args.keywords.get("executable");
  if (program === undefined || !model.effects.some(({ as }) => as === "command") || isNothing(program)) return args;
  const shell = args.keywords.get("shell");
  if (shell !== undefined && decideTruth(run, state, shell) !== false) return args;
  const [list, ...others] = args.positional;
  const words = list?.k === "ref" ? elementsOf(run, state, list) : null;
  if (words === null) return args;
  return { ...args, positional: [listValue(run, state, [program, ...words.slice(1)]), ...others] };
}

const isNothing = (value: Value): boolean => value.k === "const" && value.type === "null";
