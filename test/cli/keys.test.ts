/** `agentguard keys` as its users run it: in the store when no server runs, in the server when one does. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { packageRoot } from "../../src/package-root.ts";
import { cleanEnvironment, emptyDirectory, runAgentguard } from "./run-agentguard.ts";

const directory = emptyDirectory();
let server: ChildProcess | null = null;
after(async () => {
  if (server !== null && server.exitCode === null) {
    const exited = once(server, "exit");
    server.kill("SIGTERM");
    await exited;
  }
  directory.remove();
});

const keys = (...args: readonly string[]) => runAgentguard(["keys", ...args], { cwd: directory.path });
type Listed = { id: string; prefix: string; owner: string; revoked_at: string | null; expires_at: string | null; level: string | null };
const listed = async (): Promise<readonly Listed[]> => JSON.parse((await keys("list", "--format", "json")).stdout) as Listed[];

function serve(): Promise<string> {
  server = spawn(process.execPath, [join(packageRoot(), "bin", "agentguard.cjs"), "serve", "--port", "0"], {
    cwd: directory.path,
    env: { ...cleanEnvironment(), AGENTGUARD_OBSERVABILITY_LOG_LEVEL: "error" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve) => {
    let text = "";
    server!.stdout!.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      const url = /listens on (\S+)\n/.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}

/** Bytes of everything in the data directory. */
const stored = (): string => {
  const data = join(directory.path, "agentguard-data");
  return readdirSync(data)
    .map((file) => readFileSync(join(data, file), "latin1"))
    .join("");
};

describe("agentguard keys", () => {
  let first = "";

  test("where nothing is, nothing is listed, revoked or made", async () => {
    const run = await keys("list");
    assert.equal(run.code, 2);
    assert.match(run.stderr, /there is no database at .*agentguard\.db\n {2}help: name the server's directory with --data-dir/);
    assert.deepEqual(readdirSync(directory.path), []);
  });

  test("without a server a key is made in the store: printed once, alone on standard output, kept only as a hash", async () => {
    const run = await keys("create", "--owner", "alice", "--role", "approver", "--level", "DIRECTOR", "--expires", "30d");
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /^ag_approver_[\w-]{43}\n$/);
    first = run.stdout.trim();
    const [key] = await listed();
    assert.deepEqual([key?.owner, key?.level], ["alice", "DIRECTOR"]);
    assert.ok(first.startsWith(key!.prefix));
    assert.ok(Date.parse(key!.expires_at!) > Date.now());
    assert.ok(!stored().includes(first));
  });

  test("with a server the same commands act in it: a revoked key is refused at once, a rotated one is replaced", async () => {
    const url = await serve();
    const may = async (key: string): Promise<number> =>
      (await fetch(`${url}/api/v1/approval`, { headers: { authorization: `Bearer ${key}` } })).status;
    assert.equal(await may(first), 200);
    const rotated = await keys("rotate", first.slice(0, "ag_approver_".length + 4));
    assert.equal(rotated.code, 0, rotated.stderr);
    const second = rotated.stdout.trim();
    assert.deepEqual([await may(first), await may(second)], [401, 200]);
    const now = await listed();
    const [kept] = now.filter(({ revoked_at }) => revoked_at === null);
    assert.deepEqual([now.length, kept?.owner, kept?.level], [2, "alice", "DIRECTOR"]);
    const revoked = await keys("revoke", kept!.id);
    assert.match(revoked.stdout, /owner alice; .*revoked \d/);
    assert.equal(await may(second), 401);
    assert.match((await keys("list")).stdout, /ag_approver_\w{0,4}/);
  });

  const WRONG: readonly (readonly [args: readonly string[], says: RegExp])[] = [
    [["create", "--owner", "x", "--role", "agent"], /an agent key needs --agent/],
    [["create", "--owner", "x", "--role", "auditor", "--level", "VP"], /--level belongs to approver keys only/],
    [["create", "--owner", "x", "--role", "boss"], /Allowed choices are agent, approver/],
    [["create", "--owner", "x", "--role", "auditor", "--expires", "soon"], /such as 12h or 30d/],
    [["revoke", "nothing"], /there is no key `nothing` in http:.*\n {2}help: `agentguard keys list`/],
    [["list", "--url", "http://127.0.0.1:9"], /the server at http:\/\/127\.0\.0\.1:9 does not answer \(\w+/],
  ];
  for (const [args, says] of WRONG) {
    test(`refused: keys ${args.join(" ")}`, async () => {
      const run = await keys(...args);
      assert.equal(run.code, 2);
      assert.match(run.stderr, says);
    });
  }
});
