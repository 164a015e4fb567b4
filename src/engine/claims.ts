/** Which of the caller's claims count: by role, from `context.claims` of the configuration. */
import type { Json, Role } from "../../layers/model.ts";

export type ClaimRule = "all" | "none" | readonly string[];
export type ClaimRules = Readonly<Partial<Record<Role | "anonymous", ClaimRule>>>;

const NO_CLAIMS: ReadonlySet<string> = new Set();

/** INVARIANT 6: what a body says about itself counts only as far as the key's role may say it. */
export function acceptedClaims(rules: ClaimRules, role: Role | "anonymous", context: Readonly<Record<string, Json>>): ReadonlySet<string> {
  const rule = rules[role] ?? "none";
  if (rule === "none") return NO_CLAIMS;
  const names = Object.keys(context);
  return new Set(rule === "all" ? names : names.filter((name) => rule.includes(name)));
}
