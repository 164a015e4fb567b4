/** Which effects count as deletions, for the spree rule and for what the history remembers. */
import type { Effect, EffectKind, Program, TargetClass } from "../../analysis/effects.ts";
import type { DecisionKind } from "../model.ts";
import type { Thresholds } from "./thresholds.ts";

const DELETE_KINDS: ReadonlySet<EffectKind> = new Set<EffectKind>(["fs.delete", "fs.delete_tree", "db.delete_all", "record.delete"]);

/**
 * The deletions a program would do, one for each place and target; a function that nobody calls (`latent`) deletes nothing.
 * Deletions whose every target class is in `ignored` are left out; a target without a class always counts.
 */
export function deletions(program: Program, ignored: readonly TargetClass[]): Effect[] {
  const seen = new Map<string, Effect>();
  for (const effect of program.effects) {
    if (!DELETE_KINDS.has(effect.kind) || effect.reach === "latent") continue;
    if (effect.targetClasses.length > 0 && effect.targetClasses.every((each) => ignored.includes(each))) continue;
    const key = JSON.stringify([effect.kind, effect.location.offset, effect.target]);
    if (!seen.has(key)) seen.set(key, effect);
  }
  return [...seen.values()].sort((a, b) => a.location.offset - b.location.offset);
}

/**
 * What `HistoryEvent.deletes` must hold: deletions that were let through. A refused program deleted nothing; one that
 * waits for approval is judged again, with this same history, when it runs.
 */
export function deletionsToRecord(decision: DecisionKind, program: Program, thresholds: Thresholds): number {
  if (decision !== "ALLOW") return 0;
  const rule = thresholds.rules.find((each) => each.measure === "deletes");
  return deletions(program, rule?.ignored_classes ?? []).length;
}
