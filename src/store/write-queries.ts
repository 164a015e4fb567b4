/**
 * Every query that changes something, and the few that a change must ask first. One set for all engines.
 */
import { sql } from "kysely";
import { compileOnly } from "./dialect.ts";
import type { PreparedAll } from "./prepared.ts";
import { arg, columns, compile, numberArg, textArg } from "./query-text.ts";
import type {
  ApiKeysTable,
  ApprovalEventsTable,
  ApprovalsTable,
  AuditEntriesTable,
  AuditSearchTable,
  ExecutionsTable,
  HistoryEventsTable,
  IdempotentRequestsTable,
  MetricHoursTable,
  TransfersTable,
} from "./tables.ts";

export type WriteQueryTexts = ReturnType<typeof writeQueries>;
export type WriteQueries = PreparedAll<WriteQueryTexts>;

export function writeQueries() {
  return { ...auditQueries(), ...historyQueries(), ...approvalQueries(), ...idempotencyQueries(), ...otherQueries(), ...pruneQueries() };
}

function auditQueries() {
  const db = compileOnly();
  const entry = columns<AuditEntriesTable, keyof AuditEntriesTable>(
    "sequence",
    "id",
    "at",
    "type",
    "agent_id",
    "session_id",
    "bytes",
    "leaf_hash",
    "chain_hash",
  );
  const search = columns<AuditSearchTable, keyof AuditSearchTable>(
    "sequence",
    "at",
    "latest_at",
    "max_lag",
    "type",
    "agent_id",
    "session_id",
    "decision",
    "blocked_by",
    "reason_codes",
    "actor",
  );
  return {
    appendEntry: compile(db.insertInto("audit_entries").values(entry)),
    appendSearch: compile(db.insertInto("audit_search").values(search)),
    lastMarks: compile(
      db.selectFrom("audit_search").select(["latest_at as latestAt", "max_lag as maxLag"]).where("sequence", "=", numberArg("sequence")),
    ),
    head: compile(db.selectFrom("audit_head").select(["size", "chain_hash"]).where("id", "=", 1)),
    moveHead: compile(
      db
        .updateTable("audit_head")
        .set({ size: arg("size"), chain_hash: arg("chain_hash") })
        .where("id", "=", 1)
        .where("size", "=", numberArg("size_before")),
    ),
  };
}

const SESSION_TOTALS = [
  "session_submissions",
  "session_deletes",
  "session_blocked",
  "session_blocks_in_a_row",
  "session_blocked_same_code",
] as const;
const AGENT_TOTALS = ["agent_submissions", "agent_deletes", "agent_blocked", "agent_blocks_in_a_row", "agent_blocked_same_code"] as const;

function historyQueries() {
  const db = compileOnly();
  const newest = db
    .selectFrom("history_events")
    .where("agent_id", "=", textArg("agent_id"))
    .orderBy("at", "desc")
    .orderBy("id", "desc")
    .limit(sql.lit(1));
  const blockedCode = newest.where("decision", "=", sql.lit("BLOCK")).where("code_digest", "=", textArg("code_digest"));
  const row = columns<HistoryEventsTable, Exclude<keyof HistoryEventsTable, "id">>(
    "at",
    "agent_id",
    "session_id",
    "code_digest",
    "decision",
    "deletes",
    "reason_codes",
    ...SESSION_TOTALS,
    ...AGENT_TOTALS,
  );
  return {
    lastOfSession: compile(newest.where("session_id", "=", textArg("session_id")).select(["at", ...SESSION_TOTALS])),
    lastOfAgent: compile(newest.select(["at", ...AGENT_TOTALS])),
    lastBlockedOfSession: compile(blockedCode.where("session_id", "=", textArg("session_id")).select("session_blocked_same_code")),
    lastBlockedOfAgent: compile(blockedCode.select("agent_blocked_same_code")),
    // The id counts up by itself.
    addHistory: compile(db.insertInto("history_events").values(row as HistoryEventsTable)),
  };
}

function approvalQueries() {
  const db = compileOnly();
  const approval = columns<ApprovalsTable, keyof ApprovalsTable>(
    "id",
    "status",
    "level",
    "impact",
    "created_at",
    "expires_at",
    "agent_id",
    "session_id",
    "submitted_by_key_id",
    "submitted_by_owner",
    "language",
    "code",
    "code_digest",
    "execution_digest",
    "field_digests",
    "rules_version",
    "config_version",
    "decision_id",
    "findings",
    "discharges",
    "effects",
  );
  const event = columns<ApprovalEventsTable, keyof ApprovalEventsTable>(
    "approval_id",
    "position",
    "at",
    "what",
    "key_id",
    "owner",
    "level",
    "claimed_approver",
    "note",
  );
  const id = textArg("id");
  return {
    createApproval: compile(db.insertInto("approvals").values(approval)),
    approvalState: compile(db.selectFrom("approvals").select(["status", "expires_at"]).where("id", "=", id)),
    moveApproval: compile(
      db
        .updateTable("approvals")
        .set({ status: arg<string>("to") })
        .where("id", "=", id)
        .where("status", "=", textArg("from")),
    ),
    addApprovalEvent: compile(db.insertInto("approval_events").values(event)),
    countApprovalEvents: compile(
      db
        .selectFrom("approval_events")
        .select((select) => select.fn.countAll<number>().as("count"))
        .where("approval_id", "=", id),
    ),
  };
}

function idempotencyQueries() {
  const db = compileOnly();
  const id = textArg("id");
  const reservation = columns<IdempotentRequestsTable, "id" | "request_digest" | "created_at" | "expires_at">(
    "id",
    "request_digest",
    "created_at",
    "expires_at",
  );
  const answer = columns<IdempotentRequestsTable, "status" | "sealed_body" | "rules_version" | "config_version">(
    "status",
    "sealed_body",
    "rules_version",
    "config_version",
  );
  const expired = db.deleteFrom("idempotent_requests").where("expires_at", "<=", numberArg("at"));
  return {
    reserveRequest: compile(db.insertInto("idempotent_requests").values(reservation as IdempotentRequestsTable)),
    answerRequest: compile(db.updateTable("idempotent_requests").set(answer).where("id", "=", id).where("status", "is", null)),
    releaseRequest: compile(db.deleteFrom("idempotent_requests").where("id", "=", id).where("status", "is", null)),
    forgetExpiredRequest: compile(expired.where("id", "=", id)),
    forgetExpiredRequests: compile(expired),
  };
}

function otherQueries() {
  const db = compileOnly();
  const id = textArg("id");
  const execution = columns<ExecutionsTable, keyof ExecutionsTable>(
    "id",
    "status",
    "agent_id",
    "execution_digest",
    "approval_id",
    "started_at",
    "finished_at",
  );
  const key = columns<ApiKeysTable, keyof ApiKeysTable>(
    "id",
    "prefix",
    "hash",
    "owner",
    "role",
    "level",
    "agent_ids",
    "created_at",
    "expires_at",
    "revoked_at",
  );
  return {
    startExecution: compile(db.insertInto("executions").values(execution)),
    finishExecution: compile(
      db
        .updateTable("executions")
        .set({ status: arg("status"), finished_at: arg("at") })
        .where("id", "=", id)
        .where("status", "=", sql.lit("started")),
    ),
    createKey: compile(db.insertInto("api_keys").values(key)),
    revokeKey: compile(
      db
        .updateTable("api_keys")
        .set({ revoked_at: arg("at") })
        .where("id", "=", id)
        .where("revoked_at", "is", null),
    ),
    addTransfer: compile(
      db.insertInto("transfers").values({
        ...columns<TransfersTable, Exclude<keyof TransfersTable, "id">>("at", "agent_id", "session_id", "kind", "fingerprint", "amount"),
      } as TransfersTable),
    ),
    advanceExport: compile(
      db
        .insertInto("export_positions")
        .values({ channel: arg("channel"), sequence: arg("sequence") })
        .onConflict((conflict) => conflict.column("channel").doUpdateSet({ sequence: arg("sequence") })),
    ),
    addMetric: compile(
      db
        .insertInto("metric_hours")
        .values(columns<MetricHoursTable, keyof MetricHoursTable>("hour", "name", "value"))
        .onConflict((conflict) =>
          conflict.columns(["hour", "name"]).doUpdateSet((set) => ({ value: set("metric_hours.value", "+", set.ref("excluded.value")) })),
        ),
    ),
    pruneMetrics: compile(db.deleteFrom("metric_hours").where("hour", "<", numberArg("before"))),
    beat: compile(
      db
        .updateTable("heartbeat")
        .set((expression) => ({ beats: expression("beats", "+", 1) }))
        .where("id", "=", 1),
    ),
  };
}

/** Every one removes at most `limit` rows, so that no transaction takes long. */
function pruneQueries() {
  const db = compileOnly();
  const before = numberArg("before");
  const limit = numberArg("limit");
  // The newest row of a session before the time, and of each refused code in it, holds the totals that later rows build on.
  const outdated = db
    .selectFrom("history_events as old")
    .select("old.id")
    .where("old.at", "<", before)
    .where((where) =>
      where.exists(
        where
          .selectFrom("history_events as newer")
          .select("newer.id")
          .whereRef("newer.agent_id", "=", "old.agent_id")
          .whereRef("newer.session_id", "=", "old.session_id")
          .whereRef("newer.id", ">", "old.id")
          .where("newer.at", "<", before)
          .where((newer) =>
            newer.or([
              newer("old.decision", "<>", sql.lit("BLOCK")),
              newer.and([newer("newer.decision", "=", sql.lit("BLOCK")), newer("newer.code_digest", "=", newer.ref("old.code_digest"))]),
            ]),
          ),
      ),
    )
    .orderBy("old.id")
    .limit(limit);
  const settled = db
    .selectFrom("approvals")
    .select("id")
    .where("created_at", "<", before)
    .where("expires_at", "<", before)
    .orderBy("id")
    .limit(limit);
  return {
    pruneHistory: compile(db.deleteFrom("history_events").where("id", "in", outdated)),
    pruneTransfers: compile(
      db
        .deleteFrom("transfers")
        .where("id", "in", db.selectFrom("transfers").select("id").where("at", "<", before).orderBy("id").limit(limit)),
    ),
    pruneApprovalEvents: compile(db.deleteFrom("approval_events").where("approval_id", "in", settled)),
    pruneApprovals: compile(db.deleteFrom("approvals").where("id", "in", settled)),
    pruneExecutions: compile(
      db
        .deleteFrom("executions")
        .where(
          "id",
          "in",
          db
            .selectFrom("executions")
            .select("id")
            .where("finished_at", "<", before)
            .where("status", "<>", sql.lit("started"))
            .orderBy("id")
            .limit(limit),
        ),
    ),
  };
}
