/** Parts that count and time what they do. */
import type { EngineParts } from "../engine/parts.ts";
import type { Metrics } from "./metrics.ts";

export function instrument(parts: EngineParts, metrics: Metrics): EngineParts {
  return {
    ...parts,
    observer: {
      decided(subject, mode) {
        metrics.observer.decided(subject, mode);
        parts.observer?.decided(subject, mode);
      },
      ran(outcome, language) {
        metrics.observer.ran(outcome, language);
        parts.observer?.ran(outcome, language);
      },
    },
    analyse: async (request) => {
      const start = performance.now();
      try {
        const result = await parts.analyse(request);
        metrics.analyses.finished(since(start), result.ok ? "ok" : result.failure.reason);
        return result;
      } catch (error) {
        metrics.analyses.finished(since(start), (error as Error).name === "PoolBusyError" ? "busy" : "crashed");
        throw error;
      }
    },
    store: { ...parts.store, commit: timedCommit(parts.store, metrics) },
  };
}

/** Seconds. */
const since = (start: number): number => (performance.now() - start) / 1000;

function timedCommit(store: EngineParts["store"], metrics: Metrics): EngineParts["store"]["commit"] {
  return async (unit) => {
    const start = performance.now();
    try {
      const result = await store.commit(unit);
      metrics.commits.stored(since(start), result.ok ? unit.audit : []);
      return result;
    } catch (error) {
      metrics.commits.failed(since(start), (error as { code?: string }).code ?? "unavailable");
      throw error;
    }
  };
}
