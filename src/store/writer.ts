/**
 * The main thread's end of the writer: hands units over, keeps their promises, and starts a new thread when one dies.
 */
import { Worker } from "node:worker_threads";
import { canonicalJson } from "../audit/chain.ts";
import { facetsOf } from "../audit/facets.ts";
import { workerEntry, workerEnvironment } from "../worker-entry.ts";
import type { PreparedUnit } from "./apply-unit.ts";
import { type CommitResult, StoreError, type Unit, type Writer } from "./store.ts";
import type { Answer, Request, WriterOptions } from "./writer-protocol.ts";

export type WriterClient = Writer & {
  /** Resolves after a durable write of no consequence; rejects with StoreError. */
  ping(): Promise<void>;
  /** Waits for what is under way, closes the database, ends the thread. */
  close(): Promise<void>;
  /** Ends the thread at once, as a crash would. Units under way are rejected; the next one starts a new thread. */
  kill(): Promise<void>;
};

type Settle = { readonly resolve: (answer: Answer) => void; readonly reject: (error: StoreError) => void };
type Thread = { readonly worker: Worker; readonly waiting: Map<number, Settle>; readonly ended: Promise<void> };

export function startWriter(options: WriterOptions): WriterClient {
  let thread: Thread | null = null;
  let closed = false;
  let count = 0;

  async function send(message: (number: number) => Request): Promise<Answer> {
    if (closed) throw new StoreError("unavailable", "the store is closed");
    thread ??= startThread(options, (ended) => {
      if (thread === ended) thread = null;
    });
    return request(thread, ++count, message);
  }

  return {
    async commit(unit) {
      const prepared = prepareUnit(unit);
      return toResult(await send((number) => ({ type: "unit", number, unit: prepared })));
    },
    async ping() {
      toResult(await send((number) => ({ type: "ping", number })));
    },
    async close() {
      closed = true;
      const last = thread;
      if (last === null) return;
      last.worker.ref();
      last.worker.postMessage({ type: "close" } satisfies Request);
      await last.ended;
    },
    async kill() {
      await thread?.worker.terminate();
    },
  };
}

function startThread(options: WriterOptions, onEnd: (thread: Thread) => void): Thread {
  const worker = new Worker(workerEntry("store/writer-thread"), { workerData: options, name: "store-writer", env: workerEnvironment() });
  const waiting = new Map<number, Settle>();
  let reason: unknown;
  const ended = new Promise<void>((resolve) => {
    worker.on("error", (error) => {
      reason = error;
    });
    worker.on("exit", () => {
      onEnd(thread);
      const error = new StoreError(
        "unavailable",
        "the writer thread ended before it answered: whether the unit was stored is unknown",
        reason,
      );
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
      resolve();
    });
  });
  worker.on("message", (answers: readonly Answer[]) => {
    for (const answer of answers) {
      waiting.get(answer.number)?.resolve(answer);
      waiting.delete(answer.number);
    }
    if (waiting.size === 0) worker.unref();
  });
  // An idle writer does not keep the process alive.
  worker.unref();
  const thread: Thread = { worker, waiting, ended };
  return thread;
}

function request({ worker, waiting }: Thread, number: number, message: (number: number) => Request): Promise<Answer> {
  return new Promise((resolve, reject) => {
    try {
      worker.postMessage(message(number));
    } catch (cause) {
      reject(new StoreError("unavailable", "the unit could not be handed to the writer", cause));
      return;
    }
    if (waiting.size === 0) worker.ref();
    waiting.set(number, { resolve, reject });
  });
}

/** What of a unit can be made ready before it has its place in the log. */
export function prepareUnit(unit: Unit): PreparedUnit {
  const audit = unit.audit.map(({ id, at, type, agentId, sessionId, data }) => ({
    id,
    at,
    type,
    agentId,
    sessionId,
    canonicalData: canonicalJson(data),
    facets: facetsOf(data),
  }));
  return { audit, changes: unit.changes };
}

function toResult(answer: Answer): CommitResult {
  switch (answer.type) {
    case "stored":
      return { ok: true, records: answer.records };
    case "conflict":
      return { ok: false, conflict: answer.message };
    case "failure":
      throw new StoreError(answer.code, answer.message);
  }
}
