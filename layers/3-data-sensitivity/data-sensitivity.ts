/**
 * Layer 3: sensitive data on its way to a log, standard output, the network, mail or a file, and sensitive literals in
 * the code. It judges the labels that analysis put on effects; which label is sensitive where is data (rules/sensitivity).
 */
import type { Effect, EffectKind, Program, StringFact } from "../../analysis/effects.ts";
import { findSensitive, type LabelRule, type Recognisers, type SensitivityAction, type Sink } from "../../analysis/sensitivity.ts";
import { analysisError, type Layer, type LayerInput, outcomeOf } from "../layer.ts";
import type { ComplianceFramework, Finding, LayerError, LayerVerdict, Severity } from "../model.ts";
import { traceTo } from "../trace.ts";
import { actionFor, type DataSensitivitySettings } from "./settings.ts";

const SINK_OF: Readonly<Partial<Record<EffectKind, Sink>>> = {
  "log.write": "log",
  "print.write": "print",
  "net.send": "net",
  "mail.send": "mail",
  "fs.write": "file",
};
const WHAT_HAPPENS: Readonly<Record<Sink, string>> = {
  log: "is written to a log",
  print: "is printed",
  net: "is sent over the network",
  mail: "is mailed",
  file: "is written to a file",
};
/** A request that only fetches still carries its URL to whoever owns such a host. */
const HOSTILE_HOSTS: ReadonlySet<string> = new Set(["host.drop_point", "host.raw"]);

export function dataSensitivity(recognisers: Recognisers, settings: DataSensitivitySettings): Layer {
  return { id: 3, inspect: (input) => inspect(input, recognisers, settings) };
}

function inspect(input: LayerInput, recognisers: Recognisers, settings: DataSensitivitySettings): LayerVerdict {
  const started = performance.now();
  const failed = (error: LayerError, findings: readonly Finding[]): LayerVerdict => ({
    layer: 3,
    outcome: "error",
    error,
    findings,
    constraints: [],
    latencyMs: performance.now() - started,
  });
  if (recognisers.labels.size === 0) return failed({ reasonCode: "rules.empty", message: "no recognisers are loaded" }, []);
  if (!input.analysis.ok) return failed(analysisError(input.analysis.failure), []);
  const { program } = input.analysis;
  const findings = unique([...judgeEffects(program, recognisers, settings), ...judgeLiterals(program, recognisers, settings)]);
  const outcome = outcomeOf(findings);
  // A spent budget proves that something is there, never that nothing is: no promise is made, and layer 2 asks.
  const compliance = program.exhausted ? {} : promises(findings, settings, isAboutHealth(input, program));
  return { layer: 3, outcome, findings, constraints: [], latencyMs: performance.now() - started, compliance };
}

function judgeEffects(program: Program, recognisers: Recognisers, settings: DataSensitivitySettings): Finding[] {
  const findings: Finding[] = [];
  for (const effect of program.effects) {
    const sink = sinkOf(effect);
    if (sink === undefined) continue;
    for (const name of effect.labels) {
      const label = recognisers.labels.get(name);
      const action = label === undefined ? null : actionFor(label, sink, effect, settings);
      if (label !== undefined && action !== null) findings.push(exposure(label, sink, effect, action));
    }
  }
  return findings;
}

function sinkOf(effect: Effect): Sink | undefined {
  if (effect.kind === "net.fetch") return effect.targetClasses.some((target) => HOSTILE_HOSTS.has(target)) ? "net" : undefined;
  return SINK_OF[effect.kind];
}

function exposure(label: LabelRule, sink: Sink, effect: Effect, action: SensitivityAction): Finding {
  const message = `${capitalised(label.title)} ${WHAT_HAPPENS[sink]} by \`${effect.api}\``;
  // INVARIANT 8: a target may hold what must not be told.
  const trace = traceTo(effect, `${effect.kind} by ${effect.api}`);
  return { ...finding(label, action, message), ruleId: `sensitivity.${label.id}.${sink}`, location: effect.location, ...trace };
}

function judgeLiterals(program: Program, recognisers: Recognisers, settings: DataSensitivitySettings): Finding[] {
  return program.strings.flatMap((fact) => judgeLiteral(fact, recognisers, settings));
}

function judgeLiteral(fact: StringFact, recognisers: Recognisers, settings: DataSensitivitySettings): Finding[] {
  const findings: Finding[] = [];
  for (const span of findSensitive(recognisers, fact.value)) {
    const label = recognisers.labels.get(span.label);
    if (label?.anywhere == null) continue;
    const action = label.anywhere === "block" && !settings.data_sensitivity.block_ssn_everywhere ? "warn" : label.anywhere;
    // INVARIANT 8: type and length, never the literal.
    const message = `${capitalised(label.title)} in the code: \`[${span.name}:${span.end - span.start}]\``;
    findings.push({ ...finding(label, action, message), ruleId: `sensitivity.${label.id}.literal`, location: fact.location });
  }
  return findings;
}

function finding(label: LabelRule, action: SensitivityAction, message: string): Omit<Finding, "ruleId" | "location"> {
  return {
    severity: action === "warn" ? softened(label.severity) : label.severity,
    message,
    action,
    references: label.references,
    reasonCode: action === "block" ? "data.exposed" : "data.review",
    ...(action === "warn" || label.frameworks.length === 0 ? {} : { breaks: label.frameworks }),
  };
}

/** A warning decides nothing, so it does not shout either. */
function softened(severity: Severity): Severity {
  return severity === "critical" || severity === "high" ? "medium" : severity;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** One finding per rule and place. */
function unique(findings: readonly Finding[]): Finding[] {
  const byPlace = new Map(
    findings.map((each) => [`${each.ruleId} ${each.location.offset} ${each.location.endOffset} ${each.message}`, each]),
  );
  return [...byPlace.values()];
}

/** Promises that hold or not; a framework that is off, or has nothing to say here, is not computed and so absent. */
function promises(
  findings: readonly Finding[],
  { compliance }: DataSensitivitySettings,
  aboutHealth: boolean,
): Partial<Record<ComplianceFramework, boolean>> {
  const holds = (framework: ComplianceFramework) => !findings.some((each) => each.breaks?.includes(framework));
  return {
    ...(compliance.pii.enabled ? { pii: holds("pii") } : {}),
    ...(compliance.pci.enabled ? { pci: holds("pci") } : {}),
    ...(compliance.hipaa.enabled && aboutHealth ? { hipaa: holds("hipaa") } : {}),
  };
}

function isAboutHealth(input: LayerInput, program: Program): boolean {
  const records = program.effects.some(
    (effect) => effect.kind.startsWith("record.") || effect.labels.some((label) => label.startsWith("phi.")),
  );
  return records || input.submission.context.domain === "healthcare";
}
