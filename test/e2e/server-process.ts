/**
 * `agentguard serve` as a process of its own, as its users run it: it can be killed, traced, and looked at from outside.
 * `await using server = await startServerProcess()` stops it, whatever the test did.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { processTree } from "../../sandbox/resource-watch.ts";
import { packageRoot } from "../../src/package-root.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { AuditRecord, Store } from "../../src/store/store.ts";
import { cleanEnvironment } from "../cli/run-agentguard.ts";

export const ADMIN_KEY = "test-administrator-key";

export type Reply = {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at what arrived, whatever its shape.
  readonly body: any;
};

export type ServerProcess = AsyncDisposable & {
  readonly url: string;
  /** Of the server itself, also under a wrapper. */
  readonly pid: number;
  readonly dataDir: string;
  /** Whether the process is still the one that was started. */
  running(): boolean;
  /** A body is sent as JSON; `key` null sends none. Rejects when the server does not answer. */
  call(path: string, body?: object, key?: string | null): Promise<Reply>;
  /** POST /api/v1/<operation>; agent and session are of this call alone unless the body names them. */
  enforce(body: object, key?: string | null): Promise<Reply>;
  execute(body: object, key?: string | null): Promise<Reply>;
  /** SIGKILL, then waits until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM, then its exit code. */
  stop(): Promise<number | null>;
};

export type ServerOptions = {
  /** Created when missing, in a directory that exists. */
  readonly dataDir: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A command line that runs it, such as a tracer's. */
  readonly wrapper?: readonly string[];
};

/** A directory that is removed after the test, or with `{ after }` after the whole file. */
export function temporaryDirectory(test: { after(action: () => void): void }): string {
  const path = mkdtempSync(join(tmpdir(), "agentguard-e2e-"));
  test.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export async function startServerProcess({ dataDir, env = {}, wrapper = [] }: ServerOptions): Promise<ServerProcess> {
  const child = spawnServer(dataDir, env, wrapper);
  const url = await readUrl(child);
  const pid = wrapper.length === 0 ? child.pid! : processTree(child.pid!)[1]!;
  const over = once(child, "exit");
  const gone = () => child.exitCode !== null || child.signalCode !== null;
  const end = async (signal: "SIGKILL" | "SIGTERM"): Promise<number | null> => {
    if (!gone()) process.kill(pid, signal);
    await over;
    return child.exitCode;
  };
  const kill = async () => void (await end("SIGKILL"));
  const call = caller(url);
  const submit = (operation: string) => {
    return (body: object, key?: string | null) => {
      calls++;
      const own = { agent_id: `agent-${process.pid}-${calls}`, session_id: `session-${process.pid}-${calls}` };
      return call(`/api/v1/${operation}`, { ...own, ...body }, key);
    };
  };
  const client = { call, enforce: submit("enforce"), execute: submit("execute") };
  return { ...client, url, pid, dataDir, running: () => !gone(), kill, stop: () => end("SIGTERM"), [Symbol.asyncDispose]: kill };
}

let calls = 0;

function spawnServer(dataDir: string, env: Readonly<Record<string, string>>, wrapper: readonly string[]): ChildProcess {
  const [command, ...rest] = [...wrapper, process.execPath, join(packageRoot(), "bin", "agentguard.cjs"), "serve"];
  const settings = {
    AGENTGUARD_API_KEY: ADMIN_KEY,
    AGENTGUARD_SERVER_PORT: "0",
    AGENTGUARD_SERVER_DATA_DIR: dataDir,
    AGENTGUARD_LIMITS_ANALYSIS_WORKERS: "1",
    AGENTGUARD_OBSERVABILITY_LOG_LEVEL: "error",
    AGENTGUARD_PERFORMANCE_RATE_LIMIT_ENABLED: "false",
    AGENTGUARD_SANDBOX_PYTHON_PREWARM: "false",
  };
  const child = spawn(command!, rest, {
    cwd: dirname(dataDir),
    env: { ...cleanEnvironment(), ...settings, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  started.push(child);
  return child;
}

/** A test that fails before it holds its server must not leave it behind. */
const started: ChildProcess[] = [];
process.once("exit", () => {
  for (const child of started) child.kill("SIGKILL");
});

function readUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let greeting = "";
    child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      greeting += text;
      const url = /listens on (\S+)\n[\s\S]*Try it:\n.*\n/.exec(greeting)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the server ended with ${code} before it listened:\n${greeting}`)));
  });
}

function caller(url: string): ServerProcess["call"] {
  return async (path, body, key = ADMIN_KEY) => {
    const response = await fetch(`${url}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
}

/** What is in the store now, read beside a running server or after it is gone. */
export async function lookInto<T>({ dataDir }: Pick<ServerProcess, "dataDir">, look: (store: Store) => T): Promise<T> {
  const store = await openStore({ dataDir, readOnly: true });
  try {
    return look(store);
  } finally {
    await store.close();
  }
}

/** Every entry of the log, in order. */
export function allEntries(store: Store): AuditRecord[] {
  const entries: AuditRecord[] = [];
  for (;;) {
    const page = store.entries({ after: entries.length, limit: 500 });
    if (page.length === 0) return entries;
    entries.push(...page);
  }
}
