/**
 * One server per data directory. The lock is SQLite's own lock on a file of its own, held by an open transaction: the operating
 * system releases it when the process ends, however it ends, so that there is no stale lock to clean up.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import Database from "better-sqlite3";
import type { DataFiles } from "./data-directory.ts";
import { toStoreError } from "./sqlite-errors.ts";
import { StoreError } from "./store.ts";

export type DirectoryLock = { release(): void };

type Holder = { readonly pid: number; readonly host: string; readonly since: string };

/** Throws StoreError `locked`, saying who holds it, when another server (or this one, already) uses the directory. */
export function lockDirectory(files: DataFiles): DirectoryLock {
  let connection: Database.Database | undefined;
  try {
    connection = new Database(files.lock, { fileMustExist: true, timeout: 0 });
    connection.exec("begin immediate");
    const holder: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
    writeFileSync(files.holder, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  } catch (cause) {
    connection?.close();
    if ((cause as { code?: unknown }).code === "SQLITE_BUSY") throw new StoreError("locked", lockedMessage(files), cause);
    throw toStoreError(cause, files.lock);
  }
  const held = connection;
  return {
    release() {
      if (!held.open) return;
      held.exec("rollback");
      held.close();
    },
  };
}

function lockedMessage(files: DataFiles): string {
  const holder = readHolder(files.holder);
  const who = holder === null ? "by another process" : `by process ${holder.pid} on ${holder.host} since ${holder.since}`;
  return `the data directory ${files.directory} is in use ${who}: stop that server, or give this one its own \`server.data_dir\``;
}

/** Who holds the lock; null in the moment between taking the lock and writing this down. */
function readHolder(file: string): Holder | null {
  try {
    const { pid, host, since } = JSON.parse(readFileSync(file, "utf8")) as Partial<Holder>;
    return typeof pid === "number" && typeof host === "string" && typeof since === "string" ? { pid, host, since } : null;
  } catch {
    return null;
  }
}
