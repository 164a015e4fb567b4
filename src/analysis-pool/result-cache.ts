/**
 * Analysis results by digest, least recently used first out. Only what is a fact of the program is kept; that the clock
 * ran out is none, and is remembered for a minute only after it happened twice with nothing else running.
 */
import type { AnalysisResult } from "../../analysis/effects.ts";

export type ResultCache = {
  get(key: string): AnalysisResult | null;
  put(key: string, result: AnalysisResult): void;
  /** `alone`: no other job ran at the same time, so contention was not the cause. */
  putDeadline(key: string, result: AnalysisResult, alone: boolean): void;
  readonly size: () => number;
};
type Entry = { readonly result: AnalysisResult; readonly weight: number; readonly expiresAt: number };

const DEADLINE_TTL_MS = 60_000;
/** Facts that count as much as one more entry: a cache of large programs must not outgrow one of small ones. */
const FACTS_PER_ENTRY = 200;
const LASTING = new Set(["limit", "unsupported_language"]);

/** `ttlMs`: how long a fact of the program is kept. */
export function createResultCache(maxEntries: number, clock: () => number, ttlMs = Number.POSITIVE_INFINITY): ResultCache {
  const entries = new Map<string, Entry>();
  const overran = new Map<string, number>();
  let total = 0;
  const remove = (key: string) => {
    total -= entries.get(key)?.weight ?? 0;
    entries.delete(key);
  };
  const store = (key: string, result: AnalysisResult, expiresAt: number) => {
    const weight = weigh(result);
    if (weight > maxEntries) return;
    remove(key);
    entries.set(key, { result, weight, expiresAt });
    total += weight;
    for (const oldest of entries.keys()) {
      if (total <= maxEntries) break;
      remove(oldest);
    }
  };
  return {
    get: (key) => {
      const entry = entries.get(key);
      if (entry === undefined) return null;
      remove(key);
      if (entry.expiresAt <= clock()) return null;
      entries.set(key, entry);
      total += entry.weight;
      return entry.result;
    },
    put: (key, result) => {
      if (result.ok || LASTING.has(result.failure.reason)) store(key, result, clock() + ttlMs);
    },
    putDeadline: (key, result, alone) => {
      const times = (overran.get(key) ?? 0) + 1;
      overran.delete(key);
      overran.set(key, times);
      if (overran.size > 1_000) for (const oldest of overran.keys()) if (overran.delete(oldest)) break;
      if (times >= 2 && alone) store(key, result, clock() + Math.min(DEADLINE_TTL_MS, ttlMs));
    },
    size: () => entries.size,
  };
}

function weigh(result: AnalysisResult): number {
  if (!result.ok) return 1;
  const { effects, matches, strings, diagnostics } = result.program;
  return 1 + Math.floor((effects.length * 4 + matches.length + strings.length + diagnostics.length) / FACTS_PER_ENTRY);
}
