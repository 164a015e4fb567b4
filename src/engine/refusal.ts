/** Why the engine did not do what was asked. An expected outcome, so a value; the HTTP edge turns each kind into a status. */

export type RefusalKind =
  | "invalid"
  | "too_large"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "gone"
  | "mismatch"
  | "unprocessable"
  | "busy"
  | "unavailable";

export type Refusal = {
  readonly kind: RefusalKind;
  /** Stable and machine-readable, e.g. `approval.consumed`. */
  readonly code: string;
  /** For people: what is wrong and what to do. Holds no submitted code. */
  readonly detail: string;
  /** The fields that are meant, where some are. */
  readonly fields?: readonly string[];
  /** Seconds, for `busy` and `unavailable`. */
  readonly retryAfter?: number;
};

export type Refused = { readonly ok: false; readonly refusal: Refusal };
export type Result<T> = { readonly ok: true; readonly value: T } | Refused;

export const done = <T>(value: T): Result<T> => ({ ok: true, value });

type More = { readonly fields?: readonly string[]; readonly retryAfter?: number };

export function refuse(kind: RefusalKind, code: string, detail: string, more: More = {}): Refused {
  return { ok: false, refusal: { kind, code, detail, ...more } };
}

/** INVARIANT 2: what could not be recorded did not happen; the caller gets this instead of a decision. */
export const unrecorded = (what: string): Refused =>
  refuse("unavailable", "store.unavailable", `${what} could not be recorded, so nothing was allowed and nothing ran`, { retryAfter: 5 });
