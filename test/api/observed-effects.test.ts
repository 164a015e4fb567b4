/** What a program tried, against what analysis had predicted: over HTTP, in the audit log and in the metrics. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import type { Effect } from "../../analysis/effects.ts";
import { predictedKinds } from "../../layers/5-execution-sandbox/choose-profile.ts";
import { unpredictedEffects } from "../../layers/5-execution-sandbox/unpredicted.ts";
import type { EngineParts } from "../../src/engine.ts";
import { startTestServer } from "./start-test-server.ts";

const effect = (kind: Effect["kind"], target = "") => ({ kind, target }) as Effect;
const seen = (kind: string, target: string) => ({ kind, target, allowed: false });

type Case = [name: string, observed: ReturnType<typeof seen>, predicted: readonly Effect[], surprise: boolean];
const CASES: Case[] = [
  ["a host that was named", seen("net.fetch", "https://a.com/x"), [effect("net.fetch", "https://a.com/y")], false],
  ["another host", seen("net.fetch", "https://b.com/x"), [effect("net.fetch", "https://a.com/y")], true],
  ["a host that could not be known", seen("net.fetch", "https://b.com/x"), [effect("net.send", "https://{?}/y")], false],
  ["no network predicted", seen("net.fetch", "https://b.com/x"), [effect("print.write")], true],
  ["a module that starts processes", seen("import", "node:child_process"), [], true],
  ["the same, predicted", seen("import", "child_process"), [effect("process.exec", "ls")], false],
  ["files, where only network was seen", seen("import", "fs"), [effect("net.fetch", "a.com")], true],
  ["a harmless module", seen("import", "lodash"), [], false],
  ["a write where a read was predicted", seen("fs.write", "/tmp/a"), [effect("fs.read")], true],
  ["a tree where a file was predicted", seen("fs.delete_tree", "/a"), [effect("fs.delete")], false],
  ["anything, where analysis could not know", seen("process.exec", "id"), [effect("call.dynamic")], false],
];
for (const [name, observed, predicted, surprise] of CASES) {
  test(`a surprise or not: ${name}`, () => assert.equal(unpredictedEffects([observed], predicted).length === 1, surprise));
}
test("what may be shown", () => {
  assert.deepEqual(predictedKinds([effect("fs.read"), effect("fs.read")]), ["fs.read"]);
  assert.equal(predictedKinds([effect("fs.read"), effect("code.eval")]), null);
});

/** Analysis that sees nothing: the sandbox then meets a program that nobody understood. */
const blind = (parts: EngineParts): EngineParts => ({
  ...parts,
  analyse: async ({ language }) => ({
    ok: true,
    program: { language, effects: [], matches: [], strings: [], diagnostics: [], exhausted: false },
  }),
});
const CODE = 'console.log("before"); try { require("child_process").exec("id") } catch (e) { console.log("after") } 1';
const submission = { agent_id: "agent", language: "javascript", code: CODE };

test("a surprise is in the answer, the log and the metrics", async () => {
  await using server = await startTestServer({ parts: blind });
  const { body } = await server.execute(submission);
  assert.deepEqual([body.execution.status, body.output], ["completed", "before\nafter\n"]);
  const surprise = { kind: "import", target: "child_process", allowed: false };
  assert.deepEqual(body.execution.unpredicted_effects, [surprise]);
  const { body: page } = await server.call("/api/v1/audit?reason_code=sandbox.unpredicted_effect");
  const { body: entry } = await server.call(`/api/v1/audit/${page.items[0].id}`);
  assert.deepEqual([entry.type, entry.data.unpredictedEffects], ["outcome", [surprise]]);
  const { body: metrics } = await server.call("/api/v1/metrics");
  assert.match(metrics, /agentguard_sandbox_unpredicted_effects_total\{language="javascript"\} 1/);
});

test("`sandbox.unpredicted: stop` ends the run at that point", async () => {
  await using server = await startTestServer({ parts: blind, config: "sandbox: { unpredicted: stop }" });
  const { body } = await server.execute(submission);
  assert.deepEqual([body.execution.status, body.execution.reason, body.output], ["failed", "unpredicted_effect", "before\n"], body.error);
  assert.match(body.error, /tried `import` of `child_process`/);
  const next = await server.execute({ ...submission, code: "1 + 1" });
  assert.equal(next.body.execution.result, 2);
  const code = "print('before')\ntry: open('left', 'w')\nexcept BaseException: pass\nprint('after')";
  const { execution, output, error } = (await server.execute({ ...submission, language: "python", code })).body;
  assert.deepEqual([execution.status, execution.reason, output], ["failed", "unpredicted_effect", "before\n"], error);
  assert.match(error, /tried `fs.write` of `left`/);
});

test("a granted host is reached with its secret, and another is not", async (t) => {
  const seenHeaders: (string | undefined)[] = [];
  const upstream = createServer((incoming, outgoing) => {
    seenHeaders.push(incoming.headers.authorization);
    outgoing.end("answer");
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  t.after(() => upstream.close());
  process.env.TEST_UPSTREAM_TOKEN = "Bearer upstream-token";
  t.after(() => delete process.env.TEST_UPSTREAM_TOKEN);
  await using server = await startTestServer({
    config: `sandbox:
  network: whitelist
  network_whitelist: [localhost]
  private_addresses: [127.0.0.0/8, "::1"]
  secrets: [localhost Authorization TEST_UPSTREAM_TOKEN]
`,
  });
  const url = `http://localhost:${(upstream.address() as AddressInfo).port}/data`;
  const read = (from: string) => ({ ...submission, code: `const r = await fetch("${from}"); await r.text()` });
  const { body } = await server.execute(read(url));
  assert.deepEqual([body.decision, body.execution?.result], ["ALLOW", "answer"], JSON.stringify(body));
  assert.deepEqual(body.execution.unpredicted_effects, []);
  assert.deepEqual(seenHeaders, ["Bearer upstream-token"]);
  const python = (from: string) => `import urllib.request\nurllib.request.urlopen("${from}").read().decode()`;
  const second = await server.execute({ ...submission, language: "python", code: python(url) });
  assert.deepEqual(
    [second.body.execution?.result, second.body.execution?.unpredicted_effects],
    ["answer", []],
    JSON.stringify(second.body),
  );
  assert.deepEqual(seenHeaders, ["Bearer upstream-token", "Bearer upstream-token"]);
  const { body: refused } = await server.execute(read("http://example.test/data"));
  assert.equal(refused.execution.status, "failed", JSON.stringify(refused));
  const elsewhere = await server.execute({ ...submission, language: "python", code: python("http://example.test/data") });
  assert.equal(elsewhere.body.execution.status, "failed", JSON.stringify(elsewhere.body));
  assert.deepEqual(seenHeaders.length, 2);
});
