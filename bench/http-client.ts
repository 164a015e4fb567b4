/** A real server in a process of its own, and one client that asks one question after the other over a kept connection. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, type RequestOptions, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  return {
    port,
    key,
    memory: () => residentBytes(child.pid ?? 0),
    enforce: (body) => post({ host: "127.0.0.1", port, path: "/api/v1/enforce", method: "POST", agent, headers }, JSON.stringify(body)),
    async close() {
      agent.destroy();
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

function post(options: RequestOptions, body: string): Promise<{ decision: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(options, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => {
        if (response.statusCode === 200) resolve(JSON.parse(text) as { decision: string });
        else reject(new Error(`the server answered ${response.statusCode}: ${text}`));
      });
    });
    asked.on("error", reject);
    asked.end(body);
  });
}
