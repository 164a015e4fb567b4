/** Runs rewrites over pairs of programs and counts what changed. */
import { createJudge, type Judge, type Judged } from "../cases/judge.ts";
import { REWRITES } from "./catalogue.ts";
import { loadPairs, type Pair, type Subject } from "./programs.ts";
import { familyOf, type Rewrite } from "./rewrite.ts";
import { choice } from "./tree-edits.ts";
import { BrokenText, chained, changes, flagged, isHiding } from "./verdicts.ts";

export type Trial = { readonly pair: Pair; readonly chain: readonly Rewrite[] };
export type Failure = { readonly id: string; readonly chain: string; readonly code: string; readonly changes: readonly string[] };
export type Outcome = { risky: number; kept: number; twins: number; quiet: number; readonly failures: Failure[] };

type Judging = { readonly judge: Judge; readonly judged: Map<string, Judged> };
const outcome = (): Outcome => ({ risky: 0, kept: 0, twins: 0, quiet: 0, failures: [] });

/** Judges the originals once; pairs whose risky program is allowed or whose twin is flagged say nothing about rewriting. */
export async function openMatrix(): Promise<{ pairs: readonly Pair[]; run: (trial: Trial, into: Outcome) => void }> {
  const judge = await createJudge();
  const judged = new Map<string, Judged>();
  const ask = (subject: Subject): Judged => {
    const answer = judge(subject);
    judged.set(subject.id, answer);
    return answer;
  };
  const pairs = loadPairs().filter((pair) => ask(pair.risky).decision !== "ALLOW" && ask(pair.twin).decision === "ALLOW");
  return { pairs, run: (trial, into) => runTrial({ judge, judged }, trial, into) };
}

/** A rewrite that made no program counts as one that changed what was decided. */
function runTrial(judging: Judging, trial: Trial, into: Outcome): void {
  try {
    tryTrial(judging, trial, into);
  } catch (error) {
    if (!(error instanceof BrokenText)) throw error;
    const chain = trial.chain.map((rewrite) => rewrite.name).join(" + ");
    into.risky++;
    into.failures.push({ id: trial.pair.risky.id, chain, code: error.message, changes: ["no program any more"] });
  }
}

function tryTrial({ judge, judged }: Judging, { pair, chain }: Trial, into: Outcome): void {
  const name = chain.map((rewrite) => rewrite.name).join(" + ");
  const risky = chained(pair.risky, chain);
  if (risky !== null) {
    into.risky++;
    const found = changes(judge, { subject: pair.risky, judged: judged.get(pair.risky.id) as Judged }, risky, chain);
    if (found.length === 0) into.kept++;
    else into.failures.push({ id: pair.risky.id, chain: name, code: risky, changes: found });
  }
  if (isHiding(chain, judged.get(pair.twin.id) as Judged)) return;
  const twin = chained(pair.twin, chain);
  if (twin === null) return;
  into.twins++;
  const found = flagged(judge, pair.twin, twin);
  if (found.length === 0) into.quiet++;
  else into.failures.push({ id: pair.twin.id, chain: name, code: twin, changes: found });
}

/** Every rewrite alone, and `chains` chains of two to four for each pair, drawn by the pair's own id: the same every time. */
export function trialsOf(pairs: readonly Pair[], chains: number): Trial[] {
  return pairs.flatMap((pair) => {
    const family = familyOf(pair.risky.language);
    const own = REWRITES.filter((rewrite) => rewrite.family === family);
    const alone = own.map((rewrite): Trial => ({ pair, chain: [rewrite] }));
    const drawn = Array.from({ length: chains }, (_, n): Trial => ({ pair, chain: drawChain(own, `${pair.risky.id} ${n}`) }));
    return [...alone, ...drawn];
  });
}

/** At most one that hides the whole, and that last: what follows could only rewrite the payload. */
function drawChain(own: readonly Rewrite[], seed: string): Rewrite[] {
  const length = 2 + choice(`${seed} length`, 3);
  const drawn = Array.from({ length }, (_, i) => own[choice(`${seed} ${i}`, own.length)] as Rewrite);
  const open = drawn.filter((rewrite) => rewrite.hides !== true);
  return [...open, ...drawn.filter((rewrite) => rewrite.hides === true).slice(0, 1)];
}

export function runTrials(run: (trial: Trial, into: Outcome) => void, trials: readonly Trial[]): Outcome {
  const out = outcome();
  for (const trial of trials) run(trial, out);
  return out;
}
