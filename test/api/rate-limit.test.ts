/** Rate limits: counted for each key, told in the headers, refused with 429, and shared through Redis by replicas. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { type Reply, startTestServer, type TestServer } from "./start-test-server.ts";

const CODE = { language: "javascript", code: "1 + 1" };
const REDIS = process.env.REDIS_URL ?? "redis://127.0.0.1:6379";
/** The configuration alone says whether there are limits. */
const env = { AGENTGUARD_PERFORMANCE_RATE_LIMIT_ENABLED: "" };

let server: TestServer;
before(async () => {
  server = await startTestServer({ env });
});
after(() => server.close());

/** Counts begin anew with other limits, and only then. */
async function limited(yaml: string): Promise<void> {
  assert.equal((await server.reconfigure(`performance: { rate_limit: { ${yaml} } }`)).ok, true);
}

const remaining = ({ headers }: Reply): Record<string, number> =>
  Object.fromEntries([...(headers.get("ratelimit") ?? "").matchAll(/"(\w+)";r=(\d+);t=\d+/g)].map(([, name, r]) => [name, Number(r)]));

function refused({ status, headers, body }: Reply, name: string, detail: RegExp): void {
  assert.equal(status, 429);
  assert.match(headers.get("content-type") ?? "", /^application\/problem\+json/);
  assert.deepEqual([body.code, body["violated-policies"]], [`rate_limit.${name}`, [name]]);
  assert.equal(body.type, "https://iana.org/assignments/http-problem-types#quota-exceeded");
  assert.match(body.detail, detail);
  assert.equal(body.error, body.detail);
  const wait = Number(headers.get("retry-after"));
  assert.ok(Number.isInteger(wait) && wait >= 1, `Retry-After: ${wait}`);
  assert.match(headers.get("ratelimit") ?? "", new RegExp(`"${name}";r=0;t=${wait}$`));
  assert.equal(body.decision, undefined);
}

test("by default a key has 100 requests a minute and 1,000 an hour, and every answer says so", async () => {
  await limited("");
  const reply = await server.enforce(CODE);
  assert.equal(reply.headers.get("ratelimit-policy"), '"minute";q=100;w=60, "hour";q=1000;w=3600');
  assert.deepEqual(remaining(reply), { minute: 99, hour: 999 });
  assert.deepEqual(remaining(await server.call("/api/v1/approval")), { minute: 98, hour: 998 }, "reading counts too");
  assert.equal((await server.call("/health")).headers.get("ratelimit"), null, "health is never limited");
});

test("the minute: what is over it is refused before anything is looked at, for this key alone", async () => {
  await limited("requests_per_minute: 4, burst: 4");
  const key = await server.newKey("agent");
  const replies = [];
  for (let n = 0; n < 6; n++) replies.push(await server.enforce(n === 4 ? { code: 7 } : CODE, key));
  assert.deepEqual(
    replies.map(({ status }) => status),
    [200, 200, 200, 200, 429, 429],
  );
  refused(replies[5]!, "minute", /^this key may send 4 requests in one minute: wait \d+ s, .*`performance.rate_limit`/);
  assert.equal((await server.enforce(CODE)).status, 200, "another key");
  assert.equal((await server.enforce(CODE, "unknown")).status, 401, "an unknown key is not counted");
});

test("the kill switch can be pulled with a key that has used up its limit", async () => {
  await limited("requests_per_minute: 2");
  for (let i = 0; i < 2; i++) assert.equal((await server.enforce(CODE)).status, 200);
  refused(await server.enforce(CODE), "minute", /./);
  for (const engaged of [true, false]) {
    const reply = await server.call("/api/v1/kill-switch", { method: "PUT", body: { engaged } });
    assert.deepEqual([reply.status, reply.body.engaged, reply.headers.get("ratelimit")], [200, engaged, null]);
  }
});

test("the hour and the burst have limits of their own; what a shorter one refuses does not count in a longer one", async () => {
  await limited("requests_per_hour: 2");
  assert.deepEqual([(await server.enforce(CODE)).status, (await server.enforce(CODE)).status], [200, 200]);
  refused(await server.enforce(CODE), "hour", /2 requests in one hour/);
  await limited("burst: 3");
  assert.match((await server.enforce(CODE)).headers.get("ratelimit-policy") ?? "", /^"burst";q=3;w=1, "minute";q=100;w=60/);
  const replies = await Promise.all(Array.from({ length: 12 }, () => server.call("/api/v1/approval")));
  const late = replies.find(({ status }) => status === 429);
  refused(late!, "burst", /3 requests in one second/);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const after = await server.call("/api/v1/approval");
  const taken = 2 + replies.filter(({ status }) => status === 200).length;
  assert.deepEqual([after.status, remaining(after).minute], [200, 100 - taken]);
});

test("without a key the client's address is counted", async () => {
  await limited("requests_per_minute: 2, burst: 2");
  const analyze = (headers = {}) => server.call("/api/v1/analyze", { body: { code: "1" }, key: null, headers });
  assert.deepEqual([(await analyze()).status, (await analyze()).status], [200, 200]);
  refused(await analyze(), "minute", /^this address, without a key, may send 2 requests/);
  assert.equal((await server.analyze({ code: "1" })).status, 200, "a key has its own count");
});

test("switched off, there are no limits and no headers", async () => {
  await limited("enabled: false, requests_per_minute: 1");
  for (let n = 0; n < 3; n++) assert.equal((await server.enforce(CODE)).headers.get("ratelimit-policy"), null);
});

test("a change of another key of the configuration gives nobody more", async () => {
  await limited("requests_per_minute: 6, burst: 6");
  assert.equal(remaining(await server.enforce(CODE)).minute, 5);
  const yaml = "performance: { rate_limit: { requests_per_minute: 6, burst: 6 }, cache_ttl_seconds: 299 }";
  assert.equal((await server.reconfigure(yaml)).ok, true);
  assert.equal(remaining(await server.enforce(CODE)).minute, 4);
});

/** Behind a proxy, so that a test can be a client whose address nobody else has. */
const replica = (redis: string): string => `
performance: { rate_limit: { requests_per_minute: 3, burst: 3, redis_url: "${redis}" } }
server: { trust_proxy: [loopback], public_analyze: true }`;

const newClient = () => {
  const id = randomUUID();
  const headers = { "x-forwarded-for": `2001:db8:${id.slice(0, 4)}:${id.slice(4, 8)}::1` };
  return (at: TestServer) => at.call("/api/v1/analyze", { body: { code: "1" }, key: null, headers });
};

test("with Redis all replicas count together", async () => {
  await server.reconfigure(replica(REDIS));
  await using other = await startTestServer({ config: replica(REDIS), env });
  const ask = newClient();
  const statuses: number[] = [];
  for (const at of [server, other, server, other, server]) statuses.push((await ask(at)).status);
  assert.deepEqual(statuses, [200, 200, 200, 429, 429]);
});

test("a Redis that does not answer: each server counts by itself, and says so in the log", async () => {
  await server.reconfigure(replica("redis://127.0.0.1:1"));
  const ask = newClient();
  const statuses: number[] = [];
  for (let n = 0; n < 4; n++) statuses.push((await ask(server)).status);
  assert.deepEqual(statuses, [200, 200, 200, 429]);
  const said = /rate limits are counted by this server alone: Redis does not answer \(ECONNREFUSED\)/;
  while (!said.test(server.log())) await new Promise((resolve) => setTimeout(resolve, 20));
});
