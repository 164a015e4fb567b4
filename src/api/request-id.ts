/**
 * `X-Request-ID` and `X-Trace-ID`: taken over when they are harmless, made up otherwise, always echoed. Without an `X-Trace-ID`
 * the trace is that of the W3C `traceparent`, or the request by itself.
 */
import { randomUUID } from "node:crypto";
import type { RequestHandler } from "express";

const HARMLESS = /^[A-Za-z0-9._:-]{1,128}$/;
/** Version, trace id, parent id, flags; a later version than 00 may add more behind another dash (W3C Trace Context, 3.2 and 4.3). */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;

const accept = (value: string | string[] | undefined): string | undefined =>
  typeof value === "string" && HARMLESS.test(value) ? value : undefined;

export const requestId: RequestHandler = (request, response, next) => {
  const { headers } = request;
  const id = accept(headers["x-request-id"]) ?? randomUUID();
  const trace = accept(headers["x-trace-id"]) ?? traceOf(headers.traceparent) ?? id;
  response.locals.requestId = id;
  response.locals.traceId = trace;
  response.setHeader("X-Request-ID", id);
  response.setHeader("X-Trace-ID", trace);
  next();
};

function traceOf(header: string | string[] | undefined): string | undefined {
  if (typeof header !== "string") return undefined;
  const [, version, trace, parent, more] = TRACEPARENT.exec(header) ?? [];
  const known = version === "00" ? more === undefined : version !== "ff";
  return known && trace !== "0".repeat(32) && parent !== "0".repeat(16) ? trace : undefined;
}
