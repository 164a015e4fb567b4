/** With an engine's module, in a data directory: commits from 50 sides at once until it is killed, and says after each answer which entry was acknowledged. */
import { writeSync } from "node:fs";
import { newId } from "../../src/store/new-id.ts";
import type { Engine } from "./durability-suite.ts";
import { draft, historyEvent, unit } from "./samples.ts";

const [dataDir, module] = process.argv.slice(2) as [string, string];
const { open } = (await import(module)) as Engine;
const store = await open(dataDir);
say("open");

async function side(): Promise<never> {
  for (;;) {
    const entry = draft({ id: newId(Date.now()), data: { padding: "x".repeat(500) } });
    await store.commit(unit([{ type: "history.add", event: historyEvent({ at: Date.now() }) }], [entry]));
    say(entry.id);
  }
}
await Promise.all(Array.from({ length: 50 }, side));

/** Straight to the descriptor, so that what was said survives the kill; a full pipe is waited for. */
function say(line: string): void {
  for (;;) {
    try {
      writeSync(1, `${line}\n`);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
