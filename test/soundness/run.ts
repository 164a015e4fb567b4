/** Runs generated programs for real, each in a directory of its own, and brings back what was observed. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Generated } from "./generate.ts";

export type Observed = { readonly kind: "read" | "write" | "delete" | "exec" | "connect" | "eval"; readonly target: string };
export type Ran = { readonly program: Generated; readonly events: readonly Observed[]; readonly failure: string | null };

type Answer = { readonly events: readonly [Observed["kind"], string][]; readonly failure: string | null };

/** Programs of one Node at a time: starting it is what costs. */
const SIDE_BY_SIDE = 2;
const NODE_MS = 20_000;

export async function runForReal(programs: readonly Generated[]): Promise<readonly Ran[]> {
  const home = mkdtempSync(join(tmpdir(), "soundness-"));
  try {
    const placed = programs.map((program, n) => ({ program, directory: place(home, program, n) }));
    const python = placed.filter(({ program }) => program.language === "python");
    const node = placed.filter(({ program }) => program.language === "javascript");
    const answers = await runPython(home, python);
    const out = python.map(({ program }, i) => ranOf(program, answers[i]));
    for (let i = 0; i < node.length; i += SIDE_BY_SIDE)
      out.push(
        ...(await Promise.all(node.slice(i, i + SIDE_BY_SIDE).map(async (one) => ranOf(one.program, await runNode(one.directory))))),
      );
    return out;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

const ranOf = (program: Generated, answer: Answer | undefined): Ran => ({
  program,
  events: (answer?.events ?? []).map(([kind, target]) => ({ kind, target })),
  failure: answer === undefined ? "no answer" : answer.failure,
});

function place(home: string, program: Generated, n: number): string {
  const directory = join(home, String(n));
  mkdirSync(directory);
  for (const file of program.files) {
    if (file.endsWith("/")) mkdirSync(join(directory, file));
    else writeFileSync(join(directory, file), "text");
  }
  if (program.language === "javascript") writeFileSync(join(directory, "program.cjs"), program.code);
  return directory;
}

type Placed = { readonly program: Generated; readonly directory: string };

async function runPython(home: string, placed: readonly Placed[]): Promise<readonly Answer[]> {
  const jobs = join(home, "jobs.json");
  writeFileSync(jobs, JSON.stringify(placed.map(({ program, directory }) => ({ code: program.code, directory }))));
  const { text, errors } = await output("python3", [join(import.meta.dirname, "observe.py"), jobs], home);
  if (text === "") throw new Error(`python3 gave no answer: ${errors.slice(0, 500)}`);
  return JSON.parse(text) as Answer[];
}

async function runNode(directory: string): Promise<Answer> {
  const observed = join(directory, "..", `observed-${directory.split(/[\\/]/).pop()}.json`);
  const hook = join(import.meta.dirname, "observe.cjs");
  const { errors } = await output(process.execPath, ["--require", hook, join(directory, "program.cjs")], directory, { OBSERVED: observed });
  try {
    return JSON.parse(readFileSync(observed, "utf8")) as Answer;
  } catch {
    return { events: [], failure: errors.slice(0, 500) };
  }
}

function output(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<{ text: string; errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, timeout: NODE_MS * 3, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    let errors = "";
    child.stdout.on("data", (chunk) => (text += String(chunk)));
    child.stderr.on("data", (chunk) => (errors += String(chunk)));
    child.on("error", (error) => reject(new Error(`cannot run ${command}: ${error.message}`)));
    child.on("close", () => resolve({ text, errors }));
  });
}
