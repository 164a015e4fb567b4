/** GET and POST /keys, DELETE /keys/{id}, POST /keys/{id}/rotate. */
import type { RequestHandler, Response } from "express";
import type { ApprovalLevel, Role } from "../../layers/model.ts";
import type { CreatedKey } from "../engine/keys.ts";
import type { Engine } from "../engine.ts";
import { callerOf } from "./authenticate.ts";
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

export type KeyHandlers = Readonly<Record<"list" | "create" | "revoke" | "rotate", RequestHandler>>;

export function keyHandlers(engine: Engine): KeyHandlers {
  return {
    list: (_request, response) => {
      const keys = engine.parts.store.keys().toSorted((a, b) => b.createdAt - a.createdAt);
      response.json({ items: keys.map(renderKey), next_cursor: null });
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
