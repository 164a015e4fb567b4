/** The rule files of this repository and the real parser, for tests of rules. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compileRecognisers } from "../../analysis/compile-recognisers.ts";
import type { ModelTables } from "../../analysis/models.ts";
import { createParser, type Parser } from "../../analysis/parse.ts";
import { compileModels } from "../../analysis/read-models.ts";
import { formatRuleError, type RuleFile } from "../../analysis/rule-file.ts";
import type { Recognisers } from "../../analysis/sensitivity.ts";
import { compileRules } from "../../layers/1-policy-guard/compile-rules.ts";
import type { CompiledRules, ParseSource } from "../../layers/1-policy-guard/rule.ts";
import { compileInvariants } from "../../layers/2-semantic-guard/compile-invariants.ts";
import type { InvariantSet } from "../../layers/2-semantic-guard/invariant.ts";
import { loadGrammars } from "../../src/analysis-pool/grammars.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Files under a folder of `rules/`, with paths from the repository's root. */
export function ruleFiles(folder: string): RuleFile[] {
  const entries = readdirSync(`${ROOT}rules/${folder}`, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => `${entry.parentPath}/${entry.name}`.slice(ROOT.length)).sort();
  return paths.map((path) => ({ path, text: readFileSync(ROOT + path, "utf8") }));
}

export async function realParser(): Promise<Parser> {
  return createParser(loadGrammars());
}

export function shippedPolicy(parse: ParseSource): CompiledRules {
  const yaml = ruleFiles("policy").filter((file) => file.path.endsWith(".yaml"));
  const compiled = compileRules(yaml, parse);
  if (!compiled.ok) throw new Error(compiled.errors.map(formatRuleError).join("\n"));
  return compiled.rules;
}

export function shippedModels(): ModelTables {
  const compiled = compileModels(ruleFiles("apis").filter((file) => file.path.endsWith(".yaml")));
  if (!compiled.ok) throw new Error(compiled.errors.map(formatRuleError).join("\n"));
  return compiled.tables;
}

export function shippedInvariants(): InvariantSet {
  const compiled = compileInvariants(ruleFiles("invariants"));
  if (!compiled.ok) throw new Error(compiled.errors.map(formatRuleError).join("\n"));
  return compiled.set;
}

export function shippedRecognisers(): Recognisers {
  const compiled = compileRecognisers(ruleFiles("sensitivity").filter((file) => file.path.endsWith("recognisers.yaml")));
  if (!compiled.ok) throw new Error(compiled.errors.map(formatRuleError).join("\n"));
  return compiled.recognisers;
}
