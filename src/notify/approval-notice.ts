/** What people are told about an approval: one subject line and a few more, the same by every channel. */
import type { Json } from "../../layers/model.ts";
import { printable, shortened } from "../report/printable.ts";
import type { Approval, ApprovalReader, AuditRecord } from "../store/store.ts";

export type Notice = { readonly subject: string; readonly lines: readonly string[] };
type Data = { readonly [key: string]: Json };

const WORTH_TELLING: ReadonlySet<Json | undefined> = new Set(["requested", "approved", "rejected"]);
const MAX_FINDINGS = 10;
const MAX_LENGTH = 300;

const dataOf = (entry: AuditRecord): Data => entry.data as Data;

/** A question whose time is over needs no notice: nobody could answer it. */
export function isNoticeable(entry: AuditRecord, now: number): boolean {
  if (entry.type !== "approval" || !WORTH_TELLING.has(dataOf(entry).what)) return false;
  return Date.parse(String(dataOf(entry).expiresAt)) > now;
}

/** INVARIANT 8: built from the record, which is masked, and masked again as a whole. */
export function approvalNotice(entry: AuditRecord, approvals: ApprovalReader, mask: (text: string) => string): Notice {
  const data = dataOf(entry);
  const id = String(data.approvalId);
  const by = (data.by ?? {}) as Data;
  const about = `agent ${entry.agentId}, level ${data.level}, impact ${impactText(data.impact)}`;
  const approval = approvals.approval(id);
  const lines =
    data.what === "requested"
      ? [
          `asked by ${by.owner}, open until ${data.expiresAt}`,
          ...findingLines(approval),
          `answer: POST /api/v1/approval/${id}/approve or .../reject`,
        ]
      : [`by ${by.owner}${typeof data.note === "string" ? `: ${data.note}` : ""}`];
  const subject = data.what === "requested" ? `Approval needed: ${about}` : `Approval ${data.what}: ${about}`;
  return { subject: clean(subject, mask), lines: [...lines, `approval ${id}`].map((line) => clean(line, mask)) };
}

const clean = (text: string, mask: (text: string) => string): string => shortened(printable(mask(text)), MAX_LENGTH);

const impactText = (impact: Json | undefined): string => (typeof impact === "number" ? impact.toLocaleString("en-US") : "unlimited");

function findingLines(approval: Approval | null): readonly string[] {
  const findings = approval?.findings ?? [];
  const shown = findings.slice(0, MAX_FINDINGS).map(({ severity, message, location }) => `${severity}: ${message} (line ${location.line})`);
  return findings.length > MAX_FINDINGS ? [...shown, `and ${findings.length - MAX_FINDINGS} more`] : shown;
}
