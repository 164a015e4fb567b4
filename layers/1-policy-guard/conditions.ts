/** Conditions on what metavariables are: text, value, type, or another formula inside them. */
import type { Expr } from "../../analysis/tree.ts";
import { type Bindings, type Bound, boundAs, spanOf, textOf } from "./bindings.ts";
import { compareValues } from "./compare-values.ts";
import { type Evaluation, evaluate, type Range } from "./evaluate-formula.ts";
import { markedName } from "./pattern-marks.ts";
import { programFacts } from "./program-facts.ts";
import { constantOf, typesOf } from "./resolve.ts";
import type { Condition } from "./rule.ts";
import { matchAtStart } from "./text-regex.ts";

/** Bindings that the condition adds (at least one list, perhaps empty) when it holds; none when it does not. */
export function conditionHolds(evaluation: Evaluation, range: Range, condition: Condition): readonly Bindings[] {
  if (condition.kind === "comparison") return compareValues(evaluation, range.bindings, condition) ? HOLDS : FAILS;
  const bound = boundAs(range.bindings, condition.variable);
  if (bound === undefined) return FAILS;
  switch (condition.kind) {
    case "regex":
      return matchesRegex(evaluation, bound, condition);
    case "type":
      return hasType(evaluation, bound, condition.types) ? HOLDS : FAILS;
    case "entropy":
      return hasEntropy(textValue(evaluation, bound)) ? HOLDS : FAILS;
    case "redos":
      return mayBacktrack(regexText(evaluation, bound)) ? HOLDS : FAILS;
    case "pattern":
      return matchesInside(evaluation, range, bound, condition);
  }
}

const HOLDS: readonly Bindings[] = [[]];
const FAILS: readonly Bindings[] = [];

/** The text is what stands in the source, quotes included; from its start, as the format has it. */
function matchesRegex(evaluation: Evaluation, bound: Bound, condition: Condition & { kind: "regex" }): readonly Bindings[] {
  const constant = condition.constants && bound.kind === "node" ? constantOf(evaluation.facts, bound.node as Expr) : null;
  const text = constant !== null && "value" in constant ? String(constant.value) : textOf(bound, evaluation.facts.source);
  const found = matchAtStart(condition.regex, text);
  if (found === null) return FAILS;
  const { start, end } = spanOf(bound);
  const groups = found.groups.flatMap((group, i): [string, Bound][] =>
    group === null ? [] : [[markedName(`$${i + 1}`), { kind: "text", text: group, start, end }]],
  );
  return [groups];
}

function hasType(evaluation: Evaluation, bound: Bound, types: readonly string[]): boolean {
  if (bound.kind !== "node") return false;
  const known = typesOf(evaluation.facts, bound.node as Expr);
  return types.some((type) => {
    const wanted = type.replace(/\s+/g, "");
    return known.some((each) => each === wanted || each === wanted.slice(wanted.lastIndexOf(".") + 1));
  });
}

/** Text as the program has it when it runs: without quotes. */
function textValue(evaluation: Evaluation, bound: Bound): string | null {
  if (bound.kind === "text" || bound.kind === "name") return bound.kind === "text" ? bound.text : bound.name;
  if (bound.kind === "list" && bound.nodes.length > 0 && bound.nodes.every((node) => node.kind === "Str"))
    return bound.nodes.map((node) => (node.kind === "Str" ? node.value : "")).join("");
  if (bound.kind !== "node") return null;
  const constant = constantOf(evaluation.facts, bound.node as Expr);
  return constant !== null && "value" in constant && typeof constant.value === "string" ? constant.value : null;
}

/** Shannon's bits per character above 3.5 over at least 16 characters without spaces: a key, not a word. */
function hasEntropy(text: string | null): boolean {
  if (text === null || text.length < 16 || /\s/.test(text)) return false;
  const counts = new Map<string, number>();
  for (const c of text) counts.set(c, (counts.get(c) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits > 3.5;
}

function regexText(evaluation: Evaluation, bound: Bound): string {
  if (bound.kind === "node" && bound.node.kind === "Regex") return bound.node.pattern;
  return textValue(evaluation, bound) ?? "";
}

/** A repeated group that repeats something without bound itself, such as `(a+)+`: CWE-1333. Linear in the text. */
function mayBacktrack(regex: string): boolean {
  const unbounded = (at: number): boolean => /^(?:[*+]|\{\d*,\})/.test(regex.slice(at, at + 12));
  const groups: boolean[] = [];
  for (let at = 0; at < regex.length; at++) {
    const c = regex.charAt(at);
    if (c === "\\") at++;
    else if (c === "[") at = closingBracket(regex, at);
    else if (c === "(") {
      groups.push(false);
      continue;
    } else if (c === ")" && groups.pop() === true && unbounded(at + 1)) return true;
    if (unbounded(at + 1)) groups.fill(true);
  }
  return false;
}

function closingBracket(regex: string, from: number): number {
  for (let at = from + 1; at < regex.length; at++) {
    if (regex.charAt(at) === "\\") at++;
    else if (regex.charAt(at) === "]" && at > from + 1) return at;
  }
  return regex.length;
}

/** `metavariable-pattern`: the formula on the code of the metavariable, or on its text in another language. */
function matchesInside(
  evaluation: Evaluation,
  range: Range,
  bound: Bound,
  condition: Condition & { kind: "pattern" },
): readonly Bindings[] {
  const known = new Set(range.bindings.map(([name]) => name));
  const added = (found: Range): Bindings => found.bindings.filter(([name]) => !known.has(name));
  if (condition.language === null) {
    const span = spanOf(bound);
    const base: Range = { ...span, kind: "plain", bindings: range.bindings };
    return evaluate({ ...evaluation, within: span, context: range.bindings, base, admits: null }, condition.formula).map(added);
  }
  const text =
    condition.language === "text" && bound.kind === "node"
      ? (textValue(evaluation, bound) ?? textOf(bound, evaluation.facts.source))
      : textValue(evaluation, bound);
  if (text === null) return FAILS;
  const language = condition.language === "text" ? "javascript" : condition.language;
  const parsed = evaluation.parse(condition.language === "text" ? "" : text, language);
  if (!parsed.ok) return FAILS;
  const facts = { ...programFacts(parsed.tree), source: text };
  const base: Range = { start: 0, end: text.length, kind: "plain", bindings: [] };
  return evaluate({ ...evaluation, facts, within: null, context: [], base, admits: null }, condition.formula).map(() => []);
}
