/**
 * Entry of a Python worker process: keeps one interpreter ready, gives it one program, and makes the next. Started with
 * `snapshot` it makes the memory snapshot that all of them begin with, and runs no program.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type ivm from "isolated-vm";
import { type AwaitedRequests, createAwaitedRequests } from "./await-host.ts";
import { SANDBOX_DIRECTORY } from "./entry.ts";
import { encodeFrame, FRAME, type Frame, NO_TAG, splitBody } from "./frames.ts";
import type { WorkerArguments } from "./launch.ts";
import { isExpected } from "./observed-kinds.ts";
import { type AskHost, createInterpreter, type Interpreter, type PythonParts, runPython, takeSnapshot } from "./python-interpreter.ts";
import { readPythonPackage } from "./python-package.ts";
import { openWheels, type Wheels } from "./python-wheels.ts";
import type { ObservedEffect, RunBody, RunHead } from "./types.ts";
import { createOutput, dropRights, endRun, listen, send, sendResult, stopFlood, stopUnpredicted } from "./worker-channel.ts";

const settings = JSON.parse(process.argv[2]!) as WorkerArguments & { readonly python: string };
const vm = createRequire(import.meta.url)(settings.isolatedVm) as typeof ivm;
const python = readPythonPackage(settings.python);
/** What programs run beside: modules in the order of loading, each of one or more texts. */
const MODULES = {
  _sandbox_network: ["python-network.py"],
  _sandbox_packages: ["python-packages.py"],
  _sandbox_driver: ["python-program.py", "python-driver.py"],
};
const NO_NETWORK = `${JSON.stringify({ error: "network is not available in the sandbox", refused: true })}\n`;
const modules = Object.entries(MODULES).map(([name, files]) => ({
  ...{ name, file: `sandbox/${files.at(-1)}` },
  source: files.map((file) => readFileSync(join(SANDBOX_DIRECTORY, file), "utf8")).join("\n"),
}));
/** V8 keeps compiled code for as long as somebody in the process holds the module: every later isolate gets it at once. */
const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: { Module: new (bytes: Uint8Array) => object } };
const compiled = new wasm.Module(new Uint8Array(python.wasm));

let parts: PythonParts = { package: python, modules, wheels: wheelsOf(settings.packages), snapshot: null };

/** A library that a program has loaded stays compiled, like the interpreter itself, for the next one. */
function wheelsOf(directory: string | null): Wheels | null {
  const wheels = directory === null ? null : openWheels(directory);
  if (wheels === null) return null;
  const kept = new Map<string, object>();
  const allows = (library: Uint8Array) => {
    const found = wheels.allows(library);
    if (found !== null && !kept.has(found)) kept.set(found, new wasm.Module(library));
    return found;
  };
  return { ...wheels, allows };
}

let spare: Interpreter | null = null;
type Kept = { readonly interpreter: Interpreter; readonly session: string };
/** In the place of a spare one: the interpreter of the last program, for the next of its session. */
let kept: Kept | null = null;
/** Those of the program that runs; null: it has no network. */
let requests: AwaitedRequests | null = null;
let takeArrived = () => false;

function serve(frame: Frame, interpreter: Interpreter): void {
  const { head, rest } = splitBody(frame.body);
  const { limits, session } = head as RunHead;
  const body = JSON.parse(rest.toString("utf8")) as RunBody;
  const output = createOutput(frame.tag, limits.outputBytes, () => stopFlood(interpreter.observed, frame.tag, limits.outputBytes));
  // a program that waits in the host is out of reach of the isolate's own clock
  const deadline = performance.now() + limits.timeoutMs;
  const onCall = () => {
    if (performance.now() < deadline) return;
    output.flush();
    endRun(frame.tag, { status: "timeout", error: `the program ran longer than ${limits.timeoutMs} ms` }, interpreter.observed);
  };
  requests = body.network ? createAwaitedRequests(frame.tag, takeArrived, onCall) : null;
  const ask: AskHost = (...given) => {
    output.flush();
    return requests?.ask(...given) ?? NO_NETWORK;
  };
  const tried = (effect: ObservedEffect) => {
    if (!isExpected(effect, body.expects)) stopUnpredicted(output.flush, interpreter.observed, frame.tag, effect);
  };
  Object.assign(interpreter.sinks, { emit: output.emit, onCall, ask, tried });
  const { status, report, intact } = runPython(interpreter, body, limits);
  requests = null;
  output.flush();
  sendResult(frame.tag, status, report);
  if (intact && session !== null) keep({ interpreter, session });
  else discard(interpreter);
}

function keep(one: Kept): void {
  kept = one;
  send(encodeFrame(FRAME.kept, NO_TAG));
}

function discard({ isolate }: Interpreter): void {
  if (!isolate.isDisposed) isolate.dispose();
  // after what was sent has left this process
  setImmediate(refill);
}

/** INVARIANT: what a session left behind serves no other, whatever is asked. */
function take(session: string | null): Interpreter {
  const found = kept !== null && kept.session === session ? kept.interpreter : spare;
  if (kept !== null && found !== kept.interpreter) kept.interpreter.isolate.dispose();
  kept = spare = null;
  return found ?? createInterpreter(vm, parts, settings.memoryMb);
}

/** Ready means: an interpreter waits. What cannot be made again ends the process, and its supervisor starts another. */
function refill(): void {
  spare = createInterpreter(vm, parts, settings.memoryMb);
  global.gc?.();
  send(encodeFrame(FRAME.ready, NO_TAG));
}

function receive(frame: Frame): void {
  if (frame.kind === FRAME.fetched) requests?.receive(frame);
  else if (frame.kind === FRAME.run) serve(frame, take((splitBody(frame.body).head as RunHead).session));
  else if (frame.kind === FRAME.renew && kept !== null) {
    discard(kept.interpreter);
    kept = null;
  } else if (frame.kind === FRAME.setup) {
    parts = { ...parts, snapshot: Buffer.from(frame.body) };
    refill();
  }
}

if (settings.mode === "snapshot") {
  send(encodeFrame(FRAME.setup, NO_TAG, takeSnapshot(createInterpreter(vm, parts, settings.memoryMb))));
  process.exit(compiled instanceof wasm.Module ? 0 : 1);
}
dropRights(settings.dropTo);
takeArrived = listen(receive);
