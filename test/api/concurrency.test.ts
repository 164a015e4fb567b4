/** The concurrency cap: the others wait in order, and are told to come back when it takes too long or too many wait. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { EngineParts } from "../../src/engine.ts";
import { ADMIN_KEY, startTestServer, type TestServer } from "./start-test-server.ts";

/** An analysis that waits until the test lets it go. */
function held() {
  const waiting: (() => void)[] = [];
  const order: string[] = [];
  const parts = (real: EngineParts): EngineParts => ({
    ...real,
    analyse: async (request) => {
      order.push(request.code);
      await new Promise<void>((resolve) => waiting.push(resolve));
      return real.analyse(request);
    },
  });
  const until = async (count: number) => {
    while (waiting.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { parts, order, until, release: () => waiting.shift()?.() };
}

const start = (yaml: string, parts: (real: EngineParts) => EngineParts): Promise<TestServer> =>
  startTestServer({ config: `performance: { ${yaml} }`, parts });
const soon = () => new Promise((resolve) => setTimeout(resolve, 60));

test("no more than the cap at a time; the others get their turn in order of arrival, and who has left does not", async () => {
  const analysis = held();
  await using server = await start("max_concurrent_enforcements: 1, queue_deadline_ms: 60000", analysis.parts);
  const first = server.enforce({ code: "1" });
  await analysis.until(1);
  const second = server.enforce({ code: "2" });
  await soon();
  const leaving = new AbortController();
  const headers = { authorization: `Bearer ${ADMIN_KEY}`, "content-type": "application/json", "idempotency-key": "third" };
  const third = { method: "POST", headers, body: JSON.stringify({ agent_id: "agent", code: "3" }) };
  const left = fetch(`${server.url}/api/v1/enforce`, { ...third, signal: leaving.signal }).catch(() => "left");
  await soon();
  const fourth = server.execute({ code: "4", language: "javascript" });
  await soon();
  assert.deepEqual(analysis.order, ["1"], "only one is looked at");
  leaving.abort();
  assert.equal(await left, "left");
  for (const reply of [first, second, fourth]) {
    analysis.release();
    assert.equal((await reply).status, 200);
    await soon();
  }
  assert.deepEqual(analysis.order, ["1", "2", "4"]);
  const again = fetch(`${server.url}/api/v1/enforce`, third);
  await analysis.until(1);
  analysis.release();
  assert.equal((await again).status, 200, "who has left may come again under the same key");
});

test("bodies: no more bytes at a time than the server may hold; one alone always fits", async () => {
  const analysis = held();
  await using server = await startTestServer({ config: "limits: { bodies_bytes: 500 }", parts: analysis.parts });
  const large = `# ${"x".repeat(600)}`;
  const first = server.enforce({ code: large });
  await analysis.until(1);
  const refused = await server.enforce({ code: "2" });
  assert.deepEqual([refused.status, refused.body.code, refused.headers.get("retry-after")], [503, "server.bodies_full", "1"]);
  assert.match(refused.body.detail, /holds 6\d\d bytes of other requests already/);
  assert.equal((await server.call("/api/v1/approval")).status, 200, "a request without a body is none of them");
  analysis.release();
  assert.equal((await first).status, 200);
  const next = server.enforce({ code: "3" });
  await analysis.until(1);
  analysis.release();
  assert.equal((await next).status, 200);
});

test("a queue that is full and a wait that is too long: 503 with a reason of its own, nothing decided", async () => {
  const analysis = held();
  const yaml = "max_concurrent_enforcements: 1, max_queued_enforcements: 1, queue_deadline_ms: 150";
  await using server = await start(yaml, analysis.parts);
  const first = server.enforce({ code: "1" });
  await analysis.until(1);
  const waiting = server.enforce({ code: "2" });
  await soon();
  const full = await server.enforce({ code: "3" });
  const late = await waiting;
  for (const [reply, code, detail] of [
    [full, "server.queue_full", /1 submissions are waiting already/],
    [late, "server.queue_deadline", /waited 150 ms for its turn/],
  ] as const) {
    assert.deepEqual([reply.status, reply.body.code, reply.headers.get("retry-after")], [503, code, "1"]);
    assert.match(reply.headers.get("content-type") ?? "", /^application\/problem\+json/);
    assert.match(reply.body.detail, detail);
    assert.equal(reply.body.decision, undefined);
  }
  analysis.release();
  assert.equal((await first).status, 200);
  const next = server.enforce({ code: "5" });
  await analysis.until(1);
  analysis.release();
  assert.equal((await next).status, 200, "the place is free again");
  assert.deepEqual(analysis.order, ["1", "5"]);
});
