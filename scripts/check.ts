/** `npm run check`: everything that keeps the code as it should be, except the tests. Runs every step, then reports all that failed. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

type Step = { readonly name: string; readonly command: string; readonly args: readonly string[] };

const root = join(import.meta.dirname, "..");

const STEPS: readonly Step[] = [
  { name: "types", command: "tsc", args: ["--project", "."] },
  { name: "format and lint", command: "biome", args: ["ci", "--error-on-warnings", "."] },
  { name: "imports run one way", command: "node", args: ["scripts/check-imports.ts"] },
  { name: "nothing unused", command: "knip", args: [] },
  { name: "openapi.yaml", command: "redocly", args: ["lint", "openapi.yaml"] },
  { name: "types of the TypeScript client", command: "node", args: ["scripts/generate-client-types.ts", "--check"] },
  { name: "rule catalogue", command: "node", args: ["--test", "--test-reporter=dot", ...catalogueTests()] },
  { name: "portable text", command: "node", args: ["scripts/check-portable.ts"] },
];

/** Every shipped rule file is well-formed, documented, and agrees with the annotated source beside it. */
function catalogueTests(): string[] {
  const tests = readdirSync(join(root, "test", "rules")).filter((file) => file.endsWith(".test.ts"));
  if (tests.length === 0) throw new Error("no test under test/rules: the rule catalogue would go unchecked");
  return tests.map((file) => join("test", "rules", file));
}

function succeeds(step: Step): boolean {
  process.stdout.write(`\n== ${step.name}\n`);
  const { status, error } = spawnSync(step.command, step.args, {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
    env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
  });
  if (error !== undefined) process.stderr.write(`cannot run ${step.command}: ${error.message}; start the checks with \`npm run check\`\n`);
  return status === 0;
}

const failed = STEPS.filter((step) => !succeeds(step));
process.stdout.write(failed.length === 0 ? "\nAll checks passed.\n" : `\nFailed: ${failed.map((step) => step.name).join(", ")}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
