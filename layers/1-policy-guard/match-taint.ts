/**
 * A taint rule on a program. Its patterns say where data comes in, is cleaned, is handed on and must not go; what lies
 * between is followed through registers, variables, fields and calls of the lowered form, until nothing new is learnt.
 */
import type { RuleMatch } from "../../analysis/effects.ts";
import type { ModuleIr } from "../../analysis/ir.ts";
import { lower } from "../../analysis/lower/lower.ts";
import type { ParsedTree } from "../../analysis/tree.ts";
import type { Bindings } from "./bindings.ts";
import type { Evaluation } from "./evaluate-formula.ts";
import { MatchBudgetError } from "./matching.ts";
import type { ProgramFacts } from "./program-facts.ts";
import type { TaintRule } from "./rule.ts";
import { shellFlow } from "./shell-flow.ts";
import { runFunction } from "./taint-function.ts";
import { findTaintMatches } from "./taint-matches.ts";
import { type TaintFinding, TaintProgram } from "./taint-program.ts";
import { findMethods } from "./taint-structure.ts";
import type { Step } from "./taint-values.ts";

/** Instructions that taint is followed through, for all rules on one program (about 300 ns each). */
export const TAINT_FUEL = 1_000_000;
/** Runs for each function; what still changes then is not followed to its end. */
const MAX_RUNS = 40;

export type TaintMatch = {
  readonly start: number;
  readonly end: number;
  readonly bindings: Bindings;
  readonly trace: RuleMatch["trace"] & object;
};

const LOWERED = new WeakMap<ProgramFacts, ModuleIr>();

/** Throws MatchBudgetError when it cannot be followed to its end. */
export function matchTaint(evaluation: Evaluation, rule: TaintRule, fuel: { left: number }): TaintMatch[] {
  const matches = findTaintMatches(evaluation, rule);
  if (matches === null) return [];
  const { facts } = evaluation;
  const ir = loweredOf(facts);
  const program = new TaintProgram({ facts, ir, matches, options: rule.options, matchOptions: evaluation.options, fuel });
  findMethods(program);
  for (let runs = 0; program.waiting.size > 0; runs++) {
    if (runs > MAX_RUNS * ir.functionCount()) throw new MatchBudgetError();
    const next = Math.min(...program.waiting);
    program.start(next);
    runFunction(program, next);
  }
  return program.findings().map((finding) => matchOf(facts, finding));
}

function loweredOf(facts: ProgramFacts): ModuleIr {
  const known = LOWERED.get(facts);
  if (known !== undefined) return known;
  const ir = lower(followed(facts.tree), facts.source);
  LOWERED.set(facts, ir);
  return ir;
}

/** What a shell does by pipes is written out; its variables are those of a script. */
function followed(tree: ParsedTree): ParsedTree {
  if (tree.module.language !== "shell") return tree;
  return { ...tree, module: { ...shellFlow(tree.module), language: "javascript" } };
}

function matchOf(facts: ProgramFacts, { sink, taint }: TaintFinding): TaintMatch {
  const known = new Set(sink.bindings.map(([name]) => name));
  const bindings = [...sink.bindings, ...taint.source.bindings.filter(([name]) => !known.has(name))];
  const steps: { message: string; location: ReturnType<typeof facts.lines.locate> }[] = [];
  for (let step: Step | null = taint.steps; step !== null; step = step.before) {
    steps.unshift({ message: step.message, location: facts.lines.locate(step.at) });
  }
  const last = { message: "reaches the sink", location: facts.lines.locate(sink) };
  return { start: sink.start, end: sink.end, bindings, trace: [...steps, last] };
}
