/**
 * INVARIANT 1 with nothing replaced: the causes that a caller or an installation can really bring about, on a whole server, never
 * end in ALLOW. Parts that fail inside (`layer.*`, `analysis.crashed`, `rules.*` of a running server, a history that cannot be
 * read) are provoked over HTTP by failing parts in test/api/fail-closed.test.ts; a store that cannot be written in bad-input.test.ts.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, existsSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { packageRoot } from "../../src/package-root.ts";
import { startTestServer, type TestServer } from "../api/start-test-server.ts";
import { cleanEnvironment } from "../cli/run-agentguard.ts";
import { temporaryDirectory } from "./server-process.ts";

/** More instructions, one after the other, than the budget holds. */
const LONG = "x = x + 1\n".repeat(25_000);

type Case = { readonly reason: string; readonly what: string; readonly language: string; readonly code: string };
const CASES: readonly Case[] = [
  { reason: "analysis.unparseable", what: "Python that is not Python", language: "python", code: "def f(:\n  retrun ((" },
  { reason: "analysis.unparseable", what: "JavaScript with a part that is none", language: "javascript", code: "run(); }" },
  { reason: "analysis.opaque", what: "a call in text that is not valid", language: "javascript", code: "function ( { ]] run('x')" },
  { reason: "analysis.exhausted", what: "a program longer than the budget", language: "python", code: `x = 0\n${LONG}` },
  {
    reason: "analysis.limit",
    what: "brackets beyond the limit",
    language: "typescript",
    code: `x = ${"(".repeat(300)}1${")".repeat(300)}`,
  },
]; // prettier-ignore

describe("code that analysis cannot answer for", () => {
  let server: TestServer;
  before(async () => {
    // The budget is a fact about the program; with a long deadline it is spent first, however slow the machine is.
    server = await startTestServer({ env: { AGENTGUARD_LIMITS_ANALYSIS_MS: "30000" } });
  });
  after(() => server.close());

  for (const { reason, what, language, code } of CASES) {
    test(`${what}: ${reason}`, async () => {
      for (const submit of [server.enforce, server.execute, server.analyze]) {
        const { status, body } = await submit({ language, code, session_id: what });
        assert.equal(status, 200, JSON.stringify(body));
        assert.ok(["BLOCK", "REQUIRES_APPROVAL"].includes(body.decision), body.decision);
        assert.ok(body.reason_codes.includes(reason), `${reason} is not among ${body.reason_codes.join(", ")}`);
        assert.ok(body.violations.length > 0);
        assert.notEqual(body.executed, true);
      }
    });
  }
});

test("a language that is switched off: analysis.unsupported_language", async () => {
  await using server = await startTestServer({ env: { AGENTGUARD_FEATURES_ENABLE_MULTI_LANGUAGE: "false" } });
  for (const submit of [server.enforce, server.execute, server.analyze]) {
    const { body } = await submit({ language: "shell", code: "echo hello" });
    assert.equal(body.decision, "BLOCK");
    assert.ok(body.reason_codes.includes("analysis.unsupported_language"));
  }
});

test("a deadline that the parser overruns: analysis.deadline, and the next program is answered by a new worker", async () => {
  await using server = await startTestServer({ env: { AGENTGUARD_LIMITS_ANALYSIS_MS: "500" } });
  const code = `x=${"async<a>(b=".repeat(20)}1${")".repeat(20)}`;
  for (const submit of [server.enforce, server.execute]) {
    const { body } = await submit({ language: "typescript", code });
    assert.deepEqual([body.decision, body.blocked_by_layer], ["BLOCK", 1]);
    assert.ok(body.reason_codes.includes("analysis.deadline"), body.reason_codes.join(", "));
  }
  const next = await server.enforce({ code: "x = 1" });
  assert.equal(next.body.decision, "ALLOW", JSON.stringify(next.body));
});

test("a cached fault stays a fault, and a cached program is judged again", async () => {
  await using server = await startTestServer();
  for (let turn = 0; turn < 3; turn++) {
    const broken = await server.enforce({ code: "x = (", session_id: `broken ${turn}` });
    assert.equal(broken.body.decision, "BLOCK");
    const claimed = { has_auth_check: turn % 2 === 0 };
    const judged = await server.enforce({ code: "account.balance -= 100", context: claimed, session_id: `judged ${turn}` });
    assert.equal(judged.body.decision, claimed.has_auth_check ? "ALLOW" : "BLOCK");
  }
});

/** What a start needs, copied so that its rules can be spoiled. */
const INSTALLATION = ["analysis", "bin", "layers", "openapi.yaml", "package.json", "rules", "sandbox", "src"];
type Spoilt = { readonly name: string; readonly args: readonly string[]; readonly spoil: (rules: string) => void; readonly says: RegExp };
const SERVE = ["serve"];
const CHECK = ["check", "program.py"];
const remove = (room: string) => (rules: string) => rmSync(join(rules, room), { recursive: true });
const breakRule = (rules: string) => writeFileSync(join(rules, "policy", "python", "weak-hash.yaml"), "rules: [{ id: weak-hash }]\n");
const SPOILT: readonly Spoilt[] = [
  { name: "no rules", args: SERVE, spoil: remove("policy"), says: /rules\/policy:1:1: there are no rules/ },
  { name: "no rules", args: CHECK, spoil: remove("policy"), says: /rules\/policy:1:1: there are no rules/ },
  { name: "a broken rule", args: SERVE, spoil: breakRule, says: /weak-hash\.yaml:1:9: `message` is missing/ },
  { name: "no models", args: CHECK, spoil: remove("apis"), says: /rules\/apis:1:1: no API models were given/ },
  { name: "no recognisers", args: SERVE, spoil: remove("sensitivity"), says: /no recognisers/ },
  { name: "no thresholds", args: SERVE, spoil: remove("behaviour"), says: /behaviour rules: none found/ },
];

describe("an installation without its knowledge", () => {
  for (const { name, args, spoil, says } of SPOILT) {
    test(`${name}: \`${args[0]}\` ends with 2 and says what is missing`, async (t) => {
      const root = temporaryDirectory(t);
      for (const part of INSTALLATION) cpSync(join(packageRoot(), part), join(root, part), { recursive: true });
      symlinkSync(join(packageRoot(), "node_modules"), join(root, "node_modules"));
      spoil(join(root, "rules"));
      writeFileSync(join(root, "program.py"), "x = 1\n");
      const run = await runFrom(root, args);
      assert.equal(run.code, 2, run.stdout + run.stderr);
      assert.match(run.stderr, says);
      assert.equal(run.stdout, "");
      assert.equal(existsSync(join(root, "agentguard-data", "agentguard.db-wal")), false, "the store was closed again");
    });
  }
});

type Run = { readonly code: number | string | null | undefined; readonly stdout: string; readonly stderr: string };

/** The command line of the installation in `root`. A server that does start is ended after a minute, and fails the test. */
function runFrom(root: string, args: readonly string[]): Promise<Run> {
  const command = [join(root, "bin", "agentguard.cjs"), ...args];
  const env = { ...cleanEnvironment(), AGENTGUARD_SERVER_PORT: "0" };
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: root, env, timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}
