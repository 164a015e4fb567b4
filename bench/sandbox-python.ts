/**
 * What running Python costs, with the rings that this machine has: with an interpreter ready (two programs a second), with
 * none ready, how fast the pool can be emptied for ever, and what an idle interpreter holds.
 */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { processTree } from "../sandbox/resource-watch.ts";
import { createSandbox, type RunRequest, type RunResult, type Sandbox } from "../sandbox/sandbox.ts";
import { summarise } from "./sample.ts";

const INTERPRETERS = 2;
const PYTHON_PERIOD_MS = 500;
const EMPTY_ROUNDS = 10;
const DRAIN_MS = 10_000;
const LIMITS = { timeoutMs: 10_000, memoryMb: 128, outputBytes: 65_536, cpuSeconds: 10 };
const PROFILE = { filesystem: "none", declaredFiles: true, network: "none", hosts: [] } as const;
const PYTHON = "import json, math\nrows = [n * 2 for n in inputs['rows']]\nprint(len(rows))\nsum(rows)";
const INPUTS = { rows: Array.from({ length: 20 }, (_, n) => n) };

type Row = { readonly what: string; readonly value: number; readonly unit: string; readonly atMost?: number };

let runs = 0;
async function run(sandbox: Sandbox): Promise<number> {
  const request: RunRequest = {
    ...{ id: `bench-${++runs}`, language: "python", code: PYTHON },
    ...{ inputs: INPUTS, files: {}, limits: LIMITS, profile: PROFILE },
  };
  const started = performance.now();
  const result: RunResult = await sandbox.run(request);
  if (result.status !== "completed" || result.result !== 380)
    throw new Error(`an ordinary program ended ${result.status}: ${result.error ?? result.reason}`);
  return performance.now() - started;
}

/** Two programs a second, at fixed times, whether or not the one before has ended. */
async function benchPrewarmed(sandbox: Sandbox, seconds: number): Promise<Row[]> {
  const pending: Promise<number>[] = [];
  for (let n = 0; n < (seconds * 1000) / PYTHON_PERIOD_MS; n++) {
    pending.push(run(sandbox));
    await sleep(PYTHON_PERIOD_MS);
  }
  const { p50, p99 } = summarise(await Promise.all(pending));
  return [
    { what: `Python, 2/s for ${seconds} s, p50`, value: p50, unit: "ms", atMost: 5 },
    { what: `Python, 2/s for ${seconds} s, p99`, value: p99, unit: "ms" },
  ];
}

/** As many at once as are ready, and one more behind each: those wait for an interpreter to be made. */
async function benchEmptyPool(sandbox: Sandbox): Promise<Row[]> {
  const waited: number[] = [];
  for (let round = 0; round < EMPTY_ROUNDS; round++) {
    const times = await Promise.all(Array.from({ length: 2 * INTERPRETERS }, () => run(sandbox)));
    waited.push(...times.slice(INTERPRETERS));
    await sleep(1000);
  }
  const { p50, p99 } = summarise(waited);
  return [
    { what: "Python, empty pool, p50", value: p50, unit: "ms", atMost: 500 },
    { what: "Python, empty pool, p99", value: p99, unit: "ms" },
  ];
}

/** How many programs a second the pool serves without end: more than this, and it is empty. */
async function benchDrain(sandbox: Sandbox): Promise<Row[]> {
  const until = performance.now() + DRAIN_MS;
  let done = 0;
  const client = async () => {
    for (; performance.now() < until; done++) await run(sandbox);
  };
  await Promise.all(Array.from({ length: INTERPRETERS }, client));
  return [{ what: "Python, the pool empties above", value: (done * 1000) / DRAIN_MS, unit: "per s" }];
}

/** Memory of the idle worker processes: what each has for itself, and with its share of what several have (PSS). */
function memoryRows(): Row[] {
  const mebibytes = (pid: number, key: string) =>
    Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0) / 1024;
  const all = processTree(process.pid).map((pid) => ({ pid, command: readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0") }));
  const found = all.filter(({ command }) => command[0] === process.execPath && command.some((word) => /python-worker\.[jt]s$/.test(word)));
  const mean = (key: string) => found.reduce((sum, { pid }) => sum + mebibytes(pid, key), 0) / Math.max(1, found.length);
  return [
    { what: "memory of an idle interpreter, RSS", value: mean("Rss"), unit: "MiB" },
    { what: "memory of an idle interpreter, PSS", value: mean("Pss"), unit: "MiB" },
  ];
}

function print(rows: readonly Row[]): void {
  const width = Math.max(...rows.map(({ what }) => what.length));
  for (const { what, value, unit, atMost } of rows) {
    const bound = atMost === undefined ? "" : `  (at most ${atMost}${value > atMost ? ": EXCEEDED" : ""})`;
    process.stdout.write(`${what.padEnd(width)}  ${value.toFixed(2).padStart(8)} ${unit}${bound}\n`);
  }
}

/** `seconds` is how long Python runs at two a second. Resolves to what is above its bound, as sentences. */
export async function benchPython(seconds: number): Promise<string[]> {
  const sandbox = await createSandbox({
    ...{ workers: 1, queueLimit: 100, queueDeadlineMs: 60_000, require: "none" },
    python: { interpreters: INTERPRETERS, startAfterMs: 0 },
  });
  try {
    await run(sandbox);
    await sleep(3000);
    process.stdout.write(`isolation: ${sandbox.status().isolation.join(", ")}; ${INTERPRETERS} interpreters\n`);
    const memory = process.platform === "linux" ? memoryRows() : [];
    const rows = [
      ...(await benchPrewarmed(sandbox, seconds)),
      ...(await benchEmptyPool(sandbox)),
      ...(await benchDrain(sandbox)),
      ...memory,
    ];
    print(rows);
    const above = rows.filter(({ value, atMost }) => atMost !== undefined && value > atMost);
    return above.map(({ what, value, unit, atMost }) => `${what}: ${value.toFixed(2)} ${unit}; the bound is ${atMost}`);
  } finally {
    await sandbox.close();
  }
}
