import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { discharge, draftApproval, mayDecide } from "../../layers/6-human-approval/approval.ts";
import { fingerprint } from "../../layers/6-human-approval/fingerprint.ts";
import { humanApproval } from "../../layers/6-human-approval/human-approval.ts";
import { DEFAULT_LADDER, type Impact, levelForImpact } from "../../layers/6-human-approval/ladder.ts";
import { decide } from "../../layers/decide.ts";
import type { LayerInput } from "../../layers/layer.ts";
import type { ApprovalLevel, Finding, LayerId, LayerVerdict, Principal, Role } from "../../layers/model.ts";
import { LAYER_IDS } from "../../layers/model.ts";
import { fc } from "../properties.ts";

const PLACE = { line: 2, column: 1, endLine: 2, endColumn: 9, offset: 10, endOffset: 18 };
const NOW = Date.UTC(2026, 0, 1);

function asks(message: string, impact?: Impact): Finding {
  return {
    ruleId: "core.drop-table",
    severity: "high",
    message,
    location: PLACE,
    action: "require_approval",
    references: [],
    reasonCode: "invariant.review",
    ...(impact === undefined ? {} : { impact }),
  };
}
const escalate = (layer: LayerId, ...findings: Finding[]): LayerVerdict => ({
  layer,
  outcome: "escalate",
  findings,
  constraints: [],
  latencyMs: 0,
});
const pass = (layer: LayerId): LayerVerdict => ({ layer, outcome: "pass", findings: [], constraints: [], latencyMs: 0 });
const block = (layer: LayerId, ...findings: Finding[]): LayerVerdict =>
  ({ ...escalate(layer, ...findings), outcome: "block" }) as LayerVerdict;
const error = (layer: LayerId): LayerVerdict => ({
  ...pass(layer),
  outcome: "error",
  error: { reasonCode: "layer.failed", message: "x" },
});

describe("levelForImpact", () => {
  const CASES: readonly [Impact | undefined, ApprovalLevel][] = [
    [0, "MANAGER"],
    [10_000, "MANAGER"],
    [10_000.01, "DIRECTOR"],
    [100_000, "DIRECTOR"],
    [150_000, "VP"],
    [1_000_000, "VP"],
    [1_000_001, "CTO"],
    [Number.POSITIVE_INFINITY, "CTO"],
    [Number.NaN, "CTO"],
    [-5, "CTO"],
    ["unlimited", "CTO"],
    [undefined, "CTO"],
  ];
  for (const [impact, level] of CASES) test(`${impact} -> ${level}`, () => assert.equal(levelForImpact(impact, DEFAULT_LADDER), level));

  test("above every limit, even the top one's, it is the top level", () => {
    const ladder = { ...DEFAULT_LADDER, maxImpact: { MANAGER: 1, DIRECTOR: 2, VP: 3, CTO: 4 } };
    assert.equal(levelForImpact(5, ladder), "CTO");
  });

  test("a larger impact never needs a lower level", () => {
    const order = ["MANAGER", "DIRECTOR", "VP", "CTO"];
    fc.assert(
      fc.property(fc.double({ min: 0, noNaN: true }), fc.double({ min: 0, noNaN: true }), (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        return order.indexOf(levelForImpact(low, DEFAULT_LADDER)) <= order.indexOf(levelForImpact(high, DEFAULT_LADDER));
      }),
    );
  });
});

describe("draftApproval", () => {
  test("the largest impact of all escalating findings sets the level; the request expires", () => {
    const draft = draftApproval(
      [pass(1), escalate(2, asks("a", 500), asks("b", 150_000)), escalate(3, asks("c", 20_000))],
      DEFAULT_LADDER,
      NOW,
    );
    assert.equal(draft?.level, "VP");
    assert.equal(draft?.impact, 150_000);
    assert.equal(draft?.expiresAt, NOW + 24 * 3600 * 1000);
    assert.deepEqual(draft?.discharges, [asks("a"), asks("b"), asks("c")].map(fingerprint).sort());
  });

  const NOTHING = [
    { name: "nothing escalated", verdicts: [pass(1), pass(2)] },
    { name: "a block stands beside it", verdicts: [block(1), escalate(2, asks("a", 1))] },
    { name: "an error stands beside it", verdicts: [escalate(2, asks("a", 1)), error(3)] },
  ];
  for (const { name, verdicts } of NOTHING)
    test(`no question when ${name}`, () => assert.equal(draftApproval(verdicts, DEFAULT_LADDER, NOW), null));

  const UNBOUNDED = [
    { name: "a finding without an impact", verdicts: [escalate(2, asks("a", 10), asks("b"))] },
    { name: "an unlimited finding", verdicts: [escalate(2, asks("a", "unlimited"), asks("b", 1))] },
    { name: "an escalation without findings", verdicts: [escalate(2)] },
    { name: "an impact that is not a number", verdicts: [escalate(2, asks("a", Number.NaN))] },
  ];
  for (const { name, verdicts } of UNBOUNDED) {
    test(`${name} goes to the top of the ladder`, () => {
      const draft = draftApproval(verdicts, DEFAULT_LADDER, NOW);
      assert.deepEqual([draft?.level, draft?.impact], ["CTO", "unlimited"]);
    });
  }

  test("warnings beside the question are not part of it", () => {
    const warning: Finding = { ...asks("note"), action: "warn" };
    const draft = draftApproval([escalate(2, warning, asks("a", 1))], DEFAULT_LADDER, NOW);
    assert.deepEqual(
      draft?.findings.map((each) => each.message),
      ["a"],
    );
  });
});

describe("mayDecide", () => {
  const key = (role: Role, level: ApprovalLevel | null, owner = "ann", keyId = `${owner}-${role}`): Principal => ({
    keyId,
    owner,
    role,
    level,
    agentIds: null,
  });
  const approval = { level: "DIRECTOR", submittedBy: { keyId: "k-agent", owner: "bob" } } as const;
  const alone = { ...approval, submittedBy: { keyId: "root-admin", owner: "root" } } as const;
  const CASES = [
    { who: key("approver", "DIRECTOR"), what: approval, single: false, want: "ok" },
    { who: key("approver", "CTO"), what: approval, single: false, want: "ok" },
    { who: key("approver", "MANAGER"), what: approval, single: false, want: "wrong_level" },
    { who: key("approver", null), what: approval, single: false, want: "wrong_level" },
    { who: key("approver", "CTO", "bob"), what: approval, single: false, want: "own_submission" },
    { who: key("approver", "CTO", "bob"), what: approval, single: true, want: "own_submission" },
    { who: key("admin", null), what: approval, single: false, want: "ok" },
    { who: key("admin", null, "bob"), what: approval, single: false, want: "own_submission" },
    { who: key("admin", null, "root"), what: alone, single: false, want: "own_submission" },
    { who: key("admin", null, "root"), what: alone, single: true, want: "ok" },
    { who: key("agent", "CTO", "zoe"), what: approval, single: true, want: "wrong_role" },
    { who: key("auditor", "CTO", "zoe"), what: approval, single: true, want: "wrong_role" },
    { who: key("operator", "CTO", "zoe"), what: approval, single: true, want: "wrong_role" },
    { who: key("approver", "CTO", "renamed", "k-agent"), what: approval, single: false, want: "own_submission" },
  ] as const;
  for (const { who, what, single, want } of CASES) {
    test(`${who.role} ${who.level ?? "without level"} of ${who.owner} on ${what.submittedBy.owner}'s${single ? ", single operator" : ""}: ${want}`, () =>
      assert.equal(mayDecide(who, what, { singleOperator: single }), want));
  }
});

describe("discharge", () => {
  test("covers exactly what was listed", () => {
    const asked = [pass(1), escalate(2, asks("a"), asks("b"))];
    const all = discharge(asked, [asks("a"), asks("b")].map(fingerprint));
    assert.deepEqual(
      all.verdicts.map((each) => each.outcome),
      ["pass", "pass"],
    );
    assert.deepEqual(all.verdicts[1]?.reliedOn, ["approval"]);
    const half = discharge(asked, [fingerprint(asks("a"))]);
    assert.deepEqual(half.uncovered, [asks("b")]);
    assert.equal(half.verdicts[1]?.outcome, "escalate");
  });

  test("constraints stay in force", () => {
    const asked = { ...escalate(2, asks("a")), constraints: ["network: none"] };
    const { verdicts } = discharge([asked], [fingerprint(asks("a"))]);
    assert.equal(verdicts[0]?.outcome, "constrain");
    assert.deepEqual(verdicts[0]?.constraints, ["network: none"]);
  });

  test("an escalation without findings is never covered", () =>
    assert.equal(discharge([escalate(5)], [fingerprint(asks("a"))]).verdicts[0]?.outcome, "escalate"));

  test("law: whatever is listed, a block or an error stays, and nothing becomes milder than what was listed", () => {
    const anyVerdict = (layer: LayerId) =>
      fc.oneof(
        fc.constant(pass(layer)),
        fc.constant(error(layer)),
        fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 3 }).map((names) => block(layer, ...names.map((name) => asks(name)))),
        fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 3 }).map((names) => escalate(layer, ...names.map((name) => asks(name)))),
      );
    const anyVerdicts = fc.tuple(...LAYER_IDS.slice(0, 5).map(anyVerdict));
    fc.assert(
      fc.property(anyVerdicts, fc.subarray(["a", "b", "c"]), (before, names) => {
        const { verdicts, uncovered } = discharge(
          before,
          names.map((name) => fingerprint(asks(name))),
        );
        verdicts.forEach((after, i) => {
          const was = before[i] as LayerVerdict;
          if (was.outcome !== "escalate") assert.equal(after, was);
          else
            assert.equal(after.outcome === "pass", was.findings.length > 0 && was.findings.every((each) => names.includes(each.message)));
        });
        assert.ok(uncovered.every((each) => !names.includes(each.message)));
      }),
    );
  });
});

describe("fingerprint", () => {
  test("is stable and tells apart rule, place and words", () => {
    const one = asks("a", 5);
    assert.equal(fingerprint(one), fingerprint({ ...one, impact: 7, severity: "low" } as Finding));
    const others = [
      { ...one, ruleId: "core.other" },
      { ...one, message: "b" },
      { ...one, location: { ...PLACE, offset: 11 } },
      { ...one, location: { ...PLACE, endOffset: 19 } },
    ];
    assert.equal(new Set([one, ...others].map(fingerprint)).size, 5);
    assert.match(fingerprint(one), /^[0-9a-f]{64}$/);
  });
});

describe("layer 6", () => {
  const input = (prior: readonly LayerVerdict[]) =>
    ({
      submission: { code: "x = 1\ny = 2" },
      prior,
      now: NOW,
      mode: "enforce",
      acceptedClaims: new Set(),
      analysis: {},
    }) as unknown as LayerInput;
  const inspect = async (prior: readonly LayerVerdict[], enabled = true) =>
    humanApproval({ ...DEFAULT_LADDER, enabled }).inspect(input(prior));

  test("asks when something escalated", async () => {
    const verdict = await inspect([pass(1), escalate(2, asks("a", 150_000))]);
    assert.equal(verdict.outcome, "escalate");
    assert.deepEqual(
      verdict.findings.map(({ reasonCode, message, location, impact }) => ({ reasonCode, message, location, impact })),
      [
        {
          reasonCode: "approval.required",
          message: "Approval by VP or above is required for 1 finding: the impact is 150,000",
          location: PLACE,
          impact: 150_000,
        },
      ],
    );
  });
  test("passes when nothing did", async () => assert.equal((await inspect([pass(1), pass(2)])).outcome, "pass"));
  test("does not ask about what is refused anyway", async () =>
    assert.equal((await inspect([block(1), escalate(2, asks("a"))])).outcome, "pass"));
  test("is skipped when approval is disabled", async () =>
    assert.equal((await inspect([escalate(2, asks("a"))], false)).outcome, "skipped"));

  test("asked, approved, run again: the listed question is answered, a new one is not", async () => {
    const first = [pass(1), escalate(2, asks("drop", 10)), pass(3), pass(4), pass(5)];
    const fold = async (prior: readonly LayerVerdict[]) =>
      decide({
        id: "d",
        verdicts: [...prior, await inspect(prior)],
        submission: { codeDigest: "c", executionDigest: "e" },
        rulesVersion: "1",
        configVersion: "1",
      });
    assert.equal((await fold(first)).decision, "REQUIRES_APPROVAL");
    const discharges = draftApproval(first, DEFAULT_LADDER, NOW)?.discharges ?? [];
    const allowed = await fold(discharge(first, discharges).verdicts);
    assert.deepEqual([allowed.decision, allowed.reliedOn], ["ALLOW", ["approval"]]);
    const changed = first.with(2, escalate(3, asks("also this", 10)));
    assert.equal((await fold(discharge(changed, discharges).verdicts)).decision, "REQUIRES_APPROVAL");
    assert.equal((await fold(discharge(first.with(0, block(1)), discharges).verdicts)).decision, "BLOCK");
  });
});
