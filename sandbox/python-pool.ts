/**
 * The supervisor's pool of Python workers: first the memory snapshot, made by a worker that never runs a program, then
 * workers that each keep one interpreter ready. It starts when a run asks for it, or when the machine has nothing else to do.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { FRAME, frameReader } from "./frames.ts";
import { FILTER_FD, launch, type Variant, type WorkerPlan } from "./launch.ts";
import { watchStart } from "./start-deadline.ts";
import type { PythonState, RunHead, RunMeta, RunReason, SupervisorSettings } from "./types.ts";
import { WorkerProcess } from "./worker-process.ts";

/** A snapshot takes some 3 s of CPU time, an interpreter that begins with it less. */
const START_LIMITS = { cpuSeconds: 30, stillMs: 30_000, longestMs: 300_000 };
/** Failed starts in a row after which Python counts as unavailable. */
const MAX_FAILURES = 3;
const RETRY_MS = 200;
const TRY_AGAIN_MS = 60_000;
const MAX_SNAPSHOT = 256 * 1024 * 1024;

type Waiting = { readonly tag: string; readonly head: RunHead; readonly request: Buffer };
type PoolEvents = {
  readonly onStarted: (tag: string) => void;
  readonly onOutput: (kind: number, tag: string, text: Buffer) => void;
  readonly onDone: (tag: string, meta: RunMeta, report: Buffer) => void;
  /** Workers or state changed. */
  readonly onChange: () => void;
};

/** Has a lifetime: until `leave`. */
export class PythonPool {
  state: PythonState;
  /** The last start failure, for people. */
  detail: string | null = null;
  readonly #settings: SupervisorSettings;
  readonly #events: PoolEvents;
  readonly #workers = new Set<WorkerProcess>();
  readonly #waiting: Waiting[] = [];
  #variant: Variant | null = null;
  #maker: ChildProcess | null = null;
  #snapshot: Buffer | null = null;
  #delay: NodeJS.Timeout | null = null;
  #failures = 0;
  #leaving = false;

  constructor(settings: SupervisorSettings, events: PoolEvents) {
    this.#settings = settings;
    this.#events = events;
    this.state = settings.python === null ? "none" : "pending";
  }

  /** The rings that have proven to work here: the same stand around Python. */
  use(variant: Variant): void {
    const first = this.#variant === null;
    this.#variant = variant;
    if (!first || this.#settings.python === null) return;
    const { startAfterMs } = this.#settings.python;
    if (startAfterMs !== null) this.#later(startAfterMs, () => this.#begin());
    if (this.#waiting.length > 0) this.#begin();
  }

  submit(run: Waiting): void {
    this.#waiting.push(run);
    if (this.state === "none" || this.state === "failed") this.#refuseAll();
    else if (this.#variant) this.#begin();
    this.#dispatch();
  }

  /** A waiting run given up: true when it was one of ours. */
  takeBack(tag: string): boolean {
    const at = this.#waiting.findIndex((run) => run.tag === tag);
    if (at >= 0) this.#waiting.splice(at, 1);
    return at >= 0;
  }

  workers(): readonly WorkerProcess[] {
    return [...this.#workers];
  }

  /** Process groups of everything started here. */
  groups(): number[] {
    const groups = this.workers().map((worker) => worker.group);
    return [...groups, this.#maker?.pid ?? null].filter((group) => group !== null);
  }

  leave(): void {
    this.#leaving = true;
    if (this.#delay) clearTimeout(this.#delay);
    if (this.#maker?.pid !== undefined) endGroup(this.#maker.pid);
    for (const worker of this.#workers) worker.kill();
  }

  #later(ms: number, then: () => void): void {
    if (this.#delay) clearTimeout(this.#delay);
    this.#delay = setTimeout(() => {
      this.#delay = null;
      then();
    }, ms);
  }

  #begin(): void {
    if (this.#leaving || this.#maker || this.#snapshot || this.state === "failed") return;
    if (this.#delay) clearTimeout(this.#delay);
    this.#delay = null;
    this.#makeSnapshot();
    this.#events.onChange();
  }

  #plan(kind: WorkerPlan["kind"]): WorkerPlan {
    const { bubblewrap, maximum, python } = this.#settings;
    return { kind, variant: this.#variant!, bubblewrap, maximum, python: python!.directory, packages: python!.packages ?? null };
  }

  #makeSnapshot(): void {
    const { command, args, options, filter } = launch(this.#plan("snapshot"));
    const maker = spawn(command, [...args], options);
    this.#maker = maker;
    let stderr = "";
    let made: Buffer | null = null;
    const stopWatch = watchStart(
      () => maker.pid ?? null,
      START_LIMITS,
      () => endGroup(maker.pid),
    );
    if (filter) (maker.stdio.at(FILTER_FD) as Socket).on("error", () => {}).end(filter);
    maker.stderr?.on("data", (text: Buffer) => {
      stderr = (stderr + text.toString("latin1")).slice(0, 500);
    });
    const read = frameReader(MAX_SNAPSHOT, (frame) => {
      if (frame.kind === FRAME.setup) made = Buffer.from(frame.body);
    });
    (maker.stdio[4] as Socket).on("error", () => {}).on("data", (chunk: Buffer) => void read(chunk));
    (maker.stdio[3] as Socket).on("error", () => {});
    const ended = (detail: string) => {
      stopWatch();
      if (this.#maker !== maker) return;
      this.#maker = null;
      this.#snapshot = made;
      if (made === null) this.#failed(detail);
      this.#fill();
      this.#events.onChange();
    };
    maker.on("error", (error) => ended(error.message));
    maker.on("close", () => ended(stderr));
  }

  #failed(detail: string): void {
    this.detail = detail.slice(0, 500);
    this.#failures++;
    if (this.#failures < MAX_FAILURES) {
      this.#later(RETRY_MS * 2 ** this.#failures, () => (this.#snapshot ? this.#fill() : this.#begin()));
      return;
    }
    this.state = "failed";
    this.#refuseAll();
    this.#later(TRY_AGAIN_MS, () => {
      this.state = "pending";
      this.#failures = 0;
      if (this.#snapshot) this.#fill();
      else this.#begin();
    });
  }

  #refuseAll(): void {
    const reason: RunReason = "executor_unavailable";
    for (const { tag } of this.#waiting.splice(0)) {
      this.#events.onDone(tag, { status: "not_run", reason, durationMs: 0, memoryPeakBytes: 0 }, Buffer.alloc(0));
    }
  }

  #fill(): void {
    const wanted = this.#settings.python?.interpreters ?? 0;
    while (!this.#leaving && this.#snapshot && this.#delay === null && this.state !== "failed" && this.#workers.size < wanted) {
      this.#startWorker(this.#snapshot);
    }
  }

  #startWorker(snapshot: Buffer): void {
    const settle = () => {
      this.#dispatch();
      this.#fill();
      this.#events.onChange();
    };
    const worker: WorkerProcess = new WorkerProcess(
      this.#plan("python"),
      {
        onReady: () => {
          stopWatch();
          this.state = "ready";
          this.#failures = 0;
          this.detail = null;
          settle();
        },
        onIdle: () => {
          this.#rested(worker);
          settle();
        },
        onExit: (stderr, wasReady) => {
          stopWatch();
          this.#workers.delete(worker);
          if (!wasReady && !this.#leaving) this.#failed(stderr);
          settle();
        },
      },
      snapshot,
    );
    const stopWatch = watchStart(
      () => worker.group,
      START_LIMITS,
      () => worker.kill(),
    );
    this.#workers.add(worker);
  }

  #dispatch(): void {
    for (let at = 0; at < this.#waiting.length; ) {
      const worker = this.#workerFor(this.#waiting[at]!.head.session);
      if (worker) this.#assign(worker, this.#waiting.splice(at, 1)[0]!);
      else at++;
    }
    this.#giveUpKept();
  }

  /** INVARIANT: what was kept for a session serves no other. */
  #workerFor(session: string | null): WorkerProcess | undefined {
    const workers = this.workers();
    const own = workers.find((worker) => worker.state === "kept" && session !== null && worker.session === session);
    return own ?? workers.find(({ state }) => state === "idle");
  }

  /** Who waits for an interpreter comes before a session that may never ask again; the one that rested longest goes first. */
  #giveUpKept(): void {
    const coming = this.workers().filter(({ state }) => state === "refilling" || state === "starting").length;
    const kept = this.workers().filter(({ state }) => state === "kept");
    for (const worker of kept.slice(0, Math.max(0, this.#waiting.length - coming))) worker.renew();
  }

  /** To the end of the order; what is kept, is kept for so long. */
  #rested(worker: WorkerProcess): void {
    this.#workers.delete(worker);
    this.#workers.add(worker);
    if (worker.state === "kept") worker.expire(this.#settings.python?.reuseMs ?? 0);
  }

  #assign(worker: WorkerProcess, { tag, head, request }: Waiting): void {
    worker.assign({
      ...{ tag, limits: head.limits, session: head.session, request },
      onOutput: (kind, text) => this.#events.onOutput(kind, tag, text),
      onEnd: ({ report, ...meta }) => this.#events.onDone(tag, meta, report),
    });
    this.#events.onStarted(tag);
  }
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // already gone
  }
}
