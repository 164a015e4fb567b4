/**
 * Where the engines differ, in one place: column types, the triggers that keep the log append-only, and how text becomes bytes.
 * Everything else is one set of queries.
 */
import { DummyDriver, Kysely, type RawBuilder, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from "kysely";
import type { Tables } from "./tables.ts";

type ColumnType = "integer" | "bigint" | "bigserial" | "text" | "jsonb";

export type SqlDialect = {
  /** 64-bit whole number; SQLite makes a primary key of exactly this type the row's own number. */
  readonly wholeNumber: ColumnType;
  readonly json: ColumnType;
  /** A primary key that counts up by itself. */
  readonly counter: ColumnType;
  /** Statements after which the table refuses UPDATE and DELETE. */
  appendOnly(table: string): readonly string[];
  /** Statements after which the one-row head table refuses DELETE and shrinking. */
  onlyGrows(table: string): readonly string[];
  /** The UTF-8 bytes of a text column exactly as stored, valid or not. */
  textBytes(column: string): RawBuilder<Uint8Array>;
};

export const sqliteDialect: SqlDialect = {
  wholeNumber: "integer",
  json: "text",
  counter: "integer",
  appendOnly: (table) =>
    ["update", "delete"].map(
      (operation) =>
        `create trigger ${table}_no_${operation} before ${operation} on ${table} begin select raise(abort, '${table} is append-only'); end`,
    ),
  onlyGrows: (table) => [
    `create trigger ${table}_no_delete before delete on ${table} begin select raise(abort, '${table} is append-only'); end`,
    `create trigger ${table}_no_shrink before update on ${table} when new.size < old.size begin select raise(abort, '${table} only grows'); end`,
  ],
  textBytes: (column) => sql<Uint8Array>`cast(${sql.ref(column)} as blob)`,
};

/** A kysely that only writes SQL text: the queries are compiled once, and prepared and run by the connection itself. */
export function compileOnly(): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}
