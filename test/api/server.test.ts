/** The server as a whole: start, keys, what it shows, what it keeps to itself, and how it stops. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createLogger } from "../../src/api/log.ts";
import { loadConfig } from "../../src/config.ts";
import { startServer } from "../../src/serve.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { AuditRecord } from "../../src/store/store.ts";
import { ADMIN_KEY, startTestServer, type TestServer } from "./start-test-server.ts";

const directory = mkdtempSync(join(tmpdir(), "agentguard-server-"));
let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(async () => {
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

async function records(dataDir: string): Promise<readonly AuditRecord[]> {
  const store = await openStore({ dataDir, readOnly: true });
  try {
    return store.entries({ after: 0, limit: 10_000 });
  } finally {
    await store.close();
  }
}

test("a second server on the same data directory is refused and says who holds it", async () => {
  await assert.rejects(startTestServer({ dataDir: server.dataDir }), (error: Error & { code?: string }) => {
    assert.equal(error.code, "locked");
    assert.match(error.message, new RegExp(`process ${process.pid} `));
    return true;
  });
  assert.equal((await server.enforce({ code: "x = 1" })).status, 200);
});

test("a port in use is refused with what to do, and the data directory is free again", async () => {
  const { port } = new URL(server.url);
  const dataDir = join(directory, "port");
  await assert.rejects(startTestServer({ dataDir, env: { AGENTGUARD_SERVER_PORT: port } }), (error: Error & { code?: string }) => {
    assert.equal(error.code, "address_in_use");
    assert.match(error.message, new RegExp(`port ${port} on 127.0.0.1 is in use: .*server.port`));
    return true;
  });
  await (await startTestServer({ dataDir })).close();
});

test("without a configured key one is made, readable by its owner only, and kept", async () => {
  const dataDir = join(directory, "key");
  const loaded = loadConfig({ env: { AGENTGUARD_SERVER_PORT: "0", AGENTGUARD_SERVER_DATA_DIR: dataDir }, cwd: directory });
  assert.ok(loaded.ok);
  const keys: string[] = [];
  for (const created of [true, false]) {
    const running = await startServer(loaded.config, { logger: createLogger("silent") });
    try {
      assert.equal(running.adminKeyPath, join(dataDir, "admin.key"));
      assert.equal(running.adminKeyCreated, created);
      assert.equal(statSync(running.adminKeyPath).mode & 0o777, 0o600);
      const key = readFileSync(running.adminKeyPath, "utf8").trim();
      keys.push(key);
      const reply = await fetch(`${running.url}/api/v1/keys`, { headers: { authorization: `Bearer ${key}` } });
      assert.equal(reply.status, 200);
    } finally {
      await running.close();
    }
  }
  assert.equal(keys[0], keys[1]);
  assert.equal(existsSync(join(server.dataDir, "admin.key")), false, "a configured key is not written down");
});

test("health, at both of its paths and without a key", async () => {
  for (const path of ["/health", "/api/v1/health", "/health?probe=1"]) {
    const { status, body } = await server.call(path, { key: null });
    assert.equal(status, 200);
    assert.equal(body.status, "healthy");
    assert.equal(body.version, JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version);
    assert.ok(body.uptime >= 0);
    assert.equal(body.features.layer6, true);
  }
  assert.equal((await server.call("/livez", { key: null })).body.status, "live");
  assert.equal((await server.call("/readyz", { key: null })).body.status, "ready");
});

test("a switched-off layer is shown in health, in every decision and in the audit log", async () => {
  await using other = await startTestServer({ config: "features: { enable_layer3: false }" });
  assert.deepEqual((await other.call("/health")).body.disabled_layers, ["Layer 3: Data Sensitivity"]);
  const reply = await other.enforce({ code: "logger.info(user.ssn)" });
  assert.equal(reply.body.layer_results[2].decision, "SKIPPED");
  assert.equal(reply.body.decision, "ALLOW");
  const started = (await records(other.dataDir)).find(({ type }) => type === "server");
  assert.deepEqual((started!.data as { disabledLayers: unknown }).disabledLayers, [3]);
});

test("request and trace ids are echoed, recorded, and replaced when they are not harmless", async () => {
  const sent = { "x-request-id": "req-1:a.b_c", "x-trace-id": "trace-7" };
  const reply = await server.call("/api/v1/enforce", { body: { agent_id: "agent", code: "x = 1" }, headers: sent });
  assert.deepEqual([reply.headers.get("x-request-id"), reply.headers.get("x-trace-id")], ["req-1:a.b_c", "trace-7"]);
  const record = (await records(server.dataDir)).find(({ id }) => id === reply.body.audit_id);
  assert.equal((record!.data as { requestId: string }).requestId, "req-1:a.b_c");
  const bad = await server.call("/livez", { headers: { "x-request-id": "<script>" } });
  assert.match(bad.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
  const refused = await server.call("/api/v1/keys", { key: null, headers: sent });
  assert.equal(refused.body.instance, "req-1:a.b_c");
});

test("answers carry the headers that keep browsers from misusing them, and nothing about the server's software", async () => {
  const { headers } = await server.call("/health");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'/);
  assert.equal(headers.get("x-powered-by"), null);
});

test("INVARIANT 8: secrets, personal data and code reach neither log nor audit log nor approval in the clear", async () => {
  const secrets = ["123-45-6789", "4111 1111 1111 1111", "AKIAIOSFODNN7EXAMPLE"];
  const code = `print("${secrets.join(" ")}")\ncursor.execute("DROP TABLE users_marker")\n`;
  const blocked = await server.enforce({ code, context: { note: `ssn ${secrets[0]}`, ssn: "987654320" } });
  assert.notEqual(blocked.body.decision, "ALLOW");
  const asked = await server.enforce({ code: `# contact ${secrets[0]}\ncursor.execute("DROP TABLE users")` });
  const written = JSON.stringify(await records(server.dataDir)) + server.log();
  const shown = JSON.stringify((await server.call(`/api/v1/approval/${asked.body.approval_id}`)).body);
  for (const secret of [...secrets, "987654320", ADMIN_KEY]) {
    assert.ok(!written.includes(secret), `${secret} was written down`);
    assert.ok(!shown.includes(secret), `${secret} is shown to approvers`);
  }
  assert.ok(!server.log().includes("users_marker"), "code was logged");
  assert.match(server.log(), /"message":"Enforcement completed"/);
});

test("analyze records nothing; every decision is recorded under the id it is told by", async () => {
  const before = (await records(server.dataDir)).length;
  const analysis = await server.analyze({ code: "import os; os.system('rm -rf /')" });
  assert.deepEqual([analysis.body.would_block, analysis.body.decision, analysis.body.layer_results.length], [true, "BLOCK", 3]);
  assert.equal((await records(server.dataDir)).length, before);
  const decided = await server.enforce({ code: "import os; os.system('rm -rf /')" });
  const record = (await records(server.dataDir)).find(({ id }) => id === decided.body.audit_id);
  assert.equal((record!.data as { decision: string }).decision, "BLOCK");
});

test("execute leaves decision, attempt and outcome behind, in this order", async () => {
  const reply = await server.execute({ language: "javascript", code: 'console.log("hi"); inputs.a + 1', inputs: { a: 41 } });
  assert.deepEqual([reply.body.executed, reply.body.execution.result, reply.body.output], [true, 42, "hi\n"]);
  const own = (await records(server.dataDir)).slice(-3);
  assert.deepEqual(
    own.map(({ type }) => type),
    ["decision", "attempt", "outcome"],
  );
  assert.equal(own[0]?.id, reply.body.audit_id);
  assert.equal((own[2]!.data as { status: string }).status, "completed");
});

test("reachable from elsewhere: analyze needs a key, unless it is made public", async () => {
  const env = { AGENTGUARD_SERVER_HOST: "0.0.0.0" };
  {
    await using open = await startTestServer({ env });
    assert.equal((await open.call("/api/v1/analyze", { body: { code: "1" }, key: null })).status, 401);
  }
  await using made = await startTestServer({ env, config: "server: { public_analyze: true }" });
  assert.equal((await made.call("/api/v1/analyze", { body: { code: "1" }, key: null })).status, 200);
});

test("stopping finishes what is in flight, takes nothing new, and leaves no run open", async () => {
  const dataDir = join(directory, "stop");
  const other = await startTestServer({ dataDir });
  const spin = "const end = Date.now() + 400; while (Date.now() < end); 7";
  const running = other.execute({ language: "javascript", code: spin });
  await new Promise((resolve) => setTimeout(resolve, 150));
  await Promise.all([other.close(), other.close()]);
  const reply = await running;
  assert.deepEqual([reply.status, reply.body.execution.result], [200, 7]);
  await assert.rejects(other.call("/livez"));
  const types = (await records(dataDir)).map(({ type, data }) => (type === "server" ? (data as { what: string }).what : type));
  assert.deepEqual(types, ["started", "decision", "attempt", "outcome", "stopped"]);
});
