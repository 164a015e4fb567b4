/** openapi.yaml is the contract: what it lists is served, its examples are taken, and no input gets an answer it does not list. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { parse } from "yaml";
import { startTestServer, type TestServer } from "./start-test-server.ts";

type Operation = {
  readonly operationId: string;
  readonly security?: readonly object[];
  readonly requestBody?: {
    readonly content: { readonly "application/json": { readonly examples: Record<string, { readonly value: object }> } };
  };
  readonly responses: Readonly<
    Record<string, { readonly $ref?: string; readonly content?: Record<string, { readonly examples?: object }> }>
  >;
};
type Listed = { readonly path: string; readonly method: string; readonly operation: Operation };

const document = parse(readFileSync(new URL("../../openapi.yaml", import.meta.url), "utf8"), { merge: true }) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly responses: Operation["responses"] };
};
const OPERATIONS: readonly Listed[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

const fill = (path: string): string => path.replace("{id}", "0198c0de-0000-7000-8000-000000000002");

for (const { path, method, operation } of OPERATIONS) {
  test(`${method} ${path} is served, with its status and its errors as listed`, async () => {
    const examples = Object.entries(operation.requestBody?.content["application/json"].examples ?? { none: { value: undefined } });
    for (const [name, { value }] of examples) {
      const reply = await server.call(fill(path), { method, ...(value === undefined ? {} : { body: value }) });
      assert.ok(operation.responses[reply.status] !== undefined, `${name}: ${reply.status} is not listed`);
      assert.ok(reply.status < 500 && reply.status !== 400 && reply.status !== 415, `${name}: ${JSON.stringify(reply.body)}`);
    }
    if (operation.security?.length === 0) return;
    const refused = await server.call(fill(path), { method, key: "nope", ...(operation.requestBody === undefined ? {} : { body: {} }) });
    assert.equal(refused.status, 401);
  });
}

test("every operation that needs a key can be refused for its rate", () => {
  for (const { path, method, operation } of OPERATIONS) {
    if (operation.responses["401"] !== undefined) assert.ok(operation.responses["429"] !== undefined, `${method} ${path}`);
  }
});

test("every operation has examples for its answers, every error has one, and 500 is listed everywhere", () => {
  for (const { path, method, operation } of OPERATIONS) {
    assert.ok(operation.responses["500"] !== undefined, `${method} ${path}`);
    for (const [status, response] of Object.entries(operation.responses)) {
      const shown = response.$ref === undefined ? response : document.components.responses[response.$ref.split("/").at(-1)!]!;
      const examples = Object.values(shown.content ?? {})[0]?.examples ?? {};
      assert.ok(Object.keys(examples).length > 0, `${method} ${path} ${status} has no example`);
    }
  }
});

/** Values that are often right in type and rarely in sense, beside some that are plainly wrong. */
const scalar = fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
const json = fc.jsonValue({ maxDepth: 3 });
const code = fc.oneof(fc.constantFrom("x = 1", "account.balance -= 1", "1 + 1", "def f(:"), fc.string({ unit: "binary", maxLength: 60 }));
const often = <T>(usual: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: usual as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: json });
const submission = fc.record(
  {
    agent_id: often(fc.string({ minLength: 1, maxLength: 20 })),
    code: often(code),
    session_id: often(fc.option(fc.string({ minLength: 1, maxLength: 20 }))),
    language: often(fc.constantFrom("python", "javascript", "typescript", "shell", null)),
    context: often(fc.dictionary(fc.string(), scalar)),
    inputs: json,
    files: often(fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 })),
    limits: often(fc.record({ timeout_ms: fc.integer({ min: 1, max: 50 }) })),
    approval_id: often(fc.option(fc.string({ maxLength: 40 }))),
  },
  { requiredKeys: ["agent_id", "code"] },
);
const OPERATION_INPUTS: readonly (readonly [operation: string, body: fc.Arbitrary<unknown>])[] = [
  ["/api/v1/enforce", submission.map(({ approval_id: _, ...rest }) => rest)],
  ["/api/v1/execute", submission],
  ["/api/v1/analyze", submission.map(({ code, language, context }) => ({ code, language, context }))],
  [
    "/api/v1/keys",
    fc.record({ owner: often(fc.string()), role: often(fc.constantFrom("agent", "approver", "auditor")), level: often(fc.constant("VP")) }),
  ],
  ["/api/v1/approval/{id}/reject", fc.record({ reason: often(fc.string()), approver: often(fc.string()) })],
];
for (const [path, body] of OPERATION_INPUTS) {
  test(`POST ${path}: no generated input gets a 5xx or a status that is not listed`, async () => {
    const listed = Object.keys(document.paths[path]!.post!.responses);
    await fc.assert(
      fc.asyncProperty(body, async (input) => {
        const reply = await server.call(fill(path), { method: "POST", body: JSON.stringify(input) });
        assert.ok(listed.includes(String(reply.status)), `${reply.status}`);
        assert.ok(reply.status < 500, JSON.stringify(reply.body));
        if (reply.status >= 400) assert.equal(typeof reply.body.error, "string");
      }),
      { numRuns: 60 },
    );
  });
}
