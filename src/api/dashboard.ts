/** GET /dashboard: the newest decisions, and totals over a span of time, for a web page. */
import type { RequestHandler } from "express";
import type { Engine } from "../engine.ts";
import { HOUR_MS, type Hours } from "../metrics/hours.ts";
import { addCounts, type Counts, DECISIONS, noCounts, percentile, SEVERITIES, totalOf } from "../metrics/tally.ts";
import { uptimeSeconds } from "./health.ts";
import { sendProblem } from "./problem.ts";
import { renderEntrySummary } from "./render-audit.ts";

const RECENT = 100;
const DEFAULT_HOURS = 24;

/** `hours` is null when the dashboard is switched off. */
export function dashboardHandler(engine: Engine, hours: Hours | null): RequestHandler {
  const { store, clock } = engine.parts;
  return (request, response) => {
    if (hours === null) {
      const detail = "the dashboard is switched off by `observability.enable_dashboard`";
      return sendProblem(response, { status: 404, code: "dashboard.disabled", detail });
    }
    const now = clock();
    const span = Number((request.query as { hours?: number | string }).hours ?? DEFAULT_HOURS);
    const from = now - (now % HOUR_MS) - (span - 1) * HOUR_MS;
    const parts = hours.since(from);
    const total = noCounts();
    for (const { counts } of parts) addCounts(total, counts);
    response.json({
      recent_decisions: store.search({ type: "decision", limit: RECENT }).records.map(renderEntrySummary),
      violations_by_severity: Object.fromEntries(SEVERITIES.map((severity) => [severity, total.violations[severity]])),
      metrics: {
        from: new Date(from).toISOString(),
        to: new Date(now).toISOString(),
        hours: span,
        ...summaryOf(total),
        pending_approvals: store.pendingApprovals(now),
        audit_entries: store.head().size,
        uptime_seconds: uptimeSeconds(),
        over_time: parts.map(({ hour, counts }) => ({ hour: new Date(hour).toISOString(), ...summaryOf(counts) })),
      },
    });
  };
}

function summaryOf(counts: Counts) {
  const total = totalOf(counts);
  const round = (value: number | null) => (value === null ? null : Math.round(value * 1000) / 1000);
  return {
    total_enforcements: total,
    decisions: Object.fromEntries(DECISIONS.map((kind) => [kind.toLowerCase(), counts.decisions[kind]])),
    block_rate: total === 0 ? null : Math.round((counts.decisions.BLOCK / total) * 10_000) / 10_000,
    latency: {
      avg_ms: total === 0 ? null : round(counts.latencySumMs / total),
      p50_ms: round(percentile(counts, 0.5)),
      p95_ms: round(percentile(counts, 0.95)),
      p99_ms: round(percentile(counts, 0.99)),
    },
  };
}
