/** `mode: taint`: sources, sinks, sanitizers and propagators of a rule, with all that they may say, for one language. */
import { isScalar } from "yaml";
import {
  fail,
  offsetOf,
  readChoice,
  readList,
  readMap,
  readText,
  readTexts,
  type YamlEntry,
  type YamlNode,
} from "../../analysis/rule-file.ts";
import { markedName } from "./pattern-marks.ts";
import { FORMULA_KEYS, type FormulaReader, readFormula } from "./read-formula.ts";
import { readRequires } from "./read-requires.ts";
import type { Formula } from "./rule.ts";
import {
  DEFAULT_LABEL,
  type TaintOptions,
  type TaintPropagator,
  type TaintRule,
  type TaintSanitizer,
  type TaintSink,
  type TaintSource,
} from "./rule.ts";

type Entries = ReadonlyMap<string, YamlEntry>;
type PartReader<T> = (cx: FormulaReader, entries: Entries, formula: Formula) => T | null;

const DETAILS = {
  "pattern-sources": ["exact", "by-side-effect", "control", "label", "requires"],
  "pattern-sinks": ["exact", "requires"],
  "pattern-sanitizers": ["exact", "by-side-effect", "not_conflicting"],
  "pattern-propagators": ["from", "to", "by-side-effect", "label", "requires", "replace-labels"],
} as const;
export const TAINT_KEYS = Object.keys(DETAILS) as (keyof typeof DETAILS)[];

/** Null after reporting what is wrong. */
export function readTaint(cx: FormulaReader, entries: Entries, node: YamlNode): TaintRule | null {
  const before = cx.reader.errors.length;
  if (cx.language === "text")
    fail(
      cx.reader,
      offsetOf(node),
      "`mode: taint` runs on Python, JavaScript, TypeScript and Bash; a rule for other text needs search mode",
    );
  for (const key of ["pattern-sources", "pattern-sinks"] as const)
    if (!entries.has(key)) fail(cx.reader, offsetOf(node), `\`${key}\` is missing`);
  if (cx.reader.errors.length > before) return null;
  const rule: TaintRule = {
    sources: readParts(cx, entries, "pattern-sources", readSource),
    sinks: readParts(cx, entries, "pattern-sinks", readSink),
    sanitizers: readParts(cx, entries, "pattern-sanitizers", readSanitizer),
    propagators: readParts(cx, entries, "pattern-propagators", readPropagator),
    options: readTaintOptions(cx, entries.get("options")),
  };
  return cx.reader.errors.length > before ? null : rule;
}

/** What says which programs the rule may match at all: some source and some sink must be there. */
export function taintFormula(rule: TaintRule): Formula {
  const either = (parts: readonly { readonly formula: Formula }[]): Formula => ({ kind: "or", parts: parts.map((part) => part.formula) });
  return { kind: "and", positives: [either(rule.sources), either(rule.sinks)], negatives: [], conditions: [], focus: [] };
}

function readParts<T>(cx: FormulaReader, entries: Entries, key: keyof typeof DETAILS, read: PartReader<T>): T[] {
  const entry = entries.get(key);
  if (entry === undefined) return [];
  return readList(cx.reader, entry.value, `\`${key}\``).flatMap((item) => {
    const parts = readMap(cx.reader, item, `an entry of \`${key}\``, [...DETAILS[key], ...FORMULA_KEYS]);
    const formula = readFormula(cx, parts, offsetOf(item));
    const part = formula === null ? null : read(cx, parts, formula);
    return part === null ? [] : [part];
  });
}

function readSource(cx: FormulaReader, entries: Entries, formula: Formula): TaintSource {
  const side = entries.get("by-side-effect");
  const value = side === undefined ? null : cx.reader.resolve(side.value);
  const only = isScalar(value) && value.value === "only";
  return {
    formula,
    label: textOf(cx, entries, "label") ?? DEFAULT_LABEL,
    requires: requiresOf(cx, entries),
    exact: flagOf(cx, entries, "exact", false),
    bySideEffect: only ? "only" : flagOf(cx, entries, "by-side-effect", false) ? "yes" : "no",
    control: flagOf(cx, entries, "control", false),
  };
}

function readSink(cx: FormulaReader, entries: Entries, formula: Formula): TaintSink {
  return { formula, requires: requiresOf(cx, entries), exact: flagOf(cx, entries, "exact", true), hasFocus: hasFocus(formula) };
}

function hasFocus(formula: Formula): boolean {
  if (formula.kind === "or") return formula.parts.some(hasFocus);
  return formula.kind === "and" && (formula.focus.length > 0 || formula.positives.some(hasFocus));
}

function readSanitizer(cx: FormulaReader, entries: Entries, formula: Formula): TaintSanitizer {
  return {
    formula,
    exact: flagOf(cx, entries, "exact", false),
    bySideEffect: flagOf(cx, entries, "by-side-effect", false),
    notConflicting: flagOf(cx, entries, "not_conflicting", false),
  };
}

function readPropagator(cx: FormulaReader, entries: Entries, formula: Formula): TaintPropagator | null {
  const [from, to] = (["from", "to"] as const).map((key) => {
    const text = textOf(cx, entries, key);
    if (text === null) fail(cx.reader, offsetOf(entries.values().next().value?.value ?? null), `a propagator needs \`${key}\``);
    else if (!text.startsWith("$")) fail(cx.reader, entries.get(key)?.at ?? 0, `\`${key}\` is a metavariable, such as $X`);
    return text === null ? null : markedName(text);
  });
  if (from == null || to == null) return null;
  const replaced = entries.get("replace-labels");
  return {
    formula,
    from,
    to,
    bySideEffect: flagOf(cx, entries, "by-side-effect", true),
    requires: requiresOf(cx, entries),
    label: textOf(cx, entries, "label"),
    replaced: replaced === undefined ? null : readTexts(cx.reader, replaced.value, "`replace-labels`"),
  };
}

function textOf(cx: FormulaReader, entries: Entries, key: string): string | null {
  const entry = entries.get(key);
  return entry === undefined ? null : (readText(cx.reader, entry.value, `\`${key}\``)?.trim() ?? null);
}

function requiresOf(cx: FormulaReader, entries: Entries): TaintSource["requires"] {
  const entry = entries.get("requires");
  return entry === undefined ? null : readRequires(cx, entry.value);
}

function flagOf(cx: FormulaReader, entries: Entries, key: string, otherwise: boolean): boolean {
  const entry = entries.get(key);
  if (entry === undefined) return otherwise;
  const value = cx.reader.resolve(entry.value);
  if (isScalar(value) && typeof value.value === "boolean") return value.value;
  readChoice(cx.reader, entry.value, `\`${key}\``, key === "by-side-effect" ? ["true", "false", "only"] : ["true", "false"]);
  return otherwise;
}

const SWITCHES: Readonly<Record<string, keyof TaintOptions>> = {
  taint_assume_safe_functions: "safeFunctions",
  taint_assume_safe_indexes: "safeIndexes",
  taint_assume_safe_comparisons: "safeComparisons",
  taint_assume_safe_booleans: "safeBooleans",
  taint_assume_safe_numbers: "safeNumbers",
  taint_only_propagate_through_assignments: "onlyAssignments",
  taint_unify_mvars: "unify",
  unify_mvars: "unify",
};
/** Switches that change only how other engines run, or how they report. */
const WITHOUT_EFFECT = ["taint_intrafile", "taint_focus_on", "taint_match_on", "taint_fixpoint_timeout", "taint_max_visits_per_node"];

function readTaintOptions(cx: FormulaReader, entry: YamlEntry | undefined): TaintOptions {
  const options: Record<keyof TaintOptions, boolean> = {
    safeFunctions: false,
    safeIndexes: false,
    safeComparisons: false,
    safeBooleans: false,
    safeNumbers: false,
    onlyAssignments: false,
    unify: false,
  };
  if (entry === undefined) return options;
  const given = readMap(cx.reader, entry.value, "`options`", null);
  for (const [key, { at }] of given) {
    const name = SWITCHES[key];
    if (name !== undefined) options[name] = flagOf(cx, given, key, false);
    else if (key.startsWith("taint_") && !WITHOUT_EFFECT.includes(key)) fail(cx.reader, at, `option \`${key}\` is not supported`);
  }
  return options;
}
