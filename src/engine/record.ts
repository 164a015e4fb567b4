/**
 * What is written about each thing the engine does: audit entries and the changes that go with them.
 * INVARIANT 8: every text that comes from a submission is masked here, before it leaves the engine.
 */
import type { Effect } from "../../analysis/effects.ts";
import type { Decision, Finding, Json, LayerVerdict, Principal } from "../../layers/model.ts";
import * as entries from "../audit/audit-entry.ts";
import type { Approval, ApprovalEvent, AuditDraft, Change, StoredKey, Unit } from "../store/store.ts";
import { killSwitchFacts } from "./brake.ts";
import type { Judged } from "./judge.ts";
import type { EngineParts, OutputListener, RunOutcome } from "./parts.ts";
import { fieldDigests } from "./submission.ts";

/** Of a hostile program's many effects an approver sees, and the log holds, the first. */
const MAX_EFFECTS = 500;

type JsonObject = { readonly [key: string]: Json };

/** Who calls, and under which request id. */
export type Caller = { readonly principal: Principal; readonly requestId: string | null };

const occasion = (parts: Pick<EngineParts, "clock">, requestId: string | null): entries.Occasion => ({ now: parts.clock(), requestId });

/** The decision, its place in the history, and the approval request if there is one: one transaction (INVARIANT 2). */
export function decisionUnit(parts: EngineParts, judged: Judged, mode: "enforce" | "execute" | "resume", requestId: string | null): Unit {
  const { submission, decision, program, draft, at } = judged;
  const { agentId, sessionId, codeDigest } = submission;
  const deletes = program === null ? 0 : parts.countDeletions(decision.decision, program);
  const event = { at, agentId, sessionId, codeDigest, decision: decision.decision, deletes, reasonCodes: decision.reasonCodes };
  const effects = maskedEffects(parts, judged);
  const context = parts.maskJson(submission.context) as JsonObject;
  const subject = { submission, decision: maskedDecision(parts, decision), effects, context, mode };
  const audit = [entries.decisionEntry({ now: at, requestId }, subject)];
  const changes: Change[] = [{ type: "history.add", event }];
  const transfer = decision.decision === "ALLOW" && program !== null ? (parts.transferOf?.(submission, program, mode) ?? null) : null;
  // What a person approved is no part of what an agent adds up by itself.
  if (transfer !== null)
    changes.push({ type: "transfer.add", at, agentId, sessionId, ...transfer, amount: mode === "resume" ? 0 : transfer.amount });
  if (draft !== null) {
    const approval = requestFor(parts, judged, draft, effects);
    changes.push({ type: "approval.create", approval });
    audit.push(entries.approvalEntry({ now: at, requestId }, approval, approval.history[0]!));
  }
  return { audit, changes };
}

function maskedEffects(parts: EngineParts, { program }: Judged): readonly Effect[] {
  return (program?.effects ?? []).slice(0, MAX_EFFECTS).map((effect) => ({ ...effect, target: parts.maskText(effect.target) }));
}

const maskedFinding = (parts: EngineParts, finding: Finding): Finding => ({
  ...finding,
  message: parts.maskText(finding.message),
  ...(finding.trace === undefined ? {} : { trace: finding.trace.map((step) => ({ ...step, message: parts.maskText(step.message) })) }),
});

function maskedDecision(parts: EngineParts, decision: Decision): Decision {
  const maskVerdict = (verdict: LayerVerdict): LayerVerdict => ({
    ...verdict,
    findings: verdict.findings.map((finding) => maskedFinding(parts, finding)),
    constraints: verdict.constraints.map(parts.maskText),
    ...(verdict.reliedOn === undefined ? {} : { reliedOn: verdict.reliedOn.map(parts.maskText) }),
  });
  return {
    ...decision,
    verdicts: decision.verdicts.map(maskVerdict),
    constraints: decision.constraints.map(parts.maskText),
    reliedOn: decision.reliedOn.map(parts.maskText),
  };
}

/** INVARIANT 3: the request names the execution digest, the versions, and exactly the findings an approval discharges. */
function requestFor(
  parts: EngineParts,
  { submission, decision, at }: Judged,
  draft: NonNullable<Judged["draft"]>,
  effects: readonly Effect[],
): Approval {
  const { keyId, owner } = submission.principal;
  const requested: ApprovalEvent = { at, what: "requested", keyId, owner, level: null, claimedApprover: null, note: null };
  return {
    id: draft.id,
    status: "pending",
    level: draft.level,
    impact: draft.impact,
    createdAt: draft.createdAt,
    expiresAt: draft.expiresAt,
    agentId: submission.agentId,
    sessionId: submission.sessionId,
    submittedBy: { keyId, owner },
    language: submission.language,
    code: parts.maskText(submission.code),
    codeDigest: decision.codeDigest,
    executionDigest: decision.executionDigest,
    fieldDigests: fieldDigests(submission),
    rulesVersion: decision.rulesVersion,
    configVersion: decision.configVersion,
    decisionId: decision.id,
    findings: draft.findings.map((finding) => maskedFinding(parts, finding)),
    discharges: draft.discharges,
    effects: effects.map((effect) => parts.maskJson(effect as unknown as Json)),
    history: [requested],
  };
}

export type Run = {
  readonly executionId: string;
  readonly judged: Judged;
  readonly requestId: string | null;
  readonly onOutput?: OutputListener | undefined;
};

export function attemptEntry(parts: EngineParts, { executionId, judged, requestId }: Run, approvalId: string | null): AuditDraft {
  const { submission } = judged;
  const backend = parts.runner.status().executors[submission.language]?.isolation.join("+") || "none";
  const decision = maskedDecision(parts, judged.decision);
  return entries.attemptEntry(occasion(parts, requestId), { submission, executionId, decision, approvalId, backend });
}

/** How it ended and how much came out, never what: output may hold anything. */
export function outcomeEntry(parts: EngineParts, { executionId, judged, requestId }: Run, outcome: RunOutcome): AuditDraft {
  const { agentId, sessionId, executionDigest } = judged.submission;
  const facts = {
    decisionId: judged.decision.id,
    reason: outcome.reason,
    durationMs: Math.round(outcome.durationMs * 1000) / 1000,
    memoryPeakBytes: outcome.memoryPeakBytes,
    stdoutBytes: Buffer.byteLength(outcome.stdout),
    stderrBytes: Buffer.byteLength(outcome.stderr),
    backend: outcome.backend,
    observedEffects: parts.maskJson(outcome.observedEffects),
    ...(outcome.unpredictedEffects.length === 0
      ? {}
      : { reasonCodes: ["sandbox.unpredicted_effect"], unpredictedEffects: parts.maskJson(outcome.unpredictedEffects) }),
  };
  const subject = { executionId, agentId, sessionId, executionDigest, status: outcome.status, facts };
  return entries.outcomeEntry(occasion(parts, requestId), subject);
}

/** For a run that the process before this one started and did not finish. */
export function orphanEntry(
  parts: EngineParts,
  { id, agentId, executionDigest }: { id: string; agentId: string; executionDigest: string },
): AuditDraft {
  const subject = { executionId: id, agentId, sessionId: null, executionDigest, status: "unknown", facts: {} };
  return entries.outcomeEntry(occasion(parts, null), subject);
}

export function approvalEntry(parts: EngineParts, approval: Approval, event: ApprovalEvent, requestId: string | null): AuditDraft {
  const claimedApprover = event.claimedApprover === null ? null : parts.maskText(event.claimedApprover);
  return entries.approvalEntry(occasion(parts, requestId), approval, { ...event, claimedApprover });
}

export function keyEntry(
  parts: Pick<EngineParts, "clock">,
  what: "created" | "revoked",
  key: StoredKey,
  { principal, requestId }: Caller,
): AuditDraft {
  return entries.keyEntry(occasion(parts, requestId), what, key, principal);
}

export function killSwitchEntry(parts: EngineParts, engaged: boolean, reason: string | null, { principal, requestId }: Caller): AuditDraft {
  const { what, facts } = killSwitchFacts(engaged, reason === null ? null : parts.maskText(reason), principal);
  return entries.serverEntry(occasion(parts, requestId), what, facts);
}

/** Switched-off layers and the two versions, so that the log tells under which rules everything after it was decided. */
export function serverEntry(parts: EngineParts, what: "started" | "reconfigured" | "stopped"): AuditDraft {
  const { rulesVersion, configVersion, singleOperator } = parts.settings;
  return entries.serverEntry(occasion(parts, null), what, {
    rulesVersion,
    configVersion,
    singleOperator,
    disabledLayers: [...parts.disabled],
  });
}
