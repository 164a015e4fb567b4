/** Evaluators for texts that hold tables and settings (CSV, INI, TOML, YAML, JSON), given as they are or in a file of the program's own. */

import type { Pure } from "../pure/pure-value.ts";
import { csvRecords, csvRows, iniSections, tomlData, yamlData } from "../pure/text-formats.ts";
import type { State } from "../state.ts";
import { isString, mergeLabels, type Value } from "../values.ts";
import { getAttr } from "./attributes.ts";
import type { Builtin } from "./builtin.ts";
import { type CallArgs, withArgs } from "./call-args.ts";
import { writtenContent } from "./file-handles.ts";
import { isHolder } from "./holders.ts";
import { elementsOf } from "./iterate.ts";
import { deepLabels } from "./labels.ts";
import { fromPure } from "./purity.ts";
import { newAddr, type Run } from "./run.ts";

/** The text that a reader is given: itself, what a buffer or an own file holds, lines. */
function textOf(run: Run, state: State, given: Value | undefined): string | undefined {
  if (given === undefined) return undefined;
  const held = given.k === "api" ? writtenContent(run, state, given) : given;
  if (isString(held)) return held.type === "bytes" ? Buffer.from(held.value, "latin1").toString("utf8") : held.value;
  if (held.k !== "ref") return undefined;
  if (isHolder(state, held.addr)) {
    const { rest } = state.read(held.addr);
    return rest !== null && isString(rest) ? String(rest.value) : undefined;
  }
  const lines = elementsOf(run, state, held);
  return lines?.every(isString) === true
    ? lines.map((line) => String((line as { value: unknown }).value).replace(/\n$/, "")).join("\n")
    : undefined;
}

/** A reader that gives data; what is not known is left to the model. */
const parsed =
  (read: (text: string, args: CallArgs) => Pure | undefined): Builtin =>
  (run, state, { args }) => {
    const [source] = args.positional;
    const text = textOf(run, state, source);
    const data = text === undefined ? undefined : read(text, args);
    if (data === undefined || source === undefined) return undefined;
    return fromPure(run, state, data, mergeLabels(deepLabels(state, source).filter((l) => !l.startsWith("type:"))));
  };

const delimiterOf = (args: CallArgs): string => {
  const given = args.keywords.get("delimiter");
  return given !== undefined && isString(given) ? given.value : ",";
};

const csvRecord = (text: string, args: CallArgs): Pure | undefined => {
  const rows = csvRows(text, delimiterOf(args));
  return rows === undefined || args.keywords.has("fieldnames") || args.positional.length > 1 ? undefined : csvRecords(rows);
};

/** `json.load(file)` of a file that the program wrote. */
const jsonLoad: Builtin = (run, state, { args }) => {
  const [file, ...others] = args.positional;
  const text = textOf(run, state, file);
  return text === undefined
    ? undefined
    : run.call(state, run.values.api("json.loads"), { ...args, positional: [run.values.string(text), ...others] });
};

/** `json.dump(data, file)`, `yaml.dump(data, file)`. */
const jsonDump: Builtin = (run, state, { args }) => {
  const [data, file = args.keywords.get("stream") ?? args.keywords.get("fp")] = args.positional;
  if (data === undefined) return undefined;
  const text = run.call(state, run.values.api("json.dumps"), withArgs(data));
  // JSON is YAML as well.
  if (file === undefined || (file.k === "const" && file.type === "null")) return text;
  if (text !== null) run.call(state, getAttr(run, state, file, "write"), withArgs(text));
  return run.values.none;
};

/** `urlparse(text)`: its parts. */
const urlParts: Builtin = (run, state, { args }) => {
  const [text] = args.positional;
  const match =
    text !== undefined && isString(text) ? /^(?:([\w+.-]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(text.value) : null;
  if (match === null) return undefined;
  const [, scheme = "", netloc = "", path = "", query = "", fragment = ""] = match;
  const host = netloc.replace(/^.*@/, "");
  const parts = { scheme, netloc, path, params: "", query, fragment, hostname: host.replace(/:\d+$/, "").toLowerCase() };
  const addr = newAddr(run);
  state.add(addr, { type: "instance", name: "ParseResult" });
  for (const [name, part] of Object.entries(parts)) state.setProp(addr, `s:${name}`, run.values.string(part, text?.labels ?? []));
  state.setProp(addr, "s:geturl", run.values.partial(run.values.api("identity()"), [text as Value]));
  return run.values.ref(addr);
};

export const BUILTINS_TEXTS: Readonly<Record<string, Builtin>> = {
  csv_rows: parsed((text, args) => csvRows(text, delimiterOf(args))),
  csv_records: parsed(csvRecord),
  ini_text: parsed(iniSections),
  toml_text: parsed(tomlData),
  yaml_text: parsed(yamlData),
  json_load: jsonLoad,
  json_dump: jsonDump,
  url_parts: urlParts,
};
