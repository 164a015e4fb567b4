/** Where the files of this room are: `.ts` in development, `.js` once built. The one place that knows. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const SELF = fileURLToPath(import.meta.url);
export const SANDBOX_DIRECTORY = dirname(SELF);

/** Absolute path of an entry file beside this one, e.g. `entryFile("worker")`. */
export function entryFile(name: "supervisor" | "worker" | "python-worker" | "native-node"): string {
  return join(SANDBOX_DIRECTORY, name + extname(SELF));
}

type Packages = { readonly isolatedVm: string; readonly parser: string };

/** Entry files of the packages a worker loads, resolved here, so that the worker needs no package lookup inside its namespace. */
export function packageEntries(): Packages {
  const require = createRequire(import.meta.url);
  return { isolatedVm: require.resolve("isolated-vm"), parser: require.resolve("@babel/parser") };
}

/** The directory of the package that holds `file`: the nearest one upward with a package.json. */
export function packageRoot(file: string): string {
  let directory = dirname(file);
  while (!existsSync(join(directory, "package.json")) && dirname(directory) !== directory) directory = dirname(directory);
  return directory;
}
