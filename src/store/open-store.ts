/**
 * Opens the embedded store: lock, schema, writer thread, reader.
 */
import { Kysely, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import {
  createDataDirectory,
  type DataFiles,
  dataFiles,
  identifyFiles,
  openForReading,
  openForWriting,
  requireDatabase,
} from "./data-directory.ts";
import { sqliteDialect } from "./dialect.ts";
import { lockDirectory } from "./directory-lock.ts";
import { createHeadFile } from "./head-file.ts";
import { LATEST_MIGRATION, migrationProvider } from "./migrations.ts";
import { toStoreError } from "./sqlite-errors.ts";
import { openReader, type SqliteReader } from "./sqlite-reader.ts";
import { type Store, StoreError } from "./store.ts";
import { writeQueries } from "./write-queries.ts";
import { startWriter, type WriterClient } from "./writer.ts";

export type StoreOptions = {
  /** Created with mode 0700 when missing. */
  readonly dataDir: string;
  /** Refused with `unavailable` when there is no database yet. */
  readonly mustExist?: boolean;
  /** Takes no lock, so that it works beside a running server; every commit is refused. */
  readonly readOnly?: boolean;
  /** Largest size of the database file in bytes; beyond it commits are refused with `full`. */
  readonly maxBytes?: number;
};

/** Throws StoreError: `locked` when another server uses the directory, `read_only`, `full`, `corrupt`, `unavailable`. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const files = dataFiles(options.dataDir);
  if (options.mustExist) requireDatabase(files.database);
  return options.readOnly ? openReadOnly(files) : openReadWrite(files, options.maxBytes ?? null);
}

async function openReadWrite(files: DataFiles, maxBytes: number | null): Promise<Store> {
  createDataDirectory(files);
  const lock = lockDirectory(files);
  let reader: SqliteReader | undefined;
  let writer: WriterClient | undefined;
  const close = async () => {
    // The last connection to close folds the write-ahead log into the database, which a reader could not.
    reader?.close();
    await writer?.close();
    lock.release();
  };
  try {
    await migrate(files);
    reader = openReader(files);
    requireWholeLog(reader, files);
    writer = startWriter({ files, identities: identifyFiles(files), queries: writeQueries(), maxBytes });
    await writer.ping();
  } catch (cause) {
    await close();
    throw toStoreError(cause, files.database);
  }
  const { head } = reader;
  const { commit, ping } = writer;
  const pingBoth = async () => {
    await ping();
    head();
  };
  return { ...reader, commit, ping: pingBoth, close };
}

async function openReadOnly(files: DataFiles): Promise<Store> {
  requireLatestSchema(files);
  const reader = openReader(files);
  const refuse = async () => {
    throw new StoreError("read_only", `${files.database} was opened for reading only`);
  };
  return { ...reader, commit: refuse, ping: refuse, close: async () => reader.close() };
}

async function migrate(files: DataFiles): Promise<void> {
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: openForWriting(files.database) }) });
  try {
    const { error } = await new Migrator({ db, provider: migrationProvider(sqliteDialect) }).migrateToLatest();
    if (error === undefined) return;
    const migrationMissing = error instanceof Error && error.message.startsWith("corrupted migrations");
    if (!migrationMissing) throw error;
    throw new StoreError("unavailable", `${files.database} was written by a newer version: upgrade this one`, error);
  } finally {
    await db.destroy();
  }
}

/** A read-only opener cannot bring the schema up to date, and does not guess at one that it does not know. */
function requireLatestSchema(files: DataFiles): void {
  const connection = openForReading(files.database);
  let newest: unknown;
  try {
    newest = connection.prepare("select max(name) from kysely_migration").pluck().get();
  } catch (cause) {
    throw toStoreError(cause, files.database);
  } finally {
    connection.close();
  }
  if (newest !== LATEST_MIGRATION) {
    throw new StoreError(
      "unavailable",
      `${files.database} has schema \`${newest}\`, this version needs \`${LATEST_MIGRATION}\`: start the server once`,
    );
  }
}

/**
 * The log never starts shorter than it was: entries that the head file knows and the database does not were removed with the
 * database or from it, or lost with a restored backup, and appending would cover that up.
 */
function requireWholeLog(reader: SqliteReader, files: DataFiles): void {
  const file = reader.fileHead();
  if (file === "missing") {
    createHeadFile(files.head, reader.head());
    return;
  }
  const advice = "restore the newest backup, or, to accept the loss, move that file away and start again";
  if (file === "unreadable") throw new StoreError("corrupt", `${files.head} is not readable: ${advice}`);
  const { size } = reader.head();
  if (file.size > size) {
    throw new StoreError("corrupt", `the audit log has ${size} entries, but ${files.head} says that it had ${file.size}: ${advice}`);
  }
  if (reader.chainAt(file.size) !== file.chainHash) {
    throw new StoreError("corrupt", `audit entry ${file.size} is not the one that ${files.head} names: ${advice}`);
  }
}
