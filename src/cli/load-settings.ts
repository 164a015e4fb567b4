/** The configuration for a command: file and environment, or a CliError that shows every problem with its place. */
import { formatProblem, type LoadedConfig, loadConfig } from "../config.ts";
import { CliError } from "./cli-error.ts";

export type Overrides = Readonly<Record<string, string | undefined>>;
export type Settings = Extract<LoadedConfig, { readonly ok: true }>;

/** `overrides` are what command line options say, under the names of the environment variables. */
export function readSettings(path: string | undefined, overrides: Overrides = {}): LoadedConfig {
  const given = Object.entries(overrides).filter(([, value]) => value !== undefined);
  const env = { ...process.env, ...Object.fromEntries(given) };
  return loadConfig({ ...(path === undefined ? {} : { path }), env, cwd: process.cwd() });
}

export function loadSettings(path: string | undefined, overrides: Overrides = {}): Settings {
  const loaded = readSettings(path, overrides);
  if (!loaded.ok) throw new CliError(`the configuration is not valid\n${loaded.problems.map(formatProblem).join("\n")}`);
  return loaded;
}
