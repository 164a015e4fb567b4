/** GET /dashboard: newest decisions, totals by the hour that survive a restart, and how long they are kept. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { EngineParts } from "../../src/engine.ts";
import { temporaryDirectory } from "../store/samples.ts";
import { startTestServer } from "./start-test-server.ts";

const HOUR = 3_600_000;
const withClock = (at: () => number) => (parts: EngineParts) => ({ ...parts, clock: at });

test("shows decisions newest first, violations by severity, rates and latencies", async () => {
  await using server = await startTestServer();
  await server.enforce({ code: "account.balance -= 100", session_id: "first" });
  await server.enforce({ code: "x = 1", session_id: "second" });
  const { status, body } = await server.call("/api/v1/dashboard");
  assert.equal(status, 200, JSON.stringify(body));
  const recent = body.recent_decisions as { session_id: string; decision: string }[];
  assert.deepEqual(
    recent.map(({ session_id, decision }) => [session_id, decision]),
    [
      ["second", "ALLOW"],
      ["first", "BLOCK"],
    ],
  );
  assert.deepEqual(body.violations_by_severity, { critical: 1, high: 0, medium: 0, low: 0, info: 0 });
  const { total_enforcements, decisions, block_rate, latency, over_time, pending_approvals } = body.metrics;
  assert.deepEqual(
    { total_enforcements, decisions, block_rate, pending_approvals },
    { total_enforcements: 2, decisions: { allow: 1, block: 1, requires_approval: 0 }, block_rate: 0.5, pending_approvals: 0 },
  );
  assert.ok(latency.avg_ms > 0 && latency.p50_ms <= latency.p95_ms && latency.p95_ms <= latency.p99_ms, JSON.stringify(latency));
  assert.equal(over_time.length, 1);
  for (const hours of ["0", "9000", "x"]) assert.equal((await server.call(`/api/v1/dashboard?hours=${hours}`)).status, 400, hours);
});

test("totals survive a restart, are told by the hour, and end with metrics_retention_days", async (context) => {
  const dataDir = temporaryDirectory(context);
  const start = Date.UTC(2026, 0, 10, 10, 30);
  let now = start;
  const options = { dataDir, config: "observability: { metrics_retention_days: 2 }", parts: withClock(() => now) };
  {
    await using server = await startTestServer(options);
    await server.enforce({ code: "account.balance -= 100" });
    now += HOUR;
    await server.enforce({ code: "x = 1" });
    await server.enforce({ code: "y = 1" });
  }
  await using server = await startTestServer(options);
  now += HOUR;
  await server.enforce({ code: "z = 1" });
  const totals = async (hours: number) => {
    const { metrics, violations_by_severity } = (await server.call(`/api/v1/dashboard?hours=${hours}`)).body;
    const perHour = (metrics.over_time as { hour: string; total_enforcements: number }[]).map((each) => [
      each.hour,
      each.total_enforcements,
    ]);
    return [metrics.total_enforcements, violations_by_severity.critical, perHour];
  };
  const at = (hour: number) => new Date(Date.UTC(2026, 0, 10, hour)).toISOString();
  assert.deepEqual(await totals(24), [
    4,
    1,
    [
      [at(10), 1],
      [at(11), 2],
      [at(12), 1],
    ],
  ]);
  assert.deepEqual(await totals(2), [
    3,
    0,
    [
      [at(11), 2],
      [at(12), 1],
    ],
  ]);
  now += 47 * HOUR;
  assert.deepEqual(await totals(1000), [1, 0, [[at(12), 1]]]);
});

test("observability.enable_dashboard: false switches it off; metrics stay", async () => {
  await using server = await startTestServer({ config: "observability: { enable_dashboard: false }" });
  assert.equal((await server.enforce({ code: "x = 1" })).status, 200);
  const { status, body } = await server.call("/api/v1/dashboard");
  assert.deepEqual([status, body.code], [404, "dashboard.disabled"]);
  assert.equal((await server.call("/api/v1/metrics")).status, 200);
});
