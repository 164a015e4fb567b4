/** The whole analysis in this process, as a worker thread does it: parse, match rules, lower, interpret. No cache. */
import { join } from "node:path";
import { createAnalyzer } from "../analysis/analyze.ts";
import { createParser, type Grammars } from "../analysis/parse.ts";
import type { ParsedTree } from "../analysis/tree.ts";
import { matchRules } from "../layers/1-policy-guard/match-rules.ts";
import { unpackKnowledge } from "../src/analysis-pool/knowledge.ts";
import { loadRuleSet } from "../src/compose/load-rule-set.ts";
import { packageRoot } from "../src/package-root.ts";
import type { BenchProgram } from "./programs.ts";

export async function createBenchAnalyzer(grammars: Grammars): Promise<(program: BenchProgram) => void> {
  const parser = await createParser(grammars);
  const { policy, ...known } = unpackKnowledge((await loadRuleSet(join(packageRoot(), "rules"))).knowledge);
  const rules = { ...policy, parse: parser.parse };
  const match = (tree: ParsedTree) => matchRules(rules, tree, tree.module.language);
  const analyzer = createAnalyzer({ parser, match, ...known });
  return ({ name, code, language }) => {
    const result = analyzer.analyze(code, language);
    if (!result.ok) throw new Error(`${name}: ${result.failure.reason}: ${result.failure.message}`);
  };
}
