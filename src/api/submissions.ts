/** POST /analyze, /enforce, /execute: limits, input, engine, answer. */
import type { RequestHandler, Response } from "express";
import type { Json, Language } from "../../layers/model.ts";
import type { Judged } from "../engine/judge.ts";
import type { SubmitInput } from "../engine/submission.ts";
import type { Engine } from "../engine.ts";
import { callerOf, principalOf } from "./authenticate.ts";
import { outputListener } from "./event-stream.ts";
import { logDecision } from "./log.ts";
import { sendProblem, sendRefusal } from "./problem.ts";
import { renderAnalysis, renderDecision, renderExecuted } from "./render.ts";
import { noteDecision, noteSubmission } from "./trace.ts";

/** The body as the specification lets it through: unknown fields and wrong types are refused before. */
type Body = {
  readonly agent_id?: string | null;
  readonly session_id?: string | null;
  readonly language?: Language | null;
  readonly code: string;
  readonly context?: Readonly<Record<string, Json>> | null;
  readonly inputs?: Json;
  readonly files?: Readonly<Record<string, string>> | null;
  readonly limits?: {
    readonly timeout_ms?: number | null;
    readonly memory_mb?: number | null;
    readonly output_bytes?: number | null;
  } | null;
  readonly approval_id?: string | null;
};

export type SubmissionHandlers = { readonly analyze: RequestHandler; readonly enforce: RequestHandler; readonly execute: RequestHandler };

/** `codeBytes`: the longest code that is looked at, in bytes of UTF-8. */
export function submissionHandlers(engine: Engine, codeBytes: number): SubmissionHandlers {
  const tooLong = (body: Body, response: Response): boolean => {
    if (Buffer.byteLength(body.code) <= codeBytes) return false;
    sendProblem(response, { status: 413, code: "request.too_large", detail: `code may be at most ${codeBytes} bytes`, fields: ["code"] });
    return true;
  };
  return {
    analyze: async (request, response) => {
      const body = request.body as Body;
      if (tooLong(body, response)) return;
      noteSubmission(response);
      const principal = principalOf(response);
      const answer = await engine.analyze(inputOf(body, principal?.agentIds?.[0]), principal);
      if (!answer.ok) return sendRefusal(response, answer.refusal);
      noteDecision(response, answer.value);
      response.json(renderAnalysis(answer.value));
    },
    enforce: async (request, response) => {
      const body = request.body as Body;
      if (tooLong(body, response)) return;
      noteSubmission(response);
      const answer = await engine.enforce(inputOf(body), callerOf(response));
      if (!answer.ok) return sendRefusal(response, answer.refusal);
      noteDecision(response, answer.value);
      sendDecision(response, answer.value, renderDecision(answer.value), "Enforcement completed");
    },
    execute: async (request, response) => {
      const body = request.body as Body;
      if (tooLong(body, response)) return;
      noteSubmission(response);
      const answer = await engine.execute(inputOf(body), callerOf(response), body.approval_id ?? null, outputListener(response));
      if (!answer.ok) return sendRefusal(response, answer.refusal);
      noteDecision(response, answer.value.judged, answer.value.outcome);
      sendDecision(response, answer.value.judged, renderExecuted(answer.value), "Execution completed");
    },
  };
}

function sendDecision(response: Response, judged: Judged, body: object, message: string): void {
  response.json(body);
  logDecision(response, judged, message);
}

/** `agentId`: who it is when the body, which need not say so to be analysed, names nobody. */
function inputOf(body: Body, agentId = "anonymous"): SubmitInput {
  const { limits } = body;
  return {
    agentId: body.agent_id ?? agentId,
    sessionId: body.session_id ?? null,
    language: body.language ?? null,
    code: body.code,
    context: body.context ?? null,
    inputs: body.inputs ?? null,
    files: body.files ?? null,
    limits:
      limits == null
        ? null
        : { timeoutMs: limits.timeout_ms ?? null, memoryMb: limits.memory_mb ?? null, outputBytes: limits.output_bytes ?? null },
  };
}
