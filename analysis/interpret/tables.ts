/** Tables of constants: `pd.DataFrame({"path": [...]})` becomes columns by their names, which `written-tables.ts` walks through. */
import type { Label } from "../effects.ts";
import type { State } from "../state.ts";
import { isString, mergeLabels, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import type { CallArgs } from "./call-args.ts";
import { listValue, someList } from "./containers.ts";
import { isHolder } from "./holders.ts";
import { elementsOf } from "./iterate.ts";
import { deepLabels } from "./labels.ts";
import { newAddr, type Run } from "./run.ts";
import { decideTruth } from "./truth.ts";

/** A larger table is data, not a list of what is to be done. */
const MOST_CELLS = 400;

type Columns = Map<string, Value[]>;

const isCell = (value: Value): boolean => value.k === "const" || value.k === "str";

/** The cells of one column or row; null: some of them are not known. */
function cells(run: Run, state: State, value: Value): readonly Value[] | null {
  if (value.k !== "ref") return null;
  const object = state.read(value.addr);
  if (object.type === "dict") return object.rest === null ? [...object.props.values()] : null;
  if (object.type === "instance") {
    const held = object.props.get("s:held");
    return held === undefined ? null : cells(run, state, held);
  }
  const items = elementsOf(run, state, value);
  return items?.every(isCell) === true ? items : null;
}

/** `{"a": [...], "b": [...]}`; a single cell stands in every row. */
function ofColumns(run: Run, state: State, entries: ReadonlyMap<string, Value>): Columns | null {
  const lists = [...entries].map(([key, value]) => [key.slice(2), isCell(value) ? value : cells(run, state, value)] as const);
  const height = Math.max(1, ...lists.map(([, list]) => (Array.isArray(list) ? list.length : 1)));
  const out: Columns = new Map();
  for (const [name, list] of lists) {
    if (list === null) return null;
    out.set(name, Array.isArray(list) ? [...list] : Array<Value>(height).fill(list as Value));
  }
  return out;
}

/** `[{"a": 1}, {"a": 2}]`, `[[1, 2], [3, 4]]`, `["a", "b"]`. */
function ofRows(run: Run, state: State, rows: readonly Value[], names: readonly string[] | null): Columns | null {
  const out: Columns = new Map();
  const put = (name: string, value: Value): void => void out.set(name, [...(out.get(name) ?? []), value]);
  for (const row of rows) {
    if (isCell(row)) {
      put(names?.[0] ?? "0", row);
      continue;
    }
    const object = row.k === "ref" ? state.read(row.addr) : null;
    if (object?.type === "dict" && object.rest === null) {
      for (const [key, value] of object.props) {
        if (!isCell(value)) return null;
        put(key.slice(2), value);
      }
      continue;
    }
    const list = cells(run, state, row);
    if (list === null) return null;
    for (const [i, value] of list.entries()) put(names?.[i] ?? String(i), value);
  }
  return out;
}

function columnNames(run: Run, state: State, args: CallArgs): readonly string[] | null {
  const given = args.keywords.get("columns") ?? args.keywords.get("schema") ?? args.positional[2];
  const names = given === undefined || given.k !== "ref" ? null : elementsOf(run, state, given);
  return names?.every(isString) === true ? names.map((name) => String((name as { value: unknown }).value)) : null;
}

/** The columns as a value; null: too many, or none of them says anything. */
function columnsOf(run: Run, state: State, columns: Columns | null): Value | null {
  const all = columns === null ? [] : [...columns.values()].flat();
  if (columns === null || all.length > MOST_CELLS || !all.some((cell) => cell.k === "str" || isString(cell))) return null;
  const addr = newAddr(run);
  const object = state.add(addr, { type: "dict" });
  for (const [name, list] of columns) object.props.set(`s:${name}`, listValue(run, state, list));
  return run.values.ref(addr);
}

/** What a table or a column is made of, as columns by their names. */
export function tableOf(run: Run, state: State, args: CallArgs): Value | null {
  const data = args.positional[0] ?? args.keywords.get("data");
  if (data?.k !== "ref") return null;
  const object = state.read(data.addr);
  if (object.type === "dict" && object.rest === null && !isHolder(state, data.addr))
    return columnsOf(run, state, ofColumns(run, state, object.props));
  const rows = object.type === "list" || object.type === "tuple" ? elementsOf(run, state, data) : null;
  return rows === null ? null : columnsOf(run, state, ofRows(run, state, rows, columnNames(run, state, args)));
}

/** The only column of a `Series`. */
export function columnOf(run: Run, state: State, args: CallArgs): Value | null {
  const data = args.positional[0] ?? args.keywords.get("data") ?? args.keywords.get("values");
  const list = data === undefined ? null : cells(run, state, data);
  const known = list?.every(isCell) === true && list.length <= MOST_CELLS && list.some(isString);
  return known ? listValue(run, state, list) : null;
}

/** Names of columns in `["ssn", "dob"]`, `(slice, ["ssn"])`. */
function namesIn(run: Run, state: State, value: Value | undefined, depth = 0): readonly string[] {
  if (value === undefined) return [];
  if (isString(value)) return [String(value.value)];
  if (value.k !== "ref" || depth > 2) return [];
  const { type, props } = state.read(value.addr);
  if (type === "dict") return [...props.keys()].map((key) => key.slice(2));
  return (elementsOf(run, state, value) ?? []).flatMap((item) => namesIn(run, state, item, depth + 1));
}

/** What the columns that are asked for are called says how sensitive they are. */
export const columnLabels = (run: Run, state: State, value: Value | undefined): readonly Label[] =>
  mergeLabels(...namesIn(run, state, value).map((name) => run.sensitivity.ofName(name)));

/** `df.filter(items=["ssn"])`, `df.rename(columns={"ssn": "x"})`, `read_csv(path, usecols=["ssn"])`. */
const ASKING: ReadonlySet<string> = new Set(["filter", "select", "rename", "groupby", "get_column", "set_index", "reindex", "xs"]);
export function askedColumns(run: Run, state: State, name: string, args: CallArgs): readonly Label[] {
  if (!ASKING.has(name)) return NO_LABELS;
  const named = ["items", "columns", "by"].map((key) => args.keywords.get(key));
  return mergeLabels(...[...args.positional, ...named].map((value) => columnLabels(run, state, value)));
}
const NO_LABELS: readonly Label[] = [];

/** How many there are, and which are missing, says nothing about any of them. */
export const isCounted = (name: string): boolean => /^(nunique|count|isna|isnull|notna|notnull|duplicated|memory_usage|info)$/.test(name);

export const BUILTINS_TABLES: Readonly<Record<string, Builtin>> = {
  /** Those whose flag is set, when that is known of all; else any of them. */
  chosen: (run, state, { args }) => {
    const [list, flags] = args.positional;
    const items = list === undefined ? null : elementsOf(run, state, list);
    const kept = flags === undefined ? undefined : elementsOf(run, state, flags)?.map((flag) => decideTruth(run, state, flag));
    if (items === null || kept === undefined || kept.length !== items.length) return list;
    return listValue(
      run,
      state,
      items.filter((_item, i) => kept[i] !== false),
    );
  },
  column_named: (run, state, { args }) => {
    const [list, name] = args.positional;
    const labels = name !== undefined && isString(name) ? run.sensitivity.ofName(name.value) : NO_LABELS;
    const items = list === undefined || labels.length === 0 ? null : elementsOf(run, state, list);
    return items === null
      ? (list ?? someList(run, state, run.values.unknown("local")))
      : listValue(
          run,
          state,
          items.map((item) => run.values.label(item, labels)),
        );
  },
  table_like: (run, state, { args }) =>
    run.values.unknown("unmodelled", {
      path: "pandas.DataFrame()",
      labels: args.positional[0] === undefined ? NO_LABELS : deepLabels(state, args.positional[0]),
    }),
};
