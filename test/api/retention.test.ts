/** What is past its retention is gone after a start, and when the configuration shortens it; the audit log keeps everything. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openStore } from "../../src/store/open-store.ts";
import { approval, historyEvent, stored, temporaryDirectory, unit } from "../store/samples.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";

const DAY = 86_400_000;
const daysAgo = (days: number) => ({ createdAt: Date.now() - days * DAY, expiresAt: Date.now() - (days - 1) * DAY });

/** The samples are no answers that the contract would let pass, so that only their absence is looked at. */
async function becomes(server: TestServer, id: string, status: "kept" | "gone"): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const gone = (await server.call(`/api/v1/approval/${id}`)).status === 404;
    if (gone === (status === "gone")) return;
    await sleep(20);
  }
  assert.fail(`${id} never became ${status}`);
}

test("settled approvals are kept for `audit_log_retention_days`, or longer for health records", async (context) => {
  const dataDir = temporaryDirectory(context);
  const store = await openStore({ dataDir });
  const [ancient, old, young] = [approval(daysAgo(3000)), approval(daysAgo(2300)), approval(daysAgo(10))];
  const create = [ancient, old, young].map((each) => ({ type: "approval.create", approval: each }) as const);
  stored(await store.commit(unit([...create, { type: "history.add", event: historyEvent() }])));
  await store.close();
  await using server = await startTestServer({ dataDir });
  await becomes(server, ancient.id, "gone");
  await becomes(server, old.id, "kept");
  await server.reconfigure("observability: { audit_log_retention_days: 2200 }\n");
  await becomes(server, old.id, "kept");
  await server.reconfigure("observability: { audit_log_retention_days: 2200 }\ndomains: { healthcare: { enabled: false } }\n");
  await becomes(server, old.id, "gone");
  await becomes(server, young.id, "kept");
  const { body } = await server.call("/api/v1/audit?limit=10");
  assert.ok(body.items.some((entry: { agent_id: string | null }) => entry.agent_id === "agent-1"));
});
