/**
 * Holds the one-way imports of `.dependency-cruiser.cjs`, and checks the checker: in a copy of the sources it plants
 * faults of every kind and requires each to be reported, so that a cruise that sees nothing cannot pass.
 */
import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

type Violation = { readonly from: string; readonly to: string; readonly rule: { readonly name: string } };
type Cruise = { readonly violations: readonly Violation[]; readonly modules: number };
type Plant = { readonly rule: string; readonly file: string; readonly source: string };

const root = join(import.meta.dirname, "..");
const ROOMS = ["analysis", "layers", "rules", "sandbox", "src", "bin", "scripts", "bench", "test", "clients"];
/** Far fewer modules than the product has, far more than a cruise that resolves nothing finds. */
const LEAST_MODULES = 40;

const PLANTS: readonly Plant[] = [
  { rule: "no-circular", file: "analysis/planted-a.ts", source: 'export { b } from "./planted-b.ts";\nexport const a = 1;\n' },
  { rule: "", file: "analysis/planted-b.ts", source: 'export { a } from "./planted-a.ts";\nexport const b = 2;\n' },
  { rule: "analysis-is-ground-floor", file: "analysis/planted-up.ts", source: 'import "../layers/model.ts";\n' },
  { rule: "analysis-does-no-io", file: "analysis/planted-io.ts", source: 'import "node:fs";\n' },
  { rule: "layers-do-not-look-up", file: "layers/planted-up.ts", source: 'import "../src/package-root.ts";\n' },
  { rule: "only-layer-5-runs-code", file: "layers/1-policy-guard/planted.ts", source: 'import "../../sandbox/planted-up.ts";\n' },
  {
    rule: "layers-do-not-know-each-other",
    file: "layers/1-policy-guard/planted-peer.ts",
    source: 'import "../2-semantic-guard/planted.ts";\n',
  },
  { rule: "product-does-not-import-tests", file: "layers/2-semantic-guard/planted.ts", source: 'import "../../test/planted.ts";\n' },
  { rule: "decide-knows-no-layer", file: "layers/planted-fold.ts", source: 'import "./1-policy-guard/planted.ts";\n' },
  { rule: "sandbox-stands-alone", file: "sandbox/planted-up.ts", source: 'import "../layers/model.ts";\n' },
  { rule: "only-the-sandbox-loads-its-engines", file: "src/planted-engine.ts", source: 'import "isolated-vm";\n' },
  { rule: "only-api-knows-http", file: "src/planted-http.ts", source: 'import "express";\n' },
  {
    rule: "only-store-knows-sql",
    file: "src/planted-sql.ts",
    source: 'import type { Kysely } from "kysely";\nexport type K = Kysely<unknown>;\n',
  },
  { rule: "only-compose-names-concrete-parts", file: "src/planted-part.ts", source: 'import "../layers/1-policy-guard/planted.ts";\n' },
  { rule: "product-uses-no-development-dependency", file: "src/planted-dev.ts", source: 'import "fast-check";\n' },
  { rule: "no-unresolvable", file: "src/planted-missing.ts", source: 'import "./nowhere.ts";\n' },
  { rule: "model-imports-nothing", file: "layers/model.ts", source: 'import "./layer.ts";\n' },
  { rule: "clients-know-only-the-contract", file: "clients/typescript/src/planted.ts", source: 'import "../../../src/planted-up.ts";\n' },
  { rule: "", file: "src/planted-up.ts", source: "export {};\n" },
  { rule: "", file: "test/planted.ts", source: "export {};\n" },
];

/** A file without a rule of its own is only there to be imported. */
const PLANTED_FAULTS = PLANTS.filter(({ rule }) => rule !== "").map(({ rule, file }) => `${rule} in ${file}`);

function cruise(directory: string): Cruise {
  const rooms = ROOMS.filter((room) => existsSync(join(directory, room)));
  const config = join(directory, ".dependency-cruiser.cjs");
  const run = spawnSync("depcruise", ["--config", config, "--output-type", "json", ...rooms], {
    cwd: directory,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    shell: process.platform === "win32",
  });
  if (run.error !== undefined) throw new Error(`cannot run dependency-cruiser: ${run.error.message}; start it with \`npm run check\``);
  if (run.stdout === "") throw new Error(`dependency-cruiser reported nothing:\n${run.stderr}`);
  const { summary, modules } = JSON.parse(run.stdout) as {
    summary: { violations: Violation[] };
    modules: { source: string; coreModule?: boolean }[];
  };
  const own = modules.filter((module) => module.coreModule !== true && !module.source.includes("node_modules/"));
  return { violations: summary.violations, modules: own.length };
}

/** Rules whose planted fault was not reported in the file that holds it. */
function missedPlants(): string[] {
  const copy = mkdtempSync(join(tmpdir(), "agentguard-imports-"));
  try {
    for (const file of [...ROOMS, ".dependency-cruiser.cjs", "package.json", "tsconfig.json"]) {
      if (existsSync(join(root, file))) cpSync(join(root, file), join(copy, file), { recursive: true });
    }
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"), "junction");
    for (const { file, source } of PLANTS) {
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      if (existsSync(join(copy, file))) appendFileSync(join(copy, file), source);
      else writeFileSync(join(copy, file), source);
    }
    const { violations } = cruise(copy);
    const caught = new Set(violations.map((violation) => `${violation.rule.name} in ${violation.from}`));
    return PLANTED_FAULTS.filter((fault) => !caught.has(fault));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

const { violations, modules } = cruise(root);
const problems = violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
if (modules < LEAST_MODULES)
  problems.push(`only ${modules} modules were cruised, at least ${LEAST_MODULES} are expected: the cruise saw nothing`);
problems.push(...missedPlants().map((fault) => `planted fault was not caught: ${fault}`));
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length === 0)
  process.stdout.write(`${modules} modules, no violation; all ${PLANTED_FAULTS.length} planted faults were caught\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
