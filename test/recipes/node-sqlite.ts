/**
 * A store, made by the recipe of CONTRIBUTING.md: SQLite as Node has it, over two connections on the caller's thread. The
 * files, the schema and the queries are those of the embedded store; the driver, its transactions and its errors are its own.
 */
import { DatabaseSync } from "node:sqlite";
import { Kysely, type SqliteDatabase, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import { applyUnit, Conflict } from "../../src/store/apply-unit.ts";
import { createDataDirectory, type DataFiles, dataFiles } from "../../src/store/data-directory.ts";
import { sqliteDialect } from "../../src/store/dialect.ts";
import { lockDirectory } from "../../src/store/directory-lock.ts";
import { createHeadFile, openHeadFile } from "../../src/store/head-file.ts";
import { migrationProvider } from "../../src/store/migrations.ts";
import { prepareAll } from "../../src/store/prepared.ts";
import type { SqlValue } from "../../src/store/query-text.ts";
import { readerOver } from "../../src/store/sqlite-reader.ts";
import { type CommitResult, type Store, StoreError, type Unit } from "../../src/store/store.ts";
import { type WriteQueries, writeQueries } from "../../src/store/write-queries.ts";
import { prepareUnit } from "../../src/store/writer.ts";

/** Unique, primary key, foreign key: what is stored already, or is not. See sqlite.org/rescode.html. */
const CONFLICTS: ReadonlySet<unknown> = new Set([2067, 1555, 787]);

/** Throws StoreError. */
export async function open(dataDir: string): Promise<Store> {
  const files = dataFiles(dataDir);
  createDataDirectory(files);
  const lock = lockDirectory(files);
  try {
    await migrate(connect(files));
    const reader = readerOver(connect(files), files);
    if (reader.fileHead() === "missing") createHeadFile(files.head, reader.head());
    const writer = openWriter(files);
    let closed = false;
    const close = async (): Promise<void> => {
      if (closed) return;
      closed = true;
      writer.close();
      reader.close();
      lock.release();
    };
    return { ...reader, commit: async (unit) => writer.commit(unit), ping: async () => writer.ping(), close };
  } catch (cause) {
    lock.release();
    throw toError(cause);
  }
}

function connect(files: DataFiles): DatabaseSync {
  const connection = new DatabaseSync(files.database, { timeout: 2000 });
  for (const pragma of ["journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"]) connection.exec(`pragma ${pragma}`);
  return connection;
}

async function migrate(connection: DatabaseSync): Promise<void> {
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: asKyselySeesIt(connection) }) });
  const { error } = await new Migrator({ db, provider: migrationProvider(sqliteDialect) }).migrateToLatest();
  await db.destroy();
  if (error !== undefined) throw error;
}

/** Kysely hands parameters over as one array. */
function asKyselySeesIt(connection: DatabaseSync): SqliteDatabase {
  return {
    close: () => connection.close(),
    prepare: (sql) => {
      const statement = connection.prepare(sql);
      const values = (parameters: readonly unknown[]) => parameters as SqlValue[];
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...values(parameters)),
        run: (parameters) => statement.run(...values(parameters)),
        iterate: (parameters) => statement.iterate(...values(parameters)) as IterableIterator<unknown>,
      };
    },
  };
}

function openWriter(files: DataFiles) {
  const connection = connect(files);
  const queries = prepareAll(connection, writeQueries());
  const headFile = openHeadFile(files.head);
  /** INVARIANT 2: `commit` waits for the disk; all of `work` is written, or none of it. */
  const inTransaction = (work: () => CommitResult): CommitResult => {
    try {
      connection.exec("begin immediate");
      const result = work();
      connection.exec("commit");
      return result;
    } catch (cause) {
      if (connection.isOpen && connection.isTransaction) connection.exec("rollback");
      if (cause instanceof Conflict || CONFLICTS.has((cause as { errcode?: unknown }).errcode))
        return { ok: false, conflict: (cause as Error).message };
      throw toError(cause);
    }
  };
  return {
    commit(unit: Unit): CommitResult {
      const result = inTransaction(() => append(queries, unit));
      const head = queries.head.first({});
      if (head !== undefined) headFile.write({ size: Number(head.size), chainHash: head.chain_hash });
      return result;
    },
    ping(): void {
      inTransaction(() => {
        queries.beat.run({});
        return { ok: true, records: [] };
      });
    },
    close(): void {
      headFile.close();
      connection.close();
    },
  };
}

function append(queries: WriteQueries, unit: Unit): CommitResult {
  const row = queries.head.first({});
  if (row === undefined) throw new StoreError("corrupt", "the audit log's head row is missing");
  const before = { size: Number(row.size), chainHash: row.chain_hash };
  const { head, records } = applyUnit(queries, prepareUnit(unit), before);
  if (head.size !== before.size) queries.moveHead.run({ size: head.size, chain_hash: head.chainHash, size_before: before.size });
  return { ok: true, records };
}

function toError(cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  return new StoreError("unavailable", cause instanceof Error ? cause.message : String(cause), cause);
}
