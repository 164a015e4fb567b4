/** The configuration in the terms of each part: units converted, names as the parts know them. */

import { type Thresholds, withStateGuard } from "../../layers/4-state-history/thresholds.ts";
import type { TransferRules } from "../../layers/4-state-history/transfers.ts";
import type { SandboxSettings } from "../../layers/5-execution-sandbox/execution-sandbox.ts";
import { discharge, draftApproval, mayDecide } from "../../layers/6-human-approval/approval.ts";
import { type Ladder, levelCovers } from "../../layers/6-human-approval/ladder.ts";
import { APPROVAL_LEVELS, LAYER_IDS, type LayerId, type RunLimits } from "../../layers/model.ts";
import { type Config, configVersion } from "../config.ts";
import type { ApprovalPolicy, EngineSettings } from "../engine.ts";

export function maximumOf(config: Config): RunLimits {
  return { timeoutMs: config.limits.timeout_ms, memoryMb: config.sandbox.max_memory_mb, outputBytes: config.limits.output_bytes };
}

export function settingsOf(config: Config, rulesVersion: string): EngineSettings {
  return {
    rulesVersion,
    configVersion: configVersion(config),
    claims: config.context.claims,
    maximum: maximumOf(config),
    layerTimeoutMs: config.limits.layer_ms,
    idempotencyMs: config.limits.idempotency_hours * 3_600_000,
    singleOperator: config.approval.single_operator,
  };
}

export const disabledLayers = (config: Config): ReadonlySet<LayerId> =>
  new Set(LAYER_IDS.filter((id) => !config.features[`enable_layer${id}`]));

export function thresholdsOf({ state_guard, features }: Config, shipped: Thresholds): Thresholds {
  return withStateGuard(shipped, {
    deleteSpreeThreshold: state_guard.delete_spree_threshold,
    retryLimit: state_guard.retry_limit,
    sessionTimeoutMinutes: state_guard.session_timeout_minutes,
    enableCrossSession: state_guard.enable_cross_session,
    enableBaseline: state_guard.enable_behavioral_baseline,
    enableAnomaly: features.enable_behavioral_anomaly,
  });
}

export function transferRulesOf({ domains, approval, state_guard }: Config): TransferRules {
  const { enabled, require_duplicate_check, require_fraud_check, max_transfer_amount } = domains.financial;
  return {
    duplicates: enabled && require_duplicate_check,
    fraud: enabled && require_fraud_check,
    limit: Math.min(approval.require_for_transfer_over, max_transfer_amount),
    windowMs: state_guard.session_timeout_minutes * 60_000,
    acrossSessions: state_guard.enable_cross_session,
  };
}

export function ladderOf({ approval }: Config): Ladder {
  const { manager, director, vp, cto } = approval.levels;
  return {
    enabled: approval.enabled,
    maxImpact: { MANAGER: manager.max_impact, DIRECTOR: director.max_impact, VP: vp.max_impact, CTO: cto.max_impact },
    expiryMs: approval.expires_minutes * 60_000,
  };
}

export function sandboxSettings({ sandbox }: Config): SandboxSettings {
  const { network, network_whitelist, filesystem, require, unpredicted } = sandbox;
  return { network, networkWhitelist: network_whitelist, filesystem, require, unpredicted };
}

export function approvalPolicy(ladder: Ladder): ApprovalPolicy {
  return {
    draft: (verdicts, now) => draftApproval(verdicts, ladder, now),
    discharge: (verdicts, discharges) => discharge(verdicts, discharges).verdicts,
    mayDecide,
    covers: levelCovers,
    ladder: APPROVAL_LEVELS.map((level) => ({ level, maxImpact: ladder.maxImpact[level] })),
  };
}
