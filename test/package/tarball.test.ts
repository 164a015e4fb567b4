/** What is published works by itself: packed, installed into an empty directory, it checks, serves and executes. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { packageRoot } from "../../src/package-root.ts";
import { cleanEnvironment, emptyDirectory } from "../cli/run-agentguard.ts";

const directory = emptyDirectory();
const app = join(directory.path, "app");
const packed = join(app, "node_modules", "agentguard");
/** The Node that runs this test comes first, as if it were the machine's own. */
const environment = { ...cleanEnvironment(), PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}` };
let server: ChildProcess | undefined;

function run(command: string, args: readonly string[], cwd: string, input = ""): { status: number | null; stdout: string; stderr: string } {
  const child = spawnSync(command, args, { cwd, input, encoding: "utf8", env: environment, maxBuffer: 2 ** 26 });
  if (child.error !== undefined) throw child.error;
  return child;
}

const agentguard = (args: readonly string[], input = "") => run(join(app, "node_modules", ".bin", "agentguard"), args, app, input);

function files(folder: string): string[] {
  return readdirSync(join(packed, folder), { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`);
}

before(() => {
  mkdirSync(app);
  const pack = run(process.execPath, [join(packageRoot(), "scripts", "pack.ts"), "--out", directory.path], packageRoot());
  assert.equal(pack.status, 0, pack.stderr);
  writeFileSync(join(app, "package.json"), '{ "private": true }\n');
  const install = run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", pack.stdout.trim()], app);
  assert.equal(install.status, 0, install.stderr);
});
after(async () => {
  if (server !== undefined && server.exitCode === null) {
    server.kill("SIGKILL");
    await once(server, "exit");
  }
  directory.remove();
});

describe("the package", () => {
  test("holds the compiled program, the rules, the contract and the texts, and nothing else", () => {
    const top = readdirSync(packed).filter((name) => name !== "node_modules");
    const expected = [
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "SECURITY.md",
      "bin",
      "dist",
      "openapi.json",
      "openapi.yaml",
      "package.json",
      "rules",
    ];
    assert.deepEqual(top.toSorted(), expected.toSorted());
    assert.ok(existsSync(join(packed, "dist", "src", "cli", "main.js")));
    assert.deepEqual(
      files("dist").filter((file) => file.endsWith(".ts")),
      [],
    );
    assert.ok(files("rules").some((file) => file.endsWith(".yaml")));
    assert.deepEqual(
      files("rules").filter((file) => /\.(py|js|ts|sh)$/.test(file)),
      [],
    );
  });

  test("asks for Node 24 and brings none, nor anything that only developers need", () => {
    const manifest = JSON.parse(readFileSync(join(packed, "package.json"), "utf8")) as Record<string, unknown>;
    assert.deepEqual(manifest.engines, { node: ">=24" });
    for (const key of ["optionalDependencies", "devDependencies", "scripts", "private"]) assert.equal(manifest[key], undefined, key);
    assert.deepEqual(
      readdirSync(join(app, "node_modules")).filter((name) => /^node-(linux|win|darwin)/.test(name)),
      [],
    );
  });

  test("checks: 1 for what is blocked, 0 for what is not", () => {
    const blocked = agentguard(["check", "-"], "import os\nos.system('rm -rf /')\n");
    assert.equal(blocked.status, 1, blocked.stderr);
    assert.match(blocked.stdout, /^BLOCK <stdin> by Layer \d: /m);
    const clean = agentguard(["check", "-", "--language", "javascript"], "console.log([1, 2, 3].map((n) => n * n));\n");
    assert.equal(clean.status, 0, clean.stderr + clean.stdout);
    assert.match(clean.stdout, /^ALLOW <stdin>/m);
  });

  test("serves, enforces and executes, and stops when asked", async () => {
    const started = spawn(join(app, "node_modules", ".bin", "agentguard"), ["serve", "--port", "0"], { cwd: app, env: environment });
    server = started;
    const greeting = await firstOutput(started, /Try it:\n.*\n/);
    const url = /listens on (http:\/\/127\.0\.0\.1:\d+)/.exec(greeting)?.[1];
    const keyFile = /administrator's key: (\S+)/.exec(greeting)?.[1];
    assert.ok(url !== undefined && keyFile !== undefined, greeting);
    const headers = { authorization: `Bearer ${readFileSync(keyFile, "utf8").trim()}`, "content-type": "application/json" };
    const post = async (route: string, body: object): Promise<Record<string, unknown>> => {
      const response = await fetch(`${url}/api/v1/${route}`, { method: "POST", headers, body: JSON.stringify(body) });
      assert.equal(response.status, 200, route);
      return (await response.json()) as Record<string, unknown>;
    };
    assert.equal((await fetch(`${url}/api/v1/health`)).status, 200);
    assert.equal((await post("enforce", { agent_id: "a", code: "account.balance -= 100" })).decision, "BLOCK");
    const ran = await post("execute", { agent_id: "a", language: "javascript", code: "console.log(6 * 7)" });
    assert.equal(ran.executed, true, JSON.stringify(ran));
    assert.equal((ran.execution as { stdout: string }).stdout, "42\n");
    started.kill("SIGTERM");
    const [code] = (await once(started, "exit")) as [number | null];
    assert.equal(code, 0);
  });
});

function firstOutput(child: ChildProcess, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const listen = (chunk: Buffer): void => {
      text += chunk.toString("utf8");
      if (wanted.test(text)) resolve(text);
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}:\n${text}`)));
  });
}
