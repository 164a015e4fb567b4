/**
 * Where the entries of worker threads and child processes are: the TypeScript source in development, the compiled file
 * in the published package. `tsc` does not rewrite URLs, so this is the only place that knows.
 */
import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";

const EXTENSION = import.meta.url.endsWith(".ts") ? ".ts" : ".js";

/** URL of a module given without its extension and relative to `src/`, e.g. `analysis-pool/analysis-worker`. */
export function workerEntry(name: string): URL {
  return new URL(`./${name}${EXTENSION}`, import.meta.url);
}

/** The environment of a worker thread: nothing but where this process keeps compiled code (`bin/keep-compiled.cjs`). */
export function workerEnvironment(): Readonly<Record<string, string>> {
  const kept = getCompileCacheDir();
  // Node appends its version to what it is given.
  return kept === undefined ? {} : { NODE_COMPILE_CACHE: dirname(kept) };
}
