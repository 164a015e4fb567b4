/** Builds the result of a run from what supervisor and worker said about it; a worker is not believed about shapes. */
import type { ObservedEffect, RunMeta, RunReason, RunResult, WorkerReport } from "./types.ts";

const BACKEND = "isolated-vm";
const MAX_ERROR = 16_384;

type Output = { readonly stdout: string; readonly stderr: string };

export function notRunResult(reason: RunReason, isolation: readonly string[]): RunResult {
  const meta: RunMeta = { status: "not_run", reason, durationMs: 0, memoryPeakBytes: 0 };
  return resultOf(meta, Buffer.alloc(0), { stdout: "", stderr: "" }, isolation);
}

export function resultOf(meta: RunMeta, reportBytes: Buffer, output: Output, isolation: readonly string[]): RunResult {
  const report = parseReport(reportBytes);
  const result = report?.result == null ? { ok: true as const, value: null } : parseJson(report.result);
  const base = { backend: BACKEND, isolation, ...output, durationMs: meta.durationMs, observedEffects: report?.observedEffects ?? [] };
  const memoryPeakBytes = Math.max(meta.memoryPeakBytes, report?.heapBytes ?? 0);
  // a worker that calls a run completed and sends no JSON has lost its mind: nothing it said is used
  if (meta.status === "completed" && (report === null || !result.ok)) {
    const error = "the worker sent a malformed report";
    return { ...base, status: "crashed", reason: "protocol_violation", result: null, error, memoryPeakBytes, files: {} };
  }
  const error = report?.error ?? describe(meta);
  const value = meta.status === "completed" && result.ok ? result.value : null;
  return {
    ...base,
    status: meta.status,
    reason: meta.reason ?? report?.reason ?? null,
    result: value,
    error,
    memoryPeakBytes,
    files: report?.files ?? {},
  };
}

/** What to tell when the worker could not say anything itself. */
function describe(meta: RunMeta): string | null {
  if (meta.reason === "cpu_seconds") return "the program used more CPU time than it was given";
  if (meta.status === "timeout") return "the program ran longer than it was given";
  if (meta.reason === "too_many_files") return "the program made more files than it was given";
  if (meta.status === "memory_exceeded") return "the program used more memory than it was given";
  if (meta.status === "output_exceeded") return "the program wrote more than it was given";
  if (meta.reason === "key_revoked") return "the run was ended because its key was revoked";
  if (meta.reason === "kill_switch") return "the run was ended by the kill switch";
  if (meta.reason === "killed") return "the run was ended from outside";
  if (meta.status === "crashed") return "the sandbox process ended during the run";
  return null;
}

function parseJson(text: string): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

/** Every field by its type; anything else is no report at all. */
function parseReport(bytes: Buffer): WorkerReport | null {
  if (bytes.length === 0) return null;
  const parsed = parseJson(bytes.toString("utf8"));
  if (!parsed.ok || !isRecord(parsed.value)) return null;
  const { reason, error, result, heapBytes, observedEffects, files } = parsed.value;
  if (result !== null && typeof result !== "string") return null;
  if (!isRecord(files) || !Object.values(files).every((text) => typeof text === "string")) return null;
  return {
    reason: reason === "result_too_large" || reason === "unpredicted_effect" ? reason : null,
    error: typeof error === "string" ? error.slice(0, MAX_ERROR) : null,
    result,
    heapBytes: typeof heapBytes === "number" && heapBytes >= 0 ? heapBytes : 0,
    observedEffects: Array.isArray(observedEffects) ? observedEffects.filter(isObserved).slice(0, 50) : [],
    files: files as Record<string, string>,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isObserved(value: unknown): value is ObservedEffect {
  return isRecord(value) && typeof value.kind === "string" && typeof value.target === "string" && typeof value.allowed === "boolean";
}
