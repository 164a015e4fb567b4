/**
 * INVARIANT 3 when the server is killed: what was running ends as `unknown` and is not repeated, and an approval that was used
 * stays used.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Json } from "../../layers/model.ts";
import { processTree } from "../../sandbox/resource-watch.ts";
import { verifyLog } from "../../src/audit/verify-log.ts";
import type { AuditRecord } from "../../src/store/store.ts";
import { survivors } from "../sandbox/support.ts";
import { allEntries, lookInto, type ServerProcess, startServerProcess, temporaryDirectory } from "./server-process.ts";

/** Asks because it would drop a table, and where there is no database loops until it is stopped. */
const ENDLESS = `if (typeof cursor !== "undefined") cursor.execute("DROP TABLE users");
let turns = 0;
for (;;) turns++;`;
const BRIEF = 'typeof cursor === "undefined" ? "no database" : cursor.execute("DROP TABLE users");';
const submission = (code: string) => ({ agent_id: "agent", session_id: code, language: "javascript", code });

test("killed during two runs: both end as unknown, nothing is repeated, and the approval stays used", async (t) => {
  const dataDir = join(temporaryDirectory(t), "data");
  await using first = await startServerProcess({ dataDir });
  const approved = await approvalFor(first, ENDLESS);
  const runs = [
    first.execute({ ...submission(ENDLESS), approval_id: approved }),
    first.execute({ language: "javascript", code: "let n = 0; for (;;) n++;" }),
  ].map((answer) => answer.then(() => "answered").catch(() => "broken off"));
  while ((await lookInto(first, (store) => store.unfinished().length)) < 2) await sleep(20);
  const below = processTree(first.pid).slice(1);
  await first.kill();
  assert.deepEqual(await Promise.all(runs), ["broken off", "broken off"]);
  assert.deepEqual(await survivors(below, 5_000), [], "the runs end with the server");
  const before = await lookInto(first, allEntries);
  const interrupted = ofType(before, "attempt").map(({ data }) => field(data, "executionId"));
  assert.equal(interrupted.length, 2);
  assert.deepEqual(ofType(before, "outcome"), []);

  await using second = await startServerProcess({ dataDir });
  const refused = await second.execute({ ...submission(ENDLESS), approval_id: approved });
  assert.deepEqual([refused.status, refused.body.code], [409, "approval.consumed"]);
  const next = await second.execute({ language: "javascript", code: "1 + 1" });
  assert.equal(next.body.execution.result, 2);
  await lookInto(second, (store) => {
    const entries = allEntries(store);
    const closed = ofType(entries.slice(before.length), "outcome").filter(({ data }) => field(data, "status") === "unknown");
    assert.deepEqual(closed.map(({ data }) => field(data, "executionId")).sort(), [...interrupted].sort());
    assert.equal(ofType(entries, "attempt").length, 3, "only the program submitted since then was started");
    assert.deepEqual(store.unfinished(), []);
    assert.equal(store.approval(approved)?.status, "consumed");
    assert.equal(verifyLog(store).ok, true);
  });
});

test("killed after a run under an approval: the approval is used up, and one not used yet is still good", async (t) => {
  const dataDir = join(temporaryDirectory(t), "data");
  await using first = await startServerProcess({ dataDir });
  const other = `${BRIEF} // another`;
  const [used, unused] = [await approvalFor(first, BRIEF), await approvalFor(first, other)];
  const ran = await first.execute({ ...submission(BRIEF), approval_id: used });
  assert.equal(ran.body.execution?.result, "no database", JSON.stringify(ran.body));
  await first.kill();
  await using second = await startServerProcess({ dataDir });
  const again = await second.execute({ ...submission(BRIEF), approval_id: used });
  assert.deepEqual([again.status, again.body.code], [409, "approval.consumed"]);
  const late = await second.execute({ ...submission(other), approval_id: unused });
  assert.equal(late.body.execution?.result, "no database", JSON.stringify(late.body));
});

/** The published one-key flow: ask, then approve with the only key there is. */
async function approvalFor(server: ServerProcess, code: string): Promise<string> {
  const asked = await server.execute(submission(code));
  assert.equal(asked.body.decision, "REQUIRES_APPROVAL", JSON.stringify(asked.body));
  const id: string = asked.body.approval_id;
  const answer = await server.call(`/api/v1/approval/${id}/approve`, { approver: "the operator" });
  assert.equal(answer.body.status, "approved", JSON.stringify(answer.body));
  return id;
}

const ofType = (entries: readonly AuditRecord[], type: AuditRecord["type"]) => entries.filter((entry) => entry.type === type);
const field = (data: Json, name: string): string => String((data as Readonly<Record<string, Json>>)[name]);
