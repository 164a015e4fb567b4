/** Compares an answer of `/enforce`, `/analyze` or `check --format json` with what a case expects. */
import type { Expectation } from "./load-cases.ts";

/** The part of an answer that cases speak about; `blocked_by_layer` and `approval_level` may be absent where nothing is recorded. */
export type Answer = {
  readonly decision: string;
  readonly blocked_by_layer?: number | null;
  readonly violations: readonly string[];
  readonly effects: readonly { readonly kind: string; readonly target_classes: readonly string[] }[];
  readonly relied_on?: readonly string[];
  readonly approval_level?: string | null;
};

/** What was missed and what was invented, one line each; empty when the answer is as expected. */
export function mismatches(expect: Expectation, answer: Answer): string[] {
  const out: string[] = [];
  const decisions: readonly string[] = [expect.decision].flat();
  if (!decisions.includes(answer.decision)) out.push(`decision: expected ${decisions.join(" or ")}, got ${answer.decision}`);
  if (expect.blocked_by !== undefined && answer.blocked_by_layer !== expect.blocked_by)
    out.push(`blocked by: expected layer ${expect.blocked_by}, got ${answer.blocked_by_layer ?? "none"}`);
  for (const text of expect.violations_include ?? [])
    if (!answer.violations.some((each) => each.includes(text))) out.push(`missed violation: ${text}`);
  for (const wanted of expect.effects_include ?? []) {
    const classes = wanted.target_classes ?? [];
    const found = answer.effects.some((each) => each.kind === wanted.kind && classes.every((name) => each.target_classes.includes(name)));
    if (!found) out.push(`missed effect: ${wanted.kind} ${classes.join(" ")}`.trimEnd());
  }
  for (const kind of expect.effects_exclude ?? [])
    if (answer.effects.some((each) => each.kind === kind)) out.push(`invented effect: ${kind}`);
  for (const name of expect.relied_on_include ?? [])
    if (!(answer.relied_on ?? []).some((each) => each.includes(name))) out.push(`missed in relied_on: ${name}`);
  if (expect.approval_level !== undefined && answer.approval_level !== expect.approval_level)
    out.push(`approval level: expected ${expect.approval_level}, got ${answer.approval_level ?? "none"}`);
  return out;
}
