/**
 * Every rule that matches somewhere in a tree. Rules are looked up by the last name of the callee, as written and as
 * resolved, so that a rule which cannot match costs nothing.
 */
import type { RuleMatch } from "../../analysis/effects.ts";
import type { Expr, Language, LineIndex, ParsedTree } from "../../analysis/tree.ts";
import { type Bindings, matchCall } from "./match-pattern.ts";
import { pathsOf, plainValue } from "./resolve.ts";
import type { CallPattern, CompiledRules, PatternIndex } from "./rule.ts";
import { collectCalls, lookup, type ScopedCall } from "./scopes.ts";

/** In order of place, then of rule; one match per rule and call. */
export function matchRules(rules: CompiledRules, tree: ParsedTree, language: Language): RuleMatch[] {
  const index = rules.patterns.get(language);
  if (index === undefined) return [];
  const matches: RuleMatch[] = [];
  for (const scoped of collectCalls(tree.module)) {
    const seen = new Set<string>();
    for (const pattern of candidates(index, scoped)) {
      const bindings: Bindings = [];
      if (seen.has(pattern.ruleId) || !matchCall(pattern.call, scoped.call, scoped.scope, bindings)) continue;
      seen.add(pattern.ruleId);
      matches.push({
        ruleId: pattern.ruleId,
        location: tree.lines.locate(scoped.call),
        metavariables: Object.fromEntries(bindings.map(([name, value]) => [name, bound(value, tree.lines)])),
      });
    }
  }
  return matches.sort((a, b) => a.location.offset - b.location.offset || (a.ruleId < b.ruleId ? -1 : a.ruleId > b.ruleId ? 1 : 0));
}

const NO_PATTERNS: readonly CallPattern[] = [];

function candidates(index: PatternIndex, scoped: ScopedCall): readonly CallPattern[] {
  const found = index.byName.get(lastName(scoped.call.callee)) ?? NO_PATTERNS;
  const aliased = aliasPatterns(index, scoped, found);
  return aliased.length === 0 && index.any.length === 0 ? found : [...found, ...aliased, ...index.any];
}

/** Patterns for what a plain name was imported or assigned from: `m(x)` after `from hashlib import md5 as m`. */
function aliasPatterns(index: PatternIndex, { call, scope }: ScopedCall, known: readonly CallPattern[]): readonly CallPattern[] {
  const callee = plainValue(call.callee);
  if (callee.kind !== "Name" || lookup(scope, callee.name) === null) return NO_PATTERNS;
  const names = new Set(pathsOf(callee, scope).map((path) => path.slice(path.lastIndexOf(".") + 1)));
  return [...names].flatMap((name) => index.byName.get(name) ?? NO_PATTERNS).filter((pattern) => !known.includes(pattern));
}

function lastName(callee: Expr): string {
  const expr = plainValue(callee);
  if (expr.kind === "Name" || expr.kind === "Member") return expr.name;
  return expr.kind === "Index" && expr.index.kind === "Str" ? expr.index.value : "";
}

/** INVARIANT 8: a match carries names, never the text of literals; its place leads to the rest. */
function bound(value: Expr, lines: LineIndex): RuleMatch["metavariables"][string] {
  const names: string[] = [];
  let at = value;
  for (; at.kind === "Member" && names.length < 16; at = at.object) names.push(at.name);
  const text = at.kind === "Name" ? [at.name, ...names.reverse()].join(".") : "";
  return { text, location: lines.locate(value) };
}
