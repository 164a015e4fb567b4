/** Searching the audit log, whatever the engine: filters against a plain reading of the entries, pages, clocks that run backwards. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { newId } from "../../src/store/new-id.ts";
import type { AuditDraft, AuditFilter, AuditRecord, Store } from "../../src/store/store.ts";
import { fc } from "../properties.ts";
import type { Opener } from "./opener.ts";
import { draft, NOW, unit } from "./samples.ts";

const iso = (at: number) => new Date(at).toISOString();

/** Every page of a search, put together. */
function searchAll(store: Store, filter: Omit<AuditFilter, "limit" | "before">, limit = 3): readonly AuditRecord[] {
  const found: AuditRecord[] = [];
  for (let before: number | null = Number.MAX_SAFE_INTEGER; before !== null; ) {
    const page = store.search({ ...filter, before, limit });
    found.push(...page.records);
    before = page.next;
  }
  return found;
}

type Data = { readonly decision?: string; readonly blockedBy?: number | null; readonly reasonCodes?: readonly string[] };
const dataOf = (record: AuditRecord) => record.data as Data & { readonly principal?: { readonly owner: string } };

/** What a search must find, read off the entries one by one. */
function matches(record: AuditRecord, filter: Omit<AuditFilter, "limit">): boolean {
  const data = dataOf(record);
  const at = Date.parse(record.at);
  return (
    (filter.agentId === undefined || record.agentId === filter.agentId) &&
    (filter.sessionId === undefined || record.sessionId === filter.sessionId) &&
    (filter.type === undefined || record.type === filter.type) &&
    (filter.decision === undefined || data.decision === filter.decision) &&
    (filter.blockedBy === undefined || data.blockedBy === filter.blockedBy) &&
    (filter.reasonCode === undefined || (data.reasonCodes ?? []).includes(filter.reasonCode)) &&
    (filter.actor === undefined || data.principal?.owner === filter.actor) &&
    (filter.from === undefined || at >= filter.from) &&
    (filter.to === undefined || at < filter.to)
  );
}

const entry: fc.Arbitrary<AuditDraft> = fc
  .record({
    at: fc.integer({ min: NOW - 50, max: NOW + 50 }),
    type: fc.constantFrom("decision" as const, "approval" as const, "server" as const),
    agentId: fc.constantFrom("a", "b", null),
    sessionId: fc.constantFrom("s", "t", null),
    decision: fc.constantFrom("ALLOW", "BLOCK"),
    blockedBy: fc.constantFrom(1, 2, null),
    reasonCodes: fc.subarray(["policy.violated", "policy_violated", "effect.blocked"]),
    owner: fc.constantFrom("alice", "bob"),
  })
  .map(({ at, type, agentId, sessionId, owner, ...data }) =>
    draft({ id: newId(NOW), at: iso(at), type, agentId, sessionId, data: { ...data, principal: { owner } } }),
  );
const filter = fc.record(
  {
    agentId: fc.constantFrom("a", "b", "c"),
    sessionId: fc.constantFrom("s", "t"),
    type: fc.constantFrom("decision" as const, "approval" as const),
    decision: fc.constantFrom("ALLOW", "BLOCK"),
    blockedBy: fc.constantFrom(1, 2),
    reasonCode: fc.constantFrom("policy.violated", "policy_violated", "policy%", "effect.blocked"),
    actor: fc.constantFrom("alice", "bob"),
    from: fc.integer({ min: NOW - 60, max: NOW + 60 }),
    to: fc.integer({ min: NOW - 60, max: NOW + 60 }),
  },
  { requiredKeys: [] },
);

export function auditSearchCases(opener: Opener): void {
  it("search finds exactly what the entries say, newest first, whatever the clock did between them", async (test) => {
    const store = await opener(test).open();
    const entries = fc.sample(entry, 150);
    for (const each of entries) await store.commit(unit([], [each]));
    const all = store.entries({ after: 0, limit: 1000 }).toReversed();
    assert.equal(all.length, entries.length);
    fc.assert(
      fc.property(filter, fc.integer({ min: 1, max: 60 }), (wanted, limit) => {
        const expected = all.filter((record) => matches(record, wanted)).map(({ sequence }) => sequence);
        const found = searchAll(store, wanted, limit);
        assert.deepEqual(
          found.map(({ sequence }) => sequence),
          expected,
        );
      }),
      { numRuns: 200 },
    );
    assert.deepEqual(searchAll(store, {}), all);
  });

  it("search of an empty log is an empty page, and so is a span of time in which nothing happened", async (test) => {
    const store = await opener(test).open();
    assert.deepEqual(store.search({ limit: 10 }), { records: [], next: null });
    assert.deepEqual(store.search({ limit: 10, from: NOW, to: NOW + 1 }), { records: [], next: null });
    await store.commit(unit());
    assert.deepEqual(store.search({ limit: 10, from: NOW + 1 }), { records: [], next: null });
    assert.deepEqual(store.search({ limit: 10, to: NOW }), { records: [], next: null });
    assert.equal(store.search({ limit: 10, from: NOW, to: NOW + 1 }).records.length, 1);
  });

  it("pages read while others commit hold each entry of the start once, and nothing of later", async (test) => {
    const store = await opener(test).open();
    for (let n = 0; n < 60; n++) await store.commit(unit([], [draft({ agentId: n % 2 === 0 ? "even" : "odd" })]));
    const expected = Array.from({ length: 60 }, (_, index) => 60 - index);
    const seen: number[] = [];
    const commits: Promise<unknown>[] = [];
    for (let before: number | null = null, first = true; first || before !== null; first = false) {
      for (let n = 0; n < 20; n++) commits.push(store.commit(unit([], [draft({ agentId: "odd" })])));
      const page = store.search({ limit: 7, ...(before === null ? { before: 61 } : { before }) });
      seen.push(...page.records.map(({ sequence }) => sequence));
      before = page.next;
      await commits.at(-1);
    }
    await Promise.all(commits);
    assert.deepEqual(seen, expected);
    assert.deepEqual(
      searchAll(store, { agentId: "even" }).map(({ sequence }) => sequence),
      expected.filter((sequence) => sequence % 2 === 1),
    );
  });
}
