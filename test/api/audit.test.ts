/** GET /audit and /audit/{id}: finding entries again, who may see them, and that nothing in them is in the clear. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { type Reply, startTestServer, type TestServer } from "./start-test-server.ts";

let server: TestServer;
let agentKey: string;
let auditorKey: string;
const ids: Record<string, string> = {};
before(async () => {
  server = await startTestServer();
  agentKey = await server.newKey("agent", { agentIds: ["bot"] });
  auditorKey = await server.newKey("auditor");
  for (const [name, body] of Object.entries(SUBMITTED)) ids[name] = (await server.enforce(body)).body.audit_id;
});
after(() => server.close());

const SSN = "536-22-8726";
const SUBMITTED = {
  blocked: { agent_id: "bot", session_id: "s-1", code: "account.balance -= 100" },
  asked: { agent_id: "bot", session_id: "s-2", code: 'cursor.execute("DROP TABLE users")' },
  allowed: { agent_id: "other", session_id: "s-1", code: "x = 1" },
  secret: { agent_id: "other", session_id: "s-3", code: `logger.info("${SSN}")`, context: { note: `ssn ${SSN}` } },
};

const search = (query: string, key = auditorKey): Promise<Reply> => server.call(`/api/v1/audit${query}`, { key });
const idsIn = (reply: Reply): string[] => (reply.body.items as { id: string }[]).map(({ id }) => id);
const idsOf = (...names: (keyof typeof SUBMITTED)[]): string[] => names.map((name) => ids[name]!);

const FILTERS: readonly (readonly [query: string, expected: readonly (keyof typeof SUBMITTED)[]])[] = [
  ["?type=decision", ["secret", "allowed", "asked", "blocked"]],
  ["?agent_id=bot&type=decision", ["asked", "blocked"]],
  ["?session_id=s-1", ["allowed", "blocked"]],
  ["?agent_id=bot&session_id=s-1", ["blocked"]],
  ["?decision=ALLOW", ["allowed"]],
  ["?decision=REQUIRES_APPROVAL", ["asked"]],
  ["?layer=2", ["blocked"]],
  ["?reason_code=invariant.violated", ["blocked"]],
  ["?reason_code=invariant.viol", []],
  ["?type=decision&actor=administrator&limit=200", ["secret", "allowed", "asked", "blocked"]],
  ["?actor=nobody", []],
  ["?agent_id=nobody", []],
  ["?type=decision&to=2020-01-01T00:00:00Z", []],
  ["?type=decision&from=2020-01-01T00:00:00%2B02:00", ["secret", "allowed", "asked", "blocked"]],
];
for (const [query, expected] of FILTERS) {
  test(`search ${query}`, async () => {
    const reply = await search(query);
    assert.equal(reply.status, 200, JSON.stringify(reply.body));
    assert.deepEqual(idsIn(reply), idsOf(...expected));
  });
}

test("an entry in a list says what was decided, by whom, why", async () => {
  const [entry] = (await search("?session_id=s-1&agent_id=bot")).body.items;
  const { agent_id, actor, decision, blocked_by, reason_codes, violations } = entry;
  assert.deepEqual(
    { agent_id, actor, decision, blocked_by, reason_codes, violations },
    {
      agent_id: "bot",
      actor: "administrator",
      decision: "BLOCK",
      blocked_by: "Layer 2: Semantic Guard",
      reason_codes: ["invariant.violated"],
      violations: ["CRITICAL: Balance subtraction requires authorization"],
    },
  );
});

test("pages end to end are the whole log once, and entries written meanwhile change nothing", async () => {
  const whole = idsIn(await search("?limit=200"));
  const paged: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const reply: Reply = await search(`?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`);
    paged.push(...idsIn(reply));
    cursor = reply.body.next_cursor;
    await server.enforce(SUBMITTED.allowed);
  }
  assert.deepEqual(paged, whole);
});

test("one entry comes with the bytes that are hashed", async () => {
  const { status, body } = await server.call(`/api/v1/audit/${ids.blocked}`, { key: auditorKey });
  assert.equal(status, 200);
  assert.equal(createHash("sha256").update("\0").update(body.bytes).digest("hex"), body.leaf_hash);
  assert.deepEqual(JSON.parse(body.bytes).data, body.data);
  assert.equal(body.data.codeBytes, Buffer.byteLength(SUBMITTED.blocked.code));
});

test("INVARIANT 8: what was masked in the log is masked in what is read from it", async () => {
  const replies = [await search("?limit=200"), await server.call(`/api/v1/audit/${ids.secret}`, { key: auditorKey })];
  for (const { status, body } of replies) {
    assert.equal(status, 200);
    assert.doesNotMatch(JSON.stringify(body), new RegExp(SSN));
  }
  assert.match(JSON.stringify(replies[1]!.body), /\[ssn:11\]/);
});

test("an agent sees decisions about its own agents and nothing else, and cannot try out ids", async () => {
  const show = (id: string) => server.call(`/api/v1/audit/${id}`, { key: agentKey });
  assert.equal((await show(ids.blocked!)).status, 200);
  const [key] = (await search("?type=key")).body.items;
  const refusals = await Promise.all([ids.allowed!, key.id, "0198c0de-0000-7000-8000-000000000009"].map(show));
  for (const { status, body } of refusals)
    assert.deepEqual([status, body.code, body.detail], [403, "audit.foreign", refusals[0]!.body.detail]);
});

test("an entry that is not there is 404", async () => {
  const reply = await server.call("/api/v1/audit/none", { key: auditorKey });
  assert.deepEqual([reply.status, reply.body.code], [404, "audit.unknown"]);
});

const WRONG = [
  "?limit=0",
  "?limit=201",
  "?type=other",
  "?layer=7",
  "?from=yesterday",
  "?from=2020-01-01",
  "?to=2026-13-01T00:00:00Z",
  "?cursor=x",
  "?agent=bot",
];
for (const query of WRONG) {
  test(`search ${query.slice(0, 40)} is refused with the place of the fault`, async () => {
    const { status, body } = await search(query);
    assert.deepEqual([status, body.code], [400, "request.invalid"]);
    assert.match(body.detail, query.includes("from=") ? /query\.from: expected a time such as/ : new RegExp(query.slice(1).split("=")[0]!));
  });
}
