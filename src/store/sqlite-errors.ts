/**
 * What SQLite and the file system report, as the five things a caller can act on.
 */
import { accessSync, constants } from "node:fs";
import { dirname } from "node:path";
import { StoreError } from "./store.ts";

/** The store's error for whatever a connection to `file` threw. */
export function toStoreError(cause: unknown, file: string): StoreError {
  if (cause instanceof StoreError) return cause;
  const code = errorCode(cause);
  const detail = cause instanceof Error ? cause.message : String(cause);
  if (code === "SQLITE_FULL" || code === "ENOSPC" || code === "EDQUOT")
    return new StoreError("full", `no space left for ${file}: ${detail}`, cause);
  if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB") {
    return new StoreError("corrupt", `${file} is damaged: ${detail}: restore it from a backup`, cause);
  }
  // The system says no in other words too: a failed write to a file that became read-only is an I/O error to SQLite.
  if (code.startsWith("SQLITE_READONLY") || ["EROFS", "EACCES", "EPERM"].includes(code) || (isInputOutput(code) && !isWritable(file))) {
    return new StoreError("read_only", `${file} cannot be written: ${detail}: check its permissions and its file system`, cause);
  }
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
    return new StoreError("unavailable", `${file} is locked by another program: ${detail}`, cause);
  }
  return new StoreError("unavailable", `${file} cannot be used: ${detail}`, cause);
}

/** Whether the statement was refused because of what is stored already (or is not): an answer and not a failure. */
export function isConflict(cause: unknown): boolean {
  return ["SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_FOREIGNKEY"].includes(errorCode(cause));
}

/** Whether the statement was refused for its own sake, and the transaction around it is sound. */
export function isConstraint(cause: unknown): boolean {
  return errorCode(cause).startsWith("SQLITE_CONSTRAINT");
}

/** Whether the database reported it (and not our own code). */
export function isDatabaseError(cause: unknown): boolean {
  return errorCode(cause).startsWith("SQLITE_");
}

function errorCode(cause: unknown): string {
  const code = (cause as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}

const isInputOutput = (code: string) =>
  code.startsWith("SQLITE_IOERR") || code.startsWith("SQLITE_CANTOPEN") || code.startsWith("SQLITE_PERM");

function isWritable(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    accessSync(dirname(file), constants.W_OK);
    return true;
  } catch (error) {
    // A file that is not there is not read-only.
    return errorCode(error) === "ENOENT";
  }
}
