/** GET and POST /keys, DELETE /keys/{id}, POST /keys/{id}/rotate. */
import type { RequestHandler, Response } from "express";
import type { ApprovalLevel, Role } from "../../layers/model.ts";
import type { CreatedKey } from "../engine/keys.ts";
import type { Engine } from "../engine.ts";
import { callerOf } from "./authenticate.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { sendProblem, sendRefusal } from "./problem.ts";
import { renderKey } from "./render.ts";
import { parseTime, TIME_EXPECTED } from "./time.ts";

type KeyBody = {
  readonly owner: string;
  readonly role: Role;
  readonly level?: ApprovalLevel | null;
  readonly agent_ids?: readonly string[] | null;
  readonly expires_at?: string | null;
};

type ListQuery = { readonly limit?: number | string; readonly cursor?: string };

const DEFAULT_PAGE = 50;
/** The id of the page's last key: keys are never deleted. */
const CURSOR = /^[0-9a-f-]{36}$/;

export type KeyHandlers = Readonly<Record<"list" | "create" | "revoke" | "rotate", RequestHandler>>;

export function keyHandlers(engine: Engine): KeyHandlers {
  return {
    list: (request, response) => {
      const { limit = DEFAULT_PAGE, cursor } = request.query as ListQuery;
      const keys = engine.parts.store.keys().toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
      const last = cursor === undefined ? null : decodeCursor(cursor, CURSOR);
      const start = last === null ? 0 : keys.findIndex(({ id }) => id === last) + 1;
      if (last !== null && start === 0)
        return sendProblem(response, { status: 400, code: "request.invalid", detail: "query.cursor: is not a cursor of this list" });
      const page = keys.slice(start, start + Number(limit));
      const more = start + page.length < keys.length;
      response.json({ items: page.map(renderKey), next_cursor: more ? encodeCursor(page.at(-1)!.id) : null });
    },
    create: async (request, response) => {
      const { owner, role, level, agent_ids, expires_at } = request.body as KeyBody;
      const expiresAt = expires_at == null ? null : parseTime(expires_at);
      if (Number.isNaN(expiresAt)) {
        const detail = `body.expires_at: ${TIME_EXPECTED}`;
        return sendProblem(response, { status: 400, code: "request.invalid", detail, fields: ["expires_at"] });
      }
      const wish = { owner, role, level: level ?? null, agentIds: agent_ids ?? null, expiresAt };
      const answer = await engine.createKey(wish, callerOf(response));
      return answer.ok ? showOnce(response, answer.value) : sendRefusal(response, answer.refusal);
    },
    rotate: async (request, response) => {
      const answer = await engine.rotateKey(String(request.params.id), callerOf(response));
      return answer.ok ? showOnce(response, answer.value) : sendRefusal(response, answer.refusal);
    },
    revoke: async (request, response) => {
      const answer = await engine.revokeKey(String(request.params.id), callerOf(response));
      if (!answer.ok) return sendRefusal(response, answer.refusal);
      response.json(renderKey(answer.value));
    },
  };
}

/** The one time that the key itself is shown. */
function showOnce(response: Response, { key, stored }: CreatedKey): void {
  response
    .status(201)
    .setHeader("Cache-Control", "no-store")
    .json({ ...renderKey(stored), key });
}
