/** What the pool and its workers say to each other. Only plain data crosses: facts, never trees. */
import type { AnalysisResult } from "../../analysis/effects.ts";
import type { Language } from "../../analysis/tree.ts";

export type WorkerSetup = {
  /** `packKnowledge`'s. */
  readonly knowledge: SharedArrayBuffer;
};

export type Task = { readonly code: string; readonly language: Language };

export type FromWorker =
  /** Warmed up; `fault` says why every answer will be `rules_broken`. */
  | { readonly type: "ready"; readonly fault: string | null }
  /** `poisoned`: the parser's wasm instance trapped, so this worker must not be used again. */
  | { readonly type: "result"; readonly result: AnalysisResult; readonly poisoned: boolean };
