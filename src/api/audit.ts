/** GET /audit and /audit/{id}: what was decided, run, approved and changed. */
import type { RequestHandler, Response } from "express";
import type { Engine } from "../engine.ts";
import type { AuditFilter } from "../store/store.ts";
import { callerOf } from "./authenticate.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { sendProblem, sendRefusal } from "./problem.ts";
import { renderEntry, renderEntrySummary } from "./render-audit.ts";
import { parseTime, TIME_EXPECTED } from "./time.ts";

/** As the specification lets it through. */
type SearchQuery = {
  readonly agent_id?: string;
  readonly session_id?: string;
  readonly type?: NonNullable<AuditFilter["type"]>;
  readonly decision?: string;
  readonly layer?: number | string;
  readonly reason_code?: string;
  readonly actor?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit?: number | string;
  readonly cursor?: string;
};

export type AuditHandlers = Readonly<Record<"search" | "show", RequestHandler>>;

const DEFAULT_PAGE = 50;

export function auditHandlers(engine: Engine): AuditHandlers {
  return {
    search: (request, response) => {
      const filter = filterOf(request.query as SearchQuery, response);
      if (filter === null) return;
      const page = engine.parts.store.search(filter);
      response.json({
        items: page.records.map(renderEntrySummary),
        next_cursor: page.next === null ? null : encodeCursor(`s${page.next}`),
      });
    },
    show: (request, response) => {
      const answer = engine.auditEntry(String(request.params.id), callerOf(response).principal);
      if (!answer.ok) return sendRefusal(response, answer.refusal);
      response.json(renderEntry(answer.value));
    },
  };
}

/** Null when the answer has been sent. */
function filterOf(query: SearchQuery, response: Response): AuditFilter | null {
  const from = query.from === undefined ? undefined : parseTime(query.from);
  const to = query.to === undefined ? undefined : parseTime(query.to);
  const place = query.cursor === undefined ? undefined : (decodeCursor(query.cursor, /^s[1-9]\d{0,14}$/) ?? null);
  const fault = Number.isNaN(from)
    ? `query.from: ${TIME_EXPECTED}`
    : Number.isNaN(to)
      ? `query.to: ${TIME_EXPECTED}`
      : place === null
        ? "query.cursor: is not a cursor of this list"
        : null;
  if (fault !== null) {
    sendProblem(response, { status: 400, code: "request.invalid", detail: fault });
    return null;
  }
  return {
    ...(query.agent_id === undefined ? {} : { agentId: query.agent_id }),
    ...(query.session_id === undefined ? {} : { sessionId: query.session_id }),
    ...(query.type === undefined ? {} : { type: query.type }),
    ...(query.decision === undefined ? {} : { decision: query.decision }),
    ...(query.layer === undefined ? {} : { blockedBy: Number(query.layer) }),
    ...(query.reason_code === undefined ? {} : { reasonCode: query.reason_code }),
    ...(query.actor === undefined ? {} : { actor: query.actor }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(place === undefined || place === null ? {} : { before: Number(place.slice(1)) }),
    limit: Number(query.limit ?? DEFAULT_PAGE),
  };
}
