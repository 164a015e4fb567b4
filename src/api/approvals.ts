/** GET /approval, GET /approval/{id}, POST .../approve and .../reject. */
import type { Request, RequestHandler, Response } from "express";
import type { Json } from "../../layers/model.ts";
import type { Engine } from "../engine.ts";
import type { ApprovalStatus } from "../store/store.ts";
import { callerOf } from "./authenticate.ts";
import { sendProblem, sendRefusal } from "./problem.ts";
import { renderApproval, renderApprovalSummary } from "./render.ts";

type ListQuery = {
  readonly status?: ApprovalStatus;
  readonly agent_id?: string;
  readonly limit?: number | string;
  readonly cursor?: string;
};
type AnswerBody = { readonly approver?: string | null; readonly conditions?: Json; readonly reason?: string };

const DEFAULT_PAGE = 50;

export type ApprovalHandlers = Readonly<Record<"list" | "show" | "approve" | "reject", RequestHandler>>;

export function approvalHandlers(engine: Engine): ApprovalHandlers {
  const { ladder } = engine.parts.approvals;
  return {
    list: (request, response) => {
      const query = request.query as ListQuery;
      const before = query.cursor === undefined ? null : decodeCursor(query.cursor);
      if (before === undefined) {
        return sendProblem(response, { status: 400, code: "request.invalid", detail: "query.cursor: is not a cursor of this list" });
      }
      const page = engine.approvals(callerOf(response).principal, {
        limit: Number(query.limit ?? DEFAULT_PAGE),
        ...(query.status === undefined ? {} : { status: query.status }),
        ...(query.agent_id === undefined ? {} : { agentId: query.agent_id }),
        ...(before === null ? {} : { before }),
      });
      const now = engine.parts.clock();
      response.json({
        items: page.items.map((approval) => renderApprovalSummary(approval, now)),
        next_cursor: page.next === null ? null : Buffer.from(page.next).toString("base64url"),
      });
    },
    show: (request, response) => {
      const answer = engine.approval(idOf(request), callerOf(response).principal);
      if (!answer.ok) return sendRefusal(response, answer.refusal);
      response.json(renderApproval(answer.value, ladder, engine.parts.clock()));
    },
    approve: (request, response) => respond(engine, request, response, "approved"),
    reject: (request, response) => respond(engine, request, response, "rejected"),
  };
}

const idOf = (request: Request): string => String(request.params.id);

/** Null-safe: `undefined` for text that is no cursor. */
function decodeCursor(cursor: string): string | undefined {
  const id = Buffer.from(cursor, "base64url").toString("latin1");
  return /^[0-9a-f-]{36}$/.test(id) ? id : undefined;
}

async function respond(engine: Engine, request: Request, response: Response, answer: "approved" | "rejected"): Promise<void> {
  const body = (request.body ?? {}) as AnswerBody;
  const claimedApprover = body.approver ?? null;
  const note = answer === "rejected" ? (body.reason ?? null) : noteOf(body.conditions);
  const result = await engine.answer({ id: idOf(request), answer, claimedApprover, note }, callerOf(response));
  if (!result.ok) return sendRefusal(response, result.refusal);
  const { approval, status, approver, auditId } = result.value;
  response.json({
    status,
    approval_id: approval.id,
    approver,
    claimed_approver: claimedApprover,
    level: approval.level,
    ...(answer === "rejected" ? { reason: body.reason } : {}),
    audit_id: auditId,
  });
}

/** Conditions may be any JSON; text stays text. */
function noteOf(conditions: Json | undefined): string | null {
  if (conditions === undefined || conditions === null) return null;
  return typeof conditions === "string" ? conditions : JSON.stringify(conditions);
}
