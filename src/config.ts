/**
 * Configuration: one YAML file plus environment variables, parsed once into `Config`. What is wrong is told
 * with file, line, column and what was probably meant; nothing is guessed and nothing unknown is accepted.
 */
import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import type { z } from "zod";
import { LAYER_IDS } from "../layers/model.ts";
import { type Override, readEnvironment } from "./config/environment.ts";
import { type ConfigProblem, didYouMean } from "./config/problem.ts";
import { type Config, configSchema } from "./config/schema.ts";
import { keysAt, leaves } from "./config/schema-paths.ts";
import { configVersion } from "./config/version.ts";
import { readYaml, type YamlSource } from "./config/yaml-source.ts";

export { type ConfigProblem, formatPlace, formatProblem } from "./config/problem.ts";
export type { Config } from "./config/schema.ts";

export type LoadOptions = { readonly path?: string; readonly env: Readonly<Record<string, string | undefined>>; readonly cwd: string };
export type LoadedConfig =
  | {
      readonly ok: true;
      readonly config: Config;
      /** The file that was read, null when there was none. */
      readonly source: string | null;
      /** Digest of everything that can change a decision. */
      readonly version: string;
      /** Dotted key -> where it was set: `agentguard.yaml:12` or a variable. Keys that are not here have their default. */
      readonly origins: ReadonlyMap<string, string>;
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const FILE_NAMES = ["agentguard.yaml", "agentguard_config.yaml"] as const;
const LOOPBACK_HOSTS = new Set(["127.0.0.1", "::1", "localhost"]);

/** True for addresses that only this machine can reach. */
export const isLoopbackHost = (host: string): boolean => LOOPBACK_HOSTS.has(host) || /^127\.\d+\.\d+\.\d+$/.test(host);

/** Reads file and environment. Never throws for what a user can get wrong. */
export function loadConfig(options: LoadOptions): LoadedConfig {
  const chosen = chooseFile(options);
  const environment = readEnvironment(options.env);
  const problems: ConfigProblem[] = [...environment.problems];
  const warnings: string[] = [...chosen.warnings, ...environment.warnings];
  let yaml: YamlSource | null = null;
  if (chosen.file !== null) {
    try {
      yaml = readYaml(chosen.shown, decodeUtf8(readFileSync(chosen.file)));
      problems.push(...yaml.problems);
    } catch (error) {
      return { ok: false, problems: [...problems, placeless(chosen.shown, cannotRead(error))] };
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  const merged = applyOverrides(yaml?.data ?? {}, environment.overrides);
  const parsed = configSchema.safeParse(merged);
  if (!parsed.success) {
    const found = parsed.error.issues.flatMap((issue) => describe(issue, yaml, environment.overrides));
    return { ok: false, problems: found.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)) };
  }
  const config = settle(parsed.data);
  warnings.push(...notices(config));
  const origins = originsOf(merged, yaml, environment.overrides);
  return { ok: true, config, source: chosen.file, version: configVersion(config), origins, warnings };
}

function originsOf(merged: unknown, yaml: YamlSource | null, overrides: readonly Override[]): ReadonlyMap<string, string> {
  const origins = new Map<string, string>();
  for (const { path } of leaves()) {
    const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], merged);
    if (value === undefined) continue;
    const dotted = path.join(".");
    const variable = overrides.find((override) => override.path.join(".") === dotted)?.variable;
    const { file, line } = yaml?.problemAt(path, null, "", null) ?? placeless("", "");
    origins.set(dotted, variable ?? `${file}:${line}`);
  }
  return origins;
}

/** Configuration from nothing but defaults. */
export function defaultConfig(): Config {
  return settle(configSchema.parse({}));
}

export { configVersion } from "./config/version.ts";

function chooseFile({ path, env, cwd }: LoadOptions): { file: string | null; shown: string; warnings: readonly string[] } {
  const asked = path ?? (env.AGENTGUARD_CONFIG || undefined);
  if (asked !== undefined) return { file: isAbsolute(asked) ? asked : resolve(cwd, asked), shown: asked, warnings: [] };
  const present = FILE_NAMES.filter((name) => existsSync(join(cwd, name)));
  const name = present[0];
  if (name === undefined) return { file: null, shown: "", warnings: [] };
  const ignored = present.length > 1 ? [`both ${FILE_NAMES.join(" and ")} are here; only ${name} is read`] : [];
  return { file: join(cwd, name), shown: name, warnings: ignored };
}

const decodeUtf8 = (bytes: Buffer): string => new TextDecoder("utf-8", { fatal: true }).decode(bytes);

function cannotRead(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "there is no such file";
  if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return "not valid UTF-8";
  return `cannot be read (${code ?? "unknown error"})`;
}

const placeless = (file: string, message: string): ConfigProblem => ({
  file,
  line: null,
  column: null,
  length: 0,
  sourceLine: null,
  message,
  hint: null,
});

/** `key:` with nothing after it is null in YAML and means: the default. Unknown keys stay, to be complained about. */
function withoutNulls(value: unknown, path: readonly PropertyKey[] = []): unknown {
  if (Array.isArray(value)) return value.map((child, index) => withoutNulls(child, [...path, index]));
  if (value === null || typeof value !== "object") return value;
  const known = keysAt(path);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, child]) => child !== null || !known.includes(key))
      .map(([key, child]) => [key, withoutNulls(child, [...path, key])]),
  );
}

function applyOverrides(data: unknown, overrides: readonly Override[]): unknown {
  const root = withoutNulls(data) ?? {};
  if (typeof root !== "object" || Array.isArray(root)) return root;
  for (const { path, value } of overrides) {
    let here = root as Record<string, unknown>;
    for (const key of path.slice(0, -1)) {
      if (typeof here[key] !== "object" || here[key] === null || Array.isArray(here[key])) here[key] = {};
      here = here[key] as Record<string, unknown>;
    }
    here[path.at(-1)!] = value;
  }
  return root;
}

function settle(parsed: z.output<typeof configSchema>): Config {
  const require = parsed.sandbox.require ?? (isLoopbackHost(parsed.server.host) ? "process" : "namespaces");
  return { ...parsed, sandbox: { ...parsed.sandbox, require } };
}

function describe(issue: z.core.$ZodIssue, yaml: YamlSource | null, overrides: readonly Override[]): readonly ConfigProblem[] {
  const dotted = issue.path.map(String).join(".");
  const override = overrides.find(({ path }) => path.join(".") === dotted);
  const at = (key: string | null, message: string, hint: string | null): ConfigProblem => {
    if (override !== undefined) return { ...placeless(`environment variable ${override.variable}`, message), hint };
    return yaml === null ? placeless("configuration", message) : yaml.problemAt(issue.path, key, message, hint);
  };
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(issue.path);
    return issue.keys.map((key) => {
      const near = didYouMean(key, known);
      const where = dotted === "" ? "" : ` in \`${dotted}\``;
      const hint = near === null ? `known keys: ${known.join(", ")}` : `did you mean \`${near}\`?`;
      return at(key, `unknown key \`${key}\`${where}`, hint);
    });
  }
  return [at(null, `${dotted === "" ? "the file" : `\`${dotted}\``}: ${explain(issue)}`, null)];
}

const PLAIN_TYPES: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  boolean: "`true` or `false`",
  string: "text",
  array: "a list",
  object: "a section with keys",
};

function explain(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") return `expected ${PLAIN_TYPES[issue.expected] ?? issue.expected}`;
  if (issue.code === "invalid_value" && issue.values.length > 1)
    return `expected one of ${issue.values.map((value) => `\`${String(value)}\``).join(", ")}`;
  if (issue.code === "too_small" && issue.origin === "string")
    return `expected at least ${issue.minimum} character${issue.minimum === 1 ? "" : "s"}`;
  if (issue.code === "too_small") return `expected ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}`;
  if (issue.code === "too_big") return `expected at most ${issue.maximum}`;
  if (issue.code === "invalid_union") return `expected ${issue.message}`;
  return issue.message;
}

function notices(config: Config): readonly string[] {
  const off = LAYER_IDS.filter((layer) => !config.features[`enable_layer${layer}`]);
  return off.map((layer) => `layer ${layer} is switched off by \`features.enable_layer${layer}: false\``);
}
