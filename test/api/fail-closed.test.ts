/** INVARIANT 1 over HTTP: each part that fails has its own reason code, and none of them ends in ALLOW. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnalysisFailure } from "../../analysis/effects.ts";
import { policyGuard } from "../../layers/1-policy-guard/policy-guard.ts";
import type { Layer } from "../../layers/layer.ts";
import type { LayerId, LayerVerdict } from "../../layers/model.ts";
import type { EngineParts } from "../../src/engine.ts";
import { startTestServer } from "./start-test-server.ts";

const CODE = { language: "javascript", code: "1 + 1" };
const replace =
  (id: LayerId, layer: Layer | null) =>
  (parts: EngineParts): EngineParts => ({
    ...parts,
    layers: [...parts.layers.filter((each) => each.id !== id), ...(layer === null ? [] : [layer])],
  });
const inspect = (id: LayerId, answer: () => LayerVerdict | Promise<LayerVerdict>) => replace(id, { id, inspect: answer });
const analysis =
  (reason: AnalysisFailure["reason"]) =>
  (parts: EngineParts): EngineParts => ({
    ...parts,
    analyse: async () => ({ ok: false, failure: { reason, message: reason } }),
  });
const store =
  (change: Partial<EngineParts["store"]>) =>
  (parts: EngineParts): EngineParts => ({ ...parts, store: { ...parts.store, ...change } });

type Case = readonly [name: string, parts: (parts: EngineParts) => EngineParts, reason: string, layer: string];
const CASES: readonly Case[] = [
  [
    "a layer throws",
    inspect(3, () => {
      throw new TypeError("boom");
    }),
    "layer.failed",
    "Layer 3: Data Sensitivity",
  ],
  ["a layer rejects", inspect(2, () => Promise.reject(new Error("boom"))), "layer.failed", "Layer 2: Semantic Guard"],
  ["a layer never answers", inspect(4, () => new Promise(() => {})), "layer.timeout", "Layer 4: State & History"],
  ["a layer is missing", replace(2, null), "layer.missing", "Layer 2: Semantic Guard"],
  ["there are no rules", replace(1, policyGuard({ rules: new Map() })), "rules.empty", "Layer 1: Policy Guard"],
  ["the rules are broken", analysis("rules_broken"), "rules.broken", "Layer 1: Policy Guard"],
  ["the analysis deadline passes", analysis("deadline"), "analysis.deadline", "Layer 1: Policy Guard"],
  [
    "the analysis crashes",
    (parts) => ({ ...parts, analyse: () => Promise.reject(new Error("gone")) }),
    "analysis.crashed",
    "Layer 1: Policy Guard",
  ],
  ["the code exceeds a limit", analysis("limit"), "analysis.limit", "Layer 1: Policy Guard"],
  ["the language is not analysed", analysis("unsupported_language"), "analysis.unsupported_language", "Layer 1: Policy Guard"],
  ["the analysis budget is spent", exhausted, "analysis.exhausted", ""],
]; // prettier-ignore

function exhausted(parts: EngineParts): EngineParts {
  return {
    ...parts,
    analyse: async (request) => {
      const result = await parts.analyse(request);
      return result.ok ? { ok: true, program: { ...result.program, exhausted: true } } : result;
    },
  };
}

for (const [name, parts, reason, layer] of CASES) {
  test(`${name}: refused with ${reason}, nothing runs`, async () => {
    await using server = await startTestServer({ parts, env: { AGENTGUARD_LIMITS_LAYER_MS: "100" } });
    for (const reply of [await server.enforce(CODE), await server.execute(CODE)]) {
      assert.equal(reply.status, 200, JSON.stringify(reply.body));
      assert.equal(reply.body.decision, reason === "analysis.exhausted" ? "REQUIRES_APPROVAL" : "BLOCK");
      assert.ok(reply.body.reason_codes.includes(reason), reply.body.reason_codes.join(", "));
      if (layer !== "") assert.equal(reply.body.blocked_by, layer);
      assert.ok(reply.body.violations.length > 0);
      assert.notEqual(reply.body.executed, true);
    }
    if (reason !== "layer.timeout") assert.notEqual((await server.analyze(CODE)).body.decision, "ALLOW");
  });
}

test("a history that cannot be read: BLOCK with store.unavailable", async () => {
  // The composed layer 4 was given this very store object, so the method is replaced where both see it.
  const parts = (real: EngineParts): EngineParts => {
    real.store.session = () => {
      throw new Error("unreadable");
    };
    return real;
  };
  await using server = await startTestServer({ parts });
  const reply = await server.enforce(CODE);
  assert.equal(reply.body.decision, "BLOCK");
  assert.ok(reply.body.reason_codes.includes("store.unavailable"), JSON.stringify(reply.body));
});

test("INVARIANT 2: a decision that cannot be recorded is 503, and nothing runs", async () => {
  let full = false;
  const ran: string[] = [];
  const parts = (real: EngineParts): EngineParts => ({
    ...store({ commit: (unit) => (full ? Promise.reject(new Error("disk full")) : real.store.commit(unit)) })(real),
    runner: {
      ...real.runner,
      run: (job) => {
        ran.push(job.submission.code);
        return real.runner.run(job);
      },
    },
  });
  await using server = await startTestServer({ parts });
  full = true;
  for (const reply of [
    await server.enforce(CODE),
    await server.execute(CODE),
    await server.call("/api/v1/keys", { body: { owner: "o", role: "auditor" } }),
  ]) {
    assert.equal(reply.status, 503);
    assert.equal(reply.body.code, "store.unavailable");
    assert.equal(reply.body.decision, undefined);
    assert.equal(reply.headers.get("retry-after"), "5");
  }
  assert.deepEqual(ran, []);
  assert.equal((await server.call("/api/v1/keys")).body.items.length, 0);
  full = false;
  assert.equal((await server.enforce(CODE)).body.decision, "ALLOW");
});

test("a full analysis queue: 503 with Retry-After, no decision", async () => {
  const busy = Object.assign(new Error("full"), { name: "PoolBusyError" });
  await using server = await startTestServer({ parts: (parts) => ({ ...parts, analyse: () => Promise.reject(busy) }) });
  const reply = await server.enforce(CODE);
  assert.deepEqual([reply.status, reply.body.code, reply.headers.get("retry-after")], [503, "server.busy", "1"]);
});

test("a store that is gone is not ready, and health still answers", async () => {
  const gone = Object.assign(new Error("gone"), { name: "StoreError", code: "read_only" });
  await using server = await startTestServer({
    parts: store({
      ping: () => Promise.reject(gone),
      keyByHash: () => {
        throw gone;
      },
    }),
  }); // prettier-ignore
  const ready = await server.call("/readyz", { key: null });
  assert.equal(ready.status, 503);
  assert.deepEqual(ready.body.parts.store, { ready: false, detail: "the store is read_only" });
  assert.equal((await server.call("/health", { key: null })).status, 200);
  const reply = await server.enforce(CODE, "ag_agent_unknown");
  assert.deepEqual([reply.status, reply.body.code], [503, "store.unavailable"]);
});

test("an unexpected fault is a 500 that says nothing of itself, and is logged without its message", async () => {
  const parts = (real: EngineParts): EngineParts =>
    store({
      approval: () => {
        throw new Error("SECRET in a message");
      },
    })(real); // prettier-ignore
  await using server = await startTestServer({ parts });
  const reply = await server.call("/api/v1/approval/x");
  assert.deepEqual([reply.status, reply.body.code], [500, "internal"]);
  assert.doesNotMatch(JSON.stringify(reply.body) + server.log(), /SECRET/);
  assert.match(server.log(), /request failed/);
});
