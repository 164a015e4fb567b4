/**
 * A whole server for tests: real analysis pool, layers, sandbox and store, on 127.0.0.1 with a port and a data directory
 * of its own. Every response is validated against openapi.yaml. `await using server = await startTestServer()` stops it.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApprovalLevel, Role } from "../../layers/model.ts";
import { createLogger } from "../../src/api/log.ts";
import { type LoadedConfig, loadConfig } from "../../src/config.ts";
import type { EngineParts } from "../../src/engine.ts";
import type { ReloadResult } from "../../src/reload.ts";
import { type RunningServer, startServer } from "../../src/serve.ts";

export const ADMIN_KEY = "test-administrator-key";

export type Reply = {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, or the text when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at what arrived, whatever its shape.
  readonly body: any;
};

export type Call = {
  readonly method?: string;
  /** A string or bytes go out as they are, anything else as JSON. */
  readonly body?: unknown;
  /** Null sends no key; absent sends the administrator's. */
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
};

export type TestServer = AsyncDisposable & {
  readonly url: string;
  readonly dataDir: string;
  readonly running: RunningServer;
  call(path: string, call?: Call): Promise<Reply>;
  /** POST /api/v1/<operation>; `agent_id` is `agent` unless the body says otherwise. */
  enforce(body: object, key?: string): Promise<Reply>;
  execute(body: object, key?: string): Promise<Reply>;
  analyze(body: object): Promise<Reply>;
  /** A key of this role; agents speak for `agent`. */
  newKey(role: Role, more?: { owner?: string; level?: ApprovalLevel; agentIds?: readonly string[]; expiresAt?: string }): Promise<string>;
  /** Writes the configuration file anew and reads it, as SIGHUP does. */
  reconfigure(yaml: string): Promise<ReloadResult>;
  readonly configFile: string;
  /** Logged lines so far, as text. */
  log(): string;
  close(): Promise<void>;
};

export type TestServerOptions = {
  /** YAML of the configuration; the server section is added. */
  readonly config?: string;
  /** Kept after `close` when given, so that another server can be started on it. */
  readonly dataDir?: string;
  /** Puts other parts into the engine. */
  readonly parts?: (parts: EngineParts) => EngineParts;
  readonly env?: Readonly<Record<string, string>>;
  /** How often the configuration file is looked at, in ms; an hour unless said. */
  readonly watchMs?: number;
};

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const own = await mkdtemp(join(tmpdir(), "agentguard-api-"));
  const dataDir = options.dataDir ?? join(own, "data");
  const lines: string[] = [];
  const logger = createLogger("debug", { write: (line: string) => void lines.push(line) });
  try {
    const configFile = join(own, "agentguard.yaml");
    await writeFile(configFile, options.config ?? "");
    const load = () => loadConfig({ path: configFile, env: environment(options, dataDir), cwd: own });
    const running = await startServer(configOf(load()), {
      logger,
      reloading: { load, file: configFile, intervalMs: options.watchMs ?? 3_600_000 },
      validateResponses: true,
      ...(options.parts === undefined ? {} : { parts: options.parts }),
    });
    const close = async () => {
      await running.close();
      await rm(own, { recursive: true, force: true });
    };
    const reconfigure = async (yaml: string) => {
      await writeFile(configFile, yaml);
      return running.reload();
    };
    const about = { url: running.url, dataDir, running, configFile, reconfigure, log: () => lines.join("") };
    return { ...clientOf(running.url), ...about, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await rm(own, { recursive: true, force: true });
    throw error;
  }
}

const environment = (options: TestServerOptions, dataDir: string) => ({
  AGENTGUARD_SERVER_PORT: "0",
  AGENTGUARD_SERVER_DATA_DIR: dataDir,
  AGENTGUARD_API_KEY: ADMIN_KEY,
  AGENTGUARD_LIMITS_ANALYSIS_WORKERS: "1",
  AGENTGUARD_PERFORMANCE_RATE_LIMIT_ENABLED: "false",
  AGENTGUARD_SANDBOX_PYTHON_PREWARM: "false",
  ...options.env,
});

function configOf(loaded: LoadedConfig) {
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
  return loaded.config;
}

function clientOf(url: string) {
  const call = async (path: string, { method, body, key = ADMIN_KEY, headers = {} }: Call = {}): Promise<Reply> => {
    const raw = typeof body === "string" || body instanceof Uint8Array;
    const response = await fetch(`${url}${path}`, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
    });
    const text = await response.text();
    let parsed: unknown = text;
    try {
      parsed = JSON.parse(text);
    } catch {
      // Not every answer is JSON, and a test may want to see that.
    }
    return { status: response.status, headers: response.headers, body: parsed };
  };
  const submit = (operation: string) => (body: object, key?: string) =>
    call(`/api/v1/${operation}`, { body: { agent_id: "agent", ...body }, ...(key === undefined ? {} : { key }) });
  const newKey: TestServer["newKey"] = async (role, { owner, level, agentIds, expiresAt } = {}) => {
    const reply = await call("/api/v1/keys", {
      body: {
        owner: owner ?? `${role}-owner`,
        role,
        ...(role === "approver" ? { level: level ?? "CTO" } : {}),
        ...(role === "agent" ? { agent_ids: agentIds ?? ["agent"] } : {}),
        ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
      },
    });
    if (reply.status !== 201) throw new Error(`no key: ${JSON.stringify(reply.body)}`);
    return reply.body.key as string;
  };
  return { call, enforce: submit("enforce"), execute: submit("execute"), analyze: submit("analyze"), newKey };
}
