/** The bootstrap administrator's key: from the configuration, or generated once and kept in `data_dir/admin.key`. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createKey, hashKey } from "../store/api-key.ts";

export type AdminKey = {
  /** SHA-256 hex of the key. */
  readonly hash: string;
  /** The file it is in, null when the configuration names it. */
  readonly path: string | null;
  /** True when this start generated it. */
  readonly created: boolean;
  readonly warning: string | null;
};

const FILE_NAME = "admin.key";

/** Throws what the file system throws, or an Error when the file is empty. The directory exists and is ours (locked). */
export function ensureAdminKey(dataDir: string, configured: string | null, now: number): AdminKey {
  if (configured !== null) return { hash: hashKey(configured), path: null, created: false, warning: null };
  const path = join(dataDir, FILE_NAME);
  if (existsSync(path)) return readKey(path);
  const { key } = createKey({ owner: "administrator", role: "admin", now });
  const file = openSync(path, "wx", 0o600);
  try {
    writeSync(file, `${key}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return { hash: hashKey(key), path, created: true, warning: null };
}

function readKey(path: string): AdminKey {
  const key = readFileSync(path, "utf8").trim();
  if (key === "") throw new Error(`${path} is empty: remove it to have a new key made at the next start`);
  const open = process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0;
  const warning = open ? `${path} can be read by others: run \`chmod 600\` on it` : null;
  return { hash: hashKey(key), path, created: false, warning };
}
