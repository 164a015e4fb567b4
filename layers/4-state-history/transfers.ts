/**
 * Transfers against what the agent transferred before: the same one again (`require_duplicate_check`), and many small ones that
 * add up to more than a single one may be (`require_fraud_check`; splitting an amount to stay below a limit is "structuring").
 */
import { createHash } from "node:crypto";
import type { Effect, Program } from "../../analysis/effects.ts";
import { claimedNumber, saysYes } from "../claims.ts";
import { type Layer, type LayerInput, outcomeOf } from "../layer.ts";
import type { Finding, LayerVerdict, Submission } from "../model.ts";

export type TransferRules = {
  readonly duplicates: boolean;
  readonly fraud: boolean;
  /** What one transfer may be without a person, and all of them within the window together. */
  readonly limit: number;
  /** How far back transfers count, in ms. */
  readonly windowMs: number;
  /** Count all sessions of the agent together. */
  readonly acrossSessions: boolean;
};
/** Being asked and being run are counted apart: a client may first ask and then have it run. */
export type TransferKind = "asked" | "run";
export type TransferHistory = {
  /** `sessionId` null: all sessions of the agent. */
  transfers(query: {
    readonly agentId: string;
    readonly sessionId: string | null;
    readonly kind: TransferKind;
    readonly fingerprint: string;
    readonly since: number;
  }): {
    /** How often this very transfer was allowed. */
    readonly same: number;
    /** Amounts of all that were allowed without a person. */
    readonly total: number;
  };
};
/** What is remembered of an allowed program that transfers; null for one that does not. */
export type Transfer = { readonly fingerprint: string; readonly amount: number };

export const kindOf = (mode: LayerInput["mode"]): TransferKind => (mode === "enforce" ? "asked" : "run");

export function withTransferChecks(layer: Layer, history: TransferHistory, rules: TransferRules): Layer {
  if (!rules.duplicates && !rules.fraud) return layer;
  return {
    ...layer,
    inspect(input) {
      const inner = layer.inspect(input);
      return inner instanceof Promise
        ? inner.then((verdict) => added(verdict, input, history, rules))
        : added(inner, input, history, rules);
    },
  };
}

/** One program is one transfer, by its code and what it is given; a function that nobody calls transfers nothing. */
export function transferOf(submission: Submission, program: Program): Transfer | null {
  const effects = transfersIn(program);
  if (effects.length === 0) return null;
  const { codeDigest, inputs, context } = submission;
  const fingerprint = createHash("sha256")
    .update(JSON.stringify([codeDigest, inputs, context.amount ?? null]))
    .digest("hex");
  const inCode = effects.reduce((sum, { args }) => sum + (typeof args.amount === "number" ? Math.abs(args.amount) : 0), 0);
  const claimed = Math.abs(claimedNumber(context.amount) ?? 0);
  return { fingerprint, amount: Math.max(inCode, Number.isFinite(claimed) ? claimed : 0) };
}

const transfersIn = (program: Program): readonly Effect[] =>
  program.effects.filter(({ kind, reach }) => kind === "money.transfer" && reach !== "latent");

function added(verdict: LayerVerdict, input: LayerInput, history: TransferHistory, rules: TransferRules): LayerVerdict {
  if (verdict.outcome === "error" || !input.analysis.ok) return verdict;
  const { program } = input.analysis;
  const transfer = transferOf(input.submission, program);
  if (transfer === null) return verdict;
  const { agentId, sessionId } = input.submission;
  const query = {
    ...{ agentId, sessionId: rules.acrossSessions ? null : sessionId },
    ...{ kind: kindOf(input.mode), fingerprint: transfer.fingerprint, since: input.now - rules.windowMs },
  };
  let past: ReturnType<TransferHistory["transfers"]>;
  try {
    past = history.transfers(query);
  } catch {
    // INVARIANT 1: without its history a transfer cannot be judged.
    const error = { reasonCode: "store.unavailable", message: "the history of transfers could not be read" } as const;
    return { ...verdict, outcome: "error", error };
  }
  const checked = input.acceptedClaims.has("duplicate_check") && saysYes(input.submission.context.duplicate_check);
  const at = transfersIn(program)[0]!;
  const duplicate = rules.duplicates && past.same > 0;
  const split = rules.fraud && transfer.amount <= rules.limit && past.total + transfer.amount > rules.limit;
  const findings = [...(duplicate && !checked ? [duplicateFinding(at)] : []), ...(split ? [splitFinding(at, rules, past.total)] : [])];
  const reliedOn = duplicate && checked ? { reliedOn: [...(verdict.reliedOn ?? []), "claim: duplicate_check"] } : {};
  const all = [...verdict.findings, ...findings];
  return { ...verdict, ...reliedOn, findings: all, outcome: outcomeOf(all) };
}

const shared = { severity: "high", action: "require_approval", reasonCode: "history.review" } as const;

/** An approval is bound to the words: they hold nothing that changes until it is used. */
const duplicateFinding = ({ location, args }: Effect): Finding => ({
  ...shared,
  ruleId: "financial.duplicate-transfer",
  message: "The same transfer was allowed before: it may be a duplicate",
  location,
  references: ["CWE-837", "CWE-840"],
  ...(typeof args.amount === "number" ? { impact: Math.abs(args.amount) } : {}),
});

const splitFinding = ({ location }: Effect, { limit }: TransferRules, total: number): Finding => ({
  ...shared,
  ruleId: "financial.split-transfers",
  message: `Together with earlier ones this transfer exceeds the limit of ${limit.toLocaleString("en-US")}`,
  location,
  references: ["CWE-840", "ASI02"],
  impact: Math.max(total, limit),
});
