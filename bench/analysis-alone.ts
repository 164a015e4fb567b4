/** The whole analysis in this process, as a worker thread does it: parse, match rules, lower, interpret. No cache. */
import { join } from "node:path";
import { createAnalyzer } from "../analysis/analyze.ts";
import { createParser, type Grammars } from "../analysis/parse.ts";
import type { ParsedTree } from "../analysis/tree.ts";
import { matchRules } from "../layers/1-policy-guard/match-rules.ts";
import { compileRuleSet, readRuleFiles } from "../src/compose/load-rule-set.ts";
import { packageRoot } from "../src/package-root.ts";
import type { BenchProgram } from "./programs.ts";

export async function createBenchAnalyzer(grammars: Grammars): Promise<(program: BenchProgram) => void> {
  const parser = await createParser(grammars);
  const { policy, models, recognisers } = compileRuleSet(readRuleFiles(join(packageRoot(), "rules")), parser.parse);
  const match = (tree: ParsedTree) => matchRules(policy, tree, tree.module.language);
  const analyzer = createAnalyzer({ parser, match, models, recognisers });
  return ({ name, code, language }) => {
    const result = analyzer.analyze(code, language);
    if (!result.ok) throw new Error(`${name}: ${result.failure.reason}: ${result.failure.message}`);
  };
}
