/** Layer 4: judges a submission by what the same session has done before: delete sprees, retries after a block, blocks in a row. */
import type { Effect, Program } from "../../analysis/effects.ts";
import { analysisError, type Layer, type LayerInput } from "../layer.ts";
import type { Finding, LayerError, LayerVerdict, Location, Submission } from "../model.ts";
import { traceTo } from "../trace.ts";
import { deletions } from "./deletions.ts";
import type { BehaviourRule, Thresholds } from "./thresholds.ts";

/** What the layer asks of the store, by shape: the past of one session since `since` (ms since the epoch). */
export type History = {
  session(query: {
    readonly agentId: string;
    readonly sessionId: string;
    readonly codeDigest: string;
    readonly since: number;
    readonly acrossSessions: boolean;
  }): PastOfSession;
};
export type PastOfSession = {
  /** Deletions let through. */
  readonly deletes: number;
  /** Earlier blocked submissions with the same code digest. */
  readonly blockedSameCode: number;
  readonly blocksInARow: number;
  readonly submissions?: number;
  readonly blocked?: number;
  /** Of the agent, before the window. */
  readonly usual?: { readonly submissions: number; readonly blocked: number };
};

/** What makes a baseline, and what is far from it. */
const BASELINE_SUBMISSIONS = 50;
const BASELINE_SHARE = 0.1;
const UNUSUAL_SHARE = 0.5;

/** What was read ahead is used for this long, in ms: a submission that waited in a queue is judged by its newest past. */
const READ_AHEAD_MS = 20;

type ReadAhead = { readonly at: number; readonly past: PastOfSession | null };

export function stateHistory(history: History, thresholds: Thresholds): Layer {
  const ahead = new WeakMap<Submission, ReadAhead>();
  const read = (submission: Submission, now: number) => readPast(submission, now, history, thresholds);
  return {
    id: 4,
    prepare: (submission, now) => {
      ahead.set(submission, { at: performance.now(), past: read(submission, now) });
    },
    inspect: (input) => {
      const known = ahead.get(input.submission);
      const fresh = known !== undefined && performance.now() - known.at <= READ_AHEAD_MS;
      return inspect(input, () => (fresh ? known.past : read(input.submission, input.now)), thresholds);
    },
  };
}

function inspect(input: LayerInput, pastOf: () => PastOfSession | null, thresholds: Thresholds): LayerVerdict {
  const started = performance.now();
  const fail = (error: LayerError): LayerVerdict => ({
    layer: 4,
    outcome: "error",
    error,
    findings: [],
    constraints: [],
    latencyMs: performance.now() - started,
  });
  if (thresholds.rules.length === 0) return fail({ reasonCode: "rules.empty", message: "no behaviour rules are loaded" });
  if (!input.analysis.ok) return fail(analysisError(input.analysis.failure));
  const past = pastOf();
  // INVARIANT 1: without its history a submission cannot be judged; an unreachable store is an error, not a clean slate.
  if (past === null) return fail({ reasonCode: "store.unavailable", message: "the history of the session could not be read" });
  const { program } = input.analysis;
  const findings = thresholds.rules.flatMap((rule) => judge(rule, program, past, input.submission.code));
  return { layer: 4, outcome: outcomeOf(findings), findings, constraints: [], latencyMs: performance.now() - started };
}

function readPast(submission: Submission, now: number, history: History, thresholds: Thresholds): PastOfSession | null {
  const { agentId, sessionId, codeDigest } = submission;
  const since = now - thresholds.windowMs;
  try {
    const past = history.session({ agentId, sessionId, codeDigest, since, acrossSessions: thresholds.acrossSessions });
    return [past.deletes, past.blockedSameCode, past.blocksInARow].every(Number.isFinite) ? past : null;
  } catch {
    return null;
  }
}

function judge(rule: BehaviourRule, program: Program, past: PastOfSession, code: string): Finding[] {
  const own = rule.measure === "deletes" ? deletions(program, rule.ignored_classes) : [];
  // A program that deletes nothing is no part of a spree, whatever the session did before.
  if (rule.measure === "deletes" && own.length === 0) return [];
  const count = {
    deletes: own.length + past.deletes,
    blocked_same_code: past.blockedSameCode,
    blocks_in_a_row: past.blocksInARow,
    unusual_blocks: unusualBlocks(past),
  }[rule.measure];
  return count >= rule.threshold ? [finding(rule, count, own, code)] : [];
}

/** Refusals of a session that is unlike the agent's past; 0 when it is not, or when there is too little past to say. */
function unusualBlocks({ submissions = 0, blocked = 0, usual }: PastOfSession): number {
  if (usual === undefined || usual.submissions < BASELINE_SUBMISSIONS) return 0;
  const wasRare = usual.blocked <= usual.submissions * BASELINE_SHARE;
  return wasRare && blocked >= submissions * UNUSUAL_SHARE ? blocked : 0;
}

function finding(rule: BehaviourRule, count: number, own: readonly Effect[], code: string): Finding {
  return {
    ruleId: rule.id,
    severity: rule.severity,
    message: rule.message.replaceAll("{count}", String(count)).replaceAll("{threshold}", String(rule.threshold)),
    location: own[0]?.location ?? firstLine(code),
    ...traceOf(own),
    action: rule.action,
    references: rule.references,
    reasonCode: rule.reason_code,
  };
}

/** Every place that counts; the way to the only one. */
function traceOf(own: readonly Effect[]): Pick<Finding, "trace"> {
  const [only, ...more] = own;
  if (only === undefined) return {};
  if (more.length === 0) return traceTo(only);
  return { trace: own.map((effect) => ({ message: `${effect.kind} by ${effect.api}`, location: effect.location })) };
}

function firstLine(code: string): Location {
  const length = code.search(/[\r\n]/);
  const end = length < 0 ? code.length : length;
  return { line: 1, column: 1, endLine: 1, endColumn: end + 1, offset: 0, endOffset: end };
}

function outcomeOf(findings: readonly Finding[]): "pass" | "escalate" | "block" {
  if (findings.some((each) => each.action === "block")) return "block";
  return findings.some((each) => each.action === "require_approval") ? "escalate" : "pass";
}
