/**
 * How many requests a key may send: counted for each key, and for each client address where no key is needed. Told in the
 * fields of draft-ietf-httpapi-ratelimit-headers-11, and refused with 429 and `Retry-After`.
 */
import type { Request, RequestHandler, Response } from "express";
import { principalOf } from "./authenticate.ts";
import { clientAddress } from "./client-address.ts";
import { sendProblem } from "./problem.ts";

/** `name` is what the headers call it; `window` in seconds. */
export type Quota = { readonly name: "burst" | "minute" | "hour"; readonly quota: number; readonly window: number };
/** `reset`: seconds until there is more. */
export type Standing = { readonly name: Quota["name"]; readonly remaining: number; readonly reset: number };

export type RateLimits = {
  /** The shortest window first. */
  readonly quotas: readonly Quota[];
  /** Counts one request. The standings of all quotas that were asked, up to the first that is used up. */
  take(subject: string): Promise<{ readonly standings: readonly Standing[]; readonly exceeded: Quota | null }>;
  close(): void;
};

/** Comes after `authenticate`. `limits` is null when there are none. */
export function limitRate(limits: RateLimits | null): RequestHandler {
  if (limits === null) return (_request, _response, next) => next();
  const policy = limits.quotas.map(({ name, quota, window }) => `"${name}";q=${quota};w=${window}`).join(", ");
  return async (request, response, next) => {
    const { standings, exceeded } = await limits.take(subjectOf(request, response));
    response.setHeader("RateLimit-Policy", policy);
    response.setHeader("RateLimit", standings.map(({ name, remaining, reset }) => `"${name}";r=${remaining};t=${reset}`).join(", "));
    if (exceeded === null) next();
    else refuse(response, exceeded, standings.at(-1)!.reset);
  };
}

const WORDS: Readonly<Record<Quota["name"], string>> = { burst: "in one second", minute: "in one minute", hour: "in one hour" };

function refuse(response: Response, { name, quota }: Quota, reset: number): void {
  const whose = principalOf(response) === null ? "this address, without a key," : "this key";
  sendProblem(response, {
    status: 429,
    code: `rate_limit.${name}`,
    type: "https://iana.org/assignments/http-problem-types#quota-exceeded",
    detail: `${whose} may send ${quota} request${quota === 1 ? "" : "s"} ${WORDS[name]}: wait ${reset} s, or ask the operator to raise \`performance.rate_limit\``,
    retryAfter: reset,
    violatedPolicies: [name],
  });
}

function subjectOf(request: Request, response: Response): string {
  const principal = principalOf(response);
  return principal === null ? `address ${clientAddress(request)}` : `key ${principal.keyId}`;
}
