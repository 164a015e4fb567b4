/** Invariants as they are read from `rules/invariants`: plain data. Conditions are CEL source that was checked when it was read. */
import type { EffectKind, Label, TargetClass } from "../../analysis/effects.ts";
import type { ComplianceFramework, FindingAction, ReasonCode, Severity } from "../model.ts";

/** `pass` is written in the posture table alone: what another posture may ask about. */
export const ENTRY_ACTIONS = ["pass", "warn", "require_approval", "block"] as const;
export type EntryAction = (typeof ENTRY_ACTIONS)[number];
/** What an invariant ends in; nothing is redacted for what it would do. */
export type InvariantAction = Exclude<FindingAction, "redact">;

/** A value with a name, for the expressions after it and the `{name}` of messages. */
export type Binding = { readonly name: string; readonly source: string };

/** What must be there: a guard of the code that the condition holds for, or a claim that the caller may make. */
export type Demand = {
  readonly name: string;
  readonly when: string | null;
  /** CEL over `guard`, tried for each guard of the effect. */
  readonly guard: string | null;
  readonly claim: string | null;
  /** CEL: when the claim meets the demand; null: when it says yes. */
  readonly claimed: string | null;
};

/** What is said; of several the first whose condition holds. */
export type Statement = {
  readonly when: string | null;
  readonly action: EntryAction;
  readonly severity: Severity;
  readonly message: string;
  readonly references: readonly string[];
  /** CEL, a number; null: no impact is named. */
  readonly impact: string | null;
};

export type Invariant = {
  readonly id: string;
  readonly path: string;
  /** Its text in the file. */
  readonly text: string;
  readonly explanation: string | null;
  /** Where the posture table shows it. */
  readonly cell: { readonly row: string; readonly text: string } | null;
  /** Entries of the table are tried in order, and the first that applies speaks; other invariants all do. */
  readonly inTable: boolean;
  readonly effects: readonly EffectKind[];
  /** Any of each of these three; empty: whatever they are. */
  readonly classes: readonly TargetClass[];
  readonly labels: readonly Label[];
  readonly flags: readonly string[];
  readonly let: readonly Binding[];
  readonly when: string | null;
  readonly demands: readonly Demand[];
  readonly statements: readonly Statement[];
  readonly reasonCode: ReasonCode | null;
  readonly breaks: readonly ComplianceFramework[];
};

export const POSTURES = ["balanced", "strict", "observe"] as const;
export type PostureName = (typeof POSTURES)[number];
/** What an entry of the table leads to, by the action that is written there. */
export type Posture = { readonly explanation: string } & Readonly<Record<Exclude<EntryAction, "warn">, EntryAction>>;

export type Vocabulary = {
  readonly words: Readonly<Record<string, readonly string[]>>;
  readonly groups: Readonly<Record<string, readonly TargetClass[]>>;
};

export type InvariantSet = Vocabulary & {
  readonly invariants: readonly Invariant[];
  readonly postures: Readonly<Record<PostureName, Posture>>;
  /** Rows of the table, in order, with what passes in each because no entry is about it. */
  readonly rows: readonly { readonly name: string; readonly passes: string }[];
};
