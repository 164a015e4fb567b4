/**
 * Decisions by the hour, kept across restarts for as long as the configuration says. Counted in memory and added to the store once
 * a minute, so that a decision costs nothing more; a crash loses the last minute of these numbers and nothing of the record.
 */
import type { Decision } from "../../layers/model.ts";
import type { Change, MetricHour, Store } from "../store/store.ts";
import { addCounts, addDecision, type Counts, DECISIONS, LATENCY_BOUNDS, noCounts, SEVERITIES } from "./tally.ts";

export const HOUR_MS = 3_600_000;
const FLUSH_MS = 60_000;
const DAY_MS = 86_400_000;

export type Hours = {
  decided(decision: Decision, latencyMs: number): void;
  /** Ascending; hours in which nothing was decided are absent. `from` in ms since the epoch. */
  since(from: number): readonly { readonly hour: number; readonly counts: Counts }[];
  /** What the store does not take is kept for the next time. */
  flush(): Promise<void>;
  close(): Promise<void>;
};

export type HoursParts = {
  readonly store: Pick<Store, "commit" | "metricHours">;
  readonly clock: () => number;
  /** 0 keeps them for good. */
  readonly retentionDays: () => number;
};

export function createHours({ store, clock, retentionDays }: HoursParts): Hours {
  /** Not in the store yet. */
  const pending = new Map<number, Counts>();
  const oldestKept = () => (retentionDays() === 0 ? 0 : clock() - retentionDays() * DAY_MS);
  const flush = async () => {
    const taken = [...pending];
    if (taken.length === 0) return;
    pending.clear();
    const add = taken.map(([hour, counts]): Change => ({ type: "metrics.add", hour, values: toValues(counts) }));
    const prune: Change = { type: "metrics.prune", before: oldestKept() };
    try {
      await store.commit({ audit: [], changes: [...add, prune] });
    } catch {
      for (const [hour, counts] of taken) addCounts(of(pending, hour), counts);
    }
  };
  const timer = setInterval(() => void flush(), FLUSH_MS).unref();
  return {
    decided(decision, latencyMs) {
      const now = clock();
      addDecision(of(pending, now - (now % HOUR_MS)), decision, latencyMs);
    },
    since(from) {
      const oldest = Math.max(from, oldestKept());
      const all = new Map<number, Counts>();
      for (const { hour, name, value } of store.metricHours(oldest)) addValue(of(all, hour), name, value);
      for (const [hour, counts] of pending) if (hour >= oldest) addCounts(of(all, hour), counts);
      return [...all].map(([hour, counts]) => ({ hour, counts })).sort((a, b) => a.hour - b.hour);
    },
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}

function of(hours: Map<number, Counts>, hour: number): Counts {
  const counts = hours.get(hour) ?? noCounts();
  hours.set(hour, counts);
  return counts;
}

/** One number each, so that the store can add to them: `decision.ALLOW`, `violation.high`, `latency.3` (bucket), `latency_sum_ms`. */
function toValues(counts: Counts): Readonly<Record<string, number>> {
  const values = [
    ...DECISIONS.map((kind) => [`decision.${kind}`, counts.decisions[kind]] as const),
    ...SEVERITIES.map((severity) => [`violation.${severity}`, counts.violations[severity]] as const),
    ...counts.latencies.map((count, bucket) => [`latency.${bucket}`, count] as const),
    ["latency_sum_ms", counts.latencySumMs] as const,
  ];
  return Object.fromEntries(values.filter(([, value]) => value !== 0));
}

/** A name that is not known comes from another version and is left out. */
function addValue(counts: Counts, name: MetricHour["name"], value: number): void {
  const [family, member = ""] = name.split(".");
  const kind = DECISIONS.find((each) => family === "decision" && each === member);
  const severity = SEVERITIES.find((each) => family === "violation" && each === member);
  if (kind !== undefined) counts.decisions[kind] += value;
  else if (severity !== undefined) counts.violations[severity] += value;
  else if (family === "latency_sum_ms") counts.latencySumMs += value;
  else if (family === "latency" && Number(member) <= LATENCY_BOUNDS.length) counts.latencies[Number(member)]! += value;
}
