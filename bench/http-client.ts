/** A real server in a process of its own, and one client that asks one question after the other over a kept connection. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "undici";
import { packageRoot } from "../src/package-root.ts";

export type BenchServer = {
  readonly port: number;
  readonly key: string;
  /** Resident memory of the server process, in bytes; null where the system does not tell. */
  memory(): number | null;
  /** Resolves with the answer's body; rejects unless it is 200. */
  enforce(body: object): Promise<{ readonly decision: string }>;
  close(): Promise<void>;
};

/** No rate limit and no log lines, everything else as shipped: the record of each decision is synced to disk. */
const CONFIG = "performance: { rate_limit: { enabled: false } }\nobservability: { log_level: error }\n";

export async function startBenchServer(): Promise<BenchServer> {
  const directory = mkdtempSync(join(tmpdir(), "agentguard-bench-"));
  writeFileSync(join(directory, "agentguard.yaml"), CONFIG);
  const child = spawn(process.execPath, [join(packageRoot(), "bin", "agentguard.cjs"), "serve", "--port", "0"], {
    cwd: directory,
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AGENTGUARD_"))),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const greeting = await readGreeting(child);
  const port = Number(/listens on http:\/\/[\d.]+:(\d+)/.exec(greeting)?.[1]);
  const key = readFileSync(/administrator's key: (.+?)( \(created now\))?\n/.exec(greeting)?.[1] ?? "", "utf8").trim();
  const client = new Client(`http://127.0.0.1:${port}`);
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  return {
    port,
    key,
    memory: () => residentBytes(child.pid ?? 0),
    async enforce(body) {
      const answer = await client.request({ path: "/api/v1/enforce", method: "POST", headers, body: JSON.stringify(body) });
      if (answer.statusCode !== 200) throw new Error(`the server answered ${answer.statusCode}: ${await answer.body.text()}`);
      return (await answer.body.json()) as { decision: string };
    },
    async close() {
      await client.destroy();
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function residentBytes(pid: number): number | null {
  try {
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kib === undefined ? null : Number(kib) * 1024;
  } catch {
    return null;
  }
}

function readGreeting(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
      if (text.includes("Try it:")) resolve(text);
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the server ended with ${code} before it listened`)));
  });
}
