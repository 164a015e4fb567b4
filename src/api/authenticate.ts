/** Who may call what: the key from the header, then the role table. */
import type { Request, RequestHandler, Response } from "express";
import type { Principal, Role } from "../../layers/model.ts";
import type { Caller, Engine } from "../engine.ts";
import { sendProblem } from "./problem.ts";

/** The role table of the wire contract. A role that is not listed gets 403. */
export const ROLES = {
  analyze: ["agent", "admin"],
  enforce: ["agent", "admin"],
  execute: ["agent", "admin"],
  "approval.read": ["agent", "approver", "auditor", "operator", "admin"],
  "approval.decide": ["approver", "admin"],
  audit: ["auditor", "operator", "admin"],
  /** Agents see their own decisions there. */
  "audit.entry": ["agent", "auditor", "operator", "admin"],
  config: ["auditor", "operator", "admin"],
  metrics: ["auditor", "operator", "admin"],
  dashboard: ["auditor", "operator", "admin"],
  keys: ["operator", "admin"],
  "kill_switch.read": ["auditor", "operator", "admin"],
  kill_switch: ["operator", "admin"],
} as const satisfies Readonly<Record<string, readonly Role[]>>;
export type Operation = keyof typeof ROLES;

/** Set by `authenticate`; null only for an operation that may be called without a key. */
export const principalOf = (response: Response): Principal | null => response.locals.principal as Principal | null;

/** For handlers behind `authenticate` without `allowAnonymous`. */
export function callerOf(response: Response): Caller {
  const principal = principalOf(response);
  if (principal === null) throw new Error("a handler that needs a key was reached without one");
  return { principal, requestId: response.locals.requestId as string };
}

const DENIED = {
  missing: ["key.missing", "send `Authorization: Bearer <key>`"],
  malformed: ["key.malformed", "the `Authorization` header is not `Bearer <key>`"],
  unknown: ["key.unknown", "this key is not known"],
  revoked: ["key.revoked", "this key has been revoked"],
  expired: ["key.expired", "this key has expired"],
} as const;

/** The key in `Authorization: Bearer <key>`, known or not; undefined when there is none. */
export const presentedKey = (request: Request): string | undefined =>
  /^Bearer +([\x21-\x7e]+) *$/i.exec(request.headers.authorization ?? "")?.[1];

export function authenticate(
  engine: Engine,
  operation: Operation,
  allowAnonymous: (request: Request) => boolean = () => false,
): RequestHandler {
  const roles: readonly Role[] = ROLES[operation];
  const deny = (response: Response, why: keyof typeof DENIED) =>
    sendProblem(response, { status: 401, code: DENIED[why][0], detail: DENIED[why][1] });
  return (request, response, next) => {
    const header = request.headers.authorization;
    if (header === undefined) {
      if (!allowAnonymous(request)) return deny(response, "missing");
      response.locals.principal = null;
      return next();
    }
    const key = presentedKey(request);
    if (key === undefined) return deny(response, "malformed");
    const caller = engine.authenticate(key);
    if (!caller.ok) return deny(response, caller.why);
    if (!roles.includes(caller.principal.role)) {
      const detail = `a key with role \`${caller.principal.role}\` may not do this; needed: ${roles.join(" or ")}`;
      return sendProblem(response, { status: 403, code: "key.role", detail });
    }
    response.locals.principal = caller.principal;
    return next();
  };
}

const LOOPBACK = /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/;

/** A request from this very machine: not through a proxy, which would make everybody look local. */
export function isFromLoopback(request: Request): boolean {
  const forwarded = request.headers["x-forwarded-for"] ?? request.headers.forwarded ?? request.headers["x-real-ip"];
  return forwarded === undefined && LOOPBACK.test(request.socket.remoteAddress ?? "");
}

/** `features.enable_distributed_agents: false`: agents run on this machine, and nobody else submits. */
export const requireThisMachine: RequestHandler = (request, response, next) => {
  if (isFromLoopback(request)) return next();
  const detail = "this server takes submissions from its own machine only (`features.enable_distributed_agents` is off)";
  return sendProblem(response, { status: 403, code: "request.not_local", detail });
};
