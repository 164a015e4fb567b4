/**
 * Group commit: the units that are waiting become one transaction with one sync to disk, each in a savepoint of its own.
 */
import type Database from "better-sqlite3";
import { applyUnit, Conflict } from "./apply-unit.ts";
import { type DataFiles, fileWatch, openForWriting } from "./data-directory.ts";
import { type HeadFile, openHeadFile } from "./head-file.ts";
import { prepareAll } from "./prepared.ts";
import { isConflict, isConstraint, isDatabaseError, toStoreError } from "./sqlite-errors.ts";
import { type LogHead, StoreError } from "./store.ts";
import type { WriteQueries } from "./write-queries.ts";
import type { Answer, Request, WriterOptions } from "./writer-protocol.ts";

export type Waiting = Exclude<Request, { type: "close" }>;

export type GroupCommitter = {
  /** One answer per request. Never throws: what could not be made durable is answered with `failure`. */
  commit(group: readonly Waiting[]): readonly Answer[];
  /** What may be done when the answers are on their way: the head file of the last commit. */
  settle(): void;
  close(): void;
};

type Session = {
  readonly connection: Database.Database;
  readonly queries: WriteQueries;
  readonly transaction: Record<"begin" | "commit" | "rollback" | "save" | "keep" | "undo", Database.Statement>;
  readonly headFile: HeadFile;
  /** Why the head file could not be written after the last commit. */
  headFileError: unknown;
};

export function groupCommitter(options: WriterOptions): GroupCommitter {
  const { files } = options;
  const changedFile = fileWatch(files.directory, options.identities);
  const requireSameFiles = () => requireUnchanged(changedFile());
  let unsettled: { session: Session; head: LogHead } | null = null;
  const settle = () => {
    if (unsettled !== null) writeHeadFile(unsettled.session, unsettled.head);
    unsettled = null;
  };
  let session: Session | null = null;
  // Whether the files must be looked at before anything is written: at first, and after every failure.
  let filesInDoubt = true;
  return {
    commit(group) {
      try {
        if (filesInDoubt) requireSameFiles();
        filesInDoubt = false;
        session ??= openSession(options);
        const { answers, head } = commitGroup(session, group, files);
        filesInDoubt = true;
        requireSameFiles();
        filesInDoubt = false;
        unsettled = { session, head };
        // A ping tells whether the head file can be written.
        if (group.some(({ type }) => type === "ping")) settle();
        return finishPings(session, group, answers, files);
      } catch (cause) {
        const error = toStoreError(cause, files.database);
        if (filesInDoubt) salvage(session);
        // After a failed write or sync nobody knows what the connection has in memory: the next group starts from the files.
        else if (error.code !== "full") session = closeSession(session);
        filesInDoubt = true;
        return group.map(({ number }) => ({ number, type: "failure", code: error.code, message: error.message }));
      }
    },
    settle,
    close() {
      settle();
      session = closeSession(session);
    },
  };
}

function openSession({ files, maxBytes, queries: texts }: WriterOptions): Session {
  const connection = openForWriting(files.database);
  try {
    if (maxBytes !== null) {
      const pageSize = Number(connection.pragma("page_size", { simple: true }));
      connection.pragma(`max_page_count = ${Math.max(1, Math.floor(maxBytes / pageSize))}`);
    }
    const transaction = {
      begin: connection.prepare("begin immediate"),
      commit: connection.prepare("commit"),
      rollback: connection.prepare("rollback"),
      save: connection.prepare("savepoint unit"),
      keep: connection.prepare("release unit"),
      undo: connection.prepare("rollback to unit"),
    };
    return { connection, queries: prepareAll(connection, texts), transaction, headFile: openHeadFile(files.head), headFileError: null };
  } catch (cause) {
    connection.close();
    throw cause;
  }
}

function closeSession(session: Session | null): null {
  session?.headFile.close();
  session?.connection.close();
  return null;
}

/** A file that was removed or replaced stays writable for us and is lost for everybody else. */
function requireUnchanged(file: string | null): void {
  if (file === null) return;
  throw new StoreError("unavailable", `${file} was removed or replaced while it was in use: put it back, or restart the server`);
}

/** If the write-ahead log was removed, what it held of earlier commits is moved to the database file while we still can. */
function salvage(session: Session | null): void {
  try {
    session?.connection.pragma("wal_checkpoint(FULL)");
  } catch {
    // The error that led here is the one to report.
  }
}

/**
 * INVARIANT 2: nothing is answered as stored before `commit`, which waits for the disk, has returned, and unless the files it
 * wrote are still the files that the next start will find.
 */
function commitGroup(session: Session, group: readonly Waiting[], files: DataFiles): { answers: Answer[]; head: LogHead } {
  const { connection, queries, transaction } = session;
  transaction.begin.run();
  try {
    const before = readHead(queries, files);
    let head = before;
    const answers = group.map((request) => {
      const applied = applyRequest(session, request, head);
      head = applied.head;
      return applied.answer;
    });
    if (head.size !== before.size) {
      queries.moveHead.run({ size: head.size, chain_hash: head.chainHash, size_before: before.size });
    }
    transaction.commit.run();
    return { answers, head };
  } catch (cause) {
    if (connection.inTransaction) transaction.rollback.run();
    throw cause;
  }
}

function applyRequest({ queries, transaction }: Session, request: Waiting, head: LogHead): { answer: Answer; head: LogHead } {
  const { number } = request;
  if (request.type === "ping") {
    queries.beat.run({});
    return { answer: { number, type: "stored", records: [] }, head };
  }
  transaction.save.run();
  try {
    const applied = applyUnit(queries, request.unit, head);
    transaction.keep.run();
    return { answer: { number, type: "stored", records: applied.records }, head: applied.head };
  } catch (cause) {
    // A full disk or a failed write concerns everybody in the transaction; what concerns this unit alone is undone alone.
    if (isDatabaseError(cause) && !isConstraint(cause)) throw cause;
    transaction.undo.run();
    transaction.keep.run();
    return { answer: refusal(number, cause), head };
  }
}

function refusal(number: number, cause: unknown): Answer {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof Conflict || isConflict(cause)) return { number, type: "conflict", message };
  return { number, type: "failure", code: "unavailable", message: `the unit could not be stored: ${message}` };
}

function readHead(queries: WriteQueries, files: DataFiles): LogHead {
  const row = queries.head.first({});
  if (row === undefined) {
    throw new StoreError("corrupt", `the audit log's head row is missing from ${files.database}: run \`agentguard audit verify\``);
  }
  return { size: Number(row.size), chainHash: row.chain_hash };
}

/** The commit stands whether or not this succeeds, and before it was tried: the head file may lag. `ping` reports it. */
function writeHeadFile(session: Session, head: LogHead): void {
  try {
    session.headFile.write(head);
    session.headFileError = null;
  } catch (cause) {
    session.headFileError = cause;
  }
}

function finishPings(session: Session, group: readonly Waiting[], answers: readonly Answer[], files: DataFiles): readonly Answer[] {
  if (session.headFileError === null) return answers;
  const { code, message } = toStoreError(session.headFileError, files.head);
  return answers.map((answer, index) =>
    group[index]!.type === "ping" ? { number: answer.number, type: "failure", code, message } : answer,
  );
}
