/**
 * Analysis in worker threads under a hard deadline: a queue in front, a cache behind. Whatever a program does to a
 * parser, the answer is a failure with its reason, and the next program is answered (INVARIANT 4).
 */
import { createHash } from "node:crypto";
import type { AnalysisResult } from "../../analysis/effects.ts";
import type { Language } from "../../analysis/tree.ts";
import { ANALYSER_VERSION } from "../../analysis/version.ts";
import type { WorkerSetup } from "./protocol.ts";
import { createResultCache, type ResultCache } from "./result-cache.ts";
import { failed, WorkerSlot } from "./worker-slot.ts";

export type AnalysisJob = {
  readonly code: string;
  readonly language: Language;
  /** SHA-256 of language + code: with the pool's version the whole cache key. */
  readonly digest: string;
  readonly signal?: AbortSignal;
  /** Runs behind all others and on one worker at a time (callers without a key). */
  readonly background?: boolean;
};
export type PoolStats = {
  readonly size: number;
  readonly idle: number;
  readonly busy: number;
  readonly queued: number;
  readonly cached: number;
  readonly analysed: number;
  readonly cacheHits: number;
  readonly deadlines: number;
  readonly crashes: number;
  readonly replaced: number;
  /** Why every answer is `rules_broken`, or null. */
  readonly fault: string | null;
};
export type AnalysisPool = {
  /** Rejects with `PoolBusyError` when the queue is full and with the signal's reason when it aborts. */
  analyze(job: AnalysisJob): Promise<AnalysisResult>;
  stats(): PoolStats;
  close(): Promise<void>;
};
export type PoolOptions = {
  readonly size: number;
  /** ms of one task on a warm worker; waiting and starting do not count. */
  readonly deadlineMs: number;
  readonly queueLimit: number;
  readonly cacheEntries: number;
  /** ms that a result is kept; for good when absent. */
  readonly cacheTtlMs?: number;
  /** `packKnowledge`'s. */
  readonly knowledge: SharedArrayBuffer;
  /** MiB of JavaScript heap of each worker; more ends the worker, not the process. */
  readonly memoryMb?: number;
  /** ms since the epoch. */
  readonly clock?: () => number;
};

/** The queue is full: nothing was analysed, the caller may come again. */
export class PoolBusyError extends Error {
  override readonly name = "PoolBusyError";
  readonly code = "pool_busy";
}

type Waiting = {
  readonly key: string;
  readonly job: AnalysisJob;
  background: boolean;
  readonly promise: Promise<AnalysisResult>;
  readonly resolve: (result: AnalysisResult) => void;
};
type Pool = {
  readonly slots: WorkerSlot[];
  readonly cache: ResultCache;
  readonly queue: Waiting[];
  /** Queued and running jobs by key: the same program is analysed once. */
  readonly pending: Map<string, Waiting>;
  runningBackground: number;
  /** Counts jobs started, to see whether one had the pool for itself. */
  started: number;
  readonly counts: { analysed: number; cacheHits: number; deadlines: number; crashes: number };
};

/** Resolves when every worker is warm; rejects when one cannot be started. */
export async function createAnalysisPool(options: PoolOptions): Promise<AnalysisPool> {
  const setup = { knowledge: options.knowledge };
  const version = versionOf(setup);
  const pool: Pool = {
    slots: [],
    cache: createResultCache(options.cacheEntries, options.clock ?? Date.now, options.cacheTtlMs),
    queue: [],
    pending: new Map(),
    runningBackground: 0,
    started: 0,
    counts: { analysed: 0, cacheHits: 0, deadlines: 0, crashes: 0 },
  };
  const close = async () => {
    for (const waiting of pool.queue.splice(0)) finish(pool, waiting, failed("crashed", "the analysis pool was closed"));
    await Promise.all(pool.slots.map((slot) => slot.close()));
  };
  try {
    await startSlots(pool, setup, options);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    analyze: (job) => analyze(pool, `${version}:${job.language}:${job.digest}`, job, options.queueLimit),
    stats: () => statsOf(pool),
    close,
  };
}

/** SHA-256 over everything besides the program that decides its analysis. */
function versionOf({ knowledge }: WorkerSetup): string {
  return createHash("sha256").update(ANALYSER_VERSION).update(new Uint8Array(knowledge)).digest("hex").slice(0, 32);
}

function startSlots(pool: Pool, setup: WorkerSetup, options: PoolOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let warm = 0;
  for (let i = 0; i < Math.max(1, options.size); i++) {
    let first = true;
    const onIdle = () => {
      if (first) warm++;
      first = false;
      if (warm === pool.slots.length) resolve();
      dispatch(pool);
    };
    const onStartFailed = (message: string) => {
      reject(new Error(`an analysis worker cannot be started: ${message}`));
      if (pool.slots.every((slot) => !slot.idle && !slot.busy)) abandonQueue(pool);
    };
    const { deadlineMs, memoryMb } = options;
    pool.slots.push(new WorkerSlot({ setup, deadlineMs, ...(memoryMb === undefined ? {} : { memoryMb }) }, { onIdle, onStartFailed }));
  }
  return promise;
}

/** No worker is left to take what waits. */
function abandonQueue(pool: Pool): void {
  for (const waiting of pool.queue.splice(0)) {
    pool.counts.crashes++;
    finish(pool, waiting, failed("crashed", "no analysis worker can be started"));
  }
}

async function analyze(pool: Pool, key: string, job: AnalysisJob, queueLimit: number): Promise<AnalysisResult> {
  job.signal?.throwIfAborted();
  const known = pool.cache.get(key);
  if (known !== null) {
    pool.counts.cacheHits++;
    return known;
  }
  const background = job.background === true;
  const same = pool.pending.get(key);
  if (same !== undefined) {
    if (!background) same.background = false;
    dispatch(pool);
    return abortable(same.promise, job.signal);
  }
  if (pool.queue.length >= queueLimit) throw new PoolBusyError("the analysis queue is full");
  const { promise, resolve } = Promise.withResolvers<AnalysisResult>();
  const waiting: Waiting = { key, job, background, promise, resolve };
  pool.pending.set(key, waiting);
  pool.queue.push(waiting);
  dispatch(pool);
  return abortable(promise, job.signal);
}

/** The job itself goes on: its result is cached for whoever asks again. */
function abortable(promise: Promise<AnalysisResult>, signal: AbortSignal | undefined): Promise<AnalysisResult> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then((result) => {
      signal.removeEventListener("abort", onAbort);
      resolve(result);
    }, reject);
  });
}

function dispatch(pool: Pool): void {
  for (const slot of pool.slots) {
    if (!slot.idle) continue;
    const waiting = takeNext(pool);
    if (waiting === null) return;
    void runOn(pool, slot, waiting);
  }
}

function takeNext(pool: Pool): Waiting | null {
  let at = pool.queue.findIndex((waiting) => !waiting.background);
  if (at < 0 && pool.runningBackground === 0) at = 0;
  return at < 0 ? null : (pool.queue.splice(at, 1)[0] ?? null);
}

async function runOn(pool: Pool, slot: WorkerSlot, waiting: Waiting): Promise<void> {
  const background = waiting.background;
  const alone = !pool.slots.some((other) => other.busy);
  const mine = ++pool.started;
  if (background) pool.runningBackground++;
  const { code, language } = waiting.job;
  const { ended, result } = await slot.run({ code, language });
  if (background) pool.runningBackground--;
  if (ended === "deadline") pool.counts.deadlines++;
  else if (ended === "crashed") pool.counts.crashes++;
  else pool.counts.analysed++;
  if (ended === "result") pool.cache.put(waiting.key, result);
  if (ended === "deadline") pool.cache.putDeadline(waiting.key, result, alone && mine === pool.started);
  finish(pool, waiting, result);
  dispatch(pool);
}

function finish(pool: Pool, waiting: Waiting, result: AnalysisResult): void {
  pool.pending.delete(waiting.key);
  waiting.resolve(result);
}

function statsOf(pool: Pool): PoolStats {
  return {
    size: pool.slots.length,
    idle: pool.slots.filter((slot) => slot.idle).length,
    busy: pool.slots.filter((slot) => slot.busy).length,
    queued: pool.queue.length,
    cached: pool.cache.size(),
    ...pool.counts,
    replaced: pool.slots.reduce((sum, slot) => sum + slot.replaced, 0),
    fault: pool.slots.find((slot) => slot.fault !== null)?.fault ?? null,
  };
}
