/**
 * Queries are written with kysely and named arguments, and compiled to SQL text once: building a query again for every call costs
 * more than running it. The texts are plain data, so that the writer thread gets them without loading the builder.
 */
import { type Compilable, type RawBuilder, sql } from "kysely";

export type SqlValue = string | number | null | Uint8Array;

/** `Row` is what the query returns; it exists for the compiler only. */
export type QueryText<Row> = { readonly sql: string; readonly parameters: readonly Parameter[]; readonly row?: Row };
export type Parameter = { readonly name: string } | { readonly value: SqlValue };

class Placeholder {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** Stands for the argument `name` in a query that is compiled once. */
export function arg<T>(name: string): T {
  return new Placeholder(name) as T;
}

/**
 * The argument `name` for a condition of an ordered query. SQLite plans such a query again for every value of a bare parameter
 * (measured: 13 us instead of 1.4 us per look-up), and a cast keeps it from doing so.
 */
export function textArg(name: string): RawBuilder<string> {
  return sql<string>`cast(${arg<string>(name)} as text)`;
}

export function numberArg(name: string): RawBuilder<number> {
  return sql<number>`cast(${arg<number>(name)} as bigint)`;
}

/** `{id: arg("id"), ...}`: an insert whose arguments are named as its columns. */
export function columns<Row, Name extends keyof Row & string>(...names: readonly Name[]): Pick<Row, Name> {
  return Object.fromEntries(names.map((name) => [name, arg(name)])) as Pick<Row, Name>;
}

export function compile<Row>(query: Compilable<Row>): QueryText<Row> {
  const compiled = query.compile();
  const parameters = compiled.parameters.map(
    (parameter): Parameter => (parameter instanceof Placeholder ? { name: parameter.name } : { value: parameter as SqlValue }),
  );
  return { sql: compiled.sql, parameters };
}
