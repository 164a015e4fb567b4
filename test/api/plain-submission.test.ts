/** The short way round the validator: what takes it, the validator would have let through; and ordinary submissions take it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import express, { type ErrorRequestHandler } from "express";
import { createValidators, plainSubmission } from "../../src/api/validate.ts";
import { packageRoot } from "../../src/package-root.ts";
import { fc } from "../properties.ts";
import { nearlyValid, OPERATIONS, valid } from "./specification.ts";

const specFile = join(packageRoot(), "openapi.json");
const isPlain = plainSubmission(JSON.parse(readFileSync(specFile, "utf8")));
const HOT = ["/api/v1/enforce", "/api/v1/execute", "/api/v1/analyze"];

const app = express();
const asStatus: ErrorRequestHandler = (error, _request, response, _next) => response.status(error.status ?? 500).end();
// Validating responses too, it looks at every request the long way.
app.post(HOT, express.json(), ...createValidators(specFile, true).hot, (_request, response) => {
  response.end();
});
app.use(asStatus);
const server = createServer(app);
let url = "";
before(async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => server.close());

const asked = (path: string, body: unknown, headers = {}) => isPlain({ path, url: path, headers, body });

async function isLetThrough(path: string, body: unknown): Promise<boolean> {
  const headers = { "content-type": "application/json" };
  const { status } = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
  return status !== 400;
}

for (const path of HOT) {
  const { operation } = OPERATIONS.find((each) => each.path === path)!;
  const { schema } = Object.values(operation.requestBody!.content)[0]!;

  test(`${path}: what is plain is valid`, async () => {
    let plain = 0;
    await fc.assert(
      fc.asyncProperty(nearlyValid(schema), async (given) => {
        const body = JSON.parse(JSON.stringify(given ?? null)) as unknown;
        if (!asked(path, body)) return;
        plain++;
        assert.equal(await isLetThrough(path, body), true);
      }),
      { numRuns: 300 },
    );
    assert.ok(plain > 10, `only ${plain} of the bodies were plain`);
  });

  test(`${path}: every valid body is plain`, () => {
    fc.assert(fc.property(valid(schema), (given) => asked(path, JSON.parse(JSON.stringify(given)))));
  });
}

test("a query, a described header, another path or a wrong type is looked at by the whole validator", async () => {
  const path = "/api/v1/enforce";
  const body = { agent_id: "a", code: "x" };
  assert.equal(asked(path, body), true);
  assert.equal(isPlain({ path, url: `${path}?x=1`, headers: {}, body }), false);
  for (const name of ["idempotency-key", "x-request-id", "x-trace-id", "traceparent"])
    assert.equal(asked(path, body, { [name]: "a" }), false);
  assert.equal(asked("/api/v1/keys", body), false);
  assert.equal(asked(path, { ...body, code: 1 }), false);
  assert.equal(await isLetThrough(path, { ...body, code: 1 }), false);
});
