/**
 * Asks the layers, one after the other, and turns whatever comes back (a throw, silence, nonsense) into a verdict.
 * INVARIANT 1: a layer that cannot answer is an `error` with its own reason, never a pass.
 */
import type { AnalysisResult } from "../../analysis/effects.ts";
import { analysisError, type Layer, type LayerInput } from "../../layers/layer.ts";
import { LAYER_NAMES, type LayerError, type LayerId, type LayerVerdict, type ReasonCode } from "../../layers/model.ts";

/** `null` stands for a layer that is switched off by configuration; `undefined` for one that should be there and is not. */
export type LayerSlot = { readonly id: LayerId; readonly layer: Layer | null | undefined };

const TIMED_OUT = Symbol("timed out");

function errorVerdict(layer: LayerId, reasonCode: ReasonCode, message: string, latencyMs: number): LayerVerdict {
  return { layer, outcome: "error", error: { reasonCode, message }, findings: [], constraints: [], latencyMs };
}

async function withDeadline<T>(work: Promise<T>, timeoutMs: number): Promise<T | typeof TIMED_OUT> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof TIMED_OUT>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, TIMED_OUT);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** One layer's verdict with its own latency; `undefined` when it returned nothing, which `decide` reports as missing. */
export async function askLayer(slot: LayerSlot, input: LayerInput, timeoutMs: number): Promise<LayerVerdict | undefined> {
  const { id, layer } = slot;
  if (layer === null) return { layer: id, outcome: "skipped", findings: [], constraints: [], latencyMs: 0 };
  if (layer === undefined) return undefined;
  const started = performance.now();
  try {
    const answer = layer.inspect(input);
    const verdict = answer instanceof Promise ? await withDeadline(answer, timeoutMs) : answer;
    const latencyMs = performance.now() - started;
    if (verdict === TIMED_OUT)
      return errorVerdict(id, "layer.timeout", `${LAYER_NAMES[id]} did not answer within ${timeoutMs} ms`, latencyMs);
    return isVerdict(verdict) ? { ...verdict, latencyMs } : undefined;
  } catch {
    // The exception's text may quote submitted code, so it stays out of the verdict (INVARIANT 8).
    return errorVerdict(id, "layer.failed", `${LAYER_NAMES[id]} failed`, performance.now() - started);
  }
}

function isVerdict(value: unknown): value is LayerVerdict {
  const verdict = value as Partial<LayerVerdict> | null | undefined;
  return verdict != null && typeof verdict === "object" && Array.isArray(verdict.findings) && Array.isArray(verdict.constraints);
}

const EXHAUSTED: LayerError = { reasonCode: "analysis.exhausted", message: "the analysis budget was spent before everything was known" };

/**
 * INVARIANT 1: whatever the layers made of it, and whichever of them are switched off, code without a complete analysis
 * is not allowed: the first layer that was asked then carries the error.
 */
export function requireAnalysis(
  verdicts: readonly (LayerVerdict | undefined)[],
  analysis: AnalysisResult,
): readonly (LayerVerdict | undefined)[] {
  const enough = analysis.ok ? ["error", "block", "escalate"] : ["error", "block"];
  const refused = verdicts.some((verdict) => verdict !== undefined && enough.includes(verdict.outcome));
  if (refused || (analysis.ok && !analysis.program.exhausted)) return verdicts;
  const error = analysis.ok ? EXHAUSTED : analysisError(analysis.failure);
  const carrier = verdicts.findIndex((verdict) => verdict !== undefined && verdict.outcome !== "skipped");
  return verdicts.map((verdict, index) => {
    if (index !== Math.max(carrier, 0)) return verdict;
    const before = verdict ?? { layer: 1 as const, findings: [], constraints: [], latencyMs: 0 };
    return { ...before, outcome: "error", error };
  });
}
