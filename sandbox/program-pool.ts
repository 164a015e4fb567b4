/**
 * The supervisor's programs in processes of their own: for each language the way to start them that a probe has shown to
 * work, so many at a time, each used once.
 */

import { splitBody } from "./frames.ts";
import { nativeStarter } from "./native-launch.ts";
import { ociStarters } from "./oci-launch.ts";
import type { ProgramStarter } from "./program-launch.ts";
import { ProgramProcess, type ProgramRun } from "./program-process.ts";
import type { ProgramBody } from "./program-report.ts";
import { findInterpreter, programView } from "./program-view.ts";
import type { ProgramBackend, ProgramState, RunHead, RunMeta, RunReason, SandboxLanguage, SupervisorSettings } from "./types.ts";

const PROBE_AGAIN_MS = 60_000;
const MAX_DETAIL = 500;

type Waiting = { readonly tag: string; readonly head: RunHead; readonly request: Buffer };
type PoolEvents = {
  /** Null: a probe, which nobody waits for. */
  readonly onStarted: (tag: string | null) => void;
  readonly onOutput: (kind: number, tag: string, text: Buffer) => void;
  readonly onDone: (tag: string, meta: RunMeta, report: Buffer) => void;
  /** Processes or states changed. */
  readonly onChange: () => void;
};

/** Has a lifetime: until `leave`. */
export class ProgramPool {
  readonly #settings: SupervisorSettings;
  readonly #events: PoolEvents;
  readonly #states = new Map<SandboxLanguage, ProgramState>();
  readonly #ways = new Map<SandboxLanguage, ProgramStarter>();
  readonly #running = new Map<ProgramProcess, string>();
  readonly #waiting: Waiting[] = [];
  #again: NodeJS.Timeout | null = null;
  #leaving = false;

  constructor(settings: SupervisorSettings, events: PoolEvents) {
    this.#settings = settings;
    this.#events = events;
    this.#probeAll();
  }

  serves(language: SandboxLanguage): boolean {
    return this.#states.has(language);
  }

  states(): Readonly<Partial<Record<SandboxLanguage, ProgramState>>> {
    return Object.fromEntries(this.#states);
  }

  submit(run: Waiting): void {
    this.#waiting.push(run);
    this.#dispatch();
  }

  /** A waiting run given up: true when it was one of ours. */
  takeBack(tag: string): boolean {
    const at = this.#waiting.findIndex((run) => run.tag === tag);
    if (at >= 0) this.#waiting.splice(at, 1);
    return at >= 0;
  }

  kill(tag: string): void {
    for (const [program, its] of this.#running) if (its === tag) program.end("crashed", "killed");
  }

  /** Whether there is anything to watch. */
  watch(tick: number): boolean {
    for (const program of this.#running.keys()) program.watch(tick);
    return this.#running.size > 0;
  }

  groups(): number[] {
    return [...this.#running.keys()].map((program) => program.group).filter((group) => group !== null);
  }

  leave(): void {
    this.#leaving = true;
    if (this.#again) clearTimeout(this.#again);
    for (const program of this.#running.keys()) program.kill();
  }

  killGroups(): void {
    for (const program of this.#running.keys()) program.killGroup();
  }

  #probeAll(): void {
    const found = new Map<ProgramBackend, ProgramStarter[] | string>();
    for (const [name, backend] of Object.entries(this.#settings.programs?.languages ?? {})) {
      const language = name as SandboxLanguage;
      if (this.#states.get(language)?.state === "ready") continue;
      this.#states.set(language, { backend, state: "pending", isolation: [], detail: null });
      const starters = found.get(backend) ?? this.#starters(backend);
      found.set(backend, starters);
      const interpreter = findInterpreter(language);
      if (typeof starters === "string") this.#failed(language, starters);
      else if ("missing" in interpreter) this.#failed(language, interpreter.missing);
      else this.#probe(language, starters, []);
    }
  }

  /** Every way that may work here, or why there is none. */
  #starters(backend: ProgramBackend): ProgramStarter[] | string {
    const { bubblewrap, programs } = this.#settings;
    if (backend === "native") {
      const starter = nativeStarter(bubblewrap, programs!.bounds);
      return starter ? [starter] : "the backend `native` needs bubblewrap, on x86_64 or aarch64";
    }
    const { runtime, path } = programs!;
    if (path === null) return `the OCI runtime \`${runtime}\` is not installed`;
    try {
      return ociStarters({ ...programs!, path }, bubblewrap);
    } catch (error) {
      return `the runtime \`${runtime}\` cannot be used: ${(error as Error).message}`;
    }
  }

  /** A program of our own: the first way in which it completes is taken. */
  #probe(language: SandboxLanguage, [starter, ...others]: readonly ProgramStarter[], said: readonly string[]): void {
    const state = this.#states.get(language)!;
    if (starter === undefined) {
      this.#failed(language, `programs cannot be started here: ${said.join("; ")}`);
      return;
    }
    const head: RunHead = { language, limits: this.#settings.maximum, session: null, filesystem: "none", directory: null };
    const run = this.#runOf(head, starter, Buffer.from(JSON.stringify(PROBE(language))));
    this.#spawn(starter, head, "", {
      ...{ ...run, onStarted: () => this.#events.onStarted(null), onOutput: () => {} },
      onEnd: ({ status }, report, detail) => {
        if (status === "completed") {
          this.#ways.set(language, starter);
          this.#states.set(language, { ...state, state: "ready", isolation: starter.isolation });
        } else if (!this.#leaving) {
          this.#probe(language, others, [...said, detail ?? `a first program was ${status} (${report.toString("utf8")})`]);
        }
      },
    });
  }

  /** What cannot even be tried has ended, too. */
  #spawn(starter: ProgramStarter, head: RunHead, tag: string, run: ProgramRun): void {
    try {
      const program: ProgramProcess = new ProgramProcess(starter.launch(head), {
        ...run,
        onEnd: (meta, report, detail) => {
          this.#running.delete(program);
          run.onEnd(meta, report, detail);
          this.#dispatch();
          this.#events.onChange();
        },
      });
      this.#running.set(program, tag);
    } catch (error) {
      const meta = { status: "crashed", reason: "worker_died", durationMs: 0, memoryPeakBytes: 0 } as const;
      run.onEnd(meta, Buffer.alloc(0), (error as Error).message);
    }
  }

  #failed(language: SandboxLanguage, detail: string): void {
    const { backend } = this.#states.get(language)!;
    this.#states.set(language, { backend, state: "failed", isolation: [], detail: detail.trim().slice(0, MAX_DETAIL) });
    this.#refuse(language);
    this.#again ??= setTimeout(() => {
      this.#again = null;
      this.#probeAll();
      this.#events.onChange();
    }, PROBE_AGAIN_MS);
  }

  #refuse(language: SandboxLanguage): void {
    for (const run of this.#waiting.filter(({ head }) => head.language === language)) {
      this.takeBack(run.tag);
      this.#notRun(run.tag, "executor_unavailable");
    }
  }

  #notRun(tag: string, reason: RunReason): void {
    this.#events.onDone(tag, { status: "not_run", reason, durationMs: 0, memoryPeakBytes: 0 }, Buffer.alloc(0));
  }

  #dispatch(): void {
    for (const run of [...this.#waiting]) {
      if (this.#leaving || this.#running.size >= this.#settings.workers) return;
      const starter = this.#ways.get(run.head.language);
      if (this.#states.get(run.head.language)?.state === "failed") this.#refuse(run.head.language);
      else if (starter) {
        this.takeBack(run.tag);
        this.#start(run, starter);
      }
    }
  }

  #start({ tag, head, request }: Waiting, starter: ProgramStarter): void {
    this.#spawn(starter, head, tag, {
      ...this.#runOf(head, starter, splitBody(request).rest),
      onStarted: () => this.#events.onStarted(tag),
      onOutput: (kind, text) => this.#events.onOutput(kind, tag, text),
      onEnd: (meta, report) => this.#events.onDone(tag, meta, report),
    });
    this.#events.onChange();
  }

  #runOf(head: RunHead, starter: ProgramStarter, body: Buffer): Omit<ProgramRun, "onStarted" | "onOutput" | "onEnd"> {
    const { bounds } = this.#settings.programs!;
    const { scratch } = programView(head, bounds);
    return {
      limits: head.limits,
      files: bounds.files,
      scratch: scratch.map(({ path }) => path),
      seesProcesses: starter.seesProcesses,
      body,
    };
  }
}

const PROBE = (language: SandboxLanguage): ProgramBody => ({
  ...{ language, code: language === "shell" ? ":" : "1", inputs: "null", files: {}, declaredFiles: false, network: false, expects: null },
  ...{ outputBytes: 1024, placesFiles: false },
});
