/** The server as a whole: store, engine and HTTP up in this order, and down in the reverse one, with nothing lost in between. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createApp } from "./api/app.ts";
import { createLogger, type Logger } from "./api/log.ts";
import { RuleSetError } from "./compose/load-rule-set.ts";
import { type Composed, composeEngine } from "./compose.ts";
import { type Config, configVersion, type LoadedConfig } from "./config.ts";
import type { EngineParts } from "./engine.ts";
import { createGenerations } from "./generations.ts";
import { packageRoot, packageVersion } from "./package-root.ts";
import { createReloader, type ReloadResult } from "./reload.ts";
import { removeServerAddress, writeServerAddress } from "./server-address.ts";

export type ServeOptions = {
  /** Relative `server.data_dir` is taken from here; the current directory when absent. */
  readonly cwd?: string;
  /** Standard output as JSON lines when absent. */
  readonly logger?: Logger;
  /** Tests: a response that breaks openapi.yaml becomes a 500. */
  readonly validateResponses?: boolean;
  /** How the configuration is read again; without it `reload` only says that nothing changed. */
  readonly reloading?: { readonly load: () => LoadedConfig; readonly file: string | null; readonly intervalMs?: number };
  /** Tests: puts other parts into the engine before it starts. */
  readonly parts?: (parts: EngineParts) => EngineParts;
};

export type RunningServer = {
  /** Such as `http://127.0.0.1:5000`. */
  readonly url: string;
  readonly port: number;
  /** Where the bootstrap key is; null when the configuration names the key. */
  readonly adminKeyPath: string | null;
  readonly adminKeyCreated: boolean;
  readonly dataDir: string;
  /** What the operator should know: switched-off layers, a sandbox that cannot run, open key files. */
  readonly warnings: readonly string[];
  /** Reads the configuration again; what is in flight ends under the old one. A broken one is refused. */
  reload(): Promise<ReloadResult>;
  /** Finishes what is in flight, then stops every part. Safe to call twice. */
  close(): Promise<void>;
};

/** The server could not start for a reason outside of it; the message says what to do. */
export class StartError extends Error {
  readonly code: "address_in_use" | "address_unavailable" | "rules_broken";

  constructor(code: StartError["code"], message: string, cause: unknown) {
    super(message, { cause });
    this.name = "StartError";
    this.code = code;
  }
}

/** How long `close` waits for requests in flight, in ms. */
const GRACE_MS = 10_000;

/** How often the configuration file is looked at, in ms. */
const WATCH_MS = 1000;

/** Rejects with StoreError (`locked` when another server holds the data directory) or StartError. */
export async function startServer(config: Config, options: ServeOptions = {}): Promise<RunningServer> {
  const logger = options.logger ?? createLogger(config.observability.log_level);
  const composed = await compose(config, options, logger);
  const generations = createGenerations({ config, composed, createApp: (parts) => createApp({ ...appBase(options, logger), ...parts }) });
  const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 30_000 }, generations.handle);
  try {
    await listen(server, config.server.host, config.server.port);
  } catch (error) {
    await generations.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const url = `http://${urlHost(config.server.host)}:${port}`;
  writeServerAddress(composed.dataDir, url);
  for (const warning of composed.warnings) logger.warn(warning);
  logger.info({ port, data_dir: composed.dataDir }, "server started");
  const reloader = createReloader({
    ...(options.reloading ?? { load: () => unchanged(config), file: null }),
    ...{ initial: config, logger, intervalMs: options.reloading?.intervalMs ?? WATCH_MS },
    apply: async (next) => {
      for (const warning of await generations.replace(next)) logger.warn(warning);
      if (options.logger === undefined) logger.level = next.observability.log_level;
    },
  });
  generations.report(reloader.status);
  let closing: Promise<void> | undefined;
  const close = async () => {
    reloader.stop();
    await drain(server);
    removeServerAddress(composed.dataDir);
    await generations.close();
    logger.info("server stopped");
  };
  return {
    url,
    port,
    adminKeyPath: composed.adminKey.path,
    adminKeyCreated: composed.adminKey.created,
    dataDir: composed.dataDir,
    warnings: composed.warnings,
    reload: reloader.reload,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function appBase(options: ServeOptions, logger: Logger) {
  const specFile = join(packageRoot(), "openapi.yaml");
  return { version: packageVersion(), logger, specFile, validateResponses: options.validateResponses ?? false };
}

const unchanged = (config: Config): LoadedConfig => ({
  ...{ ok: true, config, source: null, version: configVersion(config), origins: new Map(), warnings: [] },
});

async function compose(config: Config, { cwd = process.cwd(), parts }: ServeOptions, logger: Logger): Promise<Composed> {
  const log = { warn: (text: string) => logger.warn(text), error: (text: string) => logger.error(text) };
  try {
    return await composeEngine(config, { cwd, log, ...(parts === undefined ? {} : { parts }) });
  } catch (error) {
    if (error instanceof RuleSetError) throw new StartError("rules_broken", error.message, error);
    throw error;
  }
}

function urlHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(startError(error, host, port)));
    server.listen(port, host, resolve);
  });
}

function startError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === "EADDRINUSE") {
    return new StartError("address_in_use", `port ${port} on ${host} is in use: stop what uses it, or set \`server.port\``, error);
  }
  const advice = error.code === "EACCES" ? "ports below 1024 need more rights: set `server.port`" : "check `server.host`";
  return new StartError("address_unavailable", `cannot listen on ${host}:${port} (${error.code}): ${advice}`, error);
}

/** No new connections; idle ones are closed as they become idle; what is still busy after the grace time is cut. */
async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
