/** GET /approval: every filter by itself and together with what the caller may see. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Reply, startTestServer, type TestServer } from "./start-test-server.ts";

const DROP = 'cursor.execute("DROP TABLE users")';
/** 150,000 needs a director. */
const TRANSFER = {
  code: "transfer_money(account_a, account_b, 150000)",
  context: { domain: "financial", amount: 150_000, source_auth: true },
};

let server: TestServer;
const keys: Record<string, string> = {};
const names = new Map<string, string>();
let between = "";
before(async () => {
  server = await startTestServer();
  keys.first = await server.newKey("agent", { owner: "team-1", agentIds: ["a"] });
  keys.second = await server.newKey("agent", { owner: "team-2", agentIds: ["b"] });
  keys.manager = await server.newKey("approver", { level: "MANAGER" });
  keys.cto = await server.newKey("approver", { level: "CTO" });
  const ask = async (name: string, body: object, key?: string) => {
    const { body: answer } = await server.enforce(body, key);
    assert.equal(typeof answer.approval_id, "string", JSON.stringify(answer));
    names.set(answer.approval_id, name);
    return answer.approval_id as string;
  };
  await ask("drop a", { agent_id: "a", session_id: "s", code: DROP }, keys.first);
  const rejected = await ask("drop b", { agent_id: "b", session_id: "t", code: DROP }, keys.second);
  await server.call(`/api/v1/approval/${rejected}/reject`, { body: { reason: "no" }, key: keys.cto });
  await new Promise((resolve) => setTimeout(resolve, 5));
  between = new Date().toISOString();
  await new Promise((resolve) => setTimeout(resolve, 5));
  await ask("transfer", { agent_id: "c", session_id: "s", ...TRANSFER });
});
after(() => server.close());

const list = (query: string, key = keys.cto) => server.call(`/api/v1/approval${query}`, { key: key! });
const found = ({ status, body }: Reply) => {
  assert.equal(status, 200, JSON.stringify(body));
  return (body.items as { approval_id: string }[]).map(({ approval_id }) => names.get(approval_id));
};

const FILTERS: readonly (readonly [query: () => string, expected: readonly string[]])[] = [
  [() => "", ["transfer", "drop b", "drop a"]],
  [() => "?status=pending", ["transfer", "drop a"]],
  [() => "?status=rejected", ["drop b"]],
  [() => "?agent_id=a", ["drop a"]],
  [() => "?session_id=s", ["transfer", "drop a"]],
  [() => "?level=CTO", ["drop b", "drop a"]],
  [() => "?level=MANAGER", []],
  [() => "?submitted_by=team-2", ["drop b"]],
  [() => `?from=${between}`, ["transfer"]],
  [() => `?to=${between}`, ["drop b", "drop a"]],
  [() => `?session_id=s&status=pending&level=CTO&to=${between}`, ["drop a"]],
];
for (const [index, [query, expected]] of FILTERS.entries()) {
  test(`filter ${index}: ${expected.join(", ") || "nothing"}`, async () => {
    assert.deepEqual(found(await list(query())), expected, query());
  });
}

test("a filter never shows more than the caller may see", async () => {
  assert.deepEqual(found(await list("?level=CTO", keys.manager)), []);
  assert.deepEqual(found(await list("?agent_id=b", keys.first)), []);
  assert.deepEqual(found(await list("?session_id=s", keys.first)), ["drop a"]);
});

test("pages with a filter hold each request once", async () => {
  const first = await list("?status=pending&limit=1");
  assert.deepEqual(found(first), ["transfer"]);
  assert.deepEqual(found(await list(`?status=pending&limit=1&cursor=${first.body.next_cursor}`)), ["drop a"]);
});

for (const query of ["?status=open", "?level=KING", "?from=now", "?to=2026-02-31T25:00:00Z", "?cursor=x"]) {
  test(`${query} is refused`, async () => {
    const { status, body } = await list(query);
    assert.deepEqual([status, body.code], [400, "request.invalid"]);
  });
}
