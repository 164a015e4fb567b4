/** Changes of the configuration while the server runs: what takes effect, what is refused, and what waits for a restart. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startTestServer, type TestServer } from "./start-test-server.ts";

const DROP = { code: 'cursor.execute("DROP TABLE users")' };
let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

const decision = async (): Promise<string> => (await server.enforce(DROP)).body.decision as string;
const health = async () => (await server.call("/health")).body;

describe("reload", () => {
  test("a changed key holds from the next request on, and the version and the audit log say so", async () => {
    const before = await health();
    assert.equal(before.configuration.status, "current");
    assert.equal(await decision(), "REQUIRES_APPROVAL");
    const result = await server.reconfigure("approval: { require_for_drop_table: false }\n");
    assert.ok(result.ok);
    assert.equal(await decision(), "BLOCK");
    const { config_version, configuration } = await health();
    assert.notEqual(config_version, before.config_version);
    assert.equal(config_version, result.version);
    assert.ok(configuration.loaded_at >= before.configuration.loaded_at);
    assert.ok((await server.call("/api/v1/dashboard")).body.metrics.uptime_seconds >= before.uptime, "the server was not started anew");
    const { body } = await server.call("/api/v1/audit?type=server");
    if (body.items !== undefined) assert.match(JSON.stringify(body.items), /reconfigured/);
  });

  test("a broken file is refused with its places in the log, without the line itself, and the old one stays", async () => {
    const secret = "a-token-nobody-must-see";
    const result = await server.reconfigure(`observability: { export: { splunk: { tokn: ${secret} } } }\napproval: { enabled: perhaps }\n`);
    assert.deepEqual(!result.ok && result.problems.map((problem) => problem.replace(/^.*agentguard\.yaml/, "")), [
      ":1:38: unknown key `tokn` in `observability.export.splunk`; did you mean `token`?",
      ":2:22: `approval.enabled`: expected `true` or `false`",
    ]);
    assert.equal(await decision(), "BLOCK", "the configuration before still holds");
    const { configuration } = await health();
    assert.deepEqual([configuration.status, configuration.problems], ["refused", 2]);
    assert.match(server.log(), /the old one stays in effect/);
    assert.ok(!server.log().includes(secret));
    assert.ok((await server.reconfigure("")).ok);
    assert.equal((await health()).configuration.status, "current");
    assert.equal(await decision(), "REQUIRES_APPROVAL");
  });

  test("keys that cannot change while the server runs say so, and the others of the same file hold", async () => {
    const result = await server.reconfigure("server: { host: 127.0.0.9 }\napproval: { require_for_drop_table: false }\n");
    assert.deepEqual(result.ok && result.afterRestart, ["server.host"]);
    assert.equal(await decision(), "BLOCK");
    assert.deepEqual((await health()).configuration.after_restart, ["server.host"]);
    assert.match(server.log(), /`server\.host` cannot change while the server runs/);
  });

  test("limits of the HTTP edge and of the sandbox change too", async () => {
    await server.reconfigure("limits: { code_bytes: 10 }\nsandbox: { max_memory_mb: 64 }\n");
    assert.equal((await server.enforce({ code: "x = 1\ny = 2\nz = 3\n" })).status, 413);
    await server.reconfigure("");
    const run = await server.execute({ language: "javascript", code: "console.log(6 * 7)" });
    assert.deepEqual([run.body.executed, run.body.execution.stdout], [true, "42\n"]);
  });

  test("what is in flight ends under the configuration that it began with", async () => {
    const [slow] = await Promise.all([
      server.execute({ language: "javascript", code: "await new Promise((resolve) => setTimeout(resolve, 400)); console.log('done')" }),
      sleep(100).then(() => server.reconfigure("sandbox: { max_memory_mb: 128 }\n")),
    ]);
    assert.deepEqual([slow.body.execution?.status, slow.body.execution?.stdout], ["completed", "done\n"]);
  });

  test("an approval given under another configuration is stale", async () => {
    await server.reconfigure("");
    const asked = await server.enforce(DROP);
    await server.call(`/api/v1/approval/${asked.body.approval_id}/approve`, { body: { approver: "me" } });
    await server.reconfigure("policies: { delete_operations: { allow_delete_all: true } }\n");
    const used = await server.execute({ ...DROP, approval_id: asked.body.approval_id });
    assert.deepEqual([used.status, used.body.code], [409, "approval.stale"]);
  });
});

describe("rules of the operator's own", () => {
  const rule = (pattern: string) =>
    `rules:\n  - id: no-launch\n    message: nothing is launched here\n    severity: CRITICAL\n    languages: [python]\n    pattern: ${pattern}\n`;
  const LAUNCH = { code: "launch(rocket)" };
  let own: string;
  let file: string;
  let watched: TestServer;
  before(async () => {
    own = await mkdtemp(join(tmpdir(), "agentguard-own-rules-"));
    file = join(own, "no-launch.yaml");
    await writeFile(file, rule("launch(...)"));
    watched = await startTestServer({ config: `rules: { directories: [${JSON.stringify(own)}] }\n`, watchMs: 20 });
  });
  after(async () => {
    await watched.close();
    await rm(own, { recursive: true, force: true });
  });
  const reloads = (): number => watched.log().split("configuration reloaded").length;
  const noticed = async (change: () => Promise<void>): Promise<void> => {
    const before = reloads();
    await change();
    for (let tries = 0; tries < 500 && reloads() === before; tries++) await sleep(20);
    assert.ok(reloads() > before, "the change was not noticed");
  };

  test("are in force beside those that ship, and a changed one holds without a signal", async () => {
    const first = await watched.enforce(LAUNCH);
    assert.equal(first.body.decision, "BLOCK");
    assert.match(JSON.stringify(first.body), /nothing is launched here/);
    assert.equal((await watched.enforce(DROP)).body.decision, "REQUIRES_APPROVAL");
    await noticed(() => writeFile(file, rule("land(...)")));
    assert.equal((await watched.enforce(LAUNCH)).body.decision, "ALLOW");
    assert.equal((await watched.enforce({ code: "land(rocket)" })).body.decision, "BLOCK");
  });

  test("invariants among them hold as well, and are changed like rules", async () => {
    const path = join(own, "hosts.yaml");
    const hosts = (host: string): string =>
      `invariants:\n  - { id: acme.hosts, explanation: Not there., effects: [net.fetch], when: 'effect.target.contains("${host}")', action: block, severity: high, message: not there, references: [] }\n`;
    const fetches = { code: 'import requests\nrequests.get("https://files.example/x")' };
    await noticed(() => writeFile(path, hosts("files.example")));
    const refused = await watched.enforce(fetches);
    assert.equal(refused.body.decision, "BLOCK");
    assert.match(JSON.stringify(refused.body), /acme\.hosts/);
    await noticed(() => writeFile(path, hosts("other.example")));
    assert.equal((await watched.enforce(fetches)).body.decision, "ALLOW");
    await noticed(() => rm(path));
  });

  test("API models among them say what a library's calls do, and are changed like rules", async () => {
    const path = join(own, "acme-models.yaml");
    const model = (raw: string): string => `language: python\napis:\n  acme.wipe: ${raw}\n`;
    const wipes = { code: 'import acme\nacme.wipe("/etc")' };
    assert.equal((await watched.enforce(wipes)).body.decision, "ALLOW", "nothing is known of the library");
    await noticed(() => writeFile(path, model("{ effect: fs.delete_tree, as: path, target: 0|path }")));
    const refused = await watched.enforce(wipes);
    assert.equal(refused.body.decision, "BLOCK");
    assert.match(JSON.stringify(refused.body), /core\.delete-protected/);
    assert.equal((await watched.enforce({ code: wipes.code.replace("/etc", "./build") })).body.decision, "ALLOW");
    await writeFile(path, model("{ effect: fs.delet_tree, as: path, target: 0 }"));
    const broken = await watched.running.reload();
    assert.ok(!broken.ok);
    assert.match(
      broken.problems.join("\n"),
      /acme-models\.yaml:3:24: `fs\.delet_tree` is no kind of effect; did you mean `fs\.delete_tree`\?/,
    );
    assert.equal((await watched.enforce(wipes)).body.decision, "BLOCK", "the set before still holds");
    await noticed(() => writeFile(path, model("{}")));
    assert.equal((await watched.enforce(wipes)).body.decision, "ALLOW", "nothing of the old model is left in a cache");
    await noticed(() => rm(path));
  });

  test("a broken set is refused with its error, and the old one stays", async () => {
    await writeFile(file, rule("land(..."));
    const result = await watched.running.reload();
    assert.ok(!result.ok);
    assert.match(result.problems.join("\n"), /no-launch\.yaml:6:\d+: the pattern is not valid python/);
    assert.equal((await watched.enforce({ code: "land(rocket)" })).body.decision, "BLOCK");
    assert.equal((await watched.call("/health")).body.configuration.status, "refused");
    assert.match(watched.log(), /the old one stays in effect/);
    await rm(file);
    assert.match(JSON.stringify(await watched.running.reload()), /has no YAML file/);
    await noticed(() => writeFile(file, rule("launch(...)")));
    assert.equal((await watched.enforce(LAUNCH)).body.decision, "BLOCK");
  });
});

test("a change of the file is noticed without a signal", async () => {
  await using watched = await startTestServer({ watchMs: 20 });
  await writeFile(watched.configFile, "env: changed\n");
  for (let tries = 0; tries < 250; tries++) {
    if ((await watched.call("/health")).body.environment === "changed") return;
    await sleep(20);
  }
  assert.fail("the change was not noticed");
});
