/**
 * What the main thread and the writer thread say to each other.
 */
import type { AppendedEntry, PreparedUnit } from "./apply-unit.ts";
import type { DataFiles, FileIdentities } from "./data-directory.ts";
import type { StoreError } from "./store.ts";
import type { WriteQueryTexts } from "./write-queries.ts";

export type WriterOptions = {
  readonly files: DataFiles;
  /** Kept by the main thread, so that a writer that is started again does not take a replaced file for the right one. */
  readonly identities: FileIdentities;
  readonly queries: WriteQueryTexts;
  /** Largest size of the database file in bytes; beyond it commits are refused as `full`. */
  readonly maxBytes: number | null;
};

export type Request =
  | { readonly type: "unit"; readonly number: number; readonly unit: PreparedUnit }
  /** Asks for a durable write of no consequence. */
  | { readonly type: "ping"; readonly number: number }
  | { readonly type: "close" };

/** `failure` is a StoreError without its class, which does not survive the way between threads. */
export type Answer = { readonly number: number } & (
  | { readonly type: "stored"; readonly records: readonly AppendedEntry[] }
  | { readonly type: "conflict"; readonly message: string }
  | { readonly type: "failure"; readonly code: StoreError["code"]; readonly message: string }
);
