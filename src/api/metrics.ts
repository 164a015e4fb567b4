/** GET /metrics, on the API and on a port of its own, and what is counted about every request. */
import { createServer, type Server } from "node:http";
import express, { type RequestHandler } from "express";
import type { Engine } from "../engine.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { authenticate, isFromLoopback } from "./authenticate.ts";
import { type Logger, logRequests } from "./log.ts";
import { problemHandler, sendProblem } from "./problem.ts";
import { requestId } from "./request-id.ts";

/** By route, never by URL: a URL may hold ids, and there is no end of them. */
export function countRequests(metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const finished = metrics.requests.started();
    response.once("close", () => {
      const route = (request.route as { path?: string } | undefined)?.path ?? "none";
      finished(request.method, route, response.statusCode);
    });
    next();
  };
}

export function showMetrics(metrics: Metrics | null): RequestHandler {
  return async (_request, response) => {
    if (metrics === null) {
      const detail = "metrics are switched off by `observability.enable_metrics`";
      return sendProblem(response, { status: 404, code: "metrics.disabled", detail });
    }
    response.type(metrics.contentType).send(await metrics.text());
  };
}

/** The exporter: `/metrics` and nothing else. A scraper on this machine needs no key, any other the key of an auditor. */
export function createMetricsServer(engine: Engine, metrics: Metrics, logger: Logger): Server {
  const app = express();
  app.disable("x-powered-by").disable("etag");
  app.use(requestId, logRequests(logger));
  app.get("/metrics", authenticate(engine, "metrics", isFromLoopback), showMetrics(metrics));
  app.use((_request, response) =>
    sendProblem(response, { status: 404, code: "request.unknown_path", detail: "there is nothing at this path; metrics are at /metrics" }),
  );
  app.use(problemHandler(logger));
  return createServer({ requestTimeout: 10_000 }, app);
}
