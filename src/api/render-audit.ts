/** Entries of the audit log in the words of the wire contract. Everything comes from the bytes that are hashed, masked as they are. */
import { type Json, LAYER_NAMES, type LayerId } from "../../layers/model.ts";
import { facetsOf } from "../audit/facets.ts";
import type { AuditRecord } from "../store/store.ts";

type Recorded = {
  readonly what?: string;
  readonly approvalId?: string | null;
  readonly executionId?: string;
  readonly status?: string;
  readonly approval?: { readonly id: string } | null;
  readonly requestId?: string | null;
  readonly verdicts?: readonly RecordedVerdict[];
};
type RecordedVerdict = {
  readonly outcome: string;
  readonly latencyMs: number;
  readonly error: { readonly message: string } | null;
  readonly findings: readonly { readonly severity: string; readonly message: string; readonly action: string }[];
};

export function renderEntrySummary(entry: AuditRecord) {
  const { decision, blockedBy, reasonCodes, actor } = facetsOf(entry.data);
  const data = entry.data as Recorded;
  return {
    id: entry.id,
    sequence: entry.sequence,
    at: entry.at,
    type: entry.type,
    what: data.what ?? null,
    agent_id: entry.agentId,
    session_id: entry.sessionId,
    actor,
    decision,
    blocked_by: blockedBy === null ? null : (LAYER_NAMES[blockedBy as LayerId] ?? null),
    blocked_by_layer: blockedBy,
    reason_codes: reasonCodes,
    violations: (data.verdicts ?? []).flatMap(violationsOf),
    approval_id: data.approvalId ?? data.approval?.id ?? null,
    execution_id: data.executionId ?? null,
    status: data.status ?? null,
    request_id: data.requestId ?? null,
  };
}

/** `bytes` hash to `leaf_hash` (SHA-256 of a zero byte and the bytes), which anybody can compute again. */
export function renderEntry(entry: AuditRecord) {
  const { data, bytes, leafHash, chainHash } = entry;
  return { ...renderEntrySummary(entry), data: data as Json, bytes, leaf_hash: leafHash, chain_hash: chainHash };
}

/** As in the answer to the submission: of layers that refused or asked, without warnings. */
function violationsOf({ outcome, error, findings }: RecordedVerdict): readonly string[] {
  if (outcome !== "block" && outcome !== "escalate" && outcome !== "error") return [];
  const found = findings.filter(({ action }) => action !== "warn").map(({ severity, message }) => `${severity.toUpperCase()}: ${message}`);
  return error === null ? found : [`CRITICAL: ${error.message}`, ...found];
}
