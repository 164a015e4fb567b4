/** Running totals of decisions in plain numbers: what the dashboard shows and what is kept by the hour. */
import type { Decision, DecisionKind, LayerVerdict, Severity } from "../../layers/model.ts";

export const SEVERITIES = ["critical", "high", "medium", "low", "info"] as const satisfies readonly Severity[];
export const DECISIONS = ["ALLOW", "BLOCK", "REQUIRES_APPROVAL"] as const satisfies readonly DecisionKind[];

/** Upper bounds in ms; the last is open. Fine where decisions usually are. */
export const LATENCY_BOUNDS = [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 25, 50, 100, 250, 500, 1000, 2500] as const;

export type Counts = {
  readonly decisions: Record<DecisionKind, number>;
  readonly violations: Record<Severity, number>;
  /** One more than there are bounds. */
  readonly latencies: number[];
  latencySumMs: number;
};

export const noCounts = (): Counts => ({
  decisions: { ALLOW: 0, BLOCK: 0, REQUIRES_APPROVAL: 0 },
  violations: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
  latencies: new Array<number>(LATENCY_BOUNDS.length + 1).fill(0),
  latencySumMs: 0,
});

export function addDecision(counts: Counts, decision: Decision, latencyMs: number): void {
  counts.decisions[decision.decision]++;
  for (const verdict of decision.verdicts) eachViolation(verdict, (severity) => counts.violations[severity]++);
  const bucket = LATENCY_BOUNDS.findIndex((bound) => latencyMs <= bound);
  counts.latencies[bucket < 0 ? LATENCY_BOUNDS.length : bucket]!++;
  counts.latencySumMs += latencyMs;
}

export function addCounts(total: Counts, more: Counts): void {
  for (const kind of DECISIONS) total.decisions[kind] += more.decisions[kind];
  for (const severity of SEVERITIES) total.violations[severity] += more.violations[severity];
  for (const [index, count] of more.latencies.entries()) total.latencies[index]! += count;
  total.latencySumMs += more.latencySumMs;
}

/** As `violations` of the answer: of layers that refused or asked, without warnings; a layer that failed is one by itself. */
export function eachViolation(verdict: LayerVerdict, report: (severity: Severity) => void): void {
  if (verdict.outcome !== "block" && verdict.outcome !== "escalate" && verdict.outcome !== "error") return;
  if (verdict.outcome === "error") report("critical");
  for (const { action, severity } of verdict.findings) if (action !== "warn") report(severity);
}

export const totalOf = ({ decisions }: Counts): number => decisions.ALLOW + decisions.BLOCK + decisions.REQUIRES_APPROVAL;

/** The latency in ms below which this share of decisions was answered, interpolated within its bucket; null when there are none. */
export function percentile(counts: Counts, share: number): number | null {
  const total = totalOf(counts);
  if (total === 0) return null;
  const wanted = share * total;
  let seen = 0;
  for (const [index, count] of counts.latencies.entries()) {
    const low = index === 0 ? 0 : LATENCY_BOUNDS[index - 1]!;
    const high = LATENCY_BOUNDS[index] ?? low;
    if (count > 0 && seen + count >= wanted) return low + ((high - low) * (wanted - seen)) / count;
    seen += count;
  }
  return LATENCY_BOUNDS.at(-1)!;
}
