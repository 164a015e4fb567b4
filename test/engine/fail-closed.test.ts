/** INVARIANT 1: whatever goes wrong in a part, the decision is a refusal with that fault's own reason. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnalysisFailure } from "../../analysis/effects.ts";
import type { LayerVerdict } from "../../layers/model.ts";
import { createEngine, type EngineParts } from "../../src/engine.ts";
import { AGENT, ANALYSED, buildParts, by, EMPTY_PROGRAM, layer, pass } from "./build-parts.ts";

const without = (id: number) => [1, 2, 3, 4, 5, 6].filter((each) => each !== id).map((each) => layer(each as 1));
const withLayer2 = (inspect: Parameters<typeof layer>[1]): Partial<EngineParts> => ({
  layers: [layer(1), layer(2, inspect), layer(3), layer(4), layer(5), layer(6)],
});
const failure = (reason: AnalysisFailure["reason"]): Partial<EngineParts> => ({
  analyse: async () => ({ ok: false, failure: { reason, message: reason } }),
});

/** The layers here are lenient on purpose: the engine itself must refuse. */
const CASES: readonly (readonly [name: string, changes: Partial<EngineParts>, reason: string, blockedBy: number])[] = [
  [
    "a layer throws",
    withLayer2(() => {
      throw new Error("secret code in a message");
    }),
    "layer.failed",
    2,
  ],
  [
    "a layer rejects",
    withLayer2(async () => {
      throw new Error("secret code in a message");
    }),
    "layer.failed",
    2,
  ],
  ["a layer never answers", withLayer2(() => new Promise<LayerVerdict>(() => {})), "layer.timeout", 2],
  ["a layer answers nothing", withLayer2(() => undefined as unknown as LayerVerdict), "layer.missing", 2],
  ["a layer answers nonsense", withLayer2(() => ({ outcome: "pass" }) as unknown as LayerVerdict), "layer.missing", 2],
  ["a layer answers for another", withLayer2(() => pass(3)), "layer.missing", 2],
  ["a layer invents an outcome", withLayer2(() => ({ ...pass(2), outcome: "fine" }) as unknown as LayerVerdict), "layer.failed", 2],
  ["a layer is not there", { layers: without(4) }, "layer.missing", 4],
  ["analysis ran out of time", failure("deadline"), "analysis.deadline", 1],
  ["analysis crashed", failure("crashed"), "analysis.crashed", 1],
  ["the code is over a limit", failure("limit"), "analysis.limit", 1],
  ["the language has no front end", failure("unsupported_language"), "analysis.unsupported_language", 1],
  ["the rules are broken", failure("rules_broken"), "rules.broken", 1],
  [
    "the analysis budget was spent",
    { analyse: async () => ({ ok: true, program: { ...EMPTY_PROGRAM, exhausted: true } }) },
    "analysis.exhausted",
    1,
  ],
  [
    "analysis rejects",
    {
      analyse: async () => {
        throw new Error("secret code in a message");
      },
    },
    "analysis.crashed",
    1,
  ],
  [
    "all layers are off and analysis failed",
    { ...failure("crashed"), disabled: new Set([1, 2, 3, 4, 5, 6] as const) },
    "analysis.crashed",
    1,
  ],
]; // prettier-ignore

for (const [name, changes, reason, blockedBy] of CASES) {
  test(`${name}: BLOCK, ${reason}`, async () => {
    const { parts, ran, close } = await buildParts(changes);
    try {
      const engine = await createEngine(parts);
      const input = { agentId: "bot", language: "javascript", code: "1" } as const;
      for (const ask of [() => engine.enforce(input, by(AGENT)), async () => unwrapJudged(await engine.execute(input, by(AGENT), null))]) {
        const answer = await ask();
        assert.ok(answer.ok);
        const { decision } = answer.value;
        assert.equal(decision.decision, "BLOCK");
        assert.equal(decision.blockedBy, blockedBy);
        assert.ok(decision.reasonCodes.includes(reason as never), `reasons: ${decision.reasonCodes.join(", ")}`);
        const record = JSON.stringify(parts.store.entry(decision.id)?.data);
        assert.match(record, new RegExp(reason));
        assert.doesNotMatch(record, /secret code/);
      }
      assert.deepEqual(ran, []);
    } finally {
      await close();
    }
  });
}

const unwrapJudged = <T extends { judged: unknown }>(answer: { ok: true; value: T } | { ok: false; refusal: unknown }) =>
  answer.ok ? { ok: true as const, value: answer.value.judged as never as import("../../src/engine/judge.ts").Judged } : answer;

test("a full analysis queue decides nothing and records nothing", async () => {
  const busy = Object.assign(new Error("full"), { name: "PoolBusyError" });
  const { parts, close } = await buildParts({ analyse: () => Promise.reject(busy) });
  try {
    const engine = await createEngine(parts);
    const before = parts.store.head().size;
    const answer = await engine.enforce({ agentId: "bot", code: "1" }, by(AGENT));
    assert.ok(!answer.ok);
    assert.equal(answer.refusal.kind, "busy");
    assert.equal(parts.store.head().size, before);
  } finally {
    await close();
  }
});

test("INVARIANT 2: a store that cannot write gives no decision and no run", async () => {
  const { parts, ran, close } = await buildParts();
  try {
    let broken = false;
    const commit: EngineParts["store"]["commit"] = (unit) => (broken ? Promise.reject(new Error("disk full")) : parts.store.commit(unit));
    const engine = await createEngine({ ...parts, store: { ...parts.store, commit } });
    broken = true;
    const input = { agentId: "bot", language: "javascript", code: "1" } as const;
    for (const answer of [await engine.enforce(input, by(AGENT)), await engine.execute(input, by(AGENT), null)]) {
      assert.ok(!answer.ok);
      assert.equal(answer.refusal.kind, "unavailable");
      assert.equal(answer.refusal.code, "store.unavailable");
    }
    assert.deepEqual(ran, []);
  } finally {
    await close();
  }
});

test("an outcome that cannot be recorded is told, not answered as if it were", async () => {
  const { parts, ran, close } = await buildParts();
  try {
    const commit: EngineParts["store"]["commit"] = (unit) =>
      unit.audit.some(({ type }) => type === "outcome") ? Promise.reject(new Error("disk full")) : parts.store.commit(unit);
    const engine = await createEngine({ ...parts, store: { ...parts.store, commit } });
    const answer = await engine.execute({ agentId: "bot", language: "javascript", code: "1" }, by(AGENT), null);
    assert.ok(!answer.ok);
    assert.equal(answer.refusal.code, "store.outcome_unrecorded");
    assert.deepEqual(ran, ["1"]);
    assert.equal(parts.store.unfinished().length, 1);
  } finally {
    await close();
  }
});

test("all layers pass: ALLOW (so that the refusals above are the faults' doing)", async () => {
  const { parts, ran, close } = await buildParts();
  try {
    const engine = await createEngine(parts);
    const answer = await engine.execute({ agentId: "bot", language: "javascript", code: "1" }, by(AGENT), null);
    assert.ok(answer.ok);
    assert.equal(answer.value.judged.decision.decision, "ALLOW");
    assert.deepEqual(ran, ["1"]);
    assert.ok(ANALYSED.ok);
  } finally {
    await close();
  }
});
