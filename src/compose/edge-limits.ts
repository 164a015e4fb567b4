/** Rate limits, the concurrency cap and the budget for bodies: they outlive a change of the configuration, so that nobody gets more by causing one. */
import { type BodyBudget, createBodyBudget } from "../api/body-budget.ts";
import { createGate, type Gate } from "../api/concurrency.ts";
import type { RateLimits } from "../api/rate-limit.ts";
import type { Config } from "../config.ts";
import { createRateLimits } from "./rate-limits.ts";

export type EdgeLimits = {
  /** As this configuration wants them; counts go on unless the rate limits themselves have changed. */
  under(config: Config): { readonly rateLimits: RateLimits | null; readonly gate: Gate; readonly bodies: BodyBudget };
  close(): void;
};

export function createEdgeLimits(onProblem: (message: string) => void): EdgeLimits {
  let gate: Gate | null = null;
  let bodies: BodyBudget | null = null;
  let rates: { readonly wanted: string; readonly limits: RateLimits | null } | null = null;
  return {
    under({ performance, limits }) {
      const { max_concurrent_enforcements, max_queued_enforcements, queue_deadline_ms, rate_limit } = performance;
      const bounds = { concurrent: max_concurrent_enforcements, queued: max_queued_enforcements, deadlineMs: queue_deadline_ms };
      if (gate === null) gate = createGate(bounds);
      else gate.adjust(bounds);
      const bytes = { total: limits.bodies_bytes, single: limits.body_bytes };
      if (bodies === null) bodies = createBodyBudget(bytes);
      else bodies.adjust(bytes);
      const wanted = JSON.stringify(rate_limit);
      if (rates?.wanted !== wanted) {
        rates?.limits?.close();
        rates = { wanted, limits: createRateLimits(rate_limit, onProblem) };
      }
      return { rateLimits: rates.limits, gate, bodies };
    },
    close: () => rates?.limits?.close(),
  };
}
