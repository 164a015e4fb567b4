/** What every worker process does with its two pipes: takes frames, sends output and results, and ends with its supervisor. */
import { readSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import { encodeFrame, FRAME, type Frame, frameReader } from "./frames.ts";
import { type ObservedEffect, RUN_STATUSES, type RunReason, type RunStatus, type WorkerReport } from "./types.ts";

const INPUT = 3;
const OUTPUT = 4;
/** Larger than any run request the client sends. */
const MAX_REQUEST = 256 * 1024 * 1024;
/** The first calls of the console are sent at once, so that a killed run shows them; a flood is sent in blocks. */
const EAGER_CALLS = 256;
const BLOCK_BYTES = 16 * 1024;
const BLOCK_MS = 20;
const READ_BYTES = 64 * 1024;

export function send(frame: Buffer): void {
  for (let at = 0; at < frame.length; ) at += writeSync(OUTPUT, frame, at);
}

export function sendResult(tag: string, status: RunStatus, report: WorkerReport): void {
  const code = Buffer.from([RUN_STATUSES.indexOf(status)]);
  send(encodeFrame(FRAME.result, tag, Buffer.concat([code, Buffer.from(JSON.stringify(report))])));
}

/**
 * The guest's output of one run: bounded, in order, and flushed before anything else is said about the run. `stop` is
 * called within the guest's call that crosses the limit, and does not return.
 */
export function createOutput(tag: string, limit: number, stop: () => never) {
  let calls = 0;
  let total = 0;
  let held = "";
  let heldStream = 0;
  let flushed = performance.now();
  const flush = () => {
    if (held) send(encodeFrame(heldStream === 1 ? FRAME.stderr : FRAME.stdout, tag, held));
    held = "";
    flushed = performance.now();
  };
  const emit = (stream: number, text: string) => {
    if (stream !== heldStream) flush();
    heldStream = stream;
    const bytes = Buffer.byteLength(text);
    const room = limit - total;
    total += bytes;
    held += bytes <= room ? text : cutBytes(text, room);
    if (++calls <= EAGER_CALLS || held.length > BLOCK_BYTES || performance.now() - flushed > BLOCK_MS || bytes > room) flush();
    if (bytes > room) stop();
  };
  return { emit, flush };
}

function cutBytes(text: string, bytes: number): string {
  const cut = Buffer.from(text, "utf8").subarray(0, Math.max(0, bytes));
  return new TextDecoder("utf-8").decode(cut, { stream: true });
}

type RunEnd = { readonly status: RunStatus; readonly error: string; readonly reason?: RunReason };

/** An error thrown to the guest could be caught there: the answer is sent from here, and this process ends itself. */
export function endRun(tag: string, end: RunEnd, observedEffects: readonly ObservedEffect[]): never {
  const { status, error, reason = null } = end;
  sendResult(tag, status, { ...{ reason, error, result: null, heapBytes: 0, observedEffects, files: {} } });
  process.kill(process.pid, "SIGKILL");
  return process.abort();
}

export function stopFlood(observedEffects: readonly ObservedEffect[], tag: string, limit: number): never {
  return endRun(tag, { status: "output_exceeded", error: `the program wrote more than ${limit} bytes` }, observedEffects);
}

/** The program tried what nobody had seen coming: it goes no further. */
export function stopUnpredicted(flush: () => void, observed: readonly ObservedEffect[], tag: string, effect: ObservedEffect): never {
  flush();
  const error = `the program was stopped: it tried \`${effect.kind}\` of \`${effect.target}\`, which analysis had not predicted`;
  return endRun(tag, { status: "failed", error, reason: "unpredicted_effect" }, observed);
}

/** Everything is loaded: from here on no file and no right is needed. */
export function dropRights(id: number | null): void {
  if (id === null) return;
  process.setgroups!([id]);
  process.setgid!(id);
  process.setuid!(id);
}

/**
 * Takes frames until the supervisor is gone: then nobody can want an answer any more. Returns what takes those that have
 * already come, for who cannot go back to the event loop; false: none had.
 */
export function listen(onFrame: (frame: Frame) => void): () => boolean {
  const input = new Socket({ fd: INPUT, readable: true, writable: false });
  const read = frameReader(MAX_REQUEST, onFrame);
  const take = (chunk: Buffer) => {
    if (!read(chunk)) process.exit(1);
  };
  input.on("data", take);
  input.on("close", () => process.exit(0));
  input.on("error", () => process.exit(0));
  return () => {
    const chunk = readAvailable();
    if (chunk) take(chunk);
    return chunk !== null;
  };
}

/** Null: nothing is there now. */
function readAvailable(): Buffer | null {
  const chunk = Buffer.allocUnsafe(READ_BYTES);
  try {
    const length = readSync(INPUT, chunk);
    if (length === 0) process.exit(0);
    return chunk.subarray(0, length);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return null;
    return process.exit(0);
  }
}
