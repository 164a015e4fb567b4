/**
 * What must hold for every hostile program, in a whole server whose analysis is blind: it ends as expected and in time, while
 * it runs and after it `/health` answers, the server is the process it was, no canary is seen, the next ordinary program of
 * its language runs and finds nothing of it, and no process is left.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { RunResult, RunStatus, SandboxLanguage } from "../../sandbox/sandbox.ts";
import { ADMIN_KEY } from "../api/start-test-server.ts";
import { temporaryDirectory } from "../e2e/server-process.ts";
import type { BlindServerOptions } from "./blind-server.ts";
import { type Backend, unusable } from "./program-support.ts";
import { HEALTH_MS, type ServerWatch, watchServer } from "./server-watch.ts";
import { survivors } from "./support.ts";

/** A run is answered within the program's own limit and this. */
const REPLY_MS = 2_000;
const CANARIES = { environment: "canary-7f3a9c1e5b", file: "canary-51d0b2e8aa", run: "canary-c84f6be013" };

export type Attack = {
  readonly name: string;
  readonly language: SandboxLanguage;
  readonly code: string;
  readonly inputs?: unknown;
  readonly files?: Readonly<Record<string, string>>;
  /** More than one where the machine's speed decides which ceiling is met first. */
  readonly wants: readonly RunStatus[];
  readonly timeoutMs?: number;
  readonly also?: (result: RunResult) => void;
};
/**
 * What runs after each attack in its language: `code` looks for what an attack could have left, and must give just this
 * result, or (a shell has none) print it.
 */
export type Ordinary = { readonly code: string; readonly wants: unknown };

export type Containment = {
  readonly suites: Readonly<Record<string, readonly Attack[]>>;
  readonly ordinary: Readonly<Partial<Record<SandboxLanguage, Ordinary>>>;
  readonly server: BlindServerOptions;
  /** Who must have run the programs, where they have processes of their own. */
  readonly backend?: Backend;
};

/** One program in `every` of each suite. */
export function oneIn(every: number, suites: Containment["suites"]): Containment["suites"] {
  return Object.fromEntries(Object.entries(suites).map(([suite, attacks]) => [suite, attacks.filter((_, i) => i % every === 0)]));
}

/** Half of what a server's start costs. */
const KEEP_COMPILED = join(import.meta.dirname, "..", "..", "bin", "keep-compiled.cjs");
const TIMEOUT_MS = 1_000;
const LIMITS = { memory_mb: 64, output_bytes: 20_000 };
const MAX_OUTPUT = LIMITS.output_bytes;

type Server = { readonly url: string; readonly child: ChildProcess; readonly watch: ServerWatch };
type Target = Pick<Containment, "ordinary" | "backend"> & Server;

/** One test for each program, two at a time, against one server; skipped where the backend does not work. */
export async function assertContained(t: TestContext, { suites, server: options, ...wanted }: Containment): Promise<void> {
  const server: Target = { ...(await start(t, options)), ...wanted };
  const unable = await unusableIn(server);
  if (unable !== null) return t.skip(unable);
  for (const language of Object.keys(wanted.ordinary)) await assertOrdinary(server, language as SandboxLanguage);
  for (const [suite, attacks] of Object.entries(suites)) {
    await t.test(suite, { concurrency: 2 }, async (s) => {
      await Promise.all(attacks.map((attack) => s.test(attack.name, (one) => assertHeld(one, server, attack))));
    });
  }
  await t.test("afterwards nothing computes, and nothing outlives the server", async () => {
    assert.ok(await server.watch.rests(), "a process below the server still computes");
    const pids = server.watch.seen();
    assert.ok(pids.length >= 2, "a supervisor and its workers are expected");
    await server.watch.stop();
    server.child.stdin!.end();
    assert.deepEqual(await once(server.child, "exit"), [0, null]);
    assert.deepEqual(await survivors(pids, 1_000), [], "processes outlive the server");
  });
}

async function unusableIn({ url, backend }: Target): Promise<string | null> {
  if (backend === undefined) return null;
  const { sandbox } = (await (await fetch(`${url}/health`)).json()) as { sandbox: { backends: Record<string, boolean> } };
  return unusable(backend, sandbox.backends.python);
}

async function start(t: TestContext, options: BlindServerOptions): Promise<Server> {
  const cwd = temporaryDirectory(t);
  writeFileSync(join(cwd, "canary.txt"), CANARIES.file, { mode: 0o644 });
  const entry = join(import.meta.dirname, "blind-server.ts");
  const child = spawn(process.execPath, ["--require", KEEP_COMPILED, entry, JSON.stringify(options)], {
    ...{ cwd, env: { ...process.env, SANDBOX_CANARY: CANARIES.environment }, stdio: ["pipe", "pipe", "inherit"] },
  });
  t.after(() => void child.kill("SIGKILL"));
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  const url = line.toString().trim();
  return { url, child, watch: watchServer(url, child.pid!) };
}

/** Once more, alone or not, where the machine may have been busy with something else. */
async function assertHeld(t: TestContext, server: Target, attack: Attack): Promise<void> {
  let slow = await withstand(server, attack);
  if (slow.length > 0) {
    t.diagnostic(`${slow.join("; ")}; once more, in case the machine was busy with something else`);
    slow = await withstand(server, attack);
  }
  assert.deepEqual(slow, [], attack.name);
}

/** Returns what took too long; throws for all else. */
async function withstand(server: Target, attack: Attack): Promise<string[]> {
  const from = performance.now();
  const timeoutMs = attack.timeoutMs ?? TIMEOUT_MS;
  const { code, language, inputs = {}, files = {} } = attack;
  const result = await execute(server, { code, language, inputs, files, limits: { ...LIMITS, timeout_ms: timeoutMs } });
  assertEnded(attack, result);
  await assertOrdinary(server, language);
  assert.deepEqual(await server.watch.orphans(), [], "processes that left the server's tree and still run");
  const health = await server.watch.slowest(from);
  assert.ok(server.child.exitCode === null && server.child.signalCode === null, "the server is the process that was started");
  const slow = health > HEALTH_MS ? [`/health took ${Math.round(health)} ms`] : [];
  // the wait for a worker is not the run's: many attack one after another
  return result.durationMs > timeoutMs + REPLY_MS ? [...slow, `the run took ${Math.round(result.durationMs)} ms`] : slow;
}

function assertEnded({ wants, also }: Attack, result: RunResult): void {
  assert.ok(wants.includes(result.status), `${result.status} (${result.reason}, ${result.error}) instead of ${wants.join(" or ")}`);
  assert.ok(Buffer.byteLength(result.stdout + result.stderr) <= MAX_OUTPUT, "more output than was granted");
  if (result.status !== "completed") assert.notEqual(result.error, null);
  also?.(result);
  const text = JSON.stringify(result);
  for (const [what, canary] of Object.entries(CANARIES)) assert.ok(!text.includes(canary), `the canary of the ${what} was seen`);
}

async function assertOrdinary(server: Target, language: SandboxLanguage): Promise<void> {
  const { code, wants } = server.ordinary[language]!;
  const limits = { timeout_ms: 20_000, memory_mb: 128 };
  const inputs = { canary: CANARIES.run };
  const { status, result, stdout, error } = await execute(server, { language, code, inputs, limits });
  const said = language === "shell" ? [null, wants] : [wants, ""];
  assert.deepEqual([status, result, stdout], ["completed", ...said], error ?? "");
}

let sessions = 0;
async function execute({ url, backend }: Target, body: object): Promise<RunResult> {
  const reply = await fetch(`${url}/api/v1/execute`, {
    method: "POST",
    headers: { authorization: `Bearer ${ADMIN_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ agent_id: "hostile", session_id: `hostile-${process.pid}-${++sessions}`, ...body }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: tests look at what arrived, whatever its shape.
  const answer = (await reply.json()) as any;
  assert.deepEqual([reply.status, answer.executed], [200, true], JSON.stringify(answer));
  const { duration_ms, memory_peak_bytes, observed_effects, ...execution } = answer.execution;
  if (backend !== undefined) assert.equal(execution.backend, backend.kind);
  return {
    ...{ ...execution, error: answer.error, isolation: [] },
    ...{ durationMs: duration_ms, memoryPeakBytes: memory_peak_bytes, observedEffects: observed_effects },
  };
}
