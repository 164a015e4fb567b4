/**
 * Rows to domain objects and back. Whole numbers and JSON pass through here, because PostgreSQL returns bigint as string and
 * jsonb as object while SQLite returns number and text.
 */
import type { ApprovalLevel, Finding, Json, Language, Role } from "../../layers/model.ts";
import type { SearchEntry } from "../audit/facets.ts";
import type { Arguments } from "./prepared.ts";
import type {
  Approval,
  ApprovalEvent,
  ApprovalStatus,
  AuditDraft,
  AuditRecord,
  IdempotentRequest,
  StoredEntry,
  StoredKey,
} from "./store.ts";
import { StoreError } from "./store.ts";
import type {
  ApiKeysTable,
  ApprovalEventsTable,
  ApprovalsTable,
  AuditEntriesTable,
  AuditSearchTable,
  IdempotentRequestsTable,
} from "./tables.ts";

/** A JSON column, parsed. Only arrays and objects are kept in JSON columns, so that a string is always text to parse. */
export function fromJson<T>(value: unknown): T {
  return (typeof value === "string" ? JSON.parse(value) : value) as T;
}

const optionalNumber = (value: number | null): number | null => (value === null ? null : Number(value));

export function toAuditRecord(row: AuditEntriesTable): AuditRecord {
  return {
    id: row.id,
    at: row.at,
    type: row.type as AuditDraft["type"],
    agentId: row.agent_id,
    sessionId: row.session_id,
    data: entryData(row),
    sequence: Number(row.sequence),
    bytes: row.bytes,
    leafHash: row.leaf_hash,
    chainHash: row.chain_hash,
  };
}

function entryData(row: AuditEntriesTable): Json {
  try {
    return (JSON.parse(row.bytes) as { data: Json }).data;
  } catch (cause) {
    throw new StoreError("corrupt", `audit entry ${row.sequence} is not readable: run \`agentguard audit verify\``, cause);
  }
}

/** The row as it lies there, for verification: nothing is parsed and nothing is believed. */
export function toStoredEntry(
  row: Omit<AuditEntriesTable, "bytes"> & { bytes: Uint8Array },
  search: AuditSearchTable | undefined,
): StoredEntry {
  return {
    search: search === undefined ? null : toSearchEntry(search),
    sequence: Number(row.sequence),
    id: row.id,
    at: row.at,
    type: row.type,
    agentId: row.agent_id,
    sessionId: row.session_id,
    bytes: row.bytes,
    leafHash: row.leaf_hash,
    chainHash: row.chain_hash,
  };
}

export function searchArguments(entry: SearchEntry): Arguments {
  return {
    sequence: entry.sequence,
    at: entry.at,
    latest_at: entry.latestAt,
    max_lag: entry.maxLag,
    type: entry.type,
    agent_id: entry.agentId,
    session_id: entry.sessionId,
    decision: entry.decision,
    blocked_by: entry.blockedBy,
    reason_codes: entry.reasonCodes.length === 0 ? null : ` ${entry.reasonCodes.join(" ")} `,
    actor: entry.actor,
  };
}

function toSearchEntry(row: AuditSearchTable): SearchEntry {
  return {
    sequence: Number(row.sequence),
    at: Number(row.at),
    latestAt: Number(row.latest_at),
    maxLag: Number(row.max_lag),
    type: row.type,
    agentId: row.agent_id,
    sessionId: row.session_id,
    decision: row.decision,
    blockedBy: optionalNumber(row.blocked_by),
    reasonCodes: row.reason_codes === null ? [] : String(row.reason_codes).trim().split(" "),
    actor: row.actor,
  };
}

export function toApproval(row: ApprovalsTable, events: readonly ApprovalEventsTable[]): Approval {
  return {
    id: row.id,
    status: row.status as ApprovalStatus,
    level: row.level as ApprovalLevel,
    impact: row.impact ?? "unlimited",
    createdAt: Number(row.created_at),
    expiresAt: Number(row.expires_at),
    agentId: row.agent_id,
    sessionId: row.session_id,
    submittedBy: { keyId: row.submitted_by_key_id, owner: row.submitted_by_owner },
    language: row.language as Language,
    code: row.code,
    codeDigest: row.code_digest,
    executionDigest: row.execution_digest,
    fieldDigests: fromJson<Record<string, string>>(row.field_digests),
    rulesVersion: row.rules_version,
    configVersion: row.config_version,
    decisionId: row.decision_id,
    findings: fromJson<Finding[]>(row.findings),
    discharges: fromJson<string[]>(row.discharges),
    effects: fromJson<{ effects: Json }>(row.effects).effects,
    history: events.map(toApprovalEvent),
  };
}

export function approvalArguments(approval: Approval): Arguments {
  return {
    id: approval.id,
    status: approval.status,
    level: approval.level,
    impact: approval.impact === "unlimited" ? null : approval.impact,
    created_at: approval.createdAt,
    expires_at: approval.expiresAt,
    agent_id: approval.agentId,
    session_id: approval.sessionId,
    submitted_by_key_id: approval.submittedBy.keyId,
    submitted_by_owner: approval.submittedBy.owner,
    language: approval.language,
    code: approval.code,
    code_digest: approval.codeDigest,
    execution_digest: approval.executionDigest,
    field_digests: JSON.stringify(approval.fieldDigests),
    rules_version: approval.rulesVersion,
    config_version: approval.configVersion,
    decision_id: approval.decisionId,
    findings: JSON.stringify(approval.findings),
    discharges: JSON.stringify(approval.discharges),
    effects: JSON.stringify({ effects: approval.effects }),
  };
}

function toApprovalEvent(row: ApprovalEventsTable): ApprovalEvent {
  return {
    at: Number(row.at),
    what: row.what as ApprovalEvent["what"],
    keyId: row.key_id,
    owner: row.owner,
    level: row.level as ApprovalLevel | null,
    claimedApprover: row.claimed_approver,
    note: row.note,
  };
}

export function approvalEventArguments(approvalId: string, position: number, event: ApprovalEvent): Arguments {
  return {
    approval_id: approvalId,
    position,
    at: event.at,
    what: event.what,
    key_id: event.keyId,
    owner: event.owner,
    level: event.level,
    claimed_approver: event.claimedApprover,
    note: event.note,
  };
}

export function toStoredKey(row: ApiKeysTable): StoredKey {
  return {
    id: row.id,
    prefix: row.prefix,
    hash: row.hash,
    owner: row.owner,
    role: row.role as Role,
    level: row.level as ApprovalLevel | null,
    agentIds: row.agent_ids === null ? null : fromJson<string[]>(row.agent_ids),
    createdAt: Number(row.created_at),
    expiresAt: optionalNumber(row.expires_at),
    revokedAt: optionalNumber(row.revoked_at),
  };
}

export function keyArguments(key: StoredKey): Arguments {
  return {
    id: key.id,
    prefix: key.prefix,
    hash: key.hash,
    owner: key.owner,
    role: key.role,
    level: key.level,
    agent_ids: key.agentIds === null ? null : JSON.stringify(key.agentIds),
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    revoked_at: key.revokedAt,
  };
}

export function toIdempotentRequest(row: IdempotentRequestsTable): IdempotentRequest {
  const { id, request_digest, created_at, expires_at, status, sealed_body, rules_version, config_version } = row;
  const answer =
    status === null
      ? null
      : {
          status: Number(status),
          sealedBody: sealed_body ?? "",
          rulesVersion: rules_version ?? "",
          configVersion: config_version ?? "",
        };
  return { id, requestDigest: request_digest, createdAt: Number(created_at), expiresAt: Number(expires_at), answer };
}
