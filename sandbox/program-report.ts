/** What passes between the supervisor and the process that runs a program: a body in, one report out. */
import { RUN_STATUSES, type RunBody, type RunStatus, type SandboxLanguage, type WorkerReport } from "./types.ts";

/** Working directory of every program, and the directory whose files a shell program hands back. */
export const WORK = "/tmp/work";
export const OUTPUTS = "/tmp/outputs";

/** Said once by a runner that waits for its program. */
export const READY = "R";

/** Made by the client; its end is the end of the stream. */
export type ProgramBody = RunBody & {
  readonly language: SandboxLanguage;
  readonly outputBytes: number;
  /** Whether the runner writes the files to where the program works; else they are there, or it has none. */
  readonly placesFiles: boolean;
};

/** The status's name, a line end, JSON: who hands it on need not read more than the first line. */
export function encodeReport(status: RunStatus, report: WorkerReport): Buffer {
  return Buffer.from(`${status}\n${JSON.stringify(report)}`);
}

/** INVARIANT: the program may have written this; it can claim nothing but how it ended itself. */
const CLAIMED: ReadonlySet<string> = new Set<RunStatus>(["completed", "failed", "memory_exceeded", "output_exceeded"]);
const LONGEST = Math.max(...RUN_STATUSES.map((status) => status.length));

/** Null when it is none. */
export function splitReport(bytes: Buffer): { readonly status: RunStatus; readonly report: Buffer } | null {
  const end = bytes.subarray(0, LONGEST + 1).indexOf(0x0a);
  const status = bytes.toString("latin1", 0, Math.max(0, end));
  return CLAIMED.has(status) ? { status: status as RunStatus, report: bytes.subarray(end + 1) } : null;
}
