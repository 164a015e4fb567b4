/**
 * Entry of a Python worker process: keeps one interpreter ready, gives it one program, and makes the next. Started with
 * `snapshot` it makes the memory snapshot that all of them begin with, and runs no program.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type ivm from "isolated-vm";
import { SANDBOX_DIRECTORY } from "./entry.ts";
import { encodeFrame, FRAME, type Frame, NO_TAG, splitBody } from "./frames.ts";
import type { WorkerArguments } from "./launch.ts";
import { createInterpreter, type Interpreter, type PythonParts, runPython, takeSnapshot } from "./python-interpreter.ts";
import { readPythonPackage } from "./python-package.ts";
import type { RunBody, RunHead } from "./types.ts";
import { createOutput, dropRights, endRun, listen, send, sendResult, stopFlood } from "./worker-channel.ts";

const settings = JSON.parse(process.argv[2]!) as WorkerArguments & { readonly python: string };
const vm = createRequire(import.meta.url)(settings.isolatedVm) as typeof ivm;
const python = readPythonPackage(settings.python);
const driver = readFileSync(join(SANDBOX_DIRECTORY, "python-driver.py"), "utf8");
/** V8 keeps compiled code for as long as somebody in the process holds the module: every later isolate gets it at once. */
const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: { Module: new (bytes: Uint8Array) => object } };
const compiled = new wasm.Module(new Uint8Array(python.wasm));

let parts: PythonParts = { package: python, driver, snapshot: null };
let spare: Interpreter | null = null;

function serve(frame: Frame, interpreter: Interpreter): void {
  const { head, rest } = splitBody(frame.body);
  const { limits } = head as RunHead;
  const body = JSON.parse(rest.toString("utf8")) as RunBody;
  const output = createOutput(frame.tag, limits.outputBytes, () => stopFlood(interpreter.observed, frame.tag, limits.outputBytes));
  interpreter.sinks.emit = output.emit;
  // a program that waits in the host is out of reach of the isolate's own clock
  const deadline = performance.now() + limits.timeoutMs;
  interpreter.sinks.onCall = () => {
    if (performance.now() < deadline) return;
    output.flush();
    endRun(frame.tag, { status: "timeout", error: `the program ran longer than ${limits.timeoutMs} ms` }, interpreter.observed);
  };
  const { status, report } = runPython(interpreter, body, limits);
  output.flush();
  sendResult(frame.tag, status, report);
  if (!interpreter.isolate.isDisposed) interpreter.isolate.dispose();
}

/** Ready means: an interpreter waits. What cannot be made again ends the process, and its supervisor starts another. */
function refill(): void {
  spare = createInterpreter(vm, parts, settings.memoryMb);
  global.gc?.();
  send(encodeFrame(FRAME.ready, NO_TAG));
}

function receive(frame: Frame): void {
  if (frame.kind === FRAME.setup) parts = { ...parts, snapshot: Buffer.from(frame.body) };
  else if (frame.kind === FRAME.run && spare !== null) {
    const interpreter = spare;
    spare = null;
    serve(frame, interpreter);
  } else return;
  // after what was sent has left this process
  setImmediate(refill);
}

if (settings.mode === "snapshot") {
  send(encodeFrame(FRAME.setup, NO_TAG, takeSnapshot(createInterpreter(vm, parts, settings.memoryMb))));
  process.exit(compiled instanceof wasm.Module ? 0 : 1);
}
dropRights(settings.dropTo);
listen(receive);
