/**
 * Rows of a database: what the columns of a SELECT hold is known by their names. Labels that stay inside the interpreter say
 * which columns a row has, so that one field of it is as sensitive as its column and no more.
 */
import type { Label } from "../effects.ts";
import { memo } from "../memo.ts";
import { selectedColumns } from "../sql-columns.ts";
import type { State } from "../state.ts";
import { mergeLabels, type UnknownV, type Value } from "../values.ts";
import { rememberedVariable, setVariable } from "./remembered.ts";
import type { Run } from "./run.ts";

/** Several rows, and one of them; then the columns: `name=shown+shown;...`. */
const ROWS = "type:rows:";
const ROW = "type:row:";
const MOST_COLUMNS = 40;
/** Where the state keeps what was selected last: no variable has this name. */
const SELECTED = "#selected";
const NONE: readonly Label[] = [];

export const isRowLabel = (label: Label): boolean => label.startsWith(ROWS) || label.startsWith(ROW);
const plain = (name: string): string => name.replace(/[^\w.*]/g, "");

const columnsOf = memo((sql): string | null => {
  const columns = selectedColumns(sql)?.slice(0, MOST_COLUMNS);
  return columns?.map(({ name, shows }) => `${plain(name)}=${shows.map(plain).join("+")}`).join(";") ?? null;
});

const shownLabels = (run: Run, column: string): readonly Label[] =>
  mergeLabels(
    ...column
      .slice(column.indexOf("=") + 1)
      .split("+")
      .map(run.sensitivity.ofName),
  );

/** What the rows of a statement hold, when any of it is sensitive. */
function selected(run: Run, sql: string): readonly Label[] {
  const columns = /\bselect\b/i.test(sql) ? columnsOf(sql) : null;
  if (columns === null) return NONE;
  const labels = mergeLabels(...columns.split(";").map((column) => shownLabels(run, column)));
  return labels.length === 0 ? NONE : mergeLabels(labels, [ROWS + columns]);
}

/** Where the state keeps the rows of the last SELECT that the program put there itself. */
export const READ = "#rows";
export function readRows(state: State): Value | undefined {
  const rows = rememberedVariable(state, READ);
  return rows?.k === "ref" ? rows : undefined;
}

/** Labels of a record with these fields. */
export function recordLabels(run: Run, fields: readonly string[], shown: (field: string) => string): readonly Label[] {
  const columns = fields.slice(0, MOST_COLUMNS).map((field) => `${plain(field)}=${plain(shown(field))}`);
  return mergeLabels(...columns.map((column) => shownLabels(run, column)), [ROW + columns.join(";")]);
}

/** A statement was executed: what is fetched from now on are its rows. */
export function rememberSelected(run: Run, state: State, sql: string): void {
  const labels = selected(run, sql);
  if (labels.length === 0 && rememberedVariable(state, SELECTED) === undefined) return;
  setVariable(state, SELECTED, run.values.unknown("local", { labels }));
}

const FETCHES_ONE = /(^|\.)(fetchone|fetchrow|first|one|one_or_none|query_?row|fetch_one|get)$/i;
const FETCHES = /(^|\.)(fetch\w*|all|scalars|mappings|tuples|execute|query|raw|select|sql|read_sql\w*|partitions|stream)$/i;

/** Labels of what the call of a database's method gives; `own` are those of the object that it is called on. */
export function fetchedLabels(state: State, api: string, own: readonly Label[]): readonly Label[] {
  const one = FETCHES_ONE.test(api);
  if (!one && !FETCHES.test(api)) return NONE;
  const rows = own.some(isRowLabel) ? own.filter((label) => !label.startsWith("via:")) : lastSelected(state);
  return one ? oneOf(rows) : rows;
}

const lastSelected = (state: State): readonly Label[] => rememberedVariable(state, SELECTED)?.labels ?? NONE;

/** Labels of one of several rows, or of something in a row. */
export function oneOf(labels: readonly Label[]): readonly Label[] {
  if (!labels.some(isRowLabel)) return labels;
  return labels.flatMap((label) => (label.startsWith(ROWS) ? [ROW + label.slice(ROWS.length)] : label.startsWith(ROW) ? [] : [label]));
}

const CURSOR = /(^|[._])(cur|curs|cursor)(\(\))?$/i;

/** What a walk through a cursor gives. */
export function walkedLabels(state: State, cursor: Value): readonly Label[] {
  const named = (cursor.k === "api" && cursor.path === "db.Cursor") || (cursor.k === "unknown" && CURSOR.test(cursor.path ?? ""));
  return oneOf(cursor.labels.some(isRowLabel) || !named ? cursor.labels : mergeLabels(cursor.labels, lastSelected(state)));
}

/** Labels of the field of a row, by its name or its place; null when the value is no row, or the field none of its columns. */
export function fieldLabels(run: Run, labels: readonly Label[], field: string | number): readonly Label[] | null {
  const row = labels.find(isRowLabel);
  if (row === undefined) return null;
  if (typeof field === "number" && row.startsWith(ROWS)) return oneOf(labels);
  const columns = row.slice(row.startsWith(ROWS) ? ROWS.length : ROW.length).split(";");
  const column = typeof field === "number" ? columns.at(field) : columns.find((each) => each.startsWith(`${plain(field)}=`));
  if (column === undefined || columns.some((each) => each.startsWith("*"))) return null;
  const all = new Set(columns.flatMap((each) => [...shownLabels(run, each)]));
  const others = labels.filter((label) => !all.has(label) && !isRowLabel(label));
  return mergeLabels(others, shownLabels(run, column));
}

/** `dict(row)`: an entry for each of its columns. False when the value is no row whose columns are known. */
export function fillFromRow(run: Run, props: Map<string, Value>, row: UnknownV): boolean {
  const label = row.labels.find((each) => each.startsWith(ROW));
  const names = label
    ?.slice(ROW.length)
    .split(";")
    .map((column) => column.slice(0, column.indexOf("=")));
  if (names === undefined || names.includes("*")) return false;
  for (const name of names) {
    const path = row.path === null ? null : `${row.path}.${name}`;
    props.set(`s:${name}`, run.values.unknown(row.cause, { path, labels: fieldLabels(run, row.labels, name) ?? NONE }));
  }
  return true;
}
