/**
 * What the engine needs from storage, split by capability. SQLite is the first engine, PostgreSQL comes later.
 * Reads are answered from committed state; every write goes through `commit`, as one durable transaction.
 */
import type { ApprovalLevel, Finding, Json, Language, Role } from "../../layers/model.ts";
import type { SearchEntry } from "../audit/facets.ts";

// ---------------------------------------------------------------- what is stored

/** An audit entry before it has its place in the log. `id` is given by the caller (ULID or UUIDv7), `at` is ISO 8601 UTC. */
export type AuditDraft = {
  readonly id: string;
  readonly at: string;
  readonly type: "decision" | "attempt" | "outcome" | "approval" | "key" | "server";
  /** Ids to find it by: agent, session, approval, execution. */
  readonly agentId: string | null;
  readonly sessionId: string | null;
  /** The rest, masked already (INVARIANT 8). */
  readonly data: Json;
};

/** `bytes` are the canonical (RFC 8785) bytes of the entry; leaf = SHA-256(0x00 || bytes); chain = SHA-256(previous chain || leaf). */
export type AuditRecord = AuditDraft & {
  readonly sequence: number;
  readonly bytes: string;
  readonly leafHash: string;
  readonly chainHash: string;
};

/**
 * An entry as it lies in the store, for verification: the columns as they are and the raw bytes, neither parsed nor believed.
 * Its strings may be anything when somebody has tampered.
 */
export type StoredEntry = Omit<AuditRecord, "data" | "type" | "bytes"> & {
  readonly type: string;
  readonly bytes: Uint8Array;
  /** What it is found by; null when that row is missing. */
  readonly search: SearchEntry | null;
};

/** How long the log is and the chain hash of its last entry (64 zeros when empty). */
export type LogHead = { readonly size: number; readonly chainHash: string };

export type HistoryEvent = {
  readonly at: number;
  readonly agentId: string;
  readonly sessionId: string;
  readonly codeDigest: string;
  readonly decision: "ALLOW" | "BLOCK" | "REQUIRES_APPROVAL";
  /** Number of delete effects (fs, db, record) of the submission. */
  readonly deletes: number;
  readonly reasonCodes: readonly string[];
};

export type SessionHistory = {
  /** Since the window's start, this session (and, when asked, all sessions of the agent). */
  readonly submissions: number;
  readonly deletes: number;
  readonly blocked: number;
  /** Earlier blocked submissions with the same code digest. */
  readonly blockedSameCode: number;
  /** Blocks in a row up to now. */
  readonly blocksInARow: number;
  /** Of the agent in all its sessions, before the window's start. */
  readonly usual: { readonly submissions: number; readonly blocked: number };
};

export type ApprovalStatus = "pending" | "approved" | "rejected" | "expired" | "consumed";
export type Approval = {
  readonly id: string;
  readonly status: ApprovalStatus;
  readonly level: ApprovalLevel;
  readonly impact: number | "unlimited";
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly agentId: string;
  readonly sessionId: string;
  readonly submittedBy: { readonly keyId: string; readonly owner: string };
  readonly language: Language;
  readonly code: string;
  readonly codeDigest: string;
  readonly executionDigest: string;
  /** The fields the execution digest covers, so that a mismatch can name which differs: field -> SHA-256. */
  readonly fieldDigests: Readonly<Record<string, string>>;
  readonly rulesVersion: string;
  readonly configVersion: string;
  readonly decisionId: string;
  readonly findings: readonly Finding[];
  /** Fingerprints of the escalating findings that an approval discharges. */
  readonly discharges: readonly string[];
  readonly effects: Json;
  readonly history: readonly ApprovalEvent[];
};
export type ApprovalEvent = {
  readonly at: number;
  readonly what: "requested" | "approved" | "rejected" | "expired" | "consumed";
  readonly keyId: string;
  readonly owner: string;
  readonly level: ApprovalLevel | null;
  readonly claimedApprover: string | null;
  readonly note: string | null;
};

export type ExecutionStatus = "started" | "finished" | "unknown";

/** A key as stored: `hash` is SHA-256 hex of the key, which is random 256 bits, so no salt or stretching is needed. */
export type StoredKey = {
  readonly id: string;
  readonly prefix: string;
  readonly hash: string;
  readonly owner: string;
  readonly role: Role;
  readonly level: ApprovalLevel | null;
  readonly agentIds: readonly string[] | null;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
};

/**
 * A request that was sent with an `Idempotency-Key`. `id` is a digest of caller, route and key; the answer is sealed with a
 * key that only the caller has, because it may hold output of a run, or a new key.
 */
export type IdempotentRequest = {
  readonly id: string;
  /** SHA-256 of what was asked. */
  readonly requestDigest: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Null while it is being worked on, and for ever when the server stopped in the middle. */
  readonly answer: IdempotentAnswer | null;
};
export type IdempotentAnswer = {
  readonly status: number;
  readonly sealedBody: string;
  readonly rulesVersion: string;
  readonly configVersion: string;
};

// ---------------------------------------------------------------- writing

export type Change =
  | { readonly type: "history.add"; readonly event: HistoryEvent }
  | {
      readonly type: "transfer.add";
      readonly at: number;
      readonly agentId: string;
      readonly sessionId: string;
      readonly kind: "asked" | "run";
      readonly fingerprint: string;
      /** May be fractional. */
      readonly amount: number;
    }
  | { readonly type: "approval.create"; readonly approval: Approval }
  /** Refused (`conflict`) unless the approval is in status `from` and not expired at `event.at`. */
  | {
      readonly type: "approval.move";
      readonly id: string;
      readonly from: ApprovalStatus;
      readonly to: ApprovalStatus;
      readonly event: ApprovalEvent;
    }
  | {
      readonly type: "execution.start";
      readonly id: string;
      readonly at: number;
      readonly agentId: string;
      readonly executionDigest: string;
      readonly approvalId: string | null;
    }
  | { readonly type: "execution.finish"; readonly id: string; readonly at: number; readonly status: ExecutionStatus }
  | { readonly type: "key.create"; readonly key: StoredKey }
  | { readonly type: "key.revoke"; readonly id: string; readonly at: number }
  /**
   * Removes what is kept no longer: history that no window reaches (its newest row before `historyBefore` stays, so that the
   * totals go on), and ended runs and settled approvals before `recordsBefore`. At most `limit` rows of each.
   */
  | { readonly type: "prune"; readonly historyBefore: number | null; readonly recordsBefore: number | null; readonly limit: number }
  /** The channel has told everything up to and including this entry. */
  | { readonly type: "export.advance"; readonly channel: string; readonly sequence: number }
  /** Refused (`conflict`) when there is one with this id that has not expired at `createdAt`. */
  | { readonly type: "idempotency.reserve"; readonly request: Omit<IdempotentRequest, "answer"> }
  /** Refused (`conflict`) unless it is reserved and has no answer. */
  | { readonly type: "idempotency.answer"; readonly id: string; readonly answer: IdempotentAnswer }
  /** Forgets a reservation that has no answer: nothing came of it. */
  | { readonly type: "idempotency.release"; readonly id: string }
  /** Forgets what has expired at `at`. */
  | { readonly type: "idempotency.purge"; readonly at: number }
  /** Added to what the hour (ms since the epoch) has under each name. */
  | { readonly type: "metrics.add"; readonly hour: number; readonly values: Readonly<Record<string, number>> }
  /** Forgets the hours before this time. */
  | { readonly type: "metrics.prune"; readonly before: number };

/** One transaction: all of it is durable, or none of it happened. */
export type Unit = { readonly audit: readonly AuditDraft[]; readonly changes: readonly Change[] };

export type CommitResult =
  | { readonly ok: true; readonly records: readonly { readonly id: string; readonly sequence: number; readonly leafHash: string }[] }
  /** A precondition did not hold; nothing was written. */
  | { readonly ok: false; readonly conflict: string };

/** Rejects with StoreError when the transaction could not be made durable (disk full, read-only, writer gone). */
export type Writer = { commit(unit: Unit): Promise<CommitResult> };

// ---------------------------------------------------------------- reading

export type HistoryReader = {
  session(query: { agentId: string; sessionId: string; codeDigest: string; since: number; acrossSessions: boolean }): SessionHistory;
  /** Allowed transfers of the session (null: of the agent) from `since` on: how often this very one, and the sum of all amounts. */
  transfers(query: { agentId: string; sessionId: string | null; kind: "asked" | "run"; fingerprint: string; since: number }): {
    readonly same: number;
    readonly total: number;
  };
};
export type ApprovalFilter = {
  status?: ApprovalStatus;
  agentId?: string;
  sessionId?: string;
  submittedByKeyId?: string;
  /** Owner of the key. */
  submittedBy?: string;
  levels?: readonly ApprovalLevel[];
  /** Created at or after, and before; ms since the epoch. */
  from?: number;
  to?: number;
  before?: string;
  limit: number;
};
export type ApprovalReader = {
  approval(id: string): Approval | null;
  /** Newest first; `before` is the id of the last one of the previous page. */
  approvals(filter: ApprovalFilter): readonly Approval[];
  /** How many wait for an answer and have not expired at `now` (ms since the epoch). */
  pendingApprovals(now: number): number;
};
export type IdempotencyReader = { idempotentRequest(id: string): IdempotentRequest | null };
export type KeyReader = { keyByHash(hash: string): StoredKey | null; keys(): readonly StoredKey[] };
export type AuditFilter = {
  readonly agentId?: string;
  readonly sessionId?: string;
  readonly type?: AuditDraft["type"];
  readonly decision?: string;
  /** Number of the layer that blocked. */
  readonly blockedBy?: number;
  readonly reasonCode?: string;
  /** Owner of the key that acted. */
  readonly actor?: string;
  /** ms since the epoch, inclusive. */
  readonly from?: number;
  /** ms since the epoch, exclusive. */
  readonly to?: number;
  /** Sequence; only entries before it. */
  readonly before?: number;
  readonly limit: number;
};
export type AuditPage = {
  readonly records: readonly AuditRecord[];
  /** `before` of the next page; null at the end. A page can be short, or empty, and still have a next one. */
  readonly next: number | null;
};
/** Sequences start at 1, so that `after: 0` is the beginning and the size of the log is its last sequence. */
export type AuditReader = {
  entry(id: string): AuditRecord | null;
  /** Ascending by sequence, from `after` (exclusive), at most `limit`. */
  entries(query: { after: number; limit: number }): readonly AuditRecord[];
  /** Newest first. One call looks at a bounded number of entries, so a rare match may take several pages. */
  search(filter: AuditFilter): AuditPage;
  /** Number of entries and chain hash of the last (64 zeros when empty). */
  head(): LogHead;
};
/** What `verifyLog` needs: the log without any interpretation, and the two places that say where it ends. */
export type LogReader = {
  /** Ascending by sequence, from `after` (exclusive), at most `limit`. */
  storedEntries(query: { after: number; limit: number }): readonly StoredEntry[];
  /** What the database says; null when that row is gone. */
  tableHead(): LogHead | null;
  /** What the file beside the database says: at most the database's size (it is written after the commit, without a sync). */
  fileHead(): LogHead | "missing" | "unreadable";
};
/** One number of one hour. */
export type MetricHour = { readonly hour: number; readonly name: string; readonly value: number };
export type MetricsReader = {
  /** Hours that begin at this time (ms since the epoch) or later. */
  metricHours(from: number): readonly MetricHour[];
};
export type ExecutionReader = {
  unfinished(): readonly { readonly id: string; readonly agentId: string; readonly executionDigest: string }[];
};

export type ExportReader = {
  /** The last entry that the channel has told; null for a channel that has never been used. */
  exportCursor(channel: string): number | null;
};

export type Store = Writer &
  HistoryReader &
  ApprovalReader &
  KeyReader &
  IdempotencyReader &
  AuditReader &
  LogReader &
  ExecutionReader &
  MetricsReader &
  ExportReader & {
    /** Throws StoreError when the store cannot be written or read now (for /readyz). */
    ping(): Promise<void>;
    close(): Promise<void>;
  };

/** The store could not do what was asked: the answer is 503 and nothing runs (INVARIANT 2). */
export class StoreError extends Error {
  readonly code: "unavailable" | "read_only" | "full" | "locked" | "corrupt";

  constructor(code: StoreError["code"], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "StoreError";
    this.code = code;
  }
}
