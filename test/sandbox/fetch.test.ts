/** The guest's `fetch`: what is granted is reached, nothing else is, and every try is in the record of the run. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createHostFetch, type FetchOptions, type GuestRequest } from "../../sandbox/host-fetch.ts";
import { blockListOf, mayReach } from "../../sandbox/public-address.ts";
import type { Profile, RunResult, Sandbox } from "../../sandbox/sandbox.ts";
import { type EchoServer, HERE, SECRET, startEchoServer } from "./echo-server.ts";
import { limited, request, startSandbox } from "./support.ts";

const NOTHING = Buffer.alloc(0);
const get = (url: string, more: Partial<GuestRequest> = {}): GuestRequest => ({ url, method: "GET", headers: {}, body: NOTHING, ...more });
const never = new AbortController().signal;

let server: EchoServer;
let base = "";
before(async () => {
  server = await startEchoServer();
  base = server.base;
});
after(() => server.close());

describe("which addresses are public", () => {
  const named = blockListOf(["10.1.0.0/16", "fd00::1"]);
  const cases: [address: string, wanted: boolean][] = [
    ...(["8.8.8.8", "2606:4700::1111", "10.1.2.3", "fd00::1"] as const).map((address): [string, boolean] => [address, true]),
    ...(
      [
        ...["127.0.0.1", "10.2.0.1", "169.254.169.254", "192.168.1.1", "172.20.0.1", "100.100.100.200", "0.0.0.0", "224.0.0.1"],
        ...["168.63.129.16", "255.255.255.255", "::1", "::", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "fe80::1", "fd00::2"],
        ...["fd00:ec2::254", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1", "::127.0.0.1", "localhost", ""],
      ] as const
    ).map((address): [string, boolean] => [address, false]),
  ];
  for (const [address, wanted] of cases) test(address || "nothing", () => assert.equal(mayReach(address, named), wanted));
  test("what is no address is no list", () => assert.throws(() => blockListOf(["example.com"]), /neither an address/));
});

describe("a request that the host makes", () => {
  type Refusal = [name: string, url: () => string, options: Partial<FetchOptions>, hosts: readonly string[] | null, error: RegExp];
  const refusals: Refusal[] = [
    ["a host that is not granted", () => base, {}, ["example.com"], /`localhost` is not granted/],
    ["no host is granted", () => base, {}, [], /not granted/],
    ["a private address", () => base, { privateAddresses: [] }, ["localhost"], /private address/],
    ["a private address, whatever is granted", () => base, { privateAddresses: [] }, null, /private address/],
    [
      "one of several addresses is private",
      () => "http://two.test/",
      {
        privateAddresses: [],
        resolve: async () => [
          { address: "8.8.8.8", family: 4 },
          { address: "169.254.169.254", family: 4 },
        ],
      },
      ["two.test"],
      /private address/,
    ],
    [
      "metadata by its address",
      () => "http://169.254.169.254/latest",
      { resolve: async (host) => [{ address: host, family: 4 }] },
      ["169.254.169.254"],
      /private/,
    ],
    ["metadata as a number", () => "http://2852039166/", {}, null, /private/],
    ["a file", () => "file:///etc/passwd", {}, null, /`file:` is not possible/],
    ["no URL", () => "//x", {}, null, /not a URL/],
    [
      "a redirect to a host that is not granted",
      () => `${base}/to/${encodeURIComponent("http://other.test/")}`,
      {},
      ["localhost"],
      /redirected: host `other.test`/,
    ],
    [
      "a redirect to another scheme",
      () => `${base}/to/${encodeURIComponent("file:///etc/passwd")}`,
      {},
      ["localhost"],
      /redirected: `file:`/,
    ],
    ["a redirect to itself", () => `${base}/to/%2Fto%2F`, {}, ["localhost"], /more than 5 redirects|redirected/],
    ["a large answer", () => `${base}/large`, {}, ["localhost"], /larger than 100000 bytes/],
  ];
  for (const [name, url, options, hosts, error] of refusals) {
    test(`refused: ${name}`, async () => {
      const answer = await createHostFetch({ ...HERE, ...options })(get(url()), { hosts }, never);
      assert.ok(!answer.ok && answer.refused, JSON.stringify(answer));
      assert.match(answer.error, error);
    });
  }

  test("goes to the address that was judged, not to what the name means a moment later", async () => {
    let asked = 0;
    const resolve = async () => [asked++ === 0 ? { address: "127.0.0.1", family: 4 } : { address: "169.254.169.254", family: 4 }];
    const url = base.replace("localhost", "rebinding.test");
    const answer = await createHostFetch({ ...HERE, resolve })(get(url), { hosts: ["rebinding.test"] }, never);
    assert.deepEqual([answer.ok, asked], [true, 1]);
    assert.equal(server.seen.at(-1)?.headers.host, new URL(url).host);
  });

  test("carries the secret of its host; the answer does not, even when the server echoes it", async () => {
    const own = { headers: { Authorization: "mine", "X-Own": "1", Host: "evil.test" } };
    const answer = await createHostFetch(HERE)(get(`${base}/echo`, own), { hosts: ["localhost"] }, never);
    assert.deepEqual([server.seen.at(-1)?.headers.authorization, server.seen.at(-1)?.headers["x-own"]], [SECRET, "1"]);
    assert.equal(server.seen.at(-1)?.headers.host, new URL(base).host);
    assert.ok(answer.ok && !JSON.stringify([answer, answer.body.toString()]).includes("s3cret"));
    const { resolve } = HERE;
    const elsewhere = base.replace("localhost", "other.test");
    await createHostFetch({ ...HERE, ...(resolve ? { resolve } : {}) })(get(elsewhere), { hosts: ["other.test"] }, never);
    assert.equal(server.seen.at(-1)?.headers.authorization, undefined);
  });

  test("a redirect to another origin takes no credentials along", async () => {
    const target = encodeURIComponent(`${base.replace("localhost", "next.test")}/end`);
    const own = { headers: { authorization: "own", cookie: "a=b", "x-kept": "1" } };
    const options = { ...HERE, secrets: [] };
    const answer = await createHostFetch(options)(get(`${base}/to/${target}`, own), { hosts: ["localhost", "next.test"] }, never);
    assert.ok(answer.ok);
    const { headers, url } = server.seen.at(-1)!;
    assert.deepEqual([url, headers.authorization, headers.cookie, headers["x-kept"]], ["/end", undefined, undefined, "1"]);
  });
});

describe("fetch in the sandbox", () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox({ fetch: HERE });
  });
  after(() => sandbox.close());
  const granted: Profile = { filesystem: "none", declaredFiles: true, network: "hosts", hosts: ["localhost"] };
  const run = (code: string, profile = granted, ms = 10_000): Promise<RunResult> =>
    sandbox.run(request(code, { profile, inputs: base, ...limited({ timeoutMs: ms }) }));

  test("reads and sends, and the record says so", async () => {
    const { result, observedEffects, error } = await run(`
      const answer = await fetch(inputs + "/a?key=1", { method: "POST", headers: { "X-One": "1" }, body: "é" });
      const bytes = await (await fetch(inputs + "/bytes")).bytes();
      const { headers, body } = await answer.json();
      [answer.ok, answer.status, headers["x-one"], body, [...bytes], answer.headers.get("X-Echo"), answer.headers.get("constructor")]`);
    assert.deepEqual(result, [true, 200, "1", "é", [0, 255, 0xc3, 0xa9], "*".repeat(SECRET.length), null], error ?? "");
    const target = `${base}/a`;
    assert.deepEqual(
      observedEffects.map(({ bytes: _bytes, ...rest }) => rest),
      [
        { kind: "net.fetch", target, allowed: true, status: 200 },
        { kind: "net.fetch", target: `${base}/bytes`, allowed: true, status: 200 },
      ],
    );
  });

  test("many at a time, with timers between", async () => {
    const { result, error } = await run(`
      const all = await Promise.all([1, 2, 3, 4].map(async (i) => { await new Promise((r) => setTimeout(r, i)); return (await (await fetch(inputs + "/" + i)).json()).path; }));
      all`);
    assert.deepEqual(result, ["/1", "/2", "/3", "/4"], error ?? "");
  });

  const hostile: [name: string, code: string, profile: Profile, status: RunResult["status"], wanted: unknown][] = [
    ["without a grant", "await fetch(inputs)", { ...granted, network: "none", hosts: [] }, "failed", null],
    [
      "to another host",
      "await fetch('http://other.test/').catch((e) => e.message)",
      granted,
      "completed",
      "fetch: host `other.test` is not granted",
    ],
    [
      "to private addresses where any host is granted",
      "await fetch('http://[::1]/').catch((e) => e.message)",
      { ...granted, network: "any" },
      "completed",
      "fetch: host `::1` is at a private address",
    ],
    [
      "more than there may be",
      "let n = 0; for (let i = 0; i < 60; i++) await fetch(inputs + '/' + i).then(() => n++, () => {}); n",
      granted,
      "completed",
      50,
    ],
    ["a flood", "for (let i = 0; i < 1000; i++) fetch(inputs).catch(() => {})", granted, "crashed", null],
    [
      "built-ins replaced",
      "Promise = null; JSON.parse = () => 1; Object.prototype.then = undefined; String.prototype.charCodeAt = () => 0; await (await fetch(inputs + '/x')).text().then((t) => t.slice(0, 12))",
      granted,
      "completed",
      '{"path":"/x"',
    ],
  ];
  for (const [name, code, profile, status, wanted] of hostile) {
    test(name, async () => {
      const answer = await run(code, profile);
      assert.deepEqual([answer.status, answer.result], [status, wanted], answer.error ?? "");
      assert.ok(!JSON.stringify(answer).includes("s3cret"));
    });
  }

  test("an answer that does not come is a timeout", async () => {
    const { status, durationMs } = await run("await fetch(inputs + '/slow')", granted, 300);
    assert.equal(status, "timeout");
    assert.ok(durationMs < 2_300);
  });
});
