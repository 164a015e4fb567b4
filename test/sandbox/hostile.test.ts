/**
 * Programs that attack the sandbox. Each ends as expected, and after each the next ordinary program runs, nothing of the
 * parent's environment is seen anywhere, and at the end no process is left. With bubblewrap, where it works, and without.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import type { RunResult, Sandbox } from "../../sandbox/sandbox.ts";
import { HOSTILE_SUITES, type Hostile } from "./javascript-hostile-programs.ts";
import { CANARY, descendants, limited, request, startSandbox, survivors } from "./support.ts";

const LIMIT_MS = 1_000;

test("there are at least 60 hostile programs, each with a name of its own", () => {
  const names = Object.values(HOSTILE_SUITES).flatMap((cases) => cases.map(({ name }) => name));
  assert.ok(names.length >= 60, `${names.length}`);
  assert.equal(new Set(names).size, names.length);
});

function assertNoCanary(result: RunResult): void {
  assert.ok(!JSON.stringify(result).includes(CANARY), "the parent's environment was seen");
}

async function attack(sandbox: Sandbox, { code, wants, also, given }: Hostile): Promise<void> {
  const before = performance.now();
  const result = await sandbox.run(request(code, { ...limited({ timeoutMs: LIMIT_MS, memoryMb: 64, outputBytes: 20_000 }), ...given }));
  assert.ok(wants.includes(result.status), `${result.status} (${result.reason}, ${result.error}) instead of ${wants.join(" or ")}`);
  // the wait for a worker is not the run's: many attack at the same time
  assert.ok(result.durationMs < LIMIT_MS + 2_000, `ended after ${result.durationMs} ms of ${performance.now() - before}`);
  assert.ok(result.stdout.length + result.stderr.length <= 20_000);
  if (result.status !== "completed") assert.notEqual(result.error, null);
  also?.(result);
  assertNoCanary(result);
  const next = await sandbox.run(
    request("[[1].map((n) => n + 1)[0], typeof globalThis.escaped, typeof ({}).escaped, (globalThis.own = 1)]"),
  );
  assert.deepEqual([next.status, next.result, next.stdout], ["completed", [2, "undefined", "undefined", 1], ""], next.error ?? "");
}

function environments(pids: readonly number[]): string {
  return pids
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "latin1");
      } catch {
        return "";
      }
    })
    .join("\n");
}

for (const bubblewrap of ["auto", "off"] as const) {
  test(`hostile programs, bubblewrap ${bubblewrap}`, async (t) => {
    const sandbox = await startSandbox({ bubblewrap });
    t.after(() => sandbox.close());
    for (const [suite, cases] of Object.entries(HOSTILE_SUITES)) {
      await t.test(suite, { concurrency: 2 }, async (s) => {
        await Promise.all(cases.map((item) => s.test(item.name, () => attack(sandbox, item))));
      });
    }
    const pids = descendants();
    assert.ok(pids.length >= 3, "a supervisor and its workers are expected");
    assert.ok(!environments(pids).includes(CANARY), "a process below holds the parent's environment");
    await sandbox.close();
    assert.deepEqual(await survivors(pids, 1_000), [], "processes outlive the sandbox");
  });
}

describe("the isolation that is named", () => {
  test("is never more than there is", async () => {
    const sandbox = await startSandbox({ bubblewrap: "off" });
    try {
      const { isolation } = await sandbox.run(request("1"));
      assert.deepEqual(
        [isolation, sandbox.status().isolation],
        [
          ["isolate", "process"],
          ["isolate", "process"],
        ],
      );
    } finally {
      await sandbox.close();
    }
  });
});
