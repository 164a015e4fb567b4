/** A compiled policy rule set: what matching needs (patterns by callee name) and what judging needs (the rule's words). */
import type { Call, Language } from "../../analysis/tree.ts";
import type { Severity } from "../model.ts";

export type RuleAction = "block" | "require_approval" | "warn";

export type PolicyRule = {
  readonly id: string;
  /** `$X` stands for what the metavariable matched. */
  readonly message: string;
  readonly severity: Severity;
  readonly action: RuleAction;
  readonly languages: readonly Language[];
  /** Domains it is meant for; empty: all. */
  readonly domains: readonly string[];
  /** CWE, OWASP and framework controls. */
  readonly references: readonly string[];
  /** File the rule came from. */
  readonly path: string;
};

/** A call pattern as a tree: names that begin with `$` are metavariables, the name `...` is the ellipsis. */
export type CallPattern = { readonly ruleId: string; readonly call: Call };

/** Patterns by the last name of their callee; `any` holds those whose callee's last name is a metavariable. */
export type PatternIndex = { readonly byName: ReadonlyMap<string, readonly CallPattern[]>; readonly any: readonly CallPattern[] };

export type CompiledRules = {
  readonly rules: ReadonlyMap<string, PolicyRule>;
  readonly patterns: ReadonlyMap<Language, PatternIndex>;
};

export const ELLIPSIS = "...";

export function isMetavariable(name: string): boolean {
  return /^\$[A-Z_][A-Z0-9_]*$/.test(name);
}
