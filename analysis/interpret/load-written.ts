/**
 * Libraries that are easier said in the language that they are for (`../written/`): what they do with what they are given is
 * followed as the program's own code is. A text is read when a program first uses it; none of it runs by itself or guards anything.
 */
import type { ModuleIr } from "../ir.ts";
import type { State } from "../state.ts";
import type { Language, LineIndex } from "../tree.ts";
import type { Addr } from "../values.ts";
import { NO_ARGS } from "./call-args.ts";
import type { Run } from "./run.ts";

export type WrittenText = { readonly source: string; readonly language: Language };

/** By the text: they are the same for every program. */
const READ = new Map<string, { readonly ir: ModuleIr; readonly lines: LineIndex } | null>();

/** The frame that holds what the text defines. */
export function loadWritten(run: Run, state: State, text: WrittenText): Addr | null {
  const module = run.written.get(text.source) ?? addUnit(run, text);
  const frame = module === null ? undefined : run.units[module]?.frame;
  if (module === null || frame === undefined) return null;
  if (state.get(frame) === undefined) {
    state.add(frame, { type: "frame" });
    run.call(state, run.values.closure({ module, fn: 0, env: frame }, null), { ...NO_ARGS, frame });
  }
  return frame;
}

function addUnit(run: Run, { source, language }: WrittenText): number | null {
  const loaded = READ.get(source) ?? run.load(source, language);
  READ.set(source, loaded);
  if (loaded === null) return null;
  const module = run.units.length;
  run.units.push({ ...loaded, language, source, depth: 1, via: [], frame: run.nextAddr++, starImports: [], written: true });
  run.written.set(source, module);
  return module;
}
