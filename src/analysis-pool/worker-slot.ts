/** One place of the pool: a worker thread that is started, warmed up, given one task at a time, and replaced. */
import { Worker } from "node:worker_threads";
import type { AnalysisFailure, AnalysisResult } from "../../analysis/effects.ts";
import { workerEntry, workerEnvironment } from "../worker-entry.ts";
import type { FromWorker, Task, WorkerSetup } from "./protocol.ts";

/** `deadline` and `crashed` ended the worker; `result` is its answer. */
export type Run = { readonly ended: "result" | "deadline" | "crashed"; readonly result: AnalysisResult };

/** MiB of JavaScript heap; wasm's own memory is not counted, and the deadline bounds it. */
const DEFAULT_MEMORY_MB = 512;
/**
 * INVARIANT 4: a worker that is out of memory may use 16 MiB more until it is stopped, and whatever goes beyond that ends the
 * process. One collection moves up to two thirds of the young generation into the old one: it must fit into that.
 */
const YOUNG_MB = 24;
/** MiB of stack: recursion over a program that passed the limits must not overflow, and if it does, end in a RangeError. */
const STACK_MB = 32;
const RESTART_DELAY_MS = { first: 50, most: 5_000 };

/** What a slot tells the pool: it can take a task, it could not start, or why its rules cannot be used. */
export type SlotOptions = { readonly setup: WorkerSetup; readonly deadlineMs: number; readonly memoryMb?: number };
export type SlotEvents = { readonly onIdle: () => void; readonly onStartFailed: (message: string) => void };

/** Has a lifetime: from construction to `close`. */
export class WorkerSlot {
  readonly #options: SlotOptions;
  readonly #events: SlotEvents;
  #worker: Worker | null = null;
  #state: "starting" | "idle" | "busy" | "closed" = "starting";
  #finish: ((run: Run) => void) | null = null;
  #timer: NodeJS.Timeout | undefined;
  #failedStarts = 0;
  /** Why every answer is `rules_broken`; null when the rules are fine or not yet known. */
  fault: string | null = null;
  /** Workers that ended before their time. */
  replaced = 0;

  constructor(options: SlotOptions, events: SlotEvents) {
    this.#options = options;
    this.#events = events;
    this.#start();
  }

  get idle(): boolean {
    return this.#state === "idle";
  }

  get busy(): boolean {
    return this.#state === "busy";
  }

  /** Runs a task; only when idle. Resolves when it is answered, or when the deadline or a crash ended the worker. */
  run(task: Task): Promise<Run> {
    const worker = this.#worker;
    if (worker === null || !this.idle) throw new Error("analysis worker is not idle");
    this.#state = "busy";
    worker.ref();
    return new Promise((resolve) => {
      this.#finish = resolve;
      this.#timer = setTimeout(() => {
        const message = `analysis took longer than ${this.#options.deadlineMs} ms`;
        this.#settle({ ended: "deadline", result: failed("deadline", message) });
        this.#replace();
      }, this.#options.deadlineMs);
      worker.postMessage(task);
    });
  }

  async close(): Promise<void> {
    this.#state = "closed";
    clearTimeout(this.#timer);
    const worker = this.#worker;
    this.#worker = null;
    this.#settle({ ended: "crashed", result: failed("crashed", "the analysis pool was closed") });
    await worker?.terminate();
  }

  #start(): void {
    this.#state = "starting";
    const { memoryMb = DEFAULT_MEMORY_MB } = this.#options;
    const worker = new Worker(workerEntry("analysis-pool/analysis-worker"), {
      name: "analysis",
      workerData: this.#options.setup,
      env: workerEnvironment(),
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: YOUNG_MB, stackSizeMb: STACK_MB },
    });
    this.#worker = worker;
    // INVARIANT: events of a worker that was given up are not taken for those of its successor.
    worker.on("message", (message: FromWorker) => {
      if (worker === this.#worker) this.#receive(message);
    });
    worker.on("error", (error: unknown) => {
      if (worker === this.#worker) this.#died(error instanceof Error ? error.message : String(error));
    });
    worker.on("exit", (code) => {
      if (worker === this.#worker) this.#died(`worker ended with code ${code}`);
    });
  }

  #receive(message: FromWorker): void {
    if (message.type === "ready") {
      this.#failedStarts = 0;
      this.fault = message.fault;
      this.#becomeIdle();
      return;
    }
    clearTimeout(this.#timer);
    const finish = this.#finish;
    this.#finish = null;
    if (message.poisoned) this.#replace();
    else this.#becomeIdle();
    finish?.({ ended: "result", result: message.result });
  }

  #becomeIdle(): void {
    this.#state = "idle";
    // An idle pool does not keep the process alive.
    this.#worker?.unref();
    this.#events.onIdle();
  }

  #died(message: string): void {
    const starting = this.#state === "starting";
    this.#settle({ ended: "crashed", result: failed("crashed", "the analysis worker died") });
    if (starting) {
      this.#failedStarts++;
      this.#events.onStartFailed(message);
    }
    this.#replace();
  }

  #settle(run: Run): void {
    clearTimeout(this.#timer);
    const finish = this.#finish;
    this.#finish = null;
    finish?.(run);
  }

  #replace(): void {
    if (this.#state === "closed") return;
    const worker = this.#worker;
    this.#worker = null;
    this.#state = "starting";
    this.replaced++;
    void worker?.terminate();
    if (this.#failedStarts === 0) {
      this.#start();
      return;
    }
    const delay = Math.min(RESTART_DELAY_MS.first * 2 ** this.#failedStarts, RESTART_DELAY_MS.most);
    setTimeout(() => {
      if (this.#state === "starting" && this.#worker === null) this.#start();
    }, delay).unref();
  }
}

export function failed(reason: AnalysisFailure["reason"], message: string): AnalysisResult {
  return { ok: false, failure: { reason, message } };
}
