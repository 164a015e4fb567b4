/** `custom_policies`: what an operator's regular expressions over the code lead to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type CustomPolicy, withCustomPolicies } from "../../layers/1-policy-guard/custom-policies.ts";
import type { Layer } from "../../layers/layer.ts";
import type { LayerVerdict } from "../../layers/model.ts";
import { layerInput, program } from "./layer-input.ts";

const passes: LayerVerdict = { layer: 1, outcome: "pass", findings: [], constraints: [], latencyMs: 0 };
const inner = (verdict: LayerVerdict = passes): Layer => ({ id: 1, inspect: () => verdict });
const policy = (more: Partial<CustomPolicy>): CustomPolicy => ({
  name: "mine",
  pattern: "prod",
  severity: "high",
  action: "BLOCK",
  ...more,
});

function judge(code: string, policies: readonly CustomPolicy[], verdict?: LayerVerdict): LayerVerdict {
  const input = layerInput(program());
  const answer = withCustomPolicies(inner(verdict), policies).inspect({ ...input, submission: { ...input.submission, code } });
  assert.ok(!(answer instanceof Promise));
  return answer;
}

const OUTCOMES = [
  ["BLOCK", "block", "policy.violated"],
  ["REQUIRE_APPROVAL", "escalate", "policy.review"],
  ["WARN", "pass", "policy.review"],
] as const;
for (const [action, outcome, reasonCode] of OUTCOMES) {
  test(`${action} means ${outcome}`, () => {
    const verdict = judge("use(prod)", [policy({ action, severity: "low" })]);
    assert.equal(verdict.outcome, outcome);
    const [finding] = verdict.findings;
    assert.deepEqual([finding?.ruleId, finding?.severity, finding?.reasonCode], ["custom.mine", "low", reasonCode]);
  });
}

test("a pattern that matches nowhere changes nothing, and without policies the layer is the layer", () => {
  assert.equal(judge("use(test)", [policy({})]), passes);
  const layer = inner();
  assert.equal(withCustomPolicies(layer, []), layer);
});

test("every match has its place, in lines and columns, whatever ends the lines", () => {
  const verdict = judge("a\r\nb = prod\rprod(\nprod\n", [policy({}), policy({ name: "lines", pattern: "b = p[\\s\\S]*d\\(" })]);
  assert.deepEqual(
    verdict.findings.map(({ ruleId, location: { line, column, endLine, endColumn } }) => [ruleId, line, column, endLine, endColumn]),
    [
      ["custom.mine", 2, 5, 2, 9],
      ["custom.mine", 3, 1, 3, 5],
      ["custom.mine", 4, 1, 4, 5],
      ["custom.lines", 2, 1, 3, 6],
    ],
  );
});

test("the text that matched is not repeated: it may be a secret (INVARIANT 8)", () => {
  const verdict = judge("key = 'hunter2-hunter2'", [policy({ pattern: "hunter\\d-\\w+" })]);
  assert.doesNotMatch(JSON.stringify(verdict), /hunter/);
});

test("an error of the layer stays an error, with the findings beside it", () => {
  const failed: LayerVerdict = { ...passes, outcome: "error", error: { reasonCode: "rules.empty", message: "none" } };
  const verdict = judge("prod", [policy({ action: "WARN" })], failed);
  assert.deepEqual([verdict.outcome, verdict.findings.length], ["error", 1]);
});

test("a pattern that stalls a backtracking engine ends, on a large program too", () => {
  const verdict = judge(`${"a".repeat(20_000)}!`, [policy({ pattern: "(a+)+$" }), policy({ name: "x", pattern: "(a|a)*b" })]);
  assert.equal(verdict.outcome, "pass");
});
