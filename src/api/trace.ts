/** Tells the tracer, when there is one, about each request after it has been answered. */
import type { RequestHandler, Response } from "express";
import type { Judged } from "../engine/judge.ts";
import type { RunOutcome } from "../engine/parts.ts";
import { preciseNow, type TracedDecision, type Tracer } from "../tracing/tracer.ts";

type Notes = { readonly startedAt: number; submittedAt: number; decided?: TracedDecision };

export function traceRequests(tracer: () => Tracer | null): RequestHandler {
  return (request, response, next) => {
    const current = tracer();
    if (current === null) return next();
    const startedAt = preciseNow();
    const notes: Notes = { startedAt, submittedAt: startedAt };
    response.locals.trace = notes;
    const { traceparent } = request.headers;
    response.once("close", () => {
      current.answered({
        method: request.method,
        route: (request.route as { path?: string } | undefined)?.path ?? "none",
        status: response.statusCode,
        startedAt,
        endedAt: preciseNow(),
        requestId: response.locals.requestId as string,
        traceparent: typeof traceparent === "string" ? traceparent : undefined,
        ...(notes.decided === undefined ? {} : { decided: notes.decided }),
      });
    });
    next();
  };
}

/** The submission goes to the engine now. */
export function noteSubmission(response: Response): void {
  const notes = response.locals.trace as Notes | undefined;
  if (notes !== undefined) notes.submittedAt = preciseNow();
}

export function noteDecision(response: Response, { decision, submission, latencyMs }: Judged, outcome?: RunOutcome): void {
  const notes = response.locals.trace as Notes | undefined;
  if (notes === undefined) return;
  const { agentId, language } = submission;
  const { submittedAt } = notes;
  const about = { decision, agentId, language, submittedAt, latencyMs, answeredAt: preciseNow() };
  notes.decided = outcome === undefined ? about : { ...about, outcome };
}
