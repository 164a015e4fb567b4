/**
 * A whole server while hostile Python runs in it: it answers `/health` throughout, stays the same process, and the next
 * ordinary program runs. The layers that would refuse these programs are switched off: here the sandbox alone must hold.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startServerProcess, temporaryDirectory } from "../e2e/server-process.ts";
import { HOSTILE_PYTHON, type HostilePython } from "./python-hostile-programs.ts";

/** `/health` takes at most this long, beyond what this process itself was held up. */
const HEALTH_MS = 250;
const WITHOUT_LAYERS = Object.fromEntries([1, 2, 3, 4, 6].map((n) => [`AGENTGUARD_FEATURES_ENABLE_LAYER${n}`, "false"]));
const LIMITS = { timeout_ms: 1_000, memory_mb: 64, output_bytes: 20_000 };
const NAMES = new Set([
  ...["a loop", "a long sleep", "a number with 10**8 digits", "a list that grows", "files that fill the disk", "recursion in C"],
  ...["a flood of print", "an error of 10 MB", "os.system", "a crash in C", "the end of the process", "its own memory overwritten"],
]);

/** The slowest answer of `/health` while `work` is under way, less what this process was late by itself. */
async function slowestHealth(url: string, work: Promise<unknown>): Promise<number> {
  let over = false;
  let slowest = 0;
  void work.finally(() => {
    over = true;
  });
  while (!over) {
    const started = performance.now();
    const [late] = await Promise.all([lateness(), fetch(`${url}/api/v1/health`).then((reply) => reply.text())]);
    slowest = Math.max(slowest, performance.now() - started - 3 * late);
    await sleep(20);
  }
  return slowest;
}

/** How late a timer fires here, in ms: what a busy machine does to every process. */
async function lateness(): Promise<number> {
  const started = performance.now();
  await sleep(10);
  return performance.now() - started - 10;
}

test("hostile Python in a server", async (t) => {
  await using server = await startServerProcess({ dataDir: `${temporaryDirectory(t)}/data`, env: WITHOUT_LAYERS });
  const execute = async (code: string) => (await server.execute({ code, limits: LIMITS })).body;
  assert.equal((await execute("1 + 1")).executed, true);
  const programs = Object.values(HOSTILE_PYTHON)
    .flat()
    .filter(({ name }) => NAMES.has(name));
  assert.equal(programs.length, NAMES.size);
  const attack = async ({ code, wants }: HostilePython): Promise<void> => {
    const running = execute(code);
    const health = await slowestHealth(server.url, running);
    const { executed, execution } = await running;
    assert.ok(executed && wants.includes(execution.status), `${execution.status} ${execution.reason}`);
    assert.ok(health < HEALTH_MS, `/health took ${Math.round(health)} ms`);
    const next = await execute("1 + 1");
    assert.deepEqual([next.execution.status, next.execution.result, server.running()], ["completed", 2, true]);
  };
  for (const program of programs) await t.test(program.name, () => attack(program));
});
