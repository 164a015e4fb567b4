import assert from "node:assert/strict";
import { it } from "node:test";
import type { Effect } from "../../analysis/effects.ts";
import type { Decision, Finding, Json, LayerVerdict, Principal, Submission } from "../../layers/model.ts";
import { approvalEntry, attemptEntry, decisionEntry, keyEntry, outcomeEntry, serverEntry } from "../../src/audit/audit-entry.ts";
import { canonicalJson } from "../../src/audit/chain.ts";
import { createKey } from "../../src/store/api-key.ts";
import type { AuditDraft } from "../../src/store/store.ts";
import { approval, approvalEvent, NOW } from "../store/samples.ts";

const occasion = { now: NOW, requestId: "request-1" };
const principal: Principal = { keyId: "key-1", owner: "alice", role: "agent", level: null, agentIds: ["agent-1"] };
const location = { line: 1, column: 1, endLine: 1, endColumn: 5, offset: 0, endOffset: 4 };
const submission: Submission = {
  agentId: "agent-1",
  sessionId: "session-1",
  principal,
  language: "python",
  code: "os.system('THE CODE')",
  inputs: { secret: "THE INPUT" },
  files: { "a.txt": "THE FILE" },
  limits: { timeoutMs: 1000, memoryMb: 64, outputBytes: 4096 },
  context: { token: "THE CLAIM" },
  codeDigest: "c".repeat(64),
  executionDigest: "e".repeat(64),
};
const finding: Finding = {
  ruleId: "policy.exec",
  severity: "critical",
  message: "runs a shell command",
  location,
  action: "block",
  references: ["CWE-78"],
  reasonCode: "policy.violated",
};
const verdict: LayerVerdict = { layer: 1, outcome: "block", findings: [finding], constraints: [], latencyMs: 0.123456 };
const decision: Decision = {
  id: "decision-1",
  decision: "BLOCK",
  blockedBy: 1,
  verdicts: [
    verdict,
    {
      layer: 2,
      outcome: "error",
      error: { reasonCode: "layer.failed", message: "it failed" },
      findings: [],
      constraints: [],
      latencyMs: 1,
    },
  ],
  compliance: { pii: true, pci: null, hipaa: null, soc2: null, iso27001: null },
  reasonCodes: ["policy.violated"],
  constraints: ["network: none"],
  reliedOn: [],
  codeDigest: submission.codeDigest,
  executionDigest: submission.executionDigest,
  rulesVersion: "rules-1",
  configVersion: "config-1",
};
const effect: Effect = {
  kind: "process.exec",
  target: "rm -rf /",
  targetClasses: ["command.destructive"],
  args: { command: "THE ARGUMENT" },
  labels: [],
  reach: "must",
  basis: "api",
  guards: [{ text: "THE GUARD", positive: true, subjects: [], external: true, location }],
  location,
  via: [{ how: "alias", location }],
  api: "os.system",
};
const context = { domain: "financial" };
const { stored: key } = createKey({ owner: "bob", role: "approver", level: "VP", now: NOW });

const ENTRIES: readonly {
  readonly title: string;
  readonly entry: AuditDraft;
  readonly about: readonly [string | null, string | null];
  readonly want: Json;
}[] = [
  {
    title: "a decision",
    entry: decisionEntry(occasion, { submission, decision, effects: [effect], context, mode: "enforce" }),
    about: ["agent-1", "session-1"],
    want: {
      decision: "BLOCK",
      blockedBy: 1,
      reasonCodes: ["policy.violated"],
      context,
      codeBytes: 21,
      rulesVersion: "rules-1",
      mode: "enforce",
    },
  },
  {
    title: "an attempt",
    entry: attemptEntry(occasion, { submission, executionId: "execution-1", decision, approvalId: "approval-1", backend: "isolated-vm" }),
    about: ["agent-1", "session-1"],
    want: { executionId: "execution-1", decisionId: "decision-1", approvalId: "approval-1", executionDigest: submission.executionDigest },
  },
  {
    title: "an outcome",
    entry: outcomeEntry(occasion, {
      executionId: "execution-1",
      agentId: "agent-1",
      sessionId: null,
      executionDigest: "e",
      status: "timeout",
      facts: { durationMs: 12.5 },
    }),
    about: ["agent-1", null],
    want: { executionId: "execution-1", executionDigest: "e", status: "timeout", durationMs: 12.5 },
  },
  {
    title: "a step of an approval",
    entry: approvalEntry(
      occasion,
      approval({ impact: "unlimited", code: submission.code }),
      approvalEvent("approved", { keyId: "key-2", owner: "bob", level: "VP" }),
    ),
    about: ["agent-1", "session-1"],
    want: {
      what: "approved",
      by: { keyId: "key-2", owner: "bob", level: "VP" },
      impact: "unlimited",
      expiresAt: "2026-01-15T12:01:00.000Z",
    },
  },
  {
    title: "a key",
    entry: keyEntry(occasion, "created", key, principal),
    about: [null, null],
    want: {
      what: "created",
      keyId: key.id,
      owner: "bob",
      level: "VP",
      expiresAt: null,
      by: { keyId: "key-1", owner: "alice", role: "agent", level: null },
    },
  },
  {
    title: "the server",
    entry: serverEntry(occasion, "started", { version: "1" }),
    about: [null, null],
    want: { what: "started", version: "1" },
  },
];

for (const { title, entry, about, want } of ENTRIES) {
  it(`${title}: says who, when, what and which request, in JSON`, () => {
    assert.deepEqual([entry.agentId, entry.sessionId], about);
    assert.equal(entry.at, "2026-01-15T12:00:00.000Z");
    const data = entry.data as Record<string, Json>;
    assert.deepEqual({ ...data, ...(want as object), requestId: "request-1" }, data);
    assert.deepEqual(JSON.parse(canonicalJson(data)), data, "nothing is lost on the way into the log");
  });

  it(`${title}: holds neither code nor inputs, files, claims, arguments, guards or key hashes`, () => {
    const text = JSON.stringify(entry);
    for (const secret of ["THE ", key.hash]) assert.ok(!text.includes(secret), `${secret} is in ${text}`);
  });
}

it("a decision's entry is found by the decision's id", () => {
  assert.equal(ENTRIES[0]!.entry.id, decision.id);
});

it("a decision's verdicts and effects are recorded with reasons and places", () => {
  const data = ENTRIES[0]!.entry.data as Record<string, Record<string, Json>[]>;
  assert.deepEqual(
    data.verdicts!.map(({ layer, outcome, error, latencyMs }) => ({ layer, outcome, error, latencyMs })),
    [
      { layer: 1, outcome: "block", error: null, latencyMs: 0.123 },
      { layer: 2, outcome: "error", error: { reasonCode: "layer.failed", message: "it failed" }, latencyMs: 1 },
    ],
  );
  const place = { line: 1, column: 1, endLine: 1, endColumn: 5 };
  const { message, ruleId, severity, action, references, reasonCode } = finding;
  assert.deepEqual(data.verdicts![0]!.findings, [{ ruleId, severity, action, reasonCode, message, location: place, references }]);
  const { kind, target, targetClasses, api, labels, reach, basis } = effect;
  assert.deepEqual(data.effects, [{ kind, target, targetClasses, api, labels, reach, basis, via: ["alias"], location: place }]);
});

it("the record of a program with very many findings and effects is bounded, and says what it leaves out", () => {
  const many = { ...decision, verdicts: [{ ...verdict, findings: Array.from({ length: 1200 }, () => finding) }] };
  const effects = Array.from({ length: 800 }, () => effect);
  const data = decisionEntry(occasion, { submission, decision: many, effects, context, mode: "execute" }).data as Record<string, Json>;
  const [first] = data.verdicts as readonly Record<string, Json>[];
  assert.deepEqual(
    [(first!.findings as Json[]).length, first!.findingsOmitted, (data.effects as Json[]).length, data.effectsOmitted],
    [500, 700, 500, 300],
  );
});
