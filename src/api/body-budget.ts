/** How many bytes of request bodies the server holds at a time, so that many large ones together cannot fill its memory. */
import type { IncomingHttpHeaders } from "node:http";
import type { RequestHandler } from "express";
import { sendProblem } from "./problem.ts";

/** `total` of all bodies, `single` is the most that one body may be, in bytes. */
export type BodyLimits = { readonly total: number; readonly single: number };
/** Comes before a body is read; its bytes are free again when the answer has been sent. */
export type BodyBudget = { readonly hold: RequestHandler; adjust(limits: BodyLimits): void };

export function createBodyBudget(first: BodyLimits): BodyBudget {
  let limits = first;
  let held = 0;
  const hold: RequestHandler = (request, response, next) => {
    const bytes = bytesOf(request.headers, limits.single);
    // One body alone always fits, whatever the total.
    if (held > 0 && held + bytes > limits.total) {
      const detail = `the server holds ${held} bytes of other requests already, so this one was not read; try again when \`Retry-After\` has passed`;
      const type = "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity";
      return sendProblem(response, { status: 503, code: "server.bodies_full", type, detail, retryAfter: 1 });
    }
    held += bytes;
    response.once("close", () => {
      held -= bytes;
    });
    return next();
  };
  return {
    hold,
    adjust: (next) => {
      limits = next;
    },
  };
}

/** What it may come to: an undeclared or packed body may become as large as one is allowed to be. */
function bytesOf(
  { "content-length": length, "content-encoding": encoding, "transfer-encoding": chunked }: IncomingHttpHeaders,
  single: number,
) {
  if (chunked !== undefined || (encoding !== undefined && encoding !== "identity")) return single;
  return Math.min(Number(length ?? 0), single);
}
