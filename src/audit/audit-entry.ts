/**
 * What goes into the audit log. An entry holds digests, reasons and who, never the code itself and never a person's data or a
 * secret in the clear: messages, targets and claims are masked by the caller before they come here (INVARIANT 8).
 */
import type { Effect } from "../../analysis/effects.ts";
import type { Decision, Finding, Json, LayerVerdict, Location, Principal, Submission } from "../../layers/model.ts";
import { newId } from "../store/new-id.ts";
import type { Approval, ApprovalEvent, AuditDraft, StoredKey } from "../store/store.ts";

/** A hostile program can have as many findings as lines; the record of one decision stays bounded and says what it left out. */
const MOST_RECORDED = 500;

type JsonObject = { readonly [key: string]: Json };

/** Where an entry comes from: which request, at which time (ms since the epoch). */
export type Occasion = { readonly now: number; readonly requestId: string | null };

/** One decision. The entry's id is the decision's id, by which callers know it as `audit_id`. */
export function decisionEntry(
  occasion: Occasion,
  subject: {
    readonly submission: Submission;
    readonly decision: Decision;
    /** As the layers saw them, with masked targets; empty when there is no Program. */
    readonly effects: readonly Effect[];
    /** The caller's claims, masked. */
    readonly context: JsonObject;
    readonly mode: "enforce" | "execute" | "resume";
  },
): AuditDraft {
  const { submission, decision, effects, context, mode } = subject;
  return draft("decision", occasion, submission, {
    id: decision.id,
    data: {
      mode,
      decision: decision.decision,
      blockedBy: decision.blockedBy,
      reasonCodes: decision.reasonCodes,
      constraints: decision.constraints,
      reliedOn: decision.reliedOn,
      compliance: { ...decision.compliance },
      language: submission.language,
      codeBytes: Buffer.byteLength(submission.code),
      ...digests(decision),
      context,
      verdicts: decision.verdicts.map(verdictRecord),
      effects: effects.slice(0, MOST_RECORDED).map(effectRecord),
      effectsOmitted: Math.max(0, effects.length - MOST_RECORDED),
      approval: decision.approval === undefined ? null : { ...decision.approval },
      principal: principalRecord(submission.principal),
    },
  });
}

/** Written before a run starts: whatever happens next, the log knows that it was tried. */
export function attemptEntry(
  occasion: Occasion,
  subject: {
    readonly submission: Submission;
    readonly executionId: string;
    readonly decision: Decision;
    readonly approvalId: string | null;
    readonly backend: string;
  },
): AuditDraft {
  const { submission, executionId, decision, approvalId, backend } = subject;
  return draft("attempt", occasion, submission, {
    data: {
      executionId,
      decisionId: decision.id,
      approvalId,
      backend,
      ...digests(decision),
      constraints: decision.constraints,
      limits: { ...submission.limits },
      principal: principalRecord(submission.principal),
    },
  });
}

/** What became of a run. `unknown`: the server ended before it knew; such a run is never repeated. */
export function outcomeEntry(
  occasion: Occasion,
  subject: {
    readonly executionId: string;
    readonly agentId: string;
    readonly sessionId: string | null;
    readonly executionDigest: string;
    /** As in the response: `completed`, `failed`, `timeout` ...; or `unknown`. */
    readonly status: string;
    /** Numbers and digests about the run: `durationMs`, `stdoutBytes`, `stdoutDigest` ...; no output in the clear. */
    readonly facts: JsonObject;
  },
): AuditDraft {
  const { executionId, executionDigest, status, facts } = subject;
  return draft("outcome", occasion, subject, { data: { executionId, executionDigest, status, ...facts } });
}

/** One step of an approval: requested, approved, rejected, expired, consumed. `event.note` is masked by the caller. */
export function approvalEntry(occasion: Occasion, approval: Omit<Approval, "history">, event: ApprovalEvent): AuditDraft {
  return draft("approval", occasion, approval, {
    data: {
      approvalId: approval.id,
      what: event.what,
      by: { keyId: event.keyId, owner: event.owner, level: event.level },
      claimedApprover: event.claimedApprover,
      note: event.note,
      level: approval.level,
      impact: approval.impact,
      expiresAt: new Date(approval.expiresAt).toISOString(),
      submittedBy: { ...approval.submittedBy },
      decisionId: approval.decisionId,
      codeDigest: approval.codeDigest,
      executionDigest: approval.executionDigest,
      rulesVersion: approval.rulesVersion,
      configVersion: approval.configVersion,
      discharges: approval.discharges,
    },
  });
}

/** A key was made or revoked. Neither the key nor its hash is recorded. `by` is null for the server itself. */
export function keyEntry(occasion: Occasion, what: "created" | "revoked", key: StoredKey, by: Principal | null): AuditDraft {
  return draft("key", occasion, NOBODY, {
    data: {
      what,
      keyId: key.id,
      prefix: key.prefix,
      owner: key.owner,
      role: key.role,
      level: key.level,
      agentIds: key.agentIds,
      expiresAt: key.expiresAt === null ? null : new Date(key.expiresAt).toISOString(),
      by: by === null ? null : principalRecord(by),
    },
  });
}

/** Something about the server: `started`, `stopped`, `layer_disabled` ... */
export function serverEntry(occasion: Occasion, what: string, facts: JsonObject): AuditDraft {
  return draft("server", occasion, NOBODY, { data: { what, ...facts } });
}

const NOBODY = { agentId: null, sessionId: null };

function draft(
  type: AuditDraft["type"],
  occasion: Occasion,
  whose: { readonly agentId: string | null; readonly sessionId: string | null },
  content: { readonly id?: string; readonly data: JsonObject },
): AuditDraft {
  return {
    id: content.id ?? newId(occasion.now),
    at: new Date(occasion.now).toISOString(),
    type,
    agentId: whose.agentId,
    sessionId: whose.sessionId,
    data: { ...content.data, requestId: occasion.requestId },
  };
}

function digests(decision: Decision): JsonObject {
  const { codeDigest, executionDigest, rulesVersion, configVersion } = decision;
  return { codeDigest, executionDigest, rulesVersion, configVersion };
}

function principalRecord({ keyId, owner, role, level }: Principal): JsonObject {
  return { keyId, owner, role, level };
}

function verdictRecord(verdict: LayerVerdict): JsonObject {
  return {
    layer: verdict.layer,
    outcome: verdict.outcome,
    error: verdict.outcome === "error" ? { ...verdict.error } : null,
    findings: verdict.findings.slice(0, MOST_RECORDED).map(findingRecord),
    findingsOmitted: Math.max(0, verdict.findings.length - MOST_RECORDED),
    constraints: verdict.constraints,
    reliedOn: verdict.reliedOn ?? [],
    compliance: { ...verdict.compliance },
    // Whole microseconds: finer digits are noise.
    latencyMs: Math.round(verdict.latencyMs * 1000) / 1000,
  };
}

function findingRecord(finding: Finding): JsonObject {
  return {
    ruleId: finding.ruleId,
    severity: finding.severity,
    action: finding.action,
    reasonCode: finding.reasonCode,
    message: finding.message,
    location: place(finding.location),
    references: finding.references,
    ...(finding.impact === undefined ? {} : { impact: finding.impact }),
    ...(finding.breaks === undefined ? {} : { breaks: finding.breaks }),
  };
}

/** What, on what, and how surely; arguments and guards stay out, since they quote the code. */
function effectRecord(effect: Effect): JsonObject {
  return {
    kind: effect.kind,
    target: effect.target,
    targetClasses: effect.targetClasses,
    api: effect.api,
    labels: effect.labels,
    reach: effect.reach,
    basis: effect.basis,
    via: effect.via.map(({ how }) => how),
    location: place(effect.location),
  };
}

function place({ line, column, endLine, endColumn }: Location): JsonObject {
  return { line, column, endLine, endColumn };
}
