/**
 * Where this installation lives on disk. Sources run from `src/`, the published package from `dist/src/`;
 * data that ships beside the code (`rules/`, `openapi.yaml`) is found from here in both.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

type Manifest = { readonly name?: unknown; readonly version?: unknown };

let found: string | undefined;

/** The directory that holds the `package.json` named `agentguard`. Throws when the installation is incomplete. */
export function packageRoot(): string {
  found ??= findRoot(dirname(fileURLToPath(import.meta.url)));
  return found;
}

/** The version in `package.json`, e.g. `0.1.0`. */
export function packageVersion(): string {
  const { version } = readManifest(packageRoot());
  if (typeof version !== "string") throw new Error("package.json of agentguard has no version");
  return version;
}

function findRoot(start: string): string {
  for (let directory = start; ; directory = dirname(directory)) {
    if (existsSync(join(directory, "package.json")) && readManifest(directory).name === "agentguard") return directory;
    if (dirname(directory) === directory) throw new Error("cannot find the package.json of agentguard: the installation is incomplete");
  }
}

function readManifest(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as Manifest;
}
