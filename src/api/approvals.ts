/** GET /approval, GET /approval/{id}, POST .../approve and .../reject. */
import type { Request, RequestHandler, Response } from "express";
import type { ApprovalLevel, Json } from "../../layers/model.ts";
import type { ListRequest } from "../engine/approvals-list.ts";
import type { Engine } from "../engine.ts";
import type { ApprovalStatus } from "../store/store.ts";
import { callerOf } from "./authenticate.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { sendProblem, sendRefusal } from "./problem.ts";
import { renderApproval, renderApprovalSummary } from "./render.ts";
import { parseTime, TIME_EXPECTED } from "./time.ts";

type ListQuery = {
  readonly status?: ApprovalStatus;
  readonly agent_id?: string;
  readonly session_id?: string;
  readonly level?: ApprovalLevel;
  readonly submitted_by?: string;
  readonly from?: string;
  readonly to?: string;
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
      const wish = listRequest(request.query as ListQuery);
      if (typeof wish === "string") return sendProblem(response, { status: 400, code: "request.invalid", detail: wish });
      const page = engine.approvals(callerOf(response).principal, wish);
      const now = engine.parts.clock();
      response.json({
        items: page.items.map((approval) => renderApprovalSummary(approval, now)),
        next_cursor: page.next === null ? null : encodeCursor(page.next),
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

/** What is wrong with the query, as text, or what it asks for. */
function listRequest(query: ListQuery): ListRequest | string {
  const before = query.cursor === undefined ? undefined : (decodeCursor(query.cursor, /^[0-9a-f-]{36}$/) ?? null);
  const from = query.from === undefined ? undefined : parseTime(query.from);
  const to = query.to === undefined ? undefined : parseTime(query.to);
  if (before === null) return "query.cursor: is not a cursor of this list";
  if (Number.isNaN(from)) return `query.from: ${TIME_EXPECTED}`;
  if (Number.isNaN(to)) return `query.to: ${TIME_EXPECTED}`;
  return {
    limit: Number(query.limit ?? DEFAULT_PAGE),
    ...(query.status === undefined ? {} : { status: query.status }),
    ...(query.agent_id === undefined ? {} : { agentId: query.agent_id }),
    ...(query.session_id === undefined ? {} : { sessionId: query.session_id }),
    ...(query.level === undefined ? {} : { level: query.level }),
    ...(query.submitted_by === undefined ? {} : { submittedBy: query.submitted_by }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(before === undefined ? {} : { before }),
  };
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
