/** API models of an operator for the command line: listed and checked beside rules and invariants. */
import { join } from "node:path";
import { holdsModels } from "../../analysis/own-models.ts";
import { compileModels, type OwnModel } from "../../analysis/read-models.ts";
import { formatRuleError, type RuleFile } from "../../analysis/rule-file.ts";
import { packageRoot } from "../package-root.ts";
import { readRuleFiles } from "./load-rule-set.ts";

export type ModelLint = {
  readonly path: string;
  readonly rule: string | null;
  readonly errors: readonly string[];
  readonly notes: readonly string[];
};

/** One entry for each file that is refused, and one for each model of the others. */
export function lintModels(files: readonly RuleFile[]): ModelLint[] {
  const mine = files.filter(holdsModels);
  if (mine.length === 0) return [];
  const compiled = compile(mine);
  if (compiled.ok)
    return compiled.own.map(({ name, path, replaces }) => {
      return { path, rule: name, errors: [], notes: replaces === null ? [] : [`takes the place of the model in ${replaces}`] };
    });
  const paths = [...new Set(compiled.errors.map(({ path }) => path))];
  return paths.map((path) => {
    const own = compiled.errors.filter((error) => error.path === path);
    return { path, rule: null, errors: own.map(formatRuleError), notes: [] };
  });
}

/** Models of the files, when all of them are right. */
export function modelsIn(files: readonly RuleFile[]): readonly OwnModel[] {
  const mine = files.filter(holdsModels);
  const compiled = mine.length === 0 ? null : compile(mine);
  return compiled?.ok ? compiled.own.toSorted((a, b) => (a.name < b.name ? -1 : 1)) : [];
}

/** Files of an operator are read beside those that ship; those that ship, by themselves. */
function compile(mine: readonly RuleFile[]): ReturnType<typeof compileModels> {
  const shipped = readRuleFiles(join(packageRoot(), "rules")).apis;
  return compileModels(
    shipped.filter(({ text }) => !mine.some((file) => file.text === text)),
    mine,
  );
}
