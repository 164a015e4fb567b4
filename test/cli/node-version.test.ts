/** An older Node starts the pinned one, or is refused in a sentence; in neither case does it see the program itself. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { packageRoot } from "../../src/package-root.ts";
import { cleanEnvironment, emptyDirectory, runAgentguard } from "./run-agentguard.ts";

const directory = emptyDirectory();
after(() => directory.remove());

/** Makes this Node say that it is Node 20, which the check believes; a process that it starts says the truth. */
const disguise = join(directory.path, "disguise.cjs");
writeFileSync(disguise, 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });\n');

test("in a clone, the Node of the lock file takes over, with arguments, standard input and exit code", async () => {
  const node = ["--require", disguise];
  const version = await runAgentguard(["--version"], { cwd: directory.path, node });
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
  assert.equal(version.code, 0);
  const empty = await runAgentguard(["check", "-"], { cwd: directory.path, node, stdin: " " });
  assert.match(empty.stderr, /<stdin> is empty/);
  assert.equal(empty.code, 2);
});

test("where there is no pinned Node, the answer is which version is needed, and exit 2", () => {
  const installed = join(directory.path, "installed");
  mkdirSync(installed);
  cpSync(join(packageRoot(), "bin"), join(installed, "bin"), { recursive: true });
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--require", disguise, join(installed, "bin", "agentguard.cjs"), "--version"],
    {
      encoding: "utf8",
      env: cleanEnvironment(),
    },
  );
  assert.match(stderr, /^agentguard: needs Node 24 or later; this is Node 20\.20\.2 \(.+\)\n {2}help: /);
  assert.equal(stdout, "");
  assert.equal(status, 2);
});

test("an installation without the program says so", () => {
  const installed = join(directory.path, "empty");
  mkdirSync(installed);
  cpSync(join(packageRoot(), "bin"), join(installed, "bin"), { recursive: true });
  const { status, stderr } = spawnSync(process.execPath, [join(installed, "bin", "agentguard.cjs"), "--version"], {
    encoding: "utf8",
    env: cleanEnvironment(),
  });
  assert.match(stderr, /neither src\/ nor dist\/ is there/);
  assert.equal(status, 2);
});
