/**
 * `Accept: text/event-stream`: what a run prints is sent while it prints, as events `stdout` and `stderr`, then the whole answer as
 * event `result`. What is refused before anything ran is an ordinary problem; afterwards it is the event `error`.
 */
import type { RequestHandler, Response } from "express";
import type { OutputListener } from "../engine/parts.ts";

const MEDIA_TYPE = "text/event-stream";

/** Goes around everything that answers with `response.json`: for who asks for a stream the answer becomes an event. */
export function streamable(handler: RequestHandler): RequestHandler {
  return (request, response, next) => {
    const asked = request.headers.accept?.includes(MEDIA_TYPE) && request.accepts(["application/json", MEDIA_TYPE]) === MEDIA_TYPE;
    if (asked) openStream(response);
    return handler(request, response, next);
  };
}

/** Where the output of a run goes, when somebody listens. */
export const outputListener = (response: Response): OutputListener | undefined => response.locals.onOutput as OutputListener | undefined;

function openStream(response: Response): void {
  const answer = response.json.bind(response);
  // Who leaves in the middle misses the rest; the run goes on, and its outcome is recorded.
  response.on("error", () => undefined);
  response.locals.onOutput = ((stream, text) => send(response, stream, { text })) satisfies OutputListener;
  response.json = (body) => {
    const failed = response.statusCode >= 300;
    if (failed && !response.headersSent) return answer(body);
    send(response, failed ? "error" : "result", body);
    return response.end();
  };
}

/** One event. JSON has no line breaks of its own, so one `data` line holds it. */
function send(response: Response, event: string, data: unknown): void {
  if (response.destroyed) return;
  if (!response.headersSent) {
    // A proxy that collects or compresses would hold the output back.
    response.setHeader("Cache-Control", "no-store, no-transform");
    response.setHeader("X-Accel-Buffering", "no");
    response.status(200).setHeader("Content-Type", `${MEDIA_TYPE}; charset=utf-8`);
  }
  response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}
