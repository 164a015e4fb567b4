/** Compresses large answers for clients that ask for it; small ones are sent sooner as they are. */
import compression from "compression";
import type { RequestHandler } from "express";

/** Below this many bytes compressing costs more than sending. */
const THRESHOLD_BYTES = 16_384;

const compress = compression({ threshold: THRESHOLD_BYTES });

/** The library wraps every response that it sees, so it sees only those of clients that accept another encoding. */
export const compressLarge: RequestHandler = (request, response, next) =>
  request.headers["accept-encoding"] === undefined ? next() : compress(request, response, next);
