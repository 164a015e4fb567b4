/** What the npm package `pyodide` ships, in the form in which an isolate takes it: bytes, and scripts instead of modules. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Its files are rewritten below and its snapshots are bound to their build, so only this one is taken. */
const VERSION = "314.0.7";

export type PythonPackage = {
  readonly wasm: Buffer;
  readonly standardLibrary: Buffer;
  /** A script that declares `_createPyodideModule`. */
  readonly interpreter: string;
  /** A script whose value of `loadPyodide` is the name in `loadName`. */
  readonly loader: string;
  readonly loadName: string;
  /** JSON text: the package's own lock file without its packages. */
  readonly lock: string;
};

/** Directory of the installed package, or null when it is absent or another version. */
export function locatePython(): string | null {
  try {
    const manifest = createRequire(import.meta.url).resolve("pyodide/package.json");
    const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: unknown };
    return version === VERSION ? dirname(manifest) : null;
  } catch {
    return null;
  }
}

/** Throws when a file is missing or does not look as expected: then Python cannot be run here. */
export function readPythonPackage(directory: string): PythonPackage {
  const text = (name: string) => readFileSync(join(directory, name), "utf8");
  const loader = text("pyodide.mjs");
  const named = /export\{([$\w]+) as loadPyodide,[^}]*\};/.exec(loader);
  if (!named) throw new Error("pyodide.mjs does not export loadPyodide as expected");
  const { info } = JSON.parse(text("pyodide-lock.json")) as { info: object };
  return {
    wasm: readFileSync(join(directory, "pyodide.asm.wasm")),
    standardLibrary: readFileSync(join(directory, "python_stdlib.zip")),
    interpreter: asScript(text("pyodide.asm.mjs"), "export default _createPyodideModule;"),
    loader: asScript(loader, named[0]),
    loadName: named[1]!,
    lock: JSON.stringify({ info, packages: {} }),
  };
}

/** Module syntax goes: the export, the module's own address, and loads, which all belong to other environments than this. */
function asScript(module: string, exported: string): string {
  const parts = module.split(exported);
  if (parts.length !== 2) throw new Error(`pyodide does not contain \`${exported}\` once`);
  return parts
    .join("")
    .replaceAll("import.meta.url", '"pyodide"')
    .replaceAll(/(?<![.\w$])import\(/g, "loadModule(");
}
