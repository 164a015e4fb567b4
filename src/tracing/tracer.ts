/** What a tracer is told about a request, when it has been answered. Nothing here loads OpenTelemetry. */
import type { Decision } from "../../layers/model.ts";
import type { RunOutcome } from "../engine/parts.ts";

/** Times are ms since the epoch, with fractions. */
export type TracedRequest = {
  readonly method: string;
  /** Never the URL, which may hold ids. */
  readonly route: string;
  readonly status: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly requestId: string;
  /** As it came in the header, unchecked. */
  readonly traceparent: string | undefined;
  readonly decided?: TracedDecision;
};
export type TracedDecision = {
  readonly decision: Decision;
  readonly agentId: string;
  readonly language: string;
  readonly submittedAt: number;
  /** ms for analysis and all layers. */
  readonly latencyMs: number;
  /** When it was on record, and run if it was to be run. */
  readonly answeredAt: number;
  readonly outcome?: RunOutcome;
};

export type Tracer = {
  /** Must neither throw nor wait. */
  answered(request: TracedRequest): void;
  /** Sends what is left; gives up after a while. */
  close(): Promise<void>;
};

/** ms since the epoch, finer than the clock on the wall and never backwards. */
export const preciseNow = (): number => performance.timeOrigin + performance.now();
