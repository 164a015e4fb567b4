/**
 * Every key of the published configuration changes what the server does, as it is named. One server, reconfigured for each
 * key; what cannot be seen from outside in a moment (a window of minutes, a retention of days) has its test elsewhere.
 */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { parse } from "yaml";
import { createResultCache } from "../../src/analysis-pool/result-cache.ts";
import { createLogger } from "../../src/api/log.ts";
import { leaves } from "../../src/config/schema-paths.ts";
import { defaultConfig, loadConfig } from "../../src/config.ts";
import { outdatedBefore } from "../../src/engine/retention.ts";
import { packageRoot } from "../../src/package-root.ts";
import { type Reply, startTestServer, type TestServer } from "../api/start-test-server.ts";
import { type Body, CASES, type Case } from "./key-cases.ts";

let server: TestServer;
let session = 0;
/** What the defaults answer, asked once for all cases that build on nothing else. */
const byDefault = new Map<Case, string>();
before(async () => {
  server = await startTestServer();
  for (const each of CASES.filter(({ base }) => base === undefined)) byDefault.set(each, await outcome(each.sends));
});
after(() => server.close());

async function outcome(sends: readonly Body[]): Promise<string> {
  session++;
  let last: Reply | undefined;
  for (const { run, forwarded, ...body } of sends) {
    const headers = forwarded === undefined ? {} : { "x-forwarded-for": String(forwarded) };
    const about = { agent_id: `agent-${session}`, session_id: `session-${session}`, ...body };
    last = await server.call(run === true ? "/api/v1/execute" : "/api/v1/enforce", { body: about, headers });
  }
  return describeReply(last!);
}

function describeReply({ status, body }: Reply): string {
  if (status !== 200) return `${status} ${body.code}`;
  const skipped = body.layer_results.flatMap((each: { decision: string }, index: number) =>
    each.decision === "SKIPPED" ? [index + 1] : [],
  );
  const execution = body.execution === undefined ? "" : `run ${body.execution.status}; `;
  const about = [...body.violations, ...body.constraints, ...body.reason_codes].join("; ");
  return `${body.decision}${body.blocked_by_layer === null ? "" : ` by ${body.blocked_by_layer}`}: ${execution}level ${body.approval_level}; ${about}; skipped ${skipped.join(" ")}`;
}

describe("each key acts as named", () => {
  for (const each of CASES) {
    const { keys, sends, base, off, set, on } = each;
    test(keys.join(", "), async () => {
      if (base !== undefined) assert.ok((await server.reconfigure(base)).ok);
      assert.match(byDefault.get(each) ?? (await outcome(sends)), off);
      const changed = await server.reconfigure(set);
      assert.ok(changed.ok, JSON.stringify(changed));
      assert.match(await outcome(sends), on);
    });
  }

  test("observability.log_level: what is below it is not logged; the published names count", async () => {
    const lines: string[] = [];
    const { config } = loadedFrom("observability: { log_level: WARNING }");
    const logger = createLogger(config.observability.log_level, { write: (line: string) => void lines.push(line) });
    logger.info("quiet");
    logger.warn("loud");
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, /loud/);
  });

  test("performance.cache_ttl_seconds: what analysis found is forgotten after it", () => {
    let now = 0;
    const cache = createResultCache(10, () => now, 1000);
    cache.put("key", { ok: false, failure: { reason: "limit", message: "" } });
    now = 999;
    assert.notEqual(cache.get("key"), null);
    now = 1000;
    assert.equal(cache.get("key"), null);
  });

  test("retention: metrics_retention_days, audit_log_retention_days, healthcare.audit_retention_days; 0 is for good", () => {
    const day = 86_400_000;
    const of = (metrics: number, audit: number, healthcare: number, enabled = true) => {
      const config = structuredClone(defaultConfig());
      Object.assign(config.observability, { metrics_retention_days: metrics, audit_log_retention_days: audit });
      Object.assign(config.domains.healthcare, { audit_retention_days: healthcare, enabled });
      const { historyBefore, recordsBefore } = outdatedBefore(config, 10_000 * day);
      return [historyBefore, recordsBefore].map((at) => (at === null ? null : 10_000 - at / day));
    };
    assert.deepEqual(of(90, 2555, 2555), [90, 2555]);
    assert.deepEqual(of(10, 2200, 3000), [10, 3000]);
    assert.deepEqual(of(10, 2200, 3000, false), [10, 2200]);
    assert.deepEqual(of(0, 2200, 0), [null, null]);
  });
});

function loadedFrom(text: string) {
  const directory = mkdtempSync(join(tmpdir(), "agentguard-keys-"));
  writeFileSync(join(directory, "agentguard.yaml"), text);
  const loaded = loadConfig({ env: {}, cwd: directory });
  rmSync(directory, { recursive: true });
  assert.ok(loaded.ok);
  return loaded;
}

/** Keys whose effect is specified where the part that reads them is. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "state_guard.session_timeout_minutes": "test/layers/state-history.test.ts",
  "state_guard.enable_behavioral_baseline": "test/layers/transfers.test.ts",
  "features.enable_behavioral_anomaly": "test/layers/transfers.test.ts",
  "approval.notifications.slack.enabled": "test/notify/channels.test.ts",
  "approval.notifications.slack.webhook_url": "test/notify/channels.test.ts",
  "approval.notifications.email.enabled": "test/notify/channels.test.ts",
  "approval.notifications.email.smtp_server": "test/notify/channels.test.ts",
  "approval.notifications.email.from": "test/notify/channels.test.ts",
  "approval.notifications.email.to": "test/notify/channels.test.ts",
  "observability.export.splunk.enabled": "test/notify/channels.test.ts",
  "observability.export.splunk.hec_url": "test/notify/channels.test.ts",
  "observability.export.splunk.token": "test/notify/channels.test.ts",
  "observability.export.datadog.enabled": "test/notify/channels.test.ts",
  "observability.export.datadog.api_key": "test/notify/channels.test.ts",
  "compliance.hipaa.require_audit_trail": "test/config/config.test.ts",
  "domains.healthcare.audit_retention_days": "test/config/keys-act.test.ts",
  "observability.metrics_retention_days": "test/config/keys-act.test.ts",
  "observability.audit_log_retention_days": "test/config/keys-act.test.ts",
  "observability.log_level": "test/config/keys-act.test.ts",
  "performance.cache_ttl_seconds": "test/config/keys-act.test.ts",
  "performance.cache_policy_results": "test/analysis/pool.test.ts",
  "observability.enable_audit_log": "test/config/config.test.ts",
  "observability.enable_metrics": "test/api/metrics.test.ts",
  "observability.enable_dashboard": "test/api/dashboard.test.ts",
  "observability.export.prometheus.enabled": "test/api/metrics.test.ts",
  "observability.export.prometheus.port": "test/api/metrics.test.ts",
  "performance.max_concurrent_enforcements": "test/api/concurrency.test.ts",
  "performance.rate_limit.enabled": "test/api/rate-limit.test.ts",
  "performance.rate_limit.requests_per_minute": "test/api/rate-limit.test.ts",
  "performance.rate_limit.burst": "test/api/rate-limit.test.ts",
};

test("every key of the published file is shown to act, here or in a test that exists", () => {
  const published = parse(readFileSync(join(packageRoot(), "test/config/complete.yaml"), "utf8")) as Record<string, unknown>;
  const isPublished = (path: readonly string[]) =>
    path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], published) !== undefined;
  const keys = leaves()
    .filter(({ path }) => isPublished(path))
    .map(({ path }) => path.join("."));
  const shown = new Set([...CASES.flatMap((each) => each.keys), ...Object.keys(ELSEWHERE)]);
  assert.deepEqual(
    keys.filter((key) => !shown.has(key)),
    [],
  );
  assert.deepEqual(
    [...new Set(Object.values(ELSEWHERE))].filter((file) => !existsSync(join(packageRoot(), file))),
    [],
  );
});

test("the published file, unmodified, starts the server, which judges by it", async () => {
  const config = readFileSync(join(packageRoot(), "test/config/complete.yaml"), "utf8");
  // Its ports belong to whoever runs the tests.
  await using complete = await startTestServer({ config, env: { AGENTGUARD_OBSERVABILITY_EXPORT_PROMETHEUS_PORT: "0" } });
  assert.equal((await complete.enforce({ code: "connect('production_db')" })).body.blocked_by, "Layer 1: Policy Guard");
  assert.equal((await complete.enforce({ code: "x = 1  # TODO" })).body.decision, "ALLOW");
  assert.equal((await complete.call("/readyz")).status, 200);
});
