/**
 * The engine: submit, resume, answer approvals, manage keys. It holds the order of things (analysis, layers, decision,
 * record, run, record) and no knowledge about code, HTTP or SQL.
 */
import type { Principal, Submission } from "../layers/model.ts";
import { type AnswerRequest, type ApprovalAnswer, answerApproval, maySee, speaksFor } from "./engine/approvals.ts";
import { type ApprovalPage, type ListRequest, listApprovals } from "./engine/approvals-list.ts";
import { showEntry } from "./engine/audit-view.ts";
import { type KillSwitch, lastKillSwitch } from "./engine/brake.ts";
import { commit, type Executed, execute } from "./engine/execute.ts";
import { createLedger, type Ledger } from "./engine/idempotency.ts";
import { type Analysing, analyse, type Judged, judge } from "./engine/judge.ts";
import { type Authenticated, createKeyring, type NewKey } from "./engine/keyring.ts";
import { addKey, type CreatedKey, revokeKey, rotateKey } from "./engine/keys.ts";
import type { EngineParts, OutputListener } from "./engine/parts.ts";
import { type Caller, decisionUnit, killSwitchEntry, orphanEntry, serverEntry } from "./engine/record.ts";
import { done, type Refused, type Result, refuse } from "./engine/refusal.ts";
import { buildSubmission, type OnCode, type SubmitInput } from "./engine/submission.ts";
import type { Approval, AuditRecord, StoredKey } from "./store/store.ts";

export type { ApprovalPolicy, EngineParts, EngineSettings, Runner } from "./engine/parts.ts";
export type { Caller } from "./engine/record.ts";
export type { Result } from "./engine/refusal.ts";

export type Engine = {
  authenticate(key: string): Authenticated;
  /** Layers 1-3, recorded nowhere. `principal` is null for a caller without a key. */
  analyze(input: SubmitInput, principal: Principal | null): Promise<Result<Judged>>;
  enforce(input: SubmitInput, caller: Caller): Promise<Result<Judged>>;
  /** `onOutput` hears what the run prints while it prints. */
  execute(input: SubmitInput, caller: Caller, approvalId: string | null, onOutput?: OutputListener): Promise<Result<Executed>>;
  answer(request: AnswerRequest, caller: Caller): Promise<Result<ApprovalAnswer>>;
  approval(id: string, principal: Principal): Result<Approval>;
  approvals(principal: Principal, request: ListRequest): ApprovalPage;
  auditEntry(id: string, principal: Principal): Result<AuditRecord>;
  createKey(wish: NewKey, caller: Caller): Promise<Result<CreatedKey>>;
  revokeKey(id: string, caller: Caller): Promise<Result<StoredKey>>;
  killSwitch(): KillSwitch;
  /** Why no submission is taken now; null while the kill switch is released. */
  refusalNow(): Refused | null;
  /** Engaged: every run ends, and nothing is decided or run until it is released. Survives a restart. */
  setKillSwitch(wish: { readonly engaged: boolean; readonly reason: string | null }, caller: Caller): Promise<Result<KillSwitch>>;
  /** A new key in the place of an old one, which is revoked. */
  rotateKey(id: string, caller: Caller): Promise<Result<CreatedKey>>;
  /** Whether the bootstrap administrator may answer its own submissions now. */
  singleOperator(): boolean;
  /** Requests with an `Idempotency-Key`. */
  readonly idempotency: Ledger;
  /** Records the stop; the store stays open. */
  stop(): Promise<void>;
  readonly parts: EngineParts;
};

const ANONYMOUS: Principal = { keyId: "anonymous", owner: "anonymous", role: "agent", level: null, agentIds: null };

/**
 * Closes what a crash left open, records the start (or the change of configuration), and only then answers. Rejects with
 * StoreError when the store cannot be written.
 */
export async function createEngine(parts: EngineParts, occasion: "started" | "reconfigured" = "started"): Promise<Engine> {
  const keyring = createKeyring(parts.store, parts.bootstrapHash);
  // What runs while the configuration changes is not left over from a crash.
  if (occasion === "started") {
    await closeOrphans(parts);
    parts.brake.setKillSwitch(lastKillSwitch(parts.store));
  }
  await parts.store.commit({ audit: [serverEntry(parts, occasion)], changes: [] });
  const idempotency = createLedger(parts);
  await idempotency.purge();
  const singleOperator = () => parts.settings.singleOperator && keyring.isSole(parts.clock());
  return {
    parts,
    authenticate: (key) => keyring.authenticate(key, parts.clock()),
    analyze: (input, principal) => examine(parts, input, principal),
    enforce: (input, caller) => enforce(parts, input, caller),
    execute: async (input, caller, approvalId, onOutput) => {
      const submission = refusalNow(parts) ?? submit(parts, input, caller.principal);
      if (!submission.ok) return submission;
      return execute(parts, { submission: submission.value, approvalId, requestId: caller.requestId, onOutput });
    },
    answer: (request, caller) => answerApproval(parts, keyring, caller, request),
    approval: (id, principal) => showApproval(parts, id, principal),
    approvals: (principal, request) => listApprovals(parts, principal, request),
    auditEntry: (id, principal) => showEntry(parts, id, principal),
    createKey: (wish, caller) => addKey(parts, wish, caller),
    revokeKey: async (id, caller) => stopRuns(parts, id, await revokeKey(parts, id, caller)),
    rotateKey: async (id, caller) => stopRuns(parts, id, await rotateKey(parts, id, caller)),
    killSwitch: () => parts.brake.killSwitch(),
    refusalNow: () => refusalNow(parts),
    setKillSwitch: (wish, caller) => setKillSwitch(parts, wish, caller),
    singleOperator,
    idempotency,
    stop: async () => {
      // A store that cannot take the note must not keep the server from stopping.
      await parts.store.commit({ audit: [serverEntry(parts, "stopped")], changes: [] }).catch(() => undefined);
    },
  };
}

/** INVARIANT 6: who submits comes from the key; an agent key speaks only for the agents it is bound to. */
function submit(parts: EngineParts, input: SubmitInput, principal: Principal, onCode?: OnCode): Result<Submission> {
  if (!speaksFor(principal, input.agentId)) {
    return refuse("forbidden", "key.foreign_agent", "this key is not bound to the agent named in `agent_id`", { fields: ["agent_id"] });
  }
  return buildSubmission(input, principal, parts.settings.maximum, onCode);
}

async function examine(parts: EngineParts, input: SubmitInput, principal: Principal | null): Promise<Result<Judged>> {
  const submission = principal === null ? buildSubmission(input, ANONYMOUS, parts.settings.maximum) : submit(parts, input, principal);
  if (!submission.ok) return submission;
  return judge(parts, { submission: submission.value, mode: "analyze", speaker: principal?.role ?? "anonymous" });
}

async function enforce(parts: EngineParts, input: SubmitInput, { principal, requestId }: Caller): Promise<Result<Judged>> {
  let analysis: Analysing | null = null;
  const begin: OnCode = (code) => {
    analysis = analyse(parts, code, false);
  };
  const submission = refusalNow(parts) ?? submit(parts, input, principal, begin);
  if (!submission.ok) return submission;
  const judged = await judge(parts, { submission: submission.value, mode: "enforce", speaker: principal.role, analysis });
  if (!judged.ok) return judged;
  // INVARIANT 2: the answer waits until decision, history and approval request are durable, in one transaction.
  const recorded = await commit(parts, decisionUnit(parts, judged.value, "enforce", requestId), "the decision");
  if (!recorded.ok) return recorded;
  parts.observer?.decided(judged.value, "enforce");
  return judged;
}

function refusalNow({ brake }: EngineParts): Refused | null {
  return brake.killSwitch().engaged
    ? refuse(
        "unavailable",
        "kill_switch.engaged",
        "the kill switch is engaged: nothing is allowed and nothing runs until an operator releases it",
      )
    : null;
}

/** A key that works no longer runs nothing any more. */
function stopRuns<T>(parts: EngineParts, keyId: string, revoked: Result<T>): Result<T> {
  if (revoked.ok) parts.brake.stopRunsOf(keyId);
  return revoked;
}

/** INVARIANT 1: engaging takes effect even when it cannot be recorded; releasing only when it is on record. */
async function setKillSwitch(
  parts: EngineParts,
  { engaged, reason }: { readonly engaged: boolean; readonly reason: string | null },
  caller: Caller,
): Promise<Result<KillSwitch>> {
  const next = { engaged, reason: reason === null ? null : parts.maskText(reason), at: parts.clock(), by: caller.principal.owner };
  if (engaged) parts.brake.setKillSwitch(next);
  const recorded = await commit(parts, { audit: [killSwitchEntry(parts, engaged, reason, caller)], changes: [] }, "the kill switch");
  if (!recorded.ok) return recorded;
  parts.brake.setKillSwitch(next);
  return done(next);
}

function showApproval(parts: EngineParts, id: string, principal: Principal): Result<Approval> {
  const approval = parts.store.approval(id);
  if (approval === null) return refuse("not_found", "approval.unknown", "there is no approval with this id");
  return maySee(parts.approvals, principal, approval)
    ? done(approval)
    : refuse("forbidden", "approval.foreign", "this key may not see this approval");
}

/** INVARIANT 3: what was running when the process died ends as `unknown`, and nothing runs again. */
async function closeOrphans(parts: EngineParts): Promise<void> {
  const orphans = parts.store.unfinished();
  if (orphans.length === 0) return;
  await parts.store.commit({
    audit: orphans.map((orphan) => orphanEntry(parts, orphan)),
    changes: orphans.map(({ id }) => ({ type: "execution.finish", id, at: parts.clock(), status: "unknown" })),
  });
}
