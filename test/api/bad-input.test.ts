/** Bad input: a clear refusal that says where and what to do, nothing recorded, and the next ordinary program is answered. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, afterEach, before, test } from "node:test";
import { startTestServer, type TestServer } from "./start-test-server.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());
afterEach(async () => {
  const next = await server.enforce({ code: "x = 1" });
  assert.deepEqual([next.status, next.body.decision], [200, "ALLOW"]);
});

const GOOD = { agent_id: "agent", code: "x = 1" };
const MIB = 1024 * 1024;
const deep = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;

type Case = readonly [name: string, body: unknown, status: number, code: string, detail: RegExp];
const CASES: readonly Case[] = [
  ["malformed JSON", '{"agent_id": "a",\n "code": }', 400, "request.not_json", /not valid JSON: unexpected `}`/],
  ["a property name without quotes", "{\n agent_id: 1}", 400, "request.not_json", /not valid JSON: line 2, column 2/],
  ["JSON that ends early", '{"agent_id": "a"', 400, "request.not_json", /not valid JSON/],
  ["an array", [GOOD], 400, "request.invalid", /body: must be object/],
  ["a bare string", '"x"', 400, "request.not_json", /expected an object/],
  ["null", "null", 400, "request.not_json", /expected an object/],
  ["nothing", "", 400, "request.invalid", /agent_id: is required/],
  ["no code", { agent_id: "agent" }, 400, "request.invalid", /^body.code: is required$/],
  ["no agent", { code: "1" }, 400, "request.invalid", /^body.agent_id: is required$/],
  ["an empty agent", { ...GOOD, agent_id: "" }, 400, "request.invalid", /^body.agent_id: is empty$/],
  ["a number as code", { ...GOOD, code: 1 }, 400, "request.invalid", /^body.code: must be string$/],
  ["a list as context", { ...GOOD, context: [] }, 400, "request.invalid", /^body.context: must be object$/],
  ["a number among the files", { ...GOOD, files: { a: 1 } }, 400, "request.invalid", /body.files.a: must be string/],
  ["a negative limit", { ...GOOD, limits: { timeout_ms: -1 } }, 400, "request.invalid", /body.limits.timeout_ms: must be >= 1/],
  [
    "an unknown language",
    { ...GOOD, language: "cobol" },
    400,
    "request.invalid",
    /body.language: expected one of python, javascript, typescript, shell$/,
  ],
  [
    "an unknown field",
    { ...GOOD, cod: "1" },
    400,
    "request.invalid",
    /body.cod: is not a known field; put what is your own into `context`/,
  ],
  ["an unknown limit", { ...GOOD, limits: { cpu: 1 } }, 400, "request.invalid", /^body.limits.cpu: is not a known field$/],
  ["2 MiB", { ...GOOD, code: "#".repeat(2 * MIB) }, 413, "request.too_large", /at most 1572864 bytes/],
  ["code of 1 MiB and a byte", { ...GOOD, code: "#".repeat(MIB + 1) }, 413, "request.too_large", /code may be at most 1048576 bytes/],
  [
    "invalid UTF-8",
    Buffer.concat([Buffer.from('{"agent_id":"agent","code":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
    400,
    "request.not_utf8",
    /not valid UTF-8/,
  ],
  [
    "half a surrogate pair in the code",
    '{"agent_id":"agent","code":"x = \'\\ud800\'"}',
    400,
    "request.invalid",
    /`code` holds text that is not well-formed Unicode/,
  ],
  ["half a surrogate pair in a claim", '{"agent_id":"agent","code":"1","context":{"a":"\\udc00"}}', 400, "request.invalid", /`context`/],
  ["a number that is none", '{"agent_id":"agent","code":"1","inputs":1e999}', 400, "request.invalid", /`inputs`/],
  [
    "inputs of 10,000 levels",
    `{"agent_id":"agent","code":"1","inputs":${deep(10_000)}}`,
    400,
    "request.invalid",
    /`inputs` is nested more than 64 levels deep/,
  ],
  [
    "context of 10,000 levels",
    `{"agent_id":"agent","code":"1","context":{"a":${deep(10_000)}}}`,
    400,
    "request.invalid",
    /`context` is nested/,
  ],
]; // prettier-ignore
for (const [name, body, status, code, detail] of CASES) {
  test(`${name}: ${status}`, async () => {
    for (const operation of ["enforce", "execute"]) {
      const size = await auditSize();
      const reply = await server.call(`/api/v1/${operation}`, { body });
      assert.deepEqual([reply.status, reply.body.code], [status, code], JSON.stringify(reply.body));
      assert.match(reply.body.detail, detail);
      assert.equal(reply.body.error, reply.body.detail);
      assert.equal(reply.body.status, status);
      assert.equal(reply.headers.get("content-type"), "application/problem+json; charset=utf-8");
      assert.equal(await auditSize(), size, "nothing was recorded");
    }
  });
}

/** Every decision has its record, so that an unchanged count of decisions means that none was made. */
async function auditSize(): Promise<number> {
  const { openStore } = await import("../../src/store/open-store.ts");
  const store = await openStore({ dataDir: server.dataDir, readOnly: true });
  try {
    return store.head().size;
  } finally {
    await store.close();
  }
}

test("null means absent in every optional field", async () => {
  const nulls = { session_id: null, language: null, context: null, inputs: null, files: null, limits: null, approval_id: null };
  const reply = await server.execute({ code: "x = 1", ...nulls });
  assert.deepEqual([reply.status, reply.body.decision], [200, "ALLOW"]);
  const bare = await server.execute({ code: "x = 1" });
  assert.equal(reply.body.execution_digest, bare.body.execution_digest);
});

const OTHERS: readonly (readonly [name: string, path: string, call: Parameters<TestServer["call"]>[1], status: number])[] = [
  ["a form", "/api/v1/enforce", { body: "a=b", headers: { "content-type": "application/x-www-form-urlencoded" } }, 415],
  ["JSON in UTF-16", "/api/v1/enforce", { body: "{}", headers: { "content-type": "application/json; charset=utf-16le" } }, 415],
  ["no body and no type", "/api/v1/enforce", { method: "POST" }, 415],
  ["the wrong method", "/api/v1/enforce", { method: "GET" }, 405],
  ["an unknown path", "/api/v2/enforce", {}, 404],
  ["another case of the path", "/API/V1/ENFORCE", { body: GOOD }, 404],
  ["a path that cannot be decoded", "/api/v1/approval/%E0%A4%A", {}, 400],
  ["an unknown query parameter", "/api/v1/approval?state=pending", {}, 400],
  ["a limit beyond the most", "/api/v1/approval?limit=201", {}, 400],
  ["a status that is none", "/api/v1/approval?status=open", {}, 400],
  ["a cursor that is none", "/api/v1/approval?cursor=Li4vLi4", {}, 400],
];
for (const [name, path, call, status] of OTHERS) {
  test(`${name}: ${status}, as a problem`, async () => {
    const reply = await server.call(path, call);
    assert.equal(reply.status, status, JSON.stringify(reply.body));
    assert.equal(typeof reply.body.error, "string");
    if (status === 405) assert.equal(reply.headers.get("allow"), "POST");
  });
}

test("a body that ends early and a request that is not HTTP harm nobody", async () => {
  const { hostname, port } = new URL(server.url);
  for (const text of [
    "POST /api/v1/enforce HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
    "\0\0\0 nonsense\r\n\r\n",
  ]) {
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.end(text));
      socket
        .on("close", () => resolve())
        .on("error", reject)
        .resume();
    });
  }
});

const UNPARSEABLE: readonly (readonly [name: string, language: string, code: string])[] = [
  ["Python that does not parse", "python", "def f(:\n  retrun ((\nimport os; os.system('rm -rf /')"],
  ["JavaScript that does not parse", "javascript", "function ( { ]] require('child_process').exec('rm -rf /')"],
  ["10,000 nested brackets in Python", "python", `x = ${deep(10_000)}`],
  ["10,000 nested brackets in JavaScript", "javascript", `x = ${deep(10_000)}`],
  ["a TypeScript program that costs the parser seconds", "typescript", `x=${"async<a>(b=".repeat(20)}1${")".repeat(20)}`],
  ["null bytes", "python", "x = 1\0\0; import os; os.system('rm -rf /')"],
  ["text that is not shell", "shell", "if then fi (( rm -rf /"],
];
for (const [name, language, code] of UNPARSEABLE) {
  test(`${name}: refused with its reason`, async () => {
    const reply = await server.enforce({ language, code });
    assert.equal(reply.status, 200);
    assert.notEqual(reply.body.decision, "ALLOW");
    assert.ok(reply.body.reason_codes.length > 0);
  });
}
