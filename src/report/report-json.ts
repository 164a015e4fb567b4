/** A decision for programs: the members that `/analyze` answers with, under the same names. */

import { LAYER_NAMES } from "../../layers/model.ts";
import { renderEffects, renderFinding, renderLayer } from "../api/render.ts";
import type { Report } from "./report-text.ts";

/** Pretty-printed, ends with a line break. */
export function reportJson({ file, decision, effects }: Report): string {
  const { verdicts } = decision;
  const answer = {
    file,
    decision: decision.decision,
    would_block: decision.decision === "BLOCK",
    blocked_by: decision.blockedBy === null ? null : LAYER_NAMES[decision.blockedBy],
    blocked_by_layer: decision.blockedBy,
    layer_results: verdicts.map(renderLayer),
    findings: verdicts.flatMap(({ layer, findings }) => findings.map((finding) => renderFinding(finding, layer))),
    effects: renderEffects({ effects }),
    reason_codes: decision.reasonCodes,
    constraints: decision.constraints,
    relied_on: decision.reliedOn,
    code_digest: decision.codeDigest,
    rules_version: decision.rulesVersion,
    config_version: decision.configVersion,
  };
  return `${JSON.stringify(answer, null, 2)}\n`;
}
