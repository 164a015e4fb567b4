/** `X-Request-ID` and `X-Trace-ID`: taken over when they are harmless, made up otherwise, always echoed. */
import { randomUUID } from "node:crypto";
import type { RequestHandler } from "express";

const HARMLESS = /^[A-Za-z0-9._:-]{1,128}$/;

const accept = (value: string | string[] | undefined): string | undefined =>
  typeof value === "string" && HARMLESS.test(value) ? value : undefined;

export const requestId: RequestHandler = (request, response, next) => {
  const id = accept(request.headers["x-request-id"]) ?? randomUUID();
  response.locals.requestId = id;
  response.setHeader("X-Request-ID", id);
  response.setHeader("X-Trace-ID", accept(request.headers["x-trace-id"]) ?? id);
  next();
};
