/**
 * Formulas over ranges, as the format defines them: `patterns` keeps ranges that lie in each other and agree on their
 * metavariables, `pattern-not` removes equal ranges, `pattern-not-inside` what lies inside, `pattern-not-regex` what touches.
 */
import { type Bindings, type Bound, boundAs, isSame, spanOf, textOf } from "./bindings.ts";
import { findPattern, type Search } from "./match-pattern.ts";
import { markedName } from "./pattern-marks.ts";
import type { Condition, Formula, ParseSource, TextToken } from "./rule.ts";
import { findText } from "./text-pattern.ts";
import { allMatches, matchAtStart, type TextRegex } from "./text-regex.ts";

export type Range = {
  readonly start: number;
  readonly end: number;
  readonly kind: "plain" | "inside" | "regex";
  readonly bindings: Bindings;
};
export type Evaluation = Search & {
  readonly parse: ParseSource;
  /** How conditions are judged: they evaluate formulas in turn. */
  readonly holds: (evaluation: Evaluation, range: Range, condition: Condition) => readonly Bindings[];
  /** The range a formula without positive parts filters. */
  readonly base: Range | null;
};
type And = Formula & { kind: "and" };

export function evaluate(evaluation: Evaluation, formula: Formula): Range[] {
  switch (formula.kind) {
    case "pattern":
      return findPattern(evaluation, formula.pattern).map((found) => ({ ...found, kind: "plain" as const }));
    case "regex":
      return findRegex(evaluation, formula.regex);
    case "text":
      return findTokens(evaluation, formula.tokens);
    case "or":
      return unique(formula.parts.flatMap((part) => evaluate(evaluation, part)));
    case "inside":
      return evaluate(evaluation, formula.formula).map((range) => ({ ...range, kind: "inside" as const }));
    case "and":
      return evaluateAnd(evaluation, formula);
  }
}

function findTokens({ facts, within, context, options, fuel }: Evaluation, tokens: readonly TextToken[]): Range[] {
  const text = within === null ? facts.source : facts.source.slice(within.start, within.end);
  const limits = { maxLines: options.ellipsisLines, fuel, offset: within?.start ?? 0, context };
  return findText(tokens, text, limits).map((found) => ({ ...found, kind: "plain" as const }));
}

function findRegex(evaluation: Evaluation, regex: TextRegex): Range[] {
  const { facts, within, context } = evaluation;
  const from = within?.start ?? 0;
  const text = within === null ? facts.source : facts.source.slice(within.start, within.end);
  return allMatches(regex, text).map((found) => {
    const start = from + found.start;
    const end = from + found.end;
    const groups = found.groups.flatMap((group, i): [string, Bound][] =>
      group === null ? [] : [[markedName(`$${i + 1}`), { kind: "text", text: group, start, end }]],
    );
    const named = Object.entries(found.named).map(([name, text]): [string, Bound] => [
      markedName(`$${name}`),
      { kind: "text", text, start, end },
    ]);
    return { start, end, kind: "regex" as const, bindings: [...context, ...groups, ...named] };
  });
}

/**
 * Conditions on texts as tests of single bindings, so that a search ends at the name that is none of those wanted and not after
 * everything else has been compared. Only when the bindings are the match's own: those of several parts are put together first.
 */
function admission({ facts }: Evaluation, { conditions }: And): Evaluation["admits"] {
  const tests = conditions.flatMap((each) => (each.kind === "regex" && !each.constants ? [each] : []));
  if (tests.length === 0) return null;
  return (name, value) =>
    tests.every(({ variable, regex }) => variable !== name || matchAtStart(regex, textOf(value, facts.source)) !== null);
}

function evaluateAnd(evaluation: Evaluation, formula: And): Range[] {
  let bound: [Range, readonly Bindings[]][] = positive(evaluation, formula).map((range) => [range, []]);
  // Conditions and negative parts only take away, so the cheaper ones come first.
  for (const condition of formula.conditions) {
    bound = bound.flatMap(([range, before]): [Range, readonly Bindings[]][] => {
      const found = evaluation.holds(evaluation, range, condition);
      return found.length === 0 ? [] : [[range, [...before, ...found.filter((bindings) => bindings.length > 0)]]];
    });
  }
  for (const negative of formula.negatives) {
    if (bound.length === 0) return [];
    const removed = evaluate({ ...evaluation, admits: null }, negative);
    bound = bound.filter(([range]) => !removed.some((other) => excludes(evaluation, range, other)));
  }
  const all = bound.flatMap(([range, extra]) => [
    range,
    ...extra.map((bindings) => ({ ...range, bindings: [...range.bindings, ...bindings] })),
  ]);
  return unique(formula.focus.length === 0 ? all : all.flatMap((range) => focused(range, formula.focus)));
}

/** Ranges in which every positive part has a match; what is searched for first, then what it must be inside of. */
function positive(evaluation: Evaluation, formula: And): Range[] {
  const isInside = (part: Formula): boolean => part.kind === "inside";
  const parts = [...formula.positives.filter((part) => !isInside(part)), ...formula.positives.filter(isInside)];
  const [first, ...others] = parts;
  if (first === undefined) return evaluation.base === null ? [] : [evaluation.base];
  const alone = !isInside(first) && (parts[1] === undefined || isInside(parts[1]));
  let ranges = evaluate({ ...evaluation, admits: alone ? admission(evaluation, formula) : null }, first);
  for (const part of others) {
    if (ranges.length === 0) return [];
    ranges = intersect(evaluation, ranges, evaluate({ ...evaluation, admits: null }, part));
  }
  return ranges;
}

function intersect(evaluation: Evaluation, left: readonly Range[], right: readonly Range[]): Range[] {
  return unique([...included(evaluation, left, right), ...included(evaluation, right, left)]);
}

/** Those of `inner` that lie in one of `outer`, with the metavariables of both. */
function included(evaluation: Evaluation, inner: readonly Range[], outer: readonly Range[]): Range[] {
  const out: Range[] = [];
  for (const x of inner) {
    for (const y of outer) {
      if (x.kind === "inside" && y.kind !== "inside") continue;
      if (!isIncluded(evaluation, x, y)) continue;
      const added = y.bindings.filter(([name]) => boundAs(x.bindings, name) === undefined);
      out.push(added.length === 0 ? x : { ...x, bindings: [...x.bindings, ...added] });
    }
  }
  return out;
}

function isIncluded({ facts, options }: Evaluation, x: Range, y: Range): boolean {
  if (x.start < y.start || x.end > y.end) return false;
  return x.bindings.every(([name, value]) => {
    const other = boundAs(y.bindings, name);
    return other === undefined || isSame(value, other, facts, options);
  });
}

function excludes(evaluation: Evaluation, range: Range, other: Range): boolean {
  if (other.kind === "inside") return isIncluded(evaluation, range, other);
  if (other.kind === "regex") return range.start < other.end && other.start < range.end;
  return range.start === other.start && range.end === other.end && isIncluded(evaluation, range, other);
}

/** The range of a metavariable instead of the whole match; several lists must meet. */
function focused(range: Range, focus: readonly (readonly string[])[]): Range[] {
  let result: Range[] | null = null;
  for (const names of focus) {
    const spans = names.flatMap((name): Range[] => {
      const bound = boundAs(range.bindings, name);
      if (bound === undefined) return [];
      const meet = meeting(spanOf(bound), range);
      return meet === null ? [] : [{ ...range, ...meet }];
    });
    result = result === null ? spans : result.flatMap((a) => spans.flatMap((b) => both(a, b)));
  }
  return result ?? [range];
}

function both(a: Range, b: Range): Range[] {
  const meet = meeting(a, b);
  return meet === null ? [] : [{ ...a, ...meet }];
}

type Span = { readonly start: number; readonly end: number };

function meeting(a: Span, b: Span): Span | null {
  if (a.start >= b.start && a.end <= b.end) return { start: a.start, end: a.end };
  return b.start >= a.start && b.end <= a.end ? { start: b.start, end: b.end } : null;
}

export function unique(ranges: readonly Range[]): Range[] {
  if (ranges.length < 2) return [...ranges];
  const seen = new Map<string, Range>();
  for (const range of ranges) {
    const bound = range.bindings.map(([name, value]) => `${name}${spanOf(value).start}-${spanOf(value).end}`).sort();
    const key = `${range.start}:${range.end}:${range.kind}:${bound.join("|")}`;
    if (!seen.has(key)) seen.set(key, range);
  }
  return [...seen.values()];
}
