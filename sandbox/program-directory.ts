/**
 * Where the files of runs lie that a program may read and not change, and the bundles of containers: a directory of this
 * process, which the user that programs are started as can enter and not list.
 */
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join, normalize } from "node:path";
import { startOf } from "./resource-watch.ts";

const PREFIX = "agentguard-sandbox-";
/** Says in each directory whose it is. */
const OWNER = "owner";

/** Also takes away what processes that were killed have left. */
export function makeDirectory(): string {
  removeLeftovers();
  const directory = mkdtempSync(join(tmpdir(), PREFIX));
  writeFileSync(join(directory, OWNER), JSON.stringify(ownerOf(process.pid)), { mode: 0o600 });
  chmodSync(directory, 0o711);
  return directory;
}

type Owner = { readonly pidNamespace: string | null; readonly pid: number; readonly start: number | null };
const ownerOf = (pid: number): Owner => ({ pidNamespace: pidNamespace(), pid, start: startOf(pid) });

function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(PREFIX))) {
    const directory = join(tmpdir(), name);
    try {
      if (isLeftOver(directory)) removeDirectory(directory);
    } catch {
      // another server was first, it was never finished, or something in it is not ours to remove
    }
  }
}

/** INVARIANT: only what is our user's, and whose process would be seen from here if it still ran. */
function isLeftOver(directory: string): boolean {
  const about = lstatSync(directory);
  if (!about.isDirectory() || about.uid !== process.getuid?.()) return false;
  const owner = JSON.parse(readFileSync(join(directory, OWNER), "utf8")) as Owner;
  return owner.pidNamespace === pidNamespace() && !isRunning(owner);
}

/** A number may have been given to another process since. */
function isRunning({ pid, start }: Owner): boolean {
  const now = startOf(pid);
  if (now !== null) return now === start;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Numbers of processes are those of a namespace (pid_namespaces(7)); null where there are none. */
function pidNamespace(): string | null {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return null;
  }
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
