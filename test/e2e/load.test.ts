/** Many clients at once with good and bad requests: each gets the answer that is right for it, or is told to come back. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { runLoad } from "../../bench/load.ts";
import { mixedRequests } from "../../bench/mixed-requests.ts";
import { ADMIN_KEY, startServerProcess, temporaryDirectory } from "./server-process.ts";

const FOR_MS = 3000;

test("100 clients with mixed requests: no wrong answer, no 5xx but a deliberate 503, and the server is as before", async (t) => {
  await using server = await startServerProcess({ dataDir: join(temporaryDirectory(t), "data") });
  const port = Number(new URL(server.url).port);
  const { statuses, wrong } = await runLoad({ port, clients: 100, forMs: FOR_MS, next: mixedRequests(ADMIN_KEY) });
  assert.deepEqual([...wrong], []);
  for (const status of [200, 400, 401, 404, 405, 413, 415]) assert.ok(statuses.has(status), `no answer was ${status}`);
  assert.equal((await server.enforce({ code: "x = 1" })).body.decision, "ALLOW");
  assert.equal(await server.stop(), 0);
});

test("a cap of one and a short queue: the rest is refused, and every answer is one or the other", async (t) => {
  const env = {
    AGENTGUARD_PERFORMANCE_MAX_CONCURRENT_ENFORCEMENTS: "1",
    AGENTGUARD_PERFORMANCE_MAX_QUEUED_ENFORCEMENTS: "5",
  };
  await using server = await startServerProcess({ dataDir: join(temporaryDirectory(t), "data"), env });
  const headers = { authorization: `Bearer ${ADMIN_KEY}`, "content-type": "application/json" };
  const next = (n: number) => {
    const body = JSON.stringify({ agent_id: `agent-${n}`, code: `x = ${n}` });
    return { name: "enforce", method: "POST", path: "/api/v1/enforce", headers, body, right: [200] };
  };
  const { statuses, wrong } = await runLoad({ port: Number(new URL(server.url).port), clients: 100, forMs: 1500, next });
  assert.deepEqual([...wrong], []);
  assert.deepEqual([...statuses.keys()].toSorted(), [200, 503]);
});
