/**
 * The files of the embedded store, who may read them, and how connections to them are opened.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import Database from "better-sqlite3";
import { toStoreError } from "./sqlite-errors.ts";
import { StoreError } from "./store.ts";

export type DataFiles = {
  readonly directory: string;
  readonly database: string;
  /** Committed pages that are not in the database file yet; as much part of the database as that file. */
  readonly writeAhead: string;
  readonly lock: string;
  readonly holder: string;
  readonly head: string;
};

export function dataFiles(dataDir: string): DataFiles {
  const directory = resolve(dataDir);
  const database = join(directory, "agentguard.db");
  return {
    directory,
    database,
    writeAhead: `${database}-wal`,
    lock: join(directory, "agentguard.lock"),
    holder: join(directory, "agentguard.lock.json"),
    head: join(directory, "audit.head"),
  };
}

/** Creates what is missing: the directory with mode 0700, the files with mode 0600 (SQLite gives its side files the same mode). */
export function createDataDirectory(files: DataFiles): void {
  try {
    mkdirSync(files.directory, { recursive: true, mode: 0o700 });
    for (const file of [files.lock, files.database]) {
      if (!existsSync(file)) closeSync(openSync(file, "a", 0o600));
    }
    syncDirectory(files.directory);
  } catch (cause) {
    throw toStoreError(cause, files.directory);
  }
}

/** A new file is durable only when its directory is. */
export function syncDirectory(directory: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(directory, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** INVARIANT 2: `synchronous=FULL` makes every commit in the write-ahead log wait for the disk. */
export function openForWriting(file: string): Database.Database {
  const connection = open(file, { fileMustExist: true, timeout: 2000 });
  try {
    if (connection.pragma("journal_mode = WAL", { simple: true }) !== "wal") {
      throw new StoreError("unavailable", `${file} cannot be used: its file system does not support a write-ahead log`);
    }
    connection.pragma("synchronous = FULL");
    connection.pragma("foreign_keys = ON");
    connection.pragma("trusted_schema = OFF");
    return connection;
  } catch (cause) {
    connection.close();
    throw toStoreError(cause, file);
  }
}

/** Readers do not wait for the writer; the short time-out covers recovery after a crash. */
export function openForReading(file: string): Database.Database {
  const connection = open(file, { fileMustExist: true, readonly: true, timeout: 500 });
  try {
    connection.pragma("query_only = ON");
    connection.pragma("trusted_schema = OFF");
    return connection;
  } catch (cause) {
    connection.close();
    throw toStoreError(cause, file);
  }
}

export function requireDatabase(file: string): void {
  if (!existsSync(file)) throw new StoreError("unavailable", `there is no database at ${file}`);
}

function open(file: string, options: Database.Options): Database.Database {
  requireDatabase(file);
  try {
    return new Database(file, options);
  } catch (cause) {
    throw toStoreError(cause, file);
  }
}

/** Which files the store's paths led to when it was opened. */
export type FileIdentities = readonly { readonly file: string; readonly identity: string | null }[];

/** To be called when a connection is open, so that the write-ahead log exists. */
export function identifyFiles(files: DataFiles): FileIdentities {
  return [files.database, files.writeAhead, files.lock].map((file) => ({ file, identity: fileIdentity(file) }));
}

/** The first file that was removed or replaced since; null when all are the same. */
export function changedFile(identities: FileIdentities): string | null {
  return identities.find(({ file, identity }) => fileIdentity(file) !== identity)?.file ?? null;
}

/** A directory that changed this recently, in ms, may change again without getting another time. */
const COARSEST_CLOCK_MS = 5_000;

/**
 * The same, asked again and again: a file cannot be removed or replaced without the directory getting a new modification time,
 * so while the directory is as it was when all files were found in place, they still are.
 */
export function fileWatch(directory: string, identities: FileIdentities): () => string | null {
  let settled: string | null = null;
  return () => {
    const stats = statSync(directory, { throwIfNoEntry: false });
    const now = stats === undefined ? null : `${stats.dev}:${stats.ino}:${stats.mtimeMs}:${stats.ctimeMs}`;
    if (now !== null && now === settled) return null;
    const changed = changedFile(identities);
    const old = stats !== undefined && Math.abs(Date.now() - Math.max(stats.mtimeMs, stats.ctimeMs)) > COARSEST_CLOCK_MS;
    settled = changed === null && old ? now : null;
    return changed;
  };
}

function fileIdentity(file: string): string | null {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? null : `${stats.dev}:${stats.ino}`;
}
