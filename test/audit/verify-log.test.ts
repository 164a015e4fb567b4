/** Whatever is done to the log behind the server's back, verification names the place. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import Database from "better-sqlite3";
import { canonicalJson, EMPTY_CHAIN, leafHash, nextChain } from "../../src/audit/chain.ts";
import { formatHead, type LogFault, type LogVerification, parseHead, verifyLog } from "../../src/audit/verify-log.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { LogHead, LogReader, StoredEntry } from "../../src/store/store.ts";
import { fc } from "../properties.ts";
import { draft, stored, temporaryDirectory, unit } from "../store/samples.ts";

const SIZE = 6;
let original: { readonly dataDir: string; readonly head: LogHead; readonly entries: readonly StoredEntry[]; readonly remove: () => void };

before(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "agentguard-test-"));
  const store = await openStore({ dataDir });
  for (let number = 1; number <= SIZE; number++) {
    stored(await store.commit(unit([], [draft({ sessionId: number === 2 ? null : "session-1", data: { number, note: "x\ufffdy" } })])));
  }
  original = {
    dataDir,
    head: store.head(),
    entries: store.storedEntries({ after: 0, limit: SIZE }),
    remove: () => rmSync(dataDir, { recursive: true }),
  };
  await store.close();
});
after(() => original.remove());

type Expected = { readonly kind: LogFault["kind"]; readonly sequence: number | null };
type TamperCase = {
  readonly title: string;
  readonly statements?: string;
  /** `missing`, or the text of the head file. */
  readonly headFile?: (head: LogHead) => string;
  readonly want: Expected;
};

/** Leaf, chain and head as they would have to be after a rewrite, for somebody who does the whole job. */
const REHASH = "rehash";
const headOf = "(select chain_hash from audit_entries order by sequence desc limit 1)";
const HEAD_ROW_FOLLOWS = `update audit_head set size = (select count(*) from audit_entries), chain_hash = ${headOf}`;

const TAMPER_CASES: readonly TamperCase[] = [
  {
    title: "a byte of an entry",
    statements: `update audit_entries set bytes = replace(bytes, '"number":3', '"number":8') where sequence = 3`,
    want: { kind: "leaf", sequence: 3 },
  },
  {
    title: "bytes that decode to the same text",
    statements: "update audit_entries set bytes = cast(replace(cast(bytes as blob), x'efbfbd', x'f09f98') as text) where sequence = 4",
    want: { kind: "leaf", sequence: 4 },
  },
  {
    title: "a leaf with its bytes",
    statements: `update audit_entries set bytes = 'x', leaf_hash = '${leafHash("x")}' where sequence = 3`,
    want: { kind: "chain", sequence: 3 },
  },
  {
    title: "a chain hash",
    statements: `update audit_entries set chain_hash = '${"0".repeat(64)}' where sequence = 3`,
    want: { kind: "chain", sequence: 3 },
  },
  { title: "a middle row deleted", statements: "delete from audit_entries where sequence = 3", want: { kind: "sequence", sequence: 3 } },
  { title: "the first row deleted", statements: "delete from audit_entries where sequence = 1", want: { kind: "sequence", sequence: 1 } },
  { title: "the last row deleted", statements: "delete from audit_entries where sequence = 6", want: { kind: "head_row", sequence: 6 } },
  {
    title: "the last rows deleted, the head row made to agree",
    statements: `delete from audit_entries where sequence > 4; ${HEAD_ROW_FOLLOWS}`,
    want: { kind: "head_file", sequence: 5 },
  },
  { title: "everything deleted", statements: "delete from audit_entries", want: { kind: "head_row", sequence: 1 } },
  {
    title: "everything deleted, the head row made to agree",
    statements: `delete from audit_entries; update audit_head set size = 0, chain_hash = '${EMPTY_CHAIN}'`,
    want: { kind: "head_file", sequence: 1 },
  },
  {
    title: "two rows swapped",
    statements:
      "update audit_entries set sequence = -1 where sequence = 2; update audit_entries set sequence = 2 where sequence = 3; update audit_entries set sequence = 3 where sequence = -1",
    want: { kind: "chain", sequence: 2 },
  },
  {
    title: "a row before the first",
    statements:
      "insert into audit_entries select 0, 'new', at, type, agent_id, session_id, bytes, leaf_hash, chain_hash from audit_entries where sequence = 1",
    want: { kind: "sequence", sequence: 1 },
  },
  {
    title: "a row after the last",
    statements:
      "insert into audit_entries select 7, 'new', at, type, agent_id, session_id, bytes, leaf_hash, chain_hash from audit_entries where sequence = 6",
    want: { kind: "chain", sequence: 7 },
  },
  { title: "a well-made row after the last, which no search finds", statements: `${REHASH}:append`, want: { kind: "search", sequence: 7 } },
  {
    title: "an entry hidden from searches",
    statements: "delete from audit_search where sequence = 3",
    want: { kind: "search", sequence: 3 },
  },
  {
    title: "an entry that searches take for another agent's",
    statements: "update audit_search set agent_id = 'other' where sequence = 4",
    want: { kind: "search", sequence: 4 },
  },
  {
    title: "an entry that searches take for an allowed one",
    statements: "update audit_search set decision = 'ALLOW' where sequence = 4",
    want: { kind: "search", sequence: 4 },
  },
  {
    title: "an entry that a search by time passes over",
    statements: "update audit_search set latest_at = latest_at + 1 where sequence = 2",
    want: { kind: "search", sequence: 2 },
  },
  {
    title: "a column",
    statements: "update audit_entries set agent_id = 'other' where sequence = 5",
    want: { kind: "column", sequence: 5 },
  },
  {
    title: "a column emptied",
    statements: "update audit_entries set session_id = null where sequence = 5",
    want: { kind: "column", sequence: 5 },
  },
  {
    title: "a column that was empty",
    statements: "update audit_entries set session_id = 'x' where sequence = 2",
    want: { kind: "column", sequence: 2 },
  },
  {
    title: "an entry that is hashed well and not canonical",
    statements: `${REHASH}:spaces`,
    want: { kind: "bytes", sequence: 4 },
  },
  { title: "the head row removed", statements: "delete from audit_head", want: { kind: "head_row", sequence: null } },
  { title: "the head row's size", statements: "update audit_head set size = 4", want: { kind: "head_row", sequence: 6 } },
  { title: "the head row's size beyond the end", statements: "update audit_head set size = 9", want: { kind: "head_row", sequence: 7 } },
  {
    title: "the whole log rewritten from one entry on, the head row too",
    statements: `${REHASH}:rewrite`,
    want: { kind: "head_file", sequence: 6 },
  },
  { title: "the head file removed", headFile: () => "missing", want: { kind: "head_file", sequence: null } },
  { title: "the head file emptied", headFile: () => "", want: { kind: "head_file", sequence: null } },
  {
    title: "the head file's hash",
    headFile: ({ size }) => JSON.stringify({ size, chainHash: "f".repeat(64) }),
    want: { kind: "head_file", sequence: 6 },
  },
  {
    title: "the head file's size",
    headFile: ({ chainHash }) => JSON.stringify({ size: 9, chainHash }),
    want: { kind: "head_file", sequence: 7 },
  },
];

describe("tampering with the files is found and placed", () => {
  for (const { title, statements, headFile, want } of TAMPER_CASES) {
    it(title, async (test) => {
      const dataDir = join(temporaryDirectory(test), "data");
      cpSync(original.dataDir, dataDir, { recursive: true });
      if (statements !== undefined) tamper(dataDir, statements);
      const file = headFile?.(original.head);
      if (file === "missing") rmSync(join(dataDir, "audit.head"));
      else if (file !== undefined) writeFileSync(join(dataDir, "audit.head"), file);
      const found = await verifyDirectory(dataDir);
      assert.deepEqual(faultOf(found), want, found.ok ? "nothing found" : found.fault.message);
    });
  }

  it("nothing done, nothing found", async () => {
    assert.deepEqual(await verifyDirectory(original.dataDir), { ok: true, ...original.head });
  });

  it("somebody who rewrites everything is caught by a size and hash kept elsewhere", async (test) => {
    const dataDir = join(temporaryDirectory(test), "data");
    cpSync(original.dataDir, dataDir, { recursive: true });
    tamper(dataDir, `delete from audit_entries where sequence = 6; ${HEAD_ROW_FOLLOWS}`);
    writeFileSync(join(dataDir, "audit.head"), JSON.stringify({ size: 5, chainHash: original.entries[4]!.chainHash }));
    assert.equal((await verifyDirectory(dataDir)).ok, true, "the forgery is perfect");
    assert.deepEqual(faultOf(await verifyDirectory(dataDir, original.head)), { kind: "expectation", sequence: 6 });
  });

  it("the log refuses changes to its rows while its triggers are there", () => {
    const database = new Database(join(original.dataDir, "agentguard.db"));
    for (const statement of [
      "update audit_entries set type = 'x' where sequence = 3",
      "delete from audit_entries where sequence = 6",
      "delete from audit_head",
      "update audit_head set size = 5",
    ]) {
      assert.throws(() => database.exec(statement), /append-only|only grows/, statement);
    }
    database.close();
  });
});

describe("an expected size and hash", () => {
  for (const { title, expect, want } of [
    { title: "of the whole log", expect: () => original.head, want: null },
    { title: "of an earlier moment", expect: () => ({ size: 4, chainHash: original.entries[3]!.chainHash }), want: null },
    { title: "of the empty log", expect: () => ({ size: 0, chainHash: EMPTY_CHAIN }), want: null },
    { title: "with another hash", expect: () => ({ size: 4, chainHash: "a".repeat(64) }), want: { kind: "expectation", sequence: 4 } },
    {
      title: "with another hash of nothing",
      expect: () => ({ size: 0, chainHash: "a".repeat(64) }),
      want: { kind: "expectation", sequence: 0 },
    },
    { title: "beyond the end", expect: () => ({ ...original.head, size: 7 }), want: { kind: "expectation", sequence: 7 } },
  ] as const) {
    it(`${title}: ${want === null ? "accepted" : "refused"}`, () => {
      assert.deepEqual(faultOf(verifyLog(readerOf(original.entries), expect())), want);
    });
  }

  for (const [text, want] of [
    [`12:${"aB".repeat(32)}`, { size: 12, chainHash: "ab".repeat(32) }],
    [` 0:${EMPTY_CHAIN}\n`, { size: 0, chainHash: EMPTY_CHAIN }],
    [`012:${EMPTY_CHAIN}`, null],
    [`-1:${EMPTY_CHAIN}`, null],
    [`1:${EMPTY_CHAIN}0`, null],
    ["12", null],
    ["", null],
  ] as const) {
    it(`is written SIZE:HASH: ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseHead(text), want);
      if (want !== null) assert.deepEqual(parseHead(formatHead(want)), want);
    });
  }
});

describe("by property", () => {
  const FIELDS = ["sequence", "id", "at", "type", "agentId", "sessionId", "leafHash", "chainHash"] as const;

  it("any single column that is changed is found at its entry", () => {
    const hash = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 });
    const anything = fc.oneof(fc.string(), hash, fc.integer(), fc.constant(null));
    fc.assert(
      fc.property(fc.nat(SIZE - 1), fc.constantFrom(...FIELDS), anything, (index, field, value) => {
        const entry = original.entries[index]!;
        fc.pre(value !== entry[field]);
        const found = faultOf(verifyLog(readerOf(original.entries.with(index, { ...entry, [field]: value } as StoredEntry))));
        assert.equal(found?.sequence, index + 1);
      }),
      { numRuns: 500 },
    );
  });

  it("any single bit of the bytes that is changed is found at its entry, whoever adapts the leaf", () => {
    fc.assert(
      fc.property(fc.nat(SIZE - 1), fc.nat(), fc.nat(7), fc.boolean(), (index, place, bit, adaptLeaf) => {
        const entry = original.entries[index]!;
        const bytes = Uint8Array.from(entry.bytes);
        bytes[place % bytes.length]! ^= 1 << bit;
        const changed = { ...entry, bytes, leafHash: adaptLeaf ? leafHash(bytes) : entry.leafHash };
        const found = faultOf(verifyLog(readerOf(original.entries.with(index, changed))));
        assert.deepEqual(found, { kind: adaptLeaf ? "chain" : "leaf", sequence: index + 1 });
      }),
      { numRuns: 500 },
    );
  });

  it("any other selection or order of the entries is found", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5]), (order) => {
        fc.pre(order.length < SIZE || order.some((position, index) => position !== index));
        const entries = order.map((position, index) => ({ ...original.entries[position]!, sequence: index + 1 }));
        assert.equal(verifyLog(readerOf(entries)).ok, false);
      }),
    );
  });

  it("a log that grows while it is read verifies", () => {
    fc.assert(
      fc.property(fc.nat(SIZE), fc.array(fc.nat(2), { maxLength: 12 }), (start, growth) => {
        assert.equal(verifyLog(growingReader(start, growth)).ok, true);
      }),
    );
  });
});

function faultOf(result: LogVerification): Expected | null {
  return result.ok ? null : { kind: result.fault.kind, sequence: result.fault.sequence };
}

async function verifyDirectory(dataDir: string, expect?: LogHead): Promise<LogVerification> {
  const store = await openStore({ dataDir, readOnly: true });
  try {
    return verifyLog(store, expect);
  } finally {
    await store.close();
  }
}

/** A reader of these entries that believes the original head. */
function readerOf(entries: readonly StoredEntry[]): LogReader {
  return {
    storedEntries: ({ after, limit }) => entries.slice(firstAfter(entries, after)).slice(0, limit),
    tableHead: () => original.head,
    fileHead: () => original.head,
  };
}

/** In the order given, since a changed sequence is one of the things to be found. */
function firstAfter(entries: readonly StoredEntry[], after: number): number {
  return after === Number.MIN_SAFE_INTEGER ? 0 : entries.findIndex(({ sequence }) => sequence === after) + 1;
}

/** A reader whose log gains entries between any two calls, as beside a running server. */
function growingReader(start: number, growth: readonly number[]): LogReader {
  let size = start;
  const steps = [...growth];
  const grow = () => {
    size = Math.min(SIZE, size + (steps.shift() ?? 0));
    return size;
  };
  const headAt = (count: number): LogHead => ({ size: count, chainHash: original.entries[count - 1]?.chainHash ?? EMPTY_CHAIN });
  return {
    storedEntries: ({ after, limit }) =>
      original.entries
        .slice(0, grow())
        .filter(({ sequence }) => sequence > after)
        .slice(0, limit),
    tableHead: () => headAt(grow()),
    fileHead: () => headAt(Math.max(0, size - 1)),
  };
}

/** What somebody with access to the file can do: drop the triggers, then anything, hashes included. */
function tamper(dataDir: string, statements: string): void {
  const database = new Database(join(dataDir, "agentguard.db"));
  for (const { name } of database.prepare("select name from sqlite_schema where type = 'trigger'").all() as { name: string }[]) {
    database.exec(`drop trigger ${name}`);
  }
  if (statements.startsWith(REHASH)) rehash(database, statements.slice(REHASH.length + 1));
  else database.exec(statements);
  database.close();
}

/** Forgeries with correct hashes: an entry more, an entry that is not canonical, another past. */
function rehash(database: Database.Database, forgery: string): void {
  const rows = database.prepare("select * from audit_entries order by sequence").all() as Record<string, string | number>[];
  if (forgery === "append") {
    const content = { ...(JSON.parse(String(rows.at(-1)!.bytes)) as object), id: "forged", sequence: 7 };
    rows.push({ ...rows.at(-1)!, id: "forged", sequence: 7, bytes: canonicalJson(content) });
  }
  if (forgery === "spaces") rows[3]!.bytes = ` ${rows[3]!.bytes}`;
  if (forgery === "rewrite") rows[2]!.bytes = String(rows[2]!.bytes).replace('"number":3', '"number":8');
  let chain = EMPTY_CHAIN;
  const write = database.prepare(
    "insert or replace into audit_entries values (@sequence, @id, @at, @type, @agent_id, @session_id, @bytes, @leaf_hash, @chain_hash)",
  );
  for (const row of rows) {
    row.leaf_hash = leafHash(String(row.bytes));
    chain = row.chain_hash = nextChain(chain, row.leaf_hash);
    write.run(row);
  }
  if (forgery === "rewrite") database.exec(HEAD_ROW_FOLLOWS);
}
