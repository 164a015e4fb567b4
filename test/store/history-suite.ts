/** What every store must answer about an agent's history. */
import assert from "node:assert/strict";
import { it } from "node:test";
import type { Change, HistoryEvent, SessionHistory, Store } from "../../src/store/store.ts";
import { fc } from "../properties.ts";
import type { Opener } from "./opener.ts";
import { approval, historyEvent, NOW, stored } from "./samples.ts";

type HistoryCase = {
  readonly title: string;
  readonly events: readonly Partial<HistoryEvent>[];
  readonly since?: number;
  readonly acrossSessions?: boolean;
  readonly want: Partial<SessionHistory>;
};

const OTHER = { sessionId: "session-2" };
const HISTORY_CASES: readonly HistoryCase[] = [
  { title: "nothing yet", events: [], want: { submissions: 0, deletes: 0, blocked: 0, blockedSameCode: 0, blocksInARow: 0 } },
  {
    title: "counts submissions, deletes and blocks",
    events: [{ deletes: 2 }, { decision: "BLOCK", deletes: 1 }, { decision: "REQUIRES_APPROVAL" }],
    want: { submissions: 3, deletes: 3, blocked: 1, blockedSameCode: 1, blocksInARow: 0 },
  },
  {
    title: "blocks in a row end with anything else",
    events: [{ decision: "BLOCK" }, { decision: "ALLOW" }, { decision: "BLOCK" }, { decision: "BLOCK" }],
    want: { blocked: 3, blocksInARow: 2 },
  },
  {
    title: "blocks of the same code only",
    events: [{ decision: "BLOCK" }, { decision: "BLOCK", codeDigest: "other" }, { decision: "ALLOW" }],
    want: { blocked: 2, blockedSameCode: 1 },
  },
  {
    title: "only the window counts, its start included",
    events: [
      { at: NOW - 2, decision: "BLOCK", deletes: 5 },
      { at: NOW - 1, decision: "BLOCK", deletes: 3 },
      { at: NOW, decision: "BLOCK", deletes: 1 },
    ],
    since: NOW - 1,
    want: { submissions: 2, deletes: 4, blocked: 2, blockedSameCode: 2, blocksInARow: 2 },
  },
  {
    title: "a window after everything is empty",
    events: [{ decision: "BLOCK" }],
    since: NOW + 1,
    want: { submissions: 0, blocksInARow: 0 },
  },
  {
    title: "other sessions and agents do not count",
    events: [{ deletes: 1 }, { ...OTHER, deletes: 10, decision: "BLOCK" }, { agentId: "agent-2", deletes: 100, decision: "BLOCK" }],
    want: { submissions: 1, deletes: 1, blocked: 0, blockedSameCode: 0 },
  },
  {
    title: "across sessions all sessions of the agent count",
    events: [
      { deletes: 1, decision: "BLOCK" },
      { ...OTHER, deletes: 10, decision: "BLOCK" },
      { agentId: "agent-2", deletes: 100, decision: "BLOCK" },
    ],
    acrossSessions: true,
    want: { submissions: 2, deletes: 11, blocked: 2, blockedSameCode: 2, blocksInARow: 2 },
  },
  {
    title: "a clock that jumps back hides nothing",
    events: [
      { at: NOW, deletes: 1 },
      { at: NOW - 10_000, deletes: 1, decision: "BLOCK" },
    ],
    since: NOW,
    want: { submissions: 2, deletes: 2, blocked: 1, blocksInARow: 1 },
  },
];

export function historyCases(opener: Opener): void {
  for (const { title, events, since = 0, acrossSessions = false, want } of HISTORY_CASES) {
    it(`history: ${title}`, async (test) => {
      const store = await opener(test).open();
      const changes = events.map((event): Change => ({ type: "history.add", event: historyEvent(event) }));
      stored(await store.commit({ audit: [], changes }));
      const { agentId, sessionId, codeDigest } = historyEvent();
      const found = store.session({ agentId, sessionId, codeDigest, since, acrossSessions });
      assert.deepEqual({ ...found, ...want }, found);
    });
  }
}

/** What the running totals must agree with: counting one by one. */
function count(events: readonly HistoryEvent[], query: Parameters<Store["session"]>[0]): SessionHistory {
  const mine = events.filter(
    ({ at, agentId, sessionId }) =>
      at >= query.since && agentId === query.agentId && (query.acrossSessions || sessionId === query.sessionId),
  );
  const blocks = mine.filter(({ decision }) => decision === "BLOCK");
  const earlier = events.filter(({ at, agentId }) => at < query.since && agentId === query.agentId);
  return {
    usual: { submissions: earlier.length, blocked: earlier.filter(({ decision }) => decision === "BLOCK").length },
    submissions: mine.length,
    deletes: mine.reduce((sum, { deletes }) => sum + deletes, 0),
    blocked: blocks.length,
    blockedSameCode: blocks.filter(({ codeDigest }) => codeDigest === query.codeDigest).length,
    blocksInARow: mine.length - 1 - mine.findLastIndex(({ decision }) => decision !== "BLOCK"),
  };
}

export function historyProperty(opener: Opener): void {
  it("history: agrees with counting one by one, for any events and any window", async (test) => {
    const store = await opener(test).open();
    const few = <T extends string>(...values: readonly T[]) => fc.constantFrom(...values);
    const event = fc.record({
      later: fc.nat(3),
      sessionId: few("s1", "s2"),
      agent: few("a", "b"),
      codeDigest: few("c1", "c2"),
      decision: few("ALLOW", "BLOCK", "REQUIRES_APPROVAL"),
      deletes: fc.nat(3),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 30 }), fc.nat(40), fc.nat(40), async (steps, since, past) => {
        run += 1;
        const events: HistoryEvent[] = [];
        for (const { later, agent, ...fields } of steps) {
          events.push(historyEvent({ ...fields, agentId: `${agent}${run}`, at: (events.at(-1)?.at ?? 0) + later }));
        }
        stored(await store.commit({ audit: [], changes: events.map((each): Change => ({ type: "history.add", event: each })) }));
        // What no window reaches any more may be removed: the answers stay the same.
        const prune = { type: "prune", historyBefore: Math.min(past, since), recordsBefore: null, limit: 1000 } as const;
        stored(await store.commit({ audit: [], changes: [prune] }));
        for (const acrossSessions of [false, true]) {
          const query = { agentId: `a${run}`, sessionId: "s1", codeDigest: "c1", since, acrossSessions };
          assert.deepEqual(store.session(query), count(events, query));
        }
      }),
    );
  });
}

export function transferCases(opener: Opener): void {
  it("transfers: the same ones are counted and all are added up, by agent, kind and time", async (test) => {
    const store = await opener(test).open();
    const transfer = {
      type: "transfer.add",
      at: NOW,
      agentId: "a",
      sessionId: "s",
      kind: "asked",
      fingerprint: "f",
      amount: 10.5,
    } as const;
    const changes: Change[] = [
      transfer,
      { ...transfer, at: NOW + 1, fingerprint: "g", amount: 100 },
      { ...transfer, at: NOW - 1, amount: 1000 },
      { ...transfer, agentId: "b", amount: 1000 },
      { ...transfer, kind: "run", amount: 7 },
    ];
    stored(await store.commit({ audit: [], changes }));
    const query = { agentId: "a", sessionId: null, kind: "asked", fingerprint: "f", since: NOW } as const;
    assert.deepEqual(store.transfers(query), { same: 1, total: 110.5 });
    assert.deepEqual(store.transfers({ ...query, kind: "run" }), { same: 1, total: 7 });
    assert.deepEqual(store.transfers({ ...query, sessionId: "s" }), { same: 1, total: 110.5 });
    assert.deepEqual(store.transfers({ ...query, sessionId: "other" }), { same: 0, total: 0 });
    assert.deepEqual(store.transfers({ ...query, agentId: "nobody" }), { same: 0, total: 0 });
    stored(await store.commit({ audit: [], changes: [{ type: "prune", historyBefore: NOW, recordsBefore: null, limit: 10 }] }));
    assert.deepEqual(store.transfers({ ...query, since: 0 }), { same: 1, total: 110.5 });
  });

  it("retention: settled approvals and ended runs before the time are removed, what is open or younger stays", async (test) => {
    const store = await opener(test).open();
    const old = approval({ createdAt: NOW - 10, expiresAt: NOW - 5 });
    const open = approval({ createdAt: NOW - 10, expiresAt: NOW + 5 });
    const run = { type: "execution.start", at: NOW - 10, agentId: "a", executionDigest: "e", approvalId: null } as const;
    const changes: Change[] = [
      { type: "approval.create", approval: old },
      { type: "approval.create", approval: open },
      { ...run, id: "ended" },
      { ...run, id: "running" },
      { type: "execution.finish", id: "ended", at: NOW - 8, status: "finished" },
    ];
    stored(await store.commit({ audit: [], changes }));
    stored(await store.commit({ audit: [], changes: [{ type: "prune", historyBefore: null, recordsBefore: NOW, limit: 10 }] }));
    assert.deepEqual([store.approval(old.id), store.approval(open.id)?.history.length], [null, 1]);
    assert.deepEqual(
      store.unfinished().map(({ id }) => id),
      ["running"],
    );
    // The ended one is gone: its id may be used again, which a row that is still there would refuse.
    stored(await store.commit({ audit: [], changes: [{ ...run, id: "ended" }] }));
  });
}
