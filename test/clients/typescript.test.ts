/** The TypeScript client: the published flow against a real server, and a refusal for whatever is not a clear yes. */
import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { after, before, describe, test } from "node:test";
import { createClient, requireAllowed } from "../../clients/typescript/src/client.ts";
import { AgentGuardError, Denied, type ErrorCode, NotExecuted, Refused } from "../../clients/typescript/src/errors.ts";
import { outdated } from "../../scripts/generate.ts";
import { ADMIN_KEY, startTestServer, type TestServer } from "../api/start-test-server.ts";
import { response, sends, startBadServer, trickles } from "./bad-server.ts";

test("the types are those of openapi.yaml", async () => {
  // Not `equal`: two whole files side by side would hide what to do.
  assert.deepEqual(await outdated(), [], "openapi.yaml has changed: run `npm run generate`");
});

describe("against a real server", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());
  const client = (apiKey: string = ADMIN_KEY) => createClient({ baseUrl: server.url, apiKey });
  const DROP = "typeof db === 'undefined' ? 'no database here' : db.query('DROP TABLE users')";

  test("health and analyze need no key", async () => {
    const anonymous = createClient({ baseUrl: `${server.url}/` });
    assert.equal((await anonymous.health()).status, "healthy");
    assert.ok((await anonymous.contract()).contract);
    const analysis = await anonymous.analyze({ code: "import os; os.system('rm -rf /')" });
    assert.equal(analysis.would_block, true);
    assert.ok(analysis.effects.some(({ kind }) => kind === "process.exec"));
  });

  test("enforce: the decision, also when it is no", async () => {
    const decision = await client().enforce({ agent_id: "a", code: "account.balance -= 100" });
    assert.deepEqual([decision.decision, decision.blocked_by], ["BLOCK", "Layer 2: Semantic Guard"]);
    const denied = (error: unknown) => error instanceof Denied && error.code === "denied" && /^BLOCK by Layer 2/.test(error.message);
    assert.throws(() => requireAllowed(decision), denied);
    requireAllowed(await client().enforce({ agent_id: "a", code: "x = 1" }));
  });

  test("metrics are Prometheus text for those who may see them", async () => {
    assert.match(await client().metrics(), /^# TYPE agentguard_decisions_total counter$/m);
    await assert.rejects(createClient({ baseUrl: server.url }).metrics(), { status: 401, problemCode: "key.missing" });
  });

  test("executeIfAllowed: what ran to its end, or an error", async () => {
    const run = (code: string) => client().executeIfAllowed({ agent_id: "a", code, language: "javascript" });
    assert.equal((await run("6 * 7")).execution.result, 42);
    await assert.rejects(run("account.balance -= 100"), Denied);
    await assert.rejects(run("throw new Error('deliberate')"), (error) => error instanceof NotExecuted && /deliberate/.test(error.message));
  });

  test("asked again with the same idempotency key, the code runs once", async () => {
    const ask = (code: string, idempotencyKey = "turn-1") =>
      client().execute({ agent_id: "a", code, language: "javascript" }, { idempotencyKey });
    const [first, again] = [await ask("Math.random()"), await ask("Math.random()")];
    assert.deepEqual([first.execution.result, first.audit_id], [again.execution.result, again.audit_id]);
    await assert.rejects(ask("Math.random() + 1"), { status: 422, problemCode: "idempotency.other_request" });
    await assert.rejects(ask("1", "two\nlines"), TypeError);
  });

  test("an approval lets the same submission through once; a rejection ends it", async () => {
    const submission = { agent_id: "b", code: DROP, language: "javascript" } as const;
    const wanted = await client()
      .executeIfAllowed(submission)
      .catch((error: unknown) => error);
    assert.ok(wanted instanceof Denied && wanted.code === "approval_required");
    const id = wanted.decision.approval_id!;
    assert.equal((await client().getApproval(id)).status, "pending");
    assert.equal((await client().approve(id, "alice", { window: "tonight" })).status, "approved");
    assert.equal((await client().executeIfAllowed({ ...submission, approval_id: id })).execution.result, "no database here");
    await assert.rejects(client().execute({ ...submission, approval_id: id }), { status: 409, problemCode: "approval.consumed" });
    const other = await client().enforce({ ...submission, agent_id: "c" });
    assert.equal((await client().reject(other.approval_id!, "alice", "not today")).status, "rejected");
  });

  test("what the server refuses arrives with status, code and advice", async () => {
    const refused = (status: number, problemCode: string) => (error: unknown) =>
      error instanceof Refused && error.status === status && error.problemCode === problemCode;
    await assert.rejects(client("nobody's").enforce({ agent_id: "a", code: "x" }), refused(401, "key.unknown"));
    await assert.rejects(client().enforce({ agent_id: "", code: "x" }), refused(400, "request.invalid"));
    await assert.rejects(client().getApproval("../keys"), refused(404, "approval.unknown"));
    await assert.rejects(client().getApproval(".."), TypeError);
  });

  test("a key that asks too often gets a 429 that says when to try again", async () => {
    const limits = { ENABLED: "true", REQUESTS_PER_MINUTE: "2", BURST: "2" };
    const env = Object.fromEntries(Object.entries(limits).map(([name, value]) => [`AGENTGUARD_PERFORMANCE_RATE_LIMIT_${name}`, value]));
    await using limited = await startTestServer({ env });
    const eager = createClient({ baseUrl: limited.url, apiKey: ADMIN_KEY });
    for (let turn = 0; turn < 2; turn++) requireAllowed(await eager.enforce({ agent_id: "a", code: "x = 1" }));
    for (const call of [eager.enforce, eager.executeIfAllowed]) {
      const refused = await call({ agent_id: "a", code: "x = 1" }).catch((error: unknown) => error);
      assert.ok(refused instanceof Refused && refused.status === 429 && refused.problemCode === "rate_limit.minute", String(refused));
      assert.ok(refused.retryAfter !== null && refused.retryAfter > 0 && refused.retryAfter <= 60, `${refused.retryAfter}`);
    }
  });

  test("a full queue is a 503 that says when to try again", async () => {
    const settings = { AGENTGUARD_LIMITS_ANALYSIS_MS: "1500", AGENTGUARD_LIMITS_ANALYSIS_QUEUE: "1" };
    await using busy = await startTestServer({ env: settings });
    /** Holds the only analysis worker until its deadline. */
    const slow = `x=${"async<a>(b=".repeat(20)}1${")".repeat(20)}`;
    const submit = (number: number) =>
      createClient({ baseUrl: busy.url, apiKey: ADMIN_KEY })
        .enforce({ agent_id: `a${number}`, language: "typescript", code: `${slow} // ${number}` })
        .then(requireAllowed)
        .then(() => null)
        .catch((error: unknown) => error);
    const errors = await Promise.all([1, 2, 3, 4].map(submit));
    assert.ok(errors.every((error) => error instanceof AgentGuardError));
    const full = errors.find((error) => error instanceof Refused);
    assert.deepEqual([full?.status, full?.problemCode, full?.retryAfter], [503, "server.busy", 1]);
  });
});

const LAYERS = [1, 2, 3, 4, 5, 6].map((n) => ({ layer: `Layer ${n}`, decision: "ALLOW", violations: [], latency_ms: 0 }));
const ALLOW = { decision: "ALLOW", blocked_by: null, requires_approval: false, layer_results: LAYERS, executed: false };
const WHOLE = response(JSON.stringify(ALLOW));
const layerSays = (decision: string) => [...LAYERS.slice(1), { ...LAYERS[0], decision }];
const of = (changes: object) => sends(response(JSON.stringify({ ...ALLOW, ...changes })));
const status = (line: string, ...headers: readonly string[]) => sends(response(JSON.stringify(ALLOW), line, headers));
const text = (body: string) => sends(response(body));

type Case = readonly [what: string, answer: (socket: Socket) => void, code: ErrorCode];
const REFUSALS: readonly Case[] = [
  ["nothing", sends(""), "unreachable"],
  ["half a head", sends("HTTP/1.1 200 OK\r\nContent-Le"), "unreachable"],
  ["half a body", sends(WHOLE.subarray(0, -20)), "unreachable"],
  ["half a chunk", sends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"), "unreachable"],
  ["half a body of unknown length", sends(`HTTP/1.1 200 OK\r\n\r\n${JSON.stringify(ALLOW).slice(0, -1)}`), "invalid_answer"],
  ["not HTTP", sends("220 mail.example.com ESMTP\r\n"), "unreachable"],
  ["a web page", text("<html>Sign in to the network</html>"), "invalid_answer"],
  ["an empty body", text(""), "invalid_answer"],
  ["text", text('"ALLOW"'), "invalid_answer"],
  ["a list", text('[{"decision": "ALLOW"}]'), "invalid_answer"],
  ["null", text("null"), "invalid_answer"],
  ["not UTF-8", sends(response(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))), "invalid_answer"],
  ["100,000 brackets", text("[".repeat(100_000)), "invalid_answer"],
  ["no decision", of({ decision: undefined }), "invalid_answer"],
  ["a decision that is true", of({ decision: true }), "invalid_answer"],
  ["a decision that is a list", of({ decision: ["ALLOW"] }), "invalid_answer"],
  ["ALLOW without layers", of({ layer_results: undefined }), "invalid_answer"],
  ["ALLOW with no layer's result", of({ layer_results: [] }), "invalid_answer"],
  ["ALLOW beside a layer that blocks", of({ layer_results: layerSays("BLOCK") }), "invalid_answer"],
  ["ALLOW beside a layer that failed", of({ layer_results: layerSays("ERROR") }), "invalid_answer"],
  ["ALLOW that was blocked", of({ blocked_by: "Layer 1: Policy Guard" }), "invalid_answer"],
  ["ALLOW that needs approval", of({ requires_approval: true }), "invalid_answer"],
  ["201", status("201 Created"), "refused"],
  ["302", status("302 Found", "Location: http://127.0.0.1:1/"), "refused"],
  ["403", status("403 Forbidden"), "refused"],
  ["429", status("429 Too Many Requests", "Retry-After: 7"), "refused"],
  ["500", status("500 Internal Server Error"), "refused"],
  ["503 of a proxy", sends(response("<html>no upstream</html>", "503 Service Unavailable")), "refused"],
  ["silence", () => {}, "timed_out"],
  ["a head that trickles", trickles("HTTP/1.1 200 OK\r\nX-Padding: ", "x"), "timed_out"],
  ["a body that trickles", trickles("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{", " "), "timed_out"],
];

describe("an answer that is not a clear yes", () => {
  for (const [what, answer, code] of REFUSALS) {
    test(`${what}: ${code}`, async () => {
      await using server = await startBadServer(answer);
      const client = createClient({ baseUrl: server.url, timeoutMs: 300 });
      for (const call of [client.enforce, client.execute]) {
        await assert.rejects(call({ agent_id: "a", code: "x = 1" }), (error) => error instanceof AgentGuardError && error.code === code);
      }
      assert.equal(server.requests(), 2, "asked once for each call: no retry, no redirect followed");
    });
  }

  test("nobody listens: unreachable, with advice", async () => {
    const server = await startBadServer(sends(""));
    await server[Symbol.asyncDispose]();
    await assert.rejects(createClient({ baseUrl: server.url }).enforce({ agent_id: "a", code: "x" }), {
      code: "unreachable",
      message: /127\.0\.0\.1:\d+: .*ECONNREFUSED.*; is the server running\?/,
    });
  });

  test("a decision of a newer server is BLOCK", async () => {
    await using server = await startBadServer(of({ decision: "ALLOW_WITH_CARE" }));
    assert.equal((await createClient({ baseUrl: server.url }).enforce({ agent_id: "a", code: "x" })).decision, "BLOCK");
  });

  test("a run without an ALLOW is no answer", async () => {
    await using server = await startBadServer(of({ decision: "BLOCK", executed: true }));
    await assert.rejects(createClient({ baseUrl: server.url }).execute({ agent_id: "a", code: "x" }), { code: "invalid_answer" });
  });
});

test("options that cannot work are refused at once, without showing the key", () => {
  for (const baseUrl of ["localhost:5000", "ftp://localhost", "http://", "http://user@localhost", "http://localhost?x=1"])
    assert.throws(() => createClient({ baseUrl }), /http:\/\/localhost:5000/, baseUrl);
  for (const timeoutMs of [0, -1, Number.NaN]) assert.throws(() => createClient({ timeoutMs }), TypeError);
  assert.throws(
    () => createClient({ apiKey: "s3cret\r\nX-Other: 1" }),
    (error: Error) => !error.message.includes("s3cret"),
  );
});
