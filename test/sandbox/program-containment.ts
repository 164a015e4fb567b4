/**
 * The programs that attack the sandboxes in which they have a process of their own, in whole servers: containment.ts says
 * what must hold. With CI=true every program in processes of this machine and with crun, and some with other runtimes; with
 * AGENTGUARD_TEST_ALL=1 every program on every backend. What is left out is said aloud.
 */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { RunResult } from "../../sandbox/sandbox.ts";
import { ONLY_READS } from "./blind-server.ts";
import { type Attack, assertContained, type Containment } from "./containment.ts";
import { HOSTILE_PROGRAMS, type HostileProgram } from "./program-hostile-programs.ts";
import { type Backend, BOUNDS, choiceOf, WITHOUT_LAYERS } from "./program-support.ts";

const TIMEOUT_MS = 700;
const EVERYTHING = process.env.AGENTGUARD_TEST_ALL === "1";
const CI = process.env.CI === "true";
/** One program in so many where each run takes milliseconds; where it takes longer, those that are marked. */
const QUICK_EVERY = 4;

const ordinary: Containment["ordinary"] = {
  python: {
    code: "import glob, os\n[1 + 1, 'ESCAPED' in os.environ, os.listdir('.'), [p for p in glob.glob('/tmp/*') + glob.glob('/dev/shm/*') if 'escaped' in p]]",
    wants: [2, false, [], []],
  },
  javascript: {
    code: "[1 + 1, typeof globalThis.escaped, 'ESCAPED' in process.env, require('node:fs').readdirSync('.')]",
    wants: [2, "undefined", false, []],
  },
  shell: { code: 'echo "$((1 + 1))${ESCAPED:-}"; ls -A; ls /tmp | grep escaped || true', wants: "2\n" },
};

/** Why a backend is left out here; false: it is not. */
export function leftOut({ name, runtime, missing }: Backend): string | false {
  if (missing !== false || EVERYTHING || CI || runtime !== "runc") return missing;
  process.stderr.write(`NOTE: ${name} is tested with CI=true or AGENTGUARD_TEST_ALL=1 only\n`);
  return "with CI=true or AGENTGUARD_TEST_ALL=1 only";
}

/** Runs them against one server with this backend. */
export function assertProgramsContained(t: TestContext, backend: Backend): Promise<void> {
  const config = `${WITHOUT_LAYERS}\nsandbox: { filesystem: read-write, ${choiceOf(backend)}, ${boundsOf()} }`;
  return assertContained(t, { suites: suitesFor(backend), ordinary, server: { config, claimsWrites: true }, backend });
}

const boundsOf = (): string =>
  `programs: { max_processes: ${BOUNDS.processes}, max_disk_mb: ${BOUNDS.diskMb}, max_files: ${BOUNDS.files} }`;

function suitesFor(backend: Backend): Containment["suites"] {
  const all = Object.values(HOSTILE_PROGRAMS).flat();
  const whole = EVERYTHING || (CI && (backend.kind === "native" || backend.runtime === "crun"));
  const chosen = new Set(whole ? all : someOf(all, backend));
  if (chosen.size < all.length)
    process.stderr.write(`NOTE: ${backend.name}: ${chosen.size} of ${all.length} hostile programs; all with AGENTGUARD_TEST_ALL=1\n`);
  const suites = Object.entries(HOSTILE_PROGRAMS).map(([suite, programs]) => [
    suite,
    programs.filter((program) => chosen.has(program)).map((program) => attackOf(program, backend)),
  ]);
  return Object.fromEntries(suites);
}

function someOf(all: readonly HostileProgram[], { isQuick }: Backend): readonly HostileProgram[] {
  return all.filter(({ everywhere }, i) => (isQuick ? i % QUICK_EVERY === 0 : everywhere));
}

function attackOf(program: HostileProgram, { system }: Backend): Attack {
  const { name, language, wants, code, readsOnly, timeoutMs = TIMEOUT_MS } = program;
  return {
    ...{ name, language, wants, timeoutMs, files: { "in.txt": "given" } },
    code: readsOnly ? ONLY_READS + code : code,
    also: (run) => {
      if (system === "host" || program.hostKernel === undefined) assertTold(program, run);
    },
  };
}

function assertTold({ result, prints, error }: HostileProgram, run: RunResult): void {
  if (result !== undefined) assert.deepEqual(run.result, result);
  if (prints) assert.match(run.stdout, prints);
  if (error) assert.match(run.error ?? "", error);
}
