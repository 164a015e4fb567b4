/**
 * Runs what was allowed. The attempt is recorded before the start and the outcome after it, so that after a crash the
 * log shows that something may have run.
 */
import type { Submission } from "../../layers/model.ts";
import { newId } from "../store/new-id.ts";
import type { Approval, ApprovalEvent, Unit } from "../store/store.ts";
import { checkUse } from "./approvals.ts";
import type { StopReason } from "./brake.ts";
import { type Judged, judge } from "./judge.ts";
import type { EngineParts, OutputListener, RunOutcome } from "./parts.ts";
import { approvalEntry, attemptEntry, decisionUnit, outcomeEntry, type Run } from "./record.ts";
import { done, type Result, refuse, unrecorded } from "./refusal.ts";

export type Executed = { readonly judged: Judged; readonly executionId: string | null; readonly outcome: RunOutcome };
export type ExecuteRequest = {
  readonly submission: Submission;
  readonly approvalId: string | null;
  readonly requestId: string | null;
  /** Hears the output of the run, which begins only when its start is recorded. */
  readonly onOutput?: OutputListener | undefined;
};

/** With an approval: exactly what was approved, once. Without: what is allowed now. */
export async function execute(parts: EngineParts, request: ExecuteRequest): Promise<Result<Executed>> {
  const { submission, approvalId, requestId, onOutput } = request;
  const approval = approvalId === null ? null : await checkUse(parts, approvalId, submission);
  if (approval !== null && !approval.ok) return approval;
  const under = approval?.value ?? null;
  const judged = await judge(parts, {
    submission,
    mode: under === null ? "execute" : "resume",
    speaker: submission.principal.role,
    ...(under === null ? {} : { approval: under }),
  });
  if (!judged.ok) return judged;
  const mode = under === null ? "execute" : "resume";
  const unit = decisionUnit(parts, judged.value, mode, requestId);
  const held = whyNotRun(parts, judged.value);
  if (held === null) return run(parts, { executionId: newId(parts.clock()), judged: judged.value, requestId, onOutput }, under, unit);
  // The approval stays as it is: nothing ran under it.
  const recorded = await commit(parts, unit, "the decision");
  if (!recorded.ok) return recorded;
  const outcome = notRun(held.reason, held.message);
  parts.observer?.decided(judged.value, mode);
  parts.observer?.ran(outcome, submission.language);
  return done({ judged: judged.value, executionId: null, outcome });
}

function whyNotRun(parts: EngineParts, { decision, submission, program }: Judged): { reason: string; message: string | null } | null {
  if (decision.decision === "BLOCK" || program === null) return { reason: "blocked", message: null };
  if (decision.decision !== "ALLOW") return { reason: "approval_required", message: null };
  const stopped = whyStopped(parts, submission.principal.keyId);
  if (stopped !== null) return { reason: stopped, message: STOPPED[stopped] };
  const unavailable = parts.runner.unavailable(submission.language);
  return unavailable === null
    ? null
    : { reason: unavailable, message: `no executor for ${submission.language} is available on this server` };
}

async function run(parts: EngineParts, about: Run, approval: Approval | null, decided: Unit): Promise<Result<Executed>> {
  const { executionId, judged } = about;
  const { keyId } = judged.submission.principal;
  // From here on whoever revokes the key or engages the kill switch finds this run.
  const hold = parts.brake.hold({ keyId, kill: (reason) => parts.runner.kill(executionId, reason) });
  try {
    const started = await commit(parts, startUnit(parts, about, approval, decided), "the start of the run");
    if (!started.ok) return started;
    parts.observer?.decided(judged, approval === null ? "execute" : "resume");
    const stopped = hold.stopped() ?? whyStopped(parts, keyId);
    const outcome = stopped === null ? await runGuarded(parts, about) : notRun(stopped, STOPPED[stopped]);
    return await finish(parts, about, outcome);
  } finally {
    hold.release();
  }
}

const STOPPED: Readonly<Record<StopReason, string>> = {
  key_revoked: "nothing ran: the key of this submission was revoked in the meantime",
  kill_switch: "nothing ran: the kill switch is engaged",
};

function whyStopped({ brake, store }: EngineParts, keyId: string): StopReason | null {
  if (brake.killSwitch().engaged) return "kill_switch";
  const key = store.keys().find(({ id }) => id === keyId);
  return key !== undefined && key.revokedAt !== null ? "key_revoked" : null;
}

async function finish(parts: EngineParts, about: Run, outcome: RunOutcome): Promise<Result<Executed>> {
  const { executionId, judged } = about;
  parts.observer?.ran(outcome, judged.submission.language);
  const finished: Unit = {
    audit: [outcomeEntry(parts, about, outcome)],
    changes: [{ type: "execution.finish", id: executionId, at: parts.clock(), status: "finished" }],
  };
  const recorded = await commit(parts, finished, "the outcome");
  if (recorded.ok) return done({ judged, executionId, outcome });
  const detail = `execution ${executionId} has ended but its outcome could not be recorded; after a restart it is listed as unknown, and it is not repeated`;
  return refuse("unavailable", "store.outcome_unrecorded", detail, { retryAfter: 5 });
}

/**
 * INVARIANT 3: the approval is consumed in the transaction that records the start, so that it is used once, whatever
 * happens afterwards. Decision and start share one transaction and so one sync to disk.
 */
function startUnit(parts: EngineParts, about: Run, approval: Approval | null, decided: Unit): Unit {
  const { executionId, judged, requestId } = about;
  const { agentId, executionDigest, principal } = judged.submission;
  const at = parts.clock();
  const approvalId = approval?.id ?? null;
  const start = { type: "execution.start", id: executionId, at, agentId, executionDigest, approvalId } as const;
  const audit = [...decided.audit, attemptEntry(parts, about, approvalId)];
  if (approval === null) return { audit, changes: [...decided.changes, start] };
  const { keyId, owner, level } = principal;
  const event: ApprovalEvent = { at, what: "consumed", keyId, owner, level, claimedApprover: null, note: null };
  const move = { type: "approval.move", id: approval.id, from: "approved", to: "consumed", event } as const;
  return { audit: [...audit, approvalEntry(parts, approval, event, requestId)], changes: [...decided.changes, start, move] };
}

/** INVARIANT 2: a transaction that is not durable is an answer of 503, and what depended on it does not happen. */
export async function commit(parts: EngineParts, unit: Unit, what: string): Promise<Result<null>> {
  try {
    const result = await parts.store.commit(unit);
    if (result.ok) return done(null);
    return refuse("conflict", "approval.consumed", "this approval has been used or withdrawn in the meantime; nothing ran");
  } catch {
    return unrecorded(what);
  }
}

/** INVARIANT 7: the sandbox runs it in another process; when that is lost, so is only this run. */
async function runGuarded(parts: EngineParts, { executionId, judged, onOutput }: Run): Promise<RunOutcome> {
  const { submission, program, decision } = judged;
  try {
    return await parts.runner.run({ id: executionId, submission, program: program!, constraints: decision.constraints, onOutput });
  } catch {
    return { ...notRun("sandbox_failed", "the sandbox failed during the run"), status: "crashed" };
  }
}

function notRun(reason: string, error: string | null): RunOutcome {
  return {
    status: "not_run",
    reason,
    result: null,
    stdout: "",
    stderr: "",
    error,
    durationMs: 0,
    memoryPeakBytes: null,
    backend: null,
    isolation: [],
    observedEffects: [],
    unpredictedEffects: [],
    files: {},
  };
}
