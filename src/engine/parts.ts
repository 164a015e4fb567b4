/** What an engine is made of. Tests put a failing part in one of these places; `compose.ts` puts in the real ones. */
import type { AnalysisResult, Program } from "../../analysis/effects.ts";
import type { Layer } from "../../layers/layer.ts";
import type {
  ApprovalLevel,
  Decision,
  DecisionKind,
  Finding,
  Json,
  Language,
  LayerId,
  LayerVerdict,
  Principal,
  RunLimits,
  Submission,
} from "../../layers/model.ts";
import type { Approval, Store } from "../store/store.ts";
import type { Brake, StopReason } from "./brake.ts";
import type { ClaimRules } from "./claims.ts";

export type AnalyseRequest = { readonly code: string; readonly language: Language; readonly digest: string; readonly background?: boolean };

/** What one run gave, in the terms of the wire contract. */
export type RunOutcome = {
  readonly status: "completed" | "failed" | "timeout" | "memory_exceeded" | "output_exceeded" | "crashed" | "not_run";
  /** Why, where the status alone does not say it: `executor_unavailable`, `cpu_seconds`, `approval_required` ... */
  readonly reason: string | null;
  readonly result: Json;
  readonly stdout: string;
  readonly stderr: string;
  readonly error: string | null;
  readonly durationMs: number;
  readonly memoryPeakBytes: number | null;
  readonly backend: string | null;
  /** What stands around programs of its language; empty when none was near. */
  readonly isolation: readonly string[];
  readonly observedEffects: Json;
  /** Those that analysis had not predicted. */
  readonly unpredictedEffects: readonly Json[];
  readonly files: Readonly<Record<string, string>>;
};

/** Hears what a run prints while it prints. */
export type OutputListener = (stream: "stdout" | "stderr", text: string) => void;

export type ExecutorFacts = {
  readonly backend: string;
  readonly ready: boolean;
  readonly isolation: readonly string[];
};

export type Runner = {
  /** Why nothing in this language can run now, or null when it can. */
  unavailable(language: Language): string | null;
  /** Never rejects for what the program does; rejects when the sandbox itself is gone. */
  run(job: {
    readonly id: string;
    readonly submission: Submission;
    readonly program: Program;
    readonly constraints: readonly string[];
    readonly onOutput?: OutputListener | undefined;
  }): Promise<RunOutcome>;
  /** Ends a waiting or running run, whose outcome then has this reason; one that has ended stays as it is. */
  kill(id: string, reason: StopReason): void;
  status(): {
    readonly ready: boolean;
    readonly detail: string;
    readonly isolation: readonly string[];
    readonly backends: Readonly<Record<string, boolean>>;
    /** Language -> who runs it, and what stands around its programs. */
    readonly executors: Readonly<Record<string, ExecutorFacts>>;
  };
};

/** What a person is asked: which findings, at which level, until when (ms since the epoch). */
export type ApprovalQuestion = {
  readonly level: ApprovalLevel;
  readonly impact: number | "unlimited";
  readonly findings: readonly Finding[];
  /** Fingerprints of the findings: all that an approval will ever discharge. */
  readonly discharges: readonly string[];
  readonly createdAt: number;
  readonly expiresAt: number;
};

/** Layer 6's rules about questions and answers, as pure functions; the engine keeps the record. */
export type ApprovalPolicy = {
  /** Null when there is nothing to ask, or nothing that an approval could help. */
  draft(verdicts: readonly LayerVerdict[], now: number): ApprovalQuestion | null;
  /** The verdicts with the listed escalations answered; never a block or an error (INVARIANT 3). */
  discharge(verdicts: readonly LayerVerdict[], discharges: readonly string[]): readonly LayerVerdict[];
  mayDecide(
    principal: Principal,
    approval: Pick<Approval, "level" | "submittedBy">,
    options: { readonly singleOperator: boolean },
  ): "ok" | "wrong_role" | "own_submission" | "wrong_level";
  /** Whether somebody of level `held` may answer for level `needed`. */
  covers(held: ApprovalLevel | null, needed: ApprovalLevel): boolean;
  /** Who may decide which impact, lowest first. */
  readonly ladder: readonly { readonly level: ApprovalLevel; readonly maxImpact: number | "unlimited" }[];
};

export type EngineSettings = {
  readonly rulesVersion: string;
  readonly configVersion: string;
  readonly claims: ClaimRules;
  readonly maximum: RunLimits;
  /** ms that one layer may take. */
  readonly layerTimeoutMs: number;
  /** How long the answer to a request with an `Idempotency-Key` is kept, in ms. */
  readonly idempotencyMs: number;
  /** `approval.single_operator` of the configuration. */
  readonly singleOperator: boolean;
};

/** Told what happened, after it is on record. It must neither throw nor wait. */
export type EngineObserver = {
  decided(subject: { readonly submission: Submission; readonly decision: Decision; readonly latencyMs: number }, mode: DecidedMode): void;
  ran(outcome: RunOutcome, language: Language): void;
};
export type DecidedMode = "enforce" | "execute" | "resume";

/** Numbers that parts know about themselves; a part that has none is absent. */
export type EngineGauges = {
  readonly analysis?: () => Readonly<
    Record<"size" | "busy" | "queued" | "cached" | "cacheHits" | "deadlines" | "crashes" | "replaced", number>
  >;
  readonly sandbox?: () => { readonly ready: boolean; readonly workers: number; readonly busy: number };
  readonly audit?: () => { readonly entries: number; readonly pendingApprovals: number };
};

export type TransferEvent = { readonly fingerprint: string; readonly amount: number; readonly kind: "asked" | "run" };

export type EngineParts = {
  /** Rejects with PoolBusyError when its queue is full; any other rejection is a crash of the analysis. */
  readonly analyse: (request: AnalyseRequest) => Promise<AnalysisResult>;
  /** The layers that are switched on. Fewer than configured is noticed: see `disabled`. */
  readonly layers: readonly Layer[];
  /** Layers that the configuration switched off; every other one must answer. */
  readonly disabled: ReadonlySet<LayerId>;
  readonly store: Store;
  readonly approvals: ApprovalPolicy;
  readonly runner: Runner;
  /** Mask secrets and personal data in what is kept (INVARIANT 8). */
  readonly maskText: (text: string) => string;
  readonly maskJson: (value: Json) => Json;
  /** For `/readyz`; a pool that cannot work is not ready. */
  readonly analysisState?: () => { readonly ready: boolean; readonly detail?: string };
  readonly observer?: EngineObserver;
  readonly gauges?: EngineGauges;
  /** What the history must remember as deleted. */
  readonly countDeletions: (decision: DecisionKind, program: Program) => number;
  /** What must be remembered of an allowed transfer; null when the program transfers nothing. Absent: nothing is remembered. */
  readonly transferOf?: (submission: Submission, program: Program, mode: "enforce" | "execute" | "resume") => TransferEvent | null;
  readonly settings: EngineSettings;
  /** Requests with an `Idempotency-Key` that are being worked on: digests of identity and of what is asked. */
  readonly inFlight: Map<string, string>;
  readonly brake: Brake;
  /** SHA-256 hex of the bootstrap administrator's key. */
  readonly bootstrapHash: string;
  /** ms since the epoch. */
  readonly clock: () => number;
};

/** What judging alone needs: no store, no sandbox. */
export type JudgeParts = Pick<EngineParts, "analyse" | "layers" | "disabled" | "approvals" | "settings" | "clock">;
