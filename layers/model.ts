/**
 * The nouns every room shares: what is submitted, what a layer says, what is decided.
 * Readonly plain data; this file imports nothing, so that every room may import it.
 */

export const LANGUAGES = ["python", "javascript", "typescript", "shell"] as const;
export type Language = (typeof LANGUAGES)[number];

/** 1-based line and column; `endColumn` is exclusive; `offset`s are UTF-16 code units into the code. */
export type Location = {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly offset: number;
  readonly endOffset: number;
};

export type Role = "agent" | "approver" | "auditor" | "operator" | "admin";
export type ApprovalLevel = "MANAGER" | "DIRECTOR" | "VP" | "CTO";
export const APPROVAL_LEVELS = ["MANAGER", "DIRECTOR", "VP", "CTO"] as const satisfies readonly ApprovalLevel[];

/** Who is calling, taken from the key alone (INVARIANT 6). `agentIds` is set for agent keys only. */
export type Principal = {
  readonly keyId: string;
  readonly owner: string;
  readonly role: Role;
  readonly level: ApprovalLevel | null;
  readonly agentIds: readonly string[] | null;
};

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Ceilings of one run: wall clock in ms, memory in MiB, output in bytes. */
export type RunLimits = { readonly timeoutMs: number; readonly memoryMb: number; readonly outputBytes: number };

export type Submission = {
  readonly agentId: string;
  readonly sessionId: string;
  readonly principal: Principal;
  readonly language: Language;
  readonly code: string;
  readonly inputs: Json;
  readonly files: Readonly<Record<string, string>>;
  readonly limits: RunLimits;
  /** The caller's claims: `has_auth_check`, `amount`, `domain` ... Free-form JSON object. */
  readonly context: Readonly<Record<string, Json>>;
  /** SHA-256, lower-case hex, of language + NUL + code (UTF-8). */
  readonly codeDigest: string;
  /** SHA-256, lower-case hex, over the RFC 8785 JSON of everything that decides what runs. */
  readonly executionDigest: string;
};

export type Severity = "critical" | "high" | "medium" | "low" | "info";
export type FindingAction = "block" | "require_approval" | "redact" | "warn";
export type TraceStep = { readonly message: string; readonly location: Location };

export type Finding = {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly message: string;
  readonly location: Location;
  /** source -> steps -> sink; absent when the finding is a single place. */
  readonly trace?: readonly TraceStep[];
  readonly action: FindingAction;
  /** CWE, OWASP ASI and framework controls: `CWE-78`, `ASI05`, `HIPAA-164.312`. */
  readonly references: readonly string[];
  /** Which machine-readable reason this finding contributes, e.g. `invariant.violated`. */
  readonly reasonCode: ReasonCode;
  /** Impact in USD or rows, for the approval ladder; `unlimited` when it cannot be bounded. */
  readonly impact?: number | "unlimited";
  /** Compliance promises this finding breaks. */
  readonly breaks?: readonly ComplianceFramework[];
};

export type ComplianceFramework = "pii" | "pci" | "hipaa" | "soc2" | "iso27001";

export type LayerId = 1 | 2 | 3 | 4 | 5 | 6;
export const LAYER_IDS = [1, 2, 3, 4, 5, 6] as const satisfies readonly LayerId[];

export type Outcome = "pass" | "constrain" | "escalate" | "block" | "skipped" | "error";

type VerdictBase = {
  readonly layer: LayerId;
  readonly findings: readonly Finding[];
  /** What a sandbox must enforce for the verdict to hold, e.g. `network: none`, `filesystem: workspace`. */
  readonly constraints: readonly string[];
  readonly latencyMs: number;
  /** Guards and claims without which this verdict would have been stricter. */
  readonly reliedOn?: readonly string[];
  /** Promises this layer computed; a framework that is absent was not computed and is reported as null. */
  readonly compliance?: Readonly<Partial<Record<ComplianceFramework, boolean>>>;
};

export type LayerVerdict = VerdictBase &
  (
    | { readonly outcome: "pass" | "constrain" | "escalate" | "block" | "skipped" }
    | { readonly outcome: "error"; readonly error: LayerError }
  );

/** Why a layer could not answer. The message is for people and holds no submitted data. */
export type LayerError = { readonly reasonCode: ReasonCode; readonly message: string };

/**
 * Closed list of machine-readable reasons. `analysis.*`, `layer.*`, `rules.*` and `store.*` are fail-closed
 * (INVARIANT 1): each means that the question could not be answered.
 */
export const REASON_CODES = [
  "policy.violated",
  "policy.review",
  "invariant.violated",
  "invariant.review",
  "effect.blocked",
  "effect.review",
  "data.exposed",
  "data.review",
  "history.delete_spree",
  "history.retry_after_block",
  "history.review",
  "sandbox.unavailable",
  "sandbox.constrained",
  "approval.required",
  "approval.disabled",
  "approval.rejected",
  "analysis.unparseable",
  "analysis.opaque",
  "analysis.exhausted",
  "analysis.deadline",
  "analysis.crashed",
  "analysis.limit",
  "analysis.unsupported_language",
  "layer.failed",
  "layer.timeout",
  "layer.missing",
  "rules.empty",
  "rules.broken",
  "store.unavailable",
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

export type DecisionKind = "ALLOW" | "BLOCK" | "REQUIRES_APPROVAL";

export type ApprovalRef = { readonly id: string; readonly level: ApprovalLevel; readonly expiresAt: string };

export type ComplianceStatus = { readonly [F in ComplianceFramework]: boolean | null };

export type Decision = {
  readonly id: string;
  readonly decision: DecisionKind;
  /** The first layer that blocked (or failed), null otherwise. */
  readonly blockedBy: LayerId | null;
  /** One per layer, in layer order. */
  readonly verdicts: readonly LayerVerdict[];
  readonly compliance: ComplianceStatus;
  readonly reasonCodes: readonly ReasonCode[];
  readonly constraints: readonly string[];
  readonly reliedOn: readonly string[];
  readonly codeDigest: string;
  readonly executionDigest: string;
  readonly rulesVersion: string;
  readonly configVersion: string;
  readonly approval?: ApprovalRef;
};

export const LAYER_NAMES: Readonly<Record<LayerId, string>> = {
  1: "Layer 1: Policy Guard",
  2: "Layer 2: Semantic Guard",
  3: "Layer 3: Data Sensitivity",
  4: "Layer 4: State & History",
  5: "Layer 5: Execution Sandbox",
  6: "Layer 6: Human Approval",
};
