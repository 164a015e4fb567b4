import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decide } from "../../layers/decide.ts";
import type { Finding, FindingAction, LayerId, LayerVerdict, Outcome, ReasonCode } from "../../layers/model.ts";
import { LAYER_IDS, REASON_CODES } from "../../layers/model.ts";
import { fc } from "../properties.ts";

const OUTCOMES = ["pass", "constrain", "escalate", "block", "skipped", "error"] as const satisfies readonly Outcome[];
const COUNT = LAYER_IDS.length;
/** Everything a layer may do, no answer at all included. */
const ANSWERS = [...OUTCOMES, "missing"] as const;
type Answer = (typeof ANSWERS)[number];
/** From harmless to worst; `skipped` says nothing and stands beside `pass`. */
const SEVERITY: Readonly<Record<Answer, number>> = { skipped: 0, pass: 0, constrain: 1, escalate: 2, block: 3, error: 4, missing: 4 };
const STRICTNESS = { ALLOW: 0, REQUIRES_APPROVAL: 1, BLOCK: 2 } as const;
const ACTION: Partial<Record<Outcome, FindingAction>> = { block: "block", escalate: "require_approval", constrain: "redact" };
const REASON: Readonly<Record<LayerId, ReasonCode>> = {
  1: "policy.violated",
  2: "invariant.violated",
  3: "data.exposed",
  4: "history.delete_spree",
  5: "sandbox.unavailable",
  6: "approval.required",
};
const PLACE = { line: 1, column: 1, endLine: 1, endColumn: 2, offset: 0, endOffset: 1 };

function finding(layer: LayerId, action: FindingAction, reasonCode: ReasonCode = REASON[layer], message = "m"): Finding {
  return { ruleId: `r${layer}`, severity: "high", message, location: PLACE, action, references: [], reasonCode };
}

function verdict(layer: LayerId, outcome: Outcome, findings?: readonly Finding[]): LayerVerdict {
  const action = ACTION[outcome];
  const base = {
    layer,
    findings: findings ?? (action === undefined ? [] : [finding(layer, action)]),
    constraints: outcome === "constrain" ? [`c${layer}`] : [],
    latencyMs: 0,
  };
  if (outcome === "error") return { ...base, outcome, error: { reasonCode: "layer.timeout", message: "late" } };
  return { ...base, outcome };
}

/** Layers that are not mentioned pass. */
const verdicts = (answers: readonly Answer[]) =>
  LAYER_IDS.map((layer, i) => {
    const answer = answers[i] ?? "pass";
    return answer === "missing" ? undefined : verdict(layer, answer);
  });

const base = {
  id: "d1",
  submission: { codeDigest: "c", executionDigest: "e" },
  rulesVersion: "r",
  configVersion: "v",
};
const judge = (answers: readonly Answer[]) => decide({ ...base, verdicts: verdicts(answers) });

/** The table of `decide` written a second time, the other way round: which answers leave which decision open. */
function expected(answers: readonly Answer[]): { decision: string; blockedBy: number | null } {
  const at = (...wanted: Answer[]) => answers.findIndex((answer) => wanted.includes(answer)) + 1;
  const asksNobody = !answers.includes("escalate");
  const refuses = at("error", "block", "missing");
  if (refuses === 0 && asksNobody) return { decision: "ALLOW", blockedBy: null };
  if (refuses === 0 && answers[5] !== "skipped") return { decision: "REQUIRES_APPROVAL", blockedBy: null };
  return { decision: "BLOCK", blockedBy: refuses > 0 ? refuses : at("escalate") };
}

function* combinations(of: readonly Answer[], length: number): Generator<Answer[]> {
  if (length === 0) yield [];
  else for (const rest of combinations(of, length - 1)) for (const first of of) yield [first, ...rest];
}

const anyAnswers = fc.array(fc.constantFrom(...ANSWERS), { minLength: COUNT, maxLength: COUNT });
const anyPlace = fc.integer({ min: 0, max: COUNT - 1 });
const replaced = (answers: readonly Answer[], place: number, answer: Answer) => answers.with(place, answer);

describe("decide: every combination", () => {
  test("all combinations of outcomes follow the table", () => {
    let seen = 0;
    for (const answers of combinations(OUTCOMES, COUNT)) {
      const { decision, blockedBy, reasonCodes } = judge(answers);
      assert.deepEqual({ decision, blockedBy }, expected(answers), answers.join(" "));
      if (decision === "ALLOW") assert.ok(!reasonCodes.some((code) => /^(analysis|layer|rules|store)\./.test(code)), answers.join(" "));
      else assert.ok(reasonCodes.length > 0, `a refusal without a reason: ${answers.join(" ")}`);
      seen += 1;
    }
    assert.equal(seen, OUTCOMES.length ** COUNT);
  });

  test("a missing verdict is an error with its own reason, wherever it is", () => {
    for (const answers of combinations(ANSWERS, COUNT)) {
      if (!answers.includes("missing")) continue;
      const { decision, reasonCodes, verdicts: all } = judge(answers);
      assert.equal(decision, "BLOCK", answers.join(" "));
      assert.ok(reasonCodes.includes("layer.missing"), answers.join(" "));
      assert.deepEqual(
        all.map((each) => each.layer),
        LAYER_IDS,
      );
    }
  });
});

describe("decide: laws", () => {
  test("adding a block never yields ALLOW", () => {
    fc.assert(fc.property(anyAnswers, anyPlace, (answers, place) => judge(replaced(answers, place, "block")).decision !== "ALLOW"));
  });

  test("adding an error, or losing a verdict, always yields BLOCK", () => {
    fc.assert(
      fc.property(
        anyAnswers,
        anyPlace,
        fc.constantFrom<Answer>("error", "missing"),
        (answers, place, answer) => judge(replaced(answers, place, answer)).decision === "BLOCK",
      ),
    );
  });

  test("a worse answer never yields a milder decision", () => {
    fc.assert(
      fc.property(anyAnswers, anyPlace, fc.constantFrom(...ANSWERS), (answers, place, answer) => {
        fc.pre(SEVERITY[answer] >= SEVERITY[answers[place] as Answer]);
        // Switching layer 6 on again is the one change that is milder on purpose: there is somebody to ask.
        fc.pre(!(place === 5 && answers[5] === "skipped"));
        return STRICTNESS[judge(replaced(answers, place, answer)).decision] >= STRICTNESS[judge(answers).decision];
      }),
    );
  });

  test("the order in which verdicts and findings arrive does not matter", () => {
    const anyFindings = fc.array(
      fc.record({
        action: fc.constantFrom<FindingAction>("block", "require_approval", "redact", "warn"),
        code: fc.constantFrom(...REASON_CODES),
      }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...OUTCOMES), anyFindings), { minLength: COUNT, maxLength: COUNT }), (layers) => {
        const forward = layers.map(([outcome, found], i) =>
          verdict(
            LAYER_IDS[i] as LayerId,
            outcome,
            found.map(({ action, code }) => finding(LAYER_IDS[i] as LayerId, action, code)),
          ),
        );
        const backward = forward.map((each) => ({ ...each, findings: each.findings.toReversed() })).toReversed();
        const one = decide({ ...base, verdicts: forward });
        const other = decide({ ...base, verdicts: backward });
        const essence = ({ verdicts: _, ...rest }: typeof one) => rest;
        assert.deepEqual(
          { ...essence(one), constraints: one.constraints.toSorted() },
          { ...essence(other), constraints: other.constraints.toSorted() },
        );
      }),
    );
  });

  test("a layer that answers twice has not answered", () => {
    fc.assert(
      fc.property(anyAnswers, anyPlace, fc.constantFrom(...OUTCOMES), (answers, place, outcome) => {
        const layer = LAYER_IDS[place] as LayerId;
        const given = verdicts(replaced(answers, place, "pass"));
        const { decision, reasonCodes } = decide({ ...base, verdicts: [...given, verdict(layer, outcome)] });
        return decision === "BLOCK" && reasonCodes.includes("layer.failed");
      }),
    );
  });
});

describe("decide: details", () => {
  const passes: readonly Answer[] = LAYER_IDS.map(() => "pass");
  const approval = { id: "a1", level: "VP", expiresAt: "2026-01-01T00:00:00.000Z" } as const;

  test("an outcome outside the list is an error", () => {
    const odd = { ...verdict(3, "pass"), outcome: "allow" } as unknown as LayerVerdict;
    const decision = decide({ ...base, verdicts: verdicts(passes).with(2, odd) });
    assert.equal(decision.decision, "BLOCK");
    assert.equal(decision.blockedBy, 3);
    assert.deepEqual(decision.reasonCodes, ["layer.failed"]);
  });

  test("reasons are the union, in the order of the closed list, warnings left out", () => {
    const given = verdicts(passes)
      .with(0, verdict(1, "pass", [finding(1, "warn", "policy.review")]))
      .with(1, verdict(2, "block", [finding(2, "block", "invariant.violated"), finding(2, "require_approval", "effect.review")]))
      .with(2, verdict(3, "block", [finding(3, "block", "data.exposed"), finding(3, "block", "data.exposed", "again")]));
    assert.deepEqual(decide({ ...base, verdicts: given }).reasonCodes, ["invariant.violated", "effect.review", "data.exposed"]);
  });

  test("a refusal whose layer gives no reason gets the layer's own", () => {
    const reasons = decide({ ...base, verdicts: verdicts(passes).with(1, verdict(2, "block", [])) }).reasonCodes;
    assert.deepEqual(reasons, ["invariant.violated"]);
  });

  test("an escalation with approval switched off says so and names who asked", () => {
    const decision = judge(["pass", "escalate", "escalate", "pass", "pass", "skipped"]);
    assert.equal(decision.decision, "BLOCK");
    assert.equal(decision.blockedBy, 2);
    assert.ok(decision.reasonCodes.includes("approval.disabled"));
    assert.ok(!judge(["block", "escalate", "pass", "pass", "pass", "skipped"]).reasonCodes.includes("approval.disabled"));
  });

  test("static scope: layers 4-6 were not asked, so they are skipped and an escalation is a question", () => {
    const three = [verdict(1, "pass"), verdict(2, "escalate"), verdict(3, "pass")];
    const asked = decide({ ...base, verdicts: three, scope: "static" });
    assert.equal(asked.decision, "REQUIRES_APPROVAL");
    assert.deepEqual(
      asked.verdicts.map((each) => each.outcome),
      ["pass", "escalate", "pass", ...LAYER_IDS.slice(3).map(() => "skipped")],
    );
    assert.equal(decide({ ...base, verdicts: three.slice(0, 2), scope: "static" }).decision, "BLOCK");
    assert.equal(decide({ ...base, verdicts: three }).decision, "BLOCK");
  });

  test("constraints and what was relied on stand beside an answer, never beside a refusal", () => {
    const redacted = finding(2, "redact", "data.exposed");
    const opaque = finding(2, "redact", "analysis.opaque");
    const constrained = verdicts(["pass", "constrain", "pass", "pass", "constrain", "pass"]).with(
      1,
      verdict(2, "constrain", [redacted, opaque]),
    );
    const given = constrained.with(4, verdict(5, "constrain", [])).with(0, {
      ...verdict(1, "pass"),
      reliedOn: ["claim"],
    });
    const allowed = decide({ ...base, verdicts: given });
    assert.deepEqual(allowed.constraints, ["c2", "c5"]);
    assert.deepEqual(allowed.reliedOn, ["claim"]);
    // `analysis.opaque` means that something went unanswered: beside ALLOW it would contradict the answer.
    assert.deepEqual(allowed.reasonCodes, ["data.exposed", "sandbox.constrained"]);
    const refused = decide({ ...base, verdicts: given.with(2, verdict(3, "block")) });
    assert.deepEqual([refused.constraints, refused.reliedOn], [[], []]);
  });

  test("the approval reference is carried unless the submission is refused", () => {
    assert.deepEqual(
      decide({ ...base, approval, verdicts: verdicts(["pass", "escalate", "pass", "pass", "pass", "escalate"]) }).approval,
      approval,
    );
    assert.equal(
      decide({ ...base, approval, verdicts: verdicts(["block", "escalate", "pass", "pass", "pass", "pass"]) }).approval,
      undefined,
    );
  });

  const COMPLIANCE = [
    { name: "nobody computed it", given: [undefined, undefined], breaks: false, want: null },
    { name: "one layer says kept", given: [true, undefined], breaks: false, want: true },
    { name: "one layer says broken", given: [true, false], breaks: false, want: false },
    { name: "a finding breaks it", given: [true, undefined], breaks: true, want: false },
  ] as const;
  for (const { name, given, breaks, want } of COMPLIANCE) {
    test(`compliance: ${name} -> ${want}`, () => {
      const layers = verdicts(passes).map((each, i) => {
        const says = given[i];
        return says === undefined || each === undefined ? each : { ...each, compliance: { hipaa: says } };
      });
      const broken: Finding = { ...finding(4, "warn"), breaks: ["hipaa"] };
      const all = breaks ? layers.with(3, verdict(4, "pass", [broken])) : layers;
      const { compliance } = decide({ ...base, verdicts: all });
      assert.equal(compliance.hipaa, want);
      assert.equal(compliance.pci, null);
    });
  }
});
