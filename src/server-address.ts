/** Where the server of a data directory answers: written when it listens, so that commands beside it need not be told. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FILE_NAME = "server.url";

/** Throws what the file system throws. */
export function writeServerAddress(dataDir: string, url: string): void {
  writeFileSync(join(dataDir, FILE_NAME), `${url}\n`, { mode: 0o600 });
}

/** A crash leaves the file behind: who reads it finds out by asking. */
export function readServerAddress(dataDir: string): string | null {
  try {
    return readFileSync(join(dataDir, FILE_NAME), "utf8").trim() || null;
  } catch {
    return null;
  }
}

export function removeServerAddress(dataDir: string): void {
  rmSync(join(dataDir, FILE_NAME), { force: true });
}
