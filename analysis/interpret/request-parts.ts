/** Parts of a request that a framework hands over, and of events in a cloud: what somebody requests, and what the server adds. */
import type { Cause, UnknownV } from "../values.ts";
import { inJs, type Run } from "./run.ts";

export const causeOfPart = (run: Run, whole: UnknownV, name: string): Cause =>
  inJs(run) ? fieldOfJavaScript(whole, name) : partOfPython(whole, name);

/** `event.queryStringParameters`, `ctx.request` are what somebody requests; `req.user`, `req.app` are what the server added. */
function fieldOfJavaScript({ cause, path }: UnknownV, name: string): Cause {
  if (cause === "request") return OF_SERVER.has(name) && WHOLE_REQUEST.test(path ?? "") ? "unmodelled" : cause;
  if (cause !== "parameter") return cause;
  const said = REQUEST_FIELDS.has(name) || (path === "event" && name === "body") || (path === "ctx" && OF_CONTEXT.has(name));
  return said ? "request" : cause;
}
const REQUEST_FIELDS: ReadonlySet<string> = new Set(["queryStringParameters", "multiValueQueryStringParameters", "pathParameters"]);
const OF_CONTEXT: ReadonlySet<string> = new Set(["request", "query", "params", "cookies"]);
const OF_SERVER: ReadonlySet<string> = new Set(
  "user userId currentUser account tenant principal auth session state locals app server db pool prisma knex log logger id requestId".split(
    " ",
  ),
);
const WHOLE_REQUEST = /^(_?req|_?request|request\.(req|request)|https?\.create\w*Server\(\))$/;

const PARTS: ReadonlySet<string> = new Set(
  "GET POST FILES COOKIES META args form values json body data query query_params path_params query_string params forms files headers cookies match_info rel_url media stream content get_json get_data text post get_param get_media raw_body".split(
    " ",
  ),
);
const WHOLE = /(^|\.)(request|req)$/;
const EVENT: ReadonlySet<string> = new Set(["queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "body"]);
const HANDED: ReadonlySet<Cause> = new Set(["parameter", "local", "unmodelled", "free"]);

/** `request.GET`, `self.request.query`, `event["queryStringParameters"]`: a part of what somebody requests is as that; else as the whole. */
function partOfPython({ cause, path }: UnknownV, name: string): Cause {
  if (path === null || !HANDED.has(cause)) return cause;
  if (PARTS.has(name) && WHOLE.test(path)) return "request";
  return cause === "parameter" && path === "event" && EVENT.has(name) ? "request" : cause;
}
