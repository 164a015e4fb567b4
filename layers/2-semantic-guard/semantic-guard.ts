/** Layer 2: judges what the program would do, effect by effect, against the posture and the domain invariants. */
import type { Effect, Program, TargetClass } from "../../analysis/effects.ts";
import { analysisError, type Layer, type LayerInput, outcomeOf } from "../layer.ts";
import type { Finding, LayerError, LayerVerdict } from "../model.ts";
import { traceTo } from "../trace.ts";
import type { InvariantSet, PostureName } from "./invariant.ts";
import { type Judgement, RequestFacts } from "./judge-effect.ts";
import { prepareInvariants, type ReadyInvariants } from "./prepare-invariants.ts";
import type { SemanticSettings } from "./settings.ts";

/** The configuration as far as this layer reads it. */
export type SemanticGuardSettings = SemanticSettings & { readonly policies: { readonly posture: PostureName } };
/** `config.policies` and so on, whatever else is in them. */
type Parts = { readonly ready: ReadyInvariants; readonly judgedWhateverTheParameter: ReadonlySet<TargetClass> };

export function semanticGuard(invariants: InvariantSet, settings: SemanticGuardSettings): Layer {
  const parts: Parts = {
    ready: prepareInvariants(invariants, settings.policies.posture, settings),
    judgedWhateverTheParameter: new Set(invariants.groups[WHATEVER_THE_PARAMETER]),
  };
  return { id: 2, inspect: (input) => inspect(input, parts) };
}

function inspect(input: LayerInput, { ready, judgedWhateverTheParameter }: Parts): LayerVerdict {
  const started = performance.now();
  if (!input.analysis.ok)
    return {
      layer: 2,
      findings: [],
      constraints: [],
      latencyMs: performance.now() - started,
      outcome: "error",
      error: analysisError(input.analysis.failure),
    };
  const program = input.analysis.program;
  const reliedOn = new Set<string>();
  const findings: Finding[] = [];
  const request = new RequestFacts(input, ready.config);
  let records = false;
  for (const effect of program.effects) {
    if (!isJudged(effect, judgedWhateverTheParameter)) continue;
    records ||= effect.kind.startsWith("record.");
    for (const judgement of ready.judge(effect, request)) {
      if ("ruleId" in judgement) findings.push(findingOf(effect, judgement));
      else for (const basis of judgement.reliedOn) reliedOn.add(basis);
    }
  }
  if (program.exhausted) findings.push(exhaustedFinding(program));
  const unique = dedupe(findings);
  const compliance = records ? { hipaa: !unique.some((f) => f.breaks?.includes("hipaa")) } : {};
  const base = {
    layer: 2 as const,
    findings: unique,
    constraints: [],
    reliedOn: [...reliedOn],
    compliance,
    latencyMs: performance.now() - started,
  };
  const error = unreadable(program);
  return error === null ? { ...base, outcome: outcomeOf(unique) } : { ...base, outcome: "error", error };
}

/** The group of classes of which the known part of a target says enough: `"/etc/cron.d/" + name`. */
const WHATEVER_THE_PARAMETER = "whatever_the_parameter";

/**
 * A latent effect whose target is a parameter is recorded, and judged when a call supplies the argument; a latent effect with
 * a target of its own is judged as one that may happen.
 */
function isJudged(effect: Effect, whateverTheParameter: ReadonlySet<TargetClass>): boolean {
  if (effect.reach !== "latent" || !effect.targetClasses.includes("unknown.parameter")) return true;
  return effect.targetClasses.some((each) => whateverTheParameter.has(each));
}

function findingOf(effect: Effect, judgement: Judgement): Finding {
  return { ...judgement, location: effect.location, ...traceTo(effect) };
}

/** INVARIANT 1: when the budget is spent, the absence of an effect proves nothing. */
function exhaustedFinding(program: Program): Finding {
  const location = program.effects[0]?.location ?? { line: 1, column: 1, endLine: 1, endColumn: 1, offset: 0, endOffset: 0 };
  return {
    ruleId: "core.analysis-exhausted",
    severity: "high",
    message: "the analysis budget was spent before the whole program was understood",
    location,
    action: "require_approval",
    references: [],
    reasonCode: "analysis.exhausted",
    impact: "unlimited",
  };
}

/** INVARIANT 1: text that does not parse was not understood, whatever else was found in it. */
function unreadable(program: Program): LayerError | null {
  const syntax = program.diagnostics.find((d) => d.kind === "syntax");
  if (syntax !== undefined)
    return {
      reasonCode: "analysis.unparseable",
      message: `line ${syntax.location.line}, column ${syntax.location.column}: ${syntax.message}`,
    };
  const limit = program.diagnostics.find((d) => d.kind === "limit");
  return limit === undefined ? null : { reasonCode: "analysis.limit", message: `line ${limit.location.line}: ${limit.message}` };
}

/** One finding per rule and place; the same rule about several targets of one place keeps each message. */
function dedupe(findings: readonly Finding[]): Finding[] {
  const seen = new Map<string, Finding>();
  for (const finding of findings) {
    const key = `${finding.ruleId}|${finding.location.offset}|${finding.message}`;
    if (!seen.has(key)) seen.set(key, finding);
  }
  return [...seen.values()];
}
