/** The pattern part of a rule (`pattern`, `patterns`, `metavariable-regex` ...) to a formula, for one language. */

import { isScalar, isSeq } from "yaml";
import {
  fail,
  offsetOf,
  type RuleReader,
  readList,
  readMap,
  readNumber,
  readText,
  suggestion,
  type YamlEntry,
  type YamlNode,
} from "../../analysis/rule-file.ts";
import { offsetInScalar } from "../../analysis/scalar-offset.ts";
import type { Expr, Language } from "../../analysis/tree.ts";
import { unknownPart } from "./compare-values.ts";
import { type ParsedPattern, parsePattern } from "./parse-pattern.ts";
import { markedName } from "./pattern-marks.ts";
import { substitute } from "./pattern-text.ts";
import { PatternRegexError } from "./polish-pattern.ts";
import type { Condition, Formula, ParseSource } from "./rule.ts";
import { readTextPattern } from "./text-pattern.ts";
import { compileRegex, type TextRegex } from "./text-regex.ts";

/** `text`: a language without a tree, where only regular expressions match. */
export type PatternLanguage = Language | "text";
export const LANGUAGE_NAMES: ReadonlyMap<string, PatternLanguage> = new Map<string, PatternLanguage>([
  ["python", "python"],
  ["python2", "python"],
  ["python3", "python"],
  ["py", "python"],
  ["javascript", "javascript"],
  ["js", "javascript"],
  ["typescript", "typescript"],
  ["ts", "typescript"],
  ["bash", "shell"],
  ["sh", "shell"],
  ["generic", "text"],
  ["regex", "text"],
  ["none", "text"],
]);
export type FormulaReader = {
  readonly reader: RuleReader;
  readonly parse: ParseSource;
  readonly language: PatternLanguage;
  readonly notes: Set<string>;
};
type Entries = ReadonlyMap<string, YamlEntry>;

/** Keys that hold what is searched for; a rule has one of them. */
export const FORMULA_KEYS = ["pattern", "patterns", "pattern-either", "pattern-regex"] as const;
const FILTERS = ["pattern-not", "pattern-inside", "pattern-not-inside", "pattern-not-regex"];
/** Keys that say more about what was found, inside `patterns`. */
export const CONDITIONS = [
  "metavariable-regex",
  "metavariable-pattern",
  "metavariable-comparison",
  "metavariable-type",
  "metavariable-analysis",
  "focus-metavariable",
];
const KNOWN = [...FORMULA_KEYS, ...FILTERS, ...CONDITIONS];

/** The formula of a map that has exactly one of FORMULA_KEYS; null after reporting what is wrong. */
export function readFormula(cx: FormulaReader, entries: Entries, at: number): Formula | null {
  const present = FORMULA_KEYS.filter((key) => entries.has(key));
  const [key, second] = present;
  if (key === undefined) {
    fail(cx.reader, at, `one of \`${FORMULA_KEYS.join("`, `")}\` is missing`);
    return null;
  }
  if (second !== undefined) {
    fail(
      cx.reader,
      (entries.get(second) as YamlEntry).at,
      `a rule has either \`${key}\` or \`${second}\`; put both into \`patterns\` if both must match`,
    );
    return null;
  }
  return readPart(cx, key, (entries.get(key) as YamlEntry).value);
}

function readPart(cx: FormulaReader, key: string, node: YamlNode): Formula | null {
  switch (key) {
    case "pattern":
      return readPattern(cx, node);
    case "pattern-regex":
    case "pattern-not-regex": {
      const regex = readRegex(cx, node, `\`${key}\``, true);
      return regex === null ? null : { kind: "regex", regex };
    }
    case "pattern-either":
      return readEither(cx, node);
    case "patterns":
      return readAnd(cx, node);
    default:
      return null;
  }
}

/** Text is a pattern; a map is a formula of its own (`pattern-not: {patterns: [...]}`). */
function readNested(cx: FormulaReader, node: YamlNode, what: string): Formula | null {
  const value = cx.reader.resolve(node);
  if (isScalar(value)) return readPattern(cx, node);
  const entries = readMap(cx.reader, node, what, null);
  checkKeys(cx, entries, KNOWN);
  return entries.size === 0 ? null : readFormula(cx, entries, offsetOf(node));
}

function checkKeys(cx: FormulaReader, entries: Entries, known: readonly string[]): void {
  for (const [key, { at }] of entries)
    if (!known.includes(key)) fail(cx.reader, at, `\`${key}\` is not supported here${suggestion(key, known)}`);
}

function readPattern(cx: FormulaReader, node: YamlNode): Formula | null {
  const text = readText(cx.reader, node, "`pattern`");
  if (text === null) return null;
  if (cx.language === "text") {
    const tokens = readTextPattern(text);
    if (tokens !== null) return { kind: "text", tokens };
    fail(cx.reader, offsetOf(node), "the pattern has no word in it");
    return null;
  }
  try {
    const parsed = parseEither(text, cx.language, cx.parse);
    if (parsed.ok) return { kind: "pattern", pattern: parsed.pattern };
    fail(cx.reader, offsetInScalar(cx.reader, node, parsed.offset), parsed.message);
  } catch (error) {
    if (!(error instanceof PatternRegexError)) throw error;
    fail(cx.reader, offsetOf(node), error.message);
  }
  return null;
}

/** A pattern with types, in a rule for JavaScript too, and one with JSX, are read by the other dialect if need be. */
function parseEither(text: string, language: Language, parse: ParseSource): ParsedPattern {
  const parsed = parsePattern(text, language, parse);
  if (parsed.ok || (language !== "javascript" && language !== "typescript")) return parsed;
  const other = parsePattern(text, language === "javascript" ? "typescript" : "javascript", parse);
  return other.ok ? other : parsed;
}

function readRegex(cx: FormulaReader, node: YamlNode, what: string, multiline: boolean): TextRegex | null {
  const text = readText(cx.reader, node, what);
  if (text === null) return null;
  const result = compileRegex(text, { multiline });
  if (!result.ok) {
    fail(cx.reader, offsetOf(node), `${what}: ${result.message}`);
    return null;
  }
  if (!result.regex.linear)
    cx.notes.add(`${what} needs look-around or a back-reference: it runs on a backtracking engine, under the worker's deadline`);
  return result.regex;
}

function readEither(cx: FormulaReader, node: YamlNode): Formula | null {
  const items = readList(cx.reader, node, "`pattern-either`");
  if (items.length === 0) fail(cx.reader, offsetOf(node), "`pattern-either` is empty");
  const parts = items.map((item) => {
    const entries = readMap(cx.reader, item, "an alternative", null);
    checkKeys(cx, entries, [...FORMULA_KEYS, "pattern-inside"]);
    const inside = entries.get("pattern-inside");
    if (inside !== undefined && entries.size === 1) return wrap(readNested(cx, inside.value, "`pattern-inside`"));
    return entries.size === 0 ? null : readFormula(cx, entries, offsetOf(item));
  });
  return parts.includes(null) || parts.length === 0 ? null : { kind: "or", parts: parts as Formula[] };
}

function wrap(formula: Formula | null): Formula | null {
  return formula === null ? null : { kind: "inside", formula };
}

// ---------------------------------------------------------------- patterns

type Draft = { positives: Formula[]; negatives: Formula[]; conditions: Condition[]; focus: string[][] };

function readAnd(cx: FormulaReader, node: YamlNode): Formula | null {
  const draft: Draft = { positives: [], negatives: [], conditions: [], focus: [] };
  const before = cx.reader.errors.length;
  const items = readList(cx.reader, node, "`patterns`");
  if (items.length === 0) fail(cx.reader, offsetOf(node), "`patterns` is empty");
  for (const item of items) {
    const entries = readMap(cx.reader, item, "an entry of `patterns`", null);
    checkKeys(cx, entries, KNOWN);
    for (const [key, { value }] of entries) addConjunct(cx, draft, key, value);
  }
  return cx.reader.errors.length > before ? null : { kind: "and", ...draft };
}

function addConjunct(cx: FormulaReader, draft: Draft, key: string, value: YamlNode): void {
  if (key === "focus-metavariable") {
    draft.focus.push(readFocus(cx, value));
    return;
  }
  if (key.startsWith("metavariable-")) {
    const condition = readCondition(cx, key, value);
    if (condition !== null) draft.conditions.push(condition);
    return;
  }
  const formula = readConjunct(cx, key, value);
  if (formula !== null) (key.startsWith("pattern-not") ? draft.negatives : draft.positives).push(formula);
}

function readConjunct(cx: FormulaReader, key: string, value: YamlNode): Formula | null {
  if (key === "pattern-not") return readNested(cx, value, "`pattern-not`");
  if (key === "pattern-inside" || key === "pattern-not-inside") return wrap(readNested(cx, value, `\`${key}\``));
  return readPart(cx, key, value);
}

function readFocus(cx: FormulaReader, node: YamlNode): string[] {
  const value = cx.reader.resolve(node);
  const items = isSeq(value) ? (value.items as YamlNode[]) : [node];
  return items.flatMap((item) => {
    const name = readVariable(cx, item);
    return name === null ? [] : [name];
  });
}

function readVariable(cx: FormulaReader, node: YamlNode): string | null {
  const name = readText(cx.reader, node, "a metavariable");
  if (name === null) return null;
  if (/^\$(?:\.\.\.)?[A-Z_][A-Z0-9_]*$|^\$\d+$/.test(name.trim())) return markedName(name.trim());
  fail(cx.reader, offsetOf(node), `\`${name}\` is not a metavariable; they are written \`$NAME\``);
  return null;
}

// ---------------------------------------------------------------- conditions

function readCondition(cx: FormulaReader, key: string, node: YamlNode): Condition | null {
  switch (key) {
    case "metavariable-regex":
      return readRegexCondition(cx, node);
    case "metavariable-comparison":
      return readComparison(cx, node);
    case "metavariable-pattern":
      return readPatternCondition(cx, node);
    case "metavariable-type":
      return readTypeCondition(cx, node);
    case "metavariable-analysis":
      return readAnalysis(cx, node);
    default:
      return null;
  }
}

function variableOf(cx: FormulaReader, entries: Entries, node: YamlNode): string | null {
  const entry = entries.get("metavariable");
  if (entry !== undefined) return readVariable(cx, entry.value);
  fail(cx.reader, offsetOf(node), "`metavariable` is missing");
  return null;
}

function flag(entries: Entries, key: string, cx: FormulaReader): boolean {
  const value = cx.reader.resolve(entries.get(key)?.value ?? null);
  return isScalar(value) && value.value === true;
}

function readRegexCondition(cx: FormulaReader, node: YamlNode): Condition | null {
  const entries = readMap(cx.reader, node, "`metavariable-regex`", ["metavariable", "regex", "constant-propagation"]);
  const variable = variableOf(cx, entries, node);
  const entry = entries.get("regex");
  if (entry === undefined) fail(cx.reader, offsetOf(node), "`regex` is missing");
  const regex = entry === undefined ? null : readRegex(cx, entry.value, "`regex`", false);
  return variable === null || regex === null
    ? null
    : { kind: "regex", variable, regex, constants: flag(entries, "constant-propagation", cx) };
}

function readTypeCondition(cx: FormulaReader, node: YamlNode): Condition | null {
  const entries = readMap(cx.reader, node, "`metavariable-type`", ["metavariable", "type", "types", "language"]);
  const variable = variableOf(cx, entries, node);
  const given = entries.get("types") ?? entries.get("type");
  if (given === undefined) fail(cx.reader, offsetOf(node), "`type` is missing");
  const value = cx.reader.resolve(given?.value ?? null);
  const items = isSeq(value) ? (value.items as YamlNode[]) : given === undefined ? [] : [given.value];
  const types = items.map((item) => readText(cx.reader, item, "a type")).filter((type) => type !== null);
  return variable === null || types.length === 0 ? null : { kind: "type", variable, types };
}

function readAnalysis(cx: FormulaReader, node: YamlNode): Condition | null {
  const entries = readMap(cx.reader, node, "`metavariable-analysis`", ["metavariable", "analyzer"]);
  const variable = variableOf(cx, entries, node);
  const entry = entries.get("analyzer");
  const analyzer = entry === undefined ? null : readText(cx.reader, entry.value, "`analyzer`");
  const isKnown = analyzer === "entropy" || analyzer === "redos";
  if (!isKnown) fail(cx.reader, entry?.at ?? offsetOf(node), `analyzer \`${analyzer ?? ""}\` is not supported; supported: entropy, redos`);
  return variable === null || !isKnown ? null : { kind: analyzer, variable };
}

function readComparison(cx: FormulaReader, node: YamlNode): Condition | null {
  const entries = readMap(cx.reader, node, "`metavariable-comparison`", ["metavariable", "comparison", "strip", "base"]);
  const variable = entries.has("metavariable") ? variableOf(cx, entries, node) : null;
  const entry = entries.get("comparison");
  if (entry === undefined) {
    fail(cx.reader, offsetOf(node), "`comparison` is missing");
    return null;
  }
  const text = readText(cx.reader, entry.value, "`comparison`");
  const base = entries.has("base") ? readNumber(cx.reader, entries.get("base")?.value ?? null, "`base`") : null;
  const expression = text === null ? null : readExpression(cx, text, entry.value);
  return expression === null ? null : { kind: "comparison", expression, variable, strip: flag(entries, "strip", cx), base };
}

function readExpression(cx: FormulaReader, text: string, node: YamlNode): Expr | null {
  const written = substitute(text.trim(), "python", { statements: "none", dictDots: false, typed: false });
  const parsed = cx.parse(written, "python");
  const statement = parsed.ok ? parsed.tree.module.body[0] : undefined;
  if (!parsed.ok || parsed.tree.diagnostics.length > 0 || statement?.kind !== "ExprStmt" || parsed.tree.module.body.length !== 1) {
    fail(cx.reader, offsetOf(node), "`comparison` is not a Python expression");
    return null;
  }
  const unknown = unknownPart(statement.value);
  if (unknown === null) return statement.value;
  fail(cx.reader, offsetOf(node), `\`${unknown}\` in a comparison is not supported; supported: operators, int, str, len, re.match`);
  return null;
}

function readPatternCondition(cx: FormulaReader, node: YamlNode): Condition | null {
  const known = ["metavariable", "language", ...FORMULA_KEYS];
  const entries = readMap(cx.reader, node, "`metavariable-pattern`", known);
  const variable = variableOf(cx, entries, node);
  const given = entries.get("language");
  const name = given === undefined ? null : readText(cx.reader, given.value, "`language`");
  const language = name === null ? null : (LANGUAGE_NAMES.get(name) ?? null);
  if (name !== null && language === null) fail(cx.reader, given?.at ?? 0, `language \`${name}\` is not supported here`);
  const formula = readFormula({ ...cx, language: language ?? cx.language }, entries, offsetOf(node));
  return variable === null || formula === null ? null : { kind: "pattern", variable, formula, language };
}
