/** The answer to bytes that are no request: too many headers, too slow, or not HTTP at all. There is no route and no id for it. */
import { STATUS_CODES } from "node:http";
import { type Problem, problemBody } from "./problem.ts";

/** By the code of the error with which Node gives up on a connection. */
const FAULTS: Readonly<Record<string, Problem>> = {
  HPE_HEADER_OVERFLOW: { status: 431, code: "request.headers_too_large", detail: "the header fields are too large: at most 16 KiB in all" },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, code: "request.too_large", detail: "the chunk extensions are too large: send none" },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: "request.timeout",
    detail: "the request did not arrive in time: send header and body within 30 s",
  },
};
const NOT_HTTP: Problem = { status: 400, code: "request.not_http", detail: "this is not an HTTP/1.1 request" };

export function malformed(errorCode: string | undefined): { readonly status: string; readonly body: string } {
  const problem = FAULTS[errorCode ?? ""] ?? NOT_HTTP;
  return { status: `${problem.status} ${STATUS_CODES[problem.status]}`, body: JSON.stringify(problemBody(problem)) };
}
