/**
 * Many mixed runs in all languages, one in ten of them hostile, after which nothing may have grown and every ordinary one must
 * have been answered rightly. Leaves its figures in bench/results/sandbox-soak.md when it is a whole one.
 */
import { readdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { processTree, residentBytes } from "../sandbox/resource-watch.ts";
import { createSandbox, type RunRequest, type RunStatus, type Sandbox } from "../sandbox/sandbox.ts";

type Language = RunRequest["language"];
type Program = { readonly language: Language; readonly code: string };
type Hostile = Program & { readonly wants: readonly RunStatus[] };

const LIMITS = { timeoutMs: 10_000, memoryMb: 64, outputBytes: 65_536, cpuSeconds: 10 };
const PROFILE = { filesystem: "none", declaredFiles: true, network: "none", hosts: [] } as const;
const HOSTILE_TIMEOUT_MS = 200;
const MIB = 1024 * 1024;
/** A run of so many is written down. */
const WHOLE = 10_000;
/**
 * One run in so many is hostile; of so many two are Python and two are shell, one of each hostile: the pool makes a few
 * interpreters in a second, and a program with processes of its own takes a seventh of one.
 */
const HOSTILE_EVERY = 10;
const OTHERS_OF = 40;
const SHELL_FROM = 20;
const LINES = 20;

const INPUTS = { rows: Array.from({ length: 100 }, (_, n) => ({ n })) };
const SUM = 9_900;
const ORDINARY: Readonly<Record<Language, string>> = {
  javascript: "const all = inputs.rows.map(({ n }) => n * 2); console.log(all.length); ({ sum: all.reduce((a, b) => a + b, 0) })",
  typescript: "type Row = { n: number }; let sum: number = 0; for (const { n } of inputs.rows as Row[]) sum += n * 2; ({ sum })",
  python: "import json\nprint(len(inputs['rows']))\n{'sum': sum(row['n'] * 2 for row in inputs['rows'])}",
  shell: "seq 0 99 | awk '{ sum += $1 * 2 } END { print sum }'",
};

const javascript = (code: string, ...wants: RunStatus[]): Hostile => ({ language: "javascript", code, wants });
const python = (code: string, ...wants: RunStatus[]): Hostile => ({ language: "python", code, wants });
/** One of each way to end badly, short enough for a soak. What ends by memory or a crash may also meet the clock first. */
const HOSTILE_JAVASCRIPT = [
  javascript("for (;;);", "timeout"),
  javascript("const a = []; for (;;) a.push(new Array(1e5).fill(1))", "memory_exceeded", "timeout"),
  javascript("for (;;) console.log('x'.repeat(100))", "output_exceeded", "timeout"),
  javascript("require('child_process').execSync('id')", "failed"),
  javascript("({ get a() { for (;;); } })", "timeout"),
  javascript("Promise.reject(new Error('x')); for (;;) await null", "timeout"),
  javascript("throw new Error('x')", "failed"),
];
const HOSTILE_PYTHON = [
  python("while True: pass", "timeout"),
  python("b'x' * 10 ** 9", "memory_exceeded", "timeout"),
  python("import os\nos._exit(3)", "failed", "timeout"),
  python("while True: print('x' * 1000)", "output_exceeded", "timeout"),
  python("import os\nos.system('id')", "failed", "timeout"),
];

const HOSTILE_SHELL = ["while :; do :; done", "f() { f | f & }; f; while :; do sleep 0.01; done", "head -c 1G /dev/zero > big", "yes"].map(
  (code): Hostile => ({ language: "shell", code, wants: ["timeout", "failed", "memory_exceeded", "output_exceeded"] }),
);

const HOSTILE: Readonly<Record<Language, readonly Hostile[]>> = {
  javascript: HOSTILE_JAVASCRIPT,
  typescript: HOSTILE_JAVASCRIPT,
  python: HOSTILE_PYTHON,
  shell: HOSTILE_SHELL,
};

type Footprint = { readonly descriptors: number; readonly bytes: number; readonly processes: number };
type Tally = { wrong: string[]; ordinary: number; hostile: number; python: number; shell: number };

/** Prints a line every twentieth; returns what has grown or gone wrong. */
export async function soakSandbox(runs: number): Promise<string[]> {
  const sandbox = await createSandbox({
    ...{ workers: availableParallelism(), queueLimit: 1000, queueDeadlineMs: 120_000, require: "none", maximum: LIMITS },
    python: { interpreters: 2, startAfterMs: 0 },
    programs: { languages: { shell: "native" }, runtime: "crun", bounds: { processes: 64, diskMb: 16, files: 500 } },
  });
  const tally: Tally = { wrong: [], ordinary: 0, hostile: 0, python: 0, shell: 0 };
  const started = performance.now();
  try {
    const prints: Footprint[] = [];
    for (let line = 0; line < LINES; line++) {
      await mixedRuns(sandbox, Math.ceil(runs / LINES), tally);
      prints.push(footprint());
      process.stdout.write(`${lineOf((line + 1) * Math.ceil(runs / LINES), prints.at(-1)!)}\n`);
    }
    const problems = [...tally.wrong, ...grown(prints)];
    if (runs >= WHOLE) writeReport(tally, prints, { seconds: (performance.now() - started) / 1000, problems });
    return problems;
  } finally {
    await sandbox.close();
  }
}

const lineOf = (runs: number, { bytes, descriptors, processes }: Footprint): string =>
  `${runs} runs: ${(bytes / MIB).toFixed(0)} MiB, ${descriptors} descriptors, ${processes} processes`;

/** Of this process and the supervisor, which stay: workers come and go. Processes are all below this one. */
function footprint(): Footprint {
  globalThis.gc?.();
  const tree = processTree(process.pid);
  const kept = tree.slice(0, 2);
  const descriptors = kept.reduce((sum, pid) => sum + readdirSync(`/proc/${pid}/fd`).length, 0);
  return { descriptors, bytes: kept.reduce((sum, pid) => sum + (residentBytes(pid) ?? 0), 0), processes: tree.length };
}

/** Of workers that happen to be starting or ending. */
const SPARE_DESCRIPTORS = 12;
const SPARE_PROCESSES = 9;

/** The first fifth fills caches and pools; after that the later half must be as the earlier one. */
function grown(prints: readonly Footprint[]): string[] {
  const steady = prints.slice(LINES / 5);
  const half = steady.length / 2;
  const [before, after] = [steady.slice(0, half), steady.slice(half)];
  const median = (of: readonly Footprint[], key: keyof Footprint) =>
    of.map((each) => each[key]).sort((a, b) => a - b)[Math.floor(half / 2)]!;
  const above = (key: keyof Footprint, allowed: (value: number) => number) => median(after, key) > allowed(median(before, key));
  return [
    ...(above("bytes", (value) => value * 1.1 + 8 * MIB) ? ["memory has grown"] : []),
    ...(above("descriptors", (value) => value + SPARE_DESCRIPTORS) ? ["file descriptors have grown"] : []),
    ...(above("processes", (value) => value + SPARE_PROCESSES) ? ["processes have grown"] : []),
  ];
}

async function mixedRuns(sandbox: Sandbox, runs: number, tally: Tally): Promise<void> {
  let left = runs;
  const client = async () => {
    while (left > 0) {
      const turn = left--;
      const language = languageOf(turn);
      if (language === "python" || language === "shell") tally[language]++;
      if (turn % HOSTILE_EVERY === 0) await hostile(sandbox, pick(HOSTILE[language], tally.hostile++), tally);
      else await ordinary(sandbox, language, tally);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() * 2 }, client));
}

function languageOf(turn: number): Language {
  const place = turn % OTHERS_OF;
  if (place < 2) return "python";
  if (place === SHELL_FROM || place === SHELL_FROM + 1) return "shell";
  return turn % 3 === 0 ? "typescript" : "javascript";
}

const pick = (programs: readonly Hostile[], turn: number): Hostile => programs[turn % programs.length]!;

let last = 0;
function request({ language, code }: Program, timeoutMs: number): RunRequest {
  last++;
  return { id: `soak-${last}`, language, code, inputs: INPUTS, files: {}, limits: { ...LIMITS, timeoutMs }, profile: PROFILE };
}

async function ordinary(sandbox: Sandbox, language: Language, tally: Tally): Promise<void> {
  tally.ordinary++;
  const { status, result, stdout, error } = await sandbox.run(request({ language, code: ORDINARY[language] }, LIMITS.timeoutMs));
  const sum = language === "shell" ? Number(stdout) : (result as { sum: number } | null)?.sum;
  if (status !== "completed" || sum !== SUM) tally.wrong.push(`an ordinary ${language} run ended ${status}: ${error}`);
}

async function hostile(sandbox: Sandbox, program: Hostile, tally: Tally): Promise<void> {
  const { status, error } = await sandbox.run(request(program, HOSTILE_TIMEOUT_MS));
  if (!program.wants.includes(status)) tally.wrong.push(`\`${program.code}\` ended ${status}: ${error}`);
}

function writeReport(
  tally: Tally,
  prints: readonly Footprint[],
  { seconds, problems }: { seconds: number; problems: readonly string[] },
): void {
  const runs = tally.ordinary + tally.hostile;
  const rows = prints.map(({ bytes, descriptors, processes }, line) => {
    const after = Math.round(((line + 1) * runs) / LINES);
    return `| ${after} | ${(bytes / MIB).toFixed(0)} | ${descriptors} | ${processes} |`;
  });
  const text = `# Soak of the sandbox

\`npm run bench -- sandbox --soak ${runs}\`: ${runs} runs in ${seconds.toFixed(0)} s on ${availableParallelism()} cores, ${tally.hostile} of
them hostile, ${tally.python} in Python, ${tally.shell} in shell with processes of their own. Ordinary runs that failed, or hostile ones that ended in another way than they must:
${tally.wrong.length}. ${problems.length === 0 ? "Nothing has grown." : `Beyond a bound: ${problems.join("; ")}.`}

Memory (resident) and file descriptors are those of the API process and the supervisor, which stay; processes are all.

| runs | MiB | descriptors | processes |
|---:|---:|---:|---:|
${rows.join("\n")}
`;
  writeFileSync(join(import.meta.dirname, "results", "sandbox-soak.md"), text);
}
