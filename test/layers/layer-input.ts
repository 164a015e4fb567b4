/** Requests and Programs made by hand, for tests of one layer alone. */
import type { AnalysisResult, Effect, Program } from "../../analysis/effects.ts";
import type { LayerInput } from "../../layers/layer.ts";
import type { Json, Location } from "../../layers/model.ts";

export const HERE: Location = { line: 1, column: 1, endLine: 1, endColumn: 10, offset: 0, endOffset: 9 };

export function program(parts: Partial<Program> = {}): Program {
  return { language: "python", effects: [], matches: [], strings: [], diagnostics: [], exhausted: false, ...parts };
}

export function effect(parts: Partial<Effect> & Pick<Effect, "kind">): Effect {
  return {
    target: "",
    targetClasses: [],
    args: {},
    labels: [],
    reach: "must",
    basis: "api",
    guards: [],
    location: HERE,
    via: [],
    api: parts.kind,
    ...parts,
  };
}

export function layerInput(
  facts: Program | AnalysisResult,
  context: Readonly<Record<string, Json>> = {},
  claims: readonly string[] = [],
): LayerInput {
  return {
    submission: {
      agentId: "agent",
      sessionId: "session",
      principal: { keyId: "key", owner: "owner", role: "agent", level: null, agentIds: ["agent"] },
      language: "python",
      code: "",
      inputs: null,
      files: {},
      limits: { timeoutMs: 1000, memoryMb: 64, outputBytes: 1000 },
      context,
      codeDigest: "0".repeat(64),
      executionDigest: "0".repeat(64),
    },
    analysis: "ok" in facts ? facts : { ok: true, program: facts },
    prior: [],
    mode: "enforce",
    acceptedClaims: new Set(claims),
    now: 0,
  };
}
