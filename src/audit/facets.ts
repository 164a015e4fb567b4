/**
 * What an audit entry can be searched by, read from the entry itself: its bytes stay the only truth, and `verifyLog` compares.
 */
import type { Json } from "../../layers/model.ts";

export type Facets = {
  /** `ALLOW`, `BLOCK` or `REQUIRES_APPROVAL` for a decision, null for other entries. */
  readonly decision: string | null;
  /** Number of the layer that blocked. */
  readonly blockedBy: number | null;
  readonly reasonCodes: readonly string[];
  /** Owner of the key that acted; null for what nobody asked for. */
  readonly actor: string | null;
};

/**
 * Both only grow with the sequence: the latest time so far, and how far behind it an entry ever was, in ms. They turn a span of
 * time into a span of sequences, whatever the clock did.
 */
export type SearchMarks = { readonly latestAt: number; readonly maxLag: number };
export const NO_MARKS: SearchMarks = { latestAt: 0, maxLag: 0 };

export type SearchEntry = Facets &
  SearchMarks & {
    readonly sequence: number;
    /** ms since the epoch. */
    readonly at: number;
    readonly type: string;
    readonly agentId: string | null;
    readonly sessionId: string | null;
  };

type Entry = Pick<SearchEntry, "sequence" | "type" | "agentId" | "sessionId"> & { readonly at: string };

/** `before`: the marks of the entry before this one. */
export function searchEntry(entry: Entry, facets: Facets, before: SearchMarks): SearchEntry {
  const time = Date.parse(entry.at);
  const at = Number.isNaN(time) ? before.latestAt : time;
  const latestAt = Math.max(before.latestAt, at);
  const { sequence, type, agentId, sessionId } = entry;
  return { sequence, at, latestAt, maxLag: Math.max(before.maxLag, latestAt - at), type, agentId, sessionId, ...facets };
}

export function facetsOf(data: Json | undefined): Facets {
  const blockedBy = member(data, "blockedBy");
  const reasonCodes = member(data, "reasonCodes");
  return {
    decision: text(member(data, "decision")),
    blockedBy: typeof blockedBy === "number" ? blockedBy : null,
    reasonCodes: Array.isArray(reasonCodes) ? reasonCodes.filter((code): code is string => typeof code === "string") : [],
    actor: text(member(member(data, "principal"), "owner")) ?? text(member(member(data, "by"), "owner")),
  };
}

const text = (value: Json | undefined): string | null => (typeof value === "string" ? value.toWellFormed() : null);

function member(value: Json | undefined, name: string): Json | undefined {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? (value as { readonly [key: string]: Json })[name]
    : undefined;
}
