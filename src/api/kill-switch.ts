/** GET and PUT /kill-switch, and the refusal of submissions while it is engaged. */
import type { RequestHandler } from "express";
import type { KillSwitch } from "../engine/brake.ts";
import type { Engine } from "../engine.ts";
import { callerOf } from "./authenticate.ts";
import { sendRefusal } from "./problem.ts";

type Body = { readonly engaged: boolean; readonly reason?: string | null };

export function killSwitchHandlers(engine: Engine): Readonly<Record<"show" | "set" | "refuse", RequestHandler>> {
  return {
    show: (_request, response) => {
      response.json(render(engine.killSwitch()));
    },
    set: async (request, response) => {
      const { engaged, reason } = request.body as Body;
      const answer = await engine.setKillSwitch({ engaged, reason: reason ?? null }, callerOf(response));
      if (!answer.ok) return sendRefusal(response, answer.refusal);
      response.json(render(answer.value));
    },
    // before a kept answer is repeated, too: an ALLOW from before must not be given out again
    refuse: (_request, response, next) => {
      const refused = engine.refusalNow();
      return refused === null ? next() : sendRefusal(response, refused.refusal);
    },
  };
}

const render = ({ engaged, reason, at, by }: KillSwitch) => ({ engaged, reason, at: at === null ? null : new Date(at).toISOString(), by });
