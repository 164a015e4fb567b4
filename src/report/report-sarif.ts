/** Decisions as SARIF 2.1.0 (OASIS), for code scanners: a result for each finding, its trace as `codeFlows`. */
import { type Finding, LAYER_NAMES, type LayerVerdict, type Location, type Severity, type TraceStep } from "../../layers/model.ts";
import { packageVersion } from "../package-root.ts";
import type { Report } from "./report-text.ts";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";
const LEVELS: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
  info: "note",
};

/** Pretty-printed, ends with a line break. */
export function reportSarif(report: Report): string {
  const { verdicts, decision, reasonCodes, codeDigest, rulesVersion } = report.decision;
  const found = verdicts.flatMap((verdict) => verdict.findings.map((finding) => ({ finding, verdict })));
  const ids = [...new Set(found.map(({ finding }) => finding.ruleId))];
  const run = {
    tool: {
      driver: {
        name: "AgentGuard",
        version: packageVersion(),
        rules: ids.map((id) =>
          ruleOf(
            id,
            found.map((each) => each.finding),
          ),
        ),
      },
    },
    columnKind: "utf16CodeUnits",
    artifacts: [{ location: artifact(report), hashes: { "agentguard-code-digest": codeDigest } }],
    results: found.map((each) => resultOf(report, each, ids)),
    invocations: [{ executionSuccessful: failures(verdicts).length === 0, toolExecutionNotifications: failures(verdicts) }],
    properties: { decision, reasonCodes, rulesVersion },
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: "2.1.0", runs: [run] }, null, 2)}\n`;
}

/** What the findings of a rule share; the rules are many, and only those that found something are listed. */
function ruleOf(id: string, findings: readonly Finding[]): object {
  const references = findings.find(({ ruleId }) => ruleId === id)?.references ?? [];
  return { id, ...(references.length === 0 ? {} : { properties: { tags: references } }) };
}

type Found = { readonly finding: Finding; readonly verdict: LayerVerdict };

function resultOf(report: Report, { finding, verdict }: Found, ids: readonly string[]): object {
  const { ruleId, severity, message, location, trace = [], action, reasonCode } = finding;
  const flow = { threadFlows: [{ locations: trace.map((step) => ({ location: placeOf(report, step.location, step.message) })) }] };
  return {
    ...{ ruleId, ruleIndex: ids.indexOf(ruleId), level: LEVELS[severity], message: { text: message } },
    locations: [placeOf(report, location)],
    ...(trace.length === 0 ? {} : { codeFlows: [flow] }),
    properties: { layer: LAYER_NAMES[verdict.layer], action, severity, reasonCode },
  };
}

function placeOf(report: Report, location: Location, message?: TraceStep["message"]): object {
  const { line, column, endLine, endColumn } = location;
  const region = { startLine: line, startColumn: column, endLine, endColumn };
  return {
    ...(message === undefined ? {} : { message: { text: message } }),
    physicalLocation: { artifactLocation: artifact(report), region },
  };
}

/** A relative reference (RFC 3986), percent-encoded as one. */
const artifact = ({ file }: Report): object => ({ uri: file.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/") });

/** Layers without an answer: the result list alone would look as if nothing had been found. */
function failures(verdicts: readonly LayerVerdict[]): object[] {
  return verdicts.flatMap((verdict) =>
    verdict.outcome === "error"
      ? [
          {
            level: "error",
            message: { text: `${LAYER_NAMES[verdict.layer]} could not answer: ${verdict.error.message}` },
            descriptor: { id: verdict.error.reasonCode },
          },
        ]
      : [],
  );
}
