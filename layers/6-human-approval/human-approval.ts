/** Layer 6: turns the questions that earlier layers raised into one question for a person of the right level. */
import type { Layer, LayerInput } from "../layer.ts";
import type { Finding, LayerVerdict, Severity } from "../model.ts";
import type { DraftedApproval } from "./approval.ts";
import { draftApproval } from "./approval.ts";
import { isBeyondEverybody, type Ladder } from "./ladder.ts";

const SEVERITIES: readonly Severity[] = ["critical", "high", "medium", "low", "info"];

/**
 * Escalates when an earlier layer did and nothing was refused. On a run under an approval (`resume`) the engine passes
 * `prior` after `discharge`, so that only questions nobody has answered are seen here.
 */
export function humanApproval(ladder: Ladder): Layer {
  return { id: 6, inspect: (input) => inspect(input, ladder) };
}

function inspect(input: LayerInput, ladder: Ladder): LayerVerdict {
  const started = performance.now();
  const verdict = { layer: 6, constraints: [] } as const;
  const latency = () => performance.now() - started;
  if (!ladder.enabled) return { ...verdict, outcome: "skipped", findings: [], latencyMs: latency() };
  const draft = draftApproval(input.prior, ladder, input.now);
  if (draft === null) return { ...verdict, outcome: "pass", findings: [], latencyMs: latency() };
  const asked = question(draft, input);
  if (!isBeyondEverybody(draft.impact, ladder)) return { ...verdict, outcome: "escalate", findings: [asked], latencyMs: latency() };
  const message = `${impactText(draft.impact)}: more than anybody may approve`;
  const refusal: Finding = { ...asked, ruleId: "approval.beyond-ladder", message, action: "block", reasonCode: "approval.rejected" };
  return { ...verdict, outcome: "block", findings: [refusal], latencyMs: latency() };
}

const impactText = (impact: DraftedApproval["impact"]): string =>
  impact === "unlimited" ? "The impact cannot be bounded" : `The impact is ${impact.toLocaleString("en-US")}`;

/** The finding that shows the question to the caller. It is not an escalating finding of its own: `draftApproval` leaves layer 6 out. */
function question(draft: DraftedApproval, input: LayerInput): Finding {
  const severity = SEVERITIES.find((each) => draft.findings.some((finding) => finding.severity === each)) ?? "medium";
  const size = draft.impact === "unlimited" ? "cannot be bounded" : `is ${draft.impact.toLocaleString("en-US")}`;
  const count = draft.findings.length === 1 ? "1 finding" : `${draft.findings.length} findings`;
  return {
    ruleId: "approval.required",
    severity,
    message: `Approval by ${draft.level} or above is required for ${count}: the impact ${size}`,
    location: draft.findings[0]?.location ?? wholeProgram(input.submission.code),
    action: "require_approval",
    references: [],
    reasonCode: "approval.required",
    impact: draft.impact,
  };
}

function wholeProgram(code: string): Finding["location"] {
  const lines = code.split(/\r\n|\r|\n/);
  return {
    line: 1,
    column: 1,
    endLine: lines.length,
    endColumn: (lines.at(-1)?.length ?? 0) + 1,
    offset: 0,
    endOffset: code.length,
  };
}
