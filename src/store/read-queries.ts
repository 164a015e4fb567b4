/**
 * Every query that only reads. One set for all engines.
 */
import { type Kysely, sql } from "kysely";
import { compileOnly, type SqlDialect } from "./dialect.ts";
import type { PreparedAll } from "./prepared.ts";
import { compile, numberArg, type QueryText, textArg } from "./query-text.ts";
import type { ApprovalFilter } from "./store.ts";
import type { ApprovalsTable, Tables } from "./tables.ts";

export type ReadQueries = PreparedAll<ReturnType<typeof readQueries>>;

export function readQueries(dialect: SqlDialect) {
  const db = compileOnly();
  return {
    ...auditQueries(db, dialect),
    ...historyQueries(db),
    approval: compile(db.selectFrom("approvals").selectAll().where("id", "=", textArg("id"))),
    approvalEvents: compile(db.selectFrom("approval_events").selectAll().where("approval_id", "=", textArg("id")).orderBy("position")),
    pendingApprovals: compile(
      db
        .selectFrom("approvals")
        .select((select) => select.fn.countAll<number>().as("count"))
        .where("status", "=", sql.lit("pending"))
        .where("expires_at", ">", numberArg("now")),
    ),
    metricHours: compile(db.selectFrom("metric_hours").selectAll().where("hour", ">=", numberArg("from"))),
    keyByHash: compile(db.selectFrom("api_keys").selectAll().where("hash", "=", textArg("hash"))),
    idempotentRequest: compile(db.selectFrom("idempotent_requests").selectAll().where("id", "=", textArg("id"))),
    keys: compile(db.selectFrom("api_keys").selectAll().orderBy("id")),
    ...transferQueries(db),
    exportPosition: compile(db.selectFrom("export_positions").select("sequence").where("channel", "=", textArg("channel"))),
    unfinished: compile(
      db
        .selectFrom("executions")
        .select(["id", "agent_id", "execution_digest"])
        .where("status", "=", sql.lit("started"))
        .orderBy("started_at")
        .orderBy("id"),
    ),
  };
}

function transferQueries(db: Kysely<Tables>) {
  const ofAgent = db
    .selectFrom("transfers")
    .select((select) => [
      sql<number>`count(case when fingerprint = ${textArg("fingerprint")} then 1 end)`.as("same"),
      select.fn.coalesce(select.fn.sum<number>("amount"), sql.lit(0)).as("total"),
    ])
    .where("agent_id", "=", textArg("agent_id"))
    .where("kind", "=", textArg("kind"))
    .where("at", ">=", numberArg("since"));
  return { agentTransfers: compile(ofAgent), sessionTransfers: compile(ofAgent.where("session_id", "=", textArg("session_id"))) };
}

function auditQueries(db: Kysely<Tables>, dialect: SqlDialect) {
  const page = db.selectFrom("audit_entries").where("sequence", ">", numberArg("after")).orderBy("sequence").limit(numberArg("limit"));
  return {
    entry: compile(db.selectFrom("audit_entries").selectAll().where("id", "=", textArg("id"))),
    entries: compile(page.selectAll()),
    storedEntries: compile(
      page
        .select(["sequence", "id", "at", "type", "agent_id", "session_id", "leaf_hash", "chain_hash"])
        .select(dialect.textBytes("bytes").as("bytes")),
    ),
    storedSearch: compile(
      db.selectFrom("audit_search").selectAll().where("sequence", ">", numberArg("after")).orderBy("sequence").limit(numberArg("limit")),
    ),
    chainAt: compile(db.selectFrom("audit_entries").select("chain_hash").where("sequence", "=", numberArg("sequence"))),
    head: compile(db.selectFrom("audit_head").select(["size", "chain_hash"]).where("id", "=", 1)),
  };
}

/** For each scope: its last row, its last row before the window, and the same among the blocks of one code. */
function historyQueries(db: Kysely<Tables>) {
  const newest = db
    .selectFrom("history_events")
    .where("agent_id", "=", textArg("agent_id"))
    .where("at", "<", numberArg("before"))
    .orderBy("at", "desc")
    .orderBy("id", "desc")
    .limit(sql.lit(1));
  const ofSession = newest.where("session_id", "=", textArg("session_id"));
  const sessionTotals = [
    "session_submissions as submissions",
    "session_deletes as deletes",
    "session_blocked as blocked",
    "session_blocks_in_a_row as blocks_in_a_row",
  ] as const;
  const agentTotals = [
    "agent_submissions as submissions",
    "agent_deletes as deletes",
    "agent_blocked as blocked",
    "agent_blocks_in_a_row as blocks_in_a_row",
  ] as const;
  const blocked = sql.lit("BLOCK");
  const code = textArg("code_digest");
  return {
    sessionTotals: compile(ofSession.select(sessionTotals)),
    agentTotals: compile(newest.select(agentTotals)),
    sessionBlocks: compile(
      ofSession.where("decision", "=", blocked).where("code_digest", "=", code).select("session_blocked_same_code as blocked"),
    ),
    agentBlocks: compile(
      newest.where("decision", "=", blocked).where("code_digest", "=", code).select("agent_blocked_same_code as blocked"),
    ),
  };
}

/** A page of approvals, newest first; the shape depends on which filters are given. */
export function approvalsQuery(filter: ApprovalFilter): QueryText<ApprovalsTable> {
  let query = compileOnly().selectFrom("approvals").selectAll().orderBy("id", "desc").limit(filter.limit);
  if (filter.status !== undefined) query = query.where("status", "=", filter.status);
  if (filter.agentId !== undefined) query = query.where("agent_id", "=", filter.agentId);
  if (filter.submittedByKeyId !== undefined) query = query.where("submitted_by_key_id", "=", filter.submittedByKeyId);
  if (filter.sessionId !== undefined) query = query.where("session_id", "=", filter.sessionId);
  if (filter.submittedBy !== undefined) query = query.where("submitted_by_owner", "=", filter.submittedBy);
  if (filter.from !== undefined) query = query.where("created_at", ">=", filter.from);
  if (filter.to !== undefined) query = query.where("created_at", "<", filter.to);
  if (filter.levels !== undefined) query = query.where("level", "in", [...filter.levels]);
  if (filter.before !== undefined) query = query.where("id", "<", filter.before);
  return compile(query);
}
