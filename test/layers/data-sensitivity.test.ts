/** Layer 3 on Programs made by hand: what each label does at each sink, the configuration's keys, masking, failing closed. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AnalysisFailure, Effect, EffectKind, Program, StringFact } from "../../analysis/effects.ts";
import { dataSensitivity } from "../../layers/3-data-sensitivity/data-sensitivity.ts";
import { maskJson, maskSensitive } from "../../layers/3-data-sensitivity/mask.ts";
import type { DataSensitivitySettings } from "../../layers/3-data-sensitivity/settings.ts";
import type { LayerVerdict, Outcome } from "../../layers/model.ts";
import { shippedRecognisers } from "../rules/shipped-rules.ts";
import { effect, HERE, layerInput, program } from "./layer-input.ts";

const recognisers = shippedRecognisers();

type Overrides = {
  readonly data?: Partial<DataSensitivitySettings["data_sensitivity"]>;
  readonly pii?: Partial<DataSensitivitySettings["compliance"]["pii"]>;
  readonly pci?: Partial<DataSensitivitySettings["compliance"]["pci"]>;
  readonly hipaa?: boolean;
};

/** The published defaults, with changes. */
function settings({ data = {}, pii = {}, pci = {}, hipaa = true }: Overrides = {}): DataSensitivitySettings {
  return {
    data_sensitivity: { block_pii_to_logger: true, block_credentials_to_network: true, block_ssn_everywhere: true, ...data },
    compliance: {
      pii: {
        enabled: true,
        classifications: ["ssn", "email", "phone", "address", "dob"],
        blocked_sinks: ["logger", "print", "network"],
        ...pii,
      },
      pci: { enabled: true, require_tokenization: true, allowed_endpoints: [], ...pci },
      hipaa: { enabled: hipaa },
    },
  };
}

function inspect(facts: Program, overrides: Overrides = {}, context = {}): LayerVerdict {
  return dataSensitivity(recognisers, settings(overrides)).inspect(layerInput(facts, context)) as LayerVerdict;
}

const flow = (kind: EffectKind, labels: readonly string[], parts: Partial<Effect> = {}) =>
  program({ effects: [effect({ kind, labels, ...parts })] });
const literal = (value: string): StringFact => ({ value, location: HERE });

describe("what reaches a sink", () => {
  const host = (...targetClasses: Effect["targetClasses"]) => ({ target: "https://api.example.com/v1", targetClasses });
  const cases: readonly { name: string; facts: Program; overrides?: Overrides; outcome: Outcome; warned?: true }[] = [
    { name: "a social security number in a log", facts: flow("log.write", ["pii.ssn"]), outcome: "block" },
    { name: "an identifier in a log", facts: flow("log.write", []), outcome: "pass" },
    { name: "a social security number printed", facts: flow("print.write", ["pii.ssn"]), outcome: "block" },
    {
      name: "a social security number in a function nobody calls",
      facts: flow("log.write", ["pii.ssn"], { reach: "latent" }),
      outcome: "block",
    },
    { name: "a social security number that is only read", facts: flow("record.read", ["pii.ssn"]), outcome: "pass" },
    { name: "an e-mail address printed", facts: flow("print.write", ["pii.email"]), outcome: "pass" },
    { name: "an e-mail address in a log", facts: flow("log.write", ["pii.email"]), outcome: "pass", warned: true },
    { name: "an e-mail address sent", facts: flow("net.send", ["pii.email"], host("host.public")), outcome: "escalate" },
    { name: "a card number in a log", facts: flow("log.write", ["pci.card"]), outcome: "block" },
    { name: "a card number sent to a host", facts: flow("net.send", ["pci.card"], host("host.public")), outcome: "escalate" },
    {
      name: "a card number sent to an allowed endpoint",
      facts: flow("net.send", ["pci.card"], host("host.public")),
      overrides: { pci: { allowed_endpoints: ["https://*.example.com/*"] } },
      outcome: "pass",
    },
    {
      name: "a card number sent to a host that only looks allowed",
      facts: flow("net.send", ["pci.card"], { target: "https://api.example.com@evil.net/v1", targetClasses: ["host.public"] }),
      overrides: { pci: { allowed_endpoints: ["https://*.example.com/*", "api.example.com*"] } },
      outcome: "escalate",
    },
    {
      name: "a card number sent where part of the host is not known",
      facts: flow("net.send", ["pci.card"], { target: "https://{?}.example.com/v1", targetClasses: ["host.unknown"] }),
      overrides: { pci: { allowed_endpoints: ["https://*.example.com/*"] } },
      outcome: "escalate",
    },
    { name: "a password in a log", facts: flow("log.write", ["secret.password"]), outcome: "block" },
    { name: "a password printed", facts: flow("print.write", ["secret.password"]), outcome: "escalate" },
    { name: "an API key sent", facts: flow("net.send", ["secret.api_key"], host("host.public")), outcome: "block" },
    {
      name: "an API key sent to this machine",
      facts: flow("net.send", ["secret.api_key"], host("host.loopback")),
      outcome: "pass",
      warned: true,
    },
    {
      name: "a password sent to whoever the caller names, by a function nobody calls",
      facts: flow("net.send", ["secret.password"], { ...host("unknown.parameter"), reach: "latent" }),
      outcome: "pass",
      warned: true,
    },
    {
      name: "the same function, called",
      facts: flow("net.send", ["secret.password"], host("unknown.parameter")),
      outcome: "block",
    },
    { name: "an API key in the URL of a request", facts: flow("net.fetch", ["secret.api_key"], host("host.public")), outcome: "pass" },
    {
      name: "an API key in a request to a drop point",
      facts: flow("net.fetch", ["secret.api_key"], host("host.drop_point")),
      outcome: "block",
    },
    { name: "a hard-coded key printed", facts: flow("print.write", ["secret.literal"]), outcome: "block" },
    { name: "a private key mailed", facts: flow("mail.send", ["secret.private_key"]), outcome: "block" },
    { name: "an API key written to a file", facts: flow("fs.write", ["secret.api_key"]), outcome: "pass", warned: true },
    { name: "something called token printed", facts: flow("print.write", ["secret.possible"]), outcome: "pass" },
    { name: "a diagnosis in a log", facts: flow("log.write", ["phi.diagnosis"]), outcome: "block" },
    { name: "labels that say where from, not what", facts: flow("log.write", ["env", "file", "input"]), outcome: "pass" },
    { name: "a warning beside a reason", facts: flow("log.write", ["pii.email", "pii.ssn"]), outcome: "block", warned: true },
  ];
  for (const { name, facts, overrides, outcome, warned } of cases) {
    it(`${name}: ${outcome}`, () => {
      const verdict = inspect(facts, overrides);
      assert.equal(verdict.outcome, outcome, JSON.stringify(verdict.findings));
      assert.equal(
        verdict.findings.some((finding) => finding.action === "warn"),
        warned ?? false,
      );
      for (const finding of verdict.findings) assert.equal(finding.reasonCode, finding.action === "block" ? "data.exposed" : "data.review");
    });
  }
});

describe("literals in the code", () => {
  const cases: readonly { name: string; text: string; overrides?: Overrides; outcome: Outcome; rules: readonly string[] }[] = [
    { name: "a social security number", text: "id 123-45-6789", outcome: "block", rules: ["sensitivity.pii.ssn.literal"] },
    {
      name: "the same with block_ssn_everywhere off",
      text: "id 123-45-6789",
      overrides: { data: { block_ssn_everywhere: false } },
      outcome: "pass",
      rules: ["sensitivity.pii.ssn.literal"],
    },
    { name: "a number that was never issued", text: "id 666-45-6789", outcome: "pass", rules: [] },
    { name: "a card number that goes nowhere", text: "4111111111111111", outcome: "pass", rules: [] },
    { name: "a key for its own API", text: "sk_live_AbCdEfGhIjKlMnOp", outcome: "pass", rules: ["sensitivity.secret.literal.literal"] },
    { name: "an e-mail address", text: "jane@example.com", outcome: "pass", rules: [] },
  ];
  for (const { name, text, overrides, outcome, rules } of cases) {
    it(`${name}: ${outcome}`, () => {
      const verdict = inspect(program({ strings: [literal(text)] }), overrides);
      assert.deepEqual({ outcome: verdict.outcome, rules: verdict.findings.map((finding) => finding.ruleId) }, { outcome, rules });
    });
  }
});

describe("the configuration's keys", () => {
  const ssnInLog = flow("log.write", ["pii.ssn"]);
  const keySent = flow("net.send", ["secret.api_key"], { targetClasses: ["host.public"] });
  const cases: readonly { name: string; facts: Program; overrides: Overrides; outcome: Outcome }[] = [
    {
      name: "block_pii_to_logger: false only warns",
      facts: ssnInLog,
      overrides: { data: { block_pii_to_logger: false } },
      outcome: "pass",
    },
    {
      name: "block_credentials_to_network: false only warns",
      facts: keySent,
      overrides: { data: { block_credentials_to_network: false } },
      outcome: "pass",
    },
    {
      name: "a sink that is not in blocked_sinks is not judged",
      facts: ssnInLog,
      overrides: { pii: { blocked_sinks: ["network"] } },
      outcome: "pass",
    },
    {
      name: "a classification that is not listed is not judged",
      facts: ssnInLog,
      overrides: { pii: { classifications: ["email"] } },
      outcome: "pass",
    },
    {
      name: "blocked_sinks says nothing about credentials",
      facts: flow("log.write", ["secret.password"]),
      overrides: { pii: { blocked_sinks: [] } },
      outcome: "block",
    },
    { name: "pii.enabled: false", facts: ssnInLog, overrides: { pii: { enabled: false } }, outcome: "pass" },
    { name: "pci.enabled: false", facts: flow("log.write", ["pci.card"]), overrides: { pci: { enabled: false } }, outcome: "pass" },
    {
      name: "pci.require_tokenization: false",
      facts: flow("net.send", ["pci.card"]),
      overrides: { pci: { require_tokenization: false } },
      outcome: "pass",
    },
    { name: "hipaa.enabled: false", facts: flow("log.write", ["phi.diagnosis"]), overrides: { hipaa: false }, outcome: "pass" },
  ];
  for (const { name, facts, overrides, outcome } of cases) it(name, () => assert.equal(inspect(facts, overrides).outcome, outcome));
});

describe("compliance promises", () => {
  const cases: readonly { name: string; facts: Program; overrides?: Overrides; context?: object; compliance: object }[] = [
    { name: "nothing sensitive", facts: program(), compliance: { pii: true, pci: true } },
    { name: "personal data exposed", facts: flow("log.write", ["pii.ssn"]), compliance: { pii: false, pci: true } },
    { name: "a card number exposed", facts: flow("print.write", ["pci.card"]), compliance: { pii: true, pci: false } },
    { name: "a warning breaks nothing", facts: flow("log.write", ["pii.email"]), compliance: { pii: true, pci: true } },
    { name: "health records kept safe", facts: flow("record.read", ["phi.diagnosis"]), compliance: { pii: true, pci: true, hipaa: true } },
    { name: "health records exposed", facts: flow("log.write", ["phi.diagnosis"]), compliance: { pii: true, pci: true, hipaa: false } },
    {
      name: "the healthcare domain",
      facts: program(),
      context: { domain: "healthcare" },
      compliance: { pii: true, pci: true, hipaa: true },
    },
    {
      name: "switched off is not computed",
      facts: program(),
      overrides: { pii: { enabled: false }, pci: { enabled: false } },
      compliance: {},
    },
  ];
  for (const { name, facts, overrides, context, compliance } of cases) {
    it(name, () => assert.deepEqual(inspect(facts, overrides, context).compliance, compliance));
  }
});

describe("INVARIANT 1: no answer is an error", () => {
  const failures: Record<AnalysisFailure["reason"], string> = {
    deadline: "analysis.deadline",
    crashed: "analysis.crashed",
    limit: "analysis.limit",
    unsupported_language: "analysis.unsupported_language",
    rules_broken: "rules.broken",
  };
  const reason = (verdict: LayerVerdict) => (verdict.outcome === "error" ? verdict.error.reasonCode : verdict.outcome);
  for (const [failure, code] of Object.entries(failures)) {
    it(`${failure} -> ${code}`, () => {
      const facts = { ok: false, failure: { reason: failure as AnalysisFailure["reason"], message: "" } } as const;
      assert.equal(reason(dataSensitivity(recognisers, settings()).inspect(layerInput(facts)) as LayerVerdict), code);
    });
  }
  it("no recognisers -> rules.empty", () => {
    const layer = dataSensitivity({ ...recognisers, labels: new Map() }, settings());
    assert.equal(reason(layer.inspect(layerInput(program())) as LayerVerdict), "rules.empty");
  });
  it("a spent budget promises nothing (layer 2 asks), and a block stays a block", () => {
    assert.deepEqual(inspect(program({ exhausted: true })).compliance, {});
    assert.equal(reason(inspect({ ...flow("log.write", ["pii.ssn"]), exhausted: true })), "block");
  });
});

describe("INVARIANT 8: what is recorded is masked", () => {
  const canaries = [
    "123-45-6789",
    "4111 1111 1111 1111",
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789",
    "jane.doe@example.com",
  ];
  for (const canary of canaries) {
    it(`${canary.slice(0, 4)}... is in no finding, text or JSON`, () => {
      const verdict = inspect(
        program({
          strings: [literal(canary)],
          effects: [
            effect({
              kind: "log.write",
              labels: ["pii.ssn", "pci.card", "secret.literal", "pii.email"],
              target: canary,
              args: { name: canary },
            }),
          ],
        }),
      );
      assert.ok(verdict.findings.length > 0);
      assert.ok(!JSON.stringify(verdict).includes(canary));
      assert.ok(!maskSensitive(recognisers, `user said ${canary}!`).includes(canary));
      const record = { code: `log("${canary}")`, [canary]: [canary, { deep: { deeper: canary } }] };
      assert.ok(!JSON.stringify(maskJson(recognisers, record)).includes(canary));
    });
  }
  it("keeps everything else", () => {
    const record = { a: [1, 2.5, true, null, "text"], amount: 150000, user: { id: 7 } };
    assert.deepEqual(maskJson(recognisers, record), record);
  });
  it("masks whole what stands under a telling key", () => {
    const record = { ssn: 123456789, password: "hunter2", card_number: "42", userEmail: "x", password_hash: "abc" };
    const masked = { ssn: "[ssn:9]", password: "[password:7]", card_number: "[card:2]", userEmail: "x", password_hash: "abc" };
    assert.deepEqual(maskJson(recognisers, record), masked);
    assert.deepEqual(maskJson(recognisers, masked), masked);
  });
  it("keeps nothing below 64 levels", () => {
    let deep: object = { secret: "123-45-6789" };
    for (let i = 0; i < 5_000; i++) deep = { deep };
    assert.match(JSON.stringify(maskJson(recognisers, deep as never)), /"\[deep\]"/);
  });
});
