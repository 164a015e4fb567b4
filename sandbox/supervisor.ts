/**
 * Entry of the supervisor process: keeps the pool of workers, hands runs to them, and ends what does not end. It never
 * runs or parses anything of a guest: results pass through as bytes. It lives as long as its client's pipe.
 */
import { Socket } from "node:net";
import { encodeFrame, FRAME, type Frame, frameReader, joinBody, NO_TAG, splitBody } from "./frames.ts";
import { isolationOf, type Variant, variants } from "./launch.ts";
import { ProgramPool } from "./program-pool.ts";
import { PythonPool } from "./python-pool.ts";
import type { RunHead, RunMeta, RunReason, SupervisorSettings, SupervisorStatus } from "./types.ts";
import { WorkerProcess } from "./worker-process.ts";

const PIPE = 3;
const WATCH_MS = 10;
/** Idle beside the workers that may be busy, so that a killed one is not waited for. */
const SPARES = 1;
/** Workers started at one time: a start costs a CPU for a tenth of a second. */
const STARTING_AT_ONCE = 2;
const START_TIMEOUT_MS = 20_000;
const RETRY_MS = 200;
const MAX_RETRY_MS = 10_000;
const PROBE_AGAIN_MS = 60_000;
/** How long killed workers may take to be gone when the supervisor itself ends. */
const LEAVE_MS = 1_000;
const MAX_REQUEST = 256 * 1024 * 1024;

type Waiting = { readonly tag: string; readonly head: RunHead; readonly request: Buffer };

const settings = JSON.parse(process.argv[2]!) as SupervisorSettings;
const client = new Socket({ fd: PIPE, readable: true, writable: true });
const workers = new Set<WorkerProcess>();
const waiting: Waiting[] = [];
const python = new PythonPool(settings, {
  onStarted: started,
  onOutput: (kind, tag, text) => send(kind, tag, text),
  onDone: done,
  onChange: settle,
});
const programs = new ProgramPool(settings, {
  onStarted: started,
  onOutput: (kind, tag, text) => send(kind, tag, text),
  onDone: done,
  onChange: settle,
});

const choices = variants(settings.bubblewrap);
let choice = 0;
/** Whether the variant at `choice` has worked: then a failed start is tried again, and no weaker variant is taken. */
let proven = false;
let failures = 0;
/** Runs that were waiting or under way together, at most. */
let mostAtATime = 0;
let detail: string | null = null;
let told = "";
let leaving = false;
let reason: RunReason | null = "executor_unavailable";
let watcher: NodeJS.Timeout | null = null;
let ticks = 0;
let retry: NodeJS.Timeout | null = null;

function variant(): Variant | undefined {
  const next = choices[choice];
  return next && (settings.require !== "namespaces" || next.namespaces) ? next : undefined;
}

/** Frames of one turn leave together: the end of a run, and the start of the next in its place. */
function send(kind: number, tag: string, body: Buffer | string = ""): void {
  if (!client.writable) return;
  if (client.writableCorked === 0) {
    client.cork();
    process.nextTick(() => client.uncork());
  }
  client.write(encodeFrame(kind, tag, body));
}

function count(state: WorkerProcess["state"]): number {
  let found = 0;
  for (const worker of workers) if (worker.state === state) found++;
  return found;
}

function tellStatus(): void {
  const chosen = variant();
  const status: SupervisorStatus = {
    ready: proven,
    isolation: proven && chosen ? isolationOf(chosen) : [],
    reason: proven ? null : reason,
    detail: detail ?? python.detail,
    python: python.state,
    programs: programs.states(),
    groups: [...[...workers].map((worker) => worker.group), ...python.groups(), ...programs.groups()]
      .filter((group) => group !== null)
      .toSorted((a, b) => a - b),
  };
  const text = JSON.stringify(status);
  if (text !== told) send(FRAME.status, NO_TAG, text);
  told = text;
}

/**
 * Keeps one worker more alive than there ever were runs at a time, within what is configured: who runs nothing pays for
 * one. Before the first works, one is tried at a time: that is the probe.
 */
function fillPool(): void {
  const chosen = variant();
  if (!chosen) {
    reason = settings.require === "namespaces" ? "isolation_unavailable" : "executor_unavailable";
    probeAgainLater();
    return;
  }
  const target = proven ? Math.min(settings.workers, mostAtATime) + SPARES : 1;
  while (retry === null && workers.size < target && count("starting") < STARTING_AT_ONCE) startWorker(chosen);
}

/** A machine that was too busy, or lacked something, at the start may do better later. */
function probeAgainLater(): void {
  retry ??= setTimeout(() => {
    retry = null;
    choice = 0;
    settle();
  }, PROBE_AGAIN_MS);
}

function startWorker(chosen: Variant): void {
  const { bubblewrap, maximum } = settings;
  const worker: WorkerProcess = new WorkerProcess(
    { kind: "javascript", variant: chosen, bubblewrap, maximum, python: null },
    {
      onReady: () => {
        clearTimeout(timer);
        proven = true;
        failures = 0;
        detail = null;
        python.use(chosen);
        settle();
      },
      onIdle: () => {
        // to the end of the order: the worker that rested longest has its next isolate ready
        workers.delete(worker);
        workers.add(worker);
        settle();
      },
      onExit: (stderr, wasReady) => {
        clearTimeout(timer);
        workers.delete(worker);
        if (!wasReady) startFailed(stderr);
        settle();
      },
    },
  );
  const timer = setTimeout(() => worker.kill(), START_TIMEOUT_MS);
  workers.add(worker);
}

/** Before anything has worked, the next weaker variant is tried; afterwards the same again, ever more slowly. */
function startFailed(stderr: string): void {
  detail = stderr.slice(0, 500);
  if (!proven) {
    choice++;
    return;
  }
  const delay = Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** Math.min(failures++, 10));
  retry ??= setTimeout(() => {
    retry = null;
    settle();
  }, delay);
}

function settle(): void {
  if (leaving && isEmpty()) process.exit(0);
  if (leaving) return;
  dispatch();
  fillPool();
  tellStatus();
}

const isEmpty = (): boolean => workers.size === 0 && python.groups().length === 0 && programs.groups().length === 0;

function dispatch(): void {
  for (const worker of workers) {
    if (worker.state !== "idle") continue;
    const next = waiting.shift();
    if (!next) return;
    assign(worker, next);
  }
}

function assign(worker: WorkerProcess, run: Waiting): void {
  worker.assign({
    tag: run.tag,
    limits: run.head.limits,
    session: run.head.session,
    request: run.request,
    onOutput: (kind, text) => send(kind, run.tag, text),
    onEnd: ({ report, ...meta }) => done(run.tag, meta, report),
  });
  started(run.tag);
}

function started(tag: string | null): void {
  if (tag !== null) send(FRAME.started, tag);
  watcher ??= setInterval(watch, WATCH_MS);
}

function done(tag: string, meta: RunMeta, report: Buffer): void {
  send(FRAME.done, tag, joinBody(meta, report));
}

function watch(): void {
  ticks++;
  let busy = programs.watch(ticks);
  for (const worker of [...workers, ...python.workers()]) {
    busy ||= worker.state === "busy";
    worker.watch(ticks);
  }
  if (busy || !watcher) return;
  clearInterval(watcher);
  watcher = null;
}

function notRun(tag: string, why: RunReason): void {
  done(tag, { status: "not_run", reason: why, durationMs: 0, memoryPeakBytes: 0 }, Buffer.alloc(0));
}

function receive(frame: Frame): void {
  if (frame.kind === FRAME.run) {
    const run: Waiting = { tag: frame.tag, head: splitBody(frame.body).head as RunHead, request: frame.body };
    if (programs.serves(run.head.language)) {
      programs.submit(run);
      return;
    }
    if (run.head.language === "python") {
      python.submit(run);
      return;
    }
    waiting.push(run);
    mostAtATime = Math.max(mostAtATime, count("busy") + waiting.length);
    settle();
  } else if (frame.kind === FRAME.fetched) {
    for (const worker of [...workers, ...python.workers()]) worker.answer(frame);
  } else {
    takeBack(frame);
  }
}

/** A run that has not started is given up either way; one that has is ended by `kill` only. */
function takeBack(frame: Frame): void {
  const killed = frame.kind === FRAME.kill;
  const at = waiting.findIndex((run) => run.tag === frame.tag);
  if (at >= 0 || python.takeBack(frame.tag) || programs.takeBack(frame.tag)) {
    if (at >= 0) waiting.splice(at, 1);
    notRun(frame.tag, killed ? "killed" : "busy");
  } else if (killed) {
    programs.kill(frame.tag);
    for (const worker of [...workers, ...python.workers()]) if (worker.tag === frame.tag) worker.end("crashed", "killed");
  }
}

/** INVARIANT: no worker outlives the supervisor, and the supervisor does not outlive its client. */
function leave(): void {
  leaving = true;
  python.leave();
  programs.leave();
  for (const worker of workers) worker.kill();
  if (isEmpty()) process.exit(0);
  setTimeout(() => {
    for (const worker of [...workers, ...python.workers()]) worker.killGroup();
    programs.killGroups();
    process.exit(0);
  }, LEAVE_MS);
}

const read = frameReader(MAX_REQUEST, receive);
client.on("data", (chunk) => {
  if (!read(chunk)) leave();
});
client.on("close", leave);
client.on("error", leave);
process.on("SIGTERM", leave);
fillPool();
tellStatus();
