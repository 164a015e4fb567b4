/** Metrics over HTTP: what is counted, under which names, where they can be read, and what switches them off. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { startTestServer, type TestServer } from "./start-test-server.ts";

const SSN = "536-22-8726";

let server: TestServer;
before(async () => {
  server = await startTestServer({ config: "observability: { export: { prometheus: { enabled: true, port: 0 } } }" });
  await server.enforce({ code: "account.balance -= 100" });
  await server.enforce({ code: "x = 1" });
  await server.enforce({ code: 'cursor.execute("DROP TABLE users")' });
  await server.enforce({ code: `logger.info("${SSN}")`, agent_id: "agent-of-its-own", session_id: "session-of-its-own" });
  await server.execute({ language: "javascript", code: "1 + 1" });
  await server.call("/api/v1/nothing-here/with-an-id");
});
after(() => server.close());

/** Series to value. */
async function scrape(from: TestServer = server, path = "/api/v1/metrics"): Promise<ReadonlyMap<string, number>> {
  const { status, body, headers } = await from.call(path);
  assert.equal(status, 200);
  assert.match(headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  const lines = (body as string).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]));
}

const EXPECTED: Readonly<Record<string, number>> = {
  'agentguard_decisions_total{decision="BLOCK",layer="2"}': 1,
  'agentguard_decisions_total{decision="BLOCK",layer="3"}': 1,
  'agentguard_decisions_total{decision="ALLOW",layer="none"}': 2,
  'agentguard_layer_duration_seconds_count{layer="1"}': 5,
  'agentguard_layer_duration_seconds_count{layer="6"}': 5,
  'agentguard_decision_duration_seconds_count{mode="enforce"}': 4,
  'agentguard_reasons_total{reason_code="invariant.violated"}': 1,
  'agentguard_sandbox_runs_total{status="completed",language="javascript"}': 1,
  agentguard_sandbox_run_duration_seconds_count: 1,
  'agentguard_audit_appends_total{type="decision"}': 5,
  'agentguard_audit_appends_total{type="outcome"}': 1,
  'agentguard_approvals_total{what="requested"}': 1,
  agentguard_approvals_pending: 1,
  agentguard_sandbox_ready: 1,
  agentguard_analysis_workers: 1,
  'agentguard_analysis_duration_seconds_count{result="ok"}': 5,
  'agentguard_http_requests_total{method="POST",route="/api/v1/enforce",status="200"}': 4,
  'agentguard_http_requests_total{method="GET",route="none",status="404"}': 1,
  // As published.
  agentguard_enforcements_total: 5,
  'agentguard_decisions{type="ALLOW"}': 2,
  'agentguard_decisions{type="BLOCK"}': 2,
  'agentguard_decisions{type="REQUIRES_APPROVAL"}': 1,
  'agentguard_violations{severity="LOW"}': 0,
};
test("what happened is counted, under conventional and under published names", async () => {
  const found = await scrape();
  const actual = Object.fromEntries(Object.keys(EXPECTED).map((series) => [series, found.get(series)]));
  assert.deepEqual(actual, EXPECTED);
  const asked = [...found].filter(([series]) => series.startsWith('agentguard_decisions_total{decision="REQUIRES_APPROVAL"'));
  assert.deepEqual(
    asked.map(([, value]) => value),
    [1],
  );
  for (const name of [
    "agentguard_latency_avg",
    "agentguard_audit_entries",
    "process_resident_memory_bytes",
    "nodejs_eventloop_lag_p99_seconds",
  ]) {
    assert.ok((found.get(name) ?? 0) > 0, name);
  }
  assert.ok((found.get('agentguard_violations{severity="CRITICAL"}') ?? 0) > 0);
  assert.ok((found.get("agentguard_store_commit_duration_seconds_count") ?? 0) >= 6);
});

test("INVARIANT 8: no series holds code, data from it, or the name of an agent or session", async () => {
  const series = [...(await scrape()).keys()].join("\n");
  assert.doesNotMatch(series, new RegExp(`${SSN}|of-its-own|with-an-id|balance|users`));
});

test("the exporter serves the same on a port of its own, without a key on this machine, and nothing else", async () => {
  const url = server.running.metricsUrl();
  assert.notEqual(url, null);
  assert.match(await (await fetch(url!)).text(), /agentguard_enforcements_total 5\n/);
  const forwarded = await fetch(url!, { headers: { "x-forwarded-for": "203.0.113.9" } });
  assert.equal(forwarded.status, 401);
  const other = await fetch(url!.replace("/metrics", "/api/v1/audit"));
  assert.equal(other.status, 404);
});

test("a taken exporter port is told, and stops nothing else", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as AddressInfo;
  try {
    await using other = await startTestServer({ config: `observability: { export: { prometheus: { enabled: true, port: ${port} } } }` });
    assert.equal(other.running.metricsUrl(), null);
    assert.match(other.log(), /"level":"WARN".*prometheus\.port/);
    assert.equal((await other.call("/api/v1/metrics")).status, 200);
  } finally {
    taken.close();
  }
});

test("observability.enable_metrics: false switches them off, exporter included; the dashboard stays", async () => {
  await using quiet = await startTestServer({
    config: "observability: { enable_metrics: false, export: { prometheus: { enabled: true, port: 0 } } }",
  });
  assert.equal((await quiet.enforce({ code: "x = 1" })).status, 200);
  const { status, body } = await quiet.call("/api/v1/metrics");
  assert.deepEqual([status, body.code, quiet.running.metricsUrl()], [404, "metrics.disabled", null]);
  assert.equal((await quiet.call("/api/v1/dashboard")).body.metrics.total_enforcements, 1);
});

test("a change of the configuration opens and closes the exporter, and what was counted goes on", async () => {
  await using changing = await startTestServer();
  await changing.enforce({ code: "x = 1" });
  assert.equal(changing.running.metricsUrl(), null);
  await changing.reconfigure("observability: { export: { prometheus: { enabled: true, port: 0 } } }");
  const url = changing.running.metricsUrl();
  assert.match(await (await fetch(url!)).text(), /agentguard_enforcements_total 1\n/);
  await changing.reconfigure("observability: { enable_dashboard: false }");
  assert.equal(changing.running.metricsUrl(), null);
  await assert.rejects(fetch(url!));
  assert.equal((await changing.call("/api/v1/dashboard")).status, 404);
  await changing.enforce({ code: "x = 1" });
  assert.equal((await scrape(changing)).get("agentguard_enforcements_total"), 2);
});
