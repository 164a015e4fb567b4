/** The one interface of the six mechanisms, and what each is given. */
import type { AnalysisFailure, AnalysisResult } from "../analysis/effects.ts";
import type { Finding, LayerError, LayerId, LayerVerdict, Submission } from "./model.ts";

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

/** What a failure of the analysis is called in an answer. Its own message stays out: it may quote the submission. */
const FAILURES: Readonly<Record<AnalysisFailure["reason"], LayerError>> = {
  deadline: { reasonCode: "analysis.deadline", message: "the analysis took longer than it may (`limits.analysis_ms`)" },
  crashed: { reasonCode: "analysis.crashed", message: "the analysis failed" },
  limit: { reasonCode: "analysis.limit", message: "the program is larger, or nested deeper, than the analysis goes" },
  unsupported_language: {
    reasonCode: "analysis.unsupported_language",
    message: "this server judges Python only (`features.enable_multi_language` is off)",
  },
  rules_broken: { reasonCode: "rules.broken", message: "the rules cannot be used" },
};

/** INVARIANT 1: without a Program there is nothing to judge, and nothing to judge is an error, never a pass. */
export const analysisError = ({ reason }: AnalysisFailure): LayerError => FAILURES[reason];

/** The strictest action among the findings; warnings decide nothing. */
export function outcomeOf(findings: readonly Finding[]): "pass" | "escalate" | "block" {
  if (findings.some((finding) => finding.action === "block")) return "block";
  return findings.some((finding) => finding.action === "require_approval") ? "escalate" : "pass";
}
