/** Things to put into a store, and a directory to put it in. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { newId } from "../../src/store/new-id.ts";
import type { Approval, ApprovalEvent, AuditDraft, Change, HistoryEvent, Unit } from "../../src/store/store.ts";

export const NOW = Date.UTC(2026, 0, 15, 12);
const digest = (letter: string) => letter.repeat(64);

/** A directory that is gone when the test is over. */
export function temporaryDirectory(test: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "agentguard-test-"));
  test.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export function draft(fields: Partial<AuditDraft> = {}): AuditDraft {
  const at = new Date(NOW).toISOString();
  return { id: newId(NOW), at, type: "decision", agentId: "agent-1", sessionId: "session-1", data: { decision: "ALLOW" }, ...fields };
}

export function unit(changes: readonly Change[] = [], audit: readonly AuditDraft[] = [draft()]): Unit {
  return { audit, changes };
}

export function historyEvent(fields: Partial<HistoryEvent> = {}): HistoryEvent {
  return {
    at: NOW,
    agentId: "agent-1",
    sessionId: "session-1",
    codeDigest: digest("c"),
    decision: "ALLOW",
    deletes: 0,
    reasonCodes: [],
    ...fields,
  };
}

export function approvalEvent(what: ApprovalEvent["what"], fields: Partial<ApprovalEvent> = {}): ApprovalEvent {
  return { at: NOW, what, keyId: "key-1", owner: "alice", level: null, claimedApprover: null, note: null, ...fields };
}

export function approval(fields: Partial<Approval> = {}): Approval {
  return {
    id: newId(NOW),
    status: "pending",
    level: "MANAGER",
    impact: 2500.5,
    createdAt: NOW,
    expiresAt: NOW + 60_000,
    agentId: "agent-1",
    sessionId: "session-1",
    submittedBy: { keyId: "key-1", owner: "alice" },
    language: "python",
    code: "transfer(account, 'ä', 2500.5)\n",
    codeDigest: digest("c"),
    executionDigest: digest("e"),
    fieldDigests: { code: digest("1"), inputs: digest("2") },
    rulesVersion: "rules-1",
    configVersion: "config-1",
    decisionId: newId(NOW),
    findings: [
      {
        ruleId: "financial.transfer-limit",
        severity: "high",
        message: "a transfer over the limit",
        location: { line: 1, column: 1, endLine: 1, endColumn: 31, offset: 0, endOffset: 30 },
        action: "require_approval",
        references: ["CWE-840"],
        reasonCode: "invariant.review",
        impact: 2500.5,
      },
    ],
    discharges: ["financial.transfer-limit@0"],
    effects: [{ kind: "money.transfer", target: "account" }],
    history: [approvalEvent("requested")],
    ...fields,
  };
}

/** The records of a unit that must have been stored. */
export function stored<Result extends { readonly ok: boolean }>(result: Result): Extract<Result, { readonly ok: true }> {
  if (!result.ok) throw new Error(`not stored: ${JSON.stringify(result)}`);
  return result as Extract<Result, { readonly ok: true }>;
}
