/** What one approval asks, who may answer it, and what an answer discharges. Pure functions; the store keeps the record. */
import type { ApprovalLevel, Finding, LayerVerdict, Principal } from "../model.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Impact, Ladder } from "./ladder.ts";
import { levelCovers, levelForImpact } from "./ladder.ts";

export type DraftedApproval = {
  readonly level: ApprovalLevel;
  /** The largest impact among the findings; `unlimited` as soon as one of them has none stated. */
  readonly impact: Impact;
  /** The escalating findings, in layer order: what a person is asked about. */
  readonly findings: readonly Finding[];
  /** Their fingerprints, sorted and without repeats: all that an approval will ever discharge. */
  readonly discharges: readonly string[];
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly expiresAt: number;
};

/** The question to put before a person, or null when nothing escalated or no approval could help (a block or an error). */
export function draftApproval(verdicts: readonly LayerVerdict[], ladder: Ladder, now: number): DraftedApproval | null {
  const judged = verdicts.filter((verdict) => verdict.layer !== 6);
  if (judged.some((verdict) => verdict.outcome === "block" || verdict.outcome === "error")) return null;
  const escalated = judged.filter((verdict) => verdict.outcome === "escalate");
  if (escalated.length === 0) return null;
  const findings = escalated.flatMap(escalatingFindings);
  const silent = escalated.some((verdict) => escalatingFindings(verdict).length === 0);
  const impact = silent ? "unlimited" : largestImpact(findings);
  return {
    level: levelForImpact(impact, ladder),
    impact,
    findings,
    discharges: [...new Set(findings.map(fingerprint))].sort(),
    createdAt: now,
    expiresAt: now + ladder.expiryMs,
  };
}

function escalatingFindings(verdict: LayerVerdict): readonly Finding[] {
  return verdict.findings.filter((finding) => finding.action === "require_approval");
}

function largestImpact(findings: readonly Finding[]): Impact {
  let largest = 0;
  for (const { impact } of findings) {
    if (impact === undefined || impact === "unlimited" || !(impact >= 0)) return "unlimited";
    largest = Math.max(largest, impact);
  }
  return largest;
}

export type MayDecide = "ok" | "wrong_role" | "own_submission" | "wrong_level";

/**
 * Whether this key may approve or reject. INVARIANT 3: nobody approves what they, or an agent they own, submitted: the
 * submitting key's owner is compared, and an agent's key carries the name of the person it belongs to. The one exception
 * is the administrator of an installation with a single key (`singleOperator`).
 */
export function mayDecide(
  principal: Principal,
  approval: { readonly level: ApprovalLevel; readonly submittedBy: { readonly keyId: string; readonly owner: string } },
  options: { readonly singleOperator: boolean },
): MayDecide {
  if (principal.role !== "approver" && principal.role !== "admin") return "wrong_role";
  const own = approval.submittedBy.keyId === principal.keyId || approval.submittedBy.owner === principal.owner;
  const excused = principal.role === "admin" && options.singleOperator;
  if (own && !excused) return "own_submission";
  return principal.role === "admin" || levelCovers(principal.level, approval.level) ? "ok" : "wrong_level";
}

export type Discharged = {
  /** The verdicts with every fully covered escalation turned into a pass (or constrain), and `approval` in its `reliedOn`. */
  readonly verdicts: readonly LayerVerdict[];
  /** Escalating findings that the approval did not list. Empty does not mean allowed: blocks and errors stay. */
  readonly uncovered: readonly Finding[];
};

/**
 * Applies an approval on use, to the verdicts of the layers that have just run again.
 * INVARIANT 3: it discharges only the escalating findings it listed, never a block or an error; an escalation that names
 * no finding cannot have been listed, so it stays.
 */
export function discharge(verdicts: readonly LayerVerdict[], discharges: readonly string[]): Discharged {
  const listed = new Set(discharges);
  const uncovered: Finding[] = [];
  const after = verdicts.map((verdict): LayerVerdict => {
    if (verdict.outcome !== "escalate") return verdict;
    const asked = escalatingFindings(verdict);
    const open = asked.filter((finding) => !listed.has(fingerprint(finding)));
    uncovered.push(...open);
    if (asked.length === 0 || open.length > 0) return verdict;
    const outcome = verdict.constraints.length > 0 ? "constrain" : "pass";
    return { ...verdict, outcome, reliedOn: [...(verdict.reliedOn ?? []), "approval"] };
  });
  return { verdicts: after, uncovered };
}
