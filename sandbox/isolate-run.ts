/**
 * One program in one fresh isolate, driven from the worker's main thread: no value of the guest's realm crosses
 * but primitive strings and numbers, and nothing of isolated-vm is visible inside.
 */
import type ivm from "isolated-vm";
import { GUEST_SOURCE, type GuestEntries, REALM_FILE } from "./guest-realm.ts";
import { ownFrames } from "./own-frames.ts";
import type { Prepared } from "./prepare-source.ts";
import type { HostMessage, ObservedEffect, RunBody, RunCeilings, RunReason, RunStatus, WorkerReport } from "./types.ts";

type IsolatedVm = typeof ivm;
type Entries = { readonly [Name in keyof GuestEntries]: ivm.Reference<GuestEntries[Name]> };
export type GuestIsolate = {
  readonly isolate: ivm.Isolate;
  readonly context: ivm.Context;
  readonly entries: Entries;
  readonly memoryMb: number;
  /** Where the guest's console goes; set for the one run that the isolate serves. */
  readonly sinks: {
    emit: (stream: number, text: string) => void;
    /** Hands a request of the guest to the host; false when the run has no network. */
    ask: (id: number, head: string, body: string) => boolean;
    /** Hears of what the guest tries; it need not return. */
    tried: (effect: ObservedEffect) => void;
  };
  /** What the host has answered and the guest has not been told yet; `wake` ends the wait for it. */
  readonly inbox: { answers: HostMessage[]; wake: () => void };
  readonly observed: ObservedEffect[];
};
type Outcome = { readonly status: RunStatus; readonly report: WorkerReport };

const MAX_OBSERVED = 50;
const TIMED_OUT = "Script execution timed out.";
/** isolated-vm's own minimum. */
const MIN_HEAP_MB = 8;
/** Serialising the result has a clock of its own, within what is left of the run's. */
const RESULT_TIMEOUT_MS = 1000;

/** What the realm's entry `wait` says beside a time. */
const ENDED = -1;
const HOPELESS = -2;
const HOST_WAITED_FOR = -3;

/** V8's compiled form of the realm's text: with it a fresh isolate is ready in half the time. */
let compiledRealm: ivm.ExternalCopy<ArrayBuffer> | undefined;

function compileRealm(isolate: ivm.Isolate): ivm.Script {
  const cache = compiledRealm ? { cachedData: compiledRealm } : {};
  return isolate.compileScriptSync(GUEST_SOURCE, { filename: REALM_FILE, ...cache });
}

/**
 * Keeps for all isolates to come what this one has compiled: an isolate gives the same text back with every function that a
 * program of ours has made it compile. INVARIANT: never from an isolate that a guest has used.
 */
export function keepCompiledRealm({ isolate }: GuestIsolate): void {
  const script = isolate.compileScriptSync(GUEST_SOURCE, { filename: REALM_FILE, produceCachedData: true });
  compiledRealm ??= (script as { cachedData?: ivm.ExternalCopy<ArrayBuffer> }).cachedData;
}

/** An isolate with its realm in place, ready for one program. About 2 ms, so it is made before it is needed. */
export function createIsolate(vm: IsolatedVm, memoryMb: number): GuestIsolate {
  const sinks: GuestIsolate["sinks"] = { emit: () => {}, ask: () => false, tried: () => {} };
  const inbox: GuestIsolate["inbox"] = { answers: [], wake: () => {} };
  const observed: ObservedEffect[] = [];
  const isolate = new vm.Isolate({
    memoryLimit: Math.max(MIN_HEAP_MB, memoryMb),
    onCatastrophicError: (message) => {
      process.stderr.write(`out of memory: ${message}\n`);
      process.abort();
    },
  });
  const context = isolate.createContextSync();
  const emit = (stream: unknown, text: unknown) => {
    if (typeof text === "string") sinks.emit(stream === 1 ? 1 : 0, text);
  };
  const observe = (kind: unknown, target: unknown) => {
    const effect = { kind: String(kind), target: String(target).slice(0, 200), allowed: false };
    if (observed.length < MAX_OBSERVED) observed.push(effect);
    sinks.tried(effect);
  };
  const ask = (id: unknown, head: unknown, body: unknown) => {
    if (typeof id !== "number" || typeof head !== "string" || typeof body !== "string") return false;
    const asked = sinks.ask(id, head, body);
    if (!asked) observe("net.fetch", (JSON.parse(head) as { url: string }).url);
    return asked;
  };
  const realm = compileRealm(isolate).runSync(context, { reference: true });
  const host = [new vm.Callback(emit), new vm.Callback(observe), new vm.Callback(ask)];
  const made = realm.applySync(undefined, host, { result: { reference: true } }) as ivm.Reference<GuestEntries>;
  const entry = <Name extends keyof GuestEntries>(name: Name) => made.getSync(name, { reference: true }) as unknown as Entries[Name];
  const entries: Entries = {
    ...{ prepare: entry("prepare"), start: entry("start"), fire: entry("fire"), wait: entry("wait"), deliver: entry("deliver") },
    ...{ result: entry("result"), failure: entry("failure"), outputs: entry("outputs") },
  };
  return { isolate, context, entries, memoryMb, sinks, inbox, observed };
}

type Run = {
  readonly guest: GuestIsolate;
  readonly prepared: Prepared & { ok: true };
  readonly limits: RunCeilings;
  readonly deadline: number;
};

export async function runProgram(guest: GuestIsolate, prepared: Prepared, body: RunBody, limits: RunCeilings): Promise<Outcome> {
  if (!prepared.ok) return { status: "failed", report: report(guest, { error: prepared.error }) };
  const run: Run = { guest, prepared, limits, deadline: performance.now() + limits.timeoutMs };
  try {
    guest.entries.prepare.applySync(undefined, [body.inputs, body.declaredFiles ? JSON.stringify(body.files) : null]);
    const script = guest.isolate.compileScriptSync(prepared.script, { filename: prepared.filename, lineOffset: -1 });
    const program = script.runSync(guest.context, { reference: true, timeout: left(run) }) as ivm.Reference<never>;
    guest.entries.start.applySync(undefined, [program.derefInto() as never], { timeout: left(run) });
    await drainTimers(run);
    return conclude(run);
  } catch (error) {
    return interrupted(run, error);
  }
}

function left(run: Run): number {
  return Math.max(1, Math.ceil(run.deadline - performance.now()));
}

async function drainTimers(run: Run): Promise<void> {
  const { inbox, entries } = run.guest;
  const { wait, fire, deliver } = entries;
  for (;;) {
    for (const { id, head, body } of inbox.answers.splice(0)) deliver.applySync(undefined, [id, head, body], { timeout: left(run) });
    const ms = wait.applySync(undefined, [], { timeout: left(run) }) as number;
    if (ms === ENDED || ms === HOPELESS) return;
    if (inbox.answers.length === 0) await pause(inbox, ms === HOST_WAITED_FOR ? left(run) : Math.min(ms, left(run)));
    if (performance.now() >= run.deadline) throw new Error(TIMED_OUT);
    fire.applySync(undefined, [], { timeout: left(run) });
  }
}

/** At most `ms`; an answer of the host ends it. */
function pause(inbox: GuestIsolate["inbox"], ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    inbox.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

function conclude(run: Run): Outcome {
  const { guest } = run;
  const timeout = Math.min(left(run), RESULT_TIMEOUT_MS);
  try {
    return readResult(run, timeout);
  } catch (error) {
    if (!(error instanceof Error) || error.message !== TIMED_OUT) throw error;
    return { status: "timeout", report: report(guest, { error: `the result took longer than ${timeout} ms to become JSON` }) };
  }
}

function readResult({ guest, limits, prepared }: Run, timeout: number): Outcome {
  const result = guest.entries.result.applySync(undefined, [], { timeout }) as string | null;
  if (result !== null && Buffer.byteLength(result) > limits.outputBytes) {
    const error = `the result is larger than ${limits.outputBytes} bytes`;
    return { status: "output_exceeded", report: report(guest, { error, reason: "result_too_large" }) };
  }
  const files = guest.entries.outputs.applySync(undefined, [limits.outputBytes], { timeout }) as string;
  const failure = guest.entries.failure.applySync(undefined, [], { timeout }) as string | null;
  if (failure !== null) return { status: "failed", report: report(guest, { error: ownFrames(failure, prepared) }) };
  return { status: "completed", report: report(guest, { result, files: JSON.parse(files) }) };
}

/** The isolate stopped the program, or V8 refused its text. Whatever a guest threw by itself was caught inside. */
function interrupted(run: Run, error: unknown): Outcome {
  const { guest, limits } = run;
  const message = error instanceof Error ? error.message : String(error);
  if (guest.isolate.isDisposed) {
    return { status: "memory_exceeded", report: report(guest, { error: `the program used more than ${limits.memoryMb} MiB` }) };
  }
  if (message === TIMED_OUT) {
    return { status: "timeout", report: report(guest, { error: `the program ran longer than ${limits.timeoutMs} ms` }) };
  }
  return { status: "failed", report: report(guest, { error: ownFrames(stackOf(error), run.prepared) }) };
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return `Uncaught ${String(error)}`;
  const { name, message, stack } = error;
  const place = /^(.*) \[(user\.[jt]s:\d+:\d+)\]$/s.exec(message);
  if (place) return `${name}: ${place[1]}\n    at ${place[2]}`;
  return typeof stack === "string" ? stack : `${name}: ${message}`;
}

type ReportParts = { error?: string; result?: string | null; reason?: RunReason; files?: Record<string, string> };

function report(guest: GuestIsolate, parts: ReportParts): WorkerReport {
  return {
    reason: parts.reason ?? null,
    error: parts.error ?? null,
    result: parts.result ?? null,
    heapBytes: heapBytes(guest.isolate),
    observedEffects: guest.observed,
    files: parts.files ?? {},
  };
}

/** A program that was stopped may have left a rejection that nobody handled: the next call into its isolate throws it, whatever the call. */
function heapBytes(isolate: ivm.Isolate): number {
  if (isolate.isDisposed) return 0;
  try {
    const { used_heap_size, externally_allocated_size } = isolate.getHeapStatisticsSync();
    return used_heap_size + externally_allocated_size;
  } catch {
    return 0;
  }
}
