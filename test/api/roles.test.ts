/** Who may do what: the role table of the wire contract, over HTTP, and what happens without a good key. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Role } from "../../layers/model.ts";
import { ADMIN_KEY, startTestServer, type TestServer } from "./start-test-server.ts";

let server: TestServer;
const keys = new Map<Role, string>();
before(async () => {
  server = await startTestServer();
  for (const role of ["agent", "approver", "auditor", "operator", "admin"] as const) keys.set(role, await server.newKey(role));
});
after(() => server.close());

const CODE = { agent_id: "agent", code: "x = 1" };
type Row = readonly [operation: string, path: string, body: unknown, allowed: readonly Role[]];
/** An allowed call may still be refused for another reason (404 for an unknown approval), but not with 401 or `key.role`. */
const TABLE: readonly Row[] = [
  ["analyze", "/api/v1/analyze", CODE, ["agent", "admin"]],
  ["enforce", "/api/v1/enforce", CODE, ["agent", "admin"]],
  ["execute", "/api/v1/execute", CODE, ["agent", "admin"]],
  ["list approvals", "/api/v1/approval", undefined, ["agent", "approver", "auditor", "operator", "admin"]],
  ["show an approval", "/api/v1/approval/none", undefined, ["agent", "approver", "auditor", "operator", "admin"]],
  ["approve", "/api/v1/approval/none/approve", {}, ["approver", "admin"]],
  ["reject", "/api/v1/approval/none/reject", { reason: "no" }, ["approver", "admin"]],
  ["search the audit log", "/api/v1/audit", undefined, ["auditor", "operator", "admin"]],
  ["metrics", "/api/v1/metrics", undefined, ["auditor", "operator", "admin"]],
  ["dashboard", "/api/v1/dashboard", undefined, ["auditor", "operator", "admin"]],
  ["show the configuration", "/api/v1/config", undefined, ["auditor", "operator", "admin"]],
  ["show the kill switch", "/api/v1/kill-switch", undefined, ["auditor", "operator", "admin"]],
  ["list keys", "/api/v1/keys", undefined, ["operator", "admin"]],
  ["create a key", "/api/v1/keys", { owner: "o", role: "auditor" }, ["operator", "admin"]],
];
for (const [operation, path, body, allowed] of TABLE) {
  test(`${operation}: ${allowed.join(", ")} and nobody else`, async () => {
    for (const [role, key] of keys) {
      const reply = await server.call(path, { ...(body === undefined ? {} : { body }), key });
      const refused = reply.status === 403 && reply.body.code === "key.role";
      assert.equal(refused, !allowed.includes(role), `${role}: ${reply.status} ${JSON.stringify(reply.body)}`);
      assert.notEqual(reply.status, 401);
    }
  });
}

const BAD_KEYS: readonly (readonly [name: string, header: string | undefined, code: string])[] = [
  ["no header", undefined, "key.missing"],
  ["another scheme", "Basic dXNlcjpwYXNz", "key.malformed"],
  ["no key after Bearer", "Bearer ", "key.malformed"],
  ["two words", "Bearer a b", "key.malformed"],
  ["an unknown key", "Bearer ag_agent_0000000000000000000000000000000000000000000", "key.unknown"],
  ["the good key with something behind it", `Bearer ${ADMIN_KEY}x`, "key.unknown"],
];
for (const [name, header, code] of BAD_KEYS) {
  test(`${name}: 401, ${code}`, async () => {
    for (const path of ["/api/v1/enforce", "/api/v1/execute", "/api/v1/keys"]) {
      const reply = await server.call(path, { body: CODE, key: null, headers: header === undefined ? {} : { authorization: header } });
      assert.deepEqual([reply.status, reply.body.code], [401, code]);
      assert.equal(reply.body.error, reply.body.detail);
      assert.match(reply.headers.get("www-authenticate") ?? "", /^Bearer/);
    }
  });
}

test("a revoked key is refused at once, an expired one from its time on", async () => {
  const key = await server.newKey("agent");
  assert.equal((await server.enforce(CODE, key)).status, 200);
  const listed = (await server.call("/api/v1/keys")).body.items as { id: string; prefix: string }[];
  const { id } = listed.find(({ prefix }) => key.startsWith(prefix))!;
  const revoked = await server.call(`/api/v1/keys/${id}`, { method: "DELETE" });
  assert.equal(revoked.status, 200);
  assert.notEqual(revoked.body.revoked_at, null);
  const refused = await server.enforce(CODE, key);
  assert.deepEqual([refused.status, refused.body.code], [401, "key.revoked"]);
  assert.equal((await server.call(`/api/v1/keys/${id}`, { method: "DELETE" })).status, 409);

  const soon = await server.newKey("agent", { expiresAt: new Date(Date.now() + 1500).toISOString() });
  assert.equal((await server.enforce(CODE, soon)).status, 200);
  await new Promise((resolve) => setTimeout(resolve, 1600));
  const late = await server.enforce(CODE, soon);
  assert.deepEqual([late.status, late.body.code], [401, "key.expired"]);
});

test("INVARIANT 6: an agent key speaks for its own agents only", async () => {
  const key = keys.get("agent")!;
  for (const operation of ["enforce", "execute", "analyze"]) {
    const reply = await server.call(`/api/v1/${operation}`, { body: { ...CODE, agent_id: "somebody-else" }, key });
    assert.deepEqual([reply.status, reply.body.code], [403, "key.foreign_agent"], operation);
  }
});

test("who names no agent asks as one of the key's own", async () => {
  const reply = await server.call("/api/v1/analyze", { body: { code: "x = 1" }, key: keys.get("agent")! });
  assert.deepEqual([reply.status, reply.body.decision], [200, "ALLOW"]);
});

test("keys are shown once, listed without themselves, and never with their hash", async () => {
  const reply = await server.call("/api/v1/keys", { body: { owner: "carol", role: "approver", level: "VP" } });
  assert.equal(reply.status, 201);
  assert.equal(reply.headers.get("cache-control"), "no-store");
  const listed = await server.call("/api/v1/keys");
  assert.doesNotMatch(JSON.stringify(listed.body), new RegExp(`${reply.body.key}|hash`));
  const found = (listed.body.items as { id: string; owner: string; level: string }[]).find(({ id }) => id === reply.body.id);
  assert.deepEqual([found?.owner, found?.level], ["carol", "VP"]);
});

const KEY_FAULTS: readonly (readonly [name: string, body: object, status: number, detail: RegExp])[] = [
  ["an agent key without agents", { owner: "o", role: "agent" }, 422, /`agent_ids` is required/],
  ["an approver key without a level", { owner: "o", role: "approver" }, 422, /`level` is required/],
  ["a level on another role", { owner: "o", role: "auditor", level: "CTO" }, 422, /approver keys only/],
  ["agents on another role", { owner: "o", role: "auditor", agent_ids: ["a"] }, 422, /agent keys only/],
  ["a time in the past", { owner: "o", role: "auditor", expires_at: "2020-01-01T00:00:00Z" }, 422, /in the past/],
  ["a time that is none", { owner: "o", role: "auditor", expires_at: "tomorrow" }, 400, /expires_at/],
  ["an unknown role", { owner: "o", role: "root" }, 400, /body.role: expected one of agent, /],
];
for (const [name, body, status, detail] of KEY_FAULTS) {
  test(`refused: ${name}`, async () => {
    const reply = await server.call("/api/v1/keys", { body });
    assert.equal(reply.status, status);
    assert.match(reply.body.detail, detail);
  });
}

test("keys are listed in pages, newest first, none twice and none left out", async () => {
  const all = (await server.call("/api/v1/keys?limit=200")).body;
  assert.equal(all.next_cursor, null);
  const seen: unknown[] = [];
  for (let query = "?limit=3"; ; ) {
    const { status, body } = await server.call(`/api/v1/keys${query}`);
    assert.equal(status, 200);
    assert.ok(body.items.length <= 3);
    seen.push(...body.items);
    if (body.next_cursor === null) break;
    query = `?limit=3&cursor=${body.next_cursor}`;
  }
  assert.deepEqual(seen, all.items);
  for (const query of ["?limit=201", "?cursor=abc"]) assert.equal((await server.call(`/api/v1/keys${query}`)).status, 400, query);
});

test("an operator neither makes nor revokes administrators", async () => {
  const operator = keys.get("operator")!;
  const made = await server.call("/api/v1/keys", { body: { owner: "o", role: "admin" }, key: operator });
  assert.deepEqual([made.status, made.body.code], [403, "key.not_admin"]);
  const listed = (await server.call("/api/v1/keys")).body.items as { id: string; role: string }[];
  const admin = listed.find(({ role }) => role === "admin")!;
  assert.equal((await server.call(`/api/v1/keys/${admin.id}`, { method: "DELETE", key: operator })).status, 403);
});

test("analyze needs no key from this machine, but a bad key is still refused, and a proxied caller is not local", async () => {
  assert.equal((await server.call("/api/v1/analyze", { body: { code: "x = 1" }, key: null })).status, 200);
  assert.equal((await server.call("/api/v1/analyze", { body: { code: "x = 1" }, key: "nope" })).status, 401);
  const proxied = await server.call("/api/v1/analyze", {
    body: { code: "x = 1" },
    key: null,
    headers: { "x-forwarded-for": "203.0.113.9" },
  });
  assert.equal(proxied.status, 401);
});

test("claims count for the administrator and not for an agent; who relied on one is told", async () => {
  const body = { code: "account.balance -= 100", context: { has_auth_check: true } };
  const admin = await server.enforce(body);
  assert.equal(admin.body.decision, "ALLOW");
  assert.ok(
    admin.body.relied_on.some((what: string) => what.includes("has_auth_check")),
    JSON.stringify(admin.body.relied_on),
  );
  assert.equal((await server.enforce(body, keys.get("agent"))).body.decision, "BLOCK");
});
