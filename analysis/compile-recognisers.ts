/** Recogniser files (rules/sensitivity) to compiled recognisers; anything not understood is an error with its place. */
import { LITERAL_CHECKS } from "./literal-checks.ts";
import {
  fail,
  offsetOf,
  type RuleError,
  type RuleFile,
  type RuleReader,
  readChoice,
  readList,
  readMap,
  readNumber,
  readRuleFile,
  readText,
  readTexts,
  suggestion,
  type YamlEntry,
  type YamlNode,
} from "./rule-file.ts";
import {
  FRAMEWORKS,
  type LabelRule,
  type LiteralRule,
  linearPattern,
  type NamePhrase,
  nameWords,
  type Recognisers,
  SENSITIVITY_ACTIONS,
  SEVERITIES,
  type SensitivityAction,
  SINKS,
  type Sink,
} from "./sensitivity.ts";

export type CompiledRecognisers =
  | { readonly ok: true; readonly recognisers: Recognisers }
  | { readonly ok: false; readonly errors: readonly RuleError[] };

type Draft = {
  readonly labels: Map<string, LabelRule>;
  readonly phrases: Map<string, NamePhrase[]>;
  readonly literals: LiteralRule[];
  readonly harmless: { anywhere: Set<string>; first: Set<string>; end: Set<string> };
};
type Entries = ReadonlyMap<string, YamlEntry>;

export function compileRecognisers(files: readonly RuleFile[]): CompiledRecognisers {
  const draft: Draft = {
    labels: new Map(),
    phrases: new Map(),
    literals: [],
    harmless: { anywhere: new Set(), first: new Set(), end: new Set() },
  };
  const readers = files.map(readRuleFile);
  const sections = readers.map((reader) =>
    reader.root === null ? null : readMap(reader, reader.root, "the file", ["labels", "names", "harmless", "literals"]),
  );
  // Labels first: the other sections of any file may use them.
  for (const [i, reader] of readers.entries())
    eachOf(reader, sections[i]?.get("labels"), "labels", (item) => readLabel(reader, item, draft));
  for (const [i, reader] of readers.entries()) {
    eachOf(reader, sections[i]?.get("names"), "names", (item) => readNames(reader, item, draft));
    eachOf(reader, sections[i]?.get("literals"), "literals", (item) => readLiteral(reader, item, draft));
    const harmless = sections[i]?.get("harmless");
    if (harmless !== undefined) readHarmless(reader, harmless.value, draft);
  }
  const errors = readers.flatMap((reader) => reader.errors);
  if (errors.length === 0 && (draft.literals.length === 0 || draft.phrases.size === 0)) {
    const message = "no recognisers: there must be names and literals";
    errors.push({ path: files[0]?.path ?? "rules/sensitivity", line: 1, column: 1, message, frame: "" });
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, recognisers: draft };
}

function eachOf(reader: RuleReader, entry: YamlEntry | undefined, what: string, read: (item: YamlNode) => void): void {
  if (entry === undefined) return;
  for (const item of readList(reader, entry.value, `\`${what}\``)) read(item);
}

/** The value of a key that must be there. */
function required(reader: RuleReader, entries: Entries, node: YamlNode, key: string): YamlNode | undefined {
  const entry = entries.get(key);
  if (entry === undefined) fail(reader, offsetOf(node), `\`${key}\` is missing`);
  return entry?.value;
}

const LABEL_KEYS = ["id", "title", "classification", "frameworks", "severity", "actions", "anywhere", "references"];

function readLabel(reader: RuleReader, node: YamlNode, draft: Draft): void {
  const entries = readMap(reader, node, "a label", LABEL_KEYS);
  const text = (key: string) => readIf(required(reader, entries, node, key), (value) => readText(reader, value, `\`${key}\``));
  const id = text("id");
  const title = text("title");
  const severity = readIf(required(reader, entries, node, "severity"), (value) => readChoice(reader, value, "`severity`", SEVERITIES));
  const actions = readIf(required(reader, entries, node, "actions"), (value) => readActions(reader, value));
  const classification = readIf(entries.get("classification")?.value, (value) => readText(reader, value, "`classification`"));
  const anywhere = readIf(entries.get("anywhere")?.value, (value) => readChoice(reader, value, "`anywhere`", SENSITIVITY_ACTIONS));
  const references = readIf(required(reader, entries, node, "references"), (value) => readTexts(reader, value, "`references`")) ?? [];
  const frameworks = (entries.has("frameworks") ? readList(reader, entries.get("frameworks")?.value ?? null, "`frameworks`") : [])
    .map((item) => readChoice(reader, item, "a framework", FRAMEWORKS))
    .filter((framework) => framework !== null);
  if (id === null || title === null || severity === null || actions === null) return;
  if (draft.labels.has(id)) fail(reader, offsetOf(node), `label \`${id}\` is defined twice`);
  draft.labels.set(id, { id, title, classification, frameworks, severity, actions, anywhere, references });
}

function readIf<T>(value: YamlNode | undefined, read: (value: YamlNode) => T | null): T | null {
  return value === undefined ? null : read(value);
}

function readActions(reader: RuleReader, node: YamlNode): Partial<Record<Sink, SensitivityAction>> {
  const actions: Partial<Record<Sink, SensitivityAction>> = {};
  for (const [sink, entry] of readMap(reader, node, "`actions`", SINKS)) {
    const action = readChoice(reader, entry.value, `the action for \`${sink}\``, SENSITIVITY_ACTIONS);
    if (action !== null) actions[sink as Sink] = action;
  }
  return actions;
}

/** The label an entry names, which must be defined. */
function readLabelName(reader: RuleReader, entries: Entries, node: YamlNode, draft: Draft): string | null {
  const value = required(reader, entries, node, "label");
  const label = value === undefined ? null : readText(reader, value, "`label`");
  if (label === null || draft.labels.has(label)) return label;
  fail(reader, offsetOf(value ?? node), `label \`${label}\` is not defined${suggestion(label, [...draft.labels.keys()])}`);
  return null;
}

function readNames(reader: RuleReader, node: YamlNode, draft: Draft): void {
  const entries = readMap(reader, node, "an entry of `names`", ["label", "phrases", "near", "whole"]);
  const label = readLabelName(reader, entries, node, draft);
  const phrases = readIf(required(reader, entries, node, "phrases"), (value) => readTexts(reader, value, "`phrases`"));
  const near = readIf(entries.get("near")?.value, (value) => readTexts(reader, value, "`near`"));
  if (label === null || phrases === null) return;
  for (const phrase of phrases) {
    const words = nameWords(phrase);
    const known = draft.phrases.get(words[0] ?? "") ?? [];
    known.push({ label, words, near: near === null ? null : new Set(near), whole: entries.has("whole") });
    draft.phrases.set(words[0] ?? "", known);
  }
}

function readHarmless(reader: RuleReader, node: YamlNode, draft: Draft): void {
  for (const [place, entry] of readMap(reader, node, "`harmless`", ["anywhere", "first", "end"])) {
    for (const word of readTexts(reader, entry.value, `\`${place}\``)) draft.harmless[place as "anywhere" | "first" | "end"].add(word);
  }
}

function readLiteral(reader: RuleReader, node: YamlNode, draft: Draft): void {
  const entries = readMap(reader, node, "an entry of `literals`", ["label", "name", "hint", "digits", "pattern", "check"]);
  const label = readLabelName(reader, entries, node, draft);
  const name = readIf(required(reader, entries, node, "name"), (value) => readText(reader, value, "`name`"));
  const hints =
    readIf(entries.get("hint")?.value, (value) => readList(reader, value, "`hint`").map((item) => hintText(reader, item))) ?? [];
  const digits = readIf(entries.get("digits")?.value, (value) => readNumber(reader, value, "`digits`")) ?? 0;
  const check = readIf(entries.get("check")?.value, (value) => readChoice(reader, value, "`check`", LITERAL_CHECKS));
  const pattern = readIf(required(reader, entries, node, "pattern"), (value) => readPattern(reader, value));
  if (label !== null && name !== null && pattern !== null) draft.literals.push({ label, name, hints, digits, pattern, check });
}

/** A hint may be one space, which `readText` takes for empty. */
function hintText(reader: RuleReader, node: YamlNode): string {
  const scalar = reader.resolve(node) as { value?: unknown } | null;
  return scalar?.value === " " ? " " : (readText(reader, node, "each entry of `hint`") ?? "");
}

function readPattern(reader: RuleReader, node: YamlNode): string | null {
  const text = readText(reader, node, "`pattern`");
  if (text === null) return null;
  try {
    linearPattern(text);
    return text;
  } catch (error) {
    fail(reader, offsetOf(node), `\`pattern\` is not an expression that runs in linear time: ${(error as Error).message}`);
    return null;
  }
}
