/**
 * The tables as kysely sees them. Numbers are whole numbers unless said; `Stored` columns hold JSON,
 * which SQLite returns as text and PostgreSQL as an object, so that only `rows.ts` may look inside.
 */

/** JSON as the engine returns it: text (SQLite) or already parsed (PostgreSQL). */
export type Stored = unknown;

export type AuditEntriesTable = {
  sequence: number;
  id: string;
  at: string;
  type: string;
  agent_id: string | null;
  session_id: string | null;
  /** RFC 8785 text; its UTF-8 bytes are what is hashed. */
  bytes: string;
  leaf_hash: string;
  chain_hash: string;
};

/**
 * What an entry can be searched by, one narrow row each, written with it. `latest_at` and `max_lag` (ms) only grow: the latest
 * time so far, and how far an entry was ever behind it. They turn a span of time into a span of sequences whatever a clock did.
 */
export type AuditSearchTable = {
  sequence: number;
  at: number;
  latest_at: number;
  max_lag: number;
  type: string;
  agent_id: string | null;
  session_id: string | null;
  decision: string | null;
  blocked_by: number | null;
  /** ` code code `, with a space on both sides of each. */
  reason_codes: string | null;
  actor: string | null;
};

/** One row: what the log should end with, changed in the transaction that appends. */
export type AuditHeadTable = { id: number; size: number; chain_hash: string };

/**
 * One row per recorded decision, in order. The `session_*` and `agent_*` columns are running totals up to and including
 * this row, so that a window is the difference of two rows whatever its length.
 */
export type HistoryEventsTable = {
  id: number;
  /** ms since the epoch, never smaller than that of the agent's row before. */
  at: number;
  agent_id: string;
  session_id: string;
  code_digest: string;
  decision: string;
  deletes: number;
  reason_codes: Stored;
  session_submissions: number;
  session_deletes: number;
  session_blocked: number;
  session_blocks_in_a_row: number;
  /** Blocks of this code so far; only meaningful on a row that is itself a BLOCK. */
  session_blocked_same_code: number;
  agent_submissions: number;
  agent_deletes: number;
  agent_blocked: number;
  agent_blocks_in_a_row: number;
  agent_blocked_same_code: number;
};

export type ApprovalsTable = {
  id: string;
  status: string;
  level: string;
  /** USD or rows, may be fractional; null means unlimited. */
  impact: number | null;
  created_at: number;
  expires_at: number;
  agent_id: string;
  session_id: string;
  submitted_by_key_id: string;
  submitted_by_owner: string;
  language: string;
  code: string;
  code_digest: string;
  execution_digest: string;
  field_digests: Stored;
  rules_version: string;
  config_version: string;
  decision_id: string;
  findings: Stored;
  discharges: Stored;
  effects: Stored;
};

export type ApprovalEventsTable = {
  approval_id: string;
  position: number;
  at: number;
  what: string;
  key_id: string;
  owner: string;
  level: string | null;
  claimed_approver: string | null;
  note: string | null;
};

export type ExecutionsTable = {
  id: string;
  status: string;
  agent_id: string;
  execution_digest: string;
  approval_id: string | null;
  started_at: number;
  finished_at: number | null;
};

export type ApiKeysTable = {
  id: string;
  prefix: string;
  hash: string;
  owner: string;
  role: string;
  level: string | null;
  agent_ids: Stored;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
};

/** One row per allowed program that transfers money. */
export type TransfersTable = {
  id: number;
  at: number;
  agent_id: string;
  session_id: string;
  kind: string;
  fingerprint: string;
  amount: number;
};

/** How far along the log each channel of notifications and exports has come. */
export type ExportPositionsTable = { channel: string; sequence: number };

/** Totals by the hour; `value` may be fractional. */
export type MetricHoursTable = { hour: number; name: string; value: number };

/** `status` and what follows it are null until the request has been answered. */
export type IdempotentRequestsTable = {
  id: string;
  request_digest: string;
  created_at: number;
  expires_at: number;
  status: number | null;
  sealed_body: string | null;
  rules_version: string | null;
  config_version: string | null;
};

/** One row that `ping` rewrites, to find out whether the store can be written. */
export type HeartbeatTable = { id: number; beats: number };

export type Tables = {
  audit_entries: AuditEntriesTable;
  audit_head: AuditHeadTable;
  audit_search: AuditSearchTable;
  history_events: HistoryEventsTable;
  approvals: ApprovalsTable;
  approval_events: ApprovalEventsTable;
  executions: ExecutionsTable;
  api_keys: ApiKeysTable;
  export_positions: ExportPositionsTable;
  idempotent_requests: IdempotentRequestsTable;
  metric_hours: MetricHoursTable;
  transfers: TransfersTable;
  heartbeat: HeartbeatTable;
};
