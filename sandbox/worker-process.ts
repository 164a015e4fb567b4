/** One worker process as the supervisor sees it: started, given one run at a time, watched, and ended as a whole tree. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { encodeFrame, FRAME, type Frame, frameReader, NO_TAG } from "./frames.ts";
import { FILTER_FD, launch, WORKER_CPU_SECONDS, type WorkerPlan } from "./launch.ts";
import { cpuSeconds, preferForOutOfMemory, processTree, residentBytes } from "./resource-watch.ts";
import type { RunCeilings, RunMeta, RunReason, RunStatus } from "./types.ts";
import { RUN_STATUSES } from "./types.ts";
import { missingRing } from "./verify-rings.ts";

/** How long past its own timeout a worker may take to say so itself. */
const GRACE_MS = 300;
/** Resident memory that a run may add beside the guest's own: code, ICU tables, the heap's slack. */
const MEMORY_SLACK_BYTES = 48 * 1024 * 1024;
/** Beside a result: files, and a request whose 512 KiB are written in the longest way that JSON has for a byte. */
const RESULT_OVERHEAD_BYTES = 4 * 1024 * 1024;
/** How long bubblewrap's outer process may take to notice that the inner ones are gone. */
const LAST_RESORT_MS = 500;
const STDERR_BYTES = 4096;
/** A Python interpreter takes a fraction of a second. */
const REFILL_TIMEOUT_MS = 20_000;
/** Runs of one worker before it is replaced, so that nothing it may leak adds up: a start costs as much as some 200 runs. */
const MAX_RUNS = 5000;
/** ms of runs after which the CPU time that a worker has used in all is looked at. */
const LOOK_EVERY_MS = 1000;

/** Above what the client answers, so that the client's own refusal comes first. */
const MAX_REQUESTS = 200;

type Ended = RunMeta & { readonly report: Buffer };
type Assignment = {
  readonly tag: string;
  readonly limits: RunCeilings;
  readonly session: string | null;
  readonly request: Buffer;
  readonly onOutput: (kind: number, text: Buffer) => void;
  readonly onEnd: (ended: Ended) => void;
};
type WorkerEvents = {
  readonly onReady: () => void;
  readonly onIdle: () => void;
  /** `wasReady` tells an end from a failed start. */
  readonly onExit: (stderr: string, wasReady: boolean) => void;
};

type Active = Assignment & {
  readonly started: number;
  readonly timer: NodeJS.Timeout;
  readonly baseline: number;
  /** Seconds that the process had used when the watch first looked, at most 10 ms after the start; null until then. */
  cpuAtStart: number | null;
  peak: number;
  outputBytes: number;
  requests: number;
};

/** Has a lifetime: from spawn until the process is gone. */
export class WorkerProcess {
  /** `refilling`: its run is answered, and it makes the interpreter for the next; `kept`: it waits for its session. */
  state: "starting" | "idle" | "busy" | "refilling" | "kept" | "ending" | "ended" = "starting";
  /** Of the run that it serves or was the last to serve. */
  session: string | null = null;
  readonly #child: ChildProcess;
  readonly #input: Socket;
  readonly #events: WorkerEvents;
  readonly #plan: WorkerPlan;
  /** Until the next interpreter must be there, or the one that is kept is given up. */
  #refill: NodeJS.Timeout | null = null;
  #active: Active | null = null;
  #tree: readonly number[] = [];
  #lastResort: NodeJS.Timeout | null = null;
  #runs = 0;
  /** ms of runs since its CPU time was looked at. */
  #unseenMs = 0;
  #stderr = "";
  /** Why the supervisor itself ended the process, when it did. */
  #verdict: { status: RunStatus; reason: RunReason | null } | null = null;

  /** `setup` is what a Python worker begins with: a memory snapshot. */
  constructor(plan: WorkerPlan, events: WorkerEvents, setup: Buffer | null = null) {
    this.#events = events;
    this.#plan = plan;
    const { command, args, options, filter } = launch(plan);
    this.#child = spawn(command, [...args], options);
    if (filter) (this.#child.stdio.at(FILTER_FD) as Socket).on("error", () => {}).end(filter);
    this.#input = this.#child.stdio[3] as Socket;
    const output = this.#child.stdio[4] as Socket;
    const read = frameReader(plan.maximum.outputBytes * 8 + RESULT_OVERHEAD_BYTES, (frame) => this.#receive(frame));
    output.on("data", (chunk: Buffer) => {
      if (!read(chunk)) this.#violated();
    });
    for (const stream of [this.#input, output]) stream.on("error", () => {});
    this.#child.stderr?.on("data", (text: Buffer) => {
      this.#stderr = (this.#stderr + text.toString("latin1")).slice(0, STDERR_BYTES);
    });
    this.#child.on("error", (error) => this.#ended(error.message));
    // `close`, not `exit`: what was written before the end is read first
    this.#child.on("close", () => this.#ended(this.#stderr));
    this.#child.on("exit", () => this.killGroup());
    if (setup) this.#input.write(encodeFrame(FRAME.setup, NO_TAG, setup));
  }

  /** The process group that holds the whole tree where there is no namespace, and its outermost process where there is. */
  get group(): number | null {
    return this.#child.pid ?? null;
  }

  assign(assignment: Assignment): void {
    const pid = this.#workerPid();
    const timer = setTimeout(() => this.end("timeout", null), assignment.limits.timeoutMs + GRACE_MS);
    if (this.#refill) clearTimeout(this.#refill);
    this.state = "busy";
    this.session = assignment.session;
    this.#runs++;
    this.#verdict = null;
    const baseline = residentBytes(pid) ?? 0;
    this.#active = {
      ...assignment,
      started: performance.now(),
      timer,
      baseline,
      cpuAtStart: null,
      peak: 0,
      outputBytes: 0,
      requests: 0,
    };
    this.#input.write(encodeFrame(FRAME.run, assignment.tag, assignment.request));
  }

  /** Hands the host's answer to the run, unread. */
  answer(frame: Frame): void {
    if (this.#active?.tag === frame.tag) this.#input.write(encodeFrame(FRAME.fetched, frame.tag, frame.body));
  }

  get tag(): string | null {
    return this.#active?.tag ?? null;
  }

  /** Called every 10 ms while busy. Memory is looked at each time, CPU time every tenth. */
  watch(tick: number): void {
    const active = this.#active;
    if (!active) return;
    const resident = residentBytes(this.#workerPid());
    if (resident !== null) {
      active.peak = Math.max(active.peak, resident - active.baseline);
      if (active.peak > active.limits.memoryMb * 1024 * 1024 + MEMORY_SLACK_BYTES) this.end("memory_exceeded", null);
    }
    if (active.cpuAtStart !== null && tick % 10 !== 0) return;
    const used = cpuSeconds(this.#workerPid()) ?? 0;
    active.cpuAtStart ??= used;
    if (used - active.cpuAtStart > active.limits.cpuSeconds) this.end("timeout", "cpu_seconds");
  }

  /** Ends the run and the process; the run is answered when the process is gone. */
  end(status: RunStatus, reason: RunReason | null): void {
    this.#verdict ??= { status, reason };
    this.kill();
  }

  /**
   * SIGKILL to the whole tree. Below bubblewrap from the inside out: its outer process then collects the inner ones and
   * ends by itself, where killing it first would leave them as zombies to an init process that may collect nothing.
   */
  kill(): void {
    if (this.state === "ended") return;
    const inner = this.#tree.slice(1);
    for (const pid of inner.toReversed()) signal(pid);
    if (inner.length === 0) this.killGroup();
    else this.#lastResort ??= setTimeout(() => this.killGroup(), LAST_RESORT_MS);
  }

  killGroup(): void {
    if (this.#child.pid !== undefined && this.state !== "ended") signal(-this.#child.pid);
  }

  /** Killed, and given no run any more, though its end is not yet known. */
  #retire(): void {
    if (this.state === "busy") this.state = "ending";
    this.kill();
  }

  #workerPid(): number {
    return this.#tree.at(-1) ?? this.#child.pid ?? 0;
  }

  #receive(frame: Frame): void {
    const active = this.#active;
    if (frame.kind === FRAME.ready && this.state === "starting") this.#started();
    else if (frame.kind === FRAME.ready && this.state === "refilling") this.#refilled("idle");
    else if (frame.kind === FRAME.kept && this.state === "refilling" && this.session !== null) this.#refilled("kept");
    // INVARIANT: a frame counts only with the tag of the run that this worker was given
    else if (!active || frame.tag !== active.tag) this.#violated();
    else if (frame.kind === FRAME.fetch) this.#ask(active, frame);
    else if (frame.kind === FRAME.stdout || frame.kind === FRAME.stderr) this.#output(active, frame);
    else this.#result(frame);
  }

  #started(): void {
    this.#tree = processTree(this.#child.pid!);
    const missing = missingRing(this.#workerPid(), this.#plan.variant);
    if (missing !== null) {
      this.#stderr = missing;
      this.kill();
      return;
    }
    preferForOutOfMemory(this.#tree);
    this.state = "idle";
    this.#events.onReady();
  }

  /** INVARIANT: what the host is asked passes unread, and no more often than a run may ask. */
  #ask(active: Active, frame: Frame): void {
    if (++active.requests > MAX_REQUESTS) this.#violated();
    else active.onOutput(frame.kind, frame.body);
  }

  #output(active: Active, frame: Frame): void {
    active.outputBytes += frame.body.length;
    if (active.outputBytes > active.limits.outputBytes) this.end("output_exceeded", null);
    else active.onOutput(frame.kind, frame.body);
  }

  #result(frame: Frame): void {
    const status = frame.kind === FRAME.result ? RUN_STATUSES[frame.body[0] ?? -1] : undefined;
    if (status === undefined || status === "not_run" || status === "crashed") this.#violated();
    else this.#answer(status, null, frame.body.subarray(1));
  }

  #violated(): void {
    this.end("crashed", "protocol_violation");
  }

  /** A run that ended well leaves a usable worker; after any other end the process is replaced. */
  #answer(status: RunStatus, reason: RunReason | null, report: Buffer): void {
    const active = this.#active;
    if (!active) return;
    clearTimeout(active.timer);
    const resident = residentBytes(this.#workerPid());
    const peak = Math.max(active.peak, resident === null ? 0 : resident - active.baseline);
    this.#active = null;
    const durationMs = performance.now() - active.started;
    if (this.state === "busy" && (status === "completed" || status === "failed") && !this.#isWorn(durationMs)) this.#rest();
    else this.#retire();
    active.onEnd({ status, reason, durationMs, memoryPeakBytes: Math.max(0, peak), report });
    if (this.state === "idle") this.#events.onIdle();
  }

  /** Making an isolate takes no longer than some runs do; an interpreter takes much longer. */
  #isWorn(durationMs: number): boolean {
    this.#unseenMs += durationMs;
    if (this.#runs >= MAX_RUNS) return true;
    if (this.#plan.kind !== "python" && this.#unseenMs < LOOK_EVERY_MS) return false;
    this.#unseenMs = 0;
    return (cpuSeconds(this.#workerPid()) ?? 0) > WORKER_CPU_SECONDS;
  }

  /** A JavaScript worker has its next isolate at once; a Python worker says when it has its next interpreter. */
  #rest(): void {
    this.state = this.#plan.kind === "python" ? "refilling" : "idle";
    if (this.state === "refilling") this.#refill = setTimeout(() => this.kill(), REFILL_TIMEOUT_MS);
  }

  #refilled(state: "idle" | "kept"): void {
    if (this.#refill) clearTimeout(this.#refill);
    this.state = state;
    this.#events.onIdle();
  }

  /** Gives up what is kept unless its session asks within so many ms. */
  expire(ms: number): void {
    this.#refill = setTimeout(() => this.renew(), ms);
  }

  /** Gives up the interpreter that is kept for a session. */
  renew(): void {
    if (this.state !== "kept") return;
    if (this.#refill) clearTimeout(this.#refill);
    this.#rest();
    this.#input.write(encodeFrame(FRAME.renew, NO_TAG));
  }

  #ended(detail: string): void {
    if (this.state === "ended") return;
    const wasReady = this.state !== "starting";
    this.state = "ended";
    for (const timer of [this.#lastResort, this.#refill]) if (timer) clearTimeout(timer);
    const verdict = this.#verdict ?? { status: diedOfMemory(this.#stderr) ? "memory_exceeded" : "crashed", reason: null };
    const reason = verdict.status === "crashed" ? (verdict.reason ?? "worker_died") : verdict.reason;
    this.#answer(verdict.status, reason, Buffer.alloc(0));
    this.#input.destroy();
    this.#events.onExit(detail, wasReady);
  }
}

/** SIGKILL; a process or group that is already gone is as good. */
function signal(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // gone
  }
}

/** V8 aborts the process when memory that it cannot do without is refused, and says so; the guest cannot write there. */
function diedOfMemory(stderr: string): boolean {
  return /out of memory|invalid size error|invalid array length|Allocation failed/i.test(stderr);
}
