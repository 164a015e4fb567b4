/** What the program itself wrote into files and environment variables, and reads, runs or imports later. */
import type { State } from "../state.ts";
import { normalisePath } from "../targets.ts";
import { type Addr, isString, partsOf, STRING_LIMIT, type Value } from "../values.ts";
import { emit } from "./effect-sink.ts";
import type { Run } from "./run.ts";

/** Heap objects that hold texts by path and by name. */
const FILES: Addr = 1;
const VARIABLES: Addr = 2;
/** The first address of the program's own objects; 0 holds what it patched. */
export const FIRST_ADDR: Addr = 3;

const nameOf = (path: Value): string | null => {
  const parts = partsOf(path);
  if (!(isString(path) || path.k === "str") || parts.some((p) => typeof p !== "string" && p.path !== "{tmp}" && p.path !== "{home}"))
    return null;
  const text = parts.map((p) => (typeof p === "string" ? p : p.path)).join("");
  return text.length === 0 || text.length > 400 ? null : normalisePath(text);
};

/** Writes or appends; a path that is not known is not remembered. */
export function rememberFile(run: Run, state: State, file: { path: Value; content: Value; append: boolean }): void {
  const name = nameOf(file.path);
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

/** What the program wrote there, or undefined. */
export function rememberedFile(state: State, path: Value): Value | undefined {
  if (state.get(FILES) === undefined) return undefined;
  const name = nameOf(path);
  return name === null ? undefined : state.read(FILES).props.get(name);
}

export const rememberedPath = (run: Run, state: State, path: string): Value | undefined =>
  state.get(FILES) === undefined ? undefined : rememberedFile(state, run.values.string(path));

export function rememberVariable(run: Run, state: State, variable: { name: string; value: Value; api: string }): void {
  const { name, value, api } = variable;
  emit(run, state, { kind: "env.write", target: name, classes: [], args: {}, labels: value.labels, basis: "api", api });
  if (name !== "{?}") state.setProp(VARIABLES, name, value);
}

export const rememberedVariable = (state: State, name: string): Value | undefined =>
  state.get(VARIABLES) === undefined ? undefined : state.read(VARIABLES).props.get(name);

/** Assignments of the variables that a shell line reads and the program has set, for that line to be read with. */
export function shellPrefix(state: State, line: string): string {
  if (state.get(VARIABLES) === undefined || !line.includes("$")) return "";
  const read = [...line.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map((m) => m[1] as string);
  return [...new Set(read)]
    .map((name) => [name, state.read(VARIABLES).props.get(name)] as const)
    .flatMap(([name, value]) => (value !== undefined && isString(value) ? [`${name}='${value.value.replaceAll("'", "'\\''")}'; `] : []))
    .join("");
}
