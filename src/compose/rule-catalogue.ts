/** Rule directories for the command line: tested, listed, explained and checked, without a server. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { holdsModels } from "../../analysis/own-models.ts";
import { createParser } from "../../analysis/parse.ts";
import { formatRuleError, type RuleFile } from "../../analysis/rule-file.ts";
import { type RuleResult, readRules } from "../../layers/1-policy-guard/compile-rules.ts";
import type { ParseSource, PolicyRule } from "../../layers/1-policy-guard/rule.ts";
import { type RuleTest, testRules } from "../../layers/1-policy-guard/test-rules.ts";
import { isOfInvariants } from "../../layers/2-semantic-guard/own-invariants.ts";
import { loadGrammars } from "../analysis-pool/grammars.ts";
import { packageRoot } from "../package-root.ts";
import { lintInvariants } from "./invariant-catalogue.ts";
import { lintModels } from "./model-catalogue.ts";

export type { PolicyRule, RuleTest };
export type Lint = {
  readonly path: string;
  readonly rule: string | null;
  readonly errors: readonly string[];
  readonly notes: readonly string[];
};
/** A rule with the text it was read from, and what its annotated source says must match and must not. */
export type Explained = {
  readonly rule: PolicyRule;
  readonly text: string;
  readonly flagged: readonly string[];
  readonly allowed: readonly string[];
};

/** Larger files are no rules and no annotated sources. */
const MAX_BYTES = 2_000_000;
const SOURCES = /\.(?:ya?ml|pyi?|[mc]?js|jsx|[mc]?ts|tsx|sh|bash|txt|html|json|env|conf|ini|md|vue|ejs|erb|jinja2?|tf|go|java|rb|php)$/i;
const SKIPPED = /^(?:node_modules|\.git|\.github|\.venv|__pycache__)$/;

/** Where the shipped policy rules are. */
export function shippedRules(): string {
  return join(packageRoot(), "rules", "policy");
}

/** Files under a directory, or the one file, in order of path; rule files alone with `rulesOnly`. Throws what the file system throws. */
export function readRuleDirectory(directory: string, rulesOnly = false): RuleFile[] {
  const paths: string[] = [];
  if (statSync(directory).isDirectory()) collect(directory, paths);
  else paths.push(directory);
  const wanted = paths.filter((path) => (rulesOnly ? /\.ya?ml$/.test(path) : SOURCES.test(path)) && statSync(path).size <= MAX_BYTES);
  return wanted.sort().map((path) => ({ path: path.replaceAll("\\", "/"), text: readFileSync(path, "utf8") }));
}

function collect(directory: string, paths: string[]): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory() && !SKIPPED.test(entry.name)) collect(join(directory, entry.name), paths);
    else if (entry.isFile()) paths.push(join(directory, entry.name));
  }
}

export async function testRuleFiles(files: readonly RuleFile[]): Promise<RuleTest[]> {
  return testRules(files, await parser());
}

/** Every rule file of `files` that holds rules, with what is wrong or worth knowing. */
export async function lintRuleFiles(files: readonly RuleFile[]): Promise<Lint[]> {
  const parse = await parser();
  const ofPolicy = files.filter(isOfPolicy);
  const policy = ofPolicy.flatMap((file): Lint[] => {
    const { rules, errors } = readRules(file, parse);
    const own = errors.length === 0 ? [] : [{ path: file.path, rule: null, errors: errors.map(formatRuleError), notes: [] }];
    return [...own, ...rules.map((result) => lintOf(file, result))];
  });
  return [...policy, ...lintInvariants(files).map((lint) => ({ ...lint, notes: [] })), ...lintModels(files)];
}

const isOfPolicy = (file: RuleFile): boolean => !isOfInvariants(file) && !holdsModels(file);

function lintOf(file: RuleFile, result: RuleResult): Lint {
  return { path: file.path, rule: result.id, errors: result.errors.map(formatRuleError), notes: result.rule?.notes ?? [] };
}

/** Rules of the policy guard that compile, in order of id. */
export async function rulesIn(files: readonly RuleFile[]): Promise<PolicyRule[]> {
  const parse = await parser();
  const ofPolicy = files.filter(isOfPolicy);
  const rules = ofPolicy.flatMap((file) => readRules(file, parse).rules.flatMap(({ rule }) => (rule === null ? [] : [rule])));
  return rules.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** One rule with its file and its examples; null when there is none of that id. */
export async function explainRule(files: readonly RuleFile[], id: string): Promise<Explained | null> {
  const rule = (await rulesIn(files.filter((file) => /\.ya?ml$/.test(file.path)))).find((each) => each.id === id);
  if (rule === undefined) return null;
  const stem = rule.path.replace(/\.ya?ml$/, "");
  const sources = files.filter((file) => file.path !== rule.path && file.path.startsWith(`${stem}.`));
  const examples = (mark: string): string[] => sources.flatMap((file) => linesAfter(file.text, `${mark}: ${id}`));
  return { rule, text: files.find((file) => file.path === rule.path)?.text ?? "", flagged: examples("ruleid"), allowed: examples("ok") };
}

function linesAfter(text: string, comment: string): string[] {
  const lines = text.split(/\r\n|\r|\n/);
  return lines.flatMap((line, i) => (line.trim().replace(/^(?:#|\/\/)\s*/, "") === comment ? [(lines[i + 1] ?? "").trim()] : []));
}

async function parser(): Promise<ParseSource> {
  const { parse } = await createParser(loadGrammars());
  return parse;
}
