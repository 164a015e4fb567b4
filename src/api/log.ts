/** Structured logs, one JSON object a line, in the published shape; never code, bodies, keys or headers (INVARIANT 8). */
import type { RequestHandler, Response } from "express";
import { type DestinationStream, type Logger, pino } from "pino";
import { LAYER_NAMES } from "../../layers/model.ts";
import type { Judged } from "../engine/judge.ts";

export type { Logger } from "pino";

/** `level`: pino's names, or `silent`. Writes to standard output unless told otherwise. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    messageKey: "message",
    base: null,
    timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label.toUpperCase() }) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** One line a request: method, route (not the URL, which may hold ids of others), status, time. */
export function logRequests(logger: Logger): RequestHandler {
  return (request, response, next) => {
    response.locals.logger = logger;
    if (!logger.isLevelEnabled("debug")) return next();
    const started = performance.now();
    response.once("finish", () => {
      const route = (request.route as { path?: string } | undefined)?.path ?? "none";
      const duration = Math.round((performance.now() - started) * 1000) / 1000;
      const { requestId } = response.locals;
      logger.debug({ request_id: requestId, method: request.method, route, status: response.statusCode, duration_ms: duration }, "request");
    });
    next();
  };
}

export function logDecision(response: Response, { submission, decision, latencyMs }: Judged, message: string): void {
  const logger = response.locals.logger as Logger;
  if (!logger.isLevelEnabled("info")) return;
  logger.info(
    {
      request_id: response.locals.requestId,
      agent_id: submission.agentId,
      session_id: submission.sessionId,
      decision: decision.decision,
      blocked_by: decision.blockedBy === null ? null : LAYER_NAMES[decision.blockedBy],
      reason_codes: decision.reasonCodes,
      latency_ms: Math.round(latencyMs * 1000) / 1000,
      audit_id: decision.id,
    },
    message,
  );
}
