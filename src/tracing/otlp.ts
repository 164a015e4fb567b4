/**
 * Spans for OpenTelemetry, sent as OTLP over HTTP in batches. Loaded only when an endpoint is configured. Spans are made from what
 * was measured anyway, after the answer has left. INVARIANT 8: they hold outcomes and reason codes, never code or messages.
 */
import { type Attributes, type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { parseTraceParent } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { LAYER_NAMES, type LayerVerdict } from "../../layers/model.ts";
import type { TracedDecision, TracedRequest, Tracer } from "./tracer.ts";

export type OtlpOptions = {
  /** Where traces are posted to, such as `http://collector:4318/v1/traces`. */
  readonly url: string;
  readonly service: string;
  readonly version: string;
};

/** How long stopping waits for a collector that does not answer. */
const CLOSE_MS = 2000;
const SEND_MS = 5000;

export function createOtlpTracer({ url, service, version }: OtlpOptions): Tracer {
  const processor = new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({ url, timeoutMillis: SEND_MS }),
    scheduledDelayMillis: 1000,
  });
  const resource = resourceFromAttributes({ "service.name": service, "service.version": version });
  const provider = new TracerProvider({ resource, spanProcessors: [processor] });
  const tracer = provider.getTracer("agentguard", version);
  const record: Record = (name, { from, to, attributes = {}, kind = SpanKind.INTERNAL, failed = false }, parent) => {
    const span = tracer.startSpan(name, { startTime: from, attributes, kind }, parent);
    if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(to);
    return trace.setSpan(parent, span);
  };
  return {
    answered(request) {
      try {
        recordRequest(record, request);
      } catch {
        // A span that cannot be made must not end the process that answers.
      }
    },
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, CLOSE_MS);
      });
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
    },
  };
}

type Drawn = {
  readonly from: number;
  readonly to: number;
  readonly attributes?: Attributes;
  readonly kind?: SpanKind;
  readonly failed?: boolean;
};
/** Returns the context in which the span is the parent. */
type Record = (name: string, drawn: Drawn, parent: Context) => Context;

function recordRequest(record: Record, request: TracedRequest): void {
  const { method, route, status, startedAt, endedAt, requestId, decided } = request;
  const attributes = {
    "http.request.method": method,
    "http.route": route,
    "http.response.status_code": status,
    "agentguard.request_id": requestId,
  };
  const drawn = { from: startedAt, to: endedAt, attributes, kind: SpanKind.SERVER, failed: status >= 500 };
  const context = record(`${method} ${route}`, drawn, parentOf(request.traceparent));
  if (decided !== undefined) recordDecision(record, decided, context);
}

function parentOf(header: string | undefined): Context {
  const parent = header === undefined ? null : parseTraceParent(header);
  return parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true });
}

/** Layers answer one after the other and last, so their own times give their places. */
function recordDecision(record: Record, decided: TracedDecision, parent: Context): void {
  const { decision, agentId, language, submittedAt, latencyMs, answeredAt, outcome } = decided;
  const end = submittedAt + latencyMs;
  const attributes = {
    "agentguard.decision": decision.decision,
    "agentguard.reason_codes": [...decision.reasonCodes],
    "agentguard.audit_id": decision.id,
    "agentguard.agent_id": agentId,
    "agentguard.language": language,
    ...(decision.blockedBy === null ? {} : { "agentguard.blocked_by": LAYER_NAMES[decision.blockedBy] }),
  };
  const inside = record("agentguard.decide", { from: submittedAt, to: end, attributes }, parent);
  let from = Math.max(submittedAt, end - decision.verdicts.reduce((sum, verdict) => sum + verdict.latencyMs, 0));
  record("agentguard.analysis", { from: submittedAt, to: from }, inside);
  for (const verdict of decision.verdicts) {
    recordLayer(record, verdict, from, inside);
    from += verdict.latencyMs;
  }
  // Of `/analyze`, which asks three layers, nothing is recorded.
  if (decision.verdicts.length <= 3) return;
  if (outcome === undefined || outcome.status === "not_run") record("agentguard.record", { from: end, to: answeredAt }, parent);
  else {
    const run = { "agentguard.run.status": outcome.status, "agentguard.run.duration_ms": outcome.durationMs };
    record("agentguard.run", { from: end, to: answeredAt, attributes: run, failed: outcome.status === "crashed" }, parent);
  }
}

function recordLayer(record: Record, verdict: LayerVerdict, from: number, parent: Context): void {
  const { layer, outcome, findings, latencyMs } = verdict;
  const attributes = { "agentguard.layer": layer, "agentguard.outcome": outcome, "agentguard.findings": findings.length };
  record(`agentguard.layer.${layer}`, { from, to: from + latencyMs, attributes, failed: outcome === "error" }, parent);
}
