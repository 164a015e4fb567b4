/**
 * Every rule that matches somewhere in a program. Rules are looked up by the words that their patterns need, so that a
 * rule which cannot match costs nothing.
 */
import type { RuleMatch } from "../../analysis/effects.ts";
import type { Expr, Language, LineIndex, ParsedTree } from "../../analysis/tree.ts";
import { type Bound, spanOf } from "./bindings.ts";
import { conditionHolds } from "./conditions.ts";
import { evaluate } from "./evaluate-formula.ts";
import { matchTaint, TAINT_FUEL, type TaintMatch } from "./match-taint.ts";
import { writtenName } from "./pattern-marks.ts";
import { programFacts } from "./program-facts.ts";
import type { CompiledRules } from "./rule.ts";
import { candidates } from "./rule-index.ts";

type Found = Omit<TaintMatch, "trace"> & Partial<Pick<TaintMatch, "trace">>;

/** Steps of the matcher for one program (about 100 ns each); spending them all is an error, not an answer. */
const FUEL = 3_000_000;

/** In order of place, then of rule; one match per rule and range. Throws MatchBudgetError. */
export function matchRules(rules: CompiledRules, tree: ParsedTree, language: Language): RuleMatch[] {
  const index = rules.index.get(language);
  if (index === undefined || (index.byWord.size === 0 && index.always.length === 0)) return [];
  const facts = programFacts(tree);
  const fuel = { left: FUEL };
  const matches = new Map<string, RuleMatch>();
  const taintFuel = { left: TAINT_FUEL };
  for (const { ruleId, formula, options, taint } of candidates(index, facts.words)) {
    const evaluation = {
      facts,
      options,
      fuel,
      within: null,
      context: [],
      parse: rules.parse,
      holds: conditionHolds,
      base: null,
      admits: null,
    };
    const found: readonly Found[] = taint === undefined ? evaluate(evaluation, formula) : matchTaint(evaluation, taint, taintFuel);
    for (const range of found) {
      const key = `${ruleId}:${range.start}:${range.end}`;
      if (matches.has(key)) continue;
      const metavariables = Object.fromEntries(range.bindings.map(([name, value]) => [writtenName(name), shown(value, tree.lines)]));
      const trace = range.trace === undefined ? {} : { trace: range.trace };
      matches.set(key, { ruleId, location: tree.lines.locate(range), metavariables, ...trace });
    }
  }
  return [...matches.values()].sort(
    (a, b) => a.location.offset - b.location.offset || (a.ruleId < b.ruleId ? -1 : a.ruleId > b.ruleId ? 1 : 0),
  );
}

/** INVARIANT 8: a match carries names, never the text of literals; its place leads to the rest. */
function shown(value: Bound, lines: LineIndex): RuleMatch["metavariables"][string] {
  const text = value.kind === "name" ? value.name : value.kind === "node" ? dotted(value.node as Expr) : "";
  return { text, location: lines.locate(spanOf(value)) };
}

function dotted(value: Expr): string {
  const names: string[] = [];
  let at = value;
  for (; at.kind === "Member" && names.length < 16; at = at.object) names.push(at.name);
  return at.kind === "Name" ? [at.name, ...names.reverse()].join(".") : "";
}
