/**
 * Programs that attack the sandboxes in which they have a process of their own, against every such backend of this
 * machine. Each ends as expected; after each the next ordinary program runs and finds nothing of it; no canary is seen, of
 * the environment or of a file; and no process is left a second later.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { HOSTILE_PROGRAMS, type HostileProgram } from "./program-hostile-programs.ts";
import { type Backend, backendsHere, sandboxOf, unusable } from "./program-support.ts";
import { CANARY, descendants, isAlive, limited, request, survivors } from "./support.ts";

const TIMEOUT_MS = 700;
/** The reply may come this much after the program's own limit. */
const REPLY_MS = 2_000;
const OUTPUT_BYTES = 20_000;
const LANGUAGES = ["javascript", "python", "shell"] as const;
const TRACES = `import glob, os
[1 + 1, 'ESCAPED' in os.environ, sorted(os.listdir('.')), [p for p in glob.glob('/tmp/*') + glob.glob('/dev/shm/*') if 'escaped' in p]]`;

const profile = (filesystem: "none" | "read-only" | "read-write") =>
  ({ filesystem, declaredFiles: true, network: "none", hosts: [] }) as const;

async function attack(sandbox: Sandbox, { name, system }: Backend, program: HostileProgram): Promise<void> {
  const { language, code, wants, result, prints, error, filesystem = "read-write", hostKernel, timeoutMs = TIMEOUT_MS } = program;
  const bounds = limited({ timeoutMs, memoryMb: 64, outputBytes: OUTPUT_BYTES });
  const run = await sandbox.run(request(code, { language, files: { "in.txt": "given" }, profile: profile(filesystem), ...bounds }));
  assert.ok(wants.includes(run.status), `${run.status} (${run.reason}, ${run.error}, ${run.stderr}) instead of ${wants.join(" or ")}`);
  assert.ok(run.durationMs <= timeoutMs + REPLY_MS, `${Math.round(run.durationMs)} ms`);
  assert.ok(Buffer.byteLength(run.stdout + run.stderr) <= OUTPUT_BYTES);
  if (run.status !== "completed") assert.notEqual(run.error, null);
  if (hostKernel === undefined || system === "host") {
    if (result !== undefined) assert.deepEqual(run.result, result);
    if (prints) assert.match(run.stdout, prints);
    if (error) assert.match(run.error ?? "", error);
  }
  assert.ok(!JSON.stringify(run).includes(CANARY), "a canary was seen");
  assert.equal(run.backend, name.startsWith("oci") ? "oci" : "native");
  const next = await sandbox.run(request(TRACES, { language: "python", files: { "own.txt": "" }, profile: profile("read-write") }));
  assert.deepEqual([next.status, next.result, next.stdout], ["completed", [2, false, ["own.txt"], []], ""], next.error ?? "");
}

/** Of what runs below the sandbox: the processes that were started since. */
async function newSince(before: readonly number[]): Promise<number[]> {
  const started = descendants().filter((pid) => !before.includes(pid) && isAlive(pid));
  return survivors(started, 1_000);
}

for (const backend of backendsHere()) {
  test(`hostile programs, ${backend.name}`, { skip: backend.missing }, async (t) => {
    const canaries = mkdtempSync(join(tmpdir(), "agentguard-canary-"));
    writeFileSync(join(canaries, "secret.txt"), CANARY);
    t.after(() => rmSync(canaries, { recursive: true }));
    const sandbox = await sandboxOf(backend, LANGUAGES);
    t.after(() => sandbox.close());
    const unable = unusable(backend, sandbox.status().executors.python?.ready);
    if (unable !== null) return t.skip(unable);
    const before = descendants();
    for (const [suite, programs] of Object.entries(HOSTILE_PROGRAMS)) {
      const chosen = programs.filter(({ everywhere }) => backend.isQuick || everywhere);
      await t.test(suite, { concurrency: 2 }, async (s) => {
        await Promise.all(chosen.map((program) => s.test(program.name, () => attack(sandbox, backend, program))));
      });
    }
    assert.deepEqual(await newSince(before), [], "processes outlive their runs");
    const pids = descendants();
    await sandbox.close();
    assert.deepEqual(await survivors(pids, 1_000), [], "processes outlive the sandbox");
  });
}

test("there are enough of them", () => {
  const names = Object.values(HOSTILE_PROGRAMS).flatMap((programs) => programs.map(({ name }) => name));
  assert.equal(new Set(names).size, names.length);
  assert.ok(names.length >= 60, `${names.length}`);
});
