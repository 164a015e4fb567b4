/** Rule files to a rule set. INVARIANT 1: one that is empty or broken is an error, never a set with fewer rules. */
import { compileRecognisers } from "../../analysis/compile-recognisers.ts";
import { compileModels } from "../../analysis/read-models.ts";
import { formatRuleError } from "../../analysis/rule-file.ts";
import { compileRules } from "../../layers/1-policy-guard/compile-rules.ts";
import type { ParseSource } from "../../layers/1-policy-guard/rule.ts";
import { compileInvariants } from "../../layers/2-semantic-guard/compile-invariants.ts";
import { parseThresholds } from "../../layers/4-state-history/thresholds.ts";
import { packKnowledge } from "../analysis-pool/knowledge.ts";
import { type RuleFiles, type RuleSet, RuleSetError } from "./rule-set.ts";

/** Throws RuleSetError. */
export function compileRuleSet(files: RuleFiles, version: string, parse: ParseSource): RuleSet {
  const policy = compileRules(files.policy, parse);
  const invariants = compileInvariants(files.invariants, files.own);
  const recognisers = compileRecognisers(files.sensitivity);
  const behaviour = parseThresholds(files.behaviour.map(({ path, text }) => ({ name: path, text })));
  const models = compileModels(files.apis, files.ownApis);
  const faults = [
    ...(policy.ok ? [] : policy.errors.map(formatRuleError)),
    ...(invariants.ok ? [] : invariants.errors.map(formatRuleError)),
    ...(recognisers.ok ? [] : recognisers.errors.map(formatRuleError)),
    ...(behaviour.ok ? [] : behaviour.errors),
    ...(models.ok ? [] : models.errors.map(formatRuleError)),
  ];
  if (!policy.ok || !invariants.ok || !recognisers.ok || !behaviour.ok || !models.ok)
    throw new RuleSetError(`the rules are broken:\n${faults.join("\n")}`);
  return {
    ...{
      rules: policy.rules.rules,
      invariants: invariants.set,
      recognisers: recognisers.recognisers,
      thresholds: behaviour.thresholds,
      version,
    },
    knowledge: packKnowledge({ policy: policy.rules, models: models.tables, recognisers: recognisers.recognisers }),
  };
}
