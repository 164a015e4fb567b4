/**
 * `npm run check`: everything that keeps the code as it should be, except the tests. Runs every step, two at a time, then
 * reports all that failed.
 */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";

type Step = { readonly name: string; readonly command: string; readonly args: readonly string[] };

const root = join(import.meta.dirname, "..");
/** What the compiler knows of the last run: files that did not change, nor what they import, are not checked again. */
const TYPES_SEEN = join("node_modules", ".cache", "types.tsbuildinfo");

const STEPS: readonly Step[] = [
  { name: "types", command: "tsc", args: ["--project", ".", "--incremental", "--tsBuildInfoFile", TYPES_SEEN] },
  { name: "format and lint", command: "biome", args: ["ci", "--error-on-warnings", "."] },
  { name: "imports run one way", command: "node", args: ["scripts/check-imports.ts"] },
  { name: "nothing unused", command: "knip", args: [] },
  { name: "openapi.yaml", command: "redocly", args: ["lint", "openapi.yaml"] },
  { name: "what is generated from openapi.yaml", command: "node", args: ["scripts/generate.ts", "--check"] },
  { name: "rule catalogue", command: "node", args: ["--test", "--test-reporter=dot", ...catalogueTests()] },
  { name: "portable text", command: "node", args: ["scripts/check-portable.ts"] },
];

/** Every shipped rule file is well-formed, documented, and agrees with the annotated source beside it. */
function catalogueTests(): string[] {
  const tests = readdirSync(join(root, "test", "rules")).filter((file) => file.endsWith(".test.ts"));
  if (tests.length === 0) throw new Error("no test under test/rules: the rule catalogue would go unchecked");
  return tests.map((file) => join("test", "rules", file));
}

type Outcome = { readonly step: Step; readonly ok: boolean };

/** What a step writes is shown when it is over, whole. */
function run(step: Step): Promise<Outcome> {
  const child = spawn(step.command, step.args, {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
    env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
  });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => output.push(bytes));
  return new Promise((resolve) => {
    const end = (ok: boolean, fault = "") => {
      process.stdout.write(`\n== ${step.name}\n${Buffer.concat(output).toString()}${fault}`);
      resolve({ step, ok });
    };
    child.once("error", (error) => end(false, `cannot run ${step.command}: ${error.message}; start the checks with \`npm run check\`\n`));
    child.once("close", (code) => end(code === 0));
  });
}

/** Takes the steps in their order, as many at a time as there are processors, at most two. */
async function runAll(): Promise<Outcome[]> {
  const waiting = [...STEPS];
  const outcomes: Outcome[] = [];
  const lane = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) outcomes.push(await run(step));
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, lane));
  return outcomes;
}

const failed = (await runAll()).filter(({ ok }) => !ok).map(({ step }) => step.name);
process.stdout.write(failed.length === 0 ? "\nAll checks passed.\n" : `\nFailed: ${failed.join(", ")}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
