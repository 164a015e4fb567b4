/**
 * Query texts made ready on one connection.
 */
import type { QueryText, SqlValue } from "./query-text.ts";

/** What queries need of a connection, whatever its driver: statements as below (drivers' types say it in words of their own). */
export type Connection = { prepare(sql: string): unknown; close(): unknown };
type Statement = {
  run(...values: SqlValue[]): { readonly changes: number | bigint };
  get(...values: SqlValue[]): unknown;
  all(...values: SqlValue[]): unknown[];
};

export type Arguments = Readonly<Record<string, SqlValue>>;

export type Prepared<Row> = {
  /** Number of rows changed. */
  run(args: Arguments): number;
  first(args: Arguments): Row | undefined;
  all(args: Arguments): readonly Row[];
};

/** The same names, each text prepared. */
export type PreparedAll<Texts> = { readonly [Name in keyof Texts]: Texts[Name] extends QueryText<infer Row> ? Prepared<Row> : never };

export function prepareAll<Texts extends Readonly<Record<string, QueryText<unknown>>>>(
  connection: Connection,
  texts: Texts,
): PreparedAll<Texts> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, prepare(connection, text)])) as PreparedAll<Texts>;
}

export function prepare<Row>(connection: Connection, text: QueryText<Row>): Prepared<Row> {
  const statement = connection.prepare(text.sql) as Statement;
  const bind = (args: Arguments): SqlValue[] =>
    text.parameters.map((parameter) => ("name" in parameter ? required(args, parameter.name) : parameter.value));
  return {
    run: (args) => Number(statement.run(...bind(args)).changes),
    first: (args) => statement.get(...bind(args)) as Row | undefined,
    all: (args) => statement.all(...bind(args)) as Row[],
  };
}

/** The driver would store a missing value as null. */
function required(args: Arguments, name: string): SqlValue {
  const value = args[name];
  if (value === undefined) throw new TypeError(`there is no value for \`${name}\``);
  return value;
}
