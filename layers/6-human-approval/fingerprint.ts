/** A stable name for a finding, so that an approval can list exactly what it discharges. */
import { createHash } from "node:crypto";
import type { Finding } from "../model.ts";

/**
 * SHA-256, lower-case hex, over rule, location and message. The same code judged by the same rules yields the same
 * fingerprint; a finding that moved, changed its words or comes from another rule is a new question.
 */
export function fingerprint(finding: Pick<Finding, "ruleId" | "location" | "message">): string {
  const { offset, endOffset, line, column, endLine, endColumn } = finding.location;
  const place = [offset, endOffset, line, column, endLine, endColumn];
  return createHash("sha256")
    .update(JSON.stringify([finding.ruleId, place, finding.message]))
    .digest("hex");
}
