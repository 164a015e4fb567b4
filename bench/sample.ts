/** Times, and what is said about them. All times are ms. */

export type Summary = {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly perSecond: number;
};

export function summarise(times: readonly number[]): Summary {
  if (times.length === 0) throw new Error("nothing was measured");
  const sorted = times.toSorted((a, b) => a - b);
  const total = times.reduce((sum, time) => sum + time, 0);
  return {
    count: times.length,
    p50: percentile(sorted, 0.5),
    p95: percentile(sorted, 0.95),
    p99: percentile(sorted, 0.99),
    perSecond: (1000 * times.length) / total,
  };
}

/** Nearest rank. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

/** Runs `work` for every item, `rounds` times, after `warmUp` rounds that are not counted. */
export async function sample<T>(
  items: readonly T[],
  rounds: { readonly counted: number; readonly warmUp: number },
  work: (item: T, n: number) => unknown,
): Promise<number[]> {
  const times: number[] = [];
  let n = 0;
  for (let round = -rounds.warmUp; round < rounds.counted; round++) {
    for (const item of items) {
      const started = performance.now();
      const pending = work(item, n++);
      if (pending instanceof Promise) await pending;
      if (round >= 0) times.push(performance.now() - started);
    }
  }
  return times;
}
