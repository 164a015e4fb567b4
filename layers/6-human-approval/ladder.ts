/** The approval ladder: who may answer a question of which size, and how long the question stays open. */
import type { ApprovalLevel } from "../model.ts";
import { APPROVAL_LEVELS } from "../model.ts";

/** Size of what could go wrong, in USD (or rows); `unlimited` when it is not known or cannot be bounded. */
export type Impact = number | "unlimited";

export type Ladder = {
  /** False: nobody can be asked, and what would need a person is refused. */
  readonly enabled: boolean;
  /** Largest impact each level may approve, inclusive. */
  readonly maxImpact: Readonly<Record<ApprovalLevel, Impact>>;
  /** How long a request can be approved and used, in ms. */
  readonly expiryMs: number;
};

const TOP_LEVEL: ApprovalLevel = "CTO";

/** The published ladder: USD 10,000 / 100,000 / 1,000,000 / unlimited; requests stay open for 24 hours. */
export const DEFAULT_LADDER: Ladder = {
  enabled: true,
  maxImpact: { MANAGER: 10_000, DIRECTOR: 100_000, VP: 1_000_000, CTO: "unlimited" },
  expiryMs: 24 * 60 * 60 * 1000,
};

/** The lowest level that may approve this impact; the top one for what is unknown, unlimited, negative or not a number. */
export function levelForImpact(impact: Impact | undefined, ladder: Ladder): ApprovalLevel {
  if (impact === undefined || impact === "unlimited" || !(impact >= 0)) return TOP_LEVEL;
  return APPROVAL_LEVELS.find((level) => reaches(ladder.maxImpact[level], impact)) ?? TOP_LEVEL;
}

function reaches(maxImpact: Impact, impact: number): boolean {
  return maxImpact === "unlimited" || impact <= maxImpact;
}

/** Whether somebody of level `held` may answer for level `needed`. */
export function levelCovers(held: ApprovalLevel | null, needed: ApprovalLevel): boolean {
  return held !== null && APPROVAL_LEVELS.indexOf(held) >= APPROVAL_LEVELS.indexOf(needed);
}

/** Whether not even the top level may approve it. */
export function isBeyondEverybody(impact: Impact, ladder: Ladder): boolean {
  const most = ladder.maxImpact[TOP_LEVEL];
  return most !== "unlimited" && (impact === "unlimited" || !reaches(most, impact));
}
