/**
 * Where the files of runs lie that a program may read and not change, and the bundles of containers: a directory of this
 * process, which the user that programs are started as can enter and not list.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join, normalize } from "node:path";

export function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "agentguard-sandbox-"));
  chmodSync(directory, 0o711);
  return directory;
}

/**
 * Readable for whoever knows the place: only a program is told. A name that leads out of the directory is no file there;
 * the program has its text all the same.
 */
export function placeFiles(directory: string, files: Readonly<Record<string, string>>): string {
  const place = mkdtempSync(join(directory, "files-"));
  chmodSync(place, 0o755);
  for (const [name, text] of Object.entries(files)) {
    const path = normalize(name);
    if (isAbsolute(path) || path.startsWith("..") || path.includes("\0")) continue;
    try {
      mkdirSync(dirname(join(place, path)), { recursive: true });
      writeFileSync(join(place, path), text);
    } catch {
      // a name that the file system does not know, or that is a directory of another
    }
  }
  return place;
}

export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}
