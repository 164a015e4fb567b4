/** The life of an approval over HTTP: asked for, seen, answered by the right people, used once for exactly what was asked. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { EngineParts } from "../../src/engine.ts";
import { type Reply, startTestServer, type TestServer } from "./start-test-server.ts";

/** Needs a director: its impact is 50,000. */
const TRANSFER = {
  language: "javascript",
  code: 'transferMoney("a", "b", 150000);',
  context: { domain: "financial", amount: 150_000, source_auth: true },
};
/** Asks because it would drop a table, and still runs to its end where there is no database. */
const CODE = {
  language: "javascript",
  code: 'typeof cursor === "undefined" ? "no database" : cursor.execute("DROP TABLE users");',
  inputs: { n: 1 },
};

let now = 0;
const withClock = (parts: EngineParts): EngineParts => ({ ...parts, clock: () => Date.now() + now });

let server: TestServer;
let agent: string;
let cto: string;
let manager: string;
before(async () => {
  server = await startTestServer({ parts: withClock });
  agent = await server.newKey("agent", { owner: "bot-team" });
  cto = await server.newKey("approver", { owner: "carol", level: "CTO" });
  manager = await server.newKey("approver", { owner: "mia", level: "MANAGER" });
});
after(() => server.close());

async function ask(body: object = CODE, key = agent): Promise<string> {
  const reply = await server.enforce(body, key);
  assert.equal(reply.body.decision, "REQUIRES_APPROVAL", JSON.stringify(reply.body));
  assert.equal(reply.body.requires_approval, true);
  assert.equal(typeof reply.body.approval_id, "string");
  return reply.body.approval_id as string;
}
const approve = (id: string, key = cto, body: object = { approver: "mallory" }) =>
  server.call(`/api/v1/approval/${id}/approve`, { body, key });
const reject = (id: string, key = cto) =>
  server.call(`/api/v1/approval/${id}/reject`, { body: { approver: "mallory", reason: "no" }, key });
const show = (id: string, key = cto) => server.call(`/api/v1/approval/${id}`, { key });
const resume = (id: string, body: object = CODE, key = agent) => server.execute({ ...body, approval_id: id }, key);
const is = (reply: Reply, status: number, code: string) =>
  assert.deepEqual([reply.status, reply.body.code], [status, code], JSON.stringify(reply.body));

test("asked, shown, approved by the key's owner, run once, and never again", async () => {
  const id = await ask();
  is(await resume(id), 409, "approval.pending");
  const shown = await show(id);
  assert.equal(shown.body.status, "pending");
  assert.equal(shown.body.level, "CTO");
  assert.match(shown.body.code, /DROP TABLE users/);
  assert.ok(shown.body.findings.length > 0);
  assert.equal(shown.body.submitted_by, "bot-team");

  const approved = await approve(id, cto, { approver: "mallory", conditions: { only: "today" } });
  assert.deepEqual([approved.status, approved.body.status, approved.body.approver], [200, "approved", "carol"]);
  assert.equal(approved.body.claimed_approver, "mallory");
  is(await approve(id), 409, "approval.approved");

  const ran = await resume(id);
  assert.deepEqual([ran.status, ran.body.decision, ran.body.executed], [200, "ALLOW", true], JSON.stringify(ran.body));
  assert.equal(ran.body.execution.status, "completed");
  assert.equal(ran.body.output, "no database");
  assert.ok(ran.body.relied_on.includes("approval"));
  is(await resume(id), 409, "approval.consumed");

  const history = (await show(id)).body.history as { what: string; by: string; note: string | null }[];
  assert.deepEqual(
    history.map(({ what, by }) => `${what} by ${by}`),
    ["requested by bot-team", "approved by carol", "consumed by bot-team"],
  );
  assert.equal(history[1]?.note, '{"only":"today"}');
});

test("the level is the ladder's: too low is 403, and so is the submitter's own owner", async () => {
  const id = await ask();
  is(await approve(id, manager), 403, "approval.wrong_level");
  const own = await server.newKey("approver", { owner: "bot-team", level: "CTO" });
  is(await approve(id, own), 403, "approval.own_submission");
  is(await approve(id, agent), 403, "key.role");
  assert.equal((await show(id)).body.status, "pending");
  const transfer = await server.enforce(TRANSFER, await server.newKey("admin", { owner: "dora" }));
  assert.equal(transfer.body.decision, "REQUIRES_APPROVAL", JSON.stringify(transfer.body.violations));
  assert.equal(transfer.body.approval_level, "VP");
});

test("the bootstrap administrator does not answer itself once other keys exist", async () => {
  const reply = await server.enforce(CODE);
  is(await server.call(`/api/v1/approval/${reply.body.approval_id}/approve`, { body: {} }), 403, "approval.own_submission");
  assert.equal((await server.call("/health")).body.single_operator, false);
});

test("rejected is rejected", async () => {
  const id = await ask();
  const reply = await reject(id);
  assert.deepEqual([reply.status, reply.body.status, reply.body.reason, reply.body.approver], [200, "rejected", "no", "carol"]);
  is(await approve(id), 409, "approval.rejected");
  is(await resume(id), 409, "approval.rejected");
});

test("a field that is not known is named, without advice about a field of other routes", async () => {
  const reply = await server.call(`/api/v1/approval/none/approve`, { body: { approver: "x", comment: "y" } });
  assert.deepEqual([reply.status, reply.body.detail], [400, "body.comment: is not a known field"]);
});

test("unknown: 404", async () => {
  for (const reply of [await show("none"), await approve("none"), await reject("none"), await resume("none")])
    is(reply, 404, "approval.unknown");
});

const CHANGES: readonly (readonly [field: string, change: object])[] = [
  ["code", { code: `${CODE.code}\n` }],
  ["language", { language: "typescript" }],
  ["inputs", { inputs: { n: 2 } }],
  ["files", { files: { a: "b" } }],
  ["limits", { limits: { timeout_ms: 10 } }],
  ["context", { context: { note: "x" } }],
  ["session_id", { session_id: "other" }],
];
test("what is not exactly what was approved is 422 and names the field", async () => {
  const id = await ask();
  await approve(id);
  for (const [field, change] of CHANGES) {
    const reply = await resume(id, { ...CODE, ...change });
    is(reply, 422, "approval.mismatch");
    assert.deepEqual(reply.body.fields, [field]);
  }
  assert.equal((await resume(id)).body.executed, true);
});

test("another agent's key: 403 for using and for seeing", async () => {
  const id = await ask();
  await approve(id);
  const other = await server.newKey("agent", { owner: "other-team", agentIds: ["other"] });
  is(await server.execute({ ...CODE, agent_id: "other", approval_id: id }, other), 403, "key.foreign_agent");
  is(await show(id, other), 403, "approval.foreign");
  assert.deepEqual((await server.call("/api/v1/approval", { key: other })).body.items, []);
});

test("expired: 410 for answering and for using", async () => {
  const [unanswered, answered] = [await ask(), await ask()];
  await approve(answered);
  now += 24 * 60 * 60 * 1000;
  try {
    assert.equal((await show(unanswered)).body.status, "expired");
    is(await approve(unanswered), 410, "approval.expired");
    is(await resume(answered), 410, "approval.expired");
    const listed = await server.call("/api/v1/approval?status=expired&limit=200", { key: cto });
    const ids = (listed.body.items as { approval_id: string }[]).map(({ approval_id }) => approval_id);
    assert.ok(ids.includes(unanswered) && ids.includes(answered));
  } finally {
    now = 0;
  }
});

test("lists are pages: no request twice, none left out, agents and approvers see what is theirs", async () => {
  const pager = await server.newKey("agent", { owner: "page-team", agentIds: ["pager"] });
  const asked: string[] = [];
  for (let i = 0; i < 5; i++) asked.push(await ask({ ...CODE, agent_id: "pager", inputs: i }, pager));
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? "" : `&cursor=${cursor}`;
    const page: Reply = await server.call(`/api/v1/approval?limit=2${query}`, { key: pager });
    assert.equal(page.status, 200);
    seen.push(...page.body.items.map((item: { approval_id: string }) => item.approval_id));
    cursor = page.body.next_cursor;
  } while (cursor !== null);
  assert.deepEqual(seen, asked.toReversed());
  assert.deepEqual(
    (await server.call("/api/v1/approval?agent_id=pager", { key: manager })).body.items,
    [],
    "all of them are beyond a manager",
  );
  assert.equal((await server.call("/api/v1/approval?agent_id=pager&status=pending", { key: cto })).body.items.length, 5);
});

const PYTHON = { code: 'import sqlite3\ncursor = sqlite3.connect("shop.db").cursor()\ncursor.execute("DROP TABLE users")' };

test("Python under an approval: run once, what it did is told, and it is audited", async () => {
  const id = await ask(PYTHON);
  await approve(id);
  const { body } = await resume(id, PYTHON);
  assert.deepEqual([body.decision, body.executed, body.execution.status], ["ALLOW", true, "failed"], JSON.stringify(body));
  assert.match(body.error, /File "user.py", line [13]/);
  assert.equal((await show(id)).body.status, "consumed");
  is(await resume(id, PYTHON), 409, "approval.consumed");
  const search = async (type: string) => (await server.call(`/api/v1/audit?limit=50&type=${type}`)).body.items as { type: string }[];
  for (const type of ["attempt", "outcome"]) {
    const entries = (await search(type)).filter((entry) => JSON.stringify(entry).includes(body.execution.id));
    assert.equal(entries.length, 1, `${type} of the run in the audit log`);
  }
});

test("Python switched off: not run, and the approval stays good", async () => {
  await using without = await startTestServer({ config: "sandbox: { python: { enabled: false } }" });
  const approver = await without.newKey("approver", { owner: "carol", level: "CTO" });
  const id = (await without.enforce(PYTHON)).body.approval_id as string;
  await without.call(`/api/v1/approval/${id}/approve`, { body: { approver: "carol" }, key: approver });
  for (let i = 0; i < 2; i++) {
    const reply = await without.execute({ ...PYTHON, approval_id: id });
    assert.deepEqual([reply.status, reply.body.decision, reply.body.executed], [200, "ALLOW", false], JSON.stringify(reply.body));
    assert.deepEqual([reply.body.execution.status, reply.body.execution.reason], ["not_run", "executor_unavailable"]);
  }
  assert.equal((await without.call(`/api/v1/approval/${id}`, { key: approver })).body.status, "approved");
});

test("used five times at once, it runs once", async () => {
  const id = await ask();
  await approve(id);
  const replies = await Promise.all(Array.from({ length: 5 }, () => resume(id)));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409, 409, 409, 409]);
});

test("without layer 6 what would need approval is refused", async () => {
  await using other = await startTestServer({ config: "approval: { enabled: false }" });
  const reply = await other.enforce(CODE);
  assert.equal(reply.body.decision, "BLOCK");
  assert.ok(reply.body.reason_codes.includes("approval.disabled"), JSON.stringify(reply.body.reason_codes));
  assert.equal(reply.body.approval_id, null);
});

test("the published one-key flow: the only key asks, approves and runs; configuration changed since is 409", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "agentguard-approval-"));
  try {
    let id = "";
    {
      await using first = await startTestServer({ dataDir });
      const asked = await first.enforce(CODE);
      id = asked.body.approval_id;
      assert.equal((await first.call("/health")).body.single_operator, true);
      assert.equal((await first.call(`/api/v1/approval/${id}/approve`, { body: { approver: "me" } })).status, 200);
      const again = (await first.enforce({ ...CODE, inputs: 2 })).body.approval_id;
      await first.call(`/api/v1/approval/${again}/approve`, { body: { approver: "me" } });
      assert.equal((await first.execute({ ...CODE, inputs: 2, approval_id: again })).body.executed, true);
    }
    {
      await using second = await startTestServer({ dataDir, config: "sandbox: { max_cpu_seconds: 9 }" });
      const stale = await second.execute({ ...CODE, approval_id: id });
      is(stale, 409, "approval.stale");
      assert.deepEqual(stale.body.fields, ["config_version"]);
    }
    {
      await using third = await startTestServer({
        dataDir,
        parts: (parts) => ({ ...parts, settings: { ...parts.settings, rulesVersion: "other" } }),
      });
      const stale = await third.execute({ ...CODE, approval_id: id });
      assert.deepEqual([stale.status, stale.body.fields], [409, ["rules_version"]]);
    }
    await using fourth = await startTestServer({ dataDir, config: "approval: { single_operator: false }" });
    const own = await fourth.enforce({ ...CODE, inputs: 3 });
    is(await fourth.call(`/api/v1/approval/${own.body.approval_id}/approve`, { body: {} }), 403, "approval.own_submission");
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
