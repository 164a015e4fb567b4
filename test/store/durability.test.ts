/** INVARIANT 2: what was acknowledged is there after the process was killed in the middle of anything. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { verifyLog } from "../../src/audit/verify-log.ts";
import { openStore } from "../../src/store/open-store.ts";
import { startChild } from "./child-process.ts";
import { temporaryDirectory } from "./samples.ts";

it("every acknowledged entry is in the log after each of 5 SIGKILLs under 50-way load, and the log verifies", async (test) => {
  const dataDir = temporaryDirectory(test);
  const acknowledged: string[] = [];
  for (const enough of [1, 60, 300, 1000, 2500]) {
    const child = startChild(test, "load-child.ts", [dataDir]);
    await child.line(() => child.lines.length > enough);
    await child.kill();
    const ids = child.lines.filter((line) => line.length === 36);
    assert.ok(ids.length >= enough, `the child acknowledged ${ids.length}`);
    acknowledged.push(...ids);

    const store = await openStore({ dataDir });
    const lost = acknowledged.filter((id) => store.entry(id) === null);
    assert.deepEqual(lost, []);
    assert.deepEqual(verifyLog(store), { ok: true, ...store.head() });
    await store.close();
  }
});
