/** RFC 9457 problems, with an `error` string member for older clients; and how engine refusals and failures become them. */
import { STATUS_CODES } from "node:http";
import type { ErrorRequestHandler, Request, Response } from "express";
import type { Logger } from "pino";
import type { Refusal, RefusalKind } from "../engine/refusal.ts";

export type Problem = {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly fields?: readonly string[];
  readonly errors?: readonly { readonly where: string; readonly what: string }[];
  readonly retryAfter?: number;
  /** A registered problem type; `about:blank` when absent. */
  readonly type?: string;
  /** Names of the rate limits that were exceeded. */
  readonly violatedPolicies?: readonly string[];
};

const STATUS: Readonly<Record<RefusalKind, number>> = {
  invalid: 400,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  too_large: 413,
  mismatch: 422,
  unprocessable: 422,
  busy: 503,
  unavailable: 503,
};

/** RFC 9110 renamed two phrases that Node keeps by their older names. */
const TITLES: Readonly<Record<number, string>> = { 413: "Content Too Large", 422: "Unprocessable Content" };

export function sendProblem(response: Response, problem: Problem): void {
  const { status, retryAfter } = problem;
  response.status(status);
  // In the middle of a stream the problem is an event of it.
  if (!response.headersSent) {
    if (retryAfter !== undefined) response.setHeader("Retry-After", String(retryAfter));
    if (status === 401) response.setHeader("WWW-Authenticate", 'Bearer realm="agentguard"');
    response.type("application/problem+json");
  }
  response.json(problemBody(problem, response.locals.requestId as string | undefined));
}

/** The members of the answer; `instance` is the request id. */
export function problemBody({ status, code, detail, type, fields, errors, violatedPolicies }: Problem, instance?: string): object {
  return {
    type: type ?? "about:blank",
    title: TITLES[status] ?? STATUS_CODES[status] ?? "Error",
    status,
    code,
    detail,
    error: detail,
    instance,
    ...(fields === undefined ? {} : { fields }),
    ...(errors === undefined ? {} : { errors }),
    ...(violatedPolicies === undefined ? {} : { "violated-policies": violatedPolicies }),
  };
}

export function sendRefusal(response: Response, refusal: Refusal): void {
  sendProblem(response, { ...refusal, status: STATUS[refusal.kind] });
}

/** What body-parser says, by its `type`, in our words. Its own messages may quote the body. */
const BODY_FAULTS: Readonly<Record<string, Omit<Problem, "detail"> & { detail: string }>> = {
  "entity.too.large": { status: 413, code: "request.too_large", detail: "the body is too large" },
  "entity.not_utf8": { status: 400, code: "request.not_utf8", detail: "the body is not valid UTF-8" },
  "encoding.unsupported": {
    status: 415,
    code: "request.media_type",
    detail: "send the body uncompressed, or with gzip, deflate, br or zstd",
  },
  "charset.unsupported": { status: 415, code: "request.media_type", detail: "send the body as JSON in UTF-8" },
  "request.aborted": { status: 400, code: "request.aborted", detail: "the body ended early" },
  "request.size.invalid": { status: 400, code: "request.aborted", detail: "the body is not as long as `Content-Length` says" },
};

type ThrownByEdge = {
  readonly type?: string;
  readonly status?: number;
  readonly name?: string;
  readonly message?: string;
  readonly limit?: number;
  readonly body?: string;
  readonly errors?: readonly { readonly path?: string; readonly message?: string }[];
};

/** The last middleware: whatever was thrown becomes a problem; what nobody expected is logged and says nothing of itself. */
export function problemHandler(logger: Logger): ErrorRequestHandler {
  return (thrown: unknown, request, response, next) => {
    if (response.headersSent) return next(thrown);
    const problem = problemOf((thrown ?? {}) as ThrownByEdge, request);
    if (problem.status >= 500) logger.error({ request_id: response.locals.requestId, ...describeFailure(thrown) }, "request failed");
    sendProblem(response, problem);
  };
}

function problemOf(thrown: ThrownByEdge, request: Request): Problem {
  if (thrown.name === "StoreError") {
    return { status: 503, code: "store.unavailable", detail: "the store cannot be read or written; nothing was allowed", retryAfter: 5 };
  }
  if (thrown.type === "entity.parse.failed") return { status: 400, code: "request.not_json", detail: jsonFault(thrown) };
  const known = thrown.type === undefined ? undefined : BODY_FAULTS[thrown.type];
  if (known !== undefined)
    return thrown.limit === undefined ? known : { ...known, detail: `${known.detail}: at most ${thrown.limit} bytes` };
  if (thrown.errors !== undefined && thrown.status !== undefined && thrown.status < 500)
    return invalidRequest(thrown.status, thrown.errors, request.path);
  if (thrown.status !== undefined && thrown.status >= 400 && thrown.status < 500) {
    const packing = request.headers["content-encoding"];
    const detail = packing === undefined ? "the request cannot be understood" : "the body cannot be unpacked as `Content-Encoding` says";
    return { status: thrown.status, code: "request.invalid", detail };
  }
  return { status: 500, code: "internal", detail: "the server failed; nothing was allowed" };
}

/** V8 says where, or what it did not expect; the rest of its message quotes the body and is dropped. */
function jsonFault({ message = "", body = "" }: ThrownByEdge): string {
  const fault = "the body is not valid JSON";
  if (!/^\s*[{[]/.test(body)) return `${fault}: expected an object`;
  const place = /\(line (\d+) column (\d+)\)/.exec(message);
  if (place !== null) return `${fault}: line ${place[1]}, column ${place[2]}`;
  const token = /^Unexpected token '([\x21-\x7e])'/.exec(message);
  return token === null ? `${fault}: it ends too early` : `${fault}: unexpected \`${token[1]}\``;
}

function invalidRequest(status: number, faults: NonNullable<ThrownByEdge["errors"]>, route: string): Problem {
  if (status === 415) return { status, code: "request.media_type", detail: "send a body with `Content-Type: application/json`" };
  const errors = faults.map(({ path, message }) => ({ where: placeOf(path), what: explain(message ?? "is not valid", path ?? "", route) }));
  const detail = errors.map(({ where, what }) => (where === "" ? what : `${where}: ${what}`)).join("; ");
  return { status, code: "request.invalid", detail, errors };
}

const placeOf = (path: string | undefined): string => (path ?? "").replace(/^\//, "").replaceAll("/", ".");

/** Bodies with a `context` for what is the caller's own. */
const SUBMISSIONS = /\/(analyze|enforce|execute)\/?$/;

function explain(message: string, path: string, route: string): string {
  if (message.startsWith("must have required property")) return "is required";
  if (message === "must NOT have fewer than 1 characters") return "is empty";
  if (message.startsWith("must NOT have additional properties")) {
    const besideContext = SUBMISSIONS.test(route) && /^\/body\/[^/]*$/.test(path);
    return besideContext ? "is not a known field; put what is your own into `context`" : "is not a known field";
  }
  // `null` is always among the allowed, and only means: absent.
  return message
    .replace("must be equal to one of the allowed values:", "expected one of")
    .replace(/, (null)?$/, "")
    .replace(/,null$/, "");
}

/** Name, code and frames of an error; its message may quote submitted data and is left out (INVARIANT 8). */
export function describeFailure(thrown: unknown): Readonly<Record<string, unknown>> {
  if (!(thrown instanceof Error)) return { failure: typeof thrown };
  const frames = (thrown.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return {
    failure: thrown.name,
    failure_code: (thrown as NodeJS.ErrnoException).code,
    frames: frames.slice(0, 8).map((line) => line.trim()),
  };
}
