/** A decision for people: every finding with its code frame, what the program would do, and the answer last. */
import { createColors } from "picocolors";
import type { Effect } from "../../analysis/effects.ts";
import { type Decision, type Finding, LAYER_NAMES, type LayerVerdict, type Severity, type TraceStep } from "../../layers/model.ts";
import { codeFrame } from "./code-frame.ts";
import { effectSentences } from "./effect-words.ts";
import { printable, shortened } from "./printable.ts";

export type Report = {
  /** The file as the user named it, or `<stdin>`. */
  readonly file: string;
  readonly code: string;
  readonly decision: Decision;
  readonly effects: readonly Effect[];
};

type Colors = ReturnType<typeof createColors>;

const ACTIONS: Readonly<Record<Finding["action"], string>> = {
  block: "blocks",
  require_approval: "asks for approval",
  redact: "redacts",
  warn: "warns",
};
const WORDS: Readonly<Record<Decision["decision"], string>> = { ALLOW: "ALLOW", BLOCK: "BLOCK", REQUIRES_APPROVAL: "REQUIRES APPROVAL" };
const STEP_LIMIT = 100;

/** Ends with a line break. Without `colour` the text holds no escape sequence at all. */
export function reportText(report: Report, options: { readonly colour: boolean }): string {
  const colors = createColors(options.colour);
  const blocks = report.decision.verdicts.flatMap((verdict) => verdictBlocks(verdict, report, colors));
  const effects = effectSentences(report.effects).map((line) => `  - ${line}`);
  if (effects.length > 0) blocks.push(["This program would:", ...effects]);
  blocks.push(summary(report, colors));
  return `${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function verdictBlocks(verdict: LayerVerdict, report: Report, colors: Colors): string[][] {
  const blocks = verdict.findings.map((finding) => findingBlock(finding, verdict, report, colors));
  if (verdict.outcome === "error") {
    const { message, reasonCode } = verdict.error;
    blocks.push([
      `${colors.bold(colors.red("error"))}: ${LAYER_NAMES[verdict.layer]} could not answer: ${printable(message)} (${reasonCode})`,
    ]);
  }
  return blocks;
}

function findingBlock(finding: Finding, verdict: LayerVerdict, { file, code }: Report, colors: Colors): string[] {
  const { location } = finding;
  const paint = { gutter: colors.blue, caret: severityPaint(finding.severity, colors) };
  const indent = " ".repeat(String(location.line).length);
  const note = (text: string): string => `${indent} ${colors.blue("=")} ${text}`;
  const lines = [
    `${paint.caret(`${finding.severity}[${finding.ruleId}]`)}: ${colors.bold(printable(finding.message))}`,
    `${indent}${colors.blue("-->")} ${file}:${location.line}:${location.column}`,
    ...codeFrame(code, location, paint),
    note(`${LAYER_NAMES[verdict.layer]} ${ACTIONS[finding.action]} (${finding.reasonCode})`),
  ];
  lines.push(...traceLines(finding.trace ?? []).map(note));
  if (finding.references.length > 0) lines.push(note(`see ${finding.references.join(", ")}`));
  return lines;
}

/** Source to sink; steps that follow each other on one line of code share a line. */
function traceLines(trace: readonly TraceStep[]): string[] {
  const lines: { readonly at: number; text: string }[] = [];
  for (const { message, location } of trace) {
    const text = shortened(printable(message), STEP_LIMIT);
    const last = lines.at(-1);
    if (last?.at === location.line) last.text += ` → ${text}`;
    else lines.push({ at: location.line, text });
  }
  return lines.map(({ at, text }) => `line ${at}: ${text}`);
}

function severityPaint(severity: Severity, colors: Colors): (text: string) => string {
  if (severity === "critical" || severity === "high") return (text) => colors.bold(colors.red(text));
  if (severity === "medium") return (text) => colors.bold(colors.yellow(text));
  return (text) => colors.bold(colors.cyan(text));
}

function summary({ file, decision }: Report, colors: Colors): string[] {
  const paint = decision.decision === "ALLOW" ? colors.green : decision.decision === "BLOCK" ? colors.red : colors.yellow;
  const by = decision.blockedBy === null ? "" : ` by ${LAYER_NAMES[decision.blockedBy]}`;
  const count = decision.verdicts.reduce((sum, verdict) => sum + verdict.findings.length, 0);
  const findings = count === 1 ? "1 finding" : `${count} findings`;
  const lines = [`${colors.bold(paint(WORDS[decision.decision]))} ${file}${by}: ${findings}`];
  if (decision.approval !== undefined) lines.push(`  approval level: ${decision.approval.level}`);
  if (decision.decision !== "ALLOW" && decision.reasonCodes.length > 0) lines.push(`  reasons: ${decision.reasonCodes.join(", ")}`);
  if (decision.reliedOn.length > 0) lines.push(`  relied on: ${decision.reliedOn.map(printable).join(", ")}`);
  if (decision.constraints.length > 0) lines.push(`  holds only with: ${decision.constraints.map(printable).join(", ")}`);
  return lines;
}
