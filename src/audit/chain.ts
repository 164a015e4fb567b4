/**
 * How the audit log is hashed: canonical bytes (RFC 8785), leaves as in RFC 6962 and RFC 9162, and a chain over the leaves.
 * Sequences start at 1, so that the size of the log is its last sequence (a Merkle leaf index is the sequence less one).
 */
import { hash } from "node:crypto";
import type { Json } from "../../layers/model.ts";
import { writeCanonical } from "./canonical-json.ts";

/** Chain hash of the empty log: 32 zero bytes. */
export const EMPTY_CHAIN = "0".repeat(64);

/** What an entry says about itself besides its data and its place. */
export type EntryFields = {
  readonly id: string;
  readonly at: string;
  readonly type: string;
  readonly agentId: string | null;
  readonly sessionId: string | null;
};

/**
 * RFC 8785 text of any JSON value. What JSON cannot carry is made to fit instead of refused, since a decision must be recorded
 * whatever the submitted text was: a lone surrogate becomes U+FFFD, NaN and infinities become their names.
 */
export function canonicalJson(value: Json): string {
  try {
    return writeCanonical(value);
  } catch {
    return writeCanonical(representable(value));
  }
}

/**
 * The bytes of an entry, as text: `canonicalJson({agentId, at, data, id, sequence, sessionId, type})`, put together from data that
 * is canonical already, because the sequence is known only inside the transaction.
 */
export function entryBytes(fields: EntryFields, canonicalData: string, sequence: number): string {
  const text = (value: string | null) => (value === null ? "null" : JSON.stringify(value.toWellFormed()));
  return (
    `{"agentId":${text(fields.agentId)},"at":${text(fields.at)},"data":${canonicalData},"id":${text(fields.id)},` +
    `"sequence":${sequence},"sessionId":${text(fields.sessionId)},"type":${text(fields.type)}}`
  );
}

/** SHA-256(0x00 || bytes), lower-case hex. */
export function leafHash(bytes: string | Uint8Array): string {
  return hash("sha256", typeof bytes === "string" ? `\u0000${bytes}` : Buffer.concat([Buffer.of(0), bytes]), "hex");
}

/** SHA-256(chain before || leaf), all in lower-case hex. */
export function nextChain(chainBefore: string, leaf: string): string {
  return hash("sha256", Buffer.from(chainBefore + leaf, "hex"), "hex");
}

function representable(value: Json): Json {
  if (typeof value === "string") return value.toWellFormed();
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) return value.map(representable);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key.toWellFormed(), representable(member)]));
}
