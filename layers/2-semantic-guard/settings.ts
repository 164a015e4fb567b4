/** What the Semantic Guard needs of the configuration; the names are the configuration's own. */
import type { AnswerBasis } from "./claims.ts";

export type SemanticSettings = {
  readonly policies: {
    readonly balance_operations: { readonly require_auth: boolean; readonly require_validation: boolean };
    readonly delete_operations: { readonly allow_delete_all: boolean; readonly max_delete_count: number };
  };
  readonly approval: {
    readonly enabled: boolean;
    readonly require_for_drop_table: boolean;
    readonly require_for_delete_over: number;
    readonly require_for_transfer_over: number;
  };
  readonly domains: {
    readonly financial: { readonly enabled: boolean; readonly max_transfer_amount: number };
    readonly healthcare: { readonly enabled: boolean; readonly require_hipaa_consent: boolean; readonly require_encryption: boolean };
    readonly infrastructure: {
      readonly enabled: boolean;
      readonly require_change_ticket: boolean;
      readonly require_rollback_plan: boolean;
      readonly max_scale_instances: number;
    };
  };
  readonly compliance: {
    readonly hipaa: { readonly enabled: boolean; readonly require_consent: boolean; readonly require_encryption: boolean };
  };
};

/** What one invariant says of one effect; null when it is satisfied or does not apply. */
export type Judgement = {
  readonly ruleId: string;
  readonly severity: "critical" | "high" | "medium" | "low" | "info";
  readonly message: string;
  readonly action: "block" | "require_approval" | "warn";
  readonly references: readonly string[];
  readonly reasonCode: "invariant.violated" | "invariant.review" | "effect.blocked" | "effect.review" | "analysis.opaque";
  readonly impact?: number | "unlimited";
  readonly breaks?: readonly "hipaa"[];
} & Partial<AnswerBasis>;
