/** The rules as a server loads them: what is broken or missing keeps it from starting, with its place; what is whole reaches the workers unchanged. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { RuleFile } from "../../analysis/rule-file.ts";
import { packKnowledge, unpackKnowledge } from "../../src/analysis-pool/knowledge.ts";
import { compileRuleSet, type RuleFiles, RuleSetError, readRuleFiles } from "../../src/compose/load-rule-set.ts";
import { packageRoot } from "../../src/package-root.ts";
import { realParser } from "./shipped-rules.ts";

const { parse } = await realParser();
const shipped = readRuleFiles(join(packageRoot(), "rules"));

describe("a rule set that is broken or empty is refused", () => {
  const broken: readonly (readonly [name: string, room: keyof RuleFiles, files: readonly RuleFile[], message: RegExp])[] = [
    [
      "a policy rule with a pattern that is no program",
      "policy",
      [{ path: "rules/policy/a.yaml", text: "rules:\n  - { id: a, message: m, severity: ERROR, languages: [python], pattern: 'f((' }\n" }],
      /rules\/policy\/a\.yaml:2:\d+: the pattern is not valid python[\s\S]*pattern: 'f\(\('[\s\S]*\^/,
    ],
    ["no policy rules", "policy", [], /rules\/policy:1:1: there are no rules/],
    [
      "a model with an unknown key",
      "apis",
      [{ path: "rules/apis/a.yaml", text: "language: python\napis: { f: { efect: fs.read } }" }],
      /rules\/apis\/a\.yaml: unknown key `efect` in the model of `f`/,
    ],
    ["no models", "apis", [], /rules\/apis: no API models were given/],
    [
      "recognisers that are no YAML",
      "sensitivity",
      [{ path: "rules/sensitivity/a.yaml", text: "labels: [" }],
      /rules\/sensitivity\/a\.yaml:1:10: [\s\S]*\^/,
    ],
    ["no recognisers", "sensitivity", [], /rules\/sensitivity:1:1: no recognisers/],
    ["no thresholds", "behaviour", [], /./],
  ];
  for (const [name, room, files, message] of broken) {
    it(name, () => {
      assert.throws(
        () => compileRuleSet({ ...shipped, [room]: files }, parse),
        (error: unknown) => error instanceof RuleSetError && message.test(error.message),
      );
    });
  }
});

describe("compiled rules cross threads", () => {
  const { policy, models, recognisers } = compileRuleSet(shipped, parse);
  it("whole: every rule, model and recogniser as it was compiled", () => {
    const { rules, index } = policy;
    assert.deepEqual(unpackKnowledge(packKnowledge({ policy, models, recognisers })), { policy: { rules, index }, models, recognisers });
  });
});
