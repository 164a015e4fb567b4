/** What a statement changes besides its table: the columns that an UPDATE sets, and whether a DELETE goes by age. */
import { type SqlToken, sqlStatements, sqlTokens } from "./sql-tokens.ts";

const lower = (token: SqlToken | undefined): string => token?.text.toLowerCase() ?? "";

type Assigned = { readonly column: string; readonly raised: boolean; readonly value: string | null };

/** What the first UPDATE of the text assigns; a value only where it is written there. */
function assignedIn(text: string): Assigned[] {
  const statement = sqlStatements(sqlTokens(text, true)).find((tokens) => lower(tokens[0]) === "update");
  const from = statement?.findIndex((t) => t.depth === 0 && lower(t) === "set") ?? -1;
  if (statement === undefined || from < 0) return [];
  const end = statement.findIndex((t, i) => i > from && t.depth === 0 && /^(where|returning|from)$/.test(lower(t)));
  const list = statement.slice(from + 1, end < 0 ? statement.length : end);
  return list.flatMap((t, i) => {
    const starts = i === 0 || (list[i - 1]?.depth === 0 && list[i - 1]?.text === ",");
    if (!starts || list[i + 1]?.text !== "=") return [];
    const [by, next] = [list[i + 2], list[i + 3]];
    const written = by !== undefined && (next === undefined || next.text === ",") && (by.kind !== "word" || CONSTANT.test(by.text));
    return [
      {
        column: lower(t),
        raised: lower(by) === lower(t) && next?.text === "+",
        value: written && by.kind !== "mark" && !/[{\s]/.test(by.text) ? by.text : null,
      },
    ];
  });
}
const CONSTANT = /^(true|false|null)$/i;

/** Names of columns that it assigns, blanks between them; a column that is only raised is left out. */
export const columnsSet = (text: string): string =>
  assignedIn(text)
    .flatMap(({ column, raised }) => (raised ? [] : [column]))
    .join(" ");

/** `role=admin`: columns and the values that the text gives them. */
export const valuesSet = (text: string): string =>
  assignedIn(text)
    .flatMap(({ column, value }) => (value === null ? [] : [`${column}=${value.toLowerCase()}`]))
    .join(" ");

/** Columns and the constants that the first UPDATE gives them. */
export const givenIn = (text: string): ReadonlyMap<string, string> =>
  new Map(assignedIn(text).flatMap(({ column, value }) => (value === null ? [] : [[column, value] as const])));

/** Columns and the constants that its condition asks them to be. */
export function conditionsOf(text: string): ReadonlyMap<string, string> {
  const statement = sqlStatements(sqlTokens(text, true)).find((tokens) => lower(tokens[0]) === "update") ?? [];
  const from = statement.findIndex((t) => t.depth === 0 && lower(t) === "where");
  const condition = from < 0 ? [] : statement.slice(from + 1);
  return new Map(
    condition.flatMap((t, i) => {
      const [is, by] = [condition[i + 1], condition[i + 2]];
      return is?.text === "=" && by !== undefined && by.kind !== "mark" ? [[lower(t), by.text] as const] : [];
    }),
  );
}

/** The condition compares, with a date or a count: what is old or too much goes. */
export const goesByAge = (text: string): boolean => /\bwhere\b[\s\S]*(<|\bbetween\b|\binterval\b|\bnot\s+in\s*\()/i.test(text);

/** A table that is made of others and can be made again: an index for searching, or one that only this connection sees. */
export const makesIndex = (text: string): boolean => /^\s*create\s+(virtual|temp|temporary)\s+table\b/i.test(text);
