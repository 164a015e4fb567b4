/** Answers to approval requests, and whether an approved one may be used now. */
import type { Principal, Submission } from "../../layers/model.ts";
import type { Approval, ApprovalEvent, ApprovalStatus } from "../store/store.ts";
import type { Keyring } from "./keyring.ts";
import type { ApprovalPolicy, EngineParts } from "./parts.ts";
import { approvalEntry, type Caller } from "./record.ts";
import { done, type Refused, type Result, refuse, unrecorded } from "./refusal.ts";
import { changedFields } from "./submission.ts";

export type ApprovalAnswer = {
  readonly approval: Approval;
  readonly status: "approved" | "rejected";
  readonly approver: string;
  readonly claimedApprover: string | null;
  readonly auditId: string;
};
export type AnswerRequest = {
  readonly id: string;
  readonly answer: "approved" | "rejected";
  /** What the body says; the approver of record is the key's owner (INVARIANT 6). */
  readonly claimedApprover: string | null;
  readonly note: string | null;
};

const DENIALS = {
  wrong_role: { code: "approval.wrong_role", detail: "this key may not decide approvals" },
  own_submission: { code: "approval.own_submission", detail: "nobody approves what they, or an agent they own, submitted" },
  wrong_level: { code: "approval.wrong_level", detail: "this key's level is too low for this approval" },
} as const;

/** A pending or approved request past its time counts as expired, whether or not that has been written yet. */
export function statusNow(approval: Approval, now: number): ApprovalStatus {
  const open = approval.status === "pending" || approval.status === "approved";
  return open && now >= approval.expiresAt ? "expired" : approval.status;
}

export async function answerApproval(
  parts: EngineParts,
  keyring: Keyring,
  { principal, requestId }: Caller,
  request: AnswerRequest,
): Promise<Result<ApprovalAnswer>> {
  const now = parts.clock();
  const approval = parts.store.approval(request.id);
  if (approval === null) return unknownApproval();
  const sole = principal.keyId === "bootstrap" && parts.settings.singleOperator && keyring.isSole(now);
  const may = parts.approvals.mayDecide(principal, approval, { singleOperator: sole });
  if (may !== "ok") return refuse("forbidden", DENIALS[may].code, DENIALS[may].detail);
  const state = await stateRefusal(parts, approval, "pending", now);
  if (state !== null) return state;
  const event: ApprovalEvent = {
    at: now,
    what: request.answer,
    keyId: principal.keyId,
    owner: principal.owner,
    level: principal.level,
    claimedApprover: request.claimedApprover,
    note: request.note === null ? null : parts.maskText(request.note),
  };
  const entry = approvalEntry(parts, approval, event, requestId);
  try {
    const result = await parts.store.commit({
      audit: [entry],
      changes: [{ type: "approval.move", id: approval.id, from: "pending", to: request.answer, event }],
    });
    if (!result.ok) return lostRace(parts, approval.id);
  } catch {
    return unrecorded("the answer");
  }
  return done({ approval, status: request.answer, approver: principal.owner, claimedApprover: request.claimedApprover, auditId: entry.id });
}

/** Whether a run may use this approval; what is found wrong says what to do. */
export async function checkUse(parts: EngineParts, id: string, submission: Submission): Promise<Result<Approval>> {
  const now = parts.clock();
  const approval = parts.store.approval(id);
  if (approval === null) return unknownApproval();
  if (!speaksFor(submission.principal, approval.agentId)) {
    return refuse("forbidden", "key.foreign_agent", "this approval belongs to an agent that this key is not bound to");
  }
  const state = await stateRefusal(parts, approval, "approved", now);
  if (state !== null) return state;
  if (approval.executionDigest !== submission.executionDigest) {
    const fields = changedFields(submission, approval.fieldDigests);
    const named = fields.map((name) => `\`${name}\``).join(", ");
    return refuse("mismatch", "approval.mismatch", `this is not what was approved; different: ${named || "digest version"}`, { fields });
  }
  const { rulesVersion, configVersion } = parts.settings;
  const changed = [
    ...(approval.rulesVersion === rulesVersion ? [] : ["rules_version"]),
    ...(approval.configVersion === configVersion ? [] : ["config_version"]),
  ];
  if (changed.length === 0) return done(approval);
  const what = changed.includes("rules_version") ? "the rules" : "the configuration";
  return refuse("conflict", "approval.stale", `${what} changed since this was approved; submit it again`, { fields: changed });
}

export const speaksFor = (principal: Principal, agentId: string): boolean =>
  principal.agentIds === null || principal.agentIds.includes(agentId);

/** Who may see it: agents their own, approvers up to their level, the other roles all of them. */
export function maySee(policy: ApprovalPolicy, principal: Principal, approval: Approval): boolean {
  if (principal.role === "agent") return speaksFor(principal, approval.agentId);
  return principal.role !== "approver" || policy.covers(principal.level, approval.level);
}

const unknownApproval = (): Refused => refuse("not_found", "approval.unknown", "there is no approval with this id");

const STATES: Readonly<Record<ApprovalStatus, string>> = {
  pending: "this approval has not been given yet",
  approved: "this approval has been given already",
  rejected: "this approval has been refused",
  consumed: "this approval has been used; it is good for one run",
  expired: "this approval has expired; submit the code again to ask for a new one",
};

async function stateRefusal(parts: EngineParts, approval: Approval, wanted: ApprovalStatus, now: number): Promise<Refused | null> {
  const status = statusNow(approval, now);
  if (status === wanted) return null;
  if (status !== "expired") return refuse("conflict", `approval.${status}`, STATES[status]);
  await recordExpiry(parts, approval, now);
  return refuse("gone", "approval.expired", STATES.expired);
}

/** Best effort: the expiry itself is a fact of the clock, the record only makes it visible in the history. */
async function recordExpiry(parts: EngineParts, approval: Approval, now: number): Promise<void> {
  if (approval.status === "expired") return;
  const event: ApprovalEvent = {
    at: now,
    what: "expired",
    keyId: "system",
    owner: "system",
    level: null,
    claimedApprover: null,
    note: null,
  };
  const entry = approvalEntry(parts, approval, event, null);
  const move = { type: "approval.move", id: approval.id, from: approval.status, to: "expired", event } as const;
  await parts.store.commit({ audit: [entry], changes: [move] }).catch(() => undefined);
}

/** Somebody else was faster, or the clock was. */
function lostRace(parts: EngineParts, id: string): Refused {
  const approval = parts.store.approval(id);
  const status = approval === null ? "consumed" : statusNow(approval, parts.clock());
  if (status === "expired") return refuse("gone", "approval.expired", STATES.expired);
  return refuse("conflict", `approval.${status}`, STATES[status]);
}
