/** Invariants about how much: records deleted at once, instances scaled to, and amounts that nothing has checked. */
import type { Effect, Guard } from "../../analysis/effects.ts";
import type { LayerInput } from "../layer.ts";
import { claims, words } from "./claims.ts";
import type { Invariant } from "./invariants.ts";

/** The larger of what the code says and what the caller says: a claim can make an answer stricter, whoever makes it. */
function atLeast(inCode: unknown, input: LayerInput, claimName: string): number | null {
  const said = [inCode, input.submission.context[claimName]].filter((value) => typeof value === "number" && Number.isFinite(value));
  return said.length === 0 ? null : Math.max(...(said as number[]));
}

const isDeletion = (effect: Effect): boolean =>
  !effect.kind.startsWith("db.") || effect.kind === "db.delete_all" || effect.args.verb === "delete";

/** Many records or files go at once only with a person's approval. How many is what the code or the caller says. */
export const deleteCount: Invariant = {
  kinds: ["fs.delete", "fs.delete_tree", "record.delete", "db.delete_all", "db.write"],
  judge(effect, input, { approval, policies }) {
    if (!isDeletion(effect)) return null;
    const count = atLeast(effect.args.rows ?? effect.args.amount, input, "delete_count");
    const limit = Math.min(policies.delete_operations.max_delete_count, approval.require_for_delete_over);
    if (count === null || count <= limit) return null;
    return {
      ruleId: "core.delete-count",
      severity: "high",
      message: `Deleting ${count.toLocaleString("en-US")} at once exceeds the limit of ${limit.toLocaleString("en-US")}: ${effect.target}`,
      action: "require_approval",
      references: ["CWE-770", "ASI02"],
      reasonCode: "invariant.review",
      impact: count,
    };
  },
};

const SCALES = new Set(["scale", "resize", "provision", "deploy"]);

/** More instances than configured are not started, whoever asks. */
export const scaleLimit: Invariant = {
  kinds: ["infra.change"],
  judge(effect, input, { domains }) {
    const { enabled, max_scale_instances: limit } = domains.infrastructure;
    const verb = words(effect.api.slice(effect.api.lastIndexOf(".") + 1))[0] ?? "";
    if (!enabled || !SCALES.has(verb)) return null;
    const count = atLeast(effect.args.amount, input, "instances");
    if (count === null || count <= limit) return null;
    return {
      ruleId: "infrastructure.scale-limit",
      severity: "high",
      message: `Scaling to ${count.toLocaleString("en-US")} instances exceeds the limit of ${limit.toLocaleString("en-US")}`,
      action: "block",
      references: ["CWE-770", "CWE-841"],
      reasonCode: "invariant.violated",
    };
  },
};

const VALIDATION = /^(valid|validate|validated|validates|sufficient|enough|positive|negative|check|checked|ensure|limit|max|min)$/;

/** A comparison, or a check that says it validates: `0 < amount <= account.balance`, `validate_amount(amount)`. */
const validates = (guard: Guard): boolean =>
  guard.external &&
  (/[<>]/.test(guard.text) || [guard.text, ...guard.subjects].some((text) => words(text).some((word) => VALIDATION.test(word))));

/** An amount that lowers a balance is compared with something, or checked, before; a constant one needs no check. */
export const balanceValidation: Invariant = {
  kinds: ["state.decrease"],
  judge(effect, input, { policies }) {
    if (!policies.balance_operations.require_validation || typeof effect.args.amount === "number") return null;
    const guard = effect.guards.find(validates);
    if (guard !== undefined) return { reliedOn: [`guard: ${guard.text}`] };
    if (claims(input, "has_validation")) return { reliedOn: ["claim: has_validation"] };
    // A function that nobody calls is told what it lacks; its callers may well check.
    const asks = effect.reach !== "latent";
    return {
      ruleId: "financial.balance-validation",
      severity: asks ? "medium" : "low",
      message: "Balance subtraction of an amount that nothing validates",
      action: asks ? "require_approval" : "warn",
      references: ["CWE-20", "CWE-840"],
      reasonCode: "invariant.review",
      ...(asks ? { impact: "unlimited" } : {}),
    };
  },
};
