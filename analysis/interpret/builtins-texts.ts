/** Evaluators for texts that hold tables and settings (CSV, INI, TOML, YAML, JSON), given as they are or in a file of the program's own. */

import { quotedWord } from "../pure/codecs.ts";
import type { Pure } from "../pure/pure-value.ts";
import { normalPath } from "../pure/python-texts.ts";
import { csvRecords, csvRows, iniSections, tomlData, yamlData } from "../pure/text-formats.ts";
import type { State } from "../state.ts";
import { type Hole, isString, mergeLabels, partsOf, type Value } from "../values.ts";
import { getAttr } from "./attributes.ts";
import type { Builtin } from "./builtin.ts";
import { type CallArgs, NO_ARGS, withArgs } from "./call-args.ts";
import { memberOf } from "./effect-conditions.ts";
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

/** Sections of an INI text, or the one that stands in for what the others do not say. */
function ofSections(text: string, { positional }: CallArgs, shared: boolean): Pure | undefined {
  const sections = iniSections(text);
  const name = positional[1] !== undefined && isString(positional[1]) ? positional[1].value : "DEFAULT";
  if (sections === undefined || shared) return sections === undefined ? undefined : (sections[name] ?? {});
  return Object.fromEntries(Object.entries(sections).filter(([each]) => each !== name));
}

/** What values name of each other: as deep as configparser goes (MAX_INTERPOLATION_DEPTH). */
const DEEPEST = 10;
const NAMED: Readonly<Record<string, RegExp>> = { "%": /%(?:(%)|\(([^)]+)\)s)/g, $: /\$(?:(\$)|\{(?:([^}:]+):)?([^}]+)\})/g };

/** `%(root)s/a` with what its section says of `root`; what is not said, or not known, is left as it stands. */
function filledIn(run: Run, state: State, { positional }: CallArgs, depth: number): Value | undefined {
  const [text, how, values, sections] = positional;
  const named = how !== undefined && isString(how) ? NAMED[how.value] : undefined;
  if (text === undefined || named === undefined || depth > DEEPEST || !(isString(text) || text.k === "str")) return text;
  const parts = partsOf(text).flatMap((part) => {
    if (typeof part !== "string") return [part];
    const found: (string | Hole)[] = [];
    let end = 0;
    for (const match of part.matchAll(named)) {
      const [whole, escaped] = match;
      const [section, name = ""] = match.length > 3 ? [match[2], match[3]] : [undefined, match[2]];
      const from = section === undefined || sections === undefined ? values : memberOf(state, sections, section);
      const held = from === undefined ? undefined : memberOf(state, from, name.toLowerCase());
      const filled =
        held === undefined ? undefined : filledIn(run, state, { ...NO_ARGS, positional: [held, ...positional.slice(1)] }, depth + 1);
      found.push(part.slice(end, match.index), ...(escaped !== undefined ? [escaped] : filled === undefined ? [whole] : partsOf(filled)));
      end = match.index + whole.length;
    }
    return [...found, part.slice(end)];
  });
  return run.values.template(parts, deepLabels(state, text));
}

export const BUILTINS_TEXTS: Readonly<Record<string, Builtin>> = {
  csv_rows: parsed((text, args) => csvRows(text, delimiterOf(args))),
  csv_records: parsed(csvRecord),
  ini_text: parsed((text, args) => ofSections(text, args, false)),
  ini_defaults: parsed((text, args) => ofSections(text, args, true)),
  ini_value: (run, state, { args }) => filledIn(run, state, args, 0),
  toml_text: parsed(tomlData),
  yaml_text: parsed(yamlData),
  json_load: jsonLoad,
  json_dump: jsonDump,
  url_parts: urlParts,
  /** `os.path.normpath(path)`: of what is not known, the path itself. */
  normal_path: (run, _state, { args: { positional } }) => {
    const [path] = positional;
    return isString(path) && path.type === "string" ? run.values.string(normalPath(path.value), path.labels) : path;
  },
  /** `shlex.quote(text)`: what is not known stands for itself. */
  shell_word: (run, _state, { args: { positional } }) => {
    const [word] = positional;
    return isString(word) && word.type === "string" ? run.values.string(quotedWord(word.value), word.labels) : word;
  },
};
