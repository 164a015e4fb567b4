/** The Python client: its own tests against real servers, and its types as pyright sees them. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../../src/package-root.ts";
import { cleanEnvironment } from "../cli/run-agentguard.ts";

const client = join(packageRoot(), "clients", "python");

type Finished = { readonly code: number | null; readonly output: string };

/** Rejects when the command is not there. */
async function run(command: string, args: readonly string[]): Promise<Finished> {
  const child = spawn(command, args, { cwd: client, env: { ...cleanEnvironment(), PYTHONPATH: "src", NODE: process.execPath } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output };
}

const SUPPORTED = "import sys; sys.exit(sys.version_info < (3, 10))";
const hasPython = await run("python3", ["-c", SUPPORTED])
  .then(({ code }) => code === 0)
  .catch(() => false);
if (!hasPython) process.stderr.write("SKIPPED: python3 (3.10 or later) is not installed; the Python client was NOT tested\n");

test("the Python client's own tests", { skip: !hasPython && "python3 3.10 or later is not installed" }, async () => {
  const { code, output } = await run("python3", ["-m", "unittest"]);
  assert.equal(code, 0, output);
  const ran = Number(/^Ran (\d+) tests in /m.exec(output)?.[1]);
  assert.ok(ran >= 20, `${ran} tests ran:\n${output}`);
  assert.doesNotMatch(output, /skipped=/);
});

test("the types of client, tests and examples hold under pyright, strictly", async () => {
  const { code, output } = await run(process.execPath, [join(packageRoot(), "node_modules", "pyright", "index.js"), "--project", client]);
  assert.equal(code, 0, output);
  assert.match(output, /^0 errors, 0 warnings/m);
});
