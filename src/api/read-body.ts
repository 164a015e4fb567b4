/** The body: JSON in UTF-8, of limited size, parsed once. */
import { isUtf8 } from "node:buffer";
import express, { type RequestHandler } from "express";
import { sendProblem } from "./problem.ts";

class NotUtf8 extends Error {
  readonly type = "entity.not_utf8";
}

/** INVARIANT 3 begins here: bytes that are not UTF-8 would be replaced silently, and then another text would be judged than was sent. */
function refuseBadUtf8(_request: unknown, _response: unknown, bytes: Buffer): void {
  if (!isUtf8(bytes)) throw new NotUtf8();
}

export function readBody(limitBytes: number): readonly RequestHandler[] {
  const parse = express.json({ limit: limitBytes, type: "application/json", verify: refuseBadUtf8 });
  return [requireJson, parse];
}

/** A body in another format is refused before it is read; no body at all is left to the validation. */
const requireJson: RequestHandler = (request, response, next) => {
  const { "content-length": length, "transfer-encoding": encoding, "content-type": type } = request.headers;
  const empty = encoding === undefined && (length === undefined || length === "0");
  if (empty) return next();
  if (request.is("application/json") !== false && !/charset=(?!"?utf-?8)/i.test(type ?? "")) return next();
  return sendProblem(response, { status: 415, code: "request.media_type", detail: "send `Content-Type: application/json`, in UTF-8" });
};
