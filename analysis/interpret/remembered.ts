/** What the program itself wrote into files and environment variables, and reads, runs or imports later. */
import type { State } from "../state.ts";
import { normalisePath } from "../targets.ts";
import { type Addr, type Hole, isString, partsOf, STRING_LIMIT, type Value } from "../values.ts";
import { emit } from "./effect-sink.ts";
import { reportPipeline } from "./pipelines.ts";
import { inJs, type Run } from "./run.ts";
import { reportUncheckedVariable } from "./unverified.ts";

/** Heap objects that hold texts by path and by name. */
const FILES: Addr = 1;
const VARIABLES: Addr = 2;
/** What the options of the program's command line are when nobody gives them. */
export const OPTIONS: Addr = 3;
export const optionNamed = (state: State, name: string): Value | undefined => state.read(OPTIONS).props.get(`s:${name}`);
/** Who listens for which event. */
export const LISTENERS: Addr = 4;
/** The first address of the program's own objects; 0 holds what it patched. */
export const FIRST_ADDR: Addr = 5;

const nameOf = (path: Value): string | null => {
  const parts = partsOf(path);
  if (!(isString(path) || path.k === "str") || parts.some((p) => typeof p !== "string" && p.path !== "{tmp}" && p.path !== "{home}"))
    return null;
  const text = parts.map((p) => (typeof p === "string" ? p : p.path)).join("");
  return text.length === 0 || text.length > 400 ? null : normalisePath(text);
};

/** A hole that is called something is the same wherever it stands: `jobs/${id}.js` that is written is the one that is started. */
const holeWord = (hole: Hole): string =>
  hole.path === "{tmp}" || hole.path === "{home}" ? hole.path : `{${(hole.path ?? "?").replace(/[^\w.]/g, "_")}}`;

/** Label of the text of the program itself, wherever it is read or kept. */
export const OWN_CODE = "own.code";
/** What the program is called by those that run it, and by its own command line. */
const OWN_NAMES = ["program.py", "program.js", "program.ts", "{sys.argv_0_}", "{process.argv_1_}"];

/** `open(__file__).read()`, `shutil.copy(sys.argv[0], to)`. */
export function keepOwnSource(run: Run, state: State): void {
  const own = run.values.unknown("file", { path: "own source", labels: ["file", OWN_CODE] });
  for (const name of OWN_NAMES) state.setProp(FILES, name, own);
}

/** The name of a file that the program makes of what it is given. */
function fileName(path: Value): string | null {
  if (!(isString(path) || path.k === "str" || path.k === "unknown")) return null;
  const parts = partsOf(path);
  if (parts.some((p) => typeof p !== "string" && (p.path === null || p.path.includes("[]")))) return null;
  const text = parts.map((p) => (typeof p === "string" ? p : holeWord(p))).join("");
  return text.length === 0 || text.length > 400 ? null : normalisePath(text);
}

/** Writes or appends; a path that is not known is not remembered. */
export function rememberFile(run: Run, state: State, file: { path: Value; content: Value; append: boolean; api?: string }): void {
  if (file.path.k === "union") {
    // Whichever it is.
    for (const path of file.path.of) rememberFile(run, state, { ...file, path });
    return;
  }
  reportPipeline(run, state, file);
  const name = fileName(file.path);
  if (name === null) return;
  const before = file.append ? state.read(FILES).props.get(name) : undefined;
  state.setProp(FILES, name, before === undefined ? file.content : followedBy(run, before, file.content));
}

function followedBy(run: Run, before: Value, added: Value): Value {
  if (before.k === "union") return run.values.join(before.of.map((member) => followedBy(run, member, added)));
  if (isString(before) && before.value === "") return added;
  const texts = [before, added];
  const parts = texts.flatMap((v) => [...partsOf(v)]);
  const size = parts.reduce((sum, p) => sum + (typeof p === "string" ? p.length : 1), 0);
  return size > STRING_LIMIT ? run.values.unknown("budget") : run.values.template(parts, [...new Set(texts.flatMap((v) => [...v.labels]))]);
}

/** Marks the names of links among the names of files. */
const LINK = "-> ";

/** `os.symlink(target, link)`: from now on the link is the target; one that is not absolute starts where the link is. */
export function rememberLink(run: Run, state: State, link: { target: Value; path: Value }): void {
  const name = nameOf(link.path);
  if (name === null || nameOf(link.target) === null) return;
  const first = partsOf(link.target)[0];
  const absolute = typeof first !== "string" || /^([/~]|[A-Za-z]:)/.test(first);
  const directory = name.includes("/") ? name.slice(0, name.lastIndexOf("/") + 1) : "";
  const target = absolute ? link.target : run.values.template([directory, ...partsOf(link.target)]);
  state.setProp(FILES, LINK + name, target);
}

/** What a path stands for when it is a link of the program's own, or leads through one. */
export function throughLinks(run: Run, state: State, path: Value): Value {
  if (state.get(FILES) === undefined) return path;
  const links = state.read(FILES).props;
  const name = nameOf(path);
  if (name === null) return path;
  for (let cut = name.length; cut > 0; cut = name.lastIndexOf("/", cut - 1)) {
    const target = links.get(LINK + name.slice(0, cut));
    if (target !== undefined) return run.values.template([...partsOf(target), name.slice(cut)], path.labels);
  }
  return path;
}

/** What the program wrote there, or undefined. */
export function rememberedFile(state: State, path: Value): Value | undefined {
  if (state.get(FILES) === undefined) return undefined;
  if (path.k === "union") return path.of.map((member) => rememberedFile(state, member)).find((content) => content !== undefined);
  const name = fileName(path);
  return name === null ? undefined : state.read(FILES).props.get(name);
}

/** A text with the words that holes have in names of files. */
export const namedText = (text: Value): string =>
  partsOf(text)
    .map((p) => (typeof p === "string" ? p : holeWord(p)))
    .join("");

/** A program that starts itself starts no copy: what it is there is known as itself. */
export function rememberedPath(run: Run, state: State, path: string): Value | undefined {
  const content = state.get(FILES) === undefined ? undefined : rememberedFile(state, run.values.string(path));
  return content?.labels.includes(OWN_CODE) === true && OWN_NAMES.includes(normalisePath(path)) ? undefined : content;
}

export function rememberVariable(run: Run, state: State, variable: { name: string; value: Value; api: string }): void {
  const { name, value, api } = variable;
  if (inJs(run)) reportUncheckedVariable(run, state, variable);
  emit(run, state, { kind: "env.write", target: name, classes: [], args: {}, labels: value.labels, basis: "api", api });
  if (name !== "{?}") setVariable(state, name, value);
}

export const setVariable = (state: State, name: string, value: Value): void => state.setProp(VARIABLES, name, value);

export const rememberedVariable = (state: State, name: string): Value | undefined =>
  state.get(VARIABLES) === undefined ? undefined : state.read(VARIABLES).props.get(name);

/** `run(line, env={...})`: set for what is started. */
export function withVariables(state: State, from: Addr, start: () => void): void {
  const set = [...state.read(from).props].flatMap(([key, value]) => (key.startsWith("s:") ? [[key.slice(2), value] as const] : []));
  const before = set.map(([name]) => [name, rememberedVariable(state, name)] as const);
  for (const [name, value] of set) setVariable(state, name, value);
  start();
  for (const [name, value] of before)
    if (value !== undefined) setVariable(state, name, value);
    else state.write(VARIABLES).props.delete(name);
}

/** Where the program went: no variable has this name. */
const PLACE = "#place";

/** A directory from which paths are read from now on; one that is not known is as good as the workspace. */
export function rememberPlace(run: Run, state: State, place: Value): void {
  if (nameOf(place) !== null) state.setProp(VARIABLES, PLACE, fromPlace(run, state, place));
}

/** A relative path, read from where the program went. */
export function fromPlace(run: Run, state: State, path: Value): Value {
  const place = state.get(VARIABLES) === undefined ? undefined : state.read(VARIABLES).props.get(PLACE);
  return place === undefined || !(isString(path) || path.k === "str") || !isRelative(path)
    ? path
    : run.values.template([...partsOf(place), "/", ...partsOf(path)], path.labels);
}

function isRelative(path: Value): boolean {
  const [first] = partsOf(path);
  return typeof first === "string" && !/^([/~]|[A-Za-z]:[\\/])/.test(first);
}

/** The `cd` that a command line is to be read behind: to where the program went, and to where the command is started. */
export function placePrefix(run: Run, state: State, start: Value | undefined): string {
  const place = state.get(VARIABLES) === undefined ? undefined : state.read(VARIABLES).props.get(PLACE);
  const from = start === undefined || nameOf(start) === null ? place : fromPlace(run, state, start);
  return from === undefined ? "" : `cd ${partsOf(from).map(placeWord).join("")}; `;
}

const placeWord = (part: string | Hole): string =>
  typeof part === "string" ? `'${part.replaceAll("'", "")}'` : part.path === "{tmp}" ? "/tmp" : "$HOME";

/** Assignments of the variables that a shell line reads and the program has set, for that line to be read with. */
export function shellPrefix(state: State, line: string): string {
  if (state.get(VARIABLES) === undefined || !line.includes("$")) return "";
  const read = [...line.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map((m) => m[1] as string);
  return [...new Set(read)]
    .map((name) => [name, state.read(VARIABLES).props.get(name)] as const)
    .flatMap(([name, value]) => (value !== undefined && isString(value) ? [`${name}='${value.value.replaceAll("'", "'\\''")}'; `] : []))
    .join("");
}
