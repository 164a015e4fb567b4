/** What every store must do with approvals: each step once, in order, in time. */
import assert from "node:assert/strict";
import { it } from "node:test";
import type { Approval, ApprovalFilter, ApprovalStatus, Change } from "../../src/store/store.ts";
import type { Opener } from "./opener.ts";
import { approval, approvalEvent, NOW, stored, unit } from "./samples.ts";

type Move = { readonly from: ApprovalStatus; readonly to: ApprovalStatus; readonly at?: number };
const MOVE_CASES: readonly { readonly title: string; readonly moves: readonly Move[]; readonly conflict: RegExp | null }[] = [
  { title: "approve", moves: [{ from: "pending", to: "approved" }], conflict: null },
  { title: "reject", moves: [{ from: "pending", to: "rejected" }], conflict: null },
  {
    title: "approve, then use once",
    moves: [
      { from: "pending", to: "approved" },
      { from: "approved", to: "consumed" },
    ],
    conflict: null,
  },
  { title: "use without approval", moves: [{ from: "approved", to: "consumed" }], conflict: /is pending, not approved/ },
  {
    title: "use twice",
    moves: [
      { from: "pending", to: "approved" },
      { from: "approved", to: "consumed" },
      { from: "approved", to: "consumed" },
    ],
    conflict: /is consumed, not approved/,
  },
  {
    title: "approve what was rejected",
    moves: [
      { from: "pending", to: "rejected" },
      { from: "pending", to: "approved" },
    ],
    conflict: /is rejected, not pending/,
  },
  { title: "approve in the last moment", moves: [{ from: "pending", to: "approved", at: NOW + 59_999 }], conflict: null },
  { title: "approve too late", moves: [{ from: "pending", to: "approved", at: NOW + 60_000 }], conflict: /expired at 2026-01-15T12:01:00/ },
  {
    title: "use too late",
    moves: [
      { from: "pending", to: "approved" },
      { from: "approved", to: "consumed", at: NOW + 60_000 },
    ],
    conflict: /expired at/,
  },
  { title: "expire when it is time", moves: [{ from: "pending", to: "expired", at: NOW + 60_000 }], conflict: null },
  { title: "expire before it is time", moves: [{ from: "pending", to: "expired" }], conflict: /has not expired yet/ },
];

export function move(id: string, { from, to, at = NOW }: Move): Change {
  const what = to === "pending" ? "approved" : to;
  return { type: "approval.move", id, from, to, event: approvalEvent(what, { at, keyId: "key-2", owner: "bob", level: "DIRECTOR" }) };
}

export function approvalCases(opener: Opener): void {
  it("approval: comes back as it was stored", async (test) => {
    const store = await opener(test).open();
    const requests = [approval(), approval({ impact: "unlimited", effects: "text", findings: [], level: "CTO" })];
    for (const request of requests) stored(await store.commit(unit([{ type: "approval.create", approval: request }])));
    for (const request of requests) assert.deepEqual(store.approval(request.id), request);
    assert.equal(store.approval("unknown"), null);
  });

  for (const { title, moves, conflict } of MOVE_CASES) {
    it(`approval: ${title}`, async (test) => {
      const store = await opener(test).open();
      const request = approval();
      stored(await store.commit(unit([{ type: "approval.create", approval: request }])));
      const results = [];
      for (const step of moves) results.push(await store.commit(unit([move(request.id, step)])));
      const last = results.at(-1)!;
      const done = conflict === null ? moves : moves.slice(0, -1);
      if (conflict === null) assert.equal(last.ok, true);
      else assert.match(last.ok ? "stored" : last.conflict, conflict);
      const found = store.approval(request.id)!;
      assert.equal(found.status, done.at(-1)?.to ?? "pending");
      assert.deepEqual(
        found.history.map(({ what }) => what),
        ["requested", ...done.map(({ to }) => to)],
      );
      assert.equal(store.head().size, 1 + done.length, "a refused move leaves no audit entry");
    });
  }

  it("approval: of many at once, one use wins", async (test) => {
    const store = await opener(test).open();
    const request = approval({ status: "approved" });
    stored(await store.commit(unit([{ type: "approval.create", approval: request }])));
    const uses = Array.from({ length: 20 }, () => store.commit(unit([move(request.id, { from: "approved", to: "consumed" })])));
    const won = (await Promise.all(uses)).filter(({ ok }) => ok);
    assert.deepEqual([won.length, store.head().size], [1, 2]);
  });

  it("approval: lists newest first, filtered, page by page", async (test) => {
    const store = await opener(test).open();
    const requests: readonly Approval[] = [
      approval({ agentId: "a", level: "MANAGER" }),
      approval({ agentId: "b", level: "CTO" }),
      approval({ agentId: "a", level: "VP", status: "approved" }),
      approval({ agentId: "a", level: "CTO", submittedBy: { keyId: "key-9", owner: "zoe" } }),
    ];
    for (const request of requests) stored(await store.commit(unit([{ type: "approval.create", approval: request }])));
    const positions = (filter: Omit<ApprovalFilter, "limit">, limit = 10) =>
      store.approvals({ ...filter, limit }).map(({ id }) => requests.findIndex((request) => request.id === id));
    assert.deepEqual(positions({}), [3, 2, 1, 0]);
    assert.deepEqual(positions({}, 2), [3, 2]);
    assert.deepEqual(positions({ before: requests[2]!.id }, 2), [1, 0]);
    assert.deepEqual(positions({ status: "pending" }), [3, 1, 0]);
    assert.deepEqual(positions({ agentId: "a", status: "pending" }), [3, 0]);
    assert.deepEqual(positions({ levels: ["MANAGER", "VP"] }), [2, 0]);
    assert.deepEqual(positions({ levels: [] }), []);
    assert.deepEqual(positions({ submittedByKeyId: "key-9" }), [3]);
  });
}
