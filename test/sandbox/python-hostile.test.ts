/**
 * Python programs that attack the sandbox. Each ends as expected and in time; after each the next ordinary program runs and
 * finds nothing of it; nothing of the parent's environment is seen, and at the end no process is left. With bubblewrap,
 * where it works, and without.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunResult, Sandbox } from "../../sandbox/sandbox.ts";
import { HOSTILE_PYTHON, type HostilePython } from "./python-hostile-programs.ts";
import { CANARY, descendants, limited, request, startSandbox, survivors } from "./support.ts";

const TIMEOUT_MS = 1_000;
/** The reply may come this much after the program's own limit. */
const REPLY_MS = 2_000;
const limits = (timeoutMs: number) => limited({ timeoutMs, memoryMb: 64, outputBytes: 20_000 });
const TRACES =
  "import os, sys, builtins\n[1 + 1, [hasattr(m, 'escaped') for m in (sys, builtins)], 'ESCAPED' in os.environ, os.listdir('.'), os.listdir('/tmp')]";
const python = (code: string, more = {}) => request(code, { language: "python", ...more });

function assertEnded({ wants, result, error, timeoutMs = TIMEOUT_MS, refused = [], also }: HostilePython, run: RunResult): void {
  assert.ok(wants.includes(run.status), `${run.status} (${run.reason}, ${run.error}) instead of ${wants.join(" or ")}`);
  assert.ok(run.durationMs <= timeoutMs + REPLY_MS, `${Math.round(run.durationMs)} ms`);
  assert.ok(Buffer.byteLength(run.stdout + run.stderr) <= 20_000);
  if (run.status !== "completed") assert.notEqual(run.error, null);
  if (result !== undefined) assert.deepEqual(run.result, result);
  if (error) assert.match(run.error ?? "", error);
  const observed = run.observedEffects.filter(({ allowed }) => !allowed).map(({ kind, target }) => `${kind} ${target}`);
  for (const effect of refused) assert.ok(observed.includes(effect), `${effect} among ${observed.join(", ")}`);
  also?.(run);
  assert.ok(!JSON.stringify(run).includes(CANARY), "the parent's environment was seen");
}

async function attack(sandbox: Sandbox, program: HostilePython): Promise<void> {
  assertEnded(program, await sandbox.run(python(program.code, limits(program.timeoutMs ?? TIMEOUT_MS))));
  const next = await sandbox.run(python(TRACES));
  assert.deepEqual([next.status, next.result, next.stdout], ["completed", [2, [false, false], false, [], []], ""], next.error ?? "");
}

for (const bubblewrap of ["auto", "off"] as const) {
  test(`hostile Python, bubblewrap ${bubblewrap}`, async (t) => {
    const sandbox = await startSandbox({ bubblewrap, workers: 1, python: { interpreters: 2, startAfterMs: 0 } });
    t.after(() => sandbox.close());
    assert.equal((await sandbox.run(python("1"))).status, "completed");
    for (const [suite, programs] of Object.entries(HOSTILE_PYTHON)) {
      await t.test(suite, { concurrency: 2 }, async (s) => {
        await Promise.all(programs.map((program) => s.test(program.name, () => attack(sandbox, program))));
      });
    }
    const pids = descendants();
    assert.ok(pids.length >= 4, "a supervisor and its workers are expected");
    await sandbox.close();
    assert.deepEqual(await survivors(pids, 1_000), [], "processes outlive the sandbox");
  });
}

test("there are enough of them", () => {
  const names = Object.values(HOSTILE_PYTHON).flatMap((programs) => programs.map(({ name }) => name));
  assert.ok(new Set(names).size === names.length && names.length >= 45, `${names.length}`);
});
