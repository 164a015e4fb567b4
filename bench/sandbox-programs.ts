/** What a run costs whose program has a process of its own, with every backend of this machine and one after another: all that it starts is started for it. */
import { createSandbox, type ProgramOptions, type RunRequest, type Sandbox } from "../sandbox/sandbox.ts";
import { locateBubblewrap, locateProgram } from "../sandbox/supervisor-link.ts";
import { summarise } from "./sample.ts";

type Language = "python" | "javascript" | "shell";
type Backend = { readonly name: string; readonly kind: "native" | "oci"; readonly path: string | null };

const CODE: Readonly<Record<Language, string>> = {
  python: "sum(row * 2 for row in inputs['rows'])",
  javascript: "inputs.rows.reduce((sum, row) => sum + row * 2, 0)",
  shell: "echo 380",
};
const LANGUAGES = Object.keys(CODE) as Language[];
const INPUTS = { rows: Array.from({ length: 20 }, (_, n) => n) };
const SUM = 380;
const LIMITS = { timeoutMs: 20_000, memoryMb: 128, outputBytes: 65_536, cpuSeconds: 10 };
const PROFILE = { filesystem: "read-only", declaredFiles: true, network: "none", hosts: [] } as const;
const BOUNDS: ProgramOptions["bounds"] = { processes: 64, diskMb: 64, files: 4096 };
const WARM_UP = 3;
/** For each language. With fewer than a hundred the 99th percentile is the slowest. */
const RUNS = { native: 100, oci: 30 } as const;

const backends = (): Backend[] => [
  { name: "native", kind: "native", path: locateBubblewrap() },
  ...["crun", "runc", "runsc"].map((name) => ({ name, kind: "oci", path: locateProgram(name) }) as const),
];

/** Prints a line for each backend and language. */
export async function benchPrograms(): Promise<void> {
  for (const backend of backends()) {
    if (backend.path === null) process.stdout.write(`${backend.name}: not installed\n`);
    else await benchBackend(backend);
  }
}

async function benchBackend({ name, kind }: Backend): Promise<void> {
  const languages = Object.fromEntries(LANGUAGES.map((language) => [language, kind]));
  const sandbox = await createSandbox({
    ...{ workers: 1, queueLimit: 100, queueDeadlineMs: 60_000, require: "none", maximum: LIMITS },
    programs: { languages, runtime: name, bounds: BOUNDS },
  });
  try {
    for (const language of LANGUAGES) {
      const { ready, detail } = sandbox.status().executors[language]!;
      process.stdout.write(
        `${name}, ${language}: ${ready ? await figures(sandbox, language, RUNS[kind]) : `does not work here: ${detail}`}\n`,
      );
    }
  } finally {
    await sandbox.close();
  }
}

async function figures(sandbox: Sandbox, language: Language, runs: number): Promise<string> {
  const times: number[] = [];
  for (let round = 0; round < WARM_UP + runs; round++) times.push(await run(sandbox, language, round));
  const { p50, p99 } = summarise(times.slice(WARM_UP));
  return `p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`;
}

/** Rejects when a program does not do what it should: figures of wrong answers are worth nothing. */
async function run(sandbox: Sandbox, language: Language, round: number): Promise<number> {
  const request: RunRequest = {
    ...{ id: `bench-${language}-${round}`, language, code: CODE[language] },
    ...{ inputs: INPUTS, files: {}, limits: LIMITS, profile: PROFILE },
  };
  const started = performance.now();
  const { status, result, stdout, error, reason } = await sandbox.run(request);
  const answer = language === "shell" ? Number(stdout) : result;
  if (status !== "completed" || answer !== SUM) throw new Error(`an ordinary ${language} run ended ${status}: ${error ?? reason}`);
  return performance.now() - started;
}
