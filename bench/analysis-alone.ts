/** The whole analysis in this process, as a worker thread does it: parse, match rules, lower, interpret. No cache. */
import { join } from "node:path";
import { createAnalyzer } from "../analysis/analyze.ts";
import { createParser, type Grammars } from "../analysis/parse.ts";
import { formatRuleError } from "../analysis/rule-file.ts";
import type { ParsedTree } from "../analysis/tree.ts";
import { compileRules } from "../layers/1-policy-guard/compile-rules.ts";
import { matchRules } from "../layers/1-policy-guard/match-rules.ts";
import { readRuleFiles } from "../src/compose/load-rule-set.ts";
import { packageRoot } from "../src/package-root.ts";
import type { BenchProgram } from "./programs.ts";

export async function createBenchAnalyzer(grammars: Grammars): Promise<(program: BenchProgram) => void> {
  const files = readRuleFiles(join(packageRoot(), "rules"));
  const parser = await createParser(grammars);
  const compiled = compileRules(files.policy, parser.parse);
  if (!compiled.ok) throw new Error(compiled.errors.map(formatRuleError).join("\n"));
  const match = (tree: ParsedTree) => matchRules(compiled.rules, tree, tree.module.language);
  const analyzer = createAnalyzer({ parser, match, models: files.apis, recognisers: files.sensitivity });
  return ({ name, code, language }) => {
    const result = analyzer.analyze(code, language);
    if (!result.ok) throw new Error(`${name}: ${result.failure.reason}: ${result.failure.message}`);
  };
}
