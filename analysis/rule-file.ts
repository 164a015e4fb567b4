/**
 * Rule files: YAML text that keeps its places, read node by node, so that whatever a reader does not expect is
 * refused with file, line, column and caret (INVARIANT 1: a rule that is not understood is never silently dropped).
 */
import { closest, distance } from "fastest-levenshtein";
import { isAlias, isMap, isPair, isScalar, isSeq, type Node, type ParsedNode, parseDocument } from "yaml";
import { LineIndex } from "./tree.ts";

export type RuleFile = { readonly path: string; readonly text: string };

/** 1-based place; `frame` is the source line with a caret under the place. */
export type RuleError = {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly frame: string;
};

/** A YAML document being read; reading functions add to `errors` instead of throwing. */
export type RuleReader = {
  readonly file: RuleFile;
  readonly root: YamlNode;
  readonly errors: RuleError[];
  readonly resolve: (node: YamlNode) => YamlNode;
};
export type YamlNode = ParsedNode | Node | null;
/** One `key: value`; `at` is the offset of the key. */
export type YamlEntry = { readonly at: number; readonly value: YamlNode };

/** An error at a character offset of the file. */
export function errorAt(file: RuleFile, offset: number, message: string): RuleError {
  const { line, column } = new LineIndex(file.text).position(Math.min(offset, file.text.length));
  const sourceLine = file.text.split(/\r\n|\r|\n/)[line - 1] ?? "";
  const indent = sourceLine.slice(0, column - 1).replace(/[^\t]/g, " ");
  return { path: file.path, line, column, message, frame: `  ${line} | ${sourceLine}\n  ${" ".repeat(String(line).length)} | ${indent}^` };
}

/** `file:line:column: message`, then the line and the caret. */
export function formatRuleError(error: RuleError): string {
  return `${error.path}:${error.line}:${error.column}: ${error.message}\n${error.frame}`;
}

/** Opens a rule file; a file that is not valid YAML has a null root and its errors. */
export function readRuleFile(file: RuleFile): RuleReader {
  const document = parseDocument(file.text, { prettyErrors: false });
  const errors = document.errors.map((error) => errorAt(file, error.pos[0], `not valid YAML: ${error.message}`));
  const resolve = (node: YamlNode): YamlNode => (isAlias(node) ? ((node.resolve(document) as YamlNode | undefined) ?? null) : node);
  const root = errors.length > 0 ? null : (document.contents as YamlNode);
  if (errors.length === 0 && root === null) errors.push(errorAt(file, 0, "the file holds no rules"));
  return { file, root, errors, resolve };
}

/** Where a node starts. */
export function offsetOf(node: YamlNode): number {
  return node?.range?.[0] ?? 0;
}

export function fail(reader: RuleReader, offset: number, message: string): void {
  reader.errors.push(errorAt(reader.file, offset, message));
}

/** The nearest known word, as the end of a message, when it is near enough to be a slip of the pen. */
export function suggestion(word: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const candidate = closest(word, known as string[]);
  return distance(word, candidate) <= Math.max(2, Math.floor(word.length / 3)) ? `; did you mean \`${candidate}\`?` : "";
}

/** Entries of a map whose keys must all be in `known` (any key when `known` is null). */
export function readMap(reader: RuleReader, node: YamlNode, what: string, known: readonly string[] | null): Map<string, YamlEntry> {
  const entries = new Map<string, YamlEntry>();
  const map = reader.resolve(node);
  if (!isMap(map)) {
    fail(reader, offsetOf(node), `${what} must be a map of keys and values`);
    return entries;
  }
  for (const pair of map.items) {
    if (!isPair(pair) || !isScalar(pair.key)) {
      fail(reader, offsetOf(map), `${what} has a key that is not plain text`);
      continue;
    }
    const key = String(pair.key.value);
    const at = offsetOf(pair.key as YamlNode);
    if (known !== null && !known.includes(key)) fail(reader, at, `unknown key \`${key}\` in ${what}${suggestion(key, known)}`);
    else entries.set(key, { at, value: pair.value as YamlNode });
  }
  return entries;
}

export function readList(reader: RuleReader, node: YamlNode, what: string): YamlNode[] {
  const list = reader.resolve(node);
  if (isSeq(list)) return list.items as YamlNode[];
  fail(reader, offsetOf(node), `${what} must be a list`);
  return [];
}

/** The text of a scalar; numbers and booleans are refused (quote them). */
export function readText(reader: RuleReader, node: YamlNode, what: string): string | null {
  const scalar = reader.resolve(node);
  if (isScalar(scalar) && typeof scalar.value === "string" && scalar.value.trim() !== "") return scalar.value;
  fail(reader, offsetOf(node), `${what} must be text`);
  return null;
}

export function readNumber(reader: RuleReader, node: YamlNode, what: string): number | null {
  const scalar = reader.resolve(node);
  if (isScalar(scalar) && typeof scalar.value === "number") return scalar.value;
  fail(reader, offsetOf(node), `${what} must be a number`);
  return null;
}

/** A list of texts, or one text. */
export function readTexts(reader: RuleReader, node: YamlNode, what: string): string[] {
  const value = reader.resolve(node);
  const items = isSeq(value) ? (value.items as YamlNode[]) : [value];
  return items.map((item) => readText(reader, item, `each entry of ${what}`)).filter((text) => text !== null);
}

/** The text under a key; null when the key is not there. */
export function textUnder(reader: RuleReader, entries: ReadonlyMap<string, YamlEntry>, key: string): string | null {
  const entry = entries.get(key);
  return entry === undefined ? null : readText(reader, entry.value, `\`${key}\``);
}

/** The text or texts under a key; none when the key is not there. */
export function textsUnder(reader: RuleReader, entries: ReadonlyMap<string, YamlEntry>, key: string): string[] {
  const entry = entries.get(key);
  return entry === undefined ? [] : readTexts(reader, entry.value, `\`${key}\``);
}

/** One of `allowed`. */
export function readChoice<T extends string>(reader: RuleReader, node: YamlNode, what: string, allowed: readonly T[]): T | null {
  const text = readText(reader, node, what);
  if (text === null) return null;
  if ((allowed as readonly string[]).includes(text)) return text as T;
  fail(reader, offsetOf(node), `${what} is \`${text}\`; allowed: ${allowed.join(", ")}`);
  return null;
}
