/** What can come instead of a yes. Every one of them means: it was not allowed, or nobody knows; do not run it. */
import type { Decision, ExecuteResponse } from "./api-types.ts";

/**
 * `unreachable`: no connection, or it broke before the whole answer was there. `timed_out`: the whole answer was not there
 * in time; the server may have decided, or run, all the same. `invalid_answer`: not what the contract says. `refused`:
 * another status than 200. `denied`, `approval_required`: the decision is not ALLOW. `not_executed`: allowed, but it did
 * not run to its end.
 */
export type ErrorCode = "unreachable" | "timed_out" | "invalid_answer" | "refused" | "denied" | "approval_required" | "not_executed";

/** Base of everything that the client throws about an answer. Catch this one to fail closed. */
export class AgentGuardError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = new.target.name;
    this.code = code;
  }
}

/** The server answered with another status than 200 and said why. 429 and 5xx are among them. */
export class Refused extends AgentGuardError {
  readonly status: number;
  /** Stable and machine-readable, such as `key.unknown`; `http.<status>` when the server named none. */
  readonly problemCode: string;
  /** Seconds to wait before asking again; null when the server did not say. */
  readonly retryAfter: number | null;

  constructor(status: number, problem: Readonly<Record<string, unknown>>, retryAfter: number | null) {
    const problemCode = typeof problem.code === "string" ? problem.code : `http.${status}`;
    const detail = [problem.detail, problem.error].find((text) => typeof text === "string" && text !== "");
    super("refused", `${status} ${problemCode}: ${detail ?? "the server gave no reason"}`);
    this.status = status;
    this.problemCode = problemCode;
    this.retryAfter = retryAfter;
  }
}

/** The server decided, and the decision is not ALLOW. `code` is `approval_required` when a person may still say yes. */
export class Denied extends AgentGuardError {
  readonly decision: Decision;

  constructor(decision: Decision) {
    const reasons = decision.violations?.join("; ") || decision.reason_codes?.join(", ") || "no reason was given";
    const by = decision.blocked_by ? ` by ${decision.blocked_by}` : "";
    super(decision.decision === "REQUIRES_APPROVAL" ? "approval_required" : "denied", `${decision.decision}${by}: ${reasons}`);
    this.decision = decision;
  }
}

/** It was allowed, but it did not run, or did not run to its end. */
export class NotExecuted extends AgentGuardError {
  readonly execution: ExecuteResponse;

  constructor(execution: ExecuteResponse) {
    super("not_executed", `${execution.execution?.status ?? "not_run"}: ${execution.error ?? "no reason was given"}`);
    this.execution = execution;
  }
}
