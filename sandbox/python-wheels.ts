/**
 * The Python packages that a local directory offers: wheels (PEP 427), of which a program gets those that it imports.
 * INVARIANT: what a program may load as compiled code is in one of them, byte for byte.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unpackEntry, zipEntries } from "./zip-file.ts";

/** Platform tags of the interpreter's build, and of what runs on any (PEP 425, PEP 783). */
const PLATFORMS = /-(?:any|pyemscripten_2026_0_wasm32|emscripten_5_0_3_wasm32|pyodide_2026_0_wasm32)\.whl$/;
const INTERPRETERS = /-(?:py3|py2\.py3|cp3\d+)-(?:none|abi3|cp314)-[^-]+$/;
const COMPILED = /\.so$/;

export type Wheels = {
  /** JSON text: top-level module -> wheels that have it. */
  readonly index: string;
  /** A wheel of the index as text, one character for each byte; null when it cannot be read. */
  read(file: string): string | null;
  /** A name for these bytes if they are a library of a wheel that was read; null: they are not. */
  allows(library: Uint8Array): string | null;
};

/** What the directory holds now. Throws when it cannot be read, or one of its wheels cannot. */
export function openWheels(directory: string): Wheels {
  const files = readdirSync(directory).filter((name) => PLATFORMS.test(name) && INTERPRETERS.test(name));
  const modules = new Map<string, Set<string>>();
  for (const file of files) {
    for (const { name } of zipEntries(join(directory, file))) {
      const top = topLevel(name);
      if (top !== null) modules.set(top, (modules.get(top) ?? new Set()).add(file));
    }
  }
  const known = new Set(files);
  const libraries = new Set<string>();
  return {
    index: JSON.stringify(Object.fromEntries([...modules].map(([name, wheels]) => [name, [...wheels]]))),
    read: (file) => (known.has(file) ? readWheel(join(directory, file), libraries) : null),
    allows: (library) => {
      const name = digest(library);
      return libraries.has(name) ? name : null;
    },
  };
}

/** The module that an entry is of, or belongs to; null for what the wheel says about itself. */
function topLevel(entry: string): string | null {
  const [first = "", rest] = entry.split("/", 2);
  if (/\.(?:dist-info|data|libs)$/.test(first)) return null;
  const name = rest === undefined ? /^(\w+)(?:\.py|(?:\.[\w-]+)*\.so)$/.exec(first)?.[1] : first;
  return name !== undefined && /^\w+$/.test(name) ? name : null;
}

/** Its libraries may be loaded from now on. */
function readWheel(path: string, libraries: Set<string>): string | null {
  try {
    const archive = readFileSync(path);
    for (const entry of zipEntries(path)) if (COMPILED.test(entry.name)) libraries.add(digest(unpackEntry(archive, entry)));
    return archive.toString("latin1");
  } catch {
    return null;
  }
}

const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
