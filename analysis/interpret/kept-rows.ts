/**
 * Rows that the program itself puts into a database and reads back. Tables are lists of rows under their names; conditions that
 * compare a column with a value and orders by columns are followed, whatever else a SELECT says gives any row.
 */
import { type SqlToken, sqlStatements, sqlTokens } from "../sql-tokens.ts";
import type { State } from "../state.ts";
import { isString, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import type { CallArgs } from "./call-args.ts";
import { listValue, someList } from "./containers.ts";
import { elementsOf, someElement } from "./iterate.ts";
import { binary } from "./operators.ts";
import { rememberedVariable, setVariable } from "./remembered.ts";
import { READ, readRows } from "./rows.ts";
import type { Run } from "./run.ts";
import { sorted } from "./sorting.ts";

type Tokens = readonly SqlToken[];
/** A row by the names of its columns. */
type Row = ReadonlyMap<string, Value>;
type Table = { readonly columns: readonly string[]; readonly rows: readonly Row[] };
type At = { readonly run: Run; readonly state: State; readonly given: (name: string | number) => Value | undefined };

/** No variable of the program has these names. */
const TABLE = "#table:";
/** A database in memory holds nothing but what the program puts into it. */
const MEMORY = "#memory";
const MOST_ROWS = 512;

const lower = (token: SqlToken | undefined): string => (token === undefined || token.kind === "string" ? "" : token.text.toLowerCase());
const indexOf = (tokens: Tokens, ...words: readonly string[]): number => tokens.findIndex((t) => t.depth === 0 && words.includes(lower(t)));

/** Tokens between commas, outside parentheses. */
function commas(tokens: Tokens, depth: number): Tokens[] {
  const out: SqlToken[][] = [[]];
  for (const token of tokens) {
    if (token.depth === depth && token.text === "," && token.kind === "mark") out.push([]);
    else out.at(-1)?.push(token);
  }
  return out.filter((part) => part.length > 0);
}

/** What stands in the parentheses that open at a token. */
function inside(tokens: Tokens, open: number): Tokens {
  const depth = tokens[open]?.depth ?? 0;
  const close = tokens.findIndex((t, i) => i > open && t.depth === depth && t.text === ")" && t.kind === "mark");
  return tokens.slice(open + 1, close < 0 ? tokens.length : close);
}

/** A statement was executed with these parameters. */
export function keepRows(run: Run, state: State, text: string, args: CallArgs): void {
  if (!/\b(insert|replace|select|create)\b/i.test(text) || text.length > 20_000) return;
  const holds = rememberedVariable(state, READ) !== undefined;
  const many = args.positional[1] ?? args.keywords.get("parameters");
  for (const tokens of sqlStatements(sqlTokens(text, false))) {
    const verb = lower(tokens[0]);
    if (verb === "create" && lower(tokens[1]) === "table") created(run, state, tokens);
    else if (verb === "insert" || verb === "replace")
      for (const each of parameterSets(run, state, many, tokens)) inserted({ run, state, given: each }, tokens);
    else if (verb === "select") selected({ run, state, given: parameters(run, state, many) }, tokens);
    else if (holds && verb === "with") setVariable(state, READ, run.values.unknown("file", { path: "rows" }));
  }
}

/** `(a, b)` or `{"name": a}`; each of them for `executemany`. */
function parameterSets(run: Run, state: State, given: Value | undefined, tokens: Tokens): At["given"][] {
  const sets = given?.k === "ref" && tokens.some((t) => t.text === "?" || t.text === ":") ? (elementsOf(run, state, given) ?? []) : [];
  const isSet = (value: Value): boolean => value.k === "ref" && /^(tuple|list|dict)$/.test(state.read(value.addr).type);
  return sets.length > 0 && sets.every(isSet) ? sets.map((set) => parameters(run, state, set)) : [parameters(run, state, given)];
}

const parameters =
  (run: Run, state: State, given: Value | undefined): At["given"] =>
  (name) => {
    if (given?.k !== "ref") return undefined;
    const { items, props, rest } = state.read(given.addr);
    return (typeof name === "number" ? items?.[name] : props.get(`s:${name}`)) ?? (rest === null ? undefined : run.values.join([rest]));
  };

function tableOf(state: State, name: string): Table | null {
  const kept = rememberedVariable(state, TABLE + name);
  if (kept?.k !== "ref") return null;
  const { items, props } = state.read(kept.addr);
  const columns = String((props.get("columns") as { value?: unknown } | undefined)?.value ?? "")
    .split(" ")
    .filter(Boolean);
  if (items === null) return null;
  return { columns, rows: items.map((item) => new Map(item.k === "ref" ? state.read(item.addr).props : [])) };
}

function created(run: Run, state: State, tokens: Tokens): void {
  const open = tokens.findIndex((t) => t.text === "(");
  const name = lower(tokens[open - 1]);
  if (open < 1 || tableOf(state, name) !== null) return;
  const columns = commas(inside(tokens, open), 1).map((part) => lower(part[0]));
  keepTable(run, state, name, { columns: columns.filter((c) => !/^(primary|foreign|unique|check|constraint)$/.test(c)), rows: [] });
}

function keepTable(run: Run, state: State, name: string, table: Table): void {
  const rows = table.rows.slice(-MOST_ROWS).map((row) => {
    const made = listValue(run, state, []);
    if (made.k === "ref") for (const [key, value] of row) state.setProp(made.addr, key, value);
    return made;
  });
  const kept = listValue(run, state, rows);
  if (kept.k === "ref") state.setProp(kept.addr, "columns", run.values.string(table.columns.join(" ")));
  setVariable(state, TABLE + name, kept);
}

function inserted(at: At, tokens: Tokens): void {
  const into = indexOf(tokens, "into");
  const name = lower(tokens[into + 1]);
  const values = indexOf(tokens, "values");
  const before = tableOf(at.state, name) ?? { columns: [], rows: [] };
  if (into < 0 || values < 0) return;
  const listed = tokens[into + 2]?.text === "(" && into + 2 < values ? commas(inside(tokens, into + 2), 1).map((p) => lower(p[0])) : [];
  const rows: Row[] = [];
  let next = 0;
  for (let i = values + 1; i < tokens.length; i++) {
    if (tokens[i]?.text !== "(" || tokens[i]?.depth !== 0) continue;
    const cells = commas(inside(tokens, i), 1).map((part) => {
      const from = next;
      next += part.filter((t) => t.text === "?").length;
      return expression(at, part, null, from);
    });
    const names = listed.length > 0 ? listed : before.columns;
    rows.push(new Map(cells.map((cell, c) => [names[c] ?? `#${c}`, cell])));
  }
  const columns = before.columns.length > 0 ? before.columns : listed;
  keepTable(at.run, at.state, name, { columns, rows: [...before.rows, ...rows] });
}

/** A literal, a parameter, a column of the row, and such texts joined; else unknown. */
function expression(at: At, tokens: Tokens, row: Row | null, from: number): Value {
  const { run, state } = at;
  const joins = tokens.findIndex((t) => t.text === "||" && t.depth === tokens[0]?.depth);
  if (joins > 0) {
    const [left, right] = [expression(at, tokens.slice(0, joins), row, from), expression(at, tokens.slice(joins + 1), row, from + 1)];
    return binary(run, state, { operator: "+", left, right, inPlace: false });
  }
  const [token, named] = tokens;
  if (token?.kind === "string" && tokens.length === 1) return run.values.string(token.text);
  if (token?.kind === "number" && tokens.length === 1) return run.values.number(Number(token.text));
  if (token?.text === "?") return at.given(from) ?? run.values.unknown("local");
  if (token?.text === ":" && named !== undefined) return at.given(named.text) ?? run.values.unknown("local");
  const column = tokens.length === 3 && named?.text === "." ? tokens[2] : tokens.length === 1 || lower(named) === "as" ? token : undefined;
  const held = row === null || column === undefined ? undefined : row.get(lower(column));
  return held ?? (row === null ? run.values.unknown("local") : run.values.join([run.values.unknown("local"), ...row.values()]));
}

/** `SELECT v FROM word WHERE k = ? ORDER BY pos`. */
function selected(at: At, tokens: Tokens): void {
  const { run, state } = at;
  const from = indexOf(tokens, "from");
  const list = commas(tokens.slice(1, from < 0 ? tokens.length : from), 0);
  const table = from < 0 ? { columns: [], rows: [new Map()] } : tableOf(state, lower(tokens[from + 1]));
  if (table === null) {
    if (rememberedVariable(state, READ) !== undefined) setVariable(state, READ, run.values.none);
    return;
  }
  const chosen = ordered(
    at,
    tokens,
    table.rows.filter((row) => holds(at, tokens, row) !== false),
  );
  const all = list.length === 1 && list[0]?.[0]?.text === "*";
  const cells = (row: Row): Value[] => (all ? [...row.values()] : list.map((part) => expression(at, part, row, 0)));
  const rows = chosen.map((row) => listValue(run, state, cells(row), "tuple"));
  const inMemory = from < 0 || rememberedVariable(state, MEMORY) !== undefined;
  const others = run.values.unknown("file", { path: "rows[]" });
  if (rows.length === 0 && !inMemory) setVariable(state, READ, run.values.none);
  else setVariable(state, READ, inMemory ? listValue(run, state, rows) : someList(run, state, run.values.join([...rows, others])));
}

/** Whether the condition holds for a row; null when that is not known. */
function holds(at: At, tokens: Tokens, row: Row): boolean | null {
  const where = indexOf(tokens, "where");
  if (where < 0) return true;
  const end = tokens.findIndex((t, i) => i > where && t.depth === 0 && /^(order|group|limit)$/.test(lower(t)));
  const condition = tokens.slice(where + 1, end < 0 ? tokens.length : end);
  if (condition.some((t) => /^(or|not|in|like|between)$/.test(lower(t)))) return null;
  let next = 0;
  let known: boolean | null = true;
  for (const part of splitAnd(condition)) {
    const equals = part.findIndex((t) => t.text === "=" || t.text === "==");
    if (equals < 0) return null;
    const left = expression(at, part.slice(0, equals), row, next);
    const right = expression(at, part.slice(equals + 1), row, next);
    next += part.filter((t) => t.text === "?").length;
    if (left.k !== "const" || right.k !== "const") known = null;
    else if (left.value !== right.value) return false;
  }
  return known;
}

function splitAnd(tokens: Tokens): Tokens[] {
  const out: SqlToken[][] = [[]];
  for (const token of tokens) {
    if (lower(token) === "and") out.push([]);
    else out.at(-1)?.push(token);
  }
  return out;
}

function ordered({ run, state }: At, tokens: Tokens, rows: readonly Row[]): readonly Row[] {
  const by = indexOf(tokens, "order");
  const column = lower(tokens[by + 2]);
  const keys = rows.map((row) => row.get(column));
  if (by < 0 || keys.some((key) => key?.k !== "const")) return rows;
  const pairs = new Map(keys.map((key, i) => [key as Value, rows[i] as Row]));
  const order = pairs.size === rows.length ? sorted(run, state, [...pairs.keys()], { key: undefined, reverse: undefined }) : null;
  const found = order?.map((key) => pairs.get(key) as Row) ?? rows;
  return lower(tokens[by + 3]) === "desc" ? found.toReversed() : found;
}

/** `cursor.fetchone()`, `cursor.fetchall()`. */
const fetched: Builtin = (run, state, { callee }) => {
  const rows = readRows(state);
  if (rows === undefined) return undefined;
  if (!/\.(fetchone|first|one|one_or_none|scalar|scalar_one|fetchval)$/.test(callee.path)) return rows;
  const row = elementsOf(run, state, rows)?.[0] ?? someElement(run, state, rows);
  return /scalar|fetchval/.test(callee.path) ? (elementsOf(run, state, row)?.[0] ?? row) : row;
};

export const BUILTINS_ROWS: Readonly<Record<string, Builtin>> = {
  fetched_rows: fetched,
  /** `sqlite3.connect(":memory:")`. */
  database_opened: (_run, state, { args }) => {
    const [path] = args.positional;
    if (path !== undefined && isString(path) && /^(:memory:|)$|mode=memory/.test(path.value)) setVariable(state, MEMORY, path);
    return undefined;
  },
};
