/**
 * Engine parts for tests that need a layer, an analysis or a sandbox to misbehave on purpose. The store is the real one,
 * in a directory of its own; layers answer what the test says. Whole-server tests use `test/api/start-test-server.ts`.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AnalysisResult, Program } from "../../analysis/effects.ts";
import { humanApproval } from "../../layers/6-human-approval/human-approval.ts";
import { DEFAULT_LADDER } from "../../layers/6-human-approval/ladder.ts";
import type { Layer } from "../../layers/layer.ts";
import type { Finding, LayerId, LayerVerdict, Principal } from "../../layers/model.ts";
import { approvalPolicy } from "../../src/compose/settings.ts";
import { createBrake } from "../../src/engine/brake.ts";
import type { EngineParts, RunOutcome } from "../../src/engine/parts.ts";
import { hashKey } from "../../src/store/api-key.ts";
import { openStore } from "../../src/store/open-store.ts";

export const EMPTY_PROGRAM: Program = { language: "javascript", effects: [], matches: [], strings: [], diagnostics: [], exhausted: false };
export const ANALYSED: AnalysisResult = { ok: true, program: EMPTY_PROGRAM };

export const pass = (layer: LayerId): LayerVerdict => ({ layer, outcome: "pass", findings: [], constraints: [], latencyMs: 0 });
export const layer = (id: LayerId, inspect: Layer["inspect"] = () => pass(id)): Layer => ({ id, inspect });

const LOCATION = { line: 1, column: 1, endLine: 1, endColumn: 2, offset: 0, endOffset: 1 };

export const question = (ruleId: string, impact: number | "unlimited" = 50_000): Finding => ({
  ruleId,
  severity: "high",
  message: `${ruleId} must be approved`,
  location: LOCATION,
  action: "require_approval",
  references: [],
  reasonCode: "invariant.review",
  impact,
});

/** A layer that escalates with these findings, or passes when there are none. */
export const asks = (id: LayerId, findings: () => readonly Finding[]): Layer =>
  layer(id, () => ({ ...pass(id), outcome: findings().length > 0 ? "escalate" : "pass", findings: findings() }));

export const COMPLETED: RunOutcome = {
  status: "completed",
  reason: null,
  result: 42,
  stdout: "",
  stderr: "",
  error: null,
  durationMs: 1,
  memoryPeakBytes: 1024,
  backend: "scripted",
  isolation: [],
  observedEffects: [],
  unpredictedEffects: [],
  files: {},
};

export const ADMIN: Principal = { keyId: "bootstrap", owner: "administrator", role: "admin", level: null, agentIds: null };
export const AGENT: Principal = { keyId: "k-agent", owner: "bot-team", role: "agent", level: null, agentIds: ["bot"] };
export const approver = (level: Principal["level"], owner = "alice"): Principal => ({
  keyId: `k-${owner}`,
  owner,
  role: "approver",
  level,
  agentIds: null,
});
export const by = (principal: Principal) => ({ principal, requestId: "test-request" });

export type Clock = { now: number };
export type TestParts = { readonly parts: EngineParts; readonly clock: Clock; readonly ran: string[]; close(): Promise<void> };

/** All six layers pass unless `changes` says otherwise; `ran` lists the code that reached the sandbox. */
export async function buildParts(changes: Partial<EngineParts> = {}, dataDir?: string): Promise<TestParts> {
  const directory = dataDir ?? (await mkdtemp(join(tmpdir(), "agentguard-engine-")));
  const store = await openStore({ dataDir: directory });
  const clock: Clock = { now: Date.now() };
  const ran: string[] = [];
  const parts: EngineParts = {
    analyse: async () => ANALYSED,
    layers: [layer(1), layer(2), layer(3), layer(4), layer(5), humanApproval(DEFAULT_LADDER)],
    disabled: new Set(),
    store,
    runner: {
      unavailable: (language) => (language === "python" ? "executor_unavailable" : null),
      run: async ({ submission }) => {
        ran.push(submission.code);
        return COMPLETED;
      },
      kill: () => {},
      status: () => ({ ready: true, detail: "scripted", isolation: ["isolate"], backends: { javascript: true }, executors: {} }),
    },
    approvals: approvalPolicy(DEFAULT_LADDER),
    maskText: (text) => text,
    maskJson: (value) => value,
    countDeletions: () => 0,
    settings: {
      rulesVersion: "rules-1",
      configVersion: "config-1",
      claims: { admin: "all", agent: "none", anonymous: "all" },
      maximum: { timeoutMs: 1000, memoryMb: 64, outputBytes: 1000 },
      layerTimeoutMs: 50,
      idempotencyMs: 1000,
      singleOperator: true,
    },
    inFlight: new Map(),
    brake: createBrake(),
    bootstrapHash: hashKey("bootstrap-key"),
    clock: () => clock.now,
    ...changes,
  };
  const close = async () => {
    await store.close();
    if (dataDir === undefined) await rm(directory, { recursive: true, force: true });
  };
  return { parts, clock, ran, close };
}
