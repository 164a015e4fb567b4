/**
 * Changes of the configuration while the server runs: on a signal, or when its file or a rule file that it names changes.
 * A configuration or rule set that is not valid is refused and the old one stays; so do single keys that cannot change
 * without a restart.
 */
import { unwatchFile, watchFile } from "node:fs";
import type { Logger } from "pino";
import { type Config, type ConfigProblem, formatPlace, type LoadedConfig } from "./config.ts";

export type ConfigStatus = {
  /** When the configuration in effect was read, ISO 8601. */
  readonly loadedAt: string;
  /** The file has changed since and was refused, or null. */
  readonly refused: { readonly at: string; readonly problems: number } | null;
  /** Keys whose new values wait for a restart. */
  readonly afterRestart: readonly string[];
};
export type ReloadResult =
  | { readonly ok: true; readonly version: string; readonly afterRestart: readonly string[] }
  /** The old configuration stays. */
  | { readonly ok: false; readonly problems: readonly string[] };

export type ReloadParts = {
  /** Reads file and environment again. */
  readonly load: () => LoadedConfig;
  /** Null when there is no file to watch. */
  readonly file: string | null;
  readonly initial: Config;
  /** Puts a configuration into effect; rejects when it cannot, and then the old one is still in effect. */
  readonly apply: (config: Config) => Promise<void>;
  readonly logger: Logger;
  /** Another text whenever other files that a configuration names have changed; looked at as often as the file. */
  readonly stamp?: (config: Config) => string;
  /** How often the file is looked at, in ms. */
  readonly intervalMs: number;
};
export type Reloader = { reload(): Promise<ReloadResult>; status(): ConfigStatus; stop(): void };

/** Where the server listens and keeps its data, and the key that opens it, are settled when it starts. */
const SETTLED = ["server.host", "server.port", "server.data_dir", "server.tls.cert_file", "server.tls.key_file", "api_key"] as const;

type State = { config: Config; status: ConfigStatus };

/** Looking at the file by its times, not by events, sees replaced files, links and network file systems alike. */
export function createReloader(parts: ReloadParts): Reloader {
  const state: State = { config: parts.initial, status: { loadedAt: now(), refused: null, afterRestart: [] } };
  let last: Promise<unknown> = Promise.resolve();
  const reload = (): Promise<ReloadResult> => {
    // One after the other: two at once could end with the older file in effect.
    const result = last.then(() => reloadOnce(parts, state));
    last = result;
    return result;
  };
  if (parts.file !== null) watchFile(parts.file, { interval: parts.intervalMs, persistent: false }, () => void reload());
  const looking = lookAtOthers(parts, state, reload);
  return {
    reload,
    status: () => state.status,
    stop: () => {
      clearInterval(looking);
      if (parts.file !== null) unwatchFile(parts.file);
    },
  };
}

/** Reloads once for every change, whether what it led to was taken or refused. */
function lookAtOthers({ stamp, intervalMs }: ReloadParts, state: State, reload: () => Promise<unknown>): NodeJS.Timeout | undefined {
  if (stamp === undefined) return undefined;
  let last = stamp(state.config);
  const timer = setInterval(() => {
    const now = stamp(state.config);
    if (now === last) return;
    last = now;
    void reload();
  }, intervalMs);
  return timer.unref();
}

const now = (): string => new Date().toISOString();

async function reloadOnce(parts: ReloadParts, state: State): Promise<ReloadResult> {
  const loaded = parts.load();
  if (!loaded.ok) return refuse(parts, state, loaded.problems.map(describe));
  const { config, afterRestart } = keepSettled(state.config, loaded.config);
  try {
    await parts.apply(config);
  } catch (error) {
    return refuse(parts, state, [`it could not be put into effect: ${error instanceof Error ? error.message : String(error)}`]);
  }
  state.config = config;
  state.status = { loadedAt: now(), refused: null, afterRestart };
  for (const warning of loaded.warnings) parts.logger.warn(warning);
  for (const key of afterRestart) parts.logger.warn(`\`${key}\` cannot change while the server runs: its new value waits for a restart`);
  parts.logger.info({ config_version: loaded.version }, "configuration reloaded");
  return { ok: true, version: loaded.version, afterRestart };
}

/** The line itself stays out of the log: it may hold a secret. */
const describe = (problem: ConfigProblem): string =>
  `${formatPlace(problem)}: ${problem.message}${problem.hint === null ? "" : `; ${problem.hint}`}`;

function refuse({ logger }: ReloadParts, state: State, problems: readonly string[]): ReloadResult {
  state.status = { ...state.status, refused: { at: now(), problems: problems.length } };
  logger.error({ problems }, "the changed configuration is refused; the old one stays in effect");
  return { ok: false, problems };
}

function keepSettled(before: Config, after: Config): { config: Config; afterRestart: readonly string[] } {
  const changed = SETTLED.filter((path) => valueAt(before, path) !== valueAt(after, path));
  const { host, port, data_dir, tls } = before.server;
  const config = { ...after, api_key: before.api_key, server: { ...after.server, host, port, data_dir, tls } };
  return { config, afterRestart: changed };
}

const valueAt = (config: Config, path: string): unknown =>
  path.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], config);
