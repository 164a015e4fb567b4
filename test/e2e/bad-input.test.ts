/**
 * Bad input, seen from outside: a clear error, nothing lost, the next ordinary program answered. What each kind costs a whole
 * server is here; the cases of one room are tested there, over HTTP or on the command line:
 * - malformed JSON, wrong types, 2 MiB, unknown language, invalid UTF-8, code that does not parse, 10,000 nested brackets in
 *   Python and JavaScript: test/api/bad-input.test.ts; the TypeScript program that costs the parser seconds: fail-closed.test.ts
 * - wrong, missing, revoked and expired keys, another agent's id: test/api/roles.test.ts
 * - a second server: test/cli/serve-and-audit.test.ts; configuration with an unknown key: test/cli/usage.test.ts
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { verifyLog } from "../../src/audit/verify-log.ts";
import type { EngineParts } from "../../src/engine.ts";
import { startTestServer, type TestServer } from "../api/start-test-server.ts";
import { runAgentguard } from "../cli/run-agentguard.ts";
import { allEntries, lookInto, temporaryDirectory } from "./server-process.ts";

let server: TestServer;
/** Code of every program that was really started. */
const ran: string[] = [];
const watchRuns = (parts: EngineParts): EngineParts => ({
  ...parts,
  runner: {
    ...parts.runner,
    run: (job) => {
      ran.push(job.submission.code);
      return parts.runner.run(job);
    },
  },
});

before(async () => {
  server = await startTestServer({ parts: watchRuns });
});
after(() => server.close());
afterEach(async () => {
  const next = await server.execute({ agent_id: "ordinary", language: "javascript", code: "[1, 2].length" });
  assert.deepEqual([next.status, next.body.decision, next.body.execution?.result], [200, "ALLOW", 2], JSON.stringify(next.body));
});

const NESTED = 10_000;
const nested = (open: string, close: string): string => open.repeat(NESTED) + close.repeat(NESTED);
const CODE: readonly (readonly [name: string, language: string, code: string, reason: string])[] = [
  ...["python", "javascript", "typescript"].flatMap((language) =>
    (["[]", "()", "{}"] as const).map(
      ([open, close]) => [`${NESTED} nested ${open}${close}`, language, `x = ${nested(open!, close!)}`, "analysis.limit"] as const,
    ),
  ),
  [`${NESTED} brackets that are never closed`, "typescript", `let x = ${"[".repeat(NESTED)}`, "analysis.limit"],
  ["a type that does not parse", "typescript", "let x: = 1 ] }\nprocess.exit(1)", "analysis.unparseable"],
  ["half a string", "python", 'x = "abc\nimport os', "analysis.unparseable"],
];

describe("code that cannot be read", () => {
  for (const [name, language, code, reason] of CODE) {
    test(`${name} in ${language}: BLOCK with ${reason}, and it is not run`, async () => {
      const size = await decisions();
      for (const submit of [server.enforce, server.execute]) {
        const reply = await submit({ language, code, session_id: `${name} ${language}` });
        assert.deepEqual([reply.status, reply.body.decision], [200, "BLOCK"]);
        assert.ok(reply.body.reason_codes.includes(reason), reply.body.reason_codes.join(", "));
        assert.match(reply.body.violations[0], /^CRITICAL: /);
      }
      assert.ok(!ran.includes(code));
      assert.equal(await decisions(), size + 2, "both refusals are in the log");
    });
  }
});

const logSize = (): Promise<number> => lookInto(server, (store) => store.head().size);
const decisions = (): Promise<number> => lookInto(server, (store) => allEntries(store).filter(({ type }) => type === "decision").length);

test("a wrong key, no key, or another agent's id: told as such, and nothing is recorded or run", async () => {
  const own = await server.newKey("agent", { agentIds: ["mine"] });
  const size = await logSize();
  const body = { agent_id: "another's", language: "javascript", code: "'never'" };
  for (const path of ["/api/v1/enforce", "/api/v1/execute"]) {
    const missing = await server.call(path, { body, key: null });
    const wrong = await server.call(path, { body, key: "ag_agent_wrong" });
    const foreign = await server.call(path, { body, key: own });
    assert.deepEqual([missing.status, wrong.status, foreign.status], [401, 401, 403]);
    assert.deepEqual([foreign.body.code, foreign.body.fields], ["key.foreign_agent", ["agent_id"]]);
    for (const { body: problem } of [missing, wrong, foreign]) assert.equal(problem.error, problem.detail);
  }
  assert.equal(await logSize(), size);
  assert.ok(!ran.includes(body.code));
});

test("a second server on the same data directory: exit 2, who holds it, and the first one loses nothing", async (t) => {
  const { audit_id } = (await server.enforce({ code: "x = 1" })).body;
  const env = { AGENTGUARD_SERVER_DATA_DIR: server.dataDir, AGENTGUARD_SERVER_PORT: "0" };
  const second = await runAgentguard(["serve"], { cwd: temporaryDirectory(t), env });
  assert.equal(second.code, 2);
  assert.match(second.stderr, /^agentguard: cannot start: /);
  assert.ok(second.stderr.includes(server.dataDir) && second.stderr.includes(String(process.pid)), second.stderr);
  assert.equal(second.stdout, "");
  await assertWhole([audit_id]);
});

test("a configuration with an unknown key: exit 2, where and what was meant, and nothing is created", async (t) => {
  const cwd = temporaryDirectory(t);
  writeFileSync(join(cwd, "agentguard.yaml"), "sandbox:\n  max_memory: 64\n");
  const run = await runAgentguard(["serve"], { cwd, env: { AGENTGUARD_SERVER_PORT: "0" } });
  assert.equal(run.code, 2);
  assert.match(run.stderr, /agentguard\.yaml:2:3: unknown key `max_memory` in `sandbox`; did you mean `max_memory_mb`\?\n.*\n.*\^\^\^\^/);
  assert.equal(existsSync(join(cwd, "agentguard-data")), false);
});

test("a directory of packages that is not there, or holds what is no wheel: exit 2, and which setting it is", async (t) => {
  const cwd = temporaryDirectory(t);
  writeFileSync(join(cwd, "broken-1-py3-none-any.whl"), "no archive");
  for (const [packages, expected] of [
    ["nowhere", /ENOENT/],
    [".", /broken-1-py3-none-any\.whl` is not a ZIP archive/],
  ] as const) {
    const env = { AGENTGUARD_SANDBOX_PYTHON_PACKAGES: packages, AGENTGUARD_SERVER_PORT: "0" };
    const run = await runAgentguard(["serve"], { cwd, env });
    assert.equal(run.code, 2, run.stderr);
    assert.match(run.stderr, /^agentguard: cannot start: `sandbox\.python\.packages`: /);
    assert.match(run.stderr, expected);
  }
});

describe("a store that cannot be written", () => {
  const files = (): string[] => ["agentguard.db", "agentguard.db-wal"].map((name) => join(server.dataDir, name));
  /** Runs a command of the system and says whether it worked. */
  const system = (command: string, ...args: readonly string[]): boolean => spawnSync(command, args, { stdio: "ignore" }).status === 0;
  const chattr = (flag: "+i" | "-i", paths: readonly string[]): boolean => system("chattr", flag, ...paths);
  const unable = "NOT CHECKED: the immutable flag cannot be set here (it needs the superuser and a file system that has it)";

  test("files that became read-only under the server", async (t) => {
    const size = await logSize();
    if (!chattr("+i", files())) {
      chattr("-i", files());
      return t.skip(unable);
    }
    await assertRefuses(size, () => assert.ok(chattr("-i", files())));
  });

  test("a write-ahead log that was moved away", async () => {
    const size = await logSize();
    const [, log] = files();
    renameSync(log!, `${log}.away`);
    await assertRefuses(size, () => renameSync(`${log}.away`, log!));
  });

  test("a data directory that is read-only at the start: exit 2, and what to check", async (t) => {
    const cwd = temporaryDirectory(t);
    const directory = join(cwd, "data");
    mkdirSync(directory);
    if (!chattr("+i", [directory])) return t.skip(unable);
    try {
      const run = await runAgentguard(["serve"], { cwd, env: { AGENTGUARD_SERVER_DATA_DIR: directory, AGENTGUARD_SERVER_PORT: "0" } });
      assert.equal(run.code, 2, run.stderr);
      assert.match(run.stderr, /^agentguard: cannot start: .*data.* cannot be written: .*: check its permissions/);
    } finally {
      chattr("-i", [directory]);
    }
  });
});

/** While nothing can be recorded nothing is decided or run; afterwards everything acknowledged before is there, and it goes on. */
async function assertRefuses(size: number, repair: () => void): Promise<void> {
  const body = { language: "javascript", code: "'while the store could not be written'" };
  try {
    for (const submit of [server.enforce, server.execute, server.enforce]) {
      const reply = await submit(body);
      assert.deepEqual([reply.status, reply.body.code], [503, "store.unavailable"], JSON.stringify(reply.body));
      assert.deepEqual([reply.body.decision, reply.body.execution, reply.headers.get("retry-after")], [undefined, undefined, "5"]);
      assert.match(reply.body.detail, /could not be recorded/);
    }
    assert.equal((await server.call("/readyz", { key: null })).status, 503);
    assert.equal((await server.call("/health", { key: null })).status, 200);
  } finally {
    repair();
  }
  assert.ok(!ran.includes(body.code), "what could not be recorded was run");
  const next = await server.execute({ ...body, code: "'again'" });
  assert.deepEqual([next.status, next.body.execution?.result], [200, "again"]);
  assert.equal((await server.call("/readyz", { key: null })).status, 200);
  await assertWhole([next.body.audit_id]);
  // A decision that was refused with 503 may be in the log: a file that turns out to be moved is noticed after the write.
  const since = await lookInto(server, (store) => allEntries(store).slice(size));
  assert.deepEqual(
    since.map(({ type }) => type).filter((type) => type !== "decision"),
    ["attempt", "outcome"],
  );
}

async function assertWhole(ids: readonly string[]): Promise<void> {
  await lookInto(server, (store) => {
    assert.deepEqual(verifyLog(store), { ok: true, ...store.head() });
    for (const id of ids) assert.equal(store.entry(id)?.type, "decision");
  });
}
