import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import type { AnalysisResult, Effect, EffectKind, Reach, TargetClass } from "../../analysis/effects.ts";
import { deletionsToRecord } from "../../layers/4-state-history/deletions.ts";
import { type History, type PastOfSession, stateHistory } from "../../layers/4-state-history/state-history.ts";
import { parseThresholds, type RuleFile, type Thresholds, withStateGuard } from "../../layers/4-state-history/thresholds.ts";
import type { LayerInput } from "../../layers/layer.ts";

const RULES = new URL("../../rules/behaviour/", import.meta.url);
const shipped: readonly RuleFile[] = readdirSync(RULES)
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => ({ name, text: readFileSync(new URL(name, RULES), "utf8") }));

function load(files: readonly RuleFile[]): Thresholds {
  const result = parseThresholds(files);
  assert.ok(result.ok, result.ok ? "" : result.errors.join("\n"));
  return result.thresholds;
}
const THRESHOLDS = load(shipped);

let nextOffset = 0;
function effect(
  kind: EffectKind,
  options: { classes?: readonly TargetClass[]; reach?: Reach; offset?: number; target?: string } = {},
): Effect {
  const offset = options.offset ?? nextOffset++;
  return {
    kind,
    target: options.target ?? `t${offset}`,
    targetClasses: options.classes ?? ["path.workspace"],
    args: {},
    labels: [],
    reach: options.reach ?? "must",
    basis: "api",
    guards: [],
    location: { line: 1, column: offset + 1, endLine: 1, endColumn: offset + 2, offset, endOffset: offset + 1 },
    via: [],
    api: "os.remove",
  };
}
const program = (...effects: Effect[]) =>
  ({ language: "python", effects, matches: [], strings: [], diagnostics: [], exhausted: false }) as const;
const NOW = 10 * 3_600_000;
const CLEAN: PastOfSession = { deletes: 0, blockedSameCode: 0, blocksInARow: 0 };

function inspect(analysis: AnalysisResult, past: Partial<PastOfSession> | Error = {}, thresholds = THRESHOLDS) {
  const queries: unknown[] = [];
  const history: History = {
    session(query) {
      queries.push(query);
      if (past instanceof Error) throw past;
      return { ...CLEAN, ...past };
    },
  };
  const submission = { agentId: "a", sessionId: "s", codeDigest: "d", code: "first\nsecond" };
  const input = { submission, analysis, prior: [], mode: "enforce", acceptedClaims: new Set(), now: NOW } as unknown as LayerInput;
  const verdict = stateHistory(history, thresholds).inspect(input);
  assert.ok(!(verdict instanceof Promise));
  return { verdict, queries };
}
const of = (...effects: Effect[]): AnalysisResult => ({ ok: true, program: program(...effects) });

describe("layer 4: what it says", () => {
  const remove = () => effect("fs.delete");
  const CASES = [
    { name: "an ordinary program in a new session", effects: [effect("fs.read")], past: {}, want: "pass" },
    { name: "one deletion of a temporary file", effects: [effect("fs.delete", { classes: ["path.tmp"] })], past: {}, want: "pass" },
    { name: "two deletions", effects: [remove(), remove()], past: {}, want: "pass" },
    {
      name: "three deletions in one submission",
      effects: [remove(), remove(), remove()],
      past: {},
      want: "block",
      reason: "history.delete_spree",
    },
    { name: "the third deletion of a session", effects: [remove()], past: { deletes: 2 }, want: "block", reason: "history.delete_spree" },
    { name: "the second deletion of a session", effects: [remove()], past: { deletes: 1 }, want: "pass" },
    { name: "no deletion after many", effects: [effect("fs.write")], past: { deletes: 40 }, want: "pass" },
    {
      name: "three deletions in functions that nobody calls",
      effects: [1, 2, 3].map(() => effect("fs.delete", { reach: "latent" })),
      past: {},
      want: "pass",
    },
    {
      name: "one place reported in three contexts",
      effects: [1, 2, 3].map(() => effect("fs.delete", { offset: 5, target: "a" })),
      past: {},
      want: "pass",
    },
    {
      name: "one place that deletes three things",
      effects: ["a", "b", "c"].map((target) => effect("fs.delete", { offset: 5, target })),
      past: {},
      want: "block",
      reason: "history.delete_spree",
    },
    {
      name: "files, rows and records together",
      effects: [
        effect("fs.delete_tree", { reach: "may" }),
        effect("db.delete_all", { classes: [] }),
        effect("record.delete", { classes: [] }),
      ],
      past: {},
      want: "block",
      reason: "history.delete_spree",
    },
    {
      name: "ten temporary files",
      effects: Array.from({ length: 10 }, () => effect("fs.delete", { classes: ["path.tmp"] })),
      past: {},
      want: "pass",
    },
    {
      name: "three targets that may be temporary or not",
      effects: [1, 2, 3].map(() => effect("fs.delete", { classes: ["path.tmp", "path.home"] })),
      past: {},
      want: "block",
      reason: "history.delete_spree",
    },
    { name: "rows deleted with a condition", effects: [1, 2, 3, 4].map(() => effect("db.write")), past: {}, want: "pass" },
    { name: "a fourth retry of blocked code", effects: [], past: { blockedSameCode: 4 }, want: "pass" },
    {
      name: "a fifth retry of blocked code",
      effects: [],
      past: { blockedSameCode: 5 },
      want: "block",
      reason: "history.retry_after_block",
    },
    { name: "nineteen blocks in a row", effects: [], past: { blocksInARow: 19 }, want: "pass" },
    { name: "twenty blocks in a row", effects: [], past: { blocksInARow: 20 }, want: "escalate", reason: "history.review" },
    {
      name: "a block outweighs a question",
      effects: [],
      past: { blocksInARow: 20, blockedSameCode: 5 },
      want: "block",
      reason: "history.review",
    },
  ];
  for (const { name, effects, past, want, reason } of CASES) {
    test(`${name}: ${want}`, () => {
      const { verdict } = inspect(of(...effects), past);
      assert.equal(verdict.outcome, want);
      const reasons = verdict.findings.map((each) => each.reasonCode as string);
      if (reason === undefined) assert.deepEqual(reasons, []);
      else assert.ok(reasons.includes(reason), `missed ${reason}, found ${reasons.join(", ") || "nothing"}`);
    });
  }

  test("a spree points at its deletions and says how many", () => {
    const { verdict } = inspect(of(effect("fs.delete", { offset: 90 }), effect("fs.delete", { offset: 80 })), { deletes: 3 });
    assert.equal(verdict.findings[0]?.message, "Delete spree: 5 deletions in this session, the threshold is 3");
    assert.equal(verdict.findings[0]?.location.offset, 80);
    assert.equal(verdict.findings[0]?.trace?.length, 2);
  });

  test("a question keeps its words while the count grows, so that its approval still covers it", () => {
    const words = [20, 27].map((blocksInARow) =>
      inspect(of(), { blocksInARow }).verdict.findings.map(({ message, location }) => ({ message, location })),
    );
    assert.deepEqual(words[0], words[1]);
  });
});

describe("layer 4: INVARIANT 1, fail closed", () => {
  const FAILURES = [
    ["deadline", "analysis.deadline"],
    ["crashed", "analysis.crashed"],
    ["limit", "analysis.limit"],
    ["unsupported_language", "analysis.unsupported_language"],
    ["rules_broken", "rules.broken"],
  ] as const;
  const check = (name: string, run: () => ReturnType<typeof inspect>, reasonCode: string) =>
    test(`${name}: error ${reasonCode}`, () => {
      const { verdict } = run();
      assert.equal(verdict.outcome, "error");
      assert.equal(verdict.outcome === "error" && verdict.error.reasonCode, reasonCode);
    });
  for (const [reason, code] of FAILURES) check(`analysis ${reason}`, () => inspect({ ok: false, failure: { reason, message: "m" } }), code);
  check("a store that throws", () => inspect(of(), new Error("SQLITE_IOERR at secret.db")), "store.unavailable");
  check("a store that answers nonsense", () => inspect(of(), { deletes: Number.NaN }), "store.unavailable");
  check("no rules", () => inspect(of(), {}, { ...THRESHOLDS, rules: [] }), "rules.empty");

  test("what the store said stays out of the verdict", () => {
    const { verdict } = inspect(of(), new Error("SQLITE_IOERR at secret.db"));
    assert.ok(!JSON.stringify(verdict).includes("secret"));
  });
});

describe("layer 4: the window", () => {
  const query = (thresholds: Thresholds) => inspect(of(), {}, thresholds).queries;
  test("the last sixty minutes of the one session", () =>
    assert.deepEqual(query(THRESHOLDS), [
      { agentId: "a", sessionId: "s", codeDigest: "d", since: NOW - 3_600_000, acrossSessions: false },
    ]));
  test("the configuration's `state_guard` overrides the files", () => {
    const guarded = withStateGuard(THRESHOLDS, {
      deleteSpreeThreshold: 1,
      retryLimit: 2,
      sessionTimeoutMinutes: 5,
      enableCrossSession: true,
    });
    assert.deepEqual(query(guarded), [{ agentId: "a", sessionId: "s", codeDigest: "d", since: NOW - 300_000, acrossSessions: true }]);
    assert.equal(inspect(of(effect("fs.delete")), {}, guarded).verdict.outcome, "block");
    assert.equal(inspect(of(), { blockedSameCode: 2 }, guarded).verdict.outcome, "block");
    assert.deepEqual(withStateGuard(THRESHOLDS, {}), THRESHOLDS);
  });
});

test("history remembers only deletions that were let through", () => {
  const three = program(effect("fs.delete"), effect("fs.delete"), effect("fs.delete", { classes: ["path.tmp"] }));
  assert.deepEqual(
    (["ALLOW", "BLOCK", "REQUIRES_APPROVAL"] as const).map((decision) => deletionsToRecord(decision, three, THRESHOLDS)),
    [2, 0, 0],
  );
});

describe("rules/behaviour: loading", () => {
  const rule = (change: (text: string) => string): readonly RuleFile[] =>
    shipped.map((file) => (file.name === "delete-spree.yaml" ? { ...file, text: change(file.text) } : file));
  const BROKEN = [
    { name: "no files", files: [], want: /session\.yaml: missing.*\n.*none found/ },
    { name: "no rules", files: shipped.filter((file) => file.name === "session.yaml"), want: /none found/ },
    { name: "no session", files: shipped.filter((file) => file.name !== "session.yaml"), want: /session\.yaml: missing/ },
    {
      name: "an unknown measure",
      files: rule((text) => text.replace("measure: deletes", "measure: sighs")),
      want: /delete-spree\.yaml:\d+:10: `measure`: /,
    },
    {
      name: "a threshold of zero",
      files: rule((text) => text.replace("threshold: 3", "threshold: 0")),
      want: /delete-spree\.yaml:\d+:12: `threshold`: /,
    },
    { name: "an unknown key", files: rule((text) => `${text}colour: red\n`), want: /delete-spree\.yaml:1:1: .*colour/ },
    { name: "a missing key", files: rule((text) => text.replace(/^severity:.*\n/m, "")), want: /delete-spree\.yaml:1:1: `severity`: / },
    { name: "not YAML", files: rule((text) => `${text}\n  : [`), want: /delete-spree\.yaml:\d+:\d+: not valid YAML/ },
    {
      name: "a foreign reason",
      files: rule((text) => text.replace("history.delete_spree", "data.exposed")),
      want: /`reason_code`: expected a history/,
    },
    {
      name: "a question whose words would change",
      files: rule((text) => text.replace("action: block", "action: require_approval")),
      want: /`message`: an approval/,
    },
    {
      name: "the same rule twice",
      files: [...shipped, { name: "z.yaml", text: shipped.find((file) => file.name === "delete-spree.yaml")?.text ?? "" }],
      want: /duplicate rule `history\.delete-spree`/,
    },
  ];
  for (const { name, files, want } of BROKEN) {
    test(`${name} is refused`, () => {
      const result = parseThresholds(files);
      assert.ok(!result.ok);
      assert.match(result.errors.join("\n"), want);
    });
  }
  test("the shipped rules hold the published thresholds", () => {
    const by = Object.fromEntries(THRESHOLDS.rules.map((each) => [each.measure, each.threshold]));
    assert.deepEqual(by, { deletes: 3, blocked_same_code: 5, blocks_in_a_row: 20, unusual_blocks: 10 });
    assert.equal(THRESHOLDS.windowMs, 60 * 60_000);
  });
});
