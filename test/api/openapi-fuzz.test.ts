/**
 * 5,000 requests made from the specification: whatever is sent, the answer has a status that the operation lists, never a 5xx,
 * and is what the specification says of it (the server validates its own answers here: one that is not becomes a 500).
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fc } from "../properties.ts";
import { type Listed, nearlyValid, OPERATIONS, type Parameter, resolve, valid } from "./specification.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";

const REQUESTS = 5000;
/** Sent side by side, so that they also meet each other. */
const BATCH = 10;

let server: TestServer;
/** Things that are there, so that not every id is unknown. */
const ids: string[] = [];
before(async () => {
  const config = `
performance: { rate_limit: { enabled: false }, max_concurrent_enforcements: 1000 }
limits: { analysis_ms: 20000, timeout_ms: 2000 }
observability: { log_level: error }
`;
  server = await startTestServer({ config, env: { AGENTGUARD_LIMITS_ANALYSIS_WORKERS: "2" } });
  for (const role of ["agent", "auditor"] as const) await server.newKey(role);
  for (const { id } of (await server.call("/api/v1/keys")).body.items) ids.push(id);
  for (let n = 0; n < 5; n++) {
    const { audit_id, approval_id } = (await server.enforce({ code: "cursor.execute('DROP TABLE users')" })).body;
    ids.push(audit_id, approval_id);
  }
});
after(() => server.close());

type Sent = { readonly path: string; readonly headers: Record<string, string>; readonly body?: unknown };

function requestsFor({ path, operation }: Listed): fc.Arbitrary<Sent> {
  const parameters = (operation.parameters ?? []).map(resolve);
  const named = (place: Parameter["in"]) => parameters.filter((parameter) => parameter.in === place);
  const values = (place: Parameter["in"], wanted: (parameter: Parameter) => fc.Arbitrary<unknown>) =>
    fc.record(Object.fromEntries(named(place).map((parameter) => [parameter.name, wanted(parameter)])), { requiredKeys: [] });
  const body =
    operation.requestBody === undefined ? fc.constant(undefined) : nearlyValid(Object.values(operation.requestBody.content)[0]!.schema);
  const id = fc.oneof(
    { weight: 2, arbitrary: fc.nat().map((n) => ids[n % ids.length]!) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 40 }) },
  );
  return fc
    .tuple(
      values("query", (parameter) => nearlyValid(parameter.schema)),
      values("header", (parameter) => valid(parameter.schema)),
      id,
      body,
    )
    .map(([query, headers, chosen, content]) => ({
      path: path.replace("{id}", encoded(chosen)) + queryText(query as Record<string, unknown>),
      headers: printable(headers as Record<string, unknown>),
      ...(content === undefined ? {} : { body: content }),
    }));
}

/** `.` and `..` would be taken out of the path by the client. */
const encoded = (text: string): string => (/^\.{1,2}$/.test(text) ? "dots" : encodeURIComponent(text.toWellFormed()));

function queryText(query: Record<string, unknown>): string {
  const pairs = Object.entries(query).map(
    ([name, value]) => `${name}=${encoded(typeof value === "string" ? value : JSON.stringify(value))}`,
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** Of headers only what a client can send at all. */
function printable(headers: Record<string, unknown>): Record<string, string> {
  const entries = Object.entries(headers).map(
    ([name, value]) =>
      [
        name,
        String(value)
          .replace(/[^\x20-\x7e]/g, "")
          .trim(),
      ] as const,
  );
  return Object.fromEntries(entries.filter(([, value]) => value !== ""));
}

const perOperation = Math.ceil(REQUESTS / OPERATIONS.length / BATCH);
for (const listed of OPERATIONS) {
  const { path, method, operation } = listed;
  test(`${method} ${path}: ${perOperation * BATCH} generated requests`, async () => {
    const check = async ({ path: target, headers, body }: Sent) => {
      const {
        status,
        body: answer,
        headers: answered,
      } = await server.call(target, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const said = `${method} ${target} ${JSON.stringify(body)}: ${status} ${JSON.stringify(answer)}`;
      assert.ok(status < 500, said);
      assert.ok(operation.responses[status] !== undefined, `not listed: ${said}`);
      assert.ok(answered.get("x-request-id"), said);
      if (status < 400) return;
      assert.match(answered.get("content-type") ?? "", /^application\/problem\+json/, said);
      assert.equal(answer.error, answer.detail, said);
    };
    const batches = fc.array(requestsFor(listed), { minLength: BATCH, maxLength: BATCH });
    await fc.assert(
      fc.asyncProperty(batches, async (batch) => void (await Promise.all(batch.map(check)))),
      { numRuns: perOperation },
    );
  });
}
