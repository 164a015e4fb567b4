/** `agentguard serve` as its users meet it, and `agentguard audit` on what it leaves behind. */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import Database from "better-sqlite3";
import { packageRoot } from "../../src/package-root.ts";
import { cleanEnvironment, emptyDirectory, runAgentguard } from "./run-agentguard.ts";

const directory = emptyDirectory();
const running = new Set<ChildProcess>();
after(async () => {
  for (const child of running) {
    const exited = once(child, "exit");
    if (child.exitCode === null && child.signalCode === null && child.kill("SIGKILL")) await exited;
  }
  directory.remove();
});

type Started = { readonly child: ChildProcess; readonly greeting: string; readonly url: string };

function serve(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Started> {
  const child = spawn(process.execPath, [join(packageRoot(), "bin", "agentguard.cjs"), "serve", "--port", "0", ...args], {
    cwd: directory.path,
    env: { ...cleanEnvironment(), AGENTGUARD_OBSERVABILITY_LOG_LEVEL: "error", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.add(child);
  return new Promise((resolve, reject) => {
    let greeting = "";
    child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      greeting += text;
      const url = /listens on (\S+)\n[\s\S]*Try it:\n.*\n/.exec(greeting)?.[1];
      if (url !== undefined) resolve({ child, greeting, url });
    });
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}:\n${greeting}`)));
  });
}

async function stop({ child }: Started, signal: "SIGTERM" | "SIGINT"): Promise<number | null> {
  const exited = once(child, "exit");
  child.kill(signal);
  const [code] = (await exited) as [number | null];
  running.delete(child);
  return code;
}

const audit = (...args: readonly string[]) => runAgentguard(["audit", ...args], { cwd: directory.path });

describe("agentguard serve", () => {
  test("prints the address, where the key is, and a line that works when pasted", async () => {
    const server = await serve();
    const keyFile = /administrator's key: (\S+) \(created now\)/.exec(server.greeting)?.[1] ?? "";
    assert.equal(keyFile, join(directory.path, "agentguard-data", "admin.key"));
    if (process.platform !== "win32") assert.equal(statSync(keyFile).mode & 0o777, 0o600);
    const pasted = /\n {2}(curl .*)\n/.exec(server.greeting)?.[1] ?? "";
    const answer = JSON.parse(execFileSync("bash", ["-c", pasted], { encoding: "utf8" })) as { decision: string; violations: string[] };
    assert.equal(answer.decision, "BLOCK");
    assert.deepEqual(answer.violations, ["CRITICAL: Balance subtraction requires authorization"]);
    assert.equal(await stop(server, "SIGTERM"), 0);
  });

  test("stops on Ctrl-C too, and finds its key again", async () => {
    const server = await serve();
    assert.doesNotMatch(server.greeting, /created now/);
    assert.equal(await stop(server, "SIGINT"), 0);
  });

  test("with a key from the environment, the line to paste uses that", async () => {
    const key = "a-key-of-the-environment";
    const server = await serve([], { AGENTGUARD_API_KEY: key });
    assert.doesNotMatch(server.greeting, new RegExp(key), "the key itself is not printed");
    const pasted = /\n {2}(curl .*)\n/.exec(server.greeting)?.[1] ?? "";
    const env = { ...process.env, AGENTGUARD_API_KEY: key };
    assert.equal((JSON.parse(execFileSync("bash", ["-c", pasted], { encoding: "utf8", env })) as { decision: string }).decision, "BLOCK");
    assert.equal(await stop(server, "SIGTERM"), 0);
  });

  test("a second server on the same data directory is refused, and the first one stays", async () => {
    const first = await serve();
    const second = await runAgentguard(["serve", "--port", "0"], { cwd: directory.path });
    assert.match(second.stderr, /^agentguard: cannot start: .*agentguard-data/);
    assert.equal(second.code, 2);
    assert.equal((await fetch(`${first.url}/livez`)).status, 200);
    assert.equal(await stop(first, "SIGTERM"), 0);
  });

  test("a port in use is told as such", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address() as { port: number };
    const run = await runAgentguard(["serve", "--port", String(port)], { cwd: directory.path });
    holder.close();
    assert.match(run.stderr, new RegExp(`^agentguard: cannot start: port ${port} on 127\\.0\\.0\\.1 is in use`));
    assert.equal(run.code, 2);
  });
});

describe("agentguard audit", () => {
  test("verifies what the servers wrote, also against a head noted earlier", async () => {
    const head = await audit("head");
    assert.match(head.stdout, /^\d+:[0-9a-f]{64}\n$/);
    const noted = head.stdout.trim();
    const whole = await audit("verify", "--expect", noted);
    assert.match(whole.stdout, /^the audit log verifies: \d+ entries, head /);
    assert.equal(whole.code, 0);
  });

  test("works beside a running server, and the log may have grown since the head was noted", async () => {
    const noted = (await audit("head")).stdout.trim();
    const server = await serve();
    const verify = await audit("verify", "--expect", noted);
    assert.equal(verify.code, 0, verify.stdout + verify.stderr);
    assert.equal(await stop(server, "SIGTERM"), 0);
  });

  test("another head than the log's own is refused", async () => {
    const [size] = (await audit("head")).stdout.split(":");
    const verify = await audit("verify", "--expect", `${size}:${"ab".repeat(32)}`);
    assert.match(verify.stdout, /^the audit log does not verify: /);
    assert.equal(verify.code, 1);
  });

  test("fails after the last entry was deleted, and says which is missing", async () => {
    const copy = join(directory.path, "shortened");
    cpSync(join(directory.path, "agentguard-data"), copy, { recursive: true });
    const size = Number((await audit("head", "--data-dir", copy)).stdout.split(":")[0]);
    deleteLastEntry(join(copy, "agentguard.db"));
    const verify = await audit("verify", "--data-dir", copy);
    assert.match(verify.stdout, new RegExp(`does not verify: entry ${size} is missing`));
    assert.equal(verify.code, 1);
  });

  test("a changed entry is found even when its columns still agree", async () => {
    const copy = join(directory.path, "changed");
    cpSync(join(directory.path, "agentguard-data"), copy, { recursive: true });
    const database = withoutTriggers(join(copy, "agentguard.db"));
    database.prepare("update audit_entries set bytes = cast(replace(cast(bytes as text), 'BLOCK', 'ALLOW') as blob)").run();
    database.close();
    const verify = await audit("verify", "--data-dir", copy);
    assert.match(verify.stdout, /does not verify: entry \d+: its bytes do not hash to its leaf/);
    assert.equal(verify.code, 1);
  });

  test("the administrator's key is not in the database", () => {
    const [database, key] = ["agentguard.db", "admin.key"].map((name) => readFileSync(join(directory.path, "agentguard-data", name)));
    assert.ok(key!.length > 20);
    assert.equal(database!.includes(key!.toString("utf8").trim()), false);
  });
});

/** As somebody with a database tool would: the triggers are no protection against the owner of the file. */
function withoutTriggers(file: string): Database.Database {
  const database = new Database(file);
  const triggers = database.prepare("select name from sqlite_master where type = 'trigger'").pluck().all() as string[];
  for (const name of triggers) database.exec(`drop trigger "${name}"`);
  return database;
}

function deleteLastEntry(file: string): void {
  const database = withoutTriggers(file);
  database.exec("delete from audit_entries where sequence = (select max(sequence) from audit_entries)");
  database.close();
}
