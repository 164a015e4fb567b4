/**
 * One Python interpreter (Pyodide) in one isolate: made from a memory snapshot, given one program, and thrown away.
 * Driven from the worker's main thread; only strings and numbers cross.
 */
import { randomBytes } from "node:crypto";
import type ivm from "isolated-vm";
import { pagesOf } from "./python-memory.ts";
import type { PythonPackage } from "./python-package.ts";
import { PYTHON_REALM_FILE, type PythonEntries, type PythonProgram, pythonRealmSource } from "./python-realm.ts";
import type { Wheels } from "./python-wheels.ts";
import type { ObservedEffect, RunBody, RunCeilings, RunReason, RunStatus, WorkerReport } from "./types.ts";

type IsolatedVm = typeof ivm;
type Entries = { readonly [Name in keyof PythonEntries]: ivm.Reference<PythonEntries[Name]> };
type Outcome = { readonly status: RunStatus; readonly report: WorkerReport };
/** `intact`: the interpreter came to the program's end as it should, and could run another. */
type PythonOutcome = Outcome & { readonly intact: boolean };

export type PythonParts = {
  readonly package: PythonPackage;
  /** What programs run beside, in the order of loading; the driver is the last. */
  readonly modules: readonly PythonModule[];
  /** What a local directory offers; null: nothing. */
  readonly wheels: Wheels | null;
  /** Memory of an interpreter that has loaded the driver; null: this one is to become it. */
  readonly snapshot: Buffer | null;
};

export type PythonModule = { readonly name: string; readonly file: string; readonly source: string };

/** A request of the program, as JSON text, and its body; waits so many ms, or (negative) as long as the run may. */
export type AskHost = (request: string, body: string, ms: number) => string;

export type Interpreter = {
  readonly isolate: ivm.Isolate;
  readonly entries: Entries;
  /** Where the program's output and requests go; set for the one run that the interpreter serves. */
  readonly sinks: {
    emit: (stream: number, text: string) => void;
    onCall: () => void;
    ask: AskHost;
    /** Hears of what the program tries; it need not return. */
    tried: (effect: ObservedEffect) => void;
  };
  readonly observed: ObservedEffect[];
};

const MAX_OBSERVED = 50;
const MAX_FRAMES = 10;
const MAX_RANDOM_BYTES = 1024;
/** One wait at most, so that a deadline is met; in ms. */
const LONGEST_SLEEP_MS = 20;
/** Of our own code; the supervisor ends a process that takes too much before. */
const START_TIMEOUT_MS = 300_000;
const TIMED_OUT = "Script execution timed out.";
/** JavaScript's part of an interpreter: its code, its tables, and the files in memory, beside what the program is granted. */
const REALM_MB = 192;
/** UTF-16 units beside result and files: the error's text and the frame around them. */
const ANSWER_ROOM = 65_536;

const pause = new Int32Array(new SharedArrayBuffer(4));
let compiledRealm: ivm.ExternalCopy<ArrayBuffer> | undefined;
let source: string | undefined;

/** Throws when the interpreter cannot start. With a snapshot about 0.2 s of CPU time, without 2 s. */
export function createInterpreter(vm: IsolatedVm, parts: PythonParts, memoryMb: number): Interpreter {
  const isolate = new vm.Isolate({
    memoryLimit: REALM_MB + memoryMb,
    onCatastrophicError: (message) => {
      process.stderr.write(`out of memory: ${message}\n`);
      process.abort();
    },
  });
  const context = isolate.createContextSync();
  const sinks: Interpreter["sinks"] = { emit: () => {}, onCall: () => {}, ask: () => "{}", tried: () => {} };
  const observed: ObservedEffect[] = [];
  const realm = compileRealm(isolate, parts.package).runSync(context, { reference: true });
  const given = [
    ...hostFunctions(vm, { sinks, observed, wheels: parts.wheels }),
    ...realmBytes(vm, parts),
    parts.package.lock,
    pagesOf(memoryMb),
  ];
  const made = realm.applySync(undefined, given, { result: { reference: true } }) as ivm.Reference<PythonEntries>;
  const entry = <Name extends keyof PythonEntries>(name: Name) => made.getSync(name, { reference: true }) as unknown as Entries[Name];
  const entries: Entries = {
    ...{ start: entry("start"), fault: entry("fault"), load: entry("load"), install: entry("install") },
    ...{ snapshot: entry("snapshot"), begin: entry("begin"), limit: entry("limit"), run: entry("run") },
    lastWords: entry("lastWords"),
  };
  entries.start.applySync(undefined, [], { timeout: START_TIMEOUT_MS });
  const fault = entries.fault.applySync(undefined, []) as string | null;
  if (fault !== null) throw new Error(`the Python interpreter did not start: ${fault}`);
  if (parts.snapshot === null) install(entries, parts.modules);
  else entries.begin.applySync(undefined, [parts.wheels?.index ?? "{}"], { timeout: START_TIMEOUT_MS });
  return { isolate, entries, sinks, observed };
}

function install(entries: Entries, modules: readonly PythonModule[]): void {
  for (const { name, file, source } of modules) entries.load.applySync(undefined, [name, file, source], { timeout: START_TIMEOUT_MS });
  entries.install.applySync(undefined, [], { timeout: START_TIMEOUT_MS });
}

/** Memory of a fresh interpreter with the driver loaded, as bytes for `PythonParts.snapshot`. */
export function takeSnapshot(interpreter: Interpreter): Buffer {
  const bytes = interpreter.entries.snapshot.applySync(undefined, [], { result: { copy: true } }) as Uint8Array;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The text is 1.3 MB: V8's compiled form is kept for the next isolate. */
function compileRealm(isolate: ivm.Isolate, python: PythonPackage): ivm.Script {
  source ??= pythonRealmSource(python);
  const cache = compiledRealm ? { cachedData: compiledRealm } : { produceCachedData: true };
  const script = isolate.compileScriptSync(source, { filename: PYTHON_REALM_FILE, ...cache });
  compiledRealm ??= (script as { cachedData?: ivm.ExternalCopy<ArrayBuffer> }).cachedData;
  return script;
}

type HostSide = Pick<Interpreter, "sinks" | "observed"> & { readonly wheels: Wheels | null };

function hostFunctions(vm: IsolatedVm, { sinks, observed, wheels }: HostSide) {
  const emit = (stream: unknown, text: unknown) => {
    if (typeof text === "string") sinks.emit(stream === 1 ? 1 : 0, text);
  };
  const observe = (kind: unknown, target: unknown, allowed: unknown) => {
    const effect = { kind: String(kind).slice(0, 40), target: String(target).slice(0, 200), allowed: allowed === true };
    if (observed.length < MAX_OBSERVED) observed.push(effect);
    sinks.tried(effect);
  };
  const random = (bytes: unknown) => randomBytes(Math.max(0, Math.min(MAX_RANDOM_BYTES, Number(bytes) || 0))).toString("hex");
  const now = () => performance.now();
  const sleep = (ms: unknown) => {
    Atomics.wait(pause, 0, 0, Math.max(0, Math.min(LONGEST_SLEEP_MS, Number(ms) || 0)));
  };
  const ask = (request: unknown, body: unknown, ms: unknown) => sinks.ask(String(request), String(body), Number(ms));
  const wheel = (file: unknown) => wheels?.read(String(file)) ?? null;
  const allows = (library: unknown) => library instanceof Uint8Array && (wheels?.allows(library) ?? null) !== null;
  const called =
    <T>(host: (...given: unknown[]) => T) =>
    (...given: unknown[]) => {
      sinks.onCall();
      return host(...given);
    };
  return [emit, observe, random, now, sleep, ask, wheel, allows].map(
    (host) => new vm.Callback(called(host as (...given: unknown[]) => unknown)),
  );
}

/** Every interpreter gets bytes of its own: nothing that one guest may write reaches the next. */
function realmBytes(vm: IsolatedVm, parts: PythonParts) {
  const given = [parts.package.wasm, parts.package.standardLibrary, parts.snapshot];
  return given.map((bytes) =>
    bytes === null
      ? undefined
      : new vm.ExternalCopy(new Uint8Array(bytes), { transferOut: true }).copyInto({ transferIn: true, release: true }),
  );
}

export function runPython(interpreter: Interpreter, body: RunBody, limits: RunCeilings): PythonOutcome {
  const { code, inputs, network } = body;
  interpreter.observed.length = 0;
  const program: PythonProgram = { code, inputs, network, files: body.declaredFiles ? JSON.stringify(body.files) : null };
  const longest = limits.outputBytes * 12 + ANSWER_ROOM;
  try {
    interpreter.entries.limit.applySync(undefined, [pagesOf(limits.memoryMb)]);
    const given: Parameters<PythonEntries["run"]> = [JSON.stringify(program), limits.outputBytes, longest];
    const answer = interpreter.entries.run.applySync(undefined, given, { timeout: Math.ceil(limits.timeoutMs) }) as string | null;
    const parts = answer === null ? null : parseAnswer(answer);
    return { ...outcomeOf(interpreter, answer, parts, limits), intact: parts !== null };
  } catch (error) {
    return { ...interrupted(interpreter, error, limits), intact: false };
  }
}

/** The answer was made by the interpreter that the guest had for itself: its shape is checked, and only its own run is at stake. */
function outcomeOf(interpreter: Interpreter, answer: string | null, parts: Answer | null, limits: RunCeilings): Outcome {
  const tooLarge = `the result is larger than ${limits.outputBytes} bytes`;
  if (answer === null) return { status: "output_exceeded", report: report(interpreter, { error: tooLarge, reason: "result_too_large" }) };
  if (!parts) return { status: "failed", report: report(interpreter, { error: "the program broke its own interpreter" }) };
  if (parts.status === "output_exceeded" || (parts.result !== null && Buffer.byteLength(parts.result) > limits.outputBytes)) {
    return { status: "output_exceeded", report: report(interpreter, { error: tooLarge, reason: "result_too_large" }) };
  }
  return { status: parts.status, report: report(interpreter, parts) };
}

type Answer = {
  status: "completed" | "failed" | "memory_exceeded" | "output_exceeded";
  error?: string;
  result: string | null;
  files: Record<string, string>;
};

function parseAnswer(text: string): Answer | null {
  try {
    const [status, error, result, files] = JSON.parse(text) as unknown[];
    if (status !== "completed" && status !== "failed" && status !== "memory_exceeded" && status !== "output_exceeded") return null;
    if (result !== null && typeof result !== "string") return null;
    if (status === "completed" && result === null) return null;
    if (result !== null) JSON.parse(result);
    const given = typeof files === "object" && files !== null ? files : {};
    const texts = Object.fromEntries(Object.entries(given).filter((entry) => typeof entry[1] === "string")) as Record<string, string>;
    return { status, result, files: texts, ...(typeof error === "string" ? { error } : {}) };
  } catch {
    return null;
  }
}

/** The isolate stopped the program, or the interpreter itself ended. */
function interrupted(interpreter: Interpreter, error: unknown, limits: RunCeilings): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  if (interpreter.isolate.isDisposed) {
    return { status: "memory_exceeded", report: report(interpreter, { error: `the program used more than ${limits.memoryMb} MiB` }) };
  }
  if (message === TIMED_OUT) {
    return { status: "timeout", report: report(interpreter, { error: `the program ran longer than ${limits.timeoutMs} ms` }) };
  }
  // its own words when there was no memory left to make others
  if (message.includes("MemoryError")) {
    return { status: "memory_exceeded", report: report(interpreter, { error: `the program used more than ${limits.memoryMb} MiB` }) };
  }
  const ended = `the Python interpreter ended during the program: ${message.slice(0, 500)}`;
  return { status: "failed", report: report(interpreter, { error: [ended, ...lastFrames(interpreter)].join("\n") }) };
}

/** Where in its own text the program was when the interpreter ended, as the interpreter still could say. */
function lastFrames({ entries }: Interpreter): string[] {
  try {
    const words = entries.lastWords.applySync(undefined, [], { timeout: 100 }) as string;
    return words
      .split("\n")
      .filter((line) => line.startsWith('  File "user.py"'))
      .slice(0, MAX_FRAMES);
  } catch {
    return [];
  }
}

type ReportParts = { error?: string; result?: string | null; reason?: RunReason; files?: Record<string, string> };

function report(interpreter: Interpreter, parts: ReportParts): WorkerReport {
  const completed = parts.error === undefined;
  return {
    reason: parts.reason ?? null,
    error: parts.error ?? null,
    result: completed ? (parts.result ?? null) : null,
    heapBytes: 0,
    observedEffects: interpreter.observed,
    files: completed ? (parts.files ?? {}) : {},
  };
}
