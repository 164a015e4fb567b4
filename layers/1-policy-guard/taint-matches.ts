/** Where sources, sinks, sanitizers and propagators of one rule match a program, to be asked by the span of an expression. */
import type { Span } from "../../analysis/ir.ts";
import { CHILD_FIELDS, type Node } from "../../analysis/tree.ts";
import { type Bindings, boundAs, spanOf } from "./bindings.ts";
import { type Evaluation, evaluate, type Range } from "./evaluate-formula.ts";
import type { ProgramFacts } from "./program-facts.ts";
import type { TaintPropagator, TaintRule, TaintSanitizer, TaintSink, TaintSource } from "./rule.ts";

type Place = {
  readonly start: number;
  readonly end: number;
  /** The expression that is matched: the range itself, or the largest expression in it. */
  readonly target: Span;
  readonly bindings: Bindings;
};
export type SourceMatch = Place & { readonly spec: TaintSource; readonly number: number };
export type SinkMatch = Place & { readonly spec: TaintSink; readonly number: number };
export type SanitizerMatch = Place & { readonly spec: TaintSanitizer };
export type PropagatorMatch = { readonly spec: TaintPropagator; readonly number: number; readonly from: Span; readonly to: Span };

export type TaintMatches = {
  readonly sources: Covering<SourceMatch>;
  readonly sinks: Covering<SinkMatch>;
  readonly sanitizers: Covering<SanitizerMatch>;
  /** By `start:end` of what taint leaves, and of where it arrives. */
  readonly from: ReadonlyMap<string, readonly PropagatorMatch[]>;
  readonly to: ReadonlyMap<string, readonly PropagatorMatch[]>;
};

export function keyOf(span: Span): string {
  return `${span.start}:${span.end}`;
}

/** Null when no source or no sink matches: then the rule cannot either. */
export function findTaintMatches(evaluation: Evaluation, rule: TaintRule): TaintMatches | null {
  const { facts } = evaluation;
  const find = <S extends { readonly formula: TaintSource["formula"] }>(specs: readonly S[]): (Place & { spec: S; number: number })[] => {
    let number = 0;
    return specs.flatMap((spec) =>
      evaluate(evaluation, spec.formula).map((range) => ({ ...placeOf(facts, range), spec, number: number++ })),
    );
  };
  const sinks = find(rule.sinks);
  if (sinks.length === 0) return null;
  const sources = find(rule.sources);
  if (sources.length === 0) return null;
  const taken = new Set([...sources, ...sinks].map((match) => keyOf(match.target)));
  const sanitizers = find(rule.sanitizers).filter((match) => !match.spec.notConflicting || !taken.has(keyOf(match.target)));
  const propagators = rule.propagators.flatMap((spec) => evaluate(evaluation, spec.formula).flatMap((range) => endsOf(facts, spec, range)));
  const numbered = propagators.map((match, number) => ({ ...match, number }));
  return {
    sources: new Covering(sources),
    sinks: new Covering(sinks),
    sanitizers: new Covering(sanitizers),
    from: grouped(numbered, (match) => match.from),
    to: grouped(numbered, (match) => match.to),
  };
}

function grouped(matches: readonly PropagatorMatch[], end: (match: PropagatorMatch) => Span): Map<string, PropagatorMatch[]> {
  const out = new Map<string, PropagatorMatch[]>();
  for (const match of matches) {
    const key = keyOf(end(match));
    const known = out.get(key);
    if (known === undefined) out.set(key, [match]);
    else known.push(match);
  }
  return out;
}

function endsOf(facts: ProgramFacts, spec: TaintPropagator, range: Range): Omit<PropagatorMatch, "number">[] {
  const from = boundAs(range.bindings, spec.from);
  const to = boundAs(range.bindings, spec.to);
  if (from === undefined || to === undefined) return [];
  return [{ spec, from: targetOf(facts, spanOf(from)), to: targetOf(facts, spanOf(to)) }];
}

function placeOf(facts: ProgramFacts, range: Range): Place {
  return { start: range.start, end: range.end, target: targetOf(facts, range), bindings: range.bindings };
}

// ---------------------------------------------------------------- the expression of a range

const EXPRESSIONS = new WeakMap<ProgramFacts, readonly Span[]>();
const NO_VALUE: ReadonlySet<string> = new Set(
  "Module Hole Arg Entry ComprehensionFor ComprehensionIf Param FunctionBody ClassBody Handler WithItem ImportName Case SwitchCase ExprStmt VarDecl FunctionDef ClassDef Field If While ForEach ForLoop Try With Return Raise Break Continue Pass Assert Delete ScopeDecl Import Export Match Switch Block Labeled TypeDecl TypeNode Slice".split(
    " ",
  ),
);

/** Expressions by their start, larger ones first. */
function expressionsOf(facts: ProgramFacts): readonly Span[] {
  const known = EXPRESSIONS.get(facts);
  if (known !== undefined) return known;
  const spans: Span[] = [];
  const stack: Node[] = [facts.tree.module];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (!NO_VALUE.has(node.kind)) spans.push(node);
    for (const field of CHILD_FIELDS[node.kind]) {
      const value = (node as unknown as Record<string, unknown>)[field] as Node | readonly (Node | null)[] | null | undefined;
      for (const item of Array.isArray(value) ? (value as (Node | null)[]) : [value as Node | null | undefined])
        if (item != null) stack.push(item);
    }
  }
  spans.sort((a, b) => a.start - b.start || b.end - a.end);
  EXPRESSIONS.set(facts, spans);
  return spans;
}

/** The largest expression in a range; the range itself when there is none. */
function targetOf(facts: ProgramFacts, range: Span): Span {
  const spans = expressionsOf(facts);
  let best: Span | null = null;
  for (let i = firstFrom(spans, range.start); i < spans.length; i++) {
    const span = spans[i] as Span;
    if (span.start >= range.end) break;
    if (span.end <= range.end && (best === null || span.end - span.start > best.end - best.start)) best = span;
    if (best !== null && best.start === range.start && best.end === range.end) break;
  }
  return best ?? { start: range.start, end: range.end };
}

function firstFrom(spans: readonly Span[], start: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle] as Span).start < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

// ---------------------------------------------------------------- ranges around an expression

/** Ranges that may hold each other; finds those that hold a span. */
export class Covering<T extends Span> {
  readonly #places: readonly T[];
  /** The largest end of all places up to here. */
  readonly #reach: readonly number[];

  constructor(places: readonly T[]) {
    this.#places = [...places].sort((a, b) => a.start - b.start);
    let reach = 0;
    this.#reach = this.#places.map((place) => (reach = Math.max(reach, place.end)));
  }

  around(span: Span): readonly T[] {
    let i = firstFrom(this.#places, span.start + 1) - 1;
    let out: T[] | null = null;
    for (; i >= 0 && (this.#reach[i] as number) >= span.end; i--) {
      const place = this.#places[i] as T;
      if (place.end < span.end) continue;
      if (out === null) out = [place];
      else out.push(place);
    }
    return out ?? NONE;
  }
}

const NONE: readonly never[] = [];
