/** `agentguard config check|show|schema` as its users run it. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { parse } from "yaml";
import { packageRoot } from "../../src/package-root.ts";
import { emptyDirectory, runAgentguard } from "./run-agentguard.ts";

const directory = emptyDirectory();
after(() => directory.remove());
const COMPLETE = join(packageRoot(), "test", "config", "complete.yaml");
const config = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runAgentguard(["config", ...args], { cwd: directory.path, env });

describe("agentguard config", () => {
  test("check says yes with the file and the version, 0", async () => {
    const run = await config(["check", "--config", COMPLETE]);
    assert.match(run.stdout, /^valid: .*complete\.yaml \(configuration version [0-9a-f]{16}\)\n$/);
    assert.deepEqual([run.stderr, run.code], ["", 0]);
  });

  test("check shows every problem with line, column, caret and what was meant, 1", async () => {
    writeFileSync(join(directory.path, "agentguard_config.yaml"), "sandbox:\n  max_memory_md: 1\nserver: { port: many }\n");
    const run = await config(["check"]);
    const expected = [
      "agentguard_config.yaml:2:3: unknown key `max_memory_md` in `sandbox`; did you mean `max_memory_mb`?",
      "  2 |   max_memory_md: 1",
      "    |   ^^^^^^^^^^^^^",
      "agentguard_config.yaml:3:17: `server.port`: expected a number",
      "  3 | server: { port: many }",
      "    |                 ^^^^",
      "",
    ];
    assert.deepEqual(run.stderr.split("\n"), expected);
    assert.deepEqual([run.stdout, run.code], ["not valid: 2 problems\n", 1]);
    writeFileSync(join(directory.path, "agentguard_config.yaml"), "");
  });

  test("show prints what is set and where, with secrets masked", async () => {
    const file = join(directory.path, "mine.yaml");
    const secret = "https://hooks.example.com/services/very-secret";
    writeFileSync(file, `server:\n  port: 5050\napproval: { notifications: { slack: { webhook_url: "${secret}" } } }\n`);
    const run = await config(["show", "--config", file], {
      AGENTGUARD_SANDBOX_NETWORK_WHITELIST: "a.example",
      AGENTGUARD_API_KEY: "0123456789",
    });
    assert.equal(run.code, 0);
    assert.ok(run.stdout.includes(`port: 5050 # ${file}:2\n`), run.stdout);
    assert.match(run.stdout, /# AGENTGUARD_SANDBOX_NETWORK_WHITELIST\n {2}network_whitelist:\n {4}- a\.example\n/);
    assert.match(run.stdout, /api_key: "\*{8}" # AGENTGUARD_API_KEY/);
    assert.doesNotMatch(run.stdout, /very-secret|0123456789/);
    assert.doesNotMatch(run.stdout, /max_memory_mb/);
  });

  test("show --effective prints every key, and what it prints is a configuration again", async () => {
    const run = await config(["show", "--effective", "--format", "json", "--config", COMPLETE]);
    const shown = JSON.parse(run.stdout) as { sandbox: { require: string }; limits: object };
    assert.deepEqual(Object.keys(shown.limits).includes("analysis_ms"), true);
    assert.equal(shown.sandbox.require, "process");
    const yaml = await config(["show", "--effective", "--config", COMPLETE]);
    assert.deepEqual(parse(yaml.stdout), shown);
    const file = join(directory.path, "again.yaml");
    writeFileSync(file, yaml.stdout);
    assert.equal((await config(["check", "--config", file])).code, 0);
  });

  test("schema prints what is committed", async () => {
    const { stdout } = await config(["schema"]);
    assert.deepEqual(JSON.parse(stdout), JSON.parse(readFileSync(join(packageRoot(), "agentguard.schema.json"), "utf8")));
  });
});
