/**
 * `audit.head`: how long the log is and its chain hash, in a small file beside the database, so that removing the last rows with
 * a database tool is seen. It is written after each commit without a sync of its own, so after a power cut it may lag, never lead.
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { syncDirectory } from "./data-directory.ts";
import type { LogHead } from "./store.ts";

/** Always this long, so that it is overwritten in place with one write and never truncated. */
const LENGTH = 128;

export type HeadFile = { write(head: LogHead): void; close(): void };

export function createHeadFile(file: string, head: LogHead): void {
  const descriptor = openSync(file, "wx", 0o600);
  try {
    writeSync(descriptor, encode(head), 0, LENGTH, 0);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  syncDirectory(dirname(file));
}

export function openHeadFile(file: string): HeadFile {
  const descriptor = openSync(file, "r+");
  return {
    write(head) {
      writeSync(descriptor, encode(head), 0, LENGTH, 0);
    },
    close() {
      closeSync(descriptor);
    },
  };
}

export function readHeadFile(file: string): LogHead | "missing" | "unreadable" {
  if (!existsSync(file)) return "missing";
  try {
    const { size, chainHash } = JSON.parse(readFileSync(file, "utf8")) as Partial<LogHead>;
    if (!Number.isSafeInteger(size) || size! < 0 || typeof chainHash !== "string" || !/^[0-9a-f]{64}$/.test(chainHash)) return "unreadable";
    return { size: size!, chainHash };
  } catch {
    return "unreadable";
  }
}

function encode(head: LogHead): Buffer {
  return Buffer.from(`${JSON.stringify({ size: head.size, chainHash: head.chainHash })}`.padEnd(LENGTH - 1).concat("\n"));
}
