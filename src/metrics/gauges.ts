/** What the parts say about themselves when somebody asks: workers, queues, the length of the log. */
import { Counter, Gauge, type Registry } from "prom-client";
import type { EngineGauges } from "../engine/parts.ts";

export type MetricsSource = {
  readonly version: string;
  /** Of the parts that run, read when metrics are asked for; null before they do. */
  readonly gauges: () => EngineGauges | null;
};

/** Undefined when the part has no numbers. */
type Reading = (gauges: EngineGauges) => number | undefined;

const GAUGES: readonly (readonly [name: string, help: string, read: Reading])[] = [
  ["agentguard_analysis_workers", "Worker threads for analysis.", ({ analysis }) => analysis?.().size],
  ["agentguard_analysis_workers_busy", "Worker threads that analyse now.", ({ analysis }) => analysis?.().busy],
  ["agentguard_analysis_queue_length", "Programs that wait for a worker.", ({ analysis }) => analysis?.().queued],
  ["agentguard_analysis_cache_entries", "Analysed programs in the cache.", ({ analysis }) => analysis?.().cached],
  [
    "agentguard_sandbox_ready",
    "1 when the sandbox can run programs.",
    ({ sandbox }) => (sandbox === undefined ? undefined : Number(sandbox().ready)),
  ],
  ["agentguard_sandbox_workers", "Sandbox worker processes.", ({ sandbox }) => sandbox?.().workers],
  ["agentguard_sandbox_workers_busy", "Sandbox worker processes that run a program now.", ({ sandbox }) => sandbox?.().busy],
  ["agentguard_audit_entries", "Entries in the audit log.", ({ audit }) => audit?.().entries],
  ["agentguard_approvals_pending", "Approval requests that wait for an answer.", ({ audit }) => audit?.().pendingApprovals],
];

const COUNTERS: readonly (readonly [name: string, help: string, read: Reading])[] = [
  ["agentguard_analysis_cache_hits_total", "Analyses answered from the cache.", ({ analysis }) => analysis?.().cacheHits],
  ["agentguard_analysis_deadlines_total", "Analyses that were ended at their deadline.", ({ analysis }) => analysis?.().deadlines],
  ["agentguard_analysis_crashes_total", "Analyses that ended their worker.", ({ analysis }) => analysis?.().crashes],
  ["agentguard_analysis_workers_replaced_total", "Worker threads that were replaced.", ({ analysis }) => analysis?.().replaced],
];

export function registerGauges(register: Registry, { version, gauges }: MetricsSource): void {
  const registers = [register];
  for (const [name, help, read] of GAUGES) {
    const collect = function (this: Gauge) {
      const value = readQuietly(gauges, read);
      if (value === undefined) this.remove();
      else this.set(value);
    };
    new Gauge({ name, help, registers, collect });
  }
  for (const [name, help, read] of COUNTERS) {
    const collect = function (this: Counter) {
      this.reset();
      this.inc(readQuietly(gauges, read) ?? 0);
    };
    new Counter({ name, help, registers, collect });
  }
  new Gauge({ name: "agentguard_build_info", help: "Always 1.", labelNames: ["version"], registers }).set({ version }, 1);
}

/** A store that cannot be read must not take the other metrics with it: they are needed most then. */
function readQuietly(gauges: MetricsSource["gauges"], read: Reading): number | undefined {
  try {
    return read(gauges() ?? {});
  } catch {
    return undefined;
  }
}
