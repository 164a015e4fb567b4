/** Layer 4 on transfers: duplicates and amounts that were split, and what an unusual session is. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { stateHistory } from "../../layers/4-state-history/state-history.ts";
import { parseThresholds } from "../../layers/4-state-history/thresholds.ts";
import { transferOf, withTransferChecks } from "../../layers/4-state-history/transfers.ts";
import type { Layer, LayerInput } from "../../layers/layer.ts";
import type { LayerVerdict } from "../../layers/model.ts";
import { thresholdsOf } from "../../src/compose/settings.ts";
import { defaultConfig } from "../../src/config.ts";
import { programOf } from "../analysis/interpret/analyze-source.ts";
import { ruleFiles } from "../rules/shipped-rules.ts";
import { layerInput, program } from "./layer-input.ts";

const SHIPPED = parseThresholds(ruleFiles("behaviour").map(({ path, text }) => ({ name: path, text })));
assert.ok(SHIPPED.ok);

const RULES = { duplicates: true, fraud: true, limit: 100_000, windowMs: 60_000, acrossSessions: false };
const inner: Layer = { id: 4, inspect: () => ({ layer: 4, outcome: "pass", findings: [], constraints: [], latencyMs: 0 }) };

type Past = { readonly same: number; readonly total: number };
function judge(
  code: string,
  past: Past | Error,
  more: { rules?: Partial<typeof RULES>; context?: LayerInput["submission"]["context"]; claims?: string[] } = {},
) {
  const history = {
    transfers: () => {
      if (past instanceof Error) throw past;
      return past;
    },
  };
  const input = layerInput(programOf(code, "python"), more.context ?? {}, more.claims ?? []);
  return withTransferChecks(inner, history, { ...RULES, ...more.rules }).inspect(input) as LayerVerdict;
}
const rules = ({ outcome, findings }: LayerVerdict): string => [outcome, ...findings.map(({ ruleId }) => ruleId)].join(" ");

const PAY = "transfer_money(a, b, 40000)";
const NONE = { same: 0, total: 0 };

describe("transfers", () => {
  test("the first one passes, the same one again asks a person, unless a duplicate check is claimed by who may", () => {
    assert.equal(rules(judge(PAY, NONE)), "pass");
    const again = { same: 1, total: 40_000 };
    assert.equal(rules(judge(PAY, again)), "escalate financial.duplicate-transfer");
    const context = { duplicate_check: true };
    assert.equal(rules(judge(PAY, again, { context })), "escalate financial.duplicate-transfer");
    const claimed = judge(PAY, again, { context, claims: ["duplicate_check"] });
    assert.deepEqual([rules(claimed), claimed.reliedOn], ["pass", ["claim: duplicate_check"]]);
    const inText = judge(PAY, again, { context: { duplicate_check: "yes" }, claims: ["duplicate_check"] });
    assert.equal(rules(inText), "pass");
    assert.equal(rules(judge(PAY, again, { rules: { duplicates: false } })), "pass");
  });

  test("small ones that add up to more than the limit ask a person; the sum in the code counts", () => {
    assert.equal(rules(judge(PAY, { same: 0, total: 60_000 })), "pass");
    assert.equal(rules(judge(PAY, { same: 0, total: 60_001 })), "escalate financial.split-transfers");
    assert.equal(rules(judge(PAY, { same: 0, total: 50_000 }, { context: { amount: "50001" } })), "escalate financial.split-transfers");
    assert.equal(rules(judge(PAY, { same: 0, total: 60_001 }, { rules: { fraud: false } })), "pass");
    assert.equal(rules(judge(`${PAY}\ntransfer_money(a, c, 40000)`, { same: 0, total: 30_000 })), "escalate financial.split-transfers");
  });

  test("other programs are not asked about, and a history that cannot be read is an error (INVARIANT 1)", () => {
    assert.equal(rules(judge("x = 1", new Error("gone"))), "pass");
    assert.equal(rules(judge("def f():\n  transfer_money(a, b, 1)", new Error("gone"))), "pass");
    const verdict = judge(PAY, new Error("gone"));
    assert.equal(verdict.outcome === "error" && verdict.error.reasonCode, "store.unavailable");
  });

  test("a transfer is the same by its code, inputs and claimed amount", () => {
    const of = (code: string, submission: Partial<LayerInput["submission"]> = {}) => {
      const facts = programOf(code, "python");
      return transferOf({ ...layerInput(facts).submission, codeDigest: code, ...submission }, facts)?.fingerprint;
    };
    assert.equal(of(PAY), of(PAY));
    assert.notEqual(of(PAY), of(`${PAY} `));
    assert.notEqual(of(PAY), of(PAY, { inputs: { to: "c" } }));
    assert.notEqual(of(PAY), of(PAY, { context: { amount: 5 } }));
  });
});

describe("an agent's baseline", () => {
  const past = (submissions: number, blocked: number, usual: { submissions: number; blocked: number }) => ({
    ...{ deletes: 0, blockedSameCode: 0, blocksInARow: 0, submissions, blocked, usual },
  });
  const USUAL = { submissions: 50, blocked: 5 };
  const ask = (of: ReturnType<typeof past>, change: (config: ReturnType<typeof defaultConfig>) => void = () => {}): string => {
    const config = structuredClone(defaultConfig());
    change(config);
    const layer = stateHistory({ session: () => of }, thresholdsOf(config, SHIPPED.thresholds));
    return rules(layer.inspect(layerInput(program())) as LayerVerdict);
  };

  test("refusals far more frequent than usual ask a person", () => {
    assert.equal(ask(past(20, 10, USUAL)), "escalate history.unusual-blocks");
    assert.equal(ask(past(20, 9, USUAL)), "pass", "too few");
    assert.equal(ask(past(21, 10, USUAL)), "pass", "less than half");
    assert.equal(ask(past(20, 10, { submissions: 49, blocked: 0 })), "pass", "no baseline yet");
    assert.equal(ask(past(20, 10, { submissions: 50, blocked: 6 })), "pass", "it was always so");
  });

  test("`enable_behavioral_baseline` and `enable_behavioral_anomaly` switch it off; the latter refusals in a row too", () => {
    const row = { ...past(20, 20, { submissions: 0, blocked: 0 }), blocksInARow: 20 };
    const noBaseline = (config: ReturnType<typeof defaultConfig>) =>
      Object.assign(config.state_guard, { enable_behavioral_baseline: false });
    const noAnomaly = (config: ReturnType<typeof defaultConfig>) => Object.assign(config.features, { enable_behavioral_anomaly: false });
    assert.equal(ask(past(20, 10, USUAL), noBaseline), "pass");
    assert.equal(ask(past(20, 10, USUAL), noAnomaly), "pass");
    assert.equal(ask(row, noBaseline), "escalate history.blocks-in-a-row");
    assert.equal(ask(row, noAnomaly), "pass");
  });
});
