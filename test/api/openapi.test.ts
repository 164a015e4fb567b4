/** openapi.yaml is the contract: what it lists is served, its examples are taken and answered as they show, with nothing unlisted. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { examplesOf, type Listed, OPERATIONS, resolve } from "./specification.ts";
import { type Reply, startTestServer, type TestServer } from "./start-test-server.ts";

let server: TestServer;
let approver: string;
before(async () => {
  server = await startTestServer({ config: "performance: { rate_limit: { enabled: false } }" });
  approver = await server.newKey("approver", { level: "CTO" });
});
after(() => server.close());

const DROP = { agent_id: "billing-bot", code: "cursor.execute('DROP TABLE users')" };
const asked = async (): Promise<string> => (await server.enforce(DROP)).body.approval_id;
const approved = async (): Promise<string> => {
  const id = await asked();
  await server.call(`/api/v1/approval/${id}/approve`, { body: {}, key: approver });
  return id;
};
const keyId = async (): Promise<string> => {
  const { body } = await server.call("/api/v1/keys", { body: { owner: "o", role: "agent", agent_ids: ["billing-bot"] } });
  return body.id;
};
/** What `{id}` stands for, so that every operation does what it is for. */
const IDS: Readonly<Record<string, () => Promise<string>>> = {
  showApproval: asked,
  approve: asked,
  reject: asked,
  showAuditEntry: async () => (await server.enforce(DROP)).body.audit_id,
  revokeKey: keyId,
  rotateKey: keyId,
};

async function send({ path, method, operation }: Listed, body: unknown): Promise<Reply> {
  const id = path.includes("{id}") ? await IDS[operation.operationId]!() : "";
  const key = operation.operationId === "approve" || operation.operationId === "reject" ? { key: approver } : {};
  const withApproval = (body as { approval_id?: string } | undefined)?.approval_id !== undefined;
  const sent = withApproval ? { ...(body as object), approval_id: await approved() } : body;
  return server.call(path.replace("{id}", id), { method, ...key, ...(sent === undefined ? {} : { body: sent }) });
}

/** Member names and types of what the specification shows, down to the first element of lists. */
function lacks(shown: unknown, answered: unknown, at = "body"): readonly string[] {
  if (shown === null || answered === null) return [];
  if (typeof shown !== typeof answered || Array.isArray(shown) !== Array.isArray(answered)) return [`${at} is not like in the example`];
  if (Array.isArray(shown))
    return shown.length === 0 || (answered as unknown[]).length === 0 ? [] : lacks(shown[0], (answered as unknown[])[0], `${at}[0]`);
  if (typeof shown !== "object") return [];
  const members = answered as Record<string, unknown>;
  return Object.entries(shown as object).flatMap(([name, value]) =>
    name in members ? lacks(value, members[name], `${at}.${name}`) : [`${at}.${name} is missing`],
  );
}

/** Free-form maps, whose members depend on what happened. */
const FREE = /\.(features|sandbox|data|parts|ladder\[0\]|args|policies|server)\b/;

for (const listed of OPERATIONS) {
  const { path, method, operation } = listed;
  const sent = examplesOf(operation.requestBody?.content);
  for (const [name, body] of sent.length === 0 ? [["no body", undefined] as const] : sent) {
    test(`${method} ${path} (${name}) succeeds, and answers with what its examples show`, async () => {
      const reply = await send(listed, body);
      assert.ok(reply.status >= 200 && reply.status < 300, `${reply.status} ${JSON.stringify(reply.body)}`);
      assert.ok(operation.responses[reply.status] !== undefined, `${reply.status} is not listed`);
      const shown = examplesOf(resolve(operation.responses[reply.status]!).content);
      assert.ok(shown.length > 0);
      const missing = shown.map(([, value]) => lacks(value, reply.body).filter((fault) => !FREE.test(fault)));
      assert.ok(
        missing.some((faults) => faults.length === 0),
        JSON.stringify(missing),
      );
    });
  }
  if (operation.responses["401"] === undefined) continue;
  test(`${method} ${path} refuses an unknown key`, async () => {
    const body = operation.requestBody === undefined ? {} : { body: {} };
    const { status } = await server.call(path.replace("{id}", "none"), { method, key: "nope", ...body });
    assert.equal(status, 401);
  });
}

test("every operation that needs a key can be refused for its rate, but for the kill switch", () => {
  const unlimited = OPERATIONS.filter(
    ({ operation }) => operation.responses["401"] !== undefined && operation.responses["429"] === undefined,
  );
  assert.deepEqual(
    unlimited.map(({ operation }) => operation.operationId),
    ["setKillSwitch"],
  );
});

test("every operation has examples for what it takes and answers, every error has one, and 500 is listed everywhere", () => {
  for (const { path, method, operation } of OPERATIONS) {
    assert.ok(operation.responses["500"] !== undefined, `${method} ${path}`);
    if (operation.requestBody !== undefined) assert.ok(examplesOf(operation.requestBody.content).length > 0, `${method} ${path}`);
    for (const [status, response] of Object.entries(operation.responses)) {
      assert.ok(examplesOf(resolve(response).content).length > 0, `${method} ${path} ${status} has no example`);
    }
  }
});
