/**
 * `npm run bench [-- --quick]`: what deciding costs, against bare parsing in the same run, and how much of it many clients
 * get. Prints tables; with `--quick` it measures less and exits 1 when a ratio of medians is above its bound in bounds.json.
 * Absolute times are printed and never judged: they belong to the machine. Without options it also writes bench/results/latency.*.
 * `npm run bench -- --load [seconds]`: 100 clients with good and bad requests instead; exits 1 when an answer is wrong.
 * `npm run bench -- --alarms DIRECTORY...`: what is asked and blocked in ordinary code below the directories.
 * `npm run bench -- --rewrites`: what is decided about rewritten programs; writes a table to bench/results.
 * `npm run bench -- sandbox [seconds] [--soak N]`: what running costs, on every backend, Python at two a second for 60 s; or N mixed runs, after which nothing may have grown.
 * `npm run bench -- --soundness`: what harmless programs really do against what was predicted; writes to bench/results.
 * `npm run bench -- --rules`: what 50, the shipped and 1,000 policy rules cost for each program, and Layer 1 against parsing.
 * `npm run bench -- --leak [programs]`: whether time and memory stay flat over 100,000 programs.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadGrammars } from "../src/analysis-pool/grammars.ts";
import { createBenchAnalyzer } from "./analysis-alone.ts";
import { startBenchEngine } from "./engine-alone.ts";
import { falseAlarms } from "./false-alarms.ts";
import { startBenchServer } from "./http-client.ts";
import { benchLeak } from "./leak.ts";
import { loadMixed, printThroughput } from "./load-report.ts";
import { readOptions } from "./options.ts";
import { createBareParser } from "./parse-alone.ts";
import { type BenchProgram, distinct, programs, SIZES, type Size } from "./programs.ts";
import { writeReport } from "./report.ts";
import { benchRewrites } from "./rewrites.ts";
import { benchRules } from "./rules.ts";
import { type Summary, sample, summarise } from "./sample.ts";
import { benchSandbox } from "./sandbox.ts";
import { benchPrograms } from "./sandbox-programs.ts";
import { benchPython } from "./sandbox-python.ts";
import { soakSandbox } from "./sandbox-soak.ts";
import { benchSoundness } from "./soundness.ts";

type Stage = "parse" | "analysis" | "submit" | "enforce" | "known";
type Rounds = Readonly<Record<Size, { readonly counted: number; readonly warmUp: number }>>;
type Results = Readonly<Record<Size, Readonly<Record<Stage, Summary>>>>;
type Bounds = Readonly<Record<"analysis" | "enforce" | "known", Readonly<Record<Size, number>>>>;

const TITLES: Readonly<Record<Stage, string>> = {
  parse: "parse alone",
  analysis: "analysis, uncached",
  submit: "submit, without HTTP",
  enforce: "/enforce over HTTP",
  known: "/enforce, analysed before",
};
const STAGES = Object.keys(TITLES) as readonly Stage[];
const QUICK: Rounds = { "30": { counted: 10, warmUp: 80 }, "300": { counted: 12, warmUp: 4 }, "2000": { counted: 4, warmUp: 2 } };
const FULL: Rounds = { "30": { counted: 50, warmUp: 120 }, "300": { counted: 60, warmUp: 10 }, "2000": { counted: 20, warmUp: 4 } };

/** For each line of the throughput table. */
const THROUGHPUT_MS = 5000;

type Vary = (program: BenchProgram, n: number) => BenchProgram;
const vary: Vary = (program, n) => ({ ...program, code: distinct(program, n) });

/** The server first: a client that has the parsers and the rules in its own heap spends time of its own on every answer. */
async function measure(rounds: Rounds): Promise<Results> {
  const { enforce, known } = await measureServer(rounds);
  const submit = await measureEngine(rounds);
  const wasm = await loadGrammars();
  const parse = await bySize(rounds, await createBareParser(wasm));
  const analysis = await bySize(rounds, await createBenchAnalyzer(wasm));
  const results = SIZES.map((size) => [
    size,
    { parse: parse[size], analysis: analysis[size], submit: submit[size], enforce: enforce[size], known: known[size] },
  ]);
  return Object.fromEntries(results) as Results;
}

type BySize = Readonly<Record<Size, Summary>>;

/** Times of `work`, size by size; on programs that nobody has seen before unless `form` leaves them as they are. */
async function bySize(rounds: Rounds, work: (program: BenchProgram, n: number) => unknown, form: Vary = vary): Promise<BySize> {
  const sizes = programs();
  const results: Partial<Record<Size, Summary>> = {};
  for (const size of SIZES) {
    results[size] = summarise(await sample(sizes[size], rounds[size], (program, n) => work(form(program, n), n)));
  }
  return results as BySize;
}

/** Its decisions on new programs, then on the corpus again and again: only the analysis is remembered, never a decision. */
async function measureServer(rounds: Rounds): Promise<{ readonly enforce: BySize; readonly known: BySize }> {
  const server = await startBenchServer();
  const ask = ({ code, language }: BenchProgram, n: number): Promise<unknown> =>
    server.enforce({ agent_id: "bench", session_id: `bench-${Math.floor(n / 20)}`, language, code });
  try {
    const enforce = await bySize(rounds, ask);
    return { enforce, known: await bySize(rounds, ask, (program) => program) };
  } finally {
    await server.close();
  }
}

async function measureEngine(rounds: Rounds): Promise<BySize> {
  const engine = await startBenchEngine();
  try {
    return await bySize(rounds, engine.submit);
  } finally {
    await engine.close();
  }
}

const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3));

function printTable(results: Results): void {
  const header = ["lines", "stage", "n", "p50 ms", "p95 ms", "p99 ms", "per s", "x parse p50"];
  const rows = SIZES.flatMap((size) =>
    STAGES.map((stage) => {
      const { count, p50, p95, p99, perSecond } = results[size][stage];
      const ratio = p50 / results[size].parse.p50;
      return [size, TITLES[stage], String(count), number(p50), number(p95), number(p99), perSecond.toFixed(0), ratio.toFixed(1)];
    }),
  );
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  for (const row of [header, ...rows]) {
    process.stdout.write(`${row.map((cell, i) => (i === 1 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ")}\n`);
  }
}

async function run(rounds: Rounds): Promise<Results> {
  const started = performance.now();
  const results = await measure(rounds);
  printTable(results);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  process.stdout.write(
    `measured in ${seconds} s; one client, every decision synced to disk; every program is new but in the last line of each size\n`,
  );
  return results;
}

/** Ratios of medians that are above their bound, as sentences. */
function exceeded(results: Results, bounds: Bounds): string[] {
  return SIZES.flatMap((size) =>
    (["analysis", "enforce", "known"] as const).flatMap((stage) => {
      const ratio = results[size][stage].p50 / results[size].parse.p50;
      const bound = bounds[stage][size];
      return ratio <= bound
        ? []
        : [`${TITLES[stage]} of ${size} lines takes ${ratio.toFixed(1)} times as long as parsing; the bound is ${bound}`];
    }),
  );
}

const { values, positionals } = readOptions();
const seconds = Number(values.alarms ? 60 : (positionals[0] ?? 60));
if (positionals[0] === "sandbox") {
  if (values.soak === undefined) await benchPrograms();
  const problems =
    values.soak === undefined
      ? [...(await benchSandbox()), ...(await benchPython(Number(positionals[1] ?? 60)))]
      : await soakSandbox(Number(values.soak));
  for (const problem of problems) process.stderr.write(`beyond the bound: ${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} else if (values.alarms) {
  await falseAlarms(positionals, values.verbose);
} else if (!(seconds > 0)) {
  process.stderr.write(`\`${positionals[0]}\` is no number of seconds: npm run bench -- --load 60\n`);
  process.exitCode = 2;
} else if (values.load) {
  process.exitCode = (await loadMixed(seconds)) ? 0 : 1;
} else if (values.rewrites || values.soundness) {
  const problems = values.rewrites ? await benchRewrites() : await benchSoundness();
  for (const problem of problems) process.stderr.write(`below the bound: ${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} else if (values.leak) {
  const problems = await benchLeak(positionals[0] === undefined ? undefined : Number(positionals[0]));
  for (const problem of problems) process.stderr.write(`not flat: ${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} else if (values.rules) {
  const problems = await benchRules();
  for (const problem of problems) process.stderr.write(`too slow: ${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} else if (values.quick) {
  const bounds = JSON.parse(readFileSync(join(import.meta.dirname, "bounds.json"), "utf8")) as Bounds;
  let problems = exceeded(await run(QUICK), bounds);
  if (problems.length > 0) {
    // A machine that was busy for a moment is no regression: too slow is what is so twice.
    process.stdout.write("above a bound; measuring again\n");
    problems = exceeded(await run(QUICK), bounds);
  }
  for (const problem of problems) process.stderr.write(`too slow: ${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} else {
  const throughput = await printThroughput(THROUGHPUT_MS);
  writeReport(TITLES, await run(FULL), throughput);
}
