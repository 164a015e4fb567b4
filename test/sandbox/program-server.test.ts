/**
 * A whole server whose programs run in processes of their own: the keys that choose and bound them act as named, answers
 * and `/health` say what stands around a program, and a backend that is not there is said in words. Layers that would ask
 * a person about processes and files are off.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startTestServer, type TestServer } from "../api/start-test-server.ts";
import { type Backend, backendsHere, choiceOf, unusable, WITHOUT_LAYERS } from "./program-support.ts";

const configOf = (sandbox: string) => `${WITHOUT_LAYERS}\nsandbox: { filesystem: read-write, ${sandbox} }`;
const WHO: Readonly<Record<string, string>> = {
  javascript: "process.getuid() > 0 && typeof require('node:fs').readFileSync",
  typescript: "const ask: string = 'node:fs'; process.getuid!() > 0 && typeof require(ask).readFileSync",
  python: "import os\nos.getuid() > 0 and __import__('subprocess').run(['true']).returncode == 0 and 'function'",
  shell: '[ "$(id -u)" -gt 0 ] && echo function',
};
const FORKS =
  "import os, time\nmade = 0\ntry:\n  while True:\n    if os.fork() == 0: time.sleep(100)\n    made += 1\nexcept OSError: pass\nmade";
const BYTES =
  "written = 0\ntry:\n  with open('big', 'wb', buffering=0) as f:\n    while True: written += f.write(b'x' * 65536)\nexcept OSError: pass\nwritten";
const FILES = "for i in range(1000): open(f'f{i}', 'w').close()\n'made'";

async function runs(server: TestServer, language: string, code: string) {
  const { status, body } = await server.execute({ language, code });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

async function unusableIn(server: TestServer, backend: Backend): Promise<string | null> {
  return unusable(backend, (await server.call("/api/v1/health")).body.sandbox.executors.python.ready);
}

async function showsItself(server: TestServer, backend: Backend, wanted: readonly string[]): Promise<void> {
  const { executors, backends } = (await server.call("/api/v1/health")).body.sandbox;
  for (const [language, code] of Object.entries(WHO)) {
    const { executed, execution, output } = await runs(server, language, code);
    assert.deepEqual([executed, execution.status, execution.backend], [true, "completed", backend.kind], `${language}: ${execution.error}`);
    assert.equal(String(output).trim(), "function", language);
    assert.deepEqual([execution.isolation, executors[language].isolation], [wanted, wanted], language);
    assert.deepEqual([executors[language].backend, executors[language].ready, backends[language]], [backend.kind, true, true], language);
  }
}

async function reconfigured(server: TestServer, sandbox: string): Promise<void> {
  const outcome = await server.reconfigure(configOf(sandbox));
  assert.ok(outcome.ok, JSON.stringify(outcome));
}

const [native, crun, gvisor] = backendsHere() as [Backend, Backend, Backend];

describe("a server with programs in processes of their own", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer({ config: configOf("backend: { python: oci }, oci: { runtime: no-such-runtime }") });
  });
  after(() => server.close());

  test("a runtime that is not installed is named in the log; /health and answers say that there is none", async () => {
    const { executors, backends } = (await server.call("/api/v1/health")).body.sandbox;
    assert.deepEqual([executors.python.ready, backends.python, backends.javascript], [false, false, true]);
    assert.match(
      server.log(),
      /no python can be run: the backend `oci` does not work here: the OCI runtime `no-such-runtime` is not installed/,
    );
    const { executed, reason_codes, layer_results } = await runs(server, "python", "1");
    assert.deepEqual([executed, reason_codes], [false, ["sandbox.unavailable"]]);
    assert.match(JSON.stringify(layer_results), /the backend `oci` for python does not work on this server/);
  });

  test("by default nothing of it is there: shell is judged and not run", async () => {
    await reconfigured(server, "max_memory_mb: 512");
    const { executed, execution } = await runs(server, "shell", "echo x");
    assert.deepEqual([executed, execution.reason], [false, "executor_unavailable"]);
    assert.equal((await server.call("/api/v1/health")).body.sandbox.executors.shell, undefined);
  });

  test("sandbox.backend and sandbox.programs act as named", { skip: native.missing }, async (t) => {
    await reconfigured(server, choiceOf(native));
    const unable = await unusableIn(server, native);
    if (unable !== null) return t.skip(unable);
    await showsItself(server, native, ["process", "namespaces", "seccomp"]);
    const { body } = await server.enforce({ language: "shell", code: "ls | sort\ncurl https://api.example.com/x" });
    assert.ok(body.constraints.includes("processes: contained") && body.constraints.includes("network: none"), String(body.constraints));
    assert.ok((await runs(server, "python", FORKS)).execution.result < 64);
    assert.equal((await runs(server, "python", BYTES)).execution.result, 64 * 1024 * 1024);
    assert.equal((await runs(server, "python", FILES)).execution.result, "made");
    await reconfigured(server, `${choiceOf(native)}, programs: { max_processes: 20, max_disk_mb: 1, max_files: 100 }`);
    assert.ok((await runs(server, "python", FORKS)).execution.result < 20);
    assert.equal((await runs(server, "python", BYTES)).execution.result, 1024 * 1024);
    const { status, reason } = (await runs(server, "python", `${FILES}\nimport time; time.sleep(10)`)).execution;
    assert.deepEqual([status, reason], ["memory_exceeded", "too_many_files"]);
  });

  for (const [backend, ring] of [[crun, "seccomp"] as const, [gvisor, "gvisor"] as const]) {
    test(`sandbox.oci.runtime: ${backend.runtime}`, { skip: backend.missing }, async (t) => {
      await reconfigured(server, choiceOf(backend));
      const unable = await unusableIn(server, backend);
      if (unable !== null) return t.skip(unable);
      await showsItself(server, backend, ["process", "namespaces", ring, "container"]);
    });
  }
});
