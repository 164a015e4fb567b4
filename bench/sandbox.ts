/**
 * What running costs: a warm run's latency, runs per second, recovery after a crash, and the memory of an idle pool. The
 * sandbox is used as the server uses it, without a server.
 */
import { availableParallelism } from "node:os";
import { processTree, residentBytes } from "../sandbox/resource-watch.ts";
import { createSandbox, type RunRequest, type Sandbox } from "../sandbox/sandbox.ts";
import { summarise } from "./sample.ts";

const ORDINARY = "const all = inputs.rows.map(({ n }) => n * 2); console.log(all.length); ({ sum: all.reduce((a, b) => a + b, 0) })";
const SUM = 9_900;
const LIMITS = { timeoutMs: 2_000, memoryMb: 64, outputBytes: 65_536, cpuSeconds: 10 };
/** Bounds of the specification on an otherwise idle machine with two cores; ms, and runs per second. */
const BOUNDS = { p50: 3, p99: 15, recovery: 150, perSecond: 500 };
const WARM_RUNS = 2_000;
const THROUGHPUT_MS = 5_000;
const CRASHES = 10;
const MIB = 1024 * 1024;

let last = 0;
function request(code: string, timeoutMs = LIMITS.timeoutMs): RunRequest {
  const rows = Array.from({ length: 100 }, (_, n) => ({ n }));
  const profile = { filesystem: "none", declaredFiles: true, network: "none", hosts: [] } as const;
  last++;
  return { id: `bench-${last}`, language: "javascript", code, inputs: { rows }, files: {}, limits: { ...LIMITS, timeoutMs }, profile };
}

const start = (): Promise<Sandbox> =>
  createSandbox({ workers: availableParallelism(), queueLimit: 1000, queueDeadlineMs: 60_000, require: "none", maximum: LIMITS });

/** Rejects when an ordinary program does not do what it should: figures of wrong answers are worth nothing. */
async function ordinary(sandbox: Sandbox): Promise<number> {
  const started = performance.now();
  const { status, result, error } = await sandbox.run(request(ORDINARY));
  if (status !== "completed" || (result as { sum: number }).sum !== SUM) throw new Error(`an ordinary run ended ${status}: ${error}`);
  return performance.now() - started;
}

/** Prints the figures; returns what is beyond a bound. */
export async function benchSandbox(): Promise<string[]> {
  const sandbox = await start();
  try {
    process.stdout.write(`isolation: ${sandbox.status().isolation.join(", ")}; ${sandbox.status().workers} workers\n`);
    const idle = idleMemory();
    const warm: number[] = [];
    for (let run = 0; run < WARM_RUNS; run++) warm.push(await ordinary(sandbox));
    const { p50, p99 } = summarise(warm.slice(WARM_RUNS / 10));
    const perSecond = await throughput(sandbox);
    const recovery = await recoveries(sandbox);
    process.stdout.write(`warm run: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms; ${Math.round(perSecond)} runs/s\n`);
    process.stdout.write(`recovery after a crash: ${recovery.toFixed(0)} ms; idle pool: ${(idle / MIB).toFixed(0)} MiB\n`);
    const over = (name: "p50" | "p99" | "recovery", value: number) =>
      value > BOUNDS[name] ? [`${name} is ${value.toFixed(1)} ms; the bound is ${BOUNDS[name]}`] : [];
    const slow = perSecond < BOUNDS.perSecond ? [`${Math.round(perSecond)} runs per second; the bound is ${BOUNDS.perSecond}`] : [];
    return [...over("p50", p50), ...over("p99", p99), ...over("recovery", recovery), ...slow];
  } finally {
    await sandbox.close();
  }
}

/** Supervisor and workers, in bytes; pages that they share count for each. */
function idleMemory(): number {
  return processTree(process.pid)
    .slice(1)
    .reduce((sum, pid) => sum + (residentBytes(pid) ?? 0), 0);
}

async function throughput(sandbox: Sandbox): Promise<number> {
  const deadline = performance.now() + THROUGHPUT_MS;
  let runs = 0;
  const client = async () => {
    while (performance.now() < deadline) {
      await ordinary(sandbox);
      runs++;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() * 2 }, client));
  return (1000 * runs) / THROUGHPUT_MS;
}

/** Median time from the end of a crashed run to the end of the next ordinary one, when every worker has crashed. */
async function recoveries(sandbox: Sandbox): Promise<number> {
  const times: number[] = [];
  for (let crash = 0; crash < CRASHES; crash++) {
    const crashes = Array.from({ length: sandbox.status().workers }, () => sandbox.run(request("for (;;);", 100)));
    await Promise.all(crashes);
    times.push(await ordinary(sandbox));
  }
  return summarise(times).p50;
}
