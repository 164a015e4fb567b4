/** Open files remember which file they are, in a label that stays inside the interpreter; what is read is labelled as a file's. */
import type { Label, TargetClass } from "../effects.ts";
import type { State } from "../state.ts";
import { classifyPath, holdsSecrets, holeClasses } from "../targets.ts";
import { isNumber, isString, partsOf, type Value } from "../values.ts";
import { emit } from "./effect-sink.ts";
import { OWN_CODE, rememberedFile } from "./remembered.ts";
import type { Run } from "./run.ts";

const HANDLE = "type:file:";
/** An open file that the program found in a directory. */
export const FOUND = "type:found";
/** What a directory of the workspace lists. */
export const OWN = "type:own";
/** Files of a person or of the system: sending one is worth a question. */
const PRIVATE: ReadonlySet<string> = new Set(["path.home", "path.system_sensitive", "path.credentials"]);

export const isPrivate = (classes: readonly TargetClass[]): boolean => classes.some((c) => PRIVATE.has(c));
/** Names of files that a search for secrets printed. */
export const LEADS_TO_SECRETS = "found.secrets";

export function handleLabels(path: Value): readonly Label[] {
  if (path.k === "union") return path.of.map(handleLabels).find((l) => l.includes(FOUND)) ?? [];
  const parts = partsOf(path);
  if (parts.some((p) => typeof p !== "string" && p.cause === "file" && !p.labels.includes(OWN))) return [FOUND];
  if (path.k === "unknown" && /^(sys\.argv\[0\]|process\.argv\[1\])$/.test(path.path ?? "")) return [`${HANDLE}./program.py`];
  if (path.k !== "const" && path.k !== "str") return [];
  if (parts.some((p) => typeof p !== "string" && p.path !== "{tmp}" && p.path !== "{home}")) return [];
  const text = parts.map((p) => (typeof p === "string" ? p : p.path)).join("");
  return text.length > 0 && text.length < 300 ? [`${HANDLE}${text}`] : [];
}

/** The path of an open file, from the labels of its methods. */
export function handlePath(run: Run, labels: readonly Label[]): Value | null {
  const label = labels.find((l) => l.startsWith(HANDLE));
  return label === undefined ? null : run.values.string(label.slice(HANDLE.length));
}

/** A file that the program wrote, by its path or open, is what was written into it. */
export function writtenContent(run: Run, state: State, file: Value): Value {
  const path = file.k === "api" ? handlePath(run, file.labels) : file;
  return (path === null ? undefined : rememberedFile(state, path)) ?? file;
}

/** Files that say what a project is called, in what version and how it is built: they are its own, as its code is. */
const MANIFEST =
  /^(\.{1,2}\/)*(([\w-]+\/)*(package|package-lock|composer|lerna|nx|turbo|deno|jsr|tsconfig[\w.-]*|jsconfig|manifest|version)\.jsonc?|(Cargo|pyproject)\.toml|setup\.cfg|go\.mod|VERSION(\.txt)?|\.nvmrc|\.node-version|\.python-version)$/;
export const isManifest = (path: string): boolean => MANIFEST.test(path);

export const contentLabels = (path: Value): readonly Label[] => (isPrivateFile(path) ? ["file", "file.private"] : ["file"]);
const isPrivateFile = (path: Value): boolean =>
  path.labels.includes(LEADS_TO_SECRETS) ||
  (path.k === "union" ? path.of.some(isPrivateFile) : isPrivate(classifyPath(path)) || holdsSecrets(textWithHoles(path)));
const textWithHoles = (path: Value): string =>
  partsOf(path)
    .map((part) => (typeof part === "string" ? part : "{?}"))
    .join("");

/** Text from the network that was saved becomes a program. */
export function makeExecutable(run: Run, state: State, file: { path: Value; mode: Value; api: string }): void {
  const mode = modeBits(file.mode);
  if (((mode ?? bitsSetIn(file.mode)) & 0o6000) !== 0) setsUser(run, state, file);
  const content = rememberedFile(state, file.path);
  if (content === undefined || !isFetched(content)) return;
  if (mode !== null && (mode & 0o111) === 0) return;
  const target = textWithHoles(file.path);
  emit(run, state, {
    kind: "fs.write",
    target,
    classes: classifyPath(file.path),
    args: { executable: true },
    labels: ["fetched"],
    basis: "api",
    api: file.api,
  });
}

/** `0o4755`, `"4755"`. */
function modeBits(mode: Value): number | null {
  if (isNumber(mode)) return Number(mode.value);
  return isString(mode) && /^[0-7]{3,5}$/.test(String(mode.value)) ? Number.parseInt(String(mode.value), 8) : null;
}

/** `mode | 0o4000`: what is certainly set. */
const bitsSetIn = (mode: Value): number => (mode.k === "unknown" && mode.derived?.op === "|" ? (mode.derived.amount ?? 0) : 0);

/** Who starts such a program gets the rights of the one whose it is. */
function setsUser(run: Run, state: State, file: { path: Value; api: string }): void {
  const target = textWithHoles(file.path);
  const facts = { classes: classifyPath(file.path), args: { setuid: true }, labels: [] };
  emit(run, state, { kind: "fs.write", target, ...facts, basis: "api", api: file.api });
}

/** What came over the network is run as a program. */
export function remoteCode(run: Run, state: State, found: { target: string; api: string; labels?: readonly Label[] }): void {
  const { target, api, labels = [] } = found;
  emit(run, state, { kind: "code.eval", target, classes: ["unknown.network"], args: {}, labels, basis: "api", api });
}

/** A copy of the program itself, or what somebody says to it, in a request or as what a function is given, was saved and is run. */
export function toldCode(run: Run, state: State, content: Value, found: { target: string; api: string; labels: readonly Label[] }): void {
  if (content.labels.includes(OWN_CODE))
    emit(run, state, { kind: "process.spawn", ...found, classes: [], args: { replicates: true }, basis: "api" });
  const told = content.k === "unknown" && (content.cause === "input" || content.cause === "parameter");
  if (!told && !partsOf(content).some((p) => typeof p !== "string" && p.cause === "request")) return;
  emit(run, state, { kind: "code.eval", ...found, classes: holeClasses(content), args: {}, basis: "api" });
}

/** What came over the network, or what somebody sent to a server of the program. */
export const isForeign = (content: Value): boolean =>
  isFetched(content) ||
  (content.k === "union" ? content.of.some(isForeign) : content.k === "unknown" && content.cause === "request") ||
  (content.k === "str" && content.parts.some((p) => typeof p !== "string" && p.cause === "request"));

export function isFetched(content: Value): boolean {
  if (content.k === "union") return content.of.some(isFetched);
  if (content.k === "unknown") return content.cause === "network";
  return content.k === "str" && content.parts.some((p) => typeof p !== "string" && p.cause === "network");
}
