/** Python's `urllib.request` and `http.client`: made by the host, judged like JavaScript's `fetch`, and in the record of the run. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Profile, RunResult, Sandbox } from "../../sandbox/sandbox.ts";
import { type EchoServer, HERE, SECRET, startEchoServer } from "./echo-server.ts";
import { limited, request, startSandbox } from "./support.ts";

const GRANTED: Profile = { filesystem: "none", declaredFiles: true, network: "hosts", hosts: ["localhost"] };
const NONE: Profile = { ...GRANTED, network: "none", hosts: [] };
const START = "import http.client, json, urllib.request, urllib.error\nbase = inputs\n";

let server: EchoServer;
let sandbox: Sandbox;
before(async () => {
  server = await startEchoServer();
  sandbox = await startSandbox({ workers: 1, python: { interpreters: 2, startAfterMs: 0 }, fetch: HERE });
});
after(() => sandbox.close());
after(() => server.close());

const run = (code: string, profile = GRANTED, ms = 20_000): Promise<RunResult> =>
  sandbox.run(request(START + code, { language: "python", profile, inputs: server.base, ...limited({ timeoutMs: ms }) }));
const lines = (...text: string[]) => text.join("\n");
/** The value of `expression`, or what the error that it raises says. */
const tried = (expression: string, error = "urllib.error.URLError") =>
  lines("try:", `  answer = ${expression}`, `except ${error} as error:`, "  answer = [type(error).__name__, str(error)]", "answer");

type Case = { readonly name: string; readonly code: string; readonly wants: unknown; readonly profile?: Profile };

const ORDINARY: Case[] = [
  { name: "an address is opened", code: "urllib.request.urlopen(base + '/bytes').read().hex()", wants: "00ffc3a9" },
  {
    name: "a request with headers and a body, and JSON back",
    code: lines(
      "data = json.dumps({'n': 'é'}).encode()",
      "request = urllib.request.Request(base + '/a?b=c', data, {'X-One': '1', 'Content-Type': 'application/json'})",
      "with urllib.request.urlopen(request) as reply: seen = json.load(reply)",
      "[reply.status, reply.headers['Content-Type'], seen['path'], seen['method'], seen['headers']['x-one'], json.loads(seen['body'])]",
    ),
    wants: [200, null, "/a", "POST", "1", { n: "é" }],
  },
  {
    name: "another method",
    code: "json.load(urllib.request.urlopen(urllib.request.Request(base + '/x', b'1', method='PUT')))['method']",
    wants: "PUT",
  },
  { name: "a body in pieces", code: "json.load(urllib.request.urlopen(base + '/x', iter([b'ab', b'', b'cd'])))['body']", wants: "abcd" },
  {
    name: "only the head",
    code: "r = urllib.request.urlopen(urllib.request.Request(base + '/bytes', method='HEAD'))\n[r.status, r.read().hex()]",
    wants: [200, ""],
  },
  {
    name: "what is not found says so",
    code: lines(
      "try: urllib.request.urlopen(base + '/missing')",
      "except urllib.error.HTTPError as error: found = [error.code, error.headers['x-why'], error.read().decode()]",
      "found",
    ),
    wants: [404, "missing", "nothing here"],
  },
  {
    name: "a redirect within what is granted",
    code: "r = urllib.request.urlopen(base + '/to/%2Fbytes')\n[r.read().hex(), r.url.endswith('/bytes')]",
    wants: ["00ffc3a9", true],
  },
  {
    name: "a file by its address",
    code: "import urllib.request as u\nu.urlretrieve(base + '/bytes', 'got')\nopen('got', 'rb').read().hex()",
    wants: "00ffc3a9",
  },
  {
    name: "http.client, twice over one connection",
    code: lines(
      "c = http.client.HTTPConnection(base.removeprefix('http://'))",
      "def get(path):",
      "  c.request('GET', path)",
      "  r = c.getresponse()",
      "  return [r.status, json.loads(r.read())['path']]",
      "[get('/1'), get('/2')]",
    ),
    wants: [
      [200, "/1"],
      [200, "/2"],
    ],
  },
  {
    name: "http.client, written piece by piece",
    code: lines(
      "c = http.client.HTTPConnection(base.removeprefix('http://'), timeout=5)",
      "c.putrequest('POST', '/p')",
      "c.putheader('Content-Length', '4')",
      "c.endheaders()",
      "c.send(b'ab')",
      "c.send(b'cd')",
      "json.loads(c.getresponse().read())['body']",
    ),
    wants: "abcd",
  },
  {
    name: "in a thread that is none",
    code: "import asyncio\nasync def main(): return (await asyncio.to_thread(urllib.request.urlopen, base + '/bytes')).read().hex()\nasyncio.run(main())",
    wants: "00ffc3a9",
  },
  {
    name: "an answer that does not come within its timeout",
    code: tried("urllib.request.urlopen(base + '/slow', timeout=0.2).read()", "TimeoutError"),
    wants: ["TimeoutError", "the answer did not come in time"],
  },
  {
    name: "the program goes on after a late answer",
    code: lines(
      "try: urllib.request.urlopen(base + '/slow', timeout=0.1)",
      "except TimeoutError: pass",
      "urllib.request.urlopen(base + '/bytes').read().hex()",
    ),
    wants: "00ffc3a9",
  },
];

const refused = (why: string) => ["URLError", `<urlopen error [Errno 2] ${why}>`];
const REFUSED: Case[] = [
  {
    name: "a host that is not granted",
    code: tried("urllib.request.urlopen('http://other.test/')"),
    wants: refused("host `other.test` is not granted"),
  },
  {
    name: "a redirect to a host that is not granted",
    code: tried("urllib.request.urlopen(base + '/to/http%3A%2F%2Fother.test%2F')"),
    wants: refused("host `other.test` is not granted"),
  },
  {
    name: "the metadata service where every host is granted",
    code: tried("urllib.request.urlopen('http://169.254.169.254/latest')"),
    wants: refused("host `169.254.169.254` is at a private address"),
    profile: { ...GRANTED, network: "any" },
  },
  {
    name: "an answer that is too large",
    code: tried("urllib.request.urlopen(base + '/large')"),
    wants: refused("the answer is larger than 100000 bytes"),
  },
  {
    name: "a body that is too large",
    code: tried("urllib.request.urlopen(base, b'x' * 524_289)"),
    wants: ["URLError", "<urlopen error [Errno 35] the body is larger than 524288 bytes>"],
  },
  {
    name: "a port where nobody listens",
    code: tried("urllib.request.urlopen('http://localhost:1/')"),
    wants: ["URLError", "<urlopen error the request failed: connect ECONNREFUSED 127.0.0.1:1>"],
  },
  {
    name: "TLS, whose certificate the host checks whatever a context says",
    code: tried("urllib.request.urlopen('https://localhost:1/', context=__import__('ssl').create_default_context())"),
    wants: ["URLError", "<urlopen error the request failed: connect ECONNREFUSED 127.0.0.1:1>"],
  },
  {
    name: "no network at all, asked below urllib",
    code: tried("[http.client.HTTPConnection('localhost').request('GET', '/')]", "OSError"),
    wants: ["OSError", "[Errno 40] network is not available in the sandbox"],
    profile: NONE,
  },
  {
    name: "no network, whatever the program makes itself believe",
    code: lines(
      "import sys",
      "network = sys.modules['_sandbox_network']",
      "network.grant(sys.modules['_sandbox_driver']._host.ask)",
      tried("urllib.request.urlopen(base)"),
    ),
    wants: refused("network is not available in the sandbox"),
    profile: NONE,
  },
  {
    name: "more requests than there may be",
    code: lines("n = 0", "for i in range(60):", "  try: n += urllib.request.urlopen(base).status == 200", "  except OSError: pass", "n"),
    wants: 50,
  },
];

for (const [suite, cases] of Object.entries({ "what a program may do": ORDINARY, "what it may not": REFUSED })) {
  describe(`Python's network: ${suite}`, () => {
    for (const { name, code, wants, profile } of cases) {
      test(name, async () => {
        const { status, result, error } = await run(code, profile);
        assert.deepEqual([status, result], ["completed", wants], error ?? "");
      });
    }
  });
}

test("the secret of a host goes with the request and is seen by no program", async () => {
  const { result, error } = await run("r = urllib.request.urlopen(base + '/secret')\n[r.headers['x-echo'], r.read().decode()]");
  assert.equal(server.seen.find(({ url }) => url === "/secret")?.headers.authorization, SECRET, error ?? "");
  assert.ok(JSON.stringify(result).includes("****") && !JSON.stringify(result).includes("s3cret"));
});

test("every request is in the record, those of a redirect by themselves", async () => {
  const { observedEffects, error } = await run("print(urllib.request.urlopen(base + '/to/%2Fbytes?key=1').read())");
  const requests = observedEffects
    .filter(({ kind }) => kind === "net.fetch")
    .map(({ target, allowed, status }) => [target, allowed, status]);
  assert.deepEqual(
    requests,
    [
      [`${server.base}/to/%2Fbytes`, true, 302],
      [`${server.base}/bytes`, true, 200],
    ],
    error ?? "",
  );
});

test("what was printed before a request is out while it waits, and the run's own limit ends it", async () => {
  const { status, stdout, durationMs } = await run("print('before')\nurllib.request.urlopen(base + '/slow')", GRANTED, 500);
  assert.deepEqual([status, stdout], ["timeout", "before\n"]);
  assert.ok(durationMs < 2_500);
});

test("a request that waits is ended with its run", async () => {
  const given = {
    ...request(`${START}print('asking')\nurllib.request.urlopen(base + '/slow')`, { profile: GRANTED, inputs: server.base }),
  };
  const { status, reason } = await sandbox.run({ ...given, language: "python", id: "asking" }, (_stream, text) => {
    if (text.includes("asking")) sandbox.kill("asking");
  });
  assert.deepEqual([status, reason], ["crashed", "killed"]);
});

test("the next program knows nothing of the one that had the network", async () => {
  assert.equal((await run("urllib.request.urlopen(base + '/bytes').status")).result, 200);
  const { result, observedEffects } = await run(tried("urllib.request.urlopen(base)", "OSError"), NONE);
  assert.deepEqual(result, ["OSError", "[Errno 40] network is not available in the sandbox"]);
  assert.ok(observedEffects.some(({ kind, allowed }) => kind === "net.fetch" && !allowed));
});
