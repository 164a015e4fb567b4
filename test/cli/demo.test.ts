/** `agentguard demo` shows what it says it shows, whatever the machine has configured, and leaves nothing behind. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { emptyDirectory, runAgentguard } from "./run-agentguard.ts";

const directory = emptyDirectory();
after(directory.remove);
const temporary = join(directory.path, "tmp");
mkdirSync(temporary);

test("a block, an approval, a sandboxed run and a log that verifies, in one screen", async () => {
  // A configuration in the way: the demo must not read it.
  writeFileSync(join(directory.path, "agentguard.yaml"), "features: { enable_layer2: false }\n");
  const env = { TMPDIR: temporary, AGENTGUARD_FEATURES_ENABLE_LAYER6: "false" };
  const { code, stdout, stderr } = await runAgentguard(["demo"], { cwd: directory.path, env });
  assert.equal(code, 0, stderr);
  assert.equal(stderr, "");
  const expected = [
    /^ {5}BLOCK by Layer 2: Semantic Guard\n {7}CRITICAL: .*\/$/m,
    /REQUIRES_APPROVAL of level CTO/,
    /the agent approves it itself: 403 /,
    /alice \(CTO\) approves: 200 approved/,
    /the agent adds one character: 422 .*`code`/,
    /unchanged it runs, contained: 200 "there is no database in the sandbox"/,
    /and once more: 409 /,
    /ALLOW, completed in \d+ ms: "sum 42; network is not available in the sandbox/,
    /the sandbox refused and recorded: net\.fetch https:\/\/example\.com/,
    /the chain verifies; head \d+:[0-9a-f]{64}/,
  ];
  for (const pattern of expected) assert.match(stdout, pattern);
  const lines = stdout.trimEnd().split("\n");
  assert.ok(lines.length <= 36 && lines.every((line) => line.length <= 120), `${lines.length} lines`);
  assert.deepEqual(readdirSync(temporary), []);
});

test("an argument is an error, not a demo", async () => {
  const { code, stdout, stderr } = await runAgentguard(["demo", "now"], { cwd: directory.path });
  assert.deepEqual([code, stdout], [2, ""]);
  assert.match(stderr, /too many arguments/);
});
