/**
 * What every part of the matcher shares. Matching is a search: a matcher calls `next` for each way its pattern matches,
 * and stops when `next` says true. Recursion follows the pattern, which a rule file bounds, never the program.
 */
import { LimitError } from "../../analysis/limit-error.ts";
import type { Expr, Node, Stmt } from "../../analysis/tree.ts";
import { type Bindings, type Bound, boundAs, isSame } from "./bindings.ts";
import { isDotsName, isMeta } from "./pattern-marks.ts";
import type { ProgramFacts } from "./program-facts.ts";
import type { MatchOptions } from "./rule.ts";

/** True: stop searching. */
export type Next = () => boolean;
export type Match<P, T> = (cx: Matching, pattern: P, code: T, next: Next) => boolean;

export type Matching = {
  readonly facts: ProgramFacts;
  readonly options: MatchOptions;
  readonly bindings: Bindings;
  /** Steps left for this program: a search that grows without end is a fault of its own, never "no match". */
  readonly fuel: { left: number };
  /** End of the statements that a sequence covers. */
  readonly span: { end: number };
  /** False for what a metavariable must not become: a condition would refuse every match with it. Null: anything goes. */
  readonly admits: ((name: string, value: Bound) => boolean) | null;
  /** The parts call each other through here, so that files import one way. */
  readonly parts: Parts;
};
export type Parts = {
  readonly expr: Match<Expr, Expr>;
  readonly stmt: Match<Stmt, Stmt>;
  readonly body: Match<readonly Stmt[], readonly Stmt[]>;
  readonly node: Match<Node, Node>;
};

/** INVARIANT 1: what was not searched to its end is an error, and the analysis has no result. */
export class MatchBudgetError extends LimitError {
  override readonly name = "MatchBudgetError";

  constructor() {
    super("matching the policy rules took too many steps");
  }
}

export function spend(cx: Matching): void {
  if (--cx.fuel.left < 0) throw new MatchBudgetError();
}

/** Binds or compares a metavariable, then goes on. `$_` is never bound. */
export function bind(cx: Matching, name: string, value: Bound, next: Next): boolean {
  if (name.endsWith("\u01c2_")) return next();
  const known = boundAs(cx.bindings, name);
  if (known !== undefined) return isSame(known, value, cx.facts, cx.options) && next();
  if (cx.admits !== null && !cx.admits(name, value)) return false;
  cx.bindings.push([name, value]);
  const mark = cx.bindings.length - 1;
  if (next()) return true;
  cx.bindings.length = mark;
  return false;
}

export function bindNode(cx: Matching, name: string, node: Node, next: Next): boolean {
  return bind(cx, name, { kind: "node", node }, next);
}

export type Identifier = { readonly name: string; readonly start: number; readonly end: number };

/** A name that is no expression: `$X`, `...`, or the same name. */
export function matchName(cx: Matching, pattern: string, code: Identifier, next: Next): boolean {
  if (isMeta(pattern)) return bind(cx, pattern, { kind: "name", ...code }, next);
  return (pattern === code.name || isDotsName(pattern)) && next();
}

/** `undefined` and null patterns say nothing. */
export function matchOptional<P, T>(
  cx: Matching,
  pair: { pattern: P | null | undefined; code: T | null | undefined },
  match: Match<P, T>,
  next: Next,
): boolean {
  if (pair.pattern === null || pair.pattern === undefined) return next();
  return pair.code !== null && pair.code !== undefined && match(cx, pair.pattern, pair.code, next);
}
