/** Layer 1: rules over syntax. Analysis has matched them already; this says what each match means for the request. */
import type { RuleMatch } from "../../analysis/effects.ts";
import { analysisError, type Layer, type LayerInput, outcomeOf } from "../layer.ts";
import type { Finding, LayerError, LayerVerdict } from "../model.ts";
import type { CompiledRules, PolicyRule } from "./rule.ts";

export function policyGuard(rules: Pick<CompiledRules, "rules">): Layer {
  return { id: 1, inspect: (input) => inspect(input, rules) };
}

function inspect(input: LayerInput, compiled: Pick<CompiledRules, "rules">): LayerVerdict {
  const started = performance.now();
  const failed = (error: LayerError): LayerVerdict => ({
    layer: 1,
    outcome: "error",
    error,
    findings: [],
    constraints: [],
    latencyMs: performance.now() - started,
  });
  // INVARIANT 1: no rules, unknown rules and no analysis are errors, not an absence of findings.
  if (compiled.rules.size === 0) return failed({ reasonCode: "rules.empty", message: "no policy rules are loaded" });
  if (!input.analysis.ok) return failed(analysisError(input.analysis.failure));
  const findings: Finding[] = [];
  const reliedOn = new Set<string>();
  for (const match of input.analysis.program.matches) {
    const rule = compiled.rules.get(match.ruleId);
    if (rule === undefined) return failed({ reasonCode: "rules.broken", message: "the program was matched against another rule set" });
    if (appliesTo(rule, input)) findings.push(findingOf(rule, match));
    else reliedOn.add("context.domain");
  }
  return {
    layer: 1,
    outcome: outcomeOf(findings),
    findings,
    constraints: [],
    latencyMs: performance.now() - started,
    ...(reliedOn.size > 0 ? { reliedOn: [...reliedOn] } : {}),
  };
}

/** A rule for certain domains is left out only when a caller who may say so names another one. */
function appliesTo(rule: PolicyRule, { submission, acceptedClaims }: LayerInput): boolean {
  if (rule.domains.length === 0) return true;
  const { domain } = submission.context;
  return typeof domain !== "string" || !acceptedClaims.has("domain") || rule.domains.includes(domain);
}

function findingOf(rule: PolicyRule, match: RuleMatch): Finding {
  return {
    ruleId: rule.id,
    severity: rule.severity,
    message: rule.message.replace(/\$[A-Z_][A-Z0-9_]*/g, (name) => match.metavariables[name]?.text || name),
    location: match.location,
    ...(match.trace === undefined ? {} : { trace: match.trace }),
    action: rule.action,
    references: rule.references,
    reasonCode: rule.action === "block" ? "policy.violated" : "policy.review",
  };
}
