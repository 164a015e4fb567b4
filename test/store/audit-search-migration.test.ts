/** A database from before there was a search: the entries that are there become searchable when it is opened. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import { verifyLog } from "../../src/audit/verify-log.ts";
import { openStore } from "../../src/store/open-store.ts";
import { draft, temporaryDirectory, unit } from "./samples.ts";

test("entries of an older version are found by what they say", async (context) => {
  const dataDir = temporaryDirectory(context);
  const older = await openStore({ dataDir });
  const data = { decision: "BLOCK", blockedBy: 2, reasonCodes: ["invariant.violated"], principal: { owner: "alice" } };
  for (let n = 0; n < 1200; n++) await older.commit(unit([], [draft({ agentId: `agent-${n % 7}`, data: n % 3 === 0 ? data : {} })]));
  const expected = older.search({ agentId: "agent-3", decision: "BLOCK", limit: 200 });
  await older.close();
  backToFirstSchema(join(dataDir, "agentguard.db"));

  const store = await openStore({ dataDir });
  context.after(() => store.close());
  assert.deepEqual(store.search({ agentId: "agent-3", decision: "BLOCK", limit: 200 }), expected);
  assert.ok(expected.records.length > 50);
  assert.equal(verifyLog(store).ok, true);
  await store.commit(unit([], [draft({ agentId: "agent-3", data })]));
  assert.equal(store.search({ agentId: "agent-3", reasonCode: "invariant.violated", limit: 1 }).records[0]?.sequence, 1201);
});

function backToFirstSchema(file: string): void {
  const database = new Database(file);
  const first = ["audit_entries", "audit_head", "history_events", "approvals", "approval_events", "executions", "api_keys", "heartbeat"];
  const tables = database.prepare("select name from sqlite_master where type = 'table'").pluck().all() as string[];
  for (const table of tables) if (!first.includes(table) && !/^(sqlite|kysely)_/.test(table)) database.exec(`drop table ${table}`);
  database.exec("delete from kysely_migration where name > '0001_first'");
  database.close();
}
