/**
 * Rule files in the Semgrep format to a compiled rule set. What is not supported is refused with file, line, column and
 * caret: a rule is either in force or an error, never ignored.
 */
import { isMap, isScalar, isSeq } from "yaml";
import {
  errorAt,
  fail,
  offsetOf,
  type RuleError,
  type RuleFile,
  type RuleReader,
  readChoice,
  readList,
  readMap,
  readRuleFile,
  readText,
  readTexts,
  suggestion,
  type YamlEntry,
  type YamlNode,
} from "../../analysis/rule-file.ts";
import { LANGUAGES, type Language } from "../../analysis/tree.ts";
import type { Severity } from "../model.ts";
import { CONDITIONS, FORMULA_KEYS, LANGUAGE_NAMES, type PatternLanguage, readFormula } from "./read-formula.ts";
import { readMetadata } from "./read-metadata.ts";
import { readOptions } from "./read-options.ts";
import { readTaint, TAINT_KEYS, taintFormula } from "./read-taint.ts";
import type { CompiledFormula, CompiledRules, ParseSource, PolicyRule, RuleAction } from "./rule.ts";
import { indexRules } from "./rule-index.ts";

export type CompileResult =
  | { readonly ok: true; readonly rules: CompiledRules }
  | { readonly ok: false; readonly errors: readonly RuleError[] };

const RULE_KEYS = [
  "id",
  "message",
  "severity",
  "languages",
  "metadata",
  "mode",
  "options",
  "paths",
  "fix",
  "fix-regex",
  "min-version",
  "max-version",
  ...FORMULA_KEYS,
  ...TAINT_KEYS,
];
/** Languages of the format that are not analysed here. A rule may name them beside one that is. */
const OTHER_LANGUAGES = new Set(
  "apex c cairo circom clojure cpp c++ csharp c# dart dockerfile docker elixir ex go golang hack hcl html java json jsonnet julia kotlin kt lisp lua move_on_aptos move_on_sui ocaml php promql proto protobuf ql r ruby rb rust scala scheme solidity sol swift terraform tf vb vue xml yaml aliengrep spacegrep".split(
    " ",
  ),
);
/** Semgrep documents ERROR, WARNING and INFO as high, medium and low. */
const SEVERITIES = {
  CRITICAL: "critical",
  ERROR: "high",
  HIGH: "high",
  WARNING: "medium",
  MEDIUM: "medium",
  INFO: "low",
  LOW: "low",
  INVENTORY: "info",
  EXPERIMENT: "info",
} as const;
/** What a rule does that names no `metadata.agentguard.action`: only its strongest severities decide anything. */
const DEFAULT_ACTIONS: Readonly<Record<Severity, RuleAction>> = {
  critical: "block",
  high: "require_approval",
  medium: "warn",
  low: "warn",
  info: "warn",
};

/** One rule of a file, compiled or refused. */
export type RuleResult = {
  readonly id: string | null;
  readonly mode: "search" | "taint";
  readonly errors: readonly RuleError[];
  readonly rule: PolicyRule | null;
  readonly formulas: readonly { readonly language: Language; readonly compiled: CompiledFormula }[];
};
type Entries = ReadonlyMap<string, YamlEntry>;
type Context = { readonly reader: RuleReader; readonly parse: ParseSource };

export function compileRules(files: readonly RuleFile[], parse: ParseSource): CompileResult {
  const errors: RuleError[] = [];
  const results: RuleResult[] = [];
  const ids = new Set<string>();
  for (const file of files) {
    const read = readRules(file, parse);
    errors.push(...read.errors);
    for (const result of read.rules) {
      errors.push(...result.errors);
      if (result.id !== null && ids.has(result.id))
        errors.push(errorAt(file, read.placeOf(result.id), `rule id \`${result.id}\` is used twice`));
      if (result.id !== null) ids.add(result.id);
      results.push(result);
    }
  }
  // INVARIANT 1: no rules at all is a broken installation, not a permissive one.
  if (errors.length === 0 && results.length === 0)
    errors.push(errorAt(files[0] ?? { path: "rules/policy", text: "" }, 0, "there are no rules"));
  return errors.length > 0 ? { ok: false, errors } : { ok: true, rules: ruleSet(results, parse) };
}

/** The rules of `results` that compiled, indexed. */
export function ruleSet(results: readonly RuleResult[], parse: ParseSource): CompiledRules {
  const rules = new Map<string, PolicyRule>();
  for (const { rule } of results) if (rule !== null) rules.set(rule.id, rule);
  const index = new Map(
    LANGUAGES.map((language) => {
      const compiled = results.flatMap(({ formulas }) =>
        formulas.filter((each) => each.language === language).map((each) => each.compiled),
      );
      return [language, indexRules(compiled, language)] as const;
    }),
  );
  return { rules, index, parse };
}

export type FileRules = { readonly rules: readonly RuleResult[]; readonly errors: readonly RuleError[]; placeOf(id: string): number };

/** Every rule of a file on its own, so that one broken rule does not hide the others; `errors` are the file's own. */
export function readRules(file: RuleFile, parse: ParseSource): FileRules {
  const reader = readRuleFile(file);
  const places = new Map<string, number>();
  const placeOf = (id: string): number => places.get(id) ?? 0;
  if (reader.root === null) return { rules: [], errors: reader.errors, placeOf };
  const entry = readMap(reader, reader.root, "the file", ["rules"]).get("rules");
  if (entry === undefined && reader.errors.length === 0) fail(reader, 0, "`rules` is missing");
  const items = entry === undefined ? [] : readList(reader, entry.value, "`rules`");
  if (entry !== undefined && items.length === 0 && reader.errors.length === 0) fail(reader, entry.at, "`rules` is empty");
  const rules = items.map((item) => {
    const own: RuleReader = { ...reader, errors: [] };
    const result = readRule({ reader: own, parse }, item);
    if (result.id !== null) places.set(result.id, idPlace(own, item));
    return result;
  });
  return { rules, errors: reader.errors, placeOf };
}

function idPlace(reader: RuleReader, node: YamlNode): number {
  const map = reader.resolve(node);
  const pair = isMap(map) ? map.items.find((each) => isScalar(each.key) && each.key.value === "id") : undefined;
  return offsetOf((pair?.value as YamlNode | undefined) ?? node);
}

function readRule({ reader, parse }: Context, node: YamlNode): RuleResult {
  const entries = readMap(reader, node, "a rule", null);
  const notes = new Set<string>();
  for (const [key, entry] of entries) {
    if (CONDITIONS.includes(key)) notes.add(`\`${key}\` beside \`patterns\` is no part of the format: it narrows nothing there`);
    else if (!RULE_KEYS.includes(key)) refuseKey(reader, key, entry);
  }
  const id = needed(reader, entries, node, "id", (value) => readId(reader, value));
  const message = needed(reader, entries, node, "message", (value) => readText(reader, value, "`message`"));
  const severityName = needed(reader, entries, node, "severity", (value) =>
    readChoice(reader, value, "`severity`", Object.keys(SEVERITIES) as (keyof typeof SEVERITIES)[]),
  );
  const languages = needed(reader, entries, node, "languages", (value) => readLanguages(reader, value, notes)) ?? [];
  const mode = readMode(reader, entries.get("mode"));
  const metadata = readMetadata(reader, entries.get("metadata"));
  const paths = readPaths(reader, entries.get("paths"));
  const fix = readFix(reader, entries.get("fix"));
  const formulas = readFormulas({ reader, parse }, { entries, node, languages, mode, id: id ?? "", notes });
  const failed = { id, mode, errors: reader.errors, rule: null, formulas: [] };
  if (id === null || message === null || severityName === null || reader.errors.length > 0) return failed;
  const severity = SEVERITIES[severityName];
  const rule: PolicyRule = {
    id,
    message: message.trim(),
    severity,
    action: metadata.action ?? DEFAULT_ACTIONS[severity],
    languages: languages.flatMap((language) => (language === "text" ? LANGUAGES : [language])),
    domains: metadata.domains,
    references: metadata.references,
    path: reader.file.path,
    fix,
    paths,
    mode,
    notes: [...notes],
  };
  return { id, mode, errors: [], rule, formulas };
}

/** An empty replacement takes the match away. */
function readFix(reader: RuleReader, entry: YamlEntry | undefined): string | null {
  if (entry === undefined) return null;
  const value = reader.resolve(entry.value);
  return isScalar(value) && typeof value.value === "string" ? value.value : readText(reader, entry.value, "`fix`");
}

function refuseKey(reader: RuleReader, key: string, entry: YamlEntry): void {
  const elsewhere = /^(?:pattern-|metavariable-|focus-)/.test(key) ? "; inside `patterns` it may be" : suggestion(key, RULE_KEYS);
  fail(
    reader,
    entry.at,
    `unknown key \`${key}\` in a rule${key === "match" || key === "taint" || key === "join" ? "; this syntax is not supported" : elsewhere}`,
  );
}

type RuleParts = {
  readonly entries: Entries;
  readonly node: YamlNode;
  readonly languages: readonly PatternLanguage[];
  readonly mode: "search" | "taint";
  readonly id: string;
  readonly notes: Set<string>;
};

function readFormulas({ reader, parse }: Context, parts: RuleParts): { language: Language; compiled: CompiledFormula }[] {
  const { entries, node, languages, mode, id, notes } = parts;
  const options = readOptions(reader, entries.get("options"));
  const out: { language: Language; compiled: CompiledFormula }[] = [];
  for (const language of languages) {
    // The same mistake in every language is one mistake.
    if (reader.errors.length > 0 && out.length > 0) break;
    const cx = { reader, parse, language, notes };
    if (mode === "taint") {
      const taint = readTaint(cx, entries, node);
      if (taint === null) break;
      out.push({ language: language as Language, compiled: { ruleId: id, formula: taintFormula(taint), options, taint } });
      continue;
    }
    const stray = TAINT_KEYS.find((key) => entries.has(key));
    if (stray !== undefined) fail(reader, (entries.get(stray) as YamlEntry).at, `\`${stray}\` belongs to \`mode: taint\``);
    const formula = readFormula(cx, entries, offsetOf(node));
    if (formula === null) break;
    for (const each of language === "text" ? LANGUAGES : [language])
      out.push({ language: each, compiled: { ruleId: id, formula, options } });
  }
  return out;
}

function needed<T>(reader: RuleReader, entries: Entries, node: YamlNode, key: string, read: (value: YamlNode) => T | null): T | null {
  const entry = entries.get(key);
  if (entry !== undefined) return read(entry.value);
  fail(reader, offsetOf(node), `\`${key}\` is missing`);
  return null;
}

function readId(reader: RuleReader, node: YamlNode): string | null {
  const id = readText(reader, node, "`id`");
  if (id === null || /^[\w./-]+$/.test(id)) return id;
  fail(reader, offsetOf(node), "`id` may have letters, digits, `_`, `-`, `/` and `.` only");
  return null;
}

function readMode(reader: RuleReader, entry: YamlEntry | undefined): "search" | "taint" {
  if (entry === undefined) return "search";
  return readChoice(reader, entry.value, "`mode`", ["search", "taint"] as const) ?? "search";
}

function readLanguages(reader: RuleReader, node: YamlNode, notes: Set<string>): PatternLanguage[] {
  const languages = new Set<PatternLanguage>();
  const others: string[] = [];
  for (const item of readList(reader, node, "`languages`")) {
    const name = readText(reader, item, "a language")?.toLowerCase();
    if (name === undefined) continue;
    const language = LANGUAGE_NAMES.get(name);
    if (language !== undefined) languages.add(language);
    else if (OTHER_LANGUAGES.has(name)) others.push(name);
    else fail(reader, offsetOf(item), `language \`${name}\` is not supported; supported: ${[...LANGUAGE_NAMES.keys()].join(", ")}`);
  }
  if (languages.size === 0 && reader.errors.length === 0) {
    const found = others.length === 0 ? "is empty" : `has none that is supported (${others.join(", ")})`;
    fail(reader, offsetOf(node), `\`languages\` ${found}; supported: ${[...LANGUAGE_NAMES.keys()].join(", ")}`);
  }
  if (others.length > 0) notes.add(`not applied to ${others.join(", ")}: not analysed here`);
  return [...languages];
}

function readPaths(reader: RuleReader, entry: YamlEntry | undefined): PolicyRule["paths"] {
  if (entry === undefined) return { include: [], exclude: [] };
  const fields = readMap(reader, entry.value, "`paths`", ["include", "exclude"]);
  const list = (key: string): string[] => {
    const value = fields.get(key)?.value ?? null;
    return value === null || !isSeq(reader.resolve(value)) ? [] : readTexts(reader, value, `\`paths.${key}\``);
  };
  return { include: list("include"), exclude: list("exclude") };
}
