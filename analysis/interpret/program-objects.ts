/** Programs that are members or items of a library: `local["rm"]`, `rm["-rf", path]` of plumbum, `sh.rm.bake("-rf")`. */
import type { State } from "../state.ts";
import { type ApiV, isString, type Value } from "../values.ts";
import { getAttr } from "./attributes.ts";
import { type CallArgs, withArgs } from "./call-args.ts";
import { listValue } from "./containers.ts";
import { getItem } from "./items.ts";
import { inJs, type Run } from "./run.ts";
import { itemOrSlice } from "./slices.ts";
import { writtenPython } from "./written.ts";

const PROGRAM = /^plumbum\.(?:local\.)?cmd\.(\w+)$/;
const BAKED = /^sh\.(\w+)\.bake$/;

function command(run: Run, state: State, path: string, given: Value): Value | null {
  const made = writtenPython(run, state, path);
  return made === undefined ? null : run.call(state, made, withArgs(given));
}

/** `held[at]`, where a library's item may be a program. */
export const itemIn = (run: Run, state: State, held: Value, index: Value): Value =>
  (held.k === "api" && !inJs(run) ? programItem(run, state, held, index) : null) ?? itemOrSlice(run, state, held, index);

/** `local["rm"]`, `rm["-rf", path]`; null: it is no program. */
function programItem(run: Run, state: State, owner: ApiV, index: Value): Value | null {
  if (owner.path === "plumbum.local" && isString(index)) return command(run, state, "plumbum.Command", listValue(run, state, [index]));
  const name = PROGRAM.exec(owner.path)?.[1];
  if (name === undefined) return null;
  const made = command(run, state, "plumbum.Command", listValue(run, state, [run.values.string(name)]));
  return made === null ? null : getItem(run, state, made, index);
}

/** `sh.rm.bake("-rf")`; null: it is no program. */
export function bakedProgram(run: Run, state: State, callee: ApiV, args: CallArgs): Value | null {
  const name = callee.path.startsWith("sh.") ? BAKED.exec(callee.path)?.[1] : undefined;
  const made = name === undefined ? null : command(run, state, "sh.Command", run.values.string(name));
  return made === null ? null : run.call(state, getAttr(run, state, made, "bake"), args);
}
