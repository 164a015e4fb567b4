/**
 * The schema, step by step. A step that has been released is never edited: the next change is the next step.
 */
import { type Kysely, sql } from "kysely";
import type { Migration, MigrationProvider } from "kysely/migration";
import { fillAuditSearch } from "./audit-search.ts";
import type { SqlDialect } from "./dialect.ts";

type Step = (db: Kysely<unknown>, dialect: SqlDialect) => Promise<void>;

const STEPS: Readonly<Record<string, readonly Step[]>> = {
  "0001_first": [createAudit, createHistory, createApprovals, createExecutions, createKeys, createHeartbeat],
  "0002_audit_search": [createAuditSearch],
  "0003_idempotency": [createIdempotentRequests],
  "0004_export_positions": [createExportPositions],
  "0005_metric_hours": [createMetricHours],
  "0006_transfers": [createTransfers],
};

/** Name of the newest step, so that a read-only opener can tell whether it understands the database. */
export const LATEST_MIGRATION = Object.keys(STEPS).sort().at(-1) ?? "";

export function migrationProvider(dialect: SqlDialect): MigrationProvider {
  const migrations: Record<string, Migration> = {};
  for (const [name, steps] of Object.entries(STEPS)) {
    migrations[name] = {
      async up(db) {
        for (const step of steps) await step(db, dialect);
      },
    };
  }
  return { getMigrations: async () => migrations };
}

async function createAudit(db: Kysely<unknown>, dialect: SqlDialect): Promise<void> {
  await db.schema
    .createTable("audit_entries")
    .addColumn("sequence", dialect.wholeNumber, (column) => column.primaryKey())
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("at", "text", (column) => column.notNull())
    .addColumn("type", "text", (column) => column.notNull())
    .addColumn("agent_id", "text")
    .addColumn("session_id", "text")
    .addColumn("bytes", "text", (column) => column.notNull())
    .addColumn("leaf_hash", "text", (column) => column.notNull())
    .addColumn("chain_hash", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("audit_head")
    .addColumn("id", dialect.wholeNumber, (column) => column.primaryKey())
    .addColumn("size", dialect.wholeNumber, (column) => column.notNull())
    .addColumn("chain_hash", "text", (column) => column.notNull())
    .execute();
  await sql`insert into audit_head (id, size, chain_hash) values (1, 0, ${"0".repeat(64)})`.execute(db);
  for (const statement of [...dialect.appendOnly("audit_entries"), ...dialect.onlyGrows("audit_head")]) {
    await sql.raw(statement).execute(db);
  }
}

async function createHistory(db: Kysely<unknown>, dialect: SqlDialect): Promise<void> {
  let table = db.schema
    .createTable("history_events")
    .addColumn("id", dialect.counter, (column) => column.primaryKey())
    .addColumn("at", dialect.wholeNumber, (column) => column.notNull())
    .addColumn("agent_id", "text", (column) => column.notNull())
    .addColumn("session_id", "text", (column) => column.notNull())
    .addColumn("code_digest", "text", (column) => column.notNull())
    .addColumn("decision", "text", (column) => column.notNull())
    .addColumn("deletes", dialect.wholeNumber, (column) => column.notNull())
    .addColumn("reason_codes", dialect.json, (column) => column.notNull());
  for (const scope of ["session", "agent"]) {
    for (const total of ["submissions", "deletes", "blocked", "blocks_in_a_row", "blocked_same_code"]) {
      table = table.addColumn(`${scope}_${total}`, dialect.wholeNumber, (column) => column.notNull());
    }
  }
  await table.execute();
  const index = (name: string, columns: readonly string[]) =>
    db.schema
      .createIndex(name)
      .on("history_events")
      .columns([...columns]);
  await index("history_by_session", ["agent_id", "session_id", "at"]).execute();
  await index("history_by_agent", ["agent_id", "at"]).execute();
  const blocked = sql.lit("BLOCK");
  await index("history_blocked_by_session", ["agent_id", "session_id", "code_digest", "at"]).where("decision", "=", blocked).execute();
  await index("history_blocked_by_agent", ["agent_id", "code_digest", "at"]).where("decision", "=", blocked).execute();
}

async function createApprovals(db: Kysely<unknown>, dialect: SqlDialect): Promise<void> {
  let approvals = db.schema
    .createTable("approvals")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("impact", "double precision");
  const texts = ["status", "level", "agent_id", "session_id", "submitted_by_key_id", "submitted_by_owner", "language", "code"];
  texts.push("code_digest", "execution_digest", "rules_version", "config_version", "decision_id");
  for (const name of texts) approvals = approvals.addColumn(name, "text", (column) => column.notNull());
  for (const name of ["created_at", "expires_at"]) approvals = approvals.addColumn(name, dialect.wholeNumber, (column) => column.notNull());
  for (const name of ["field_digests", "findings", "discharges", "effects"]) {
    approvals = approvals.addColumn(name, dialect.json, (column) => column.notNull());
  }
  await approvals.execute();
  await db.schema.createIndex("approvals_by_status").on("approvals").columns(["status", "id"]).execute();
  await db.schema
    .createTable("approval_events")
    .addColumn("approval_id", "text", (column) => column.notNull().references("approvals.id"))
    .addColumn("position", dialect.wholeNumber, (column) => column.notNull())
    .addColumn("at", dialect.wholeNumber, (column) => column.notNull())
    .addColumn("what", "text", (column) => column.notNull())
    .addColumn("key_id", "text", (column) => column.notNull())
    .addColumn("owner", "text", (column) => column.notNull())
    .addColumn("level", "text")
    .addColumn("claimed_approver", "text")
    .addColumn("note", "text")
    .addPrimaryKeyConstraint("approval_events_key", ["approval_id", "position"])
    .execute();
}

async function createExecutions(db: Kysely<unknown>, dialect: SqlDialect): Promise<void> {
  await db.schema
    .createTable("executions")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("status", "text", (column) => column.notNull())
    .addColumn("agent_id", "text", (column) => column.notNull())
    .addColumn("execution_digest", "text", (column) => column.notNull())
    // INVARIANT 3: an approval starts at most one execution, and the schema says so too.
    .addColumn("approval_id", "text", (column) => column.unique().references("approvals.id"))
    .addColumn("started_at", dialect.wholeNumber, (column) => column.notNull())
    .addColumn("finished_at", dialect.wholeNumber)
    .execute();
  await db.schema
    .createIndex("executions_unfinished")
    .on("executions")
    .column("started_at")
    .where(sql.ref("status"), "=", sql.lit("started"))
    .execute();
}

async function createKeys(db: Kysely<unknown>, dialect: SqlDialect): Promise<void> {
  await db.schema
    .createTable("api_keys")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("prefix", "text", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull().unique())
    .addColumn("owner", "text", (column) => column.notNull())
    .addColumn("role", "text", (column) => column.notNull())
    .addColumn("level", "text")
    .addColumn("agent_ids", dialect.json)
    .addColumn("created_at", dialect.wholeNumber, (column) => column.notNull())
    .addColumn("expires_at", dialect.wholeNumber)
    .addColumn("revoked_at", dialect.wholeNumber)
    .execute();
}

async function createHeartbeat(db: Kysely<unknown>, dialect: SqlDialect): Promise<void> {
  await db.schema
    .createTable("heartbeat")
    .addColumn("id", dialect.wholeNumber, (column) => column.primaryKey())
    .addColumn("beats", dialect.wholeNumber, (column) => column.notNull())
    .execute();
  await sql`insert into heartbeat (id, beats) values (1, 0)`.execute(db);
}

/** Narrow rows beside the entries; only one index, because each one costs a page to write on every decision. */
async function createAuditSearch(db: Kysely<unknown>, dialect: SqlDialect): Promise<void> {
  await db.schema
    .createTable("audit_search")
    .addColumn("sequence", dialect.wholeNumber, (column) => column.primaryKey())
    .addColumn("at", dialect.wholeNumber, (column) => column.notNull())
    .addColumn("latest_at", dialect.wholeNumber, (column) => column.notNull())
    .addColumn("max_lag", dialect.wholeNumber, (column) => column.notNull())
    .addColumn("type", "text", (column) => column.notNull())
    .addColumn("agent_id", "text")
    .addColumn("session_id", "text")
    .addColumn("decision", "text")
    .addColumn("blocked_by", dialect.wholeNumber)
    .addColumn("reason_codes", "text")
    .addColumn("actor", "text")
    .execute();
  await fillAuditSearch(db);
  await db.schema.createIndex("audit_search_by_agent").on("audit_search").columns(["agent_id", "sequence"]).execute();
  for (const statement of dialect.appendOnly("audit_search")) await sql.raw(statement).execute(db);
}

async function createExportPositions(db: Kysely<unknown>, dialect: SqlDialect): Promise<void> {
  await db.schema
    .createTable("export_positions")
    .addColumn("channel", "text", (column) => column.primaryKey())
    .addColumn("sequence", dialect.wholeNumber, (column) => column.notNull())
    .execute();
}

async function createIdempotentRequests(db: Kysely<unknown>, dialect: SqlDialect): Promise<void> {
  await db.schema
    .createTable("idempotent_requests")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("request_digest", "text", (column) => column.notNull())
    .addColumn("created_at", dialect.wholeNumber, (column) => column.notNull())
    .addColumn("expires_at", dialect.wholeNumber, (column) => column.notNull())
    .addColumn("status", dialect.wholeNumber)
    .addColumn("sealed_body", "text")
    .addColumn("rules_version", "text")
    .addColumn("config_version", "text")
    .execute();
  await db.schema.createIndex("idempotent_requests_by_expiry").on("idempotent_requests").column("expires_at").execute();
}

async function createMetricHours(db: Kysely<unknown>, dialect: SqlDialect): Promise<void> {
  await db.schema
    .createTable("metric_hours")
    .addColumn("hour", dialect.wholeNumber, (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("value", "double precision", (column) => column.notNull())
    .addPrimaryKeyConstraint("metric_hours_key", ["hour", "name"])
    .execute();
}

async function createTransfers(db: Kysely<unknown>, dialect: SqlDialect): Promise<void> {
  await db.schema
    .createTable("transfers")
    .addColumn("id", dialect.counter, (column) => column.primaryKey())
    .addColumn("at", dialect.wholeNumber, (column) => column.notNull())
    .addColumn("agent_id", "text", (column) => column.notNull())
    .addColumn("session_id", "text", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("fingerprint", "text", (column) => column.notNull())
    .addColumn("amount", "double precision", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("transfers_by_agent").on("transfers").columns(["agent_id", "kind", "at"]).execute();
}
