/** GET /contract: what is guaranteed and what is not, as text for people and as lists for programs. */
import type { RequestHandler } from "express";

/** Of the text: it changes when a promise changes. */
const VERSION = "1.0";

const PROMISE =
  "AgentGuard decides what code written by an AI agent would do before it runs, contains it while it runs under /execute, and remembers it afterwards, without changing the agent.";

const GUARANTEED = [
  "No decision is answered before its record is on disk in a hash-chained log; when it cannot be recorded, the answer is 503 and nothing runs.",
  "What cannot be analysed is not allowed: an error, a time-out, exhausted analysis, code that does not parse, a missing layer or broken rules are refusals, each with its own reason.",
  "What was approved is what runs: an approval is bound to exactly what was submitted and to rules and configuration, is used once, expires, and is never given by whoever submitted.",
  "Who is calling comes from the key, never from the body.",
  "Submitted code runs in sandbox processes only, within the limits of time, memory and output, and without network or files that were not granted.",
  "Secrets and personal data that are recognised in code are masked in logs, metrics, notifications and the audit log.",
] as const;

const NOT_GUARANTEED = [
  "It does not find all harm: what a program does is in general undecidable, and a determined author can write code that analysis does not see through. Analysis is not containment; the sandbox is.",
  "It does not contain code that is run elsewhere after an ALLOW. Run what you do not trust through /execute.",
  "It does not prove code correct, and it knows no business rule that is not configured.",
  "Calls into libraries that are not modelled are reported and not followed.",
  "A claim in `context` is the caller's; what a decision relied on is listed in `relied_on`, not verified.",
  "A language without an executor on this server is judged and not run; /health lists the executors and switched-off layers.",
] as const;

const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join("\n");

const TEXT = `AgentGuard Product Contract ${VERSION}

PROMISE:
${PROMISE}

GUARANTEES:
${list(GUARANTEED)}

NOT GUARANTEED:
${list(NOT_GUARANTEED)}
`;

export const showContract: RequestHandler = (_request, response) => {
  response.json({ contract: TEXT, version: VERSION, promise: PROMISE, guarantees: GUARANTEED, not_guaranteed: NOT_GUARANTEED });
};
