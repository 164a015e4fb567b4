/** Parts of Python's libraries that are written down in Python. What they do happens where the program calls them. */
import { displayName } from "../ir.ts";
import type { State } from "../state.ts";
import { isNumber, isString, type Value } from "../values.ts";
import { ADDRESSES } from "../written/addresses.ts";
import { BYTE_ARRAYS } from "../written/byte-arrays.ts";
import { IMPORTS } from "../written/imports.ts";
import { MARKUP } from "../written/markup.ts";
import { NUMBERS } from "../written/numbers.ts";
import { PLUMBUM, SH } from "../written/programs.ts";
import { WRITTEN_PYTHON as LIBRARIES } from "../written/python.ts";
import { TABLES } from "../written/tables.ts";
import type { Builtin } from "./builtin.ts";
import { withArgs } from "./call-args.ts";
import { isHolder } from "./holders.ts";
import { someElement } from "./iterate.ts";
import { loadWritten } from "./load-written.ts";
import { inJs, modelsOf, type Run } from "./run.ts";
import { columnOf, tableOf } from "./tables.ts";

const WRITTEN_PYTHON: Readonly<Record<string, string>> = {
  ...LIBRARIES,
  tables: TABLES,
  ipaddress: ADDRESSES,
  importlib: IMPORTS,
  meta_path: IMPORTS,
  byte_arrays: BYTE_ARRAYS,
  markup: MARKUP,
  numbers: NUMBERS,
  plumbum: PLUMBUM,
  sh: SH,
};

/** What is written down under the last part of the path. */
export function writtenPython(run: Run, state: State, path: string): Value | undefined {
  const names = path.split(".");
  const module = names.find((name) => Object.hasOwn(WRITTEN_PYTHON, name));
  const source = module === undefined ? undefined : WRITTEN_PYTHON[module];
  const frame = source === undefined ? null : loadWritten(run, state, { source, language: "python" });
  return frame === null ? undefined : state.read(frame).props.get(names.at(-1) ?? "");
}

/** Classes that are written here only for those that derive from them. */
const BASES: Readonly<Record<string, string>> = {
  "threading.Thread": "threading.Thread",
  "multiprocessing.Process": "threading.Thread",
  "multiprocessing.context.Process": "threading.Thread",
  "html.parser.HTMLParser": "markup.HTMLParser",
};

/** A class that a class of the program's own derives from, when it is written here. */
export function writtenBase(run: Run, state: State, base: Value): Value {
  if (base.k !== "api" || inJs(run)) return base;
  const path = Object.hasOwn(BASES, base.path) ? BASES[base.path] : modelsOf(run).api(base.path)?.builtin === "written" ? base.path : "";
  const found = path === "" || path === undefined ? undefined : writtenPython(run, state, path);
  return found?.k === "ref" ? found : base;
}

/** An address of version 4, or a network of a few. */
function isFewAddresses(text: string): boolean {
  const found = /^(\d{1,3}\.){3}\d{1,3}(\/(\d{1,2}))?$/.exec(text);
  return found !== null && Number(found[3] ?? 32) >= SHORTEST_PREFIX;
}
/** 32 addresses. */
const SHORTEST_PREFIX = 27;

/** Calls what is written under the last part of the path, in the text that is named like its library or like its class. */
export const BUILTINS_WRITTEN: Readonly<Record<string, Builtin>> = {
  is_function: (run, _state, { args }) => run.values.bool(args.positional[0]?.k === "closure"),
  /** What the first parameter of a function is said to be. */
  asked_kind: (run, _state, { args }) => {
    const [fn] = args.positional;
    const params = fn?.k === "closure" ? (run.units[fn.module]?.ir.get(fn.fn).params ?? []) : [];
    const kind = params.find((param) => param.type !== "" && !/^self$/.test(displayName(param.name)))?.type ?? "";
    return /^(str|bytes|int|float|bool|list|tuple|dict|set)$/.test(kind)
      ? run.values.api(`builtins.${kind}`)
      : run.values.api("builtins.object");
  },
  any_of: (run, state, { args }) => (args.positional[0] === undefined ? undefined : someElement(run, state, args.positional[0])),
  /** `pd.DataFrame(rows)` of constants. */
  table: (run, state, { args }) => {
    const columns = tableOf(run, state, args);
    const made = columns === null ? undefined : writtenPython(run, state, "tables.Table");
    return columns === null || made === undefined ? undefined : run.call(state, made, withArgs(columns));
  },
  column: (run, state, { args }) => {
    const held = columnOf(run, state, args);
    const made = held === null ? undefined : writtenPython(run, state, "tables.Column");
    return held === null || made === undefined ? undefined : run.call(state, made, withArgs(held));
  },
  /** `pd.read_csv(io.StringIO(text))`. */
  table_of_text: (run, state, { args }) => {
    const [source] = args.positional;
    const text = source?.k === "ref" && isHolder(state, source.addr) ? state.read(source.addr).rest : null;
    if (text === null || !isString(text)) return undefined;
    const rows = run.call(state, run.values.api("csv.DictReader"), withArgs(source as Value));
    const columns = rows === null ? null : tableOf(run, state, withArgs(rows));
    const made = columns === null ? undefined : writtenPython(run, state, "tables.Table");
    return columns === null || made === undefined ? undefined : run.call(state, made, withArgs(columns));
  },
  /** `ip_network("10.0.0.0/30")`: what the program says itself, when its addresses are few enough to be followed one by one. */
  address: (run, state, { callee, args }) => {
    const [given] = args.positional;
    if (given?.k !== "const" || !(isNumber(given) || (isString(given) && isFewAddresses(given.value)))) return undefined;
    const made = writtenPython(run, state, callee.path);
    return made === undefined ? undefined : run.call(state, made, args);
  },
  identity_key: (run) => run.values.api("identity()"),
  written: (run, state, { callee, args }) => {
    const found = writtenPython(run, state, callee.path);
    return found === undefined ? undefined : run.call(state, found, { ...args, receiver: null });
  },
};
