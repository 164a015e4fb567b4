/** What a place that notices are sent to can do, and how it says that it could not. */
import type { AuditRecord } from "../store/store.ts";

export type Channel = {
  readonly name: "slack" | "email" | "splunk" | "datadog";
  /** Most entries of one delivery. */
  readonly batch: number;
  /** Whether this entry of the log is news here. */
  wants(entry: AuditRecord, now: number): boolean;
  /** Rejects with DeliveryError, or with whatever the network did. An entry may come twice, never not at all. */
  send(entries: readonly AuditRecord[], signal: AbortSignal): Promise<void>;
  close(): void;
};

/** `permanent`: the same delivery would be refused again, so it is not repeated. */
export class DeliveryError extends Error {
  readonly code: "refused" | "unavailable";
  readonly permanent: boolean;

  constructor(message: string, options: { readonly permanent: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = "DeliveryError";
    this.code = options.permanent ? "refused" : "unavailable";
    this.permanent = options.permanent;
  }
}

/** A wrong key can be put right and a busy server recovers; whatever else a 4xx says will be said again. */
export function statusError(where: string, status: number): DeliveryError {
  const permanent = status >= 400 && status < 500 && ![401, 403, 404, 408, 425, 429].includes(status);
  return new DeliveryError(`${where} answered ${status}`, { permanent });
}
