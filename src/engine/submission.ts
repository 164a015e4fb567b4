/**
 * From a request to a `Submission`: defaults filled in, limits lowered to what is configured, and the digests that
 * bind an approval to exactly this submission.
 */
import { hash } from "node:crypto";
import type { Json, Language, Principal, RunLimits, Submission } from "../../layers/model.ts";
import { writeCanonical } from "../audit/canonical-json.ts";
import { done, type Result, refuse } from "./refusal.ts";

export type SubmitInput = {
  readonly agentId: string;
  readonly sessionId?: string | null;
  readonly language?: Language | null;
  readonly code: string;
  readonly inputs?: Json;
  readonly files?: Readonly<Record<string, string>> | null;
  readonly limits?: { readonly timeoutMs?: number | null; readonly memoryMb?: number | null; readonly outputBytes?: number | null } | null;
  readonly context?: Readonly<Record<string, Json>> | null;
};

export type OnCode = (code: Pick<Submission, "code" | "language" | "codeDigest">) => void;

/** Part of every execution digest: a change of what it covers makes old approvals unusable instead of ambiguous. */
const DIGEST_VERSION = "agentguard-execution-1";
const MAX_DEPTH = 64;
export const DEFAULT_SESSION = "default";

/** What the execution digest covers, by the name that a mismatch is reported with. */
function coveredFields(submission: Omit<Submission, "codeDigest" | "executionDigest" | "principal">): Readonly<Record<string, Json>> {
  const { timeoutMs, memoryMb, outputBytes } = submission.limits;
  return {
    agent_id: submission.agentId,
    session_id: submission.sessionId,
    language: submission.language,
    code: submission.code,
    inputs: submission.inputs,
    files: submission.files,
    limits: { timeout_ms: timeoutMs, memory_mb: memoryMb, output_bytes: outputBytes },
    context: submission.context,
  };
}

/**
 * Refuses text that is not well-formed Unicode: two different lone surrogates would have the same UTF-8 bytes and so the
 * same digest, and then what was approved would not be what runs (INVARIANT 3). `onCode` hears of code that is well-formed
 * before the rest is looked at.
 */
export function buildSubmission(
  input: SubmitInput,
  principal: Principal,
  maximum: RunLimits,
  onCode: OnCode = () => undefined,
): Result<Submission> {
  const fields = {
    agentId: input.agentId,
    sessionId: input.sessionId ?? DEFAULT_SESSION,
    language: input.language ?? "python",
    code: input.code,
    inputs: input.inputs ?? null,
    files: input.files ?? {},
    limits: lowerLimits(input.limits ?? {}, maximum),
    context: input.context ?? {},
  };
  const codeDigest = hash("sha256", `${fields.language}\0${fields.code}`, "hex");
  if (fields.code.isWellFormed()) onCode({ code: fields.code, language: fields.language, codeDigest });
  for (const name of ["inputs", "context"] as const) {
    if (deeperThan(fields[name], MAX_DEPTH))
      return refuse("invalid", "request.invalid", `\`${name}\` is nested more than ${MAX_DEPTH} levels deep`);
  }
  const covered = coveredFields(fields);
  const digest = digestOf({ ...covered, version: DIGEST_VERSION });
  if (digest === null) {
    const bad = Object.keys(covered).filter((name) => digestOf(covered[name]!) === null);
    const detail = `${bad.map((name) => `\`${name}\``).join(", ")} holds text that is not well-formed Unicode or a number out of range`;
    return refuse("invalid", "request.invalid", detail, { fields: bad });
  }
  return done({ ...fields, principal, codeDigest, executionDigest: digest });
}

/** One SHA-256 per field, kept with an approval so that a mismatch can be named without keeping the values. */
export function fieldDigests(submission: Submission): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(coveredFields(submission)).map(([name, value]) => [name, digestOf(value) ?? ""]));
}

/** The names of the fields in which a submission differs from the digests of an earlier one. */
export function changedFields(submission: Submission, before: Readonly<Record<string, string>>): readonly string[] {
  const now = fieldDigests(submission);
  return Object.keys(now).filter((name) => now[name] !== before[name]);
}

function digestOf(value: Json): string | null {
  try {
    return hash("sha256", writeCanonical(value), "hex");
  } catch {
    return null;
  }
}

/** A request may only lower what is configured. */
function lowerLimits(asked: NonNullable<SubmitInput["limits"]>, maximum: RunLimits): RunLimits {
  return {
    timeoutMs: Math.min(asked.timeoutMs ?? maximum.timeoutMs, maximum.timeoutMs),
    memoryMb: Math.min(asked.memoryMb ?? maximum.memoryMb, maximum.memoryMb),
    outputBytes: Math.min(asked.outputBytes ?? maximum.outputBytes, maximum.outputBytes),
  };
}

type Container = Exclude<Json, null | boolean | number | string>;
const isContainer = (value: Json): value is Container => value !== null && typeof value === "object";

/** Level by level, because recursion over what a caller sent ends where the stack does. */
function deeperThan(value: Json, limit: number): boolean {
  let level: readonly Json[] = [value];
  for (let depth = 0; depth <= limit; depth++) {
    level = level.filter(isContainer).flatMap((container): readonly Json[] => Object.values(container));
    if (level.length === 0) return false;
  }
  return true;
}
