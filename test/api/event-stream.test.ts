/** `Accept: text/event-stream` on /execute: output while the program prints, then the answer; refusals as they always are. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { EngineParts } from "../../src/engine.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";

let outcomeUnrecorded = false;
let server: TestServer;
before(async () => {
  const parts = (real: EngineParts): EngineParts => ({
    ...real,
    store: {
      ...real.store,
      commit: (unit) =>
        outcomeUnrecorded && unit.audit.some(({ type }) => type === "outcome")
          ? Promise.reject(new Error("disk full"))
          : real.store.commit(unit),
    },
  });
  server = await startTestServer({ parts });
});
after(() => server.close());

const STREAM = { accept: "text/event-stream" };
const execute = (code: string, headers: Readonly<Record<string, string>> = STREAM) =>
  server.call("/api/v1/execute", { body: { agent_id: "agent", language: "javascript", code }, headers });

function eventsOf(text: string): readonly { readonly event: string; readonly data: Record<string, unknown> }[] {
  assert.match(text, /\n\n$/);
  return text
    .slice(0, -2)
    .split("\n\n")
    .map((block) => {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? assert.fail(`no event: ${block}`);
      return { event: event!, data: JSON.parse(data!) };
    });
}

test("stdout and stderr in order, then the whole answer", async () => {
  const reply = await execute('console.log("one\\ntwo"); console.error("three"); console.log("four"); 42');
  assert.equal(reply.status, 200);
  assert.match(reply.headers.get("content-type") ?? "", /^text\/event-stream/);
  assert.match(reply.headers.get("cache-control") ?? "", /no-store, no-transform/);
  const events = eventsOf(reply.body);
  const printed = events.slice(0, -1).map(({ event, data }) => [event, data.text]);
  assert.deepEqual(printed, [
    ["stdout", "one\ntwo\n"],
    ["stderr", "three\n"],
    ["stdout", "four\n"],
  ]);
  const { event, data } = events.at(-1)!;
  assert.deepEqual([event, data.decision, data.executed, data.output], ["result", "ALLOW", true, "one\ntwo\nfour\n"]);
  assert.equal((data.execution as { result: number }).result, 42);
});

test("output is sent while the program still runs", async () => {
  const code = 'console.log("early"); const end = Date.now() + 600; while (Date.now() < end); console.log("late")';
  const response = await fetch(`${server.url}/api/v1/execute`, {
    method: "POST",
    headers: { ...STREAM, authorization: "Bearer test-administrator-key", "content-type": "application/json" },
    body: JSON.stringify({ agent_id: "agent", language: "javascript", code }),
  });
  const chunks: string[] = [];
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) chunks.push(chunk);
  assert.match(chunks[0]!, /early/);
  assert.doesNotMatch(chunks[0]!, /late|result/, "the first event comes by itself");
  assert.match(chunks.join(""), /early[\s\S]*late[\s\S]*event: result/);
});

test("a decision that is no ALLOW is a result and nothing else", async () => {
  const events = eventsOf((await execute('require("child_process").execSync("rm -rf /")')).body);
  assert.deepEqual(
    events.map(({ event, data }) => [event, data.decision, data.executed]),
    [["result", "BLOCK", false]],
  );
});

test("what is refused before anything ran is a problem with its status", async () => {
  const reply = await server.call("/api/v1/execute", { body: { agent_id: "agent", code: "1", approval_id: "none" }, headers: STREAM });
  assert.deepEqual([reply.status, reply.body.code], [404, "approval.unknown"]);
  assert.match(reply.headers.get("content-type") ?? "", /^application\/problem\+json/);
});

test("an outcome that cannot be recorded: the event `error`, and no result", async () => {
  outcomeUnrecorded = true;
  try {
    const events = eventsOf((await execute('console.log("printed")')).body);
    assert.deepEqual(
      events.map(({ event }) => event),
      ["stdout", "error"],
    );
    assert.deepEqual([events[1]!.data.status, events[1]!.data.code], [503, "store.outcome_unrecorded"]);
  } finally {
    outcomeUnrecorded = false;
  }
});

test("a repetition with the same Idempotency-Key has the result without the output on the way", async () => {
  const headers = { ...STREAM, "idempotency-key": "stream-1" };
  const first = eventsOf((await execute('console.log("once")', headers)).body);
  const again = await execute('console.log("once")', headers);
  assert.equal(again.headers.get("idempotency-replayed"), "true");
  assert.deepEqual(eventsOf(again.body), first.slice(-1));
  const plain = await execute('console.log("once")', { "idempotency-key": "stream-1" });
  assert.deepEqual(plain.body, first.at(-1)!.data);
});

test("who does not ask for a stream, or takes JSON as gladly, gets JSON", async () => {
  for (const accept of ["*/*", "application/json", "application/json, text/event-stream", "text/event-stream;q=0.5, */*"]) {
    assert.equal((await execute("1", { accept })).body.decision, "ALLOW", accept);
  }
});

test("who leaves in the middle: the run ends, its outcome is recorded, and the server goes on", async () => {
  const leaving = new AbortController();
  const code =
    'console.log("a"); const end = Date.now() + 300; while (Date.now() < end); for (let n = 0; n < 200; n++) console.log("b".repeat(999))';
  const response = await fetch(`${server.url}/api/v1/execute`, {
    method: "POST",
    signal: leaving.signal,
    headers: { ...STREAM, authorization: "Bearer test-administrator-key", "content-type": "application/json" },
    body: JSON.stringify({ agent_id: "left", language: "javascript", code }),
  });
  await response.body!.getReader().read();
  leaving.abort();
  const outcome = async () => (await server.call("/api/v1/audit?agent_id=left&type=outcome")).body.items as readonly unknown[];
  while ((await outcome()).length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal((await execute("1", {})).body.decision, "ALLOW");
});
