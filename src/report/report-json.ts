/** A decision for programs: the members that `/analyze` answers with, under the same names. */
import { renderAnswer, wouldBlock } from "../api/render.ts";
import type { Report } from "./report-text.ts";

/** Pretty-printed, ends with a line break. */
export function reportJson({ file, decision, effects }: Report): string {
  const answer = { file, would_block: wouldBlock(decision), ...renderAnswer(decision, { effects }, decision.verdicts) };
  return `${JSON.stringify(answer, null, 2)}\n`;
}
