/** Invariants of the domains: balances, transfers, health records, infrastructure, and what deletes or drops everything. */
import type { Effect, EffectKind } from "../../analysis/effects.ts";
import type { LayerInput } from "../layer.ts";
import { claim, claims, isAuthorization, isConsent, isEncryption } from "./claims.ts";
import type { Judgement, SemanticSettings } from "./settings.ts";

export type Invariant = {
  readonly kinds: readonly EffectKind[];
  readonly judge: (
    effect: Effect,
    input: LayerInput,
    settings: SemanticSettings,
  ) => Judgement | { readonly reliedOn: readonly string[] } | null;
};

const BALANCE_VERBS: Readonly<Partial<Record<EffectKind, string>>> = {
  "state.decrease": "subtraction",
  "state.increase": "addition",
  "state.set": "change",
};

/** A kept quantity changes only after somebody was found to be allowed to change it. */
const balance: Invariant = {
  kinds: ["state.decrease", "state.increase", "state.set"],
  judge(effect, input, settings) {
    if (!settings.policies.balance_operations.require_auth) return null;
    const guard = effect.guards.find((g) => isAuthorization(g, effect));
    if (guard !== undefined) return { reliedOn: [`guard: ${guard.text}`] };
    if (claims(input, "has_auth_check")) return { reliedOn: ["claim: has_auth_check"] };
    const harmless = effect.kind === "state.increase" || (effect.kind === "state.set" && effect.args.own !== true);
    if (harmless)
      return {
        ruleId: "financial.balance-change",
        severity: "low",
        message: `Balance ${BALANCE_VERBS[effect.kind] ?? "change"} without an authorization check`,
        action: "warn",
        references: ["CWE-862"],
        reasonCode: "invariant.review",
      };
    const message = `Balance ${BALANCE_VERBS[effect.kind] ?? "change"} requires authorization`;
    return {
      ruleId: "financial.balance-authorization",
      severity: "critical",
      message,
      action: "block",
      references: ["CWE-862", "ASI02"],
      reasonCode: "invariant.violated",
    };
  },
};

/** Money above the limit moves only with a person's approval; an amount that is not known is the largest. */
const transfer: Invariant = {
  kinds: ["money.transfer"],
  judge(effect, input, settings) {
    const amount = transferAmount(effect, input);
    const domain = settings.domains.financial;
    const limit = Math.min(
      settings.approval.require_for_transfer_over,
      domain.enabled ? domain.max_transfer_amount : Number.POSITIVE_INFINITY,
    );
    if (amount !== null && amount >= 0 && amount <= limit) return null;
    const shown = amount === null ? "an amount that is not known" : amount.toLocaleString("en-US");
    return {
      ruleId: "financial.transfer-limit",
      severity: "high",
      message: `Transfer of ${shown} exceeds the limit of ${limit.toLocaleString("en-US")}`,
      action: "require_approval",
      references: ["CWE-840", "ASI02"],
      reasonCode: "invariant.review",
      impact: amount ?? "unlimited",
    };
  },
};

/** The larger of what the code says and what the caller says; null when neither says. */
function transferAmount(effect: Effect, input: LayerInput): number | null {
  const inCode = typeof effect.args.amount === "number" ? effect.args.amount : null;
  const claimed = input.submission.context.amount;
  const said = typeof claimed === "number" && Number.isFinite(claimed) ? Math.abs(claimed) : null;
  if (inCode === null) return input.acceptedClaims.has("amount") ? said : null;
  return said === null ? inCode : Math.max(inCode, said);
}

/** A person's health record is read only with consent and kept encrypted. */
const healthRecord: Invariant = {
  kinds: ["record.read", "record.write", "record.delete"],
  judge(effect, input, settings) {
    const { healthcare } = settings.domains;
    const { hipaa } = settings.compliance;
    const reliedOn: string[] = [];
    const missing: string[] = [];
    const demand = (required: boolean, what: { name: string; claim: string; guard: typeof isConsent }): void => {
      if (!required) return;
      const guard = effect.guards.find((g) => what.guard(g, effect));
      if (guard !== undefined) reliedOn.push(`guard: ${guard.text}`);
      else if (claims(input, what.claim)) reliedOn.push(`claim: ${what.claim}`);
      else missing.push(what.name);
    };
    const consent =
      (healthcare.enabled && healthcare.require_hipaa_consent) || (hipaa.enabled && hipaa.require_consent && healthcare.enabled);
    const encryption =
      (healthcare.enabled && healthcare.require_encryption) || (hipaa.enabled && hipaa.require_encryption && healthcare.enabled);
    demand(consent, { name: "HIPAA consent", claim: "hipaa_consent", guard: isConsent });
    demand(encryption, { name: "encrypted storage", claim: "encrypted_storage", guard: isEncryption });
    if (missing.length === 0) return { reliedOn };
    return {
      ruleId: "healthcare.record-access",
      severity: "critical",
      message: `Health record access requires ${missing.join(" and ")}`,
      action: "block",
      references: ["CWE-359", "HIPAA-164.312"],
      reasonCode: "invariant.violated",
      breaks: ["hipaa"],
    };
  },
};

const deleteAll: Invariant = {
  kinds: ["db.delete_all"],
  judge(effect, _input, settings) {
    if (settings.policies.delete_operations.allow_delete_all) return null;
    return {
      ruleId: "core.delete-all",
      severity: "critical",
      message: `Deleting everything is not allowed: ${effect.target}`,
      action: "block",
      references: ["CWE-943", "ASI02"],
      reasonCode: "invariant.violated",
    };
  },
};

const dropTable: Invariant = {
  kinds: ["db.drop"],
  judge(effect, _input, settings) {
    const asks = settings.approval.require_for_drop_table;
    const message = `Dropping a table or database ${asks ? "requires approval" : "is not allowed"}: ${effect.target}`;
    return {
      ruleId: "core.drop-table",
      severity: "critical",
      message,
      action: asks ? "require_approval" : "block",
      references: ["CWE-943", "ASI02"],
      reasonCode: asks ? "invariant.review" : "invariant.violated",
      impact: "unlimited",
    };
  },
};

/** Infrastructure of the domain, or of production, changes with a ticket and a way back. */
const infrastructure: Invariant = {
  kinds: ["infra.change"],
  judge(_effect, input, settings) {
    const rules = settings.domains.infrastructure;
    const concerned =
      claim(input, "domain") === "infrastructure" ||
      input.submission.context.domain === "infrastructure" ||
      input.submission.context.environment === "production";
    if (!rules.enabled || !concerned) return null;
    const missing: string[] = [];
    const reliedOn: string[] = [];
    for (const [required, name] of [
      [rules.require_change_ticket, "change_ticket"],
      [rules.require_rollback_plan, "rollback_plan"],
    ] as const) {
      if (!required) continue;
      if (claims(input, name)) reliedOn.push(`claim: ${name}`);
      else missing.push(name.replace("_", " "));
    }
    if (missing.length === 0) return { reliedOn };
    return {
      ruleId: "infrastructure.change-control",
      severity: "high",
      message: `Infrastructure change requires ${missing.join(" and ")}`,
      action: "block",
      references: ["CWE-841"],
      reasonCode: "invariant.violated",
    };
  },
};

const opaque: Invariant = {
  kinds: ["code.opaque"],
  judge: (effect) => ({
    ruleId: "core.opaque-code",
    severity: "high",
    message: `analysis could not understand a part of the program that may call something: ${effect.target}`,
    action: "require_approval",
    references: [],
    reasonCode: "analysis.opaque",
    impact: "unlimited",
  }),
};

export const INVARIANTS: readonly Invariant[] = [balance, transfer, healthRecord, deleteAll, dropTable, infrastructure, opaque];
