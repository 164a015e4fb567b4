/** The nouns of the sandbox: what is asked to run, under which profile and limits, and what came of it. */

export type SandboxLanguage = "javascript" | "typescript" | "python" | "shell";

/** Ceilings of one run: wall clock in ms, memory in MiB, output and result in bytes each, CPU time in seconds. */
export type RunCeilings = {
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly outputBytes: number;
  readonly cpuSeconds: number;
};

/** What a run may touch. It is chosen from the effects that analysis saw, and granted nothing more. */
export type Profile = {
  /** The file system an executor shows; JavaScript has none, whatever this says. */
  readonly filesystem: "none" | "read-only" | "read-write";
  /** Whether the files that came with the request, and outputs handed back, exist inside. */
  readonly declaredFiles: boolean;
  readonly network: "none" | "hosts" | "any";
  /** Host names, exact or starting with `*.`; meaningful for `network: "hosts"` only. */
  readonly hosts: readonly string[];
  /** Kinds of effects that may be tried; anything else ends the run there. Null or absent: nothing does. */
  readonly expects?: readonly string[] | null;
};

export type RunRequest = {
  readonly id: string;
  readonly language: SandboxLanguage;
  readonly code: string;
  /** JSON value, bound inside as the frozen variable `inputs`. */
  readonly inputs: unknown;
  /** Name -> text, inside as the frozen object `files`. */
  readonly files: Readonly<Record<string, string>>;
  readonly limits: RunCeilings;
  readonly profile: Profile;
  /** Names those runs that may follow one another in one interpreter, where that is configured; null or absent: none. */
  readonly session?: string | null;
};

export const RUN_STATUSES = ["completed", "failed", "timeout", "memory_exceeded", "output_exceeded", "crashed", "not_run"] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** Why a run ended as it did, where the status alone does not say it. */
export type RunReason =
  | "executor_unavailable"
  | "isolation_unavailable"
  | "busy"
  | "closed"
  | "killed"
  | "key_revoked"
  | "kill_switch"
  | "cpu_seconds"
  | "result_too_large"
  | "too_many_files"
  | "worker_died"
  | "supervisor_died"
  | "protocol_violation"
  /** It tried what its profile does not expect. */
  | "unpredicted_effect";

/** Something the guest tried that the sandbox refused or granted. */
export type ObservedEffect = {
  readonly kind: string;
  readonly target: string;
  readonly allowed: boolean;
  /** Of a request that was made: its status, and the bytes that were sent and received. */
  readonly status?: number;
  readonly bytes?: number;
};

export type RunResult = {
  readonly status: RunStatus;
  readonly reason: RunReason | null;
  /** The value of the last expression (or of a top-level `return`), as parsed JSON; null when there is none. */
  readonly result: unknown;
  readonly stdout: string;
  readonly stderr: string;
  readonly error: string | null;
  readonly durationMs: number;
  /** Growth of the worker's memory during the run, sampled, in bytes. */
  readonly memoryPeakBytes: number;
  readonly backend: string;
  readonly isolation: readonly string[];
  readonly observedEffects: readonly ObservedEffect[];
  /** What the program put into `outputs`. */
  readonly files: Readonly<Record<string, string>>;
};

/** What can run programs in a process of their own, with the interpreters of this machine. */
export type ProgramBackend = "native" | "oci";

export const isProgramBackend = (backend: string): backend is ProgramBackend => backend === "native" || backend === "oci";

/** Ceilings of such a run beside `RunCeilings`: processes and threads at a time; what it may write, in MiB and in files. */
export type ProgramBounds = { readonly processes: number; readonly diskMb: number; readonly files: number };

export type ProgramOptions = {
  /** Who runs a language; one that is not named runs as it does without these options. */
  readonly languages: Readonly<Partial<Record<SandboxLanguage, ProgramBackend>>>;
  /** The OCI runtime: a name that is sought in PATH, or an absolute path. */
  readonly runtime: string;
  readonly bounds: ProgramBounds;
};

/** `pending`: tried right now. `detail` says, for people, why it is not ready. */
export type ProgramState = {
  readonly backend: ProgramBackend;
  readonly state: "pending" | "ready" | "failed";
  readonly isolation: readonly string[];
  readonly detail: string | null;
};

/** Who runs a language, whether it can now, and what stands around its programs. */
export type ExecutorStatus = {
  readonly backend: string;
  readonly ready: boolean;
  readonly isolation: readonly string[];
  readonly detail: string | null;
};

export type IsolationRequirement = "none" | "process" | "namespaces";

export type SandboxStatus = {
  readonly ready: boolean;
  readonly isolation: readonly string[];
  /** Languages with an executor, whether or not it can run now. */
  readonly languages: readonly SandboxLanguage[];
  /** Language -> whether it can run now. */
  readonly backends: Readonly<Record<SandboxLanguage, boolean>>;
  /** Language -> its executor; none for a language that cannot run. */
  readonly executors: Readonly<Partial<Record<SandboxLanguage, ExecutorStatus>>>;
  readonly workers: number;
  readonly busy: number;
  readonly reason: RunReason | null;
};

/** `none`: not configured or not installed; `pending`: starts with the first run or soon; `failed`: it could not start. */
export type PythonState = "none" | "pending" | "ready" | "failed";

/** How Python is kept ready. */
export type PythonOptions = {
  readonly interpreters: number;
  /** From so many ms after JavaScript works, or (null) from the first run on. */
  readonly startAfterMs: number | null;
  /** Absolute path of a directory of wheels that programs may import; none unless said. */
  readonly packages?: string | null;
  /** How long an interpreter waits for the next program of its session, in ms; 0 unless said: each serves one program. */
  readonly reuseMs?: number;
};

/** What the supervisor is told at its start. */
export type SupervisorSettings = {
  readonly workers: number;
  readonly maximum: RunCeilings;
  readonly require: IsolationRequirement;
  /** Absolute path of bubblewrap, or null when it is absent or switched off. */
  readonly bubblewrap: string | null;
  /** Null when Python is not wanted or its package is not there. */
  readonly python: (PythonOptions & { readonly directory: string }) | null;
  readonly programs: ProgramSettings | null;
};

/** `path`: of the runtime, or null when it is not installed. `directory`: for the supervisor's bundles and the files of runs. */
export type ProgramSettings = ProgramOptions & { readonly path: string | null; readonly directory: string };

/** What the supervisor says about itself whenever it changes. */
export type SupervisorStatus = {
  readonly ready: boolean;
  readonly isolation: readonly string[];
  readonly reason: RunReason | null;
  /** The last start failure, for people. */
  readonly detail: string | null;
  readonly python: PythonState;
  readonly programs: Readonly<Partial<Record<SandboxLanguage, ProgramState>>>;
  /** Process groups of the live workers, so that they can be ended if the supervisor is gone. */
  readonly groups: readonly number[];
};

/** The part of a run request that the supervisor reads; code, inputs and files pass it unread. */
export type RunHead = {
  readonly language: SandboxLanguage;
  readonly limits: RunCeilings;
  /** Null: nothing of this run is kept for another. */
  readonly session: string | null;
  readonly filesystem: Profile["filesystem"];
  /** Where the run's files lie for a program that may read them only; else null. */
  readonly directory: string | null;
};
export type RunBody = {
  readonly code: string;
  readonly inputs: string;
  readonly files: Readonly<Record<string, string>>;
  readonly declaredFiles: boolean;
  /** Whether a request of the guest is handed to the host, which judges it. */
  readonly network: boolean;
  readonly expects: readonly string[] | null;
};

/** The head of a `fetch` frame, and what of an answer goes back beside the body. */
export type FetchHead = { readonly id: number };

/** The answer to a request, on its way to the guest: `head` is JSON text, `body` one character for each byte. */
export type HostMessage = { readonly id: number; readonly head: string; readonly body: string };

/** What the supervisor itself knows about an ended run. */
export type RunMeta = {
  readonly status: RunStatus;
  readonly reason: RunReason | null;
  readonly durationMs: number;
  readonly memoryPeakBytes: number;
};

/** What the worker says about an ended run. Only the API process reads it; `result` is JSON text made inside the isolate. */
export type WorkerReport = {
  readonly reason: RunReason | null;
  readonly error: string | null;
  readonly result: string | null;
  readonly heapBytes: number;
  readonly observedEffects: readonly ObservedEffect[];
  readonly files: Readonly<Record<string, string>>;
};
