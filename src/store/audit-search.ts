/**
 * Search in the audit log, newest first. Sequences only grow, so a page that was read stays right while others commit; every
 * call looks at a bounded number of narrow rows, so a search never holds up a decision.
 */
import { type Kysely, sql } from "kysely";
import type { Json } from "../../layers/model.ts";
import { facetsOf, NO_MARKS, type SearchMarks, searchEntry } from "../audit/facets.ts";
import { compileOnly } from "./dialect.ts";
import type { Prepared } from "./prepared.ts";
import { compile, type QueryText } from "./query-text.ts";
import { searchArguments, toAuditRecord } from "./rows.ts";
import type { AuditFilter, AuditPage } from "./store.ts";
import type { AuditSearchTable, Tables } from "./tables.ts";

/** Rows looked at by one call: about 5 ms. */
const WINDOW = 10_000;

type Prepare = <Row>(text: QueryText<Row>) => Prepared<Row>;

export function searchAudit(prepareText: Prepare, filter: AuditFilter): AuditPage {
  const all = <Row>(text: QueryText<Row>) => prepareText(text).all({});
  const bounds = sequenceBounds(all, filter);
  const window = windowOf(filter, bounds);
  const found = all(compile(matching(window, filter))).map((row) => Number(row.sequence));
  const records = found.length === 0 ? [] : all(compile(entriesOf(found))).map(toAuditRecord);
  if (found.length === filter.limit) return { records, next: found.at(-1)! };
  const end = all(compile(window.select("sequence").offset(WINDOW - 1)))[0];
  return { records, next: end === undefined ? null : Number(end.sequence) };
}

type All = <Row>(text: QueryText<Row>) => readonly Row[];
/** Both exclusive. */
type Bounds = { readonly after: number; readonly before: number };

/** Exact whatever the clock did: times may run backwards, `latest_at` does not, and nothing is further behind it than `max_lag`. */
function sequenceBounds(all: All, { from, to, before = Number.MAX_SAFE_INTEGER }: AuditFilter): Bounds {
  if (from === undefined && to === undefined) return { after: 0, before };
  const marks = compileOnly().selectFrom("audit_search").select(["sequence", "latest_at", "max_lag"]);
  const last = all(compile(marks.orderBy("sequence", "desc").limit(1)))[0];
  if (last === undefined) return { after: 0, before };
  const latestAt = (sequence: number) => Number(all(compile(marks.where("sequence", "=", sequence)))[0]?.latest_at ?? 0);
  /** The first sequence whose `latest_at` is at least `time`; one past the last when there is none. */
  const firstAt = (time: number) => {
    let low = 1;
    let high = Number(last.sequence) + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (latestAt(middle) >= time) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return {
    after: from === undefined ? 0 : firstAt(from) - 1,
    // What is committed from now on has no bound yet.
    before: to === undefined || last.latest_at < to + Number(last.max_lag) ? before : Math.min(before, firstAt(to + Number(last.max_lag))),
  };
}

/** The rows that one call may look at: by the agent's index, or by sequence. */
function windowOf({ agentId }: AuditFilter, { after, before }: Bounds) {
  const rows = compileOnly().selectFrom("audit_search").where("sequence", "<", before).where("sequence", ">", after);
  const driven = agentId === undefined ? rows : rows.where("agent_id", "=", agentId);
  return driven.orderBy("sequence", "desc").limit(WINDOW);
}

function matching(window: ReturnType<typeof windowOf>, filter: AuditFilter) {
  let query = compileOnly().selectFrom(window.selectAll().as("row")).select("sequence").orderBy("sequence", "desc").limit(filter.limit);
  if (filter.sessionId !== undefined) query = query.where("session_id", "=", filter.sessionId);
  if (filter.type !== undefined) query = query.where("type", "=", filter.type);
  if (filter.decision !== undefined) query = query.where("decision", "=", filter.decision);
  if (filter.blockedBy !== undefined) query = query.where("blocked_by", "=", filter.blockedBy);
  if (filter.actor !== undefined) query = query.where("actor", "=", filter.actor);
  if (filter.from !== undefined) query = query.where("at", ">=", filter.from);
  if (filter.to !== undefined) query = query.where("at", "<", filter.to);
  if (filter.reasonCode === undefined) return query;
  const pattern = `% ${filter.reasonCode.replace(/[\\%_]/g, "\\$&")} %`;
  return query.where(sql<boolean>`reason_codes like ${pattern} escape '\\'`);
}

function entriesOf(sequences: readonly number[]) {
  return compileOnly()
    .selectFrom("audit_entries")
    .selectAll()
    .where("sequence", "in", [...sequences])
    .orderBy("sequence", "desc");
}

const BATCH = 500;

/** For a log that is older than its search rows. An entry that cannot be read gets an empty row; `audit verify` reports it. */
export async function fillAuditSearch(schemaless: Kysely<unknown>): Promise<void> {
  const db = schemaless as Kysely<Tables>;
  let marks: SearchMarks = NO_MARKS;
  for (let after = 0; ; ) {
    const entries = await db
      .selectFrom("audit_entries")
      .selectAll()
      .where("sequence", ">", after)
      .orderBy("sequence")
      .limit(BATCH)
      .execute();
    if (entries.length === 0) return;
    for (const { at, type, agent_id: agentId, session_id: sessionId, sequence, bytes } of entries) {
      const row = searchEntry({ at, type, agentId, sessionId, sequence: Number(sequence) }, facetsOf(dataOf(bytes)), marks);
      marks = row;
      after = row.sequence;
      // One by one: engines limit how many values one statement may carry.
      await db
        .insertInto("audit_search")
        .values(searchArguments(row) as AuditSearchTable)
        .execute();
    }
  }
}

function dataOf(bytes: string): Json | undefined {
  try {
    return (JSON.parse(bytes) as { readonly data: Json }).data;
  } catch {
    return undefined;
  }
}
