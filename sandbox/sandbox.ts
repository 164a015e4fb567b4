/**
 * The sandbox as the rest of the system sees it: runs code in worker processes under a supervisor process, answers
 * truthfully whatever dies. INVARIANT 7: this process never runs submitted code; of a result it parses JSON text only.
 */
import { randomBytes } from "node:crypto";
import { TextDecoder } from "node:util";
import { encodeFrame, FRAME, type Frame, joinBody, splitBody, TAG_BYTES } from "./frames.ts";
import { createHostFetch, type FetchOptions, type HostFetch } from "./host-fetch.ts";
import { locatePython } from "./python-package.ts";
import { createRunRequests, type RunRequests } from "./run-requests.ts";
import { notRunResult, resultOf } from "./run-result.ts";
import { locateBubblewrap, type SupervisorLink, startSupervisor } from "./supervisor-link.ts";
import type {
  IsolationRequirement,
  PythonOptions,
  RunBody,
  RunCeilings,
  RunHead,
  RunMeta,
  RunReason,
  RunRequest,
  RunResult,
  SandboxLanguage,
  SandboxStatus,
  SupervisorStatus,
} from "./types.ts";

export type { IsolationRequirement, Profile, RunCeilings, RunRequest, RunResult, RunStatus, SandboxStatus } from "./types.ts";

/** Why somebody outside ended a run. */
export type KillReason = Extract<RunReason, "killed" | "key_revoked" | "kill_switch">;
export type OutputListener = (stream: "stdout" | "stderr", text: string) => void;

export type Sandbox = {
  /** Whatever the program or any process does is a result. Rejects only if `inputs` is no JSON value. */
  run(request: RunRequest, onOutput?: OutputListener): Promise<RunResult>;
  /** Ends a waiting or running run: `not_run` or `crashed`, with this reason. One that ended by itself before stays as it is. */
  kill(id: string, reason?: KillReason): void;
  status(): SandboxStatus;
  /** Ends every process; runs still open answer reason `closed`. */
  close(): Promise<void>;
};

export type SandboxOptions = {
  /** Runs at the same time. */
  readonly workers: number;
  /** Runs that may wait for a worker; more are answered `busy` at once. */
  readonly queueLimit: number;
  /** Longest wait for a worker, in ms. */
  readonly queueDeadlineMs: number;
  /** `namespaces`: without them nothing runs. */
  readonly require: IsolationRequirement;
  /** No request gets more than this. */
  readonly maximum?: RunCeilings;
  /** `auto` uses bubblewrap where a probe run shows that it works. */
  readonly bubblewrap?: "auto" | "off";
  /** Python beside JavaScript; without it, or without its package, Python answers `executor_unavailable`. */
  readonly python?: PythonOptions;
  /** How a guest's `fetch` is served where its profile grants hosts; by default without secrets, and to public addresses only. */
  readonly fetch?: FetchOptions;
};

const JAVASCRIPT: readonly SandboxLanguage[] = ["javascript", "typescript"];
const DEFAULT_FETCH: FetchOptions = { maxBytes: 4 * 1024 * 1024, privateAddresses: [], secrets: [] };
const DEFAULT_MAXIMUM: RunCeilings = { timeoutMs: 30_000, memoryMb: 512, outputBytes: 1024 * 1024, cpuSeconds: 10 };
const MINIMUM: RunCeilings = { timeoutMs: 1, memoryMb: 16, outputBytes: 0, cpuSeconds: 0.1 };
/** How long the first worker may take before `createSandbox` returns without it. */
const START_TIMEOUT_MS = 30_000;

/** Languages that share workers. */
type Pool = "javascript" | "python";
const BACKENDS: Readonly<Record<Pool, string>> = { javascript: "isolated-vm", python: "pyodide" };

/** Queue deadlines that a run may wait for the very first interpreter. */
const FIRST_WAITS = 3;

type Open = {
  readonly id: string;
  readonly pool: Pool;
  readonly body: Buffer;
  readonly tag: string;
  readonly onOutput: OutputListener | undefined;
  readonly resolve: (result: RunResult) => void;
  readonly output: { stdout: string; stderr: string };
  readonly decoders: { stdout: TextDecoder; stderr: TextDecoder };
  deadline: NodeJS.Timeout | null;
  /** How often the deadline was moved. */
  waits: number;
  state: "queued" | "sent" | "started";
  killed: KillReason;
  readonly requests: RunRequests;
};

/** Resolves when the first worker is ready, or when it is clear that none will be: `status()` says which. */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const client = new SandboxClient(options);
  await client.firstStatus();
  return client;
}

/** Has a lifetime: until `close`. */
class SandboxClient implements Sandbox {
  readonly #options: SandboxOptions & { readonly maximum: RunCeilings };
  readonly #link: SupervisorLink;
  readonly #fetch: HostFetch;
  readonly #open = new Map<string, Open>();
  readonly #queue: Open[] = [];
  #status: SupervisorStatus = {
    ...{ ready: false, isolation: [], reason: "executor_unavailable", detail: null, python: "none", groups: [] },
  };
  #settled: () => void = () => {};
  #closed = false;

  constructor(options: SandboxOptions) {
    this.#fetch = createHostFetch(options.fetch ?? DEFAULT_FETCH);
    this.#options = { ...options, maximum: options.maximum ?? DEFAULT_MAXIMUM };
    const { workers, require } = options;
    const bubblewrap = options.bubblewrap === "off" ? null : locateBubblewrap();
    const directory = options.python ? locatePython() : null;
    const python = options.python && directory !== null ? { ...options.python, directory } : null;
    const settings = { workers, require, maximum: this.#options.maximum, bubblewrap, python };
    this.#link = startSupervisor(settings, { onFrame: (frame) => this.#receive(frame), onDown: () => this.#supervisorDown() });
  }

  firstStatus(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, START_TIMEOUT_MS);
      this.#settled = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  run(request: RunRequest, onOutput?: OutputListener): Promise<RunResult> {
    const refusal = this.#refusal(request);
    if (refusal) return Promise.resolve(notRunResult(refusal, this.#status.isolation));
    const tag = randomBytes(TAG_BYTES).toString("hex");
    const answer = (message: string) => this.#link.send(encodeFrame(FRAME.fetched, tag, message));
    return new Promise((resolve) => {
      const open: Open = {
        id: request.id,
        pool: poolOf(request.language),
        body: requestBody({ ...request, limits: clamp(request.limits, this.#options.maximum) }),
        tag,
        requests: createRunRequests(this.#fetch, request.profile, answer),
        ...{ onOutput, resolve, deadline: null, waits: 0, state: "queued", killed: "killed" },
        output: { stdout: "", stderr: "" },
        decoders: { stdout: new TextDecoder(), stderr: new TextDecoder() },
      };
      open.deadline = setTimeout(() => this.#late(open), this.#options.queueDeadlineMs);
      this.#open.set(open.tag, open);
      this.#queue.push(open);
      this.#pump();
    });
  }

  kill(id: string, reason: KillReason = "killed"): void {
    for (const open of [...this.#open.values()]) {
      if (open.id !== id) continue;
      open.killed = reason;
      if (open.state === "queued") this.#finish(open, notRunResult(reason, this.#status.isolation));
      else this.#link.send(encodeFrame(FRAME.kill, open.tag));
    }
  }

  status(): SandboxStatus {
    const { ready, isolation, reason } = this.#status;
    const backends = { javascript: ready, typescript: ready, python: ready && this.#hasPython(), shell: false };
    return {
      ready,
      isolation,
      languages: this.#hasPython() ? [...JAVASCRIPT, "python"] : JAVASCRIPT,
      backends,
      workers: this.#options.workers + (this.#hasPython() ? this.#capacity("python") : 0),
      busy: this.#sent("javascript") + this.#sent("python"),
      reason: ready ? null : reason,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#link.close();
    for (const open of [...this.#open.values()]) this.#finish(open, this.#lost(open, "closed"));
    this.#status = { ...this.#status, ready: false, reason: "closed", groups: [] };
  }

  #refusal(request: RunRequest): RunReason | null {
    if (this.#closed) return "closed";
    const pool = poolOf(request.language);
    if (request.language === "shell") return "executor_unavailable";
    // a supervisor that is being restarted will be ready again: then the run waits, within its deadline
    if (!this.#status.ready && this.#status.reason !== "supervisor_died") return this.#status.reason;
    if (pool === "python" && this.#status.ready && !this.#hasPython()) return "executor_unavailable";
    const queued = this.#queue.filter((open) => open.pool === pool).length;
    return queued >= this.#options.queueLimit && this.#sent(pool) >= this.#capacity(pool) ? "busy" : null;
  }

  #hasPython(): boolean {
    return this.#status.python === "pending" || this.#status.python === "ready";
  }

  #capacity(pool: Pool): number {
    return pool === "python" ? (this.#options.python?.interpreters ?? 0) : this.#options.workers;
  }

  /** Runs of these languages that the supervisor holds. */
  #sent(pool: Pool): number {
    let found = 0;
    for (const open of this.#open.values()) if (open.pool === pool && open.state !== "queued") found++;
    return found;
  }

  #pump(): void {
    for (const next of [...this.#queue]) {
      if (!this.#status.ready || this.#sent(next.pool) >= this.#capacity(next.pool)) continue;
      this.#queue.splice(this.#queue.indexOf(next), 1);
      next.state = "sent";
      this.#link.send(encodeFrame(FRAME.run, next.tag, next.body));
    }
  }

  /** Nothing took the run in time. One that the supervisor holds is taken back only if it has not started. */
  #late(open: Open): void {
    // the first interpreter is still being made: that is no crowd, and those who wait are few
    if (open.pool === "python" && this.#status.python === "pending" && open.waits++ < FIRST_WAITS) {
      open.deadline = setTimeout(() => this.#late(open), this.#options.queueDeadlineMs);
      return;
    }
    if (open.state === "queued") this.#finish(open, notRunResult("busy", this.#status.isolation));
    else this.#link.send(encodeFrame(FRAME.cancel, open.tag));
  }

  #receive(frame: Frame): void {
    const open = this.#open.get(frame.tag);
    if (frame.kind === FRAME.status) this.#statusChanged(JSON.parse(frame.body.toString("utf8")) as SupervisorStatus);
    else if (open) this.#receiveFor(open, frame);
  }

  #receiveFor(open: Open, frame: Frame): void {
    if (frame.kind === FRAME.started) {
      open.state = "started";
      if (open.deadline) clearTimeout(open.deadline);
    } else if (frame.kind === FRAME.fetch) open.requests.receive(frame.body);
    else if (frame.kind === FRAME.stdout) this.#output(open, "stdout", frame.body);
    else if (frame.kind === FRAME.stderr) this.#output(open, "stderr", frame.body);
    else if (frame.kind === FRAME.done) {
      const { head, rest } = splitBody(frame.body);
      const meta = head as RunMeta;
      const reason = meta.reason === "killed" ? open.killed : meta.reason;
      this.#finish(open, resultOf({ ...meta, reason }, rest, open.output, this.#status.isolation));
    }
  }

  #output(open: Open, stream: "stdout" | "stderr", bytes: Buffer): void {
    const text = open.decoders[stream].decode(bytes, { stream: true });
    open.output[stream] += text;
    if (text) open.onOutput?.(stream, text);
  }

  #statusChanged(status: SupervisorStatus): void {
    this.#status = status;
    this.#link.setGroups(status.groups);
    if (status.ready) this.#link.healthy();
    const hopeless = status.reason === "isolation_unavailable" || (status.groups.length === 0 && !status.ready);
    if (status.ready || hopeless) this.#settled();
    this.#pump();
  }

  /** Runs that had been handed over are lost, and say so; those still waiting go to the next supervisor. */
  #supervisorDown(): void {
    const reason = this.#closed ? "closed" : "supervisor_died";
    this.#status = { ...this.#status, ready: false, reason, groups: [] };
    for (const open of [...this.#open.values()]) {
      if (open.state !== "queued") this.#finish(open, this.#lost(open, reason));
    }
  }

  #lost(open: Open, reason: RunReason): RunResult {
    if (open.state === "queued") return notRunResult(reason, this.#status.isolation);
    const meta: RunMeta = { status: "crashed", reason, durationMs: 0, memoryPeakBytes: 0 };
    return resultOf(meta, Buffer.alloc(0), open.output, this.#status.isolation);
  }

  #finish(open: Open, result: RunResult): void {
    if (open.deadline) clearTimeout(open.deadline);
    this.#open.delete(open.tag);
    const at = this.#queue.indexOf(open);
    if (at >= 0) this.#queue.splice(at, 1);
    open.requests.close();
    const observedEffects = [...open.requests.observed(), ...result.observedEffects];
    open.resolve({ ...result, observedEffects, backend: BACKENDS[open.pool] });
    this.#pump();
  }
}

function poolOf(language: SandboxLanguage): Pool {
  return language === "python" ? "python" : "javascript";
}

function clamp(asked: RunCeilings, maximum: RunCeilings): RunCeilings {
  const within = (key: keyof RunCeilings) =>
    Math.max(MINIMUM[key], Math.min(Number.isFinite(asked[key]) ? asked[key] : maximum[key], maximum[key]));
  return {
    ...{ timeoutMs: within("timeoutMs"), memoryMb: Math.floor(within("memoryMb")) },
    ...{ outputBytes: Math.floor(within("outputBytes")), cpuSeconds: within("cpuSeconds") },
  };
}

/** The supervisor reads the head; the rest is for the worker. */
function requestBody(request: RunRequest): Buffer {
  const head: RunHead = { language: request.language, limits: request.limits };
  const body: RunBody = {
    code: request.code,
    inputs: JSON.stringify(request.inputs ?? null),
    files: request.profile.declaredFiles ? request.files : {},
    declaredFiles: request.profile.declaredFiles,
    network: request.profile.network !== "none",
    expects: request.profile.expects ?? null,
  };
  return joinBody(head, JSON.stringify(body));
}
