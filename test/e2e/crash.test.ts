/** INVARIANT 2 when the server is killed: every decision that anybody was told is in the log afterwards. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { verifyLog } from "../../src/audit/verify-log.ts";
import { allEntries, lookInto, type ServerProcess, startServerProcess, temporaryDirectory } from "./server-process.ts";

const KILLS = 20;
const CROWD = 50;

/** Programs with every kind of decision, so that approval requests are written under load too. */
const PROGRAMS = [
  { language: "python", code: "account.balance -= 100" },
  { language: "python", code: "print(sum(range(10)))" },
  { language: "javascript", code: "const total = [1, 2, 3].reduce((a, b) => a + b);" },
  { language: "python", code: 'cursor.execute("DROP TABLE users")' },
];

test(`${KILLS} kills under a load of ${CROWD}: every acknowledged decision is in the log`, async (t) => {
  const dataDir = join(temporaryDirectory(t), "data");
  const acknowledged: string[] = [];
  for (let round = 0; round < KILLS; round++) {
    await using server = await startServerProcess({ dataDir });
    // The first rounds are killed early, when hardly anything was written; later ones in full flow.
    acknowledged.push(...(await loadUntilKilled(server, 1 + round * 15)));
  }
  t.diagnostic(`${acknowledged.length} decisions were acknowledged`);
  await using server = await startServerProcess({ dataDir });
  assert.equal((await server.enforce({ code: "x = 1" })).body.decision, "ALLOW");
  await lookInto(server, (store) => {
    assert.deepEqual(
      acknowledged.filter((id) => store.entry(id)?.type !== "decision"),
      [],
      "acknowledged decisions that are not in the log",
    );
    assert.deepEqual(verifyLog(store), { ok: true, ...store.head() });
    assert.equal(new Set(acknowledged).size, acknowledged.length);
    const starts = allEntries(store).filter(({ type, data }) => type === "server" && (data as { what?: unknown }).what === "started");
    assert.equal(starts.length, KILLS + 1);
  });
});

/** Submits from 50 sides until `enough` are acknowledged, kills the server in the middle of it, and returns all that were. */
async function loadUntilKilled(server: ServerProcess, enough: number): Promise<string[]> {
  const ids: string[] = [];
  let killed: Promise<void> | null = null;
  const side = async (number: number) => {
    for (let turn = number; ; turn++) {
      // A connection that breaks is the kill's doing; anything that did arrive must be a whole, good answer.
      const reply = await server.enforce(PROGRAMS[turn % PROGRAMS.length]!).catch(() => null);
      if (reply === null) break;
      assert.equal(reply.status, 200, JSON.stringify(reply.body));
      ids.push(reply.body.audit_id);
      if (ids.length >= enough) killed ??= server.kill();
    }
    assert.notEqual(killed, null, "the server broke a connection before it was killed");
  };
  await Promise.all(Array.from({ length: CROWD }, (_, number) => side(number)));
  await killed;
  return ids;
}
