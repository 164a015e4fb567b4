/** One server per data directory, whoever holds it and however it ended. */
import assert from "node:assert/strict";
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { openStore } from "../../src/store/open-store.ts";
import { startChild } from "./child-process.ts";
import { temporaryDirectory, unit } from "./samples.ts";

it("a second process is refused and told who holds the directory; reading beside the holder works", async (test) => {
  const dataDir = temporaryDirectory(test);
  const holder = startChild(test, "holding-child.ts", [dataDir]);
  await holder.line((line) => line === "open");
  await assert.rejects(openStore({ dataDir }), (error: Error) => {
    assert.deepEqual([error.name, (error as Error & { code?: string }).code], ["StoreError", "locked"]);
    assert.match(error.message, new RegExp(`is in use by process ${holder.process.pid} on .+ since 20[0-9-]+T.+: stop that server`));
    return true;
  });
  const reader = await openStore({ dataDir, readOnly: true });
  assert.equal(reader.head().size, 0);
  await assert.rejects(reader.commit(unit()), { code: "read_only" });
  await assert.rejects(reader.ping(), { code: "read_only" });
  await reader.close();
});

it("a killed holder leaves no stale lock", async (test) => {
  const dataDir = temporaryDirectory(test);
  const holder = startChild(test, "holding-child.ts", [dataDir]);
  await holder.line((line) => line === "open");
  await holder.kill();
  const store = await openStore({ dataDir });
  await store.ping();
  await store.close();
});

it("the same process is refused too, until the store is closed; a refused opener does not disturb the holder", async (test) => {
  const dataDir = temporaryDirectory(test);
  const first = await openStore({ dataDir });
  for (let attempt = 0; attempt < 3; attempt++) await assert.rejects(openStore({ dataDir }), { code: "locked" });
  assert.equal((await first.commit(unit())).ok, true);
  // A lock that two could hold would show here: the refused openers closed their descriptors of the lock file.
  const second = startChild(test, "holding-child.ts", [dataDir]);
  await assert.rejects(second.line((line) => line === "open"));
  await first.close();
  const next = await openStore({ dataDir });
  assert.equal(next.head().size, 1);
  await next.close();
});

it("removing the lock file does not let a second server in unnoticed: the first one stops accepting", async (test) => {
  const dataDir = temporaryDirectory(test);
  const store = await openStore({ dataDir });
  test.after(() => store.close());
  rmSync(join(dataDir, "agentguard.lock"));
  await assert.rejects(store.commit(unit()), { code: "unavailable", message: /agentguard\.lock was removed or replaced/ });
});

it("only the owner may read what is stored", { skip: process.platform === "win32" && "no POSIX modes" }, async (test) => {
  const dataDir = join(temporaryDirectory(test), "deeper", "data");
  const store = await openStore({ dataDir });
  await store.commit(unit());
  const mode = (name: string) => (statSync(join(dataDir, name)).mode & 0o777).toString(8);
  assert.equal(mode("."), "700");
  for (const name of ["agentguard.db", "agentguard.db-wal", "agentguard.db-shm", "agentguard.lock", "agentguard.lock.json", "audit.head"]) {
    assert.equal(mode(name), "600", name);
  }
  await store.close();
});

it("reading only needs a database that is there", async (test) => {
  await assert.rejects(openStore({ dataDir: temporaryDirectory(test), readOnly: true }), {
    code: "unavailable",
    message: /there is no database at/,
  });
});
