/**
 * Reads from the embedded database, on the caller's thread, over a connection of its own that cannot write. A commit that was
 * acknowledged is seen by the next read.
 */
import { EMPTY_CHAIN } from "../audit/chain.ts";
import { searchAudit } from "./audit-search.ts";
import { type DataFiles, openForReading } from "./data-directory.ts";
import { sqliteDialect } from "./dialect.ts";
import { readHeadFile } from "./head-file.ts";
import { type Connection, prepare, prepareAll } from "./prepared.ts";
import { approvalsQuery, type ReadQueries, readQueries } from "./read-queries.ts";
import { toApproval, toAuditRecord, toIdempotentRequest, toStoredEntry, toStoredKey } from "./rows.ts";
import { toStoreError } from "./sqlite-errors.ts";
import type {
  ApprovalReader,
  AuditReader,
  ExecutionReader,
  ExportReader,
  HistoryReader,
  IdempotencyReader,
  KeyReader,
  LogHead,
  LogReader,
  MetricsReader,
  SessionHistory,
} from "./store.ts";

export type SqliteReader = HistoryReader &
  ApprovalReader &
  KeyReader &
  IdempotencyReader &
  AuditReader &
  LogReader &
  ExecutionReader &
  MetricsReader &
  ExportReader & {
    /** Chain hash after the entry with this sequence; null when there is no such entry. */
    chainAt(sequence: number): string | null;
    close(): void;
  };

export function openReader(files: DataFiles): SqliteReader {
  return readerOver(openForReading(files.database), files);
}

/** All that is read, over a connection of whatever driver; closing it closes the connection. */
export function readerOver(connection: Connection, files: DataFiles): SqliteReader {
  const queries = prepareAll(connection, readQueries(sqliteDialect));
  const reader: SqliteReader = {
    ...logReader(queries, files),
    search: (filter) => searchAudit((text) => prepare(connection, text), filter),
    ...approvalReader(connection, queries),
    session: (query) => sessionHistory(queries, query),
    transfers({ agentId, sessionId, kind, fingerprint, since }) {
      const query = { agent_id: agentId, kind, fingerprint, since };
      const row =
        sessionId === null ? queries.agentTransfers.first(query) : queries.sessionTransfers.first({ ...query, session_id: sessionId });
      return { same: Number(row?.same ?? 0), total: Number(row?.total ?? 0) };
    },
    keyByHash(hash) {
      const row = queries.keyByHash.first({ hash });
      return row === undefined ? null : toStoredKey(row);
    },
    idempotentRequest(id) {
      const row = queries.idempotentRequest.first({ id });
      return row === undefined ? null : toIdempotentRequest(row);
    },
    metricHours: (from) =>
      queries.metricHours.all({ from }).map(({ hour, name, value }) => ({ hour: Number(hour), name, value: Number(value) })),
    keys: () => queries.keys.all({}).map(toStoredKey),
    exportCursor(channel) {
      const row = queries.exportPosition.first({ channel });
      return row === undefined ? null : Number(row.sequence);
    },
    unfinished: () =>
      queries.unfinished.all({}).map((row) => ({ id: row.id, agentId: row.agent_id, executionDigest: row.execution_digest })),
    close() {
      connection.close();
    },
  };
  return withStoreErrors(reader, files.database);
}

function logReader(queries: ReadQueries, files: DataFiles): Omit<AuditReader, "search"> & LogReader & Pick<SqliteReader, "chainAt"> {
  const tableHead = (): LogHead | null => {
    const row = queries.head.first({});
    return row === undefined ? null : { size: Number(row.size), chainHash: row.chain_hash };
  };
  return {
    entry(id) {
      const row = queries.entry.first({ id });
      return row === undefined ? null : toAuditRecord(row);
    },
    entries: (query) => queries.entries.all(query).map(toAuditRecord),
    head: () => tableHead() ?? { size: 0, chainHash: EMPTY_CHAIN },
    storedEntries(query) {
      const rows = queries.storedEntries.all(query);
      // Read after the entries, so that every entry's row is there by now.
      const search = new Map(queries.storedSearch.all(query).map((row) => [Number(row.sequence), row]));
      return rows.map((row) => toStoredEntry(row, search.get(Number(row.sequence))));
    },
    tableHead,
    fileHead: () => readHeadFile(files.head),
    chainAt: (sequence) => (sequence === 0 ? EMPTY_CHAIN : (queries.chainAt.first({ sequence })?.chain_hash ?? null)),
  };
}

function approvalReader(connection: Connection, queries: ReadQueries): ApprovalReader {
  return {
    approval(id) {
      const row = queries.approval.first({ id });
      return row === undefined ? null : toApproval(row, queries.approvalEvents.all({ id }));
    },
    pendingApprovals: (now) => Number(queries.pendingApprovals.first({ now })?.count ?? 0),
    approvals: (filter) =>
      prepare(connection, approvalsQuery(filter))
        .all({})
        .map((row) => toApproval(row, queries.approvalEvents.all({ id: row.id }))),
  };
}

const NOTHING = { submissions: 0, deletes: 0, blocked: 0, blocks_in_a_row: 0 };

/** Everything up to now less everything before the window; four look-ups in an index, however long the history is. */
function sessionHistory(queries: ReadQueries, query: Parameters<HistoryReader["session"]>[0]): SessionHistory {
  const scope = { agent_id: query.agentId, session_id: query.sessionId, code_digest: query.codeDigest };
  const [totals, blocks] = query.acrossSessions
    ? [queries.agentTotals, queries.agentBlocks]
    : [queries.sessionTotals, queries.sessionBlocks];
  const upToNow = { ...scope, before: Number.MAX_SAFE_INTEGER };
  const upToWindow = { ...scope, before: query.since };
  const now = totals.first(upToNow) ?? NOTHING;
  const then = totals.first(upToWindow) ?? NOTHING;
  const before = query.acrossSessions ? then : (queries.agentTotals.first(upToWindow) ?? NOTHING);
  const submissions = Number(now.submissions) - Number(then.submissions);
  return {
    submissions,
    deletes: Number(now.deletes) - Number(then.deletes),
    blocked: Number(now.blocked) - Number(then.blocked),
    blockedSameCode: Number(blocks.first(upToNow)?.blocked ?? 0) - Number(blocks.first(upToWindow)?.blocked ?? 0),
    blocksInARow: Math.min(Number(now.blocks_in_a_row), submissions),
    usual: { submissions: Number(before.submissions), blocked: Number(before.blocked) },
  };
}

/** Every method throws StoreError and nothing else. */
function withStoreErrors<T extends object>(reader: T, file: string): T {
  const guarded = Object.entries(reader).map(([name, method]) => [
    name,
    (...args: unknown[]) => {
      try {
        return method(...args);
      } catch (cause) {
        throw toStoreError(cause, file);
      }
    },
  ]);
  return Object.fromEntries(guarded) as T;
}
