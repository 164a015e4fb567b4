/** The fuel of one run, and how precise the analysis still is when part of it is spent. */
import type { Run } from "./run.ts";

/** Joins, copies and interning are charged by their size; so many of them weigh as much as one instruction. */
const WORK_PER_STEP = 8;

export type Precision = {
  /** Runs of one function with arguments of their own; after that, with the join of all that it was called with. */
  readonly runs: number;
  /** Steps inside one function up to which it gets further runs of its own. */
  readonly cheap: number;
  /** Turns of a loop over a known sequence that are followed one by one although branches inside it are not decided. */
  readonly undecidedTurns: number;
  /** Abstract rounds of a loop before it is widened. */
  readonly rounds: number;
};

const LEVELS: readonly (Precision & { readonly until: number })[] = [
  { until: 0.2, runs: 8, cheap: 2_000, undecidedTurns: 8, rounds: 3 },
  { until: 0.5, runs: 4, cheap: 500, undecidedTurns: 3, rounds: 2 },
  { until: 1, runs: 1, cheap: 100, undecidedTurns: 0, rounds: 1 },
];

export const spent = (run: Run): number => run.steps + run.values.work / WORK_PER_STEP;

/** Precision falls as fuel is spent, so that a large program ends coarse rather than unfinished. */
export function precision(run: Run): Precision {
  const share = spent(run) / run.budget.steps;
  return (LEVELS.find((level) => share < level.until) ?? LEVELS[LEVELS.length - 1]) as Precision;
}

/** Share of the fuel up to which loops are followed turn by turn: joins cost more and more where each turn leaves something behind. */
const FOLLOWED = 0.7;
export const isNearlySpent = (run: Run): boolean => spent(run) > run.budget.steps * FOLLOWED;

/** Charges one instruction; true when the whole budget is spent. */
export function charge(run: Run, unrolls: boolean): boolean {
  run.steps++;
  if (unrolls) run.unrolled++;
  if (spent(run) > run.budget.steps) run.exhausted = true;
  return run.exhausted;
}
