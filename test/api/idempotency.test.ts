/** `Idempotency-Key`: worked on once, answered the same again, and never again when the answer may not hold any more. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openStore } from "../../src/store/open-store.ts";
import { type Reply, startTestServer, type TestServer } from "./start-test-server.ts";

const dataDir = mkdtempSync(join(tmpdir(), "agentguard-idempotency-"));
let server: TestServer;
before(async () => {
  server = await startTestServer({ dataDir });
});
after(async () => {
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const CODE = { agent_id: "agent", language: "javascript", code: "Math.random()" };
const post = (path: string, key: string, body: unknown, caller?: string): Promise<Reply> =>
  server.call(`/api/v1/${path}`, { body, headers: { "idempotency-key": key }, ...(caller === undefined ? {} : { key: caller }) });
const entries = async (): Promise<number> => {
  const store = await openStore({ dataDir, readOnly: true });
  const { size } = store.head();
  await store.close();
  return size;
};
const replayed = ({ headers }: Reply): boolean => headers.get("idempotency-replayed") === "true";
const refusal = ({ status, body, headers }: Reply) => [status, body.code, headers.get("content-type")?.split(";")[0]];

test("a repetition gets the first answer, and the work is done once", async () => {
  const first = await post("execute", "run-1", CODE);
  const size = await entries();
  const second = await post("execute", "run-1", CODE);
  assert.deepEqual([first.body.executed, replayed(first), replayed(second)], [true, false, true]);
  assert.deepEqual([second.status, second.body], [first.status, first.body]);
  assert.equal(second.headers.get("cache-control"), "no-store");
  assert.equal(await entries(), size);
  const reordered = `{"code": "Math.random()", "language":"javascript",  "agent_id":"agent"}`;
  assert.equal(replayed(await post("execute", '"run-1"', reordered)), true, "quoted, and with its members in another order");
});

test("keys, approvals and enforcements are repeated as they were", async () => {
  const wish = { owner: "o", role: "auditor" };
  const [created, again] = [await post("keys", "key-1", wish), await post("keys", "key-1", wish)];
  assert.deepEqual([created.status, again.status, replayed(again), again.body.key], [201, 201, true, created.body.key]);
  assert.equal((await server.call("/api/v1/keys")).body.items.filter((key: { owner: string }) => key.owner === "o").length, 1);
  const drop = { agent_id: "agent", code: 'cursor.execute("DROP TABLE users")' };
  const [asked, repeated] = [await post("enforce", "ask-1", drop), await post("enforce", "ask-1", drop)];
  assert.deepEqual([asked.body.decision, repeated.body.approval_id], ["REQUIRES_APPROVAL", asked.body.approval_id]);
  const place = `approval/${asked.body.approval_id}/approve`;
  const approver = await server.newKey("approver");
  const approve = (key: string) => post(place, key, { approver: "a" }, approver);
  const [approved, twice] = [await approve("yes-1"), await approve("yes-1")];
  assert.deepEqual([approved.status, twice.status, twice.body], [200, 200, approved.body]);
  assert.equal((await approve("yes-2")).status, 409, "with another key it is another request");
});

test("the key belongs to its caller, its route and its body", async () => {
  const agent = await server.newKey("agent");
  await post("enforce", "shared", CODE);
  assert.equal(replayed(await post("enforce", "shared", CODE, agent)), false, "another caller");
  assert.equal(replayed(await post("execute", "shared", CODE)), false, "another route");
  const other = await post("enforce", "shared", { ...CODE, code: "2" });
  assert.deepEqual(refusal(other), [422, "idempotency.other_request", "application/problem+json"]);
  assert.match(other.body.detail, /use a new key for each request/);
});

test("while the first is under way: 409 with Retry-After; afterwards its answer", async () => {
  const slow = { ...CODE, code: "const end = Date.now() + 500; while (Date.now() < end); 7" };
  const first = post("execute", "slow", slow);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const meanwhile = await post("execute", "slow", slow);
  assert.deepEqual(refusal(meanwhile), [409, "idempotency.in_flight", "application/problem+json"]);
  assert.equal(meanwhile.headers.get("retry-after"), "1");
  assert.equal((await post("execute", "slow", { ...slow, code: "8" })).status, 422);
  assert.equal((await first).body.execution.result, 7);
  assert.equal(replayed(await post("execute", "slow", slow)), true);
});

test("a refused request is not kept: it may be put right and sent again", async () => {
  assert.equal((await post("enforce", "fix", { ...CODE, context: { a: "\ud800" } })).status, 400);
  assert.equal((await post("keys", "fix", { owner: "o", role: "agent" })).status, 422);
  const fixed = await post("enforce", "fix", CODE);
  assert.deepEqual([fixed.status, replayed(fixed)], [200, false]);
});

test("a revoked key gets no repetition", async () => {
  const key = await server.newKey("agent");
  await post("enforce", "mine", CODE, key);
  assert.equal(replayed(await post("enforce", "mine", CODE, key)), true);
  const { items } = (await server.call("/api/v1/keys")).body;
  const { id } = items.find((each: { prefix: string }) => key.startsWith(each.prefix));
  assert.equal((await server.call(`/api/v1/keys/${id}`, { method: "DELETE" })).status, 200);
  assert.deepEqual(refusal(await post("enforce", "mine", CODE, key)), [401, "key.revoked", "application/problem+json"]);
});

for (const key of ["", "a b", "ä", `"open`, "k".repeat(256)]) {
  test(`not a key: ${JSON.stringify(key.slice(0, 8))}`, async () => {
    const bytes = Buffer.from(key, "utf8").toString("latin1");
    assert.deepEqual(refusal(await post("enforce", bytes, CODE)), [400, "idempotency.invalid_key", "application/problem+json"]);
  });
}

test("without the header nothing is kept, and a body too deep to compare is refused", async () => {
  const reply = await server.enforce(CODE);
  assert.equal(reply.headers.get("idempotency-replayed"), null);
  const deep = `{"agent_id":"agent","code":"1","context":{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}}`;
  assert.equal((await post("enforce", "deep", deep)).status, 400);
});

test("INVARIANT 8: what is kept can be read by nobody but the caller", async () => {
  await post("execute", "secret-key-name", { ...CODE, code: '"the-" + "output"' });
  const kept = readFileSync(join(dataDir, "agentguard.db"), "latin1") + readFileSync(join(dataDir, "agentguard.db-wal"), "latin1");
  for (const text of ["the-output", "secret-key-name"]) assert.ok(!kept.includes(text), `${text} is in the database`);
});

test("a restart: answers are repeated, decisions only under the rules they were made under", async () => {
  const before = { run: await post("execute", "last", CODE), key: await post("keys", "last", { owner: "o2", role: "auditor" }) };
  await server.close();
  server = await startTestServer({ dataDir });
  const again = await post("execute", "last", CODE);
  assert.deepEqual([replayed(again), again.body], [true, before.run.body]);
  await server.close();
  server = await startTestServer({ dataDir, config: "state_guard: { retry_limit: 7 }" });
  const size = await entries();
  const stale = await post("execute", "last", CODE);
  assert.deepEqual(refusal(stale), [409, "idempotency.rules_changed", "application/problem+json"]);
  assert.match(stale.body.detail, /send it with a new `Idempotency-Key`/);
  assert.equal(await entries(), size, "nothing was done");
  assert.equal(
    (await post("keys", "last", { owner: "o2", role: "auditor" })).body.key,
    before.key.body.key,
    "no decision, so it still holds",
  );
});
