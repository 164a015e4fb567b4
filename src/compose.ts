/** Configuration to engine: the only file that names concrete parts. */
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import type { Effect } from "../analysis/effects.ts";
import { withCustomPolicies } from "../layers/1-policy-guard/custom-policies.ts";
import { policyGuard } from "../layers/1-policy-guard/policy-guard.ts";
import { semanticGuard } from "../layers/2-semantic-guard/semantic-guard.ts";
import { dataSensitivity } from "../layers/3-data-sensitivity/data-sensitivity.ts";
import { maskJson, maskSensitive } from "../layers/3-data-sensitivity/mask.ts";
import { deletionsToRecord } from "../layers/4-state-history/deletions.ts";
import { stateHistory } from "../layers/4-state-history/state-history.ts";
import { kindOf, transferOf, withTransferChecks } from "../layers/4-state-history/transfers.ts";
import { executionSandbox } from "../layers/5-execution-sandbox/execution-sandbox.ts";
import { humanApproval } from "../layers/6-human-approval/human-approval.ts";
import type { Layer } from "../layers/layer.ts";
import type { Decision, Json, Language, Principal } from "../layers/model.ts";
import { openWheels } from "../sandbox/python-wheels.ts";
import { createSandbox, isProgramBackend, type Sandbox, type SandboxOptions } from "../sandbox/sandbox.ts";
import { type AnalysisPool, createAnalysisPool } from "./analysis-pool/analysis-pool.ts";
import { loadRuleSet } from "./compose/load-rule-set.ts";
import { createNotifications, type Notifications } from "./compose/notifications.ts";
import type { RuleSet } from "./compose/rule-set.ts";
import { runnerOf } from "./compose/runner.ts";
import {
  approvalPolicy,
  disabledLayers,
  ladderOf,
  maximumOf,
  sandboxSettings,
  settingsOf,
  thresholdsOf,
  transferRulesOf,
} from "./compose/settings.ts";
import { type SharedPart, sharePart } from "./compose/shared-part.ts";
import type { Config } from "./config.ts";
import { type AdminKey, ensureAdminKey } from "./engine/admin-key.ts";
import { type Brake, createBrake } from "./engine/brake.ts";
import { judge } from "./engine/judge.ts";
import type { JudgeParts } from "./engine/parts.ts";
import { createRetention, type Retention } from "./engine/retention.ts";
import { buildSubmission } from "./engine/submission.ts";
import { createEngine, type Engine, type EngineParts } from "./engine.ts";
import type { NotifierLog } from "./notify/notifier.ts";
import { packageRoot } from "./package-root.ts";
import { StartError } from "./start-error.ts";
import { openStore } from "./store/open-store.ts";
import type { Store } from "./store/store.ts";

export type ComposeOptions = {
  readonly cwd: string;
  readonly log: NotifierLog;
  /** Tests: puts other parts into the engine before it starts. */
  readonly parts?: (parts: EngineParts, config: Config) => EngineParts;
};
export type Composed = {
  readonly engine: Engine;
  readonly adminKey: AdminKey;
  readonly dataDir: string;
  readonly warnings: readonly string[];
  /** The same store and keys under another configuration; this engine works on until it is released. */
  reconfigure(config: Config): Promise<Composed>;
  /** Stops what no later configuration uses. */
  release(): Promise<void>;
  /** Stops every part, the store last. */
  close(): Promise<void>;
};

/** Runs waiting for a sandbox worker, and how long one waits, in ms. */
const SANDBOX_QUEUE = 50;
const SANDBOX_WAIT_MS = 10_000;
const PREWARM_AFTER_MS = 1_000;
const CACHED_PROGRAMS = 2000;

const LOCAL: Principal = { keyId: "local", owner: "local", role: "admin", level: null, agentIds: null };

/** What every configuration of one server shares. */
type Base = {
  readonly options: ComposeOptions;
  readonly dataDir: string;
  readonly store: Store;
  readonly adminKey: AdminKey;
  readonly notifications: Notifications;
  readonly inFlight: Map<string, string>;
  readonly brake: Brake;
  readonly retention: Retention;
  readonly generations: Set<Generation>;
};
/** The parts that one configuration uses. */
type Generation = {
  readonly rules: RuleSet;
  readonly pool: SharedPart<AnalysisPool>;
  readonly sandbox: SharedPart<Sandbox>;
  release(): Promise<void>;
};

/** Rejects with StoreError or RuleSetError; whatever was started by then is stopped again. */
export async function composeEngine(config: Config, options: ComposeOptions): Promise<Composed> {
  const dataDir = resolve(options.cwd, config.server.data_dir);
  const store = await openStore({ dataDir });
  try {
    const adminKey = ensureAdminKey(dataDir, config.api_key, Date.now());
    const rules = await rulesOf(config, options.cwd, null);
    const notifications = createNotifications({ store, ...masks(rules), log: options.log });
    const retention = createRetention({ store, clock: Date.now, log: options.log });
    const shared = { notifications, retention, inFlight: new Map<string, string>(), brake: createBrake() };
    const base: Base = { options, dataDir, store, adminKey, ...shared, generations: new Set() };
    return await composeGeneration(base, { config, rules }, null);
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** The rules of a configuration as they are on disk now. Rejects with RuleSetError. */
function rulesOf({ rules }: Config, cwd: string, before: RuleSet | null): Promise<RuleSet> {
  const own = rules.directories.map((directory) => resolve(cwd, directory));
  return loadRuleSet(join(packageRoot(), "rules"), { own, before });
}

type Ruled = { readonly config: Config; readonly rules: RuleSet };

async function composeGeneration(base: Base, ruled: Ruled, before: Generation | null): Promise<Composed> {
  const { store, adminKey, dataDir, inFlight, brake, options } = base;
  const { config, rules } = ruled;
  const generation = await startParts(base, ruled, before);
  try {
    const [pool, sandbox] = [generation.pool.part, generation.sandbox.part];
    const parts = engineParts({ config, rules, store, pool, sandbox, inFlight, brake, bootstrapHash: adminKey.hash });
    const engine = await createEngine(options.parts?.(parts, config) ?? parts, before === null ? "started" : "reconfigured");
    await base.notifications.configure(config);
    base.retention.configure(config);
    const stopBackground = async () => {
      base.retention.stop();
      await base.notifications.stop();
    };
    const close = () =>
      allOf([() => engine.stop(), stopBackground, ...[...base.generations].map((each) => each.release), () => store.close()]);
    return {
      ...{ engine, adminKey, dataDir, warnings: warningsOf(config, adminKey, sandbox), close },
      release: generation.release,
      reconfigure: async (next) => {
        const changed = await rulesOf(next, options.cwd, rules);
        return composeGeneration(base, { config: next, rules: changed }, generation);
      },
    };
  } catch (error) {
    await generation.release();
    throw error;
  }
}

/** Side by side, because both start processes or threads; each is stopped even when the other fails to start. */
async function startParts({ generations, options }: Base, { config, rules }: Ruled, before: Generation | null): Promise<Generation> {
  const { limits, performance, sandbox: bounds } = config;
  const forPool = JSON.stringify([limits, performance.cache_policy_results, performance.cache_ttl_seconds, rules.version]);
  const { network: _, network_whitelist: __, filesystem: ___, unpredicted: ____, ...started } = bounds;
  const forSandbox = JSON.stringify([limits, started]);
  const starting = [
    before?.pool.join(forPool) ?? startPool(config, rules).then((pool) => sharePart(pool, forPool)),
    before?.sandbox.join(forSandbox) ?? startSandbox(config, options.cwd).then((sandbox) => sharePart(sandbox, forSandbox)),
  ] as const;
  try {
    const [pool, sandbox] = await Promise.all(starting);
    let released: Promise<void> | undefined;
    const generation: Generation = {
      ...{ rules, pool, sandbox },
      release: () => {
        generations.delete(generation);
        released ??= allOf([() => sandbox.leave(), () => pool.leave()]);
        return released;
      },
    };
    generations.add(generation);
    return generation;
  } catch (error) {
    const started = await Promise.allSettled(starting);
    await allOf(started.map((each) => async () => (each.status === "fulfilled" ? each.value.leave() : undefined)));
    throw error;
  }
}

/** One part that cannot stop must not keep the others, the store above all, from stopping. */
async function allOf(stops: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const stop of stops) await stop().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

function startPool(config: Config, rules: RuleSet, size = config.limits.analysis_workers): Promise<AnalysisPool> {
  const { analysis_ms, analysis_queue } = config.limits;
  return createAnalysisPool({
    size: size === 0 ? Math.min(4, availableParallelism()) : size,
    deadlineMs: analysis_ms,
    queueLimit: analysis_queue,
    cacheEntries: config.performance.cache_policy_results ? CACHED_PROGRAMS : 0,
    cacheTtlMs: config.performance.cache_ttl_seconds * 1000,
    knowledge: rules.knowledge,
  });
}

function startSandbox(config: Config, cwd: string): Promise<Sandbox> {
  return createSandbox({
    workers: Math.min(4, Math.max(1, availableParallelism())),
    queueLimit: SANDBOX_QUEUE,
    queueDeadlineMs: SANDBOX_WAIT_MS,
    require: config.sandbox.require,
    ...pythonOf(config, cwd),
    ...programsOf(config),
    fetch: fetchOf(config),
    maximum: { ...maximumOf(config), cpuSeconds: config.sandbox.max_cpu_seconds },
  });
}

/** `HOST HEADER VARIABLE`: the value comes from the server's environment; a variable that is not set adds nothing. */
function fetchOf({ sandbox: { max_response_bytes, private_addresses, secrets } }: Config): NonNullable<SandboxOptions["fetch"]> {
  const named = secrets.map((line) => line.split(" ") as [string, string, string]);
  return {
    maxBytes: max_response_bytes,
    privateAddresses: private_addresses,
    secrets: named.flatMap(([host, header, variable]) => (process.env[variable] ? [{ host, header, value: process.env[variable] }] : [])),
  };
}

/** Interpreters are made ready a second after the start, so that the start itself is as quick as without them. */
function pythonOf({ sandbox: { python, backend } }: Config, cwd: string): Pick<SandboxOptions, "python"> {
  if (!python.enabled || backend.python !== "pyodide") return {};
  const { interpreters, prewarm, packages, reuse_seconds } = python;
  const startAfterMs = prewarm ? PREWARM_AFTER_MS : null;
  const directory = packages === null ? null : resolve(cwd, packages);
  if (directory !== null) checkWheels(directory);
  return { python: { interpreters, startAfterMs, packages: directory, reuseMs: reuse_seconds * 1000 } };
}

/** Here, and not with the first program: a directory that cannot be read is a mistake of the configuration. */
function checkWheels(directory: string): void {
  try {
    openWheels(directory);
  } catch (error) {
    throw new StartError("packages_broken", `\`sandbox.python.packages\`: ${(error as Error).message}`, error);
  }
}

/** Languages that run in processes of their own. */
function programsOf({ sandbox: { backend, oci, programs, python } }: Config): Pick<SandboxOptions, "programs"> {
  const chosen = { javascript: backend.javascript, typescript: backend.javascript, python: backend.python, shell: backend.shell };
  const own = Object.entries(chosen).filter(([language, its]) => isProgramBackend(its) && (language !== "python" || python.enabled));
  if (own.length === 0) return {};
  const bounds = { processes: programs.max_processes, diskMb: programs.max_disk_mb, files: programs.max_files };
  return { programs: { languages: Object.fromEntries(own), runtime: oci.runtime, bounds } };
}

const FIRST_LANGUAGE: Language = "python";

/** Without `features.enable_multi_language` every language but the first is one that this server does not judge: refused. */
function analyseWith(pool: AnalysisPool, { features }: Config): EngineParts["analyse"] {
  if (features.enable_multi_language) return (request) => pool.analyze(request);
  return async (request) =>
    request.language === FIRST_LANGUAGE
      ? pool.analyze(request)
      : { ok: false, failure: { reason: "unsupported_language", message: "`features.enable_multi_language` is off" } };
}

type Started = {
  readonly config: Config;
  readonly rules: RuleSet;
  readonly store: Store;
  readonly pool: AnalysisPool;
  readonly sandbox: Sandbox;
  readonly inFlight: Map<string, string>;
  readonly brake: Brake;
  readonly bootstrapHash: string;
};

function engineParts({ config, rules, store, pool, sandbox, inFlight, brake, bootstrapHash }: Started): EngineParts {
  const thresholds = thresholdsOf(config, rules.thresholds);
  const ladder = ladderOf(config);
  const layers: Layer[] = [
    ...staticLayers(config, rules),
    withTransferChecks(stateHistory(store, thresholds), store, transferRulesOf(config)),
    executionSandbox(sandbox, sandboxSettings(config)),
    humanApproval(ladder),
  ];
  const disabled = disabledLayers(config);
  return {
    analyse: analyseWith(pool, config),
    layers: layers.filter(({ id }) => !disabled.has(id)),
    disabled,
    store,
    runner: runnerOf(config, sandbox),
    ...masks(rules),
    transferOf: (submission, program, mode) => {
      const transfer = transferOf(submission, program);
      return transfer === null ? null : { ...transfer, kind: kindOf(mode) };
    },
    countDeletions: (decision, program) => deletionsToRecord(decision, program, thresholds),
    approvals: approvalPolicy(ladder),
    settings: settingsOf(config, rules.version),
    analysisState: () => analysisState(pool),
    inFlight,
    brake,
    gauges: {
      analysis: () => pool.stats(),
      sandbox: () => sandbox.status(),
      audit: () => ({ entries: store.head().size, pendingApprovals: store.pendingApprovals(Date.now()) }),
    },
    bootstrapHash,
    clock: Date.now,
  };
}

/** INVARIANT 8: what is kept or sent goes through these. */
const masks = ({ recognisers }: RuleSet): Pick<EngineParts, "maskText" | "maskJson"> => ({
  maskText: (text) => maskSensitive(recognisers, text),
  maskJson: (value) => maskJson(recognisers, value),
});

function analysisState(pool: AnalysisPool): { readonly ready: boolean; readonly detail?: string } {
  const { fault, idle, busy } = pool.stats();
  if (fault !== null) return { ready: false, detail: "the rules cannot be loaded by the analysis" };
  return idle + busy > 0 ? { ready: true } : { ready: false, detail: "no analysis worker is running" };
}

export type CheckInput = {
  readonly code: string;
  readonly language: Language;
  /** Claims; the person at the keyboard may assert any. */
  readonly context: Readonly<Record<string, Json>>;
};
export type CheckOutcome = { readonly decision: Decision; readonly effects: readonly Effect[] };
export type Checker = { check(input: CheckInput): Promise<CheckOutcome>; close(): Promise<void> };

/** Layers 1-3 without store, sandbox or keys, for the command line. Rejects with RuleSetError. */
export async function composeChecker(config: Config): Promise<Checker> {
  const rules = await rulesOf(config, process.cwd(), null);
  const pool = await startPool(config, rules, 1);
  const disabled = disabledLayers(config);
  const parts: JudgeParts = {
    analyse: analyseWith(pool, config),
    layers: staticLayers(config, rules).filter(({ id }) => !disabled.has(id)),
    disabled,
    approvals: approvalPolicy(ladderOf(config)),
    settings: { ...settingsOf(config, rules.version), claims: { admin: "all" } },
    clock: Date.now,
  };
  const check = async (input: CheckInput): Promise<CheckOutcome> => {
    const built = buildSubmission({ ...input, agentId: "local" }, LOCAL, parts.settings.maximum);
    if (!built.ok) throw new Error(built.refusal.detail);
    const judged = await judge(parts, { submission: built.value, mode: "analyze", speaker: "admin" });
    if (!judged.ok) throw new Error(judged.refusal.detail);
    return { decision: judged.value.decision, effects: judged.value.program?.effects ?? [] };
  };
  return { check, close: () => pool.close() };
}

function staticLayers(config: Config, rules: RuleSet): readonly Layer[] {
  const { policies, approval, domains, compliance, custom_policies } = config;
  return [
    withCustomPolicies(policyGuard(rules), custom_policies),
    semanticGuard(rules.invariants, { policies, approval, domains, compliance }),
    dataSensitivity(rules.recognisers, { data_sensitivity: policies.data_sensitivity, compliance }),
  ];
}

function warningsOf(config: Config, adminKey: AdminKey, sandbox: Sandbox): readonly string[] {
  const { ready, reason, executors } = sandbox.status();
  const failed = Object.entries(executors).filter(([, { ready, backend }]) => !ready && isProgramBackend(backend));
  const unable = failed.map(
    ([language, { backend, detail }]) => `no ${language} can be run: the backend \`${backend}\` does not work here: ${detail}`,
  );
  const idle = ready
    ? []
    : [`nothing can be run: the sandbox is not ready (${reason}); \`sandbox.require\` is \`${config.sandbox.require}\``];
  const unset = config.sandbox.secrets.map((line) => line.split(" ")[2]!).filter((variable) => !process.env[variable]);
  const bare = unset.map(
    (variable) => `\`sandbox.secrets\` names the environment variable \`${variable}\`, which is not set: requests go without it`,
  );
  return [...bare, ...(adminKey.warning === null ? [] : [adminKey.warning]), ...unable, ...idle];
}
