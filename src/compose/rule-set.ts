/** The shipped rules as the server holds them. All of it is plain data: what a start compiled the next one may take over. */
import type { RuleFile } from "../../analysis/rule-file.ts";
import type { Recognisers } from "../../analysis/sensitivity.ts";
import type { PolicyRule } from "../../layers/1-policy-guard/rule.ts";
import type { InvariantSet } from "../../layers/2-semantic-guard/invariant.ts";
import type { Thresholds } from "../../layers/4-state-history/thresholds.ts";

/** `own`: invariants of the operator, `ownApis` models; rules of theirs are in `policy`. */
export type RuleFiles = Readonly<
  Record<"policy" | "apis" | "ownApis" | "invariants" | "own" | "sensitivity" | "behaviour", readonly RuleFile[]>
>;

export type RuleSet = {
  /** What layer 1 says about a match, by rule id. */
  readonly rules: ReadonlyMap<string, PolicyRule>;
  readonly invariants: InvariantSet;
  readonly recognisers: Recognisers;
  readonly thresholds: Thresholds;
  /** What analysis workers are given: `packKnowledge`'s. */
  readonly knowledge: SharedArrayBuffer;
  /** Digest of every rule file and of the analyser that reads them: what an approval is bound to. */
  readonly version: string;
};

/** The message holds every fault with file, line and column. */
export class RuleSetError extends Error {
  override readonly name = "RuleSetError";
  readonly code = "rules.broken";
}
