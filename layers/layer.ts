/** The one interface of the six mechanisms, and what each is given. */
import type { AnalysisFailure, AnalysisResult } from "../analysis/effects.ts";
import type { Finding, LayerError, LayerId, LayerVerdict, ReasonCode, Submission } from "./model.ts";

export type LayerInput = {
  readonly submission: Submission;
  /** What the analysis pool returned: facts, or why there are none (then layers 1-4 fail closed). */
  readonly analysis: AnalysisResult;
  /** Verdicts of the layers before this one, in order. Layers 1-4 ignore it; 5 and 6 build on it. */
  readonly prior: readonly LayerVerdict[];
  /** `analyze` records nothing; `execute` will run what is allowed; `resume` is a run under an approval. */
  readonly mode: "analyze" | "enforce" | "execute" | "resume";
  /** Names of context claims that the caller's role may assert; others are ignored by the layers. */
  readonly acceptedClaims: ReadonlySet<string>;
  /** ms since the epoch, given so that layers are replayable. */
  readonly now: number;
};

export type Layer = {
  readonly id: LayerId;
  inspect(input: LayerInput): LayerVerdict | Promise<LayerVerdict>;
  /** Told of a submission while its code is being analysed; `inspect` works without it. Never throws. */
  prepare?(submission: Submission, now: number): void;
};

/** What a failure of the analysis is called in an answer. */
export const FAILURE_REASONS: Readonly<Record<AnalysisFailure["reason"], ReasonCode>> = {
  deadline: "analysis.deadline",
  crashed: "analysis.crashed",
  limit: "analysis.limit",
  unsupported_language: "analysis.unsupported_language",
  rules_broken: "rules.broken",
};

/** INVARIANT 1: without a Program there is nothing to judge, and nothing to judge is an error, never a pass. */
export function analysisError(failure: AnalysisFailure): LayerError {
  return { reasonCode: FAILURE_REASONS[failure.reason], message: `there are no program facts to judge (${failure.reason})` };
}

/** The strictest action among the findings; warnings decide nothing. */
export function outcomeOf(findings: readonly Finding[]): "pass" | "escalate" | "block" {
  if (findings.some((finding) => finding.action === "block")) return "block";
  return findings.some((finding) => finding.action === "require_approval") ? "escalate" : "pass";
}
