/**
 * What a unit does to the database, inside a transaction that somebody else opens and commits.
 */
import { entryBytes, leafHash, nextChain } from "../audit/chain.ts";
import { type Facets, NO_MARKS, searchEntry } from "../audit/facets.ts";
import { approvalArguments, approvalEventArguments, keyArguments, searchArguments } from "./rows.ts";
import type { Approval, ApprovalEvent, AuditDraft, Change, HistoryEvent, LogHead } from "./store.ts";
import type { WriteQueries } from "./write-queries.ts";

/** A unit on its way to the writer: the data of its entries is canonical text already. */
export type PreparedUnit = {
  readonly audit: readonly (Omit<AuditDraft, "data"> & { readonly canonicalData: string; readonly facets: Facets })[];
  readonly changes: readonly Change[];
};

export type AppendedEntry = { readonly id: string; readonly sequence: number; readonly leafHash: string };

/** A precondition did not hold: the unit is rolled back and its neighbours in the transaction stay. */
export class Conflict extends Error {}

/** Applies the changes, then appends the entries after `head`. Throws `Conflict`, or what the database throws. */
export function applyUnit(queries: WriteQueries, unit: PreparedUnit, head: LogHead): { head: LogHead; records: AppendedEntry[] } {
  for (const change of unit.changes) applyChange(queries, change);
  const records: AppendedEntry[] = [];
  let { size, chainHash } = head;
  for (const draft of unit.audit) {
    const sequence = size + 1;
    const bytes = entryBytes(draft, draft.canonicalData, sequence);
    const leaf = leafHash(bytes);
    chainHash = nextChain(chainHash, leaf);
    const { id, at, type, facets } = draft;
    const agentId = wellFormed(draft.agentId);
    const sessionId = wellFormed(draft.sessionId);
    const place = { leaf_hash: leaf, chain_hash: chainHash };
    queries.appendEntry.run({ sequence, id, at, type, agent_id: agentId, session_id: sessionId, bytes, ...place });
    const marks = queries.lastMarks.first({ sequence: size }) ?? NO_MARKS;
    queries.appendSearch.run(searchArguments(searchEntry({ sequence, at, type, agentId, sessionId }, facets, marks)));
    size = sequence;
    records.push({ id: draft.id, sequence, leafHash: leaf });
  }
  return { head: { size, chainHash }, records };
}

const wellFormed = (text: string | null): string | null => text?.toWellFormed() ?? null;

function applyChange(queries: WriteQueries, change: Change): void {
  switch (change.type) {
    case "history.add":
      addHistory(queries, change.event);
      break;
    case "transfer.add":
      queries.addTransfer.run({
        at: change.at,
        agent_id: change.agentId,
        session_id: change.sessionId,
        kind: change.kind,
        fingerprint: change.fingerprint,
        amount: change.amount,
      });
      break;
    case "approval.create":
      createApproval(queries, change.approval);
      break;
    case "approval.move":
      moveApproval(queries, change);
      break;
    case "execution.start":
      queries.startExecution.run({
        id: change.id,
        status: "started",
        agent_id: change.agentId,
        execution_digest: change.executionDigest,
        approval_id: change.approvalId,
        started_at: change.at,
        finished_at: null,
      });
      break;
    case "execution.finish":
      requireChange(
        queries.finishExecution.run({ id: change.id, status: change.status, at: change.at }),
        () => `execution \`${change.id}\` is not running`,
      );
      break;
    case "metrics.add":
      for (const [name, value] of Object.entries(change.values)) queries.addMetric.run({ hour: change.hour, name, value });
      break;
    case "metrics.prune":
      queries.pruneMetrics.run({ before: change.before });
      break;
    case "key.create":
      queries.createKey.run(keyArguments(change.key));
      break;
    case "key.revoke":
      requireChange(queries.revokeKey.run({ id: change.id, at: change.at }), () => `there is no active key \`${change.id}\``);
      break;
    case "prune":
      prune(queries, change);
      break;
    case "export.advance":
      queries.advanceExport.run({ channel: change.channel, sequence: change.sequence });
      break;
    case "idempotency.reserve":
    case "idempotency.answer":
    case "idempotency.release":
    case "idempotency.purge":
      applyIdempotency(queries, change);
      break;
  }
}

function applyIdempotency(queries: WriteQueries, change: Extract<Change, { type: `idempotency.${string}` }>): void {
  switch (change.type) {
    case "idempotency.reserve": {
      const { id, requestDigest, createdAt, expiresAt } = change.request;
      queries.forgetExpiredRequest.run({ id, at: createdAt });
      // A second one with this id breaks the primary key, which is a conflict.
      queries.reserveRequest.run({ id, request_digest: requestDigest, created_at: createdAt, expires_at: expiresAt });
      break;
    }
    case "idempotency.answer": {
      const { id, answer } = change;
      const { status, sealedBody, rulesVersion, configVersion } = answer;
      const row = { id, status, sealed_body: sealedBody, rules_version: rulesVersion, config_version: configVersion };
      requireChange(queries.answerRequest.run(row), () => `request \`${id}\` is not waiting for an answer`);
      break;
    }
    case "idempotency.release":
      queries.releaseRequest.run({ id: change.id });
      break;
    case "idempotency.purge":
      queries.forgetExpiredRequests.run({ at: change.at });
      break;
  }
}

function prune(queries: WriteQueries, { historyBefore, recordsBefore, limit }: Extract<Change, { type: "prune" }>): void {
  if (historyBefore !== null) {
    queries.pruneHistory.run({ before: historyBefore, limit });
    queries.pruneTransfers.run({ before: historyBefore, limit });
  }
  if (recordsBefore === null) return;
  queries.pruneApprovalEvents.run({ before: recordsBefore, limit });
  queries.pruneApprovals.run({ before: recordsBefore, limit });
  queries.pruneExecutions.run({ before: recordsBefore, limit });
}

function requireChange(changed: number, otherwise: () => string): void {
  if (changed !== 1) throw new Conflict(otherwise());
}

function createApproval(queries: WriteQueries, approval: Approval): void {
  queries.createApproval.run(approvalArguments(approval));
  approval.history.forEach((event, position) => {
    queries.addApprovalEvent.run(approvalEventArguments(approval.id, position, event));
  });
}

/** INVARIANT 3: single use and expiry are decided here, inside the transaction, and nowhere else. */
function moveApproval(queries: WriteQueries, change: Extract<Change, { type: "approval.move" }>): void {
  const { id, from, to, event } = change;
  const state = queries.approvalState.first({ id });
  if (state === undefined) throw new Conflict(`there is no approval \`${id}\``);
  if (state.status !== from) throw new Conflict(`approval \`${id}\` is ${state.status}, not ${from}`);
  const expired = event.at >= Number(state.expires_at);
  if (to === "expired" && !expired) throw new Conflict(`approval \`${id}\` has not expired yet`);
  if (to !== "expired" && expired) throw new Conflict(`approval \`${id}\` expired at ${new Date(Number(state.expires_at)).toISOString()}`);
  requireChange(queries.moveApproval.run({ id, from, to }), () => `approval \`${id}\` is no longer ${from}`);
  appendApprovalEvent(queries, id, event);
}

function appendApprovalEvent(queries: WriteQueries, id: string, event: ApprovalEvent): void {
  const position = Number(queries.countApprovalEvents.first({ id })?.count ?? 0);
  queries.addApprovalEvent.run(approvalEventArguments(id, position, event));
}

/**
 * Adds one event with its running totals. Its time is never before that of the agent's last event, so that the order by time is
 * the order of insertion; a clock that jumps back keeps events in the window longer, never shorter.
 */
function addHistory(queries: WriteQueries, event: HistoryEvent): void {
  const scope = { agent_id: event.agentId, session_id: event.sessionId, code_digest: event.codeDigest };
  const session = queries.lastOfSession.first(scope);
  const agent = queries.lastOfAgent.first(scope);
  const blocked = event.decision === "BLOCK" ? 1 : 0;
  queries.addHistory.run({
    ...scope,
    at: Math.max(event.at, Number(agent?.at ?? 0)),
    decision: event.decision,
    deletes: event.deletes,
    reason_codes: JSON.stringify(event.reasonCodes),
    session_submissions: Number(session?.session_submissions ?? 0) + 1,
    session_deletes: Number(session?.session_deletes ?? 0) + event.deletes,
    session_blocked: Number(session?.session_blocked ?? 0) + blocked,
    session_blocks_in_a_row: blocked === 1 ? Number(session?.session_blocks_in_a_row ?? 0) + 1 : 0,
    session_blocked_same_code: blocked && Number(queries.lastBlockedOfSession.first(scope)?.session_blocked_same_code ?? 0) + 1,
    agent_submissions: Number(agent?.agent_submissions ?? 0) + 1,
    agent_deletes: Number(agent?.agent_deletes ?? 0) + event.deletes,
    agent_blocked: Number(agent?.agent_blocked ?? 0) + blocked,
    agent_blocks_in_a_row: blocked === 1 ? Number(agent?.agent_blocks_in_a_row ?? 0) + 1 : 0,
    agent_blocked_same_code: blocked && Number(queries.lastBlockedOfAgent.first(scope)?.agent_blocked_same_code ?? 0) + 1,
  });
}
