/** `Idempotency-Key` when the server is killed: what was answered is answered again, what was interrupted is not done again. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ADMIN_KEY, allEntries, lookInto, type ServerProcess, startServerProcess, temporaryDirectory } from "./server-process.ts";

async function execute(server: ServerProcess, key: string, code: string) {
  const response = await fetch(`${server.url}/api/v1/execute`, {
    method: "POST",
    headers: { authorization: `Bearer ${ADMIN_KEY}`, "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify({ agent_id: "agent", language: "javascript", code }),
  });
  const replayed = response.headers.get("idempotency-replayed") === "true";
  return { status: response.status, replayed, body: (await response.json()) as { code?: string; execution?: { result: unknown } } };
}
const attempts = (server: ServerProcess): Promise<number> =>
  lookInto(server, (store) => allEntries(store).filter(({ type }) => type === "attempt").length);

test("killed at once after an answer, and in the middle of a run", async (t) => {
  const dataDir = join(temporaryDirectory(t), "data");
  await using first = await startServerProcess({ dataDir });
  const done = await execute(first, "done", "Math.random()");
  const broken = execute(first, "broken", "for (;;);").catch(() => "broken off");
  while ((await lookInto(first, (store) => store.unfinished().length)) < 1) await sleep(20);
  await first.kill();
  assert.equal(await broken, "broken off");

  await using second = await startServerProcess({ dataDir });
  const before = await attempts(second);
  assert.deepEqual(await execute(second, "done", "Math.random()"), { ...done, replayed: true });
  const refused = await execute(second, "broken", "for (;;);");
  assert.deepEqual([refused.status, refused.body.code], [409, "idempotency.unknown_outcome"]);
  assert.equal(await attempts(second), before, "nothing ran");
  assert.equal((await execute(second, "new", "7")).body.execution?.result, 7);
});
