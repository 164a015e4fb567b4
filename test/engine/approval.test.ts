/** INVARIANT 3: what was approved is what runs, once, and nobody approves their own submission. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { humanApproval } from "../../layers/6-human-approval/human-approval.ts";
import { DEFAULT_LADDER } from "../../layers/6-human-approval/ladder.ts";
import type { Finding, Principal } from "../../layers/model.ts";
import type { SubmitInput } from "../../src/engine/submission.ts";
import { createEngine, type Engine, type EngineParts } from "../../src/engine.ts";
import { ADMIN, AGENT, approver, asks, buildParts, by, layer, pass, question, type TestParts } from "./build-parts.ts";

const INPUT = {
  agentId: "bot",
  sessionId: "s",
  language: "javascript",
  code: "drop()",
  inputs: { n: 1 },
  files: { "a.txt": "a" },
  limits: { timeoutMs: 500, memoryMb: null, outputBytes: null },
  context: { domain: "financial" },
} as const satisfies SubmitInput;

type Scene = TestParts & { engine: Engine; findings: Finding[]; approvalId: string };

/** An engine whose layer 2 asks what `findings` says, with one request already made by the agent. */
async function scene(changes: Partial<EngineParts> = {}, submitter: Principal = AGENT): Promise<Scene> {
  const findings: Finding[] = [question("drop-table")];
  const layers = [layer(1), asks(2, () => findings), layer(3), layer(4), layer(5), humanApproval(DEFAULT_LADDER)];
  const built = await buildParts({ layers, ...changes });
  const engine = await createEngine(built.parts);
  const answer = await engine.enforce(INPUT, by(submitter));
  assert.ok(answer.ok);
  assert.equal(answer.value.decision.decision, "REQUIRES_APPROVAL");
  assert.equal(answer.value.draft?.level, "DIRECTOR");
  return { ...built, engine, findings, approvalId: answer.value.draft!.id };
}

const approve = (at: Scene, who: Principal, id = at.approvalId) =>
  at.engine.answer({ id, answer: "approved", claimedApprover: "mallory", note: null }, by(who));
const resume = (at: Scene, input: SubmitInput = INPUT, who: Principal = AGENT) => at.engine.execute(input, by(who), at.approvalId);

async function refused(
  answer: Promise<{ ok: boolean; refusal?: { kind: string; code: string; fields?: readonly string[] } }>,
  kind: string,
  code: string,
) {
  const result = await answer;
  assert.ok(!result.ok, "expected a refusal");
  assert.deepEqual([result.refusal?.kind, result.refusal?.code], [kind, code]);
  return result.refusal?.fields ?? [];
}

async function inScene(run: (at: Scene) => Promise<void>, changes: Partial<EngineParts> = {}, submitter?: Principal): Promise<void> {
  const at = await scene(changes, submitter);
  try {
    await run(at);
  } finally {
    await at.close();
  }
}

test("approved, it runs exactly once; the approver of record is the key's owner", () =>
  inScene(async (at) => {
    await refused(resume(at), "conflict", "approval.pending");
    const answer = await approve(at, approver("DIRECTOR"));
    assert.ok(answer.ok);
    assert.equal(answer.value.approver, "alice");
    const ran = await resume(at);
    assert.ok(ran.ok);
    assert.equal(ran.value.judged.decision.decision, "ALLOW");
    assert.ok(ran.value.judged.decision.reliedOn.includes("approval"));
    assert.deepEqual(at.ran, ["drop()"]);
    await refused(resume(at), "conflict", "approval.consumed");
    assert.deepEqual(at.ran, ["drop()"]);
    const history = at.parts.store.approval(at.approvalId)!.history.map(({ what, owner }) => `${what} ${owner}`);
    assert.deepEqual(history, ["requested bot-team", "approved alice", "consumed bot-team"]);
  }));

test("used twice at the same moment, it runs once", () =>
  inScene(async (at) => {
    await approve(at, approver("CTO"));
    const answers = await Promise.all([resume(at), resume(at), resume(at)]);
    assert.equal(answers.filter(({ ok }) => ok).length, 1);
    assert.deepEqual(at.ran, ["drop()"]);
  }));

const DECIDERS: readonly (readonly [string, Principal, string | null])[] = [
  ["a level below", approver("MANAGER"), "approval.wrong_level"],
  ["the level asked for", approver("DIRECTOR"), null],
  ["a level above", approver("VP"), null],
  ["the submitter's own owner", approver("CTO", "bot-team"), "approval.own_submission"],
  ["an administrator of another name", { ...ADMIN, keyId: "k", owner: "root" }, null],
];
for (const [name, who, code] of DECIDERS) {
  test(`answered by ${name}: ${code ?? "accepted"}`, () =>
    inScene(async (at) => {
      if (code !== null) await refused(approve(at, who), "forbidden", code);
      else assert.ok((await approve(at, who)).ok);
    }));
}

test("the bootstrap administrator answers itself only while there is no other key", () =>
  inScene(
    async (at) => {
      assert.equal(at.engine.singleOperator(), true);
      const created = await at.engine.createKey(
        { owner: "carol", role: "auditor", level: null, agentIds: null, expiresAt: null },
        by(ADMIN),
      );
      assert.ok(created.ok);
      assert.equal(at.engine.singleOperator(), false);
      await refused(approve(at, ADMIN), "forbidden", "approval.own_submission");
      await at.engine.revokeKey(created.value.stored.id, by(ADMIN));
      assert.ok((await approve(at, ADMIN)).ok);
    },
    {},
    ADMIN,
  ));

test("rejected or answered already: conflict; unknown: not found", () =>
  inScene(async (at) => {
    const rejected = await at.engine.answer(
      { id: at.approvalId, answer: "rejected", claimedApprover: null, note: "no" },
      by(approver("CTO")),
    );
    assert.ok(rejected.ok);
    await refused(approve(at, approver("CTO")), "conflict", "approval.rejected");
    await refused(resume(at), "conflict", "approval.rejected");
    await refused(approve(at, approver("CTO"), "none"), "not_found", "approval.unknown");
  }));

test("past its time it can neither be given nor used", () =>
  inScene(async (at) => {
    const created = at.clock.now;
    at.clock.now = created + DEFAULT_LADDER.expiryMs;
    await refused(approve(at, approver("CTO")), "gone", "approval.expired");
    assert.equal(at.parts.store.approval(at.approvalId)?.status, "expired");
  }));

test("given in time and used too late: gone, and nothing runs", () =>
  inScene(async (at) => {
    await approve(at, approver("CTO"));
    at.clock.now += DEFAULT_LADDER.expiryMs;
    await refused(resume(at), "gone", "approval.expired");
    assert.deepEqual(at.ran, []);
  }));

const CHANGES: readonly (readonly [field: string, change: Partial<SubmitInput>])[] = [
  ["code", { code: "drop() // and more" }],
  ["language", { language: "typescript" }],
  ["inputs", { inputs: { n: 2 } }],
  ["files", { files: { "a.txt": "b" } }],
  ["limits", { limits: { timeoutMs: 400 } }],
  ["context", { context: { domain: "financial", amount: 1 } }],
  ["session_id", { sessionId: "t" }],
];
for (const [field, change] of CHANGES) {
  test(`another ${field} than approved is a mismatch that names it`, () =>
    inScene(async (at) => {
      await approve(at, approver("CTO"));
      assert.deepEqual(await refused(resume(at, { ...INPUT, ...change }), "mismatch", "approval.mismatch"), [field]);
      assert.ok((await resume(at)).ok, "the approval is still good for what was approved");
    }));
}

test("another agent's key cannot use it; another agent id under the same key is a mismatch", () =>
  inScene(async (at) => {
    await approve(at, approver("CTO"));
    const other: Principal = { ...AGENT, keyId: "k2", owner: "other", agentIds: ["other"] };
    await refused(resume(at, { ...INPUT, agentId: "other" }, other), "forbidden", "key.foreign_agent");
    const both: Principal = { ...AGENT, agentIds: ["bot", "other"] };
    assert.deepEqual(await refused(resume(at, { ...INPUT, agentId: "other" }, both), "mismatch", "approval.mismatch"), ["agent_id"]);
  }));

for (const [name, version] of [
  ["rules", { rulesVersion: "rules-2" }],
  ["configuration", { configVersion: "config-2" }],
] as const) {
  test(`other ${name} since it was approved: conflict that says so`, () =>
    inScene(async (at) => {
      await approve(at, approver("CTO"));
      const restarted = await createEngine({ ...at.parts, settings: { ...at.parts.settings, ...version } });
      const fields = await refused(restarted.execute(INPUT, by(AGENT), at.approvalId), "conflict", "approval.stale");
      assert.deepEqual(fields, [Object.keys(version)[0] === "rulesVersion" ? "rules_version" : "config_version"]);
    }));
}

test("what the approval did not list is asked again, with the old question, and nothing is consumed", () =>
  inScene(async (at) => {
    await approve(at, approver("CTO"));
    at.findings.push(question("something-new", "unlimited"));
    const answer = await resume(at);
    assert.ok(answer.ok);
    const { decision, draft } = answer.value.judged;
    assert.equal(decision.decision, "REQUIRES_APPROVAL");
    assert.deepEqual(
      draft?.findings.map(({ ruleId }) => ruleId),
      ["drop-table", "something-new"],
    );
    assert.deepEqual(at.ran, []);
    assert.equal(at.parts.store.approval(at.approvalId)?.status, "approved");
  }));

for (const outcome of ["block", "error"] as const) {
  test(`an approval does not discharge a ${outcome}`, () => {
    let refusing = false;
    const layer3 = layer(3, () => {
      if (!refusing) return pass(3);
      return outcome === "block" ? { ...pass(3), outcome } : { ...pass(3), outcome, error: { reasonCode: "layer.failed", message: "x" } };
    });
    const layers = [layer(1), asks(2, () => [question("drop-table")]), layer3, layer(4), layer(5), humanApproval(DEFAULT_LADDER)];
    return inScene(
      async (at) => {
        await approve(at, approver("CTO"));
        refusing = true;
        const answer = await resume(at);
        assert.ok(answer.ok);
        assert.equal(answer.value.judged.decision.decision, "BLOCK");
        assert.equal(answer.value.outcome.status, "not_run");
        assert.deepEqual(at.ran, []);
        assert.equal(at.parts.store.approval(at.approvalId)?.status, "approved");
      },
      { layers },
    );
  });
}

test("without an executor nothing runs and the approval stays", () => {
  let gone = false;
  return inScene(
    async (at) => {
      await approve(at, approver("CTO"));
      gone = true;
      const answer = await resume(at);
      assert.ok(answer.ok);
      assert.deepEqual([answer.value.outcome.status, answer.value.outcome.reason], ["not_run", "executor_unavailable"]);
      assert.equal(at.parts.store.approval(at.approvalId)?.status, "approved");
    },
    {
      runner: {
        unavailable: () => (gone ? "executor_unavailable" : null),
        run: () => Promise.reject(new Error("must not be reached")),
        kill: () => {},
        status: () => ({ ready: true, detail: "scripted", isolation: [], backends: {}, executors: {} }),
      },
    },
  );
});

test("after a crash between start and end the run is unknown, the approval is used up, and nothing runs again", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "agentguard-engine-"));
  try {
    const first = await buildParts(
      { layers: [layer(1), asks(2, () => [question("drop")]), layer(3), layer(4), layer(5), humanApproval(DEFAULT_LADDER)] },
      dataDir,
    );
    const lost = { ...first.parts.runner, run: () => new Promise<never>(() => {}) };
    const engine = await createEngine({ ...first.parts, runner: lost });
    const asked = await engine.enforce(INPUT, by(AGENT));
    assert.ok(asked.ok);
    const id = asked.value.draft!.id;
    await engine.answer({ id, answer: "approved", claimedApprover: null, note: null }, by(approver("CTO")));
    void engine.execute(INPUT, by(AGENT), id);
    while (first.parts.store.unfinished().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const [orphan] = first.parts.store.unfinished();
    await first.close();

    const second = await buildParts({}, dataDir);
    const restarted = await createEngine(second.parts);
    assert.deepEqual(second.parts.store.unfinished(), []);
    const outcomes = second.parts.store.entries({ after: 0, limit: 100 }).filter(({ type }) => type === "outcome");
    assert.deepEqual(
      outcomes.map(({ data }) => [(data as { executionId: string }).executionId, (data as { status: string }).status]),
      [[orphan?.id, "unknown"]],
    );
    const again = await restarted.execute(INPUT, by(AGENT), id);
    assert.ok(!again.ok);
    assert.equal(again.refusal.code, "approval.consumed");
    assert.deepEqual(second.ran, []);
    await second.close();
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
