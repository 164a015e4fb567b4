/** What the server says about itself: its contract and its configuration. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ADMIN_KEY, startTestServer } from "./start-test-server.ts";

test("the contract needs no key and says what is guaranteed and what is not", async () => {
  await using server = await startTestServer();
  const { status, body } = await server.call("/api/v1/contract", { key: null });
  assert.equal(status, 200);
  for (const line of [...body.guarantees, ...body.not_guaranteed]) assert.ok(body.contract.includes(`- ${line}\n`), line);
  assert.match(body.contract, /NOT GUARANTEED:[\s\S]*Analysis is not containment/);
  assert.equal(typeof body.version, "string");
});

test("the configuration is the effective one, every key of it, without its secrets", async () => {
  const SECRETS = ["https://hooks.example/T0/B0/very-secret", "splunk-token-1", "datadog-key-1"];
  const config = `
sandbox: { max_memory_mb: 256 }
approval: { notifications: { slack: { webhook_url: "${SECRETS[0]}" } } }
observability: { export: { splunk: { token: ${SECRETS[1]} }, datadog: { api_key: ${SECRETS[2]} } } }
`;
  await using server = await startTestServer({ config, env: { AGENTGUARD_STATE_GUARD_RETRY_LIMIT: "9" } });
  const { status, body } = await server.call("/api/v1/config");
  assert.equal(status, 200);
  const { sandbox, state_guard, policies } = body;
  assert.deepEqual([sandbox.max_memory_mb, state_guard.retry_limit, policies.delete_operations.max_delete_count], [256, 9, 1000]);
  for (const secret of [...SECRETS, ADMIN_KEY]) assert.ok(!JSON.stringify(body).includes(secret), secret);
  assert.deepEqual([body.api_key, body.observability.export.splunk.token], ["********", "********"]);
});
