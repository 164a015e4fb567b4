/** The server as a whole: store, engine and HTTP up in this order, and down in the reverse one, with nothing lost in between. */
import { join, resolve } from "node:path";
import { createApp } from "./api/app.ts";
import { createLogger, type Logger } from "./api/log.ts";
import { malformed } from "./api/malformed.ts";
import { createEdgeLimits } from "./compose/edge-limits.ts";
import { ownRulesStamp } from "./compose/load-rule-set.ts";
import { RuleSetError } from "./compose/rule-set.ts";
import { type Composed, composeEngine } from "./compose.ts";
import { type Config, configVersion, type LoadedConfig } from "./config.ts";
import type { EngineParts } from "./engine.ts";
import { createGenerations, type GenerationParts } from "./generations.ts";
import { type Listener, listen } from "./http-listener.ts";
import { createObservability, type Observability } from "./observability.ts";
import { packageRoot, packageVersion } from "./package-root.ts";
import { createReloader, type ReloadResult } from "./reload.ts";
import { removeServerAddress, writeServerAddress } from "./server-address.ts";
import { StartError } from "./start-error.ts";
import { readTlsFiles } from "./tls-files.ts";

export { StartError } from "./start-error.ts";

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
  readonly parts?: (parts: EngineParts, config: Config) => EngineParts;
};

export type RunningServer = {
  /** Such as `http://127.0.0.1:5000`. */
  readonly url: string;
  /** Of the exporter's own port; null when it has none. */
  readonly metricsUrl: () => string | null;
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

/** How often the configuration file is looked at, in ms. */
const WATCH_MS = 1000;

/** Rejects with StoreError (`locked` when another server holds the data directory) or StartError. */
export async function startServer(config: Config, options: ServeOptions = {}): Promise<RunningServer> {
  const logger = options.logger ?? createLogger(config.observability.log_level);
  const tls = readTlsFiles(config.server.tls, options.cwd ?? process.cwd());
  const observability = createObservability(logger);
  const composed = await compose(config, watched(options, observability), logger);
  const edge = createEdgeLimits((text) => logger.warn(text));
  const appOf = (parts: GenerationParts) =>
    createApp({ ...appBase(options, logger), ...observability.shown(), ...edge.under(parts.config), ...parts });
  const generations = createGenerations({ config, composed, createApp: appOf });
  let listener: Listener;
  try {
    const log = { info: (text: string) => logger.info(text), error: (text: string) => logger.error(text) };
    listener = await listen({ handler: generations.handle, settings: config.server, tls, malformed, log });
  } catch (error) {
    edge.close();
    await observability.close();
    await generations.close();
    throw error;
  }
  const { port, scheme } = listener;
  const url = `${scheme}://${urlHost(config.server.host)}:${port}`;
  writeServerAddress(composed.dataDir, url);
  for (const warning of composed.warnings) logger.warn(warning);
  logger.info({ port, data_dir: composed.dataDir }, "server started");
  let graceMs = config.server.shutdown_seconds * 1000;
  await observability.configure(config, composed.engine);
  const cwd = options.cwd ?? process.cwd();
  const reloader = createReloader({
    stamp: ({ rules }) => ownRulesStamp(rules.directories.map((directory) => resolve(cwd, directory))),
    ...(options.reloading ?? { load: () => unchanged(config), file: null }),
    ...{ initial: config, logger, intervalMs: options.reloading?.intervalMs ?? WATCH_MS },
    apply: async (next) => {
      for (const warning of await generations.replace(next)) logger.warn(warning);
      graceMs = next.server.shutdown_seconds * 1000;
      await observability.configure(next, composed.engine);
      if (options.logger === undefined) logger.level = next.observability.log_level;
    },
  });
  generations.report(reloader.status);
  let closing: Promise<void> | undefined;
  const close = async () => {
    reloader.stop();
    await listener.drain(graceMs);
    removeServerAddress(composed.dataDir);
    edge.close();
    await observability.close();
    await generations.close();
    logger.info("server stopped");
  };
  return {
    url,
    metricsUrl: observability.metricsUrl,
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

const watched = (options: ServeOptions, observability: Observability): ServeOptions => ({
  ...options,
  parts: (parts, config) => observability.watch(options.parts?.(parts, config) ?? parts, config),
});

function appBase(options: ServeOptions, logger: Logger) {
  const specFile = join(packageRoot(), "openapi.json");
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
