/**
 * Everything that watches the server and decides nothing: metrics, hourly totals, the exporter's port, traces. It outlives a change of
 * the configuration, so that counters go on.
 */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "./api/log.ts";
import { createMetricsServer } from "./api/metrics.ts";
import type { Config } from "./config.ts";
import type { Engine, EngineParts } from "./engine.ts";
import { createHours, type Hours } from "./metrics/hours.ts";
import { instrument } from "./metrics/instrument.ts";
import { createMetrics, type Metrics } from "./metrics/metrics.ts";
import { packageVersion } from "./package-root.ts";
import type { Tracer } from "./tracing/tracer.ts";

export type Observability = {
  /** What the API shows; to be called after `watch`. */
  shown(): { readonly metrics: Metrics; readonly hours: Hours; readonly tracer: () => Tracer | null };
  /** The same parts, watched as this configuration asks. */
  watch(parts: EngineParts, config: Config): EngineParts;
  /** Opens, moves or closes the exporter's port. */
  configure(config: Config, engine: Engine): Promise<void>;
  /** Of the exporter; null when it does not listen. */
  metricsUrl(): string | null;
  close(): Promise<void>;
};

type Exporter = { readonly server: Server; readonly url: string; readonly asked: string };

export function createObservability(logger: Logger): Observability {
  let newest: EngineParts | null = null;
  let hours: Hours | null = null;
  let retentionDays = 0;
  let exporter: Exporter | null = null;
  const metrics = createMetrics({ version: packageVersion(), gauges: () => newest?.gauges ?? null });
  let tracing: Tracing = { url: null, tracer: null };
  const closeExporter = async () => {
    const last = exporter;
    exporter = null;
    if (last !== null) await closed(last.server);
  };
  return {
    shown: () => ({ metrics, hours: hours!, tracer: () => tracing.tracer }),
    watch(parts, { observability }) {
      const { enable_metrics, enable_dashboard, metrics_retention_days } = observability;
      retentionDays = metrics_retention_days;
      hours ??= createHours({ store: parts.store, clock: parts.clock, retentionDays: () => retentionDays });
      newest = enable_dashboard ? withHours(parts, hours) : parts;
      newest = enable_metrics ? instrument(newest, metrics) : newest;
      return newest;
    },
    async configure({ observability, server: { host } }, engine) {
      tracing = await retrace(tracing, traceUrl(observability.export.otlp.endpoint, process.env));
      const { enabled, port } = observability.export.prometheus;
      const asked = observability.enable_metrics && enabled ? `${host} ${port}` : null;
      if (asked === (exporter?.asked ?? null)) return;
      await closeExporter();
      if (asked !== null) exporter = await openExporter(createMetricsServer(engine, metrics, logger), { host, port, asked }, logger);
    },
    metricsUrl: () => exporter?.url ?? null,
    async close() {
      await closeExporter();
      await hours?.close();
      await tracing.tracer?.close();
    },
  };
}

type Tracing = { readonly url: string | null; readonly tracer: Tracer | null };

/** OpenTelemetry is loaded when it is needed for the first time, and only then. */
async function retrace(before: Tracing, url: string | null): Promise<Tracing> {
  if (url === before.url) return before;
  await before.tracer?.close();
  if (url === null) return { url, tracer: null };
  const { createOtlpTracer } = await import("./tracing/otlp.ts");
  return { url, tracer: createOtlpTracer({ url, service: process.env.OTEL_SERVICE_NAME || "agentguard", version: packageVersion() }) };
}

/** The configuration, or the environment as OpenTelemetry specifies it: the general endpoint gets the path of traces. */
export function traceUrl(configured: string | null, env: Readonly<Record<string, string | undefined>>): string | null {
  if (env.OTEL_SDK_DISABLED === "true") return null;
  const general = configured ?? (env.OTEL_EXPORTER_OTLP_ENDPOINT || null);
  if (configured === null && env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) return env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  return general === null ? null : `${general.replace(/\/+$/, "")}/v1/traces`;
}

function withHours(parts: EngineParts, hours: Hours): EngineParts {
  const { observer } = parts;
  return {
    ...parts,
    observer: {
      decided(subject, mode) {
        hours.decided(subject.decision, subject.latencyMs);
        observer?.decided(subject, mode);
      },
      ran: (outcome, language) => observer?.ran(outcome, language),
    },
  };
}

type Place = { readonly host: string; readonly port: number; readonly asked: string };

/** Null when it cannot listen. Metrics stay at /api/v1/metrics then: no reason to decide nothing at all. */
async function openExporter(server: Server, { host, port, asked }: Place, logger: Logger): Promise<Exporter | null> {
  const fault = await listening(server, host, port);
  if (fault !== null) {
    logger.warn({ port, code: fault }, "the metrics exporter cannot listen: set `observability.export.prometheus.port` to a free port");
    return null;
  }
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${(server.address() as AddressInfo).port}/metrics`;
  logger.info({ url }, "metrics exporter started");
  return { server, url, asked };
}

/** The error's code when the port cannot be had. */
function listening(server: Server, host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "unknown"));
    server.listen(port, host, () => resolve(null));
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
