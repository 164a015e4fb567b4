/**
 * Rule files in the Semgrep format to a compiled rule set. What is not supported yet (`patterns`, taint mode, regular
 * expressions ...) is refused with file, line, column and caret: a rule is either in force or an error, never ignored.
 */
import { createHash } from "node:crypto";
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
import type { Language } from "../../analysis/tree.ts";
import type { Severity } from "../model.ts";
import { type ParseSource, parsePattern } from "./parse-pattern.ts";
import { type CallPattern, type CompiledRules, isMetavariable, type PatternIndex, type PolicyRule, type RuleAction } from "./rule.ts";
import { offsetInScalar } from "./scalar-offset.ts";

export type CompileResult =
  | { readonly ok: true; readonly rules: CompiledRules }
  | { readonly ok: false; readonly errors: readonly RuleError[] };

const RULE_KEYS = ["id", "message", "severity", "languages", "metadata", "pattern", "pattern-either", "mode"];
/** Keys of the format that later versions will read. */
const LATER_KEYS = [
  "patterns",
  "pattern-not",
  "pattern-inside",
  "pattern-not-inside",
  "pattern-regex",
  "pattern-not-regex",
  "metavariable-regex",
  "metavariable-pattern",
  "metavariable-comparison",
  "metavariable-type",
  "metavariable-analysis",
  "focus-metavariable",
  "pattern-sources",
  "pattern-sinks",
  "pattern-sanitizers",
  "pattern-propagators",
  "pattern-not-sanitizers",
  "options",
  "paths",
  "fix",
  "fix-regex",
  "join",
  "extract",
  "match",
  "taint",
  "min-version",
  "max-version",
  "product",
  "validators",
  "r2c-internal-project-depends-on",
];
const LANGUAGES: Readonly<Record<string, Language>> = {
  python: "python",
  python3: "python",
  py: "python",
  javascript: "javascript",
  js: "javascript",
  typescript: "typescript",
  ts: "typescript",
};
/** Semgrep documents ERROR, WARNING and INFO as high, medium and low. */
const SEVERITIES = {
  CRITICAL: "critical",
  ERROR: "high",
  HIGH: "high",
  WARNING: "medium",
  MEDIUM: "medium",
  INFO: "low",
  LOW: "low",
} as const;
/** What a rule does that names no `metadata.agentguard.action`: only its strongest severities decide anything. */
const DEFAULT_ACTIONS: Readonly<Record<Severity, RuleAction>> = {
  critical: "block",
  high: "require_approval",
  medium: "warn",
  low: "warn",
  info: "warn",
};

type Draft = {
  readonly rules: Map<string, PolicyRule>;
  readonly patterns: Map<Language, { byName: Map<string, CallPattern[]>; any: CallPattern[] }>;
};
type Entries = ReadonlyMap<string, YamlEntry>;
type Context = { readonly reader: RuleReader; readonly draft: Draft; readonly parse: ParseSource };

export function compileRules(files: readonly RuleFile[], parse: ParseSource): CompileResult {
  const draft: Draft = { rules: new Map(), patterns: new Map() };
  const errors: RuleError[] = [];
  for (const file of files) {
    const reader = readRuleFile(file);
    if (reader.root !== null) compileFile({ reader, draft, parse });
    errors.push(...reader.errors);
  }
  // INVARIANT 1: no rules at all is a broken installation, not a permissive one.
  if (errors.length === 0 && draft.rules.size === 0) {
    errors.push(errorAt(files[0] ?? { path: "rules/policy", text: "" }, 0, "there are no rules"));
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, rules: draft satisfies { patterns: ReadonlyMap<Language, PatternIndex> } };
}

/** SHA-256, lower-case hex, of the files in order of path; line ends do not matter. */
export function rulesVersion(files: readonly RuleFile[]): string {
  const contents = files.map((file) => [file.path.replaceAll("\\", "/"), file.text.replace(/\r\n?/g, "\n")] as const);
  contents.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return createHash("sha256").update(JSON.stringify(contents)).digest("hex");
}

function compileFile(context: Context): void {
  const { reader } = context;
  const top = readMap(reader, reader.root, "the file", ["rules"]);
  const rules = top.get("rules");
  if (rules === undefined) {
    if (reader.errors.length === 0) fail(reader, 0, "`rules` is missing");
    return;
  }
  const items = readList(reader, rules.value, "`rules`");
  if (items.length === 0 && reader.errors.length === 0) fail(reader, rules.at, "`rules` is empty");
  for (const item of items) compileRule(context, item);
}

function compileRule(context: Context, node: YamlNode): void {
  const { reader, draft } = context;
  const entries = readMap(reader, node, "a rule", null);
  for (const [key, entry] of entries) checkKey(reader, key, entry);
  const id = needed(context, entries, node, "id", (value) => readId(reader, value));
  const message = needed(context, entries, node, "message", (value) => readText(reader, value, "`message`"));
  const severityName = needed(context, entries, node, "severity", (value) =>
    readChoice(reader, value, "`severity`", Object.keys(SEVERITIES) as (keyof typeof SEVERITIES)[]),
  );
  const languages = needed(context, entries, node, "languages", (value) => readLanguages(reader, value)) ?? [];
  const metadata = readMetadata(reader, entries.get("metadata"));
  const patterns = readPatterns(reader, entries, node);
  if (id === null || message === null || severityName === null) return;
  if (draft.rules.has(id)) {
    fail(reader, offsetOf(entries.get("id")?.value ?? node), `rule id \`${id}\` is used twice`);
    return;
  }
  const severity = SEVERITIES[severityName];
  const action = metadata.action ?? DEFAULT_ACTIONS[severity];
  const { domains, references } = metadata;
  draft.rules.set(id, { id, message: message.trim(), severity, action, languages, domains, references, path: reader.file.path });
  for (const pattern of patterns) for (const language of languages) addPattern(context, id, pattern, language);
}

function checkKey(reader: RuleReader, key: string, entry: YamlEntry): void {
  if (LATER_KEYS.includes(key)) fail(reader, entry.at, `\`${key}\` is not supported yet`);
  else if (!RULE_KEYS.includes(key))
    fail(reader, entry.at, `unknown key \`${key}\` in a rule${suggestion(key, [...RULE_KEYS, ...LATER_KEYS])}`);
  else if (key === "mode") {
    const mode = readText(reader, entry.value, "`mode`");
    if (mode !== null && mode !== "search") fail(reader, offsetOf(entry.value), `mode \`${mode}\` is not supported yet`);
  }
}

function needed<T>(context: Context, entries: Entries, node: YamlNode, key: string, read: (value: YamlNode) => T | null): T | null {
  const entry = entries.get(key);
  if (entry !== undefined) return read(entry.value);
  fail(context.reader, offsetOf(node), `\`${key}\` is missing`);
  return null;
}

function readId(reader: RuleReader, node: YamlNode): string | null {
  const id = readText(reader, node, "`id`");
  if (id === null || /^[\w.-]+$/.test(id)) return id;
  fail(reader, offsetOf(node), "`id` may have letters, digits, `_`, `-` and `.` only");
  return null;
}

function readLanguages(reader: RuleReader, node: YamlNode): Language[] {
  const languages = new Set<Language>();
  for (const item of readList(reader, node, "`languages`")) {
    const name = readText(reader, item, "a language");
    const language = name === null ? undefined : LANGUAGES[name];
    if (language !== undefined) languages.add(language);
    else if (name !== null)
      fail(reader, offsetOf(item), `language \`${name}\` is not supported; supported: ${Object.keys(LANGUAGES).join(", ")}`);
  }
  if (languages.size === 0 && reader.errors.length === 0) fail(reader, offsetOf(node), "`languages` is empty");
  return [...languages];
}

type Metadata = { readonly action: RuleAction | null; readonly domains: readonly string[]; readonly references: readonly string[] };

/** `metadata` is free, but for `agentguard`, which is ours; CWE and OWASP numbers become references. */
function readMetadata(reader: RuleReader, entry: YamlEntry | undefined): Metadata {
  if (entry === undefined) return { action: null, domains: [], references: [] };
  const fields = readMap(reader, entry.value, "`metadata`", null);
  const references: string[] = [];
  for (const key of ["cwe", "owasp"]) {
    const value = fields.get(key)?.value;
    if (value === undefined) continue;
    for (const text of readTexts(reader, value, `\`metadata.${key}\``))
      references.push(...(text.match(/CWE-\d+|ASI\d{2}|LLM\d{2}|A\d{2}:\d{4}/g) ?? []));
  }
  const own = fields.get("agentguard");
  if (own === undefined) return { action: null, domains: [], references };
  const extras = readMap(reader, own.value, "`metadata.agentguard`", ["action", "domains", "controls"]);
  const texts = (key: string) => {
    const value = extras.get(key)?.value;
    return value === undefined ? [] : readTexts(reader, value, `\`${key}\``);
  };
  const action = extras.get("action")?.value;
  return {
    action: action === undefined ? null : readChoice(reader, action, "`action`", ["block", "require_approval", "warn"] as const),
    domains: texts("domains"),
    references: [...new Set([...references, ...texts("controls")])],
  };
}

/** The texts under `pattern` and `pattern-either`, as nodes, so that errors have their places. */
function readPatterns(reader: RuleReader, entries: Entries, node: YamlNode): YamlNode[] {
  const single = entries.get("pattern");
  const either = entries.get("pattern-either");
  if (single !== undefined && either !== undefined) fail(reader, either.at, "a rule has either `pattern` or `pattern-either`");
  if (single !== undefined) return [single.value];
  if (either !== undefined) return readEither(reader, either.value);
  // An unsupported key has been reported already, and is probably where the patterns are.
  if (![...entries.keys()].some((key) => LATER_KEYS.includes(key)))
    fail(reader, offsetOf(node), "`pattern` or `pattern-either` is missing");
  return [];
}

function readEither(reader: RuleReader, node: YamlNode): YamlNode[] {
  const items = readList(reader, node, "`pattern-either`");
  if (items.length === 0) fail(reader, offsetOf(node), "`pattern-either` is empty");
  return items.flatMap((item) => {
    const entries = readMap(reader, item, "an alternative", null);
    for (const [key, entry] of entries) {
      if (key !== "pattern" && key !== "pattern-either")
        fail(reader, entry.at, `\`${key}\` inside \`pattern-either\` is not supported yet`);
    }
    return [...entries].flatMap(([key, entry]) => (key === "pattern-either" ? readEither(reader, entry.value) : [entry.value]));
  });
}

function addPattern({ reader, draft, parse }: Context, ruleId: string, node: YamlNode, language: Language): void {
  const text = readText(reader, node, "`pattern`");
  if (text === null) return;
  const parsed = parsePattern(text, language, parse);
  if (!parsed.ok) {
    fail(reader, offsetInScalar(reader, node, parsed.offset), parsed.message);
    return;
  }
  const index = draft.patterns.get(language) ?? { byName: new Map<string, CallPattern[]>(), any: [] };
  draft.patterns.set(language, index);
  const { callee } = parsed.call;
  const name = callee.kind === "Name" || callee.kind === "Member" ? callee.name : null;
  const pattern = { ruleId, call: parsed.call };
  if (name === null || isMetavariable(name)) index.any.push(pattern);
  else index.byName.set(name, [...(index.byName.get(name) ?? []), pattern]);
}
