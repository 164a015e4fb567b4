/**
 * Requests that carry an `Idempotency-Key`: each is worked on at most once, and its answer is kept so that a repetition gets
 * the same one, also after a restart. The reservation is durable before the work begins, the answer before it is sent.
 */
import type { Change, IdempotentAnswer } from "../store/store.ts";
import type { EngineParts, EngineSettings } from "./parts.ts";
import { done, type Result, refuse, unrecorded } from "./refusal.ts";

export type Claim = {
  /** Digest of caller, route and key. */
  readonly id: string;
  /** Digest of what is asked. */
  readonly requestDigest: string;
  /** Whether the answer depends on rules and configuration, as a decision does. */
  readonly judged: boolean;
};

export type Ledger = {
  /**
   * `null`: the request is the caller's to work on, and `answer`, `release` or `abandon` must follow. Otherwise the answer
   * of the first time. Refused when it is another request, still under way, or when the first answer no longer holds.
   */
  claim(claim: Claim): Promise<Result<IdempotentAnswer | null>>;
  /** Keeps the answer. False when it cannot be stored: repetitions are then refused, the work is not done twice. */
  answer(id: string, answer: Pick<IdempotentAnswer, "status" | "sealedBody">): Promise<boolean>;
  /** Nothing came of the request: a repetition is worked on as if it were the first. */
  release(id: string): Promise<void>;
  /** Nobody knows what came of the request: repetitions are refused. */
  abandon(id: string): void;
  /** Forgets what has expired. */
  purge(): Promise<void>;
};

type LedgerParts = Pick<EngineParts, "store" | "settings" | "clock" | "inFlight">;

/** How often expired answers are forgotten, in ms. */
const PURGE_MS = 600_000;

const ADVICE = "send it with a new `Idempotency-Key` to have it worked on again";

const OTHER_REQUEST = refuse(
  "unprocessable",
  "idempotency.other_request",
  "this `Idempotency-Key` was used for another body: use a new key for each request, and the same key only to repeat one",
);
const IN_FLIGHT = refuse(
  "conflict",
  "idempotency.in_flight",
  "the first request with this `Idempotency-Key` is still being worked on: repeat this one when `Retry-After` has passed",
  { retryAfter: 1 },
);
const UNKNOWN_OUTCOME = refuse(
  "conflict",
  "idempotency.unknown_outcome",
  `what came of the first request with this \`Idempotency-Key\` is not known, because the server stopped or failed in the middle: look into the audit log, then ${ADVICE}`,
);
const RULES_CHANGED = refuse(
  "conflict",
  "idempotency.rules_changed",
  `the answer to the first request with this \`Idempotency-Key\` was given under other rules or another configuration and is not repeated: ${ADVICE}`,
);

export function createLedger(parts: LedgerParts): Ledger {
  const { inFlight } = parts;
  const write = (change: Change) => parts.store.commit({ audit: [], changes: [change] });
  let purgedAt = parts.clock();
  const purge = async () => {
    purgedAt = parts.clock();
    await write({ type: "idempotency.purge", at: purgedAt }).catch(() => undefined);
  };
  return {
    async claim(claim) {
      const { id, requestDigest } = claim;
      const running = inFlight.get(id);
      if (running !== undefined) return running === requestDigest ? IN_FLIGHT : OTHER_REQUEST;
      const now = parts.clock();
      if (now - purgedAt > PURGE_MS) void purge();
      const earlier = parts.store.idempotentRequest(id);
      if (earlier !== null && earlier.expiresAt > now) return answerAgain(parts.settings, claim, earlier);
      inFlight.set(id, requestDigest);
      try {
        const result = await write({
          type: "idempotency.reserve",
          request: { id, requestDigest, createdAt: now, expiresAt: now + parts.settings.idempotencyMs },
        });
        if (result.ok) return done(null);
        inFlight.delete(id);
        return IN_FLIGHT;
      } catch {
        inFlight.delete(id);
        return unrecorded("the request with its `Idempotency-Key`");
      }
    },
    async answer(id, { status, sealedBody }) {
      const { rulesVersion, configVersion } = parts.settings;
      try {
        return (await write({ type: "idempotency.answer", id, answer: { status, sealedBody, rulesVersion, configVersion } })).ok;
      } catch {
        return false;
      } finally {
        inFlight.delete(id);
      }
    },
    async release(id) {
      // A reservation that stays costs the client a new key, and no more.
      await write({ type: "idempotency.release", id }).catch(() => undefined);
      inFlight.delete(id);
    },
    abandon: (id) => void inFlight.delete(id),
    purge,
  };
}

/** INVARIANT 1: a decision is repeated only while the rules and the configuration that it was made under are in force. */
function answerAgain(
  settings: EngineSettings,
  claim: Claim,
  { requestDigest, answer }: { readonly requestDigest: string; readonly answer: IdempotentAnswer | null },
): Result<IdempotentAnswer> {
  if (requestDigest !== claim.requestDigest) return OTHER_REQUEST;
  if (answer === null) return UNKNOWN_OUTCOME;
  const { rulesVersion, configVersion } = settings;
  const inForce = answer.rulesVersion === rulesVersion && answer.configVersion === configVersion;
  return claim.judged && !inForce ? RULES_CHANGED : done(answer);
}
