/**
 * Checks the audit log from its first entry to its last, believing nothing: neither columns, nor hashes, nor where it says it ends.
 */
import type { Json } from "../../layers/model.ts";
import type { LogHead, LogReader, StoredEntry } from "../store/store.ts";
import { canonicalJson, EMPTY_CHAIN, leafHash, nextChain } from "./chain.ts";
import { facetsOf, NO_MARKS, type SearchMarks, searchEntry } from "./facets.ts";

export type LogFault = {
  readonly kind: /** A sequence number is missing, out of place, or there twice. */
    | "sequence"
    /** The bytes do not hash to the entry's leaf. */
    | "leaf"
    /** The entry does not continue the chain. */
    | "chain"
    /** The bytes are not the RFC 8785 form of an entry. */
    | "bytes"
    /** A column says something else than the bytes. */
    | "column"
    /** What the entry is found by in a search is missing, or says something else than the bytes. */
    | "search"
    /** The log ends elsewhere than the head row says. */
    | "head_row"
    /** The log contradicts the head file beside the database. */
    | "head_file"
    /** The log contradicts the size and hash that the caller kept. */
    | "expectation";
  /** Of the first entry concerned; null when the fault is at no entry. */
  readonly sequence: number | null;
  /** What is wrong, for people. */
  readonly message: string;
  readonly expected: string;
  readonly found: string;
};

/** `size` and `chainHash` are of the whole log, or of the entries before the fault. */
export type LogVerification = LogHead & ({ readonly ok: true } | { readonly ok: false; readonly fault: LogFault });

type Mark = LogHead & { readonly kind: LogFault["kind"]; readonly source: string };

const PAGE = 500;

/**
 * The first fault of the log, if there is one. Somebody who can rewrite the whole log, its head row and its head file is caught by
 * `expect` alone: a size and chain hash that was kept elsewhere. The log may have grown since then.
 */
export function verifyLog(reader: LogReader, expect?: LogHead): LogVerification {
  // Read before the entries: the log may grow meanwhile, and then all of it is later than this file.
  const { marks, fault } = startingMarks(reader, expect);
  if (fault !== null) return { ok: false, size: 0, chainHash: EMPTY_CHAIN, fault };
  let at: LogHead = { size: 0, chainHash: EMPTY_CHAIN };
  let marksBefore: SearchMarks = NO_MARKS;
  let previous = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const page = reader.storedEntries({ after: previous, limit: PAGE });
    for (const entry of page) {
      const fault =
        entryFault(entry, at) ?? markFault(marks, { size: at.size + 1, chainHash: entry.chainHash }) ?? searchFault(entry, marksBefore);
      if (fault !== null) return { ok: false, ...at, fault };
      at = { size: at.size + 1, chainHash: entry.chainHash };
      marksBefore = entry.search ?? marksBefore;
      previous = entry.sequence;
    }
    if (page.length > 0) continue;
    const end = reader.tableHead();
    // Entries and head row are committed together: a head beyond the last entry is a new entry, or a removed one.
    if (end !== null && end.size > at.size && reader.storedEntries({ after: previous, limit: 1 }).length > 0) continue;
    const fault = headFault(end, at) ?? missingMark(marks, at);
    return fault === null ? { ok: true, ...at } : { ok: false, ...at, fault };
  }
}

/** `SIZE:HASH`, as the command line and people write it; null when it is not that. */
export function parseHead(text: string): LogHead | null {
  const match = /^(0|[1-9][0-9]{0,15}):([0-9a-fA-F]{64})$/.exec(text.trim());
  return match === null ? null : { size: Number(match[1]), chainHash: match[2]!.toLowerCase() };
}

export function formatHead(head: LogHead): string {
  return `${head.size}:${head.chainHash}`;
}

function startingMarks(reader: LogReader, expect: LogHead | undefined): { marks: readonly Mark[]; fault: LogFault | null } {
  const marks: Mark[] = [];
  if (expect !== undefined) marks.push({ ...expect, kind: "expectation", source: "the expected size and hash" });
  const file = reader.fileHead();
  if (file === "missing" || file === "unreadable") {
    // A log that was never written to has no head file yet.
    if (file === "missing" && reader.tableHead()?.size === 0) return { marks, fault: markFault(marks, emptyLog) };
    const message = `the head file beside the database is ${file}: whether entries were removed from the end cannot be told`;
    return { marks, fault: { kind: "head_file", sequence: null, message, expected: "a size and a chain hash", found: file } };
  }
  marks.push({ ...file, kind: "head_file", source: "the head file beside the database" });
  return { marks, fault: markFault(marks, emptyLog) };
}

const emptyLog: LogHead = { size: 0, chainHash: EMPTY_CHAIN };

function entryFault(entry: StoredEntry, before: LogHead): LogFault | null {
  const sequence = before.size + 1;
  const differ = (kind: LogFault["kind"], message: string, expected: string, found: unknown): LogFault | null =>
    expected === found ? null : { kind, sequence, message: `entry ${sequence}: ${message}`, expected, found: String(found) };
  const leaf = entry.bytes instanceof Uint8Array ? leafHash(entry.bytes) : "no bytes";
  return (
    differ("sequence", "it is missing or out of place", String(sequence), String(entry.sequence)) ??
    differ("leaf", "its bytes do not hash to its leaf", leaf, entry.leafHash) ??
    differ("chain", "it does not continue the chain", nextChain(before.chainHash, leaf), entry.chainHash) ??
    contentFault(entry, sequence)
  );
}

function contentFault(entry: StoredEntry, sequence: number): LogFault | null {
  const content = parseEntry(entry.bytes);
  if (content === null) {
    const found = Buffer.from(entry.bytes).toString("utf8", 0, 200);
    return { kind: "bytes", sequence, message: `entry ${sequence}: its bytes are not canonical JSON`, expected: "RFC 8785 JSON", found };
  }
  const columns: Readonly<Record<string, unknown>> = {
    id: entry.id,
    at: entry.at,
    type: entry.type,
    agentId: entry.agentId,
    sessionId: entry.sessionId,
    sequence: entry.sequence,
  };
  for (const [name, found] of Object.entries(columns)) {
    const expected = content[name];
    if (expected === found) continue;
    const message = `entry ${sequence}: its column \`${name}\` does not say what its bytes say`;
    return { kind: "column", sequence, message, expected: String(expected), found: String(found) };
  }
  return null;
}

/** A row that hides an entry from searches, or shows it as something else, is tampering too. */
function searchFault(entry: StoredEntry, before: SearchMarks): LogFault | null {
  const { sequence, at, type, agentId, sessionId } = entry;
  // Readable: `contentFault` was asked before.
  const content = JSON.parse(new TextDecoder().decode(entry.bytes)) as { readonly data?: Json };
  const expected = searchEntry({ sequence, at, type, agentId, sessionId }, facetsOf(content.data), before);
  const wrong = Object.keys(expected).find((name) => !isSame(expected, entry.search, name as keyof typeof expected));
  if (wrong === undefined) return null;
  const message = `entry ${sequence}: \`${wrong}\` of its search row does not say what its bytes say`;
  const shown = (row: object | null) => String((row as Readonly<Record<string, unknown>> | null)?.[wrong] ?? "nothing");
  return { kind: "search", sequence, message, expected: shown(expected), found: shown(entry.search) };
}

const isSame = <Row extends object>(a: Row, b: Row | null, name: keyof Row): boolean => b !== null && String(a[name]) === String(b[name]);

/** The entry, or null unless the bytes are exactly its canonical form. */
function parseEntry(bytes: Uint8Array): Readonly<Record<string, Json>> | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const content = JSON.parse(text) as Json;
    if (content === null || typeof content !== "object" || Array.isArray(content)) return null;
    return canonicalJson(content) === text ? (content as Readonly<Record<string, Json>>) : null;
  } catch {
    return null;
  }
}

function markFault(marks: readonly Mark[], at: LogHead): LogFault | null {
  const mark = marks.find(({ size, chainHash }) => size === at.size && chainHash !== at.chainHash);
  if (mark === undefined) return null;
  const message = `after entry ${at.size} the chain differs from ${mark.source}: the log was rewritten`;
  return { kind: mark.kind, sequence: at.size, message, expected: mark.chainHash, found: at.chainHash };
}

function headFault(head: LogHead | null, end: LogHead): LogFault | null {
  if (head === null) {
    return { kind: "head_row", sequence: null, message: "the head row is missing", expected: formatHead(end), found: "nothing" };
  }
  if (head.size > end.size) return tooShort("head_row", "the head row", head, end);
  if (head.size === end.size && head.chainHash === end.chainHash) return null;
  const message = `the log ends with entry ${end.size}, but the head row says otherwise`;
  return { kind: "head_row", sequence: end.size, message, expected: formatHead(head), found: formatHead(end) };
}

function missingMark(marks: readonly Mark[], end: LogHead): LogFault | null {
  const mark = marks.find(({ size }) => size > end.size);
  return mark === undefined ? null : tooShort(mark.kind, mark.source, mark, end);
}

function tooShort(kind: LogFault["kind"], source: string, expected: LogHead, end: LogHead): LogFault {
  const sequence = end.size + 1;
  const message = `entry ${sequence} is missing: ${source} says that there were ${expected.size} entries, the log ends with entry ${end.size}`;
  return { kind, sequence, message, expected: formatHead(expected), found: formatHead(end) };
}
