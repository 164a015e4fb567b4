/** INVARIANT 2: what was acknowledged is there after the process was killed in the middle of anything. Every engine calls it. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { verifyLog } from "../../src/audit/verify-log.ts";
import type { Store } from "../../src/store/store.ts";
import { startChild } from "./child-process.ts";
import { temporaryDirectory } from "./samples.ts";

/** What the engine's module exports: the child process imports it, too. */
export type Engine = { open(dataDir: string): Promise<Store> };

export function durabilitySuite(engine: string, module: URL): void {
  it(`${engine}: every acknowledged entry is in the log after each of 5 SIGKILLs under 50-way load, and the log verifies`, async (test) => {
    const { open } = (await import(module.href)) as Engine;
    const dataDir = temporaryDirectory(test);
    const acknowledged: string[] = [];
    for (const enough of [1, 60, 300, 1000, 2500]) {
      const child = startChild(test, "load-child.ts", [dataDir, module.href]);
      await child.line(() => child.lines.length > enough);
      await child.kill();
      const ids = child.lines.filter((line) => line.length === 36);
      assert.ok(ids.length >= enough, `the child acknowledged ${ids.length}`);
      acknowledged.push(...ids);

      const store = await open(dataDir);
      const lost = acknowledged.filter((id) => store.entry(id) === null);
      assert.deepEqual(lost, []);
      assert.deepEqual(verifyLog(store), { ok: true, ...store.head() });
      await store.close();
    }
  });
}
