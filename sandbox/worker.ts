/**
 * Entry of a worker process: takes one run at a time from descriptor 3 and answers on descriptor 4. It holds nothing
 * worth stealing: no environment, no other descriptor, and in the strongest variant no files, users or network.
 */
import { writeSync } from "node:fs";
import { createRequire } from "node:module";
import { Socket } from "node:net";
import type * as BabelParser from "@babel/parser";
import type ivm from "isolated-vm";
import { encodeFrame, FRAME, type Frame, frameReader, NO_TAG, splitBody } from "./frames.ts";
import { createIsolate, type GuestIsolate, runProgram } from "./isolate-run.ts";
import type { WorkerArguments } from "./launch.ts";
import { prepareSource } from "./prepare-source.ts";
import { stripTypes } from "./strip-types.ts";
import { RUN_STATUSES, type RunBody, type RunHead, type RunStatus, type WorkerReport } from "./types.ts";

const INPUT = 3;
const OUTPUT = 4;
/** Larger than any run request the client sends. */
const MAX_REQUEST = 256 * 1024 * 1024;
/** The first calls of the console are sent at once, so that a killed run shows them; a flood is sent in blocks. */
const EAGER_CALLS = 256;
const BLOCK_BYTES = 16 * 1024;
const BLOCK_MS = 20;

const settings = JSON.parse(process.argv[2]!) as WorkerArguments;
const require = createRequire(import.meta.url);
const vm = require(settings.isolatedVm) as typeof ivm;
const { parse } = require(settings.parser) as typeof BabelParser;

function send(frame: Buffer): void {
  for (let at = 0; at < frame.length; ) at += writeSync(OUTPUT, frame, at);
}

function sendResult(tag: string, status: RunStatus, report: WorkerReport): void {
  const code = Buffer.from([RUN_STATUSES.indexOf(status)]);
  send(encodeFrame(FRAME.result, tag, Buffer.concat([code, Buffer.from(JSON.stringify(report))])));
}

/**
 * The guest's output of one run: bounded, in order, and flushed before anything else is said about the run. `stop` is
 * called within the guest's call that crosses the limit, and does not return.
 */
function createOutput(tag: string, limit: number, stop: () => never) {
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

let spare: GuestIsolate = createIsolate(vm, settings.memoryMb);
const WARM_UP = "const add = (a, b) => a + b; console.log(add(1, 2)); ({ sum: add(1, 2) })";

async function serve(frame: Frame): Promise<void> {
  if (frame.kind !== FRAME.run) return;
  const { head, rest } = splitBody(frame.body);
  const { language, limits } = head as RunHead;
  const body = JSON.parse(rest.toString("utf8")) as RunBody;
  let guest = spare;
  if (guest.memoryMb !== limits.memoryMb) {
    guest.isolate.dispose();
    guest = createIsolate(vm, limits.memoryMb);
  }
  const output = createOutput(frame.tag, limits.outputBytes, () => stopFlood(guest, frame.tag, limits.outputBytes));
  guest.sinks.emit = output.emit;
  const prepared = prepareSource(parse, language === "typescript" ? "typescript" : "javascript", body.code);
  const { status, report } = await runProgram(guest, prepared, body, limits);
  output.flush();
  sendResult(frame.tag, status, report);
  if (!guest.isolate.isDisposed) guest.isolate.dispose();
  spare = createIsolate(vm, limits.memoryMb);
}

/** An error thrown to the guest could be caught there: the answer is sent from here, and this process ends itself. */
function stopFlood(guest: GuestIsolate, tag: string, limit: number): never {
  const error = `the program wrote more than ${limit} bytes`;
  sendResult(tag, "output_exceeded", {
    ...{ reason: null, error, result: null, heapBytes: 0, observedEffects: guest.observed, files: {} },
  });
  process.kill(process.pid, "SIGKILL");
  return process.abort();
}

/** Everything is loaded: from here on no file and no right is needed. */
function dropRights(id: number | null): void {
  if (id === null) return;
  process.setgroups!([id]);
  process.setgid!(id);
  process.setuid!(id);
}

/** Runs a program of our own twice, so that the first guest does not pay for the loading and compiling of this side. */
async function warmUp(): Promise<void> {
  stripTypes("let warm: number = 1");
  const limits = { timeoutMs: 10_000, memoryMb: settings.memoryMb, outputBytes: 1024, cpuSeconds: 10 };
  for (let round = 0; round < 2; round++) {
    const body = { code: WARM_UP, inputs: "null", files: {}, declaredFiles: true };
    await runProgram(spare, prepareSource(parse, "javascript", WARM_UP), body, limits);
    spare.isolate.dispose();
    spare = createIsolate(vm, settings.memoryMb);
  }
}

async function main(): Promise<void> {
  await warmUp();
  dropRights(settings.dropTo);
  const input = new Socket({ fd: INPUT, readable: true, writable: false });
  const read = frameReader(MAX_REQUEST, (frame) => void serve(frame));
  input.on("data", (chunk) => {
    if (!read(chunk)) process.exit(1);
  });
  // the supervisor is gone: nobody can want an answer any more
  input.on("close", () => process.exit(0));
  input.on("error", () => process.exit(0));
  send(encodeFrame(FRAME.ready, NO_TAG));
}

await main();
