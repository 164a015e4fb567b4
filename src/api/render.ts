/** The engine's nouns in the words of the wire contract: snake_case, layer names, `SEVERITY: message`. */
import type { Effect, Program } from "../../analysis/effects.ts";
import { type Decision, type Finding, LAYER_NAMES, type LayerVerdict, type Location, type Outcome } from "../../layers/model.ts";
import { statusNow } from "../engine/approvals.ts";
import type { Executed } from "../engine/execute.ts";
import type { Judged } from "../engine/judge.ts";
import type { ApprovalPolicy } from "../engine.ts";
import type { Approval, StoredKey } from "../store/store.ts";

/** Answers stay readable: of more findings or effects than this only the first are shown (all of them were judged). */
const MAX_LISTED = 1000;

const LAYER_DECISIONS: Readonly<Record<Outcome, string>> = {
  pass: "ALLOW",
  constrain: "CONSTRAIN",
  escalate: "REQUIRES_APPROVAL",
  block: "BLOCK",
  skipped: "SKIPPED",
  error: "ERROR",
};

const ms = (value: number): number => Math.round(value * 1000) / 1000;
const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

const violation = ({ severity, message }: Pick<Finding, "severity" | "message">): string => `${severity.toUpperCase()}: ${message}`;

/** Only of layers that refused or asked: a warning, or a finding that an approval discharged, violates nothing. */
function violationsOf(verdict: LayerVerdict): readonly string[] {
  if (verdict.outcome !== "block" && verdict.outcome !== "escalate" && verdict.outcome !== "error") return [];
  const found = verdict.findings.filter((finding) => finding.action !== "warn").map(violation);
  return verdict.outcome === "error" ? [`CRITICAL: ${verdict.error.message}`, ...found] : found;
}

const renderLocation = (at: Location) => ({ line: at.line, column: at.column, end_line: at.endLine, end_column: at.endColumn });

function renderFinding(finding: Finding, layer: number | null) {
  return {
    rule_id: finding.ruleId,
    ...(layer === null ? {} : { layer }),
    severity: finding.severity,
    message: finding.message,
    location: renderLocation(finding.location),
    trace: (finding.trace ?? []).map((step) => ({ message: step.message, location: renderLocation(step.location) })),
    action: finding.action,
    references: finding.references,
    reason_code: finding.reasonCode,
    impact: finding.impact ?? null,
  };
}

function renderEffect(effect: Effect) {
  return {
    kind: effect.kind,
    target: effect.target,
    target_classes: effect.targetClasses,
    reach: effect.reach,
    basis: effect.basis,
    api: effect.api,
    args: effect.args,
    labels: effect.labels,
    guards: effect.guards.map(({ text, positive }) => ({ text, positive })),
    location: renderLocation(effect.location),
    via: effect.via.map((step) => ({ how: step.how, location: renderLocation(step.location) })),
  };
}

const renderEffects = (program: Pick<Program, "effects"> | null) => (program?.effects ?? []).slice(0, MAX_LISTED).map(renderEffect);

function renderLayer(verdict: LayerVerdict) {
  return {
    layer: LAYER_NAMES[verdict.layer],
    decision: LAYER_DECISIONS[verdict.outcome],
    violations: violationsOf(verdict),
    latency_ms: ms(verdict.latencyMs),
    ...(verdict.outcome === "error" ? { error: verdict.error.message, reason_code: verdict.error.reasonCode } : {}),
  };
}

/** What `/analyze`, `/enforce` and `agentguard check` share. */
export function renderAnswer(decision: Decision, program: Pick<Program, "effects"> | null, verdicts: readonly LayerVerdict[]) {
  return {
    decision: decision.decision,
    blocked_by: decision.blockedBy === null ? null : LAYER_NAMES[decision.blockedBy],
    blocked_by_layer: decision.blockedBy,
    violations: verdicts.flatMap(violationsOf),
    layer_results: verdicts.map(renderLayer),
    findings: verdicts.flatMap(({ layer, findings }) => findings.map((finding) => renderFinding(finding, layer))).slice(0, MAX_LISTED),
    reason_codes: decision.reasonCodes,
    constraints: decision.constraints,
    relied_on: decision.reliedOn,
    code_digest: decision.codeDigest,
    rules_version: decision.rulesVersion,
    config_version: decision.configVersion,
    effects: renderEffects(program),
    compliance_status: {
      pii_compliant: decision.compliance.pii,
      pci_compliant: decision.compliance.pci,
      hipaa_compliant: decision.compliance.hipaa,
      soc2_compliant: decision.compliance.soc2,
      iso27001_compliant: decision.compliance.iso27001,
    },
  };
}

export function renderAnalysis({ decision, program, latencyMs }: Judged) {
  const verdicts = decision.verdicts.filter(({ layer }) => layer <= 3);
  return { would_block: wouldBlock(decision), ...renderAnswer(decision, program, verdicts), latency_ms: ms(latencyMs) };
}

export const wouldBlock = ({ decision }: Decision): boolean => decision === "BLOCK";

export function renderDecision({ decision, program, draft, latencyMs }: Judged) {
  return {
    ...renderAnswer(decision, program, decision.verdicts),
    latency_ms: ms(latencyMs),
    audit_id: decision.id,
    requires_approval: decision.decision === "REQUIRES_APPROVAL",
    approval_id: draft?.id ?? decision.approval?.id ?? null,
    approval_level: draft?.level ?? decision.approval?.level ?? null,
    approval_expires_at: draft === null ? (decision.approval?.expiresAt ?? null) : iso(draft.expiresAt),
    execution_digest: decision.executionDigest,
  };
}

export function renderExecuted({ judged, executionId, outcome }: Executed) {
  return {
    ...renderDecision(judged),
    executed: outcome.status !== "not_run",
    output: outputOf(outcome),
    error: outcome.error,
    execution: {
      id: executionId,
      status: outcome.status,
      reason: outcome.reason,
      result: outcome.result,
      stdout: outcome.stdout,
      stderr: outcome.stderr,
      duration_ms: ms(outcome.durationMs),
      memory_peak_bytes: outcome.memoryPeakBytes,
      backend: outcome.backend,
      observed_effects: outcome.observedEffects,
      isolation: outcome.isolation,
      unpredicted_effects: outcome.unpredictedEffects,
      files: outcome.files,
    },
  };
}

function outputOf({ status, stdout, result }: Executed["outcome"]): string | null {
  if (status === "not_run") return null;
  if (stdout !== "") return stdout;
  if (result === null) return null;
  return typeof result === "string" ? result : JSON.stringify(result);
}

export function renderApprovalSummary(approval: Approval, now: number) {
  return {
    approval_id: approval.id,
    status: statusNow(approval, now),
    level: approval.level,
    impact: approval.impact,
    agent_id: approval.agentId,
    session_id: approval.sessionId,
    language: approval.language,
    created_at: iso(approval.createdAt),
    expires_at: iso(approval.expiresAt),
    submitted_by: approval.submittedBy.owner,
    audit_id: approval.decisionId,
    code_digest: approval.codeDigest,
    execution_digest: approval.executionDigest,
    violations: approval.findings.map(violation),
  };
}

export function renderApproval(approval: Approval, ladder: ApprovalPolicy["ladder"], now: number) {
  return {
    ...renderApprovalSummary(approval, now),
    code: approval.code,
    findings: approval.findings.map((finding) => renderFinding(finding, null)),
    effects: (approval.effects as unknown as readonly Effect[]).map(renderEffect),
    rules_version: approval.rulesVersion,
    config_version: approval.configVersion,
    ladder: ladder.map(({ level, maxImpact }) => ({ level, max_impact: maxImpact })),
    history: approval.history.map((event) => ({
      at: iso(event.at),
      what: event.what,
      by: event.owner,
      level: event.level,
      claimed_approver: event.claimedApprover,
      note: event.note,
    })),
  };
}

export function renderKey(key: StoredKey) {
  return {
    id: key.id,
    prefix: key.prefix,
    owner: key.owner,
    role: key.role,
    level: key.level,
    agent_ids: key.agentIds,
    created_at: iso(key.createdAt),
    expires_at: isoOrNull(key.expiresAt),
    revoked_at: isoOrNull(key.revokedAt),
  };
}
