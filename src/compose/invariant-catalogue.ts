/** Invariants for the command line: listed, explained and checked beside the rules of the policy guard. */
import { join } from "node:path";
import { formatRuleError, type RuleFile } from "../../analysis/rule-file.ts";
import { compileInvariants } from "../../layers/2-semantic-guard/compile-invariants.ts";
import type { Invariant, InvariantSet } from "../../layers/2-semantic-guard/invariant.ts";
import { isOfInvariants } from "../../layers/2-semantic-guard/own-invariants.ts";
import { packageRoot } from "../package-root.ts";
import { readRuleFiles } from "./load-rule-set.ts";

export type { Invariant };
export type InvariantLint = { readonly path: string; readonly rule: string | null; readonly errors: readonly string[] };

/** Where the shipped invariants are. */
export function shippedInvariants(): string {
  return join(packageRoot(), "rules", "invariants");
}

/** Throws what is wrong with the shipped files. */
export function shippedInvariantSet(): InvariantSet {
  const compiled = compileInvariants(readRuleFiles(join(packageRoot(), "rules")).invariants);
  if (!compiled.ok) throw new Error(compiled.errors.map(formatRuleError).join("\n"));
  return compiled.set;
}

/** One entry for each file that is refused, and one for each invariant of the others. */
export function lintInvariants(files: readonly RuleFile[]): InvariantLint[] {
  const mine = files.filter(isOfInvariants);
  if (mine.length === 0) return [];
  const compiled = compile(mine);
  if (compiled.ok) return of(compiled.set.invariants, mine).map(({ path, id }) => ({ path, rule: id, errors: [] }));
  const paths = [...new Set(compiled.errors.map(({ path }) => path))];
  return paths.map((path) => {
    const own = compiled.errors.filter((error) => error.path === path);
    return { path, rule: null, errors: own.map(formatRuleError) };
  });
}

/** Invariants of the files, when all of them are right. */
export function invariantsIn(files: readonly RuleFile[]): Invariant[] {
  const mine = files.filter(isOfInvariants);
  const compiled = mine.length === 0 ? null : compile(mine);
  return compiled?.ok ? of(compiled.set.invariants, mine) : [];
}

/** Files of an operator are read with the words that ship; a directory with words of its own is a whole set. */
function compile(files: readonly RuleFile[]): ReturnType<typeof compileInvariants> {
  const isWhole = files.some(({ path }) => /(^|\/)vocabulary\.ya?ml$/.test(path));
  return isWhole ? compileInvariants(files) : compileInvariants(readRuleFiles(join(packageRoot(), "rules")).invariants, files);
}

const of = (invariants: readonly Invariant[], files: readonly RuleFile[]): Invariant[] =>
  invariants.filter(({ path }) => files.some((file) => file.path === path)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
