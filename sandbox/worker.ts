/**
 * Entry of a worker process: takes one run at a time from descriptor 3 and answers on descriptor 4. It holds nothing
 * worth stealing: no environment, no other descriptor, and in the strongest variant no files, users or network.
 */
import { createRequire } from "node:module";
import type * as BabelParser from "@babel/parser";
import type ivm from "isolated-vm";
import { encodeFrame, FRAME, type Frame, joinBody, NO_TAG, splitBody } from "./frames.ts";
import { createIsolate, type GuestIsolate, keepCompiledRealm, runProgram } from "./isolate-run.ts";
import type { WorkerArguments } from "./launch.ts";
import { isExpected } from "./observed-kinds.ts";
import { prepareSource } from "./prepare-source.ts";
import { stripTypes } from "./strip-types.ts";
import type { HostMessage, RunBody, RunHead } from "./types.ts";
import { createOutput, dropRights, listen, send, sendResult, stopFlood, stopUnpredicted } from "./worker-channel.ts";

const settings = JSON.parse(process.argv[2]!) as WorkerArguments;
const require = createRequire(import.meta.url);
const vm = require(settings.isolatedVm) as typeof ivm;
const { parse } = require(settings.parser) as typeof BabelParser;

let spare: GuestIsolate = createIsolate(vm, settings.memoryMb);
/** Calls what most programs call, so that it is compiled. */
const WARM_UP = `const add = (a, b) => a + b;
console.log("text", add(1, 2), [1, { a: null }], new Error("x"));
await new Promise((done) => setTimeout(done, 0));
outputs.text = "text";
({ sum: add(1, 2), list: [1, "text"] })`;

let running: { readonly tag: string; readonly guest: GuestIsolate } | null = null;

/** The host's answer to a request of the run; one that comes too late is for nobody. */
function receiveAnswer({ tag, body }: Frame): void {
  if (running?.tag !== tag) return;
  const { inbox } = running.guest;
  inbox.answers.push(JSON.parse(body.toString("utf8")) as HostMessage);
  inbox.wake();
}

async function serve(frame: Frame): Promise<void> {
  if (frame.kind === FRAME.fetched) receiveAnswer(frame);
  if (frame.kind !== FRAME.run) return;
  const { head, rest } = splitBody(frame.body);
  const { language, limits } = head as RunHead;
  const body = JSON.parse(rest.toString("utf8")) as RunBody;
  let guest = spare;
  if (guest.memoryMb !== limits.memoryMb) {
    guest.isolate.dispose();
    guest = createIsolate(vm, limits.memoryMb);
  }
  const output = createOutput(frame.tag, limits.outputBytes, () => stopFlood(guest.observed, frame.tag, limits.outputBytes));
  guest.sinks.emit = output.emit;
  guest.sinks.ask = (id, request, content) => {
    if (!body.network) return false;
    output.flush();
    send(encodeFrame(FRAME.fetch, frame.tag, joinBody({ id }, JSON.stringify({ request, content }))));
    return true;
  };
  guest.sinks.tried = (effect) => {
    if (!isExpected(effect, body.expects)) stopUnpredicted(output.flush, guest.observed, frame.tag, effect);
  };
  running = { tag: frame.tag, guest };
  const prepared = prepareSource(parse, language === "typescript" ? "typescript" : "javascript", body.code);
  const { status, report } = await runProgram(guest, prepared, body, limits);
  running = null;
  output.flush();
  sendResult(frame.tag, status, report);
  if (!guest.isolate.isDisposed) guest.isolate.dispose();
  spare = createIsolate(vm, limits.memoryMb);
}

/** Runs a program of our own twice, so that the first guest does not pay for the loading and compiling of this side. */
async function warmUp(): Promise<void> {
  stripTypes("let warm: number = 1");
  const limits = { timeoutMs: 10_000, memoryMb: settings.memoryMb, outputBytes: 1024, cpuSeconds: 10 };
  for (let round = 0; round < 2; round++) {
    const body = { code: WARM_UP, inputs: '{"a":[1]}', files: {}, declaredFiles: true, network: false, expects: null };
    await runProgram(spare, prepareSource(parse, "javascript", WARM_UP), body, limits);
    keepCompiledRealm(spare);
    spare.isolate.dispose();
    spare = createIsolate(vm, settings.memoryMb);
  }
}

async function main(): Promise<void> {
  await warmUp();
  dropRights(settings.dropTo);
  listen((frame) => void serve(frame));
  send(encodeFrame(FRAME.ready, NO_TAG));
}

await main();
