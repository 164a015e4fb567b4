/** The names under which earlier releases published metrics, for the dashboards and alerts that know them. */
import { Counter, Gauge, type Registry } from "prom-client";
import { type Counts, DECISIONS, SEVERITIES, totalOf } from "./tally.ts";

/** The same numbers as the conventional metrics, read from `totals` when somebody asks. */
export function registerAliases(register: Registry, totals: Counts): void {
  const registers = [register];
  new Counter({
    name: "agentguard_enforcements_total",
    help: "Alias: all decisions.",
    registers,
    collect() {
      this.reset();
      this.inc(totalOf(totals));
    },
  });
  new Gauge({
    name: "agentguard_latency_avg",
    help: "Alias: mean time of a decision since the start, in ms.",
    registers,
    collect() {
      const total = totalOf(totals);
      this.set(total === 0 ? 0 : totals.latencySumMs / total);
    },
  });
  new Gauge({
    name: "agentguard_decisions",
    help: "Alias of agentguard_decisions_total, by type.",
    labelNames: ["type"],
    registers,
    collect() {
      for (const type of DECISIONS) this.set({ type }, totals.decisions[type]);
    },
  });
  new Gauge({
    name: "agentguard_violations",
    help: "Alias of agentguard_violations_total, by severity.",
    labelNames: ["severity"],
    registers,
    collect() {
      for (const severity of SEVERITIES) this.set({ severity: severity.toUpperCase() }, totals.violations[severity]);
    },
  });
}
