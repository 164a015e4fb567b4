/** What one analysis run shares: interned values, heap addresses, effects, fuel, the stack of activations. */
import type { Effect, Guard, Label } from "../effects.ts";
import type { BlockId, FunctionIr, ModuleIr, Span } from "../ir.ts";
import type { Models } from "../models.ts";
import type { State } from "../state.ts";
import type { Diagnostic, Language, LineIndex } from "../tree.ts";
import type { Addr, ClosureV, Value, Values } from "../values.ts";
import type { CallValue } from "./call-args.ts";
import type { FlowGraph } from "./flow-graph.ts";

/** Ceilings of one run, in interpreter steps; from ANALYSIS.md. */
export type Budget = { readonly steps: number; readonly unroll: number; readonly depth: number; readonly contexts: number };
export const DEFAULT_BUDGET: Budget = { steps: 400_000, unroll: 50_000, depth: 24, contexts: 8 };

/** One source text: the submission (depth 0) or code found inside it. */
export type Unit = {
  readonly ir: ModuleIr;
  readonly language: Language;
  readonly lines: LineIndex;
  readonly source: string;
  readonly depth: number;
  /** How this source was reached: labels `via:*`. */
  readonly via: readonly Label[];
  frame: Addr;
  readonly starImports: string[];
};

/** A function that is running. */
export type Activation = {
  readonly unit: Unit;
  readonly unitIndex: number;
  readonly fn: FunctionIr;
  readonly graph: FlowGraph;
  readonly frame: Addr;
  readonly self: Value | null;
  readonly certainAtEntry: boolean;
  /** Guards of the function itself: checking decorators that are not the program's own. */
  readonly guards: readonly Guard[];
  /** Test values seen, per branching block. */
  readonly tests: Map<BlockId, Value>;
  /** Checks that were called: they raise when they fail. */
  readonly checks: { readonly block: BlockId; readonly guard: Guard }[];
  /** Edges that were taken, `to` by `from`. */
  readonly edges: Map<BlockId, Set<BlockId>>;
  block: BlockId;
  at: Span;
  abstract: number;
  undecided: number;
  yielded: Value[];
};

export type Sensitivity = { readonly ofName: (name: string) => readonly Label[]; readonly ofLiteral: (text: string) => readonly Label[] };

export type Run = {
  readonly call: CallValue;
  readonly values: Values;
  readonly models: { readonly python: Models; readonly javascript: Models };
  readonly sensitivity: Sensitivity;
  /** Parses and lowers nested code; null when it does not parse. */
  readonly load: (source: string, language: Language) => { ir: ModuleIr; lines: LineIndex } | null;
  readonly budget: Budget;
  readonly units: Unit[];
  readonly stack: Activation[];
  readonly effects: Map<string, Effect>;
  readonly diagnostics: Diagnostic[];
  readonly graphs: Map<string, FlowGraph>;
  /** Closures that were made, with the state to run them in if nobody does. */
  readonly made: Map<string, { readonly closure: ClosureV; state: State; readonly owner: Value | null }>;
  readonly ran: Set<string>;
  /** Function -> guards that decorators from outside may be. */
  readonly decorated: Map<string, readonly Guard[]>;
  readonly contexts: Map<string, number>;
  readonly summaries: Map<string, Value>;
  /** Classes with the addresses of their latent instances. */
  readonly instances: Map<Addr, Value>;
  steps: number;
  unrolled: number;
  nextAddr: number;
  /** Above 0 while functions that nobody calls are run. */
  latent: number;
  exhausted: boolean;
};

export const isJs = (language: Language): boolean => language === "javascript" || language === "typescript";
export const modelsOf = (run: Run): Models => (isJs(current(run).unit.language) ? run.models.javascript : run.models.python);
export const current = (run: Run): Activation => run.stack[run.stack.length - 1] as Activation;
export const inJs = (run: Run): boolean => isJs(current(run).unit.language);
export const newAddr = (run: Run): Addr => run.nextAddr++;

/** Source text of a span of the running unit, shortened for people. */
export function sourceText(unit: Unit, at: Span, limit = 120): string {
  const text = unit.source.slice(at.start, at.end).replace(/\s+/g, " ");
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}
