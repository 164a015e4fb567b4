/** Layer 2: the posture table and the domain invariants, on real programs and on Programs made by hand. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AnalysisFailure, Effect, Guard, Program } from "../../analysis/effects.ts";
import { type SemanticGuardSettings, semanticGuard } from "../../layers/2-semantic-guard/semantic-guard.ts";
import type { Json, LayerVerdict } from "../../layers/model.ts";
import { loadConfig } from "../../src/config.ts";
import { specify } from "../analysis/fixme.ts";
import { programOf } from "../analysis/interpret/analyze-source.ts";
import { createJudge } from "../cases/judge.ts";
import { shippedInvariants } from "../rules/shipped-rules.ts";
import { effect, HERE, layerInput, program } from "./layer-input.ts";
import { BLOCKING_RULES, POSTURE } from "./posture-cases.ts";

const loaded = loadConfig({ env: {}, cwd: "/nonexistent" });
assert.ok(loaded.ok);
const decide = await createJudge();
const SETTINGS: SemanticGuardSettings = loaded.config;
const INVARIANTS = shippedInvariants();

function judge(
  facts: Program,
  options: { settings?: SemanticGuardSettings; context?: Record<string, Json>; claims?: readonly string[] } = {},
): LayerVerdict {
  const context = options.context ?? {};
  const verdict = semanticGuard(INVARIANTS, options.settings ?? SETTINGS).inspect(
    layerInput(facts, context, options.claims ?? Object.keys(context)),
  );
  assert.ok(!(verdict instanceof Promise));
  return verdict;
}
const judgeEffects = (effects: readonly Effect[], options?: Parameters<typeof judge>[1]): LayerVerdict =>
  judge(program({ effects }), options);
const rulesOf = (verdict: LayerVerdict): string[] => verdict.findings.filter((f) => f.action !== "warn").map((f) => f.ruleId);

describe("the balanced posture", () => {
  for (const { cell, code, language, rule, elsewhere } of POSTURE)
    specify(`${cell}: ${code.split("\n").at(-1)?.trim()}`, () => {
      if (elsewhere !== undefined) return assert.equal(decide({ code, language: language ?? "python" }).decision, elsewhere);
      const verdict = judge(programOf(code, language ?? "python"));
      if (rule === null) assert.deepEqual([verdict.outcome, rulesOf(verdict)], ["pass", []]);
      else {
        assert.ok(rulesOf(verdict).includes(rule), `${rule} is not among ${rulesOf(verdict).join(", ") || "no findings"}`);
        assert.equal(verdict.outcome, BLOCKING_RULES.has(rule) ? "block" : "escalate");
      }
    });
});

const guard = (text: string, more: Partial<Guard> = {}): Guard => ({
  text,
  positive: true,
  subjects: [text],
  external: true,
  location: HERE,
  ...more,
});

describe("a balance changes only after somebody was found to be allowed to change it", () => {
  const decrease = (...guards: Guard[]): Effect =>
    effect({
      kind: "state.decrease",
      target: "account.balance",
      basis: "name",
      args: { subject: "account.balance", amount: 100, own: true },
      guards,
    });

  test("without a check it is blocked, with the reason", () => {
    const verdict = judgeEffects([decrease()]);
    assert.equal(verdict.outcome, "block");
    assert.match(verdict.findings[0]?.message ?? "", /authorization/);
    assert.equal(verdict.findings[0]?.reasonCode, "invariant.violated");
    assert.deepEqual(verdict.reliedOn, []);
  });

  const counting: readonly Guard[] = [
    guard("authorized"),
    guard("is_authorized"),
    guard("user.is_authorized", { subjects: ["user.is_authorized", "user"] }),
    guard("isAuthorized(user)", { subjects: ["isAuthorized", "user"] }),
    guard("account.owner == user", { subjects: ["account.owner", "account", "user"] }),
    guard("has_permission(user, 'withdraw')", { subjects: ["has_permission", "user"] }),
    guard("current_user.can_withdraw", { subjects: ["current_user.can_withdraw", "current_user"] }),
    guard('user.role == "admin"', { subjects: ["user.role", "user"] }),
    guard("@requires_auth", { subjects: ["requires_auth"] }),
    guard("unauthorized", { positive: false }),
    guard("user.access_denied", { positive: false, subjects: ["user.access_denied", "user"] }),
    guard("not authorized", { positive: false, subjects: ["authorized"] }),
    guard("authorized == False", { positive: false, subjects: ["authorized"] }),
    guard("account.is_authorized", { subjects: ["account.is_authorized", "account"] }),
  ];
  for (const g of counting)
    test(`guarded by ${g.positive ? "" : "not "}${g.text}`, () => {
      const verdict = judgeEffects([decrease(g)]);
      assert.equal(verdict.outcome, "pass");
      assert.deepEqual(verdict.reliedOn, [`guard: ${g.text}`]);
    });

  const notCounting: Readonly<Record<string, Guard>> = {
    "the wrong polarity": guard("authorized", { positive: false }),
    "the wrong polarity of a negation": guard("unauthorized"),
    "its own constant": guard("authorized", { external: false }),
    "something else": guard("weather.is_nice", { subjects: ["weather.is_nice", "weather"] }),
    "another person's authorization": guard("bob.is_authorized", { subjects: ["bob.is_authorized", "bob"] }),
    "a target that is authorized": guard("target_user.is_authorized", { subjects: ["target_user.is_authorized", "target_user"] }),
    "an or that is always true": guard("authorized or True", { subjects: ["authorized"] }),
    "a word inside another": guard("authority_figures", { subjects: ["authority_figures"] }),
    "an amount check": guard("account.balance >= 100", { subjects: ["account.balance", "account"] }),
  };
  for (const [name, g] of Object.entries(notCounting))
    test(`not guarded by ${name}: ${g.text}`, () => assert.equal(judgeEffects([decrease(g)]).outcome, "block"));

  test("a claim that the caller may make counts, and is recorded", () => {
    const verdict = judgeEffects([decrease()], { context: { has_auth_check: true } });
    assert.equal(verdict.outcome, "pass");
    assert.deepEqual(verdict.reliedOn, ["claim: has_auth_check"]);
  });
  test("a claim that the caller may not make does not", () =>
    assert.equal(judgeEffects([decrease()], { context: { has_auth_check: true }, claims: [] }).outcome, "block"));
  for (const value of [false, null, "", "false", "no", 0, [], {}] as const)
    test(`the claim ${JSON.stringify(value)} is no claim`, () =>
      assert.equal(judgeEffects([decrease()], { context: { has_auth_check: value } }).outcome, "block"));
  test("every unguarded decrease is reported", () => {
    const other = { ...decrease(), location: { ...HERE, offset: 50, endOffset: 60 } };
    assert.equal(judgeEffects([decrease(), other]).findings.length, 2);
  });
  test("one guarded and one unguarded is blocked", () =>
    assert.equal(
      judgeEffects([decrease(guard("authorized")), { ...decrease(), location: { ...HERE, offset: 50, endOffset: 60 } }]).outcome,
      "block",
    ));
  test("switched off it says nothing", () => {
    const settings = {
      ...SETTINGS,
      policies: { ...SETTINGS.policies, balance_operations: { require_auth: false, require_validation: false } },
    };
    assert.equal(judgeEffects([decrease()], { settings }).outcome, "pass");
  });
  test("an increase is only worth a warning", () => {
    const verdict = judgeEffects([
      effect({ kind: "state.increase", target: "account.balance", basis: "name", args: { subject: "account.balance" } }),
    ]);
    assert.equal(verdict.outcome, "pass");
    assert.deepEqual(
      verdict.findings.map((f) => f.action),
      ["warn"],
    );
  });
  test("overwriting it with a value derived from itself is blocked", () =>
    assert.equal(
      judgeEffects([effect({ kind: "state.set", target: "account.balance", args: { subject: "account.balance", own: true } })]).outcome,
      "block",
    ));
});

describe("money above the limit moves only with a person's approval", () => {
  const transfer = (amount?: number): Effect =>
    effect({ kind: "money.transfer", target: "transfer_money", basis: "name", args: amount === undefined ? {} : { amount } });
  const cases: readonly (readonly [
    name: string,
    effect: Effect,
    context: Record<string, Json>,
    claims: readonly string[] | undefined,
    outcome: string,
    impact?: number | "unlimited",
  ])[] = [
    ["at the limit", transfer(100_000), {}, undefined, "pass"],
    ["above the limit", transfer(100_001), {}, undefined, "escalate", 100_001],
    ["nothing", transfer(0), {}, undefined, "pass"],
    ["an amount that is not known", transfer(), {}, undefined, "escalate", "unlimited"],
    ["not known, claimed small", transfer(), { amount: 50 }, undefined, "pass"],
    ["not known, claimed small by somebody who may not", transfer(), { amount: 50 }, [], "escalate", "unlimited"],
    ["not known, claimed large", transfer(), { amount: 500_000 }, undefined, "escalate", 500_000],
    ["small in code, claimed large", transfer(10), { amount: 500_000 }, undefined, "escalate", 500_000],
    ["small in code, claimed large by somebody who may not", transfer(10), { amount: 500_000 }, [], "escalate", 500_000],
    ["large in code, claimed small", transfer(500_000), { amount: 50 }, undefined, "escalate", 500_000],
    ["claimed negative", transfer(), { amount: -500_000 }, undefined, "escalate", 500_000],
    ["claimed as text", transfer(), { amount: "50" }, undefined, "escalate", "unlimited"],
    ["small in code, claimed as large text", transfer(10), { amount: "500000" }, [], "escalate", 500_000],
    ["small in code, claimed as what is no number", transfer(10), { amount: "a lot" }, [], "escalate", "unlimited"],
    ["small in code, nothing claimed", transfer(10), { amount: null }, undefined, "pass"],
    ["negative in code, claimed small", transfer(-500_000), { amount: 50 }, undefined, "escalate"],
    ["not a number", transfer(Number.NaN), {}, undefined, "escalate"],
    ["negative in code", transfer(-500_000), {}, undefined, "escalate"],
  ];
  for (const [name, facts, context, claims, outcome, impact] of cases)
    specify(`transfer: ${name}`, () => {
      const verdict = judgeEffects([facts], { context, ...(claims === undefined ? {} : { claims }) });
      assert.equal(verdict.outcome, outcome);
      if (impact !== undefined) assert.equal(verdict.findings[0]?.impact, impact);
    });
  test("a claim that it passes on is told, one that it needs not is not", () => {
    const passes = (facts: Effect) => judgeEffects([facts], { context: { amount: 50 } }).reliedOn;
    assert.deepEqual([passes(transfer()), passes(transfer(50))], [["claim: amount"], []]);
  });
  test("the stricter of the two limits counts", () => {
    const settings = { ...SETTINGS, approval: { ...SETTINGS.approval, require_for_transfer_over: 500 } };
    assert.equal(judgeEffects([transfer(600)], { settings }).outcome, "escalate");
  });
});

describe("a health record is read only with consent and kept encrypted", () => {
  const record: Effect = effect({ kind: "record.read", target: "get_patient_data", basis: "name", args: { subject: "get_patient_data" } });
  const both = { hipaa_consent: true, encrypted_storage: true };

  test("without either it is blocked, and HIPAA is broken", () => {
    const verdict = judgeEffects([record]);
    assert.equal(verdict.outcome, "block");
    assert.match(verdict.findings[0]?.message ?? "", /HIPAA consent and encrypted storage/);
    assert.deepEqual(verdict.compliance, { hipaa: false });
  });
  test("with both claims it passes, and both are relied on", () => {
    const verdict = judgeEffects([record], { context: both });
    assert.equal(verdict.outcome, "pass");
    assert.deepEqual([...(verdict.reliedOn ?? [])].sort(), ["claim: encrypted_storage", "claim: hipaa_consent"]);
    assert.deepEqual(verdict.compliance, { hipaa: true });
  });
  for (const missing of ["hipaa_consent", "encrypted_storage"] as const)
    test(`without ${missing} it is blocked`, () =>
      assert.equal(judgeEffects([record], { context: { ...both, [missing]: false } }).outcome, "block"));
  test("a guard in the code does as well as a claim", () => {
    const guards = [
      guard("patient.has_consent", { subjects: ["patient.has_consent", "patient"] }),
      guard("storage.encrypted", { subjects: ["storage.encrypted"] }),
    ];
    const verdict = judgeEffects([{ ...record, target: "patient", args: { subject: "patient" }, guards }], {
      context: { encrypted_storage: true },
    });
    assert.equal(verdict.outcome, "pass");
  });
  for (const kind of ["record.write", "record.delete"] as const)
    test(`${kind} is judged alike`, () => assert.equal(judgeEffects([{ ...record, kind }]).outcome, "block"));
  test("with the domain switched off it passes", () => {
    const settings = { ...SETTINGS, domains: { ...SETTINGS.domains, healthcare: { ...SETTINGS.domains.healthcare, enabled: false } } };
    assert.equal(judgeEffects([record], { settings }).outcome, "pass");
  });
  test("a program without records says nothing about HIPAA", () =>
    assert.deepEqual(judgeEffects([effect({ kind: "fs.read", target: "a" })]).compliance, {}));
});

describe("databases and infrastructure", () => {
  test("deleting everything is blocked", () =>
    assert.equal(judgeEffects([effect({ kind: "db.delete_all", target: "DELETE users" })]).outcome, "block"));
  test("unless the configuration allows it", () => {
    const settings = {
      ...SETTINGS,
      policies: { ...SETTINGS.policies, delete_operations: { allow_delete_all: true, max_delete_count: 1 } },
    };
    assert.equal(judgeEffects([effect({ kind: "db.delete_all", target: "DELETE users" })], { settings }).outcome, "pass");
  });
  test("dropping a table asks, with unlimited impact", () => {
    const verdict = judgeEffects([effect({ kind: "db.drop", target: "DROP users" })]);
    assert.deepEqual([verdict.outcome, verdict.findings[0]?.impact], ["escalate", "unlimited"]);
  });
  test("where no approval is configured for it, it is blocked", () => {
    const settings = { ...SETTINGS, approval: { ...SETTINGS.approval, require_for_drop_table: false } };
    assert.equal(judgeEffects([effect({ kind: "db.drop", target: "DROP users" })], { settings }).outcome, "block");
  });
  const change = effect({ kind: "infra.change", target: "scale_instances", basis: "name" });
  test("infrastructure outside production is nobody's business", () => assert.equal(judgeEffects([change]).outcome, "pass"));
  test("in production it needs a ticket and a way back", () => {
    const verdict = judgeEffects([change], { context: { environment: "production" } });
    assert.equal(verdict.outcome, "block");
    assert.match(verdict.findings[0]?.message ?? "", /change ticket and rollback plan/);
  });
  test("with both it passes and says why", () => {
    const verdict = judgeEffects([change], { context: { domain: "infrastructure", change_ticket: "CHG-1", rollback_plan: "revert" } });
    assert.equal(verdict.outcome, "pass");
    assert.deepEqual([...(verdict.reliedOn ?? [])].sort(), ["claim: change_ticket", "claim: rollback_plan"]);
  });
  test("an unverified domain still makes it stricter", () =>
    assert.equal(
      judgeEffects([change], { context: { environment: "production", change_ticket: "CHG-1", rollback_plan: "x" }, claims: [] }).outcome,
      "block",
    ));
});

describe("what cannot be judged is never passed", () => {
  const reasons: Readonly<Record<AnalysisFailure["reason"], string>> = {
    deadline: "analysis.deadline",
    crashed: "analysis.crashed",
    limit: "analysis.limit",
    unsupported_language: "analysis.unsupported_language",
    rules_broken: "rules.broken",
  };
  for (const [reason, code] of Object.entries(reasons) as [AnalysisFailure["reason"], string][])
    test(`without a Program (${reason}) the outcome is an error`, () => {
      const verdict = semanticGuard(INVARIANTS, SETTINGS).inspect(layerInput({ ok: false, failure: { reason, message: "secret" } }));
      assert.ok(!(verdict instanceof Promise) && verdict.outcome === "error");
      assert.equal(verdict.error.reasonCode, code);
      assert.doesNotMatch(verdict.error.message, /secret/);
    });
  for (const [kind, code] of [
    ["syntax", "analysis.unparseable"],
    ["limit", "analysis.limit"],
  ] as const)
    test(`a ${kind} diagnostic is an error, and what was found is still reported`, () => {
      const verdict = judge(
        program({ diagnostics: [{ kind, message: "m", location: HERE }], effects: [effect({ kind: "db.update_all" })] }),
      );
      assert.ok(verdict.outcome === "error");
      assert.equal(verdict.error.reasonCode, code);
      assert.deepEqual(rulesOf(verdict), ["core.update-all"]);
    });
  test("an unsupported form alone is no error", () =>
    assert.equal(judge(program({ diagnostics: [{ kind: "unsupported", message: "m", location: HERE }] })).outcome, "pass"));
  test("an exhausted analysis asks", () => {
    const verdict = judge(program({ exhausted: true }));
    assert.deepEqual([verdict.outcome, verdict.findings[0]?.reasonCode], ["escalate", "analysis.exhausted"]);
  });
  test("an exhausted analysis that found a ruin blocks", () =>
    assert.equal(judge(program({ exhausted: true, effects: [effect({ kind: "db.delete_all" })] })).outcome, "block"));
  test("an opaque form asks", () => {
    const verdict = judgeEffects([effect({ kind: "code.opaque", target: "x" })]);
    assert.deepEqual([verdict.outcome, verdict.findings[0]?.reasonCode], ["escalate", "analysis.opaque"]);
  });
});

describe("reach", () => {
  const remove = (parts: Partial<Effect>): Effect =>
    effect({ kind: "fs.delete_tree", target: "{p}", targetClasses: ["path.root"], ...parts });
  test("latent with a target of its own is judged", () => assert.equal(judgeEffects([remove({ reach: "latent" })]).outcome, "block"));
  test("latent with a parameter is recorded, not judged", () =>
    assert.equal(judgeEffects([remove({ reach: "latent", targetClasses: ["path.unknown", "unknown.parameter"] })]).outcome, "pass"));
  specify("latent with a parameter and a known ruin is judged", () =>
    assert.equal(judgeEffects([remove({ reach: "latent", targetClasses: ["path.credentials", "unknown.parameter"] })]).outcome, "block"),
  );
  test("may is judged like must", () => assert.equal(judgeEffects([remove({ reach: "may" })]).outcome, "block"));
});

test("the same finding at one place is reported once", () => {
  const twice = effect({ kind: "fs.read", target: "/etc/shadow", targetClasses: ["path.credentials"] });
  assert.equal(judgeEffects([twice, twice]).findings.length, 1);
});

test("a finding carries how the effect was reached", () => {
  const hidden = effect({
    kind: "fs.read",
    target: "/etc/shadow",
    targetClasses: ["path.credentials"],
    via: [
      { how: "decoded", location: HERE },
      { how: "computed_name", location: HERE },
    ],
  });
  assert.deepEqual(
    judgeEffects([hidden]).findings[0]?.trace?.map((s) => s.message),
    ["decoded", "computed name", "fs.read /etc/shadow"],
  );
});

test("findings hold plain data with a location, a severity and references", () => {
  for (const { code, language } of POSTURE)
    for (const finding of judge(programOf(code, language ?? "python")).findings) {
      assert.ok(finding.location.line >= 1);
      assert.ok(["critical", "high", "medium", "low", "info"].includes(finding.severity));
      assert.deepEqual(JSON.parse(JSON.stringify(finding)), finding);
    }
});
