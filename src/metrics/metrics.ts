/**
 * Prometheus metrics. Everything is counted in memory where it happens and read when somebody asks; no label ever holds text from
 * a submission or the name of an agent (INVARIANT 8, and the number of series stays bounded).
 */
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { Decision, LayerVerdict } from "../../layers/model.ts";
import type { EngineObserver, RunOutcome } from "../engine/parts.ts";
import { registerAliases } from "./aliases.ts";
import { countCells, histogramCells } from "./cells.ts";
import { type MetricsSource, registerGauges } from "./gauges.ts";
import { addDecision, type Counts, eachViolation, noCounts } from "./tally.ts";

export type Metrics = {
  readonly observer: EngineObserver;
  readonly commits: {
    stored(seconds: number, entries: readonly { readonly type: string; readonly data: unknown }[]): void;
    failed(seconds: number, code: string): void;
  };
  readonly analyses: { finished(seconds: number, result: string): void };
  readonly requests: {
    /** To be called when the request arrives; what it returns, when it has been answered. */
    started(): (method: string, route: string, status: number) => void;
  };
  /** Since the start of the process. */
  readonly totals: Counts;
  readonly contentType: string;
  text(): Promise<string>;
};

const FAST = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 2.5];
const SLOW = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The process has one heap and one event loop, however many servers run in it. */
let processRegistry: Registry | null = null;
function processMetrics(): Registry {
  if (processRegistry === null) {
    processRegistry = new Registry();
    collectDefaultMetrics({ register: processRegistry });
  }
  return processRegistry;
}

export function createMetrics(source: MetricsSource): Metrics {
  const registry = new Registry();
  const totals = noCounts();
  registerAliases(registry, totals);
  registerGauges(registry, source);
  const counted = {
    observer: { ...decisionMetrics(registry, totals), ran: runMetrics(registry) },
    commits: commitMetrics(registry),
    analyses: analysisMetrics(registry),
    requests: requestMetrics(registry),
  };
  // Takes over what is registered now.
  const all = Registry.merge([registry, processMetrics()]);
  return { ...counted, totals, contentType: all.contentType, text: () => all.metrics() };
}

/** `layer`: the number of the layer that blocked or asked, or `none`. */
function decisionMetrics(register: Registry, totals: Counts): Pick<EngineObserver, "decided"> {
  const decisions = countCells(register, {
    name: "agentguard_decisions_total",
    help: "Decisions by answer and by the layer that blocked or asked first.",
    labels: ["decision", "layer"],
  });
  const duration = histogramCells(register, {
    name: "agentguard_decision_duration_seconds",
    help: "From submission to decision, without the record.",
    labels: ["mode"],
    buckets: FAST,
  });
  const layers = layerMetrics(register);
  const reasons = countCells(register, {
    name: "agentguard_reasons_total",
    help: "Reason codes of decisions; analysis.*, layer.*, rules.* and store.* are refusals because something could not be answered.",
    labels: ["reason_code"],
  });
  return {
    decided({ decision, latencyMs }, mode) {
      addDecision(totals, decision, latencyMs);
      decisions(decision.decision, layerOf(decision));
      duration(latencyMs / 1000, mode);
      for (const code of decision.reasonCodes) reasons(code);
      for (const verdict of decision.verdicts) layers(verdict);
    },
  };
}

function layerOf({ blockedBy, verdicts }: Decision): number | "none" {
  return blockedBy ?? verdicts.find(({ outcome }) => outcome === "escalate")?.layer ?? "none";
}

function layerMetrics(register: Registry): (verdict: LayerVerdict) => void {
  const duration = histogramCells(register, {
    name: "agentguard_layer_duration_seconds",
    help: "Time that one layer took.",
    labels: ["layer"],
    buckets: FAST,
  });
  const outcomes = countCells(register, {
    name: "agentguard_layer_outcomes_total",
    help: "What the layers said.",
    labels: ["layer", "outcome"],
  });
  const violations = countCells(register, {
    name: "agentguard_violations_total",
    help: "Violations by severity and layer.",
    labels: ["severity", "layer"],
  });
  return (verdict) => {
    duration(verdict.latencyMs / 1000, verdict.layer);
    outcomes(verdict.layer, verdict.outcome);
    eachViolation(verdict, (severity) => violations(severity, verdict.layer));
  };
}

function runMetrics(register: Registry): EngineObserver["ran"] {
  const runs = countCells(register, {
    name: "agentguard_sandbox_runs_total",
    help: "Runs by how they ended.",
    labels: ["status", "language"],
  });
  const unpredicted = countCells(register, {
    name: "agentguard_sandbox_unpredicted_effects_total",
    help: "Effects that a run showed and analysis had not predicted.",
    labels: ["language"],
  });
  const duration = histogramCells(register, {
    name: "agentguard_sandbox_run_duration_seconds",
    help: "Wall clock of a run.",
    labels: [],
    buckets: SLOW,
  });
  const memory = histogramCells(register, {
    name: "agentguard_sandbox_memory_peak_bytes",
    help: "Memory that a run took at most.",
    labels: [],
    buckets: [1, 4, 16, 64, 256, 1024].map((mib) => mib * 1024 * 1024),
  });
  return ({ status, durationMs, memoryPeakBytes, unpredictedEffects }: RunOutcome, language) => {
    runs(status, language);
    for (const _ of unpredictedEffects) unpredicted(language);
    if (status === "not_run") return;
    duration(durationMs / 1000);
    if (memoryPeakBytes !== null) memory(memoryPeakBytes);
  };
}

function commitMetrics(register: Registry): Metrics["commits"] {
  const duration = histogramCells(register, {
    name: "agentguard_store_commit_duration_seconds",
    help: "From handing a transaction over until it is on disk.",
    labels: [],
    buckets: FAST,
  });
  const failures = countCells(register, {
    name: "agentguard_store_failures_total",
    help: "Transactions that could not be made durable.",
    labels: ["code"],
  });
  const appended = countCells(register, {
    name: "agentguard_audit_appends_total",
    help: "Entries appended to the audit log.",
    labels: ["type"],
  });
  const approvals = countCells(register, {
    name: "agentguard_approvals_total",
    help: "Steps of approvals: requested, approved, rejected, expired, consumed.",
    labels: ["what"],
  });
  return {
    stored(seconds, entries) {
      duration(seconds);
      for (const { type, data } of entries) {
        appended(type);
        if (type === "approval") approvals(String((data as { what?: unknown }).what));
      }
    },
    failed(seconds, code) {
      duration(seconds);
      failures(code);
    },
  };
}

function analysisMetrics(register: Registry): Metrics["analyses"] {
  const duration = histogramCells(register, {
    name: "agentguard_analysis_duration_seconds",
    help: "Analysis of one program, waiting for a worker included, cached results too.",
    labels: ["result"],
    buckets: FAST,
  });
  return { finished: (seconds, result) => duration(seconds, result) };
}

function requestMetrics(register: Registry): Metrics["requests"] {
  const requests = countCells(register, {
    name: "agentguard_http_requests_total",
    help: "Requests by method, route and status.",
    labels: ["method", "route", "status"],
  });
  const duration = histogramCells(register, {
    name: "agentguard_http_request_duration_seconds",
    help: "From the first byte of a request to the last of its answer.",
    labels: ["route"],
    buckets: SLOW,
  });
  let inFlight = 0;
  new Gauge({
    name: "agentguard_http_requests_in_flight",
    help: "Requests that are being answered.",
    registers: [register],
    collect() {
      this.set(inFlight);
    },
  });
  return {
    started() {
      const start = performance.now();
      inFlight++;
      return (method, route, status) => {
        inFlight--;
        requests(method, route, status);
        duration((performance.now() - start) / 1000, route);
      };
    },
  };
}
