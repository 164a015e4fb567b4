/** Every route, in one table: who may call it, how its body is read and checked, what handles it. */
import express, { type Express, type RequestHandler } from "express";
import helmet from "helmet";
import { maskSecrets } from "../config/mask-secrets.ts";
import { type Config, isLoopbackHost } from "../config.ts";
import type { Engine } from "../engine.ts";
import type { Hours } from "../metrics/hours.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { ConfigStatus } from "../reload.ts";
import type { Tracer } from "../tracing/tracer.ts";
import { approvalHandlers } from "./approvals.ts";
import { auditHandlers } from "./audit.ts";
import { authenticate, isFromLoopback, type Operation, requireThisMachine } from "./authenticate.ts";
import type { BodyBudget } from "./body-budget.ts";
import { compressLarge } from "./compress.ts";
import { type Gate, limitConcurrency } from "./concurrency.ts";
import { showContract } from "./contract.ts";
import { dashboardHandler } from "./dashboard.ts";
import { streamable } from "./event-stream.ts";
import { healthHandlers } from "./health.ts";
import { idempotent } from "./idempotency.ts";
import { keyHandlers } from "./keys.ts";
import { killSwitchHandlers } from "./kill-switch.ts";
import { type Logger, logRequests } from "./log.ts";
import { countRequests, showMetrics } from "./metrics.ts";
import { problemHandler, sendProblem } from "./problem.ts";
import { limitRate, type RateLimits } from "./rate-limit.ts";
import { readBody } from "./read-body.ts";
import { requestId } from "./request-id.ts";
import type { Route } from "./route.ts";
import { submissionHandlers } from "./submissions.ts";
import { traceRequests } from "./trace.ts";
import { createValidators } from "./validate.ts";

export type AppParts = {
  readonly engine: Engine;
  readonly config: Config;
  readonly metrics: Metrics;
  readonly tracer: () => Tracer | null;
  readonly hours: Hours;
  readonly version: string;
  readonly logger: Logger;
  readonly specFile: string;
  /** Tests only: a response that breaks the specification becomes a 500. */
  readonly validateResponses: boolean;
  /** How the configuration stands: when it was read, what was refused since. */
  readonly configStatus: () => ConfigStatus | null;
  /** Null when there are none. */
  readonly rateLimits: RateLimits | null;
  readonly gate: Gate;
  readonly bodies: BodyBudget;
};

export function createApp(parts: AppParts): Express {
  const app = express();
  app.disable("x-powered-by").disable("etag").set("query parser", "simple").set("case sensitive routing", true);
  app.set("trust proxy", [...parts.config.server.trust_proxy]);
  app.use(
    requestId,
    helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] }, useDefaults: false } }),
    compressLarge,
    logRequests(parts.logger),
    traceRequests(parts.tracer),
    ...(parts.config.observability.enable_metrics ? [countRequests(parts.metrics)] : []),
  );
  const routes = routesOf(parts);
  for (const [method, path, chain] of routes) app[method](path, ...chain);
  for (const path of new Set(routes.map((route) => route[1]))) app.all(path, wrongMethod(routes, path));
  app.use((_request, response) =>
    sendProblem(response, { status: 404, code: "request.unknown_path", detail: "there is nothing at this path" }),
  );
  app.use(problemHandler(parts.logger));
  return app;
}

function routesOf(parts: AppParts): readonly Route[] {
  const { engine, config, version, specFile, validateResponses, configStatus } = parts;
  const { hot, rest, early } = createValidators(specFile, validateResponses);
  const body = [parts.bodies.hold, ...readBody(config.limits.body_bytes)];
  const submissions = submissionHandlers(engine, config.limits.code_bytes);
  const approvals = approvalHandlers(engine);
  const keys = keyHandlers(engine);
  const killSwitch = killSwitchHandlers(engine);
  const health = healthHandlers({ engine, config, version, configStatus });
  const audit = auditHandlers(engine);
  const showConfig: RequestHandler = (_request, response) => {
    response.json(maskSecrets(config));
  };
  const limited = limitRate(parts.rateLimits);
  const needs = (operation: Operation) => [authenticate(engine, operation), limited];
  const once = (handler: RequestHandler) => idempotent({ ledger: engine.idempotency, judged: false }, handler);
  const decision = (handler: RequestHandler) =>
    idempotent({ ledger: engine.idempotency, judged: true }, limitConcurrency(parts.gate, handler));
  const metrics = config.observability.enable_metrics ? parts.metrics : null;
  const hours = config.observability.enable_dashboard ? parts.hours : null;
  const here = config.features.enable_distributed_agents ? [] : [requireThisMachine];
  const openAnalyze = config.server.public_analyze ? () => true : isLoopbackHost(config.server.host) ? isFromLoopback : () => false;
  const routes: readonly Route[] = [
    ["post", "/api/v1/enforce", [...needs("enforce"), killSwitch.refuse, ...here, ...body, ...hot, decision(submissions.enforce)]],
    [
      "post",
      "/api/v1/execute",
      [...needs("execute"), killSwitch.refuse, ...here, ...body, ...hot, streamable(decision(submissions.execute))],
    ],
    ["post", "/api/v1/analyze", [authenticate(engine, "analyze", openAnalyze), limited, ...here, ...body, ...hot, submissions.analyze]],
    ["get", "/api/v1/approval", [...needs("approval.read"), ...rest, approvals.list]],
    ["get", "/api/v1/approval/:id", [...needs("approval.read"), ...rest, approvals.show]],
    ["post", "/api/v1/approval/:id/approve", [...needs("approval.decide"), ...body, ...rest, once(approvals.approve)]],
    ["post", "/api/v1/approval/:id/reject", [...needs("approval.decide"), ...body, ...rest, once(approvals.reject)]],
    ["get", "/api/v1/keys", [...needs("keys"), ...rest, keys.list]],
    ["post", "/api/v1/keys", [...needs("keys"), ...body, ...rest, once(keys.create)]],
    ["delete", "/api/v1/keys/:id", [...needs("keys"), ...rest, keys.revoke]],
    ["post", "/api/v1/keys/:id/rotate", [...needs("keys"), ...rest, once(keys.rotate)]],
    ["get", "/api/v1/kill-switch", [...needs("kill_switch.read"), ...rest, killSwitch.show]],
    // Never limited: whoever pulls it may share a key with the agent that used it up.
    ["put", "/api/v1/kill-switch", [authenticate(engine, "kill_switch"), ...body, ...rest, killSwitch.set]],
    ["get", "/api/v1/audit", [...needs("audit"), ...rest, audit.search]],
    ["get", "/api/v1/audit/:id", [...needs("audit.entry"), ...rest, audit.show]],
    ["get", "/api/v1/config", [...needs("config"), ...rest, showConfig]],
    ["get", "/api/v1/contract", [showContract]],
    ["get", "/api/v1/dashboard", [...needs("dashboard"), ...rest, dashboardHandler(engine, hours)]],
    ["get", "/api/v1/metrics", [...needs("metrics"), ...rest, showMetrics(metrics)]],
    ["get", "/api/v1/health", [health.health]],
    ["get", "/health", [health.health]],
    ["get", "/livez", [health.live]],
    ["get", "/readyz", [health.ready]],
  ];
  return routes.map(([method, path, chain]) => [method, path, [...early, ...chain]]);
}

function wrongMethod(routes: readonly Route[], path: string): RequestHandler {
  const allowed = routes.filter((route) => route[1] === path).map((route) => route[0].toUpperCase());
  return (request, response) => {
    response.setHeader("Allow", allowed.join(", "));
    sendProblem(response, {
      status: 405,
      code: "request.method",
      detail: `${request.method} is not possible here; use ${allowed.join(" or ")}`,
    });
  };
}
