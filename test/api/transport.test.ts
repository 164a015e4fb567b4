/** Below the API: TLS, proxies, compression, traces, what is no request at all, and how a server stops. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { connect as tlsConnect } from "node:tls";
import { brotliCompressSync, deflateSync, gunzipSync, gzipSync, zstdCompressSync } from "node:zlib";
import { ADMIN_KEY, startTestServer, type TestServer } from "./start-test-server.ts";

const directory = mkdtempSync(join(tmpdir(), "agentguard-transport-"));
let server: TestServer;
before(async () => {
  server = await startTestServer({
    config: "limits: { body_bytes: 100000 }\nperformance: { rate_limit: { enabled: false } }",
    env: { AGENTGUARD_PERFORMANCE_RATE_LIMIT_ENABLED: "" },
  });
});
after(async () => {
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Bytes as they come back for bytes as they are sent. */
function raw(url: string, text: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    let answer = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      answer += chunk;
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
    socket.write(text);
  });
}

type Answer = { readonly status: number; readonly headers: NodeJS.Dict<string | string[]>; readonly bytes: Buffer };
function get(url: string, headers: Readonly<Record<string, string>> = {}, agent?: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest(url, { headers, ...(agent === undefined ? {} : { agent }) }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(chunks) }));
    });
    asked.on("error", reject).end();
  });
}

test("large answers are compressed for who asks for it, small ones and others are not", async () => {
  const authorization = `Bearer ${ADMIN_KEY}`;
  for (let n = 0; n < 60; n++) await server.newKey("auditor", { owner: `owner-${n}-${"x".repeat(150)}` });
  const packed = await get(`${server.url}/api/v1/keys`, { authorization, "accept-encoding": "gzip" });
  assert.equal(packed.headers["content-encoding"], "gzip");
  assert.match(String(packed.headers.vary), /accept-encoding/i);
  const plain = await get(`${server.url}/api/v1/keys`, { authorization });
  assert.equal(plain.headers["content-encoding"], undefined);
  assert.deepEqual(JSON.parse(gunzipSync(packed.bytes).toString("utf8")), JSON.parse(plain.bytes.toString("utf8")));
  const small = await get(`${server.url}/health`, { "accept-encoding": "gzip" });
  assert.equal(small.headers["content-encoding"], undefined);
});

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const TRACES: readonly (readonly [name: string, header: string, taken: boolean])[] = [
  ["version 00", `00-${TRACE}-00f067aa0ba902b7-01`, true],
  ["a later version with more behind it", `01-${TRACE}-00f067aa0ba902b7-01-what-comes`, true],
  ["version 00 with more behind it", `00-${TRACE}-00f067aa0ba902b7-01-more`, false],
  ["the version that is none", `ff-${TRACE}-00f067aa0ba902b7-01`, false],
  ["no trace", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`, false],
  ["no parent", `00-${TRACE}-0000000000000000-01`, false],
  ["upper case", `00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`, false],
];
for (const [name, traceparent, taken] of TRACES) {
  test(`traceparent: ${name} is ${taken ? "" : "not "}taken over`, async () => {
    const { headers } = await server.call("/livez", { headers: { traceparent } });
    assert.equal(headers.get("x-trace-id"), taken ? TRACE : headers.get("x-request-id"));
  });
}

test("an X-Trace-ID of the caller comes before traceparent", async () => {
  const { headers } = await server.call("/livez", { headers: { traceparent: TRACES[0]![1], "x-trace-id": "mine" } });
  assert.equal(headers.get("x-trace-id"), "mine");
});

const MALFORMED: readonly (readonly [name: string, bytes: string, status: number, code: string])[] = [
  ["no HTTP", "\x16\x03\x01 hello\r\n\r\n", 400, "request.not_http"],
  ["too many headers", `GET /livez HTTP/1.1\r\nHost: a\r\nX-Large: ${"a".repeat(20_000)}\r\n\r\n`, 431, "request.headers_too_large"],
  [
    "two lengths",
    "POST /api/v1/enforce HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    400,
    "request.not_http",
  ],
];
for (const [name, bytes, status, code] of MALFORMED) {
  test(`${name}: ${status} as a problem, and the connection is closed`, async () => {
    const answer = await raw(server.url, bytes);
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
    assert.match(answer, /\r\nContent-Type: application\/problem\+json/);
    const problem = JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4));
    assert.deepEqual([problem.status, problem.code, problem.error], [status, code, problem.detail]);
  });
}

test("bodies: the limit counts what is unpacked, declared or not", async () => {
  const post = (body: Uint8Array | string, headers = {}) => server.call("/api/v1/enforce", { method: "POST", body, headers });
  const large = JSON.stringify({ agent_id: "agent", code: " ".repeat(100_001) });
  const declared = await post(large);
  assert.deepEqual([declared.status, declared.body.code], [413, "request.too_large"]);
  assert.match(declared.body.detail, /at most 100000 bytes/);
  assert.equal((await post(gzipSync(large), { "content-encoding": "gzip" })).status, 413);
  const small = { agent_id: "agent", code: "1" };
  for (const [encoding, pack] of Object.entries({ gzip: gzipSync, br: brotliCompressSync, zstd: zstdCompressSync, deflate: deflateSync })) {
    assert.equal((await post(pack(JSON.stringify(small)), { "content-encoding": encoding })).status, 200, encoding);
    const broken = await post(Buffer.from(JSON.stringify(small)), { "content-encoding": encoding });
    assert.deepEqual([broken.status, broken.body.detail], [400, "the body cannot be unpacked as `Content-Encoding` says"], encoding);
  }
  const head = `POST /api/v1/enforce HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${ADMIN_KEY}\r\nContent-Type: application/json\r\n`;
  const chunks = `${"8000\r\n".concat("a".repeat(0x8000))}\r\n`.repeat(4);
  assert.match(
    await raw(server.url, `${head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunks}0\r\n\r\n`),
    /^HTTP\/1.1 413 /,
  );
});

/** Behind a proxy that says so, the client's address is what the proxy says; from anybody else it is hearsay. */
const PROXIES: readonly (readonly [name: string, config: string, shared: boolean])[] = [
  ["nobody is trusted", "", true],
  ["the proxy is trusted", "trust_proxy: [127.0.0.0/8]", false],
  ["another proxy is trusted", "trust_proxy: [10.0.0.1]", true],
];
for (const [name, trust, shared] of PROXIES) {
  test(`${name}: X-Forwarded-For ${shared ? "does not count" : "counts"}`, async () => {
    // The quota of an hour is another one for each case, so that each counts anew.
    const quotas = `{ enabled: true, requests_per_minute: 1, burst: 1, requests_per_hour: ${10 + name.length} }`;
    await server.reconfigure(`server: { public_analyze: true, ${trust} }\nperformance: { rate_limit: ${quotas} }`);
    const from = (address: string) =>
      server.call("/api/v1/analyze", { body: { code: "1" }, key: null, headers: { "x-forwarded-for": address } });
    assert.equal((await from("192.0.2.1")).status, 200);
    assert.equal((await from("192.0.2.2")).status, shared ? 429 : 200);
    assert.equal((await from("192.0.2.2")).status, 429);
    // A client behind the trusted proxy writes what it likes in front; only what the proxy added counts.
    if (!shared) assert.equal((await from("203.0.113.9, 192.0.2.2")).status, 429);
  });
}

function certificate(name: string): { cert: string; key: string } {
  const files = { cert: join(directory, `${name}.crt`), key: join(directory, `${name}.key`) };
  const subject = ["-subj", `/CN=${name}`, "-addext", "subjectAltName=IP:127.0.0.1"];
  const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"];
  execFileSync("openssl", [...made, "-keyout", files.key, "-out", files.cert, ...subject], { stdio: "ignore" });
  return files;
}

const tls = ({ cert, key }: { cert: string; key: string }) => ({ config: `server: { tls: { cert_file: ${cert}, key_file: ${key} } }` });
const shownBy = (url: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = tlsConnect({ host: "127.0.0.1", port: Number(new URL(url).port), rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on("error", reject);
  });

test("HTTPS with certificate and key from files; a renewed pair is used without a restart, half of one is not", async () => {
  const files = certificate("first");
  const next = certificate("next");
  await using secure = await startTestServer(tls(files));
  assert.match(secure.url, /^https:/);
  const status = await new Promise((resolve, reject) => {
    httpsRequest(`${secure.url}/livez`, { ca: readFileSync(files.cert) }, (response) => resolve(response.resume().statusCode))
      .on("error", reject)
      .end();
  });
  assert.equal(status, 200);
  await assert.rejects(get(secure.url.replace("https", "http")), "plain HTTP is not answered");
  copyFileSync(next.cert, files.cert);
  while (!secure.log().includes("the TLS certificate stays as it was")) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(await shownBy(secure.url), "first");
  copyFileSync(next.key, files.key);
  while (!secure.log().includes("the TLS certificate was read again")) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(await shownBy(secure.url), "next");
});

test("TLS files that cannot be used: the server does not start, and says which and why", async () => {
  const { cert, key } = certificate("one");
  const other = certificate("other");
  writeFileSync(join(directory, "text"), "hello");
  const cases = [
    [{ cert: join(directory, "none"), key }, /`server.tls.cert_file`: cannot read .*none \(ENOENT\): check the path/],
    [{ cert, key: other.key }, /one.crt and .*other.key cannot be used for TLS \(.*mismatch.*\)/],
    [{ cert: join(directory, "text"), key }, /text and .* cannot be used for TLS/],
  ] as const;
  for (const [files, expected] of cases) {
    await assert.rejects(startTestServer(tls(files)), (error: Error & { code?: string }) => {
      assert.equal(error.code, "tls_broken");
      assert.match(error.message, expected);
      return true;
    });
  }
});

test("stopping: kept connections are told and closed, new ones are refused, what is in flight is finished", async () => {
  const other = await startTestServer();
  const agent = new Agent({ keepAlive: true });
  try {
    const idle = await get(`${other.url}/livez`, {}, agent);
    assert.equal(idle.headers.connection, "keep-alive");
    const spin = "const end = Date.now() + 400; while (Date.now() < end); 7";
    const running = fetch(`${other.url}/api/v1/execute`, {
      method: "POST",
      headers: { authorization: `Bearer ${ADMIN_KEY}`, "content-type": "application/json" },
      body: JSON.stringify({ agent_id: "agent", language: "javascript", code: spin }),
    });
    await new Promise((resolve) => setTimeout(resolve, 150));
    const closing = other.close();
    await assert.rejects(get(`${other.url}/livez`), /ECONNREFUSED/);
    const reply = await running;
    assert.equal(reply.headers.get("connection"), "close");
    assert.equal(((await reply.json()) as { execution: { result: number } }).execution.result, 7);
    await closing;
  } finally {
    agent.destroy();
  }
});

test("stopping: what is still busy after the deadline is cut", async () => {
  const other = await startTestServer({ config: "server: { shutdown_seconds: 0.2 }" });
  const { hostname, port } = new URL(other.url);
  const socket = connect(Number(port), hostname);
  await new Promise((resolve) => socket.once("connect", resolve));
  const cut = new Promise((resolve) => socket.resume().once("close", resolve));
  socket.on("error", () => undefined);
  const head = `POST /api/v1/enforce HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${ADMIN_KEY}\r\nContent-Type: application/json\r\n`;
  socket.write(`${head}Content-Length: 10\r\n\r\n{`);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await other.close();
  await cut;
});
