/** Removes what the configuration says is kept no longer. The audit log itself is never cut. */
import type { Config } from "../config.ts";
import type { Writer } from "../store/store.ts";

export type Retention = { configure(config: Config): void; stop(): void };
export type RetentionParts = { readonly store: Writer; readonly clock: () => number; readonly log: { warn(message: string): void } };

const DAY_MS = 86_400_000;
const INTERVAL_MS = 3_600_000;
/** Rows of each kind that one transaction removes at most. */
const LIMIT = 5000;

export function createRetention({ store, clock, log }: RetentionParts): Retention {
  let current: Config | null = null;
  const pass = () => {
    if (current === null) return;
    const unit = { audit: [], changes: [{ type: "prune", ...outdatedBefore(current, clock()), limit: LIMIT } as const] };
    store.commit(unit).catch(() => log.warn("what is past its retention could not be removed; it is tried again in an hour"));
  };
  const timer = setInterval(pass, INTERVAL_MS).unref();
  return {
    configure: (config) => {
      current = config;
      pass();
    },
    stop: () => clearInterval(timer),
  };
}

/** ms since the epoch; null: kept for good. Health records ask for longer, never for shorter. */
export function outdatedBefore(
  config: Config,
  now: number,
): { readonly historyBefore: number | null; readonly recordsBefore: number | null } {
  const { metrics_retention_days, audit_log_retention_days } = config.observability;
  const { healthcare } = config.domains;
  const wanted = [audit_log_retention_days, ...(healthcare.enabled ? [healthcare.audit_retention_days] : [])];
  const days = wanted.includes(0) ? 0 : Math.max(...wanted);
  // A session's window must find its history whatever the metrics need.
  const history = Math.max(metrics_retention_days * DAY_MS, config.state_guard.session_timeout_minutes * 60_000);
  return {
    historyBefore: metrics_retention_days === 0 ? null : now - history,
    recordsBefore: days === 0 ? null : now - days * DAY_MS,
  };
}
