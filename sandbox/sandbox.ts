/**
 * The sandbox as the rest of the system sees it: runs code in worker processes under a supervisor process, answers
 * truthfully whatever dies. INVARIANT 7: this process never runs submitted code; of a result it parses JSON text only.
 */
import { randomBytes } from "node:crypto";
import { TextDecoder } from "node:util";
import { encodeFrame, FRAME, type Frame, splitBody, TAG_BYTES } from "./frames.ts";
import { createHostFetch, type FetchOptions, type HostFetch } from "./host-fetch.ts";
import { makeDirectory, placeFiles, removeDirectory } from "./program-directory.ts";
import { locatePython } from "./python-package.ts";
import { clamp, programBody, requestBody } from "./run-body.ts";
import { createRunRequests, type RunRequests } from "./run-requests.ts";
import { notRunResult, resultOf } from "./run-result.ts";
import { locateBubblewrap, locateProgram, type SupervisorLink, startSupervisor } from "./supervisor-link.ts";
import type {
  ExecutorStatus,
  IsolationRequirement,
  ProgramOptions,
  PythonOptions,
  RunCeilings,
  RunMeta,
  RunReason,
  RunRequest,
  RunResult,
  SandboxLanguage,
  SandboxStatus,
  SupervisorStatus,
} from "./types.ts";

export type {
  IsolationRequirement,
  Profile,
  ProgramBounds,
  ProgramOptions,
  RunCeilings,
  RunRequest,
  RunResult,
  RunStatus,
  SandboxLanguage,
  SandboxStatus,
} from "./types.ts";
export { isProgramBackend } from "./types.ts";

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
  /** Languages that run in processes of their own; the others run as ever. */
  readonly programs?: ProgramOptions;
  /** How a guest's `fetch` is served where its profile grants hosts; by default without secrets, and to public addresses only. */
  readonly fetch?: FetchOptions;
};

const JAVASCRIPT: readonly SandboxLanguage[] = ["javascript", "typescript"];
const DEFAULT_FETCH: FetchOptions = { maxBytes: 4 * 1024 * 1024, privateAddresses: [], secrets: [] };
const DEFAULT_MAXIMUM: RunCeilings = { timeoutMs: 30_000, memoryMb: 512, outputBytes: 1024 * 1024, cpuSeconds: 10 };
/** How long the first worker may take before `createSandbox` returns without it. */
const START_TIMEOUT_MS = 30_000;

const LANGUAGES: readonly SandboxLanguage[] = ["javascript", "typescript", "python", "shell"];

/** Languages that share workers. */
type Pool = "javascript" | "python" | "programs";

/** Queue deadlines that a run may wait for the very first interpreter. */
const FIRST_WAITS = 3;

type Open = {
  readonly id: string;
  readonly language: SandboxLanguage;
  readonly pool: Pool;
  /** What of the run lies on disk until it has ended. */
  readonly directory: string | null;
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
  readonly #directory: string | null;
  #status: SupervisorStatus = {
    ...{ ready: false, isolation: [], reason: "executor_unavailable", detail: null, python: "none", programs: {}, groups: [] },
  };
  #settled: () => void = () => {};
  #closed = false;

  constructor(options: SandboxOptions) {
    this.#fetch = createHostFetch(options.fetch ?? DEFAULT_FETCH);
    this.#options = { ...options, maximum: options.maximum ?? DEFAULT_MAXIMUM };
    const { workers, require, programs: wanted } = options;
    const bubblewrap = options.bubblewrap === "off" ? null : locateBubblewrap();
    const directory = options.python ? locatePython() : null;
    const python = options.python && directory !== null ? { ...options.python, directory } : null;
    this.#directory = wanted ? makeDirectory() : null;
    const programs = wanted ? { ...wanted, path: locateProgram(wanted.runtime), directory: this.#directory! } : null;
    const settings = { workers, require, maximum: this.#options.maximum, bubblewrap, python, programs };
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
    const executor = this.#executor(request.language);
    if (refusal) return Promise.resolve(notRunResult(refusal, executor?.isolation ?? []));
    const pool = this.#poolOf(request.language);
    const given = { ...request, limits: clamp(request.limits, this.#options.maximum), session: this.#sessionOf(request) };
    const directory = pool === "programs" ? this.#place(given) : null;
    const tag = randomBytes(TAG_BYTES).toString("hex");
    const answer = (message: string) => this.#link.send(encodeFrame(FRAME.fetched, tag, message));
    return new Promise((resolve) => {
      const open: Open = {
        ...{ id: request.id, language: request.language, pool, directory, tag },
        body: pool === "programs" ? programBody(given, directory) : requestBody(given, null, {}),
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
      if (open.state === "queued") this.#finish(open, notRunResult(reason, this.#isolation(open)));
      else this.#link.send(encodeFrame(FRAME.kill, open.tag));
    }
  }

  #sessionOf({ session = null }: RunRequest): string | null {
    return (this.#options.python?.reuseMs ?? 0) > 0 ? session : null;
  }

  status(): SandboxStatus {
    const { ready, isolation, reason } = this.#status;
    const known = LANGUAGES.map((language) => [language, this.#executor(language)] as const);
    const own = this.#options.programs === undefined ? 0 : this.#capacity("programs");
    return {
      ready,
      isolation,
      languages: known.filter(([, executor]) => executor !== null).map(([language]) => language),
      backends: Object.fromEntries(known.map(([language, executor]) => [language, executor?.ready ?? false])) as SandboxStatus["backends"],
      executors: Object.fromEntries(known.filter(([, executor]) => executor !== null)) as SandboxStatus["executors"],
      workers: this.#options.workers + (this.#hasPython() ? this.#capacity("python") : 0) + own,
      busy: this.#sent("javascript") + this.#sent("python") + this.#sent("programs"),
      reason: ready ? null : reason,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#link.close();
    for (const open of [...this.#open.values()]) this.#finish(open, this.#lost(open, "closed"));
    if (this.#directory !== null) removeDirectory(this.#directory);
    this.#status = { ...this.#status, ready: false, reason: "closed", groups: [] };
  }

  #refusal({ language }: RunRequest): RunReason | null {
    if (this.#closed) return "closed";
    const pool = this.#poolOf(language);
    if (this.#executor(language) === null) return "executor_unavailable";
    // a supervisor that is being restarted will be ready again: then the run waits, within its deadline
    if (this.#status.reason !== "supervisor_died") {
      if (pool !== "programs" && !this.#status.ready) return this.#status.reason;
      if (pool === "programs" && this.#status.programs[language]?.state !== "ready") return "executor_unavailable";
    }
    const queued = this.#queue.filter((open) => open.pool === pool).length;
    return queued >= this.#options.queueLimit && this.#sent(pool) >= this.#capacity(pool) ? "busy" : null;
  }

  #poolOf(language: SandboxLanguage): Pool {
    if (this.#options.programs?.languages[language] !== undefined) return "programs";
    return language === "python" ? "python" : "javascript";
  }

  /** Null: this language cannot run here. */
  #executor(language: SandboxLanguage): ExecutorStatus | null {
    const { ready, isolation, detail } = this.#status;
    const own = this.#options.programs?.languages[language];
    if (own !== undefined) {
      const found = this.#status.programs[language];
      return { backend: own, ready: found?.state === "ready", isolation: found?.isolation ?? [], detail: found?.detail ?? null };
    }
    if (JAVASCRIPT.includes(language)) return { backend: "isolated-vm", ready, isolation, detail };
    const hasPython = language === "python" && (this.#hasPython() || (!ready && this.#options.python !== undefined));
    return hasPython ? { backend: "pyodide", ready: ready && this.#hasPython(), isolation, detail } : null;
  }

  #isolation({ language }: Pick<Open, "language">): readonly string[] {
    return this.#executor(language)?.isolation ?? [];
  }

  /** Files that may be read only are not the program's to write: they are put where it finds them. */
  #place({ profile, files }: RunRequest): string | null {
    const readsOnly = profile.declaredFiles && profile.filesystem === "read-only" && Object.keys(files).length > 0;
    return readsOnly ? placeFiles(this.#directory!, files) : null;
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
      const ready = next.pool === "programs" ? this.#status.programs[next.language]?.state === "ready" : this.#status.ready;
      if (!ready || this.#sent(next.pool) >= this.#capacity(next.pool)) continue;
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
    if (open.state === "queued") this.#finish(open, notRunResult("busy", this.#isolation(open)));
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
      this.#finish(open, resultOf({ ...meta, reason }, rest, open.output, this.#isolation(open)));
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
    const trying = Object.values(status.programs).some(({ state }) => state === "pending");
    if ((status.ready || hopeless) && !trying) this.#settled();
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
    if (open.state === "queued") return notRunResult(reason, this.#isolation(open));
    const meta: RunMeta = { status: "crashed", reason, durationMs: 0, memoryPeakBytes: 0 };
    return resultOf(meta, Buffer.alloc(0), open.output, this.#isolation(open));
  }

  #finish(open: Open, result: RunResult): void {
    if (open.deadline) clearTimeout(open.deadline);
    this.#open.delete(open.tag);
    const at = this.#queue.indexOf(open);
    if (at >= 0) this.#queue.splice(at, 1);
    open.requests.close();
    if (open.directory !== null) removeDirectory(open.directory);
    const observedEffects = [...open.requests.observed(), ...result.observedEffects];
    open.resolve({ ...result, observedEffects, backend: this.#executor(open.language)?.backend ?? open.pool });
    this.#pump();
  }
}
