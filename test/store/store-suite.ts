/**
 * What every store must do, whatever its engine: each engine's test calls `storeSuite` with a way to open an empty store and to
 * open the same one again.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { entryBytes, leafHash, nextChain } from "../../src/audit/chain.ts";
import { verifyLog } from "../../src/audit/verify-log.ts";
import { createKey, hashKey, isUsable } from "../../src/store/api-key.ts";
import { newId } from "../../src/store/new-id.ts";
import type { Change, Unit } from "../../src/store/store.ts";
import { approvalCases, move } from "./approval-suite.ts";
import { auditSearchCases } from "./audit-search-suite.ts";
import { historyCases, historyProperty, transferCases } from "./history-suite.ts";
import { idempotencyCases } from "./idempotency-suite.ts";
import type { Opener } from "./opener.ts";
import { approval, draft, historyEvent, NOW, stored, unit } from "./samples.ts";

export function storeSuite(engine: string, opener: Opener): void {
  describe(`store: ${engine}`, () => {
    auditCases(opener);
    auditSearchCases(opener);
    historyCases(opener);
    historyProperty(opener);
    transferCases(opener);
    approvalCases(opener);
    executionCases(opener);
    keyCases(opener);
    idempotencyCases(opener);
    unitCases(opener);
  });
}

function auditCases(opener: Opener): void {
  it("appends entries in the order of commits, from sequence 1, each with its bytes, leaf and place in the chain", async (test) => {
    const store = await opener(test).open();
    const drafts = [draft({ data: { n: 1, ä: "é\u0000\u{1f600}" } }), draft({ agentId: null, sessionId: null, type: "server" }), draft()];
    const first = stored(await store.commit(unit([], drafts.slice(0, 2))));
    const second = stored(await store.commit(unit([], drafts.slice(2))));
    let chain = "0".repeat(64);
    const expected = drafts.map((entry, index) => {
      const bytes = entryBytes(entry, JSON.stringify(entry.data), index + 1);
      const leaf = leafHash(bytes);
      chain = nextChain(chain, leaf);
      return { ...entry, sequence: index + 1, bytes, leafHash: leaf, chainHash: chain };
    });
    assert.deepEqual(store.entries({ after: 0, limit: 10 }), expected);
    assert.deepEqual(store.entries({ after: 1, limit: 1 }), [expected[1]]);
    assert.deepEqual(store.entry(drafts[2]!.id), expected[2]);
    assert.equal(store.entry("unknown"), null);
    assert.deepEqual(store.head(), { size: 3, chainHash: chain });
    assert.deepEqual(
      [...first.records, ...second.records],
      expected.map(({ id, sequence, leafHash }) => ({ id, sequence, leafHash })),
    );
    assert.deepEqual(verifyLog(store), { ok: true, size: 3, chainHash: chain });
  });

  it("is empty at first, and says so", async (test) => {
    const store = await opener(test).open();
    assert.deepEqual(store.head(), { size: 0, chainHash: "0".repeat(64) });
    assert.deepEqual(verifyLog(store), { ok: true, size: 0, chainHash: "0".repeat(64) });
  });

  it("continues the log after reopening", async (test) => {
    const database = opener(test);
    const before = await database.open();
    await before.commit(unit());
    const store = await database.open();
    const { records } = stored(await store.commit(unit()));
    assert.equal(records[0]!.sequence, 2);
    assert.equal(verifyLog(store).ok, true);
  });

  it("records what JSON cannot carry instead of refusing the entry", async (test) => {
    const store = await opener(test).open();
    stored(
      await store.commit(
        unit([], [draft({ agentId: "a\ud800", data: { text: "\udfff", ratio: Number.NaN, "k\ud800": [Number.POSITIVE_INFINITY] } })]),
      ),
    );
    const entry = store.entries({ after: 0, limit: 1 })[0]!;
    assert.deepEqual([entry.agentId, entry.data], ["a\ufffd", { text: "\ufffd", ratio: "NaN", "k\ufffd": ["Infinity"] }]);
    assert.equal(verifyLog(store).ok, true);
  });
}

function executionCases(opener: Opener): void {
  const start = (id: string, approvalId: string | null = null): Change => ({
    type: "execution.start",
    id,
    at: NOW,
    agentId: "agent-1",
    executionDigest: "e",
    approvalId,
  });

  it("executions: what was started and not finished is found after reopening, and closed once", async (test) => {
    const database = opener(test);
    const before = await database.open();
    const [done, orphan] = [newId(NOW), newId(NOW)];
    stored(await before.commit(unit([start(done), start(orphan)])));
    stored(await before.commit(unit([{ type: "execution.finish", id: done, at: NOW, status: "finished" }])));
    const store = await database.open();
    assert.deepEqual(store.unfinished(), [{ id: orphan, agentId: "agent-1", executionDigest: "e" }]);
    const close = unit([{ type: "execution.finish", id: orphan, at: NOW, status: "unknown" }]);
    stored(await store.commit(close));
    assert.deepEqual(store.unfinished(), []);
    assert.match(JSON.stringify(await store.commit(unit(close.changes))), /is not running/);
  });

  it("executions: an approval starts one at most, even if its status were forgotten", async (test) => {
    const store = await opener(test).open();
    const request = approval({ status: "approved" });
    stored(await store.commit(unit([{ type: "approval.create", approval: request }, start(newId(NOW), request.id)])));
    assert.equal((await store.commit(unit([start(newId(NOW), request.id)]))).ok, false);
    assert.equal((await store.commit(unit([start(newId(NOW), "no such approval")]))).ok, false);
  });
}

function keyCases(opener: Opener): void {
  it("keys: found by hash, listed, and revoked at once", async (test) => {
    const store = await opener(test).open();
    const agent = createKey({ owner: "alice", role: "agent", agentIds: ["agent-1", "agent-2"], now: NOW, expiresAt: NOW + 1000 });
    const approver = createKey({ owner: "bob", role: "approver", level: "VP", now: NOW });
    for (const { stored: key } of [agent, approver]) stored(await store.commit(unit([{ type: "key.create", key }])));
    assert.deepEqual(store.keyByHash(hashKey(agent.key)), agent.stored);
    assert.equal(store.keyByHash(hashKey("another")), null);
    assert.deepEqual(store.keys(), [agent.stored, approver.stored]);
    stored(await store.commit(unit([{ type: "key.revoke", id: agent.stored.id, at: NOW }])));
    const revoked = store.keyByHash(hashKey(agent.key))!;
    assert.deepEqual([revoked.revokedAt, isUsable(revoked, NOW)], [NOW, false]);
    assert.equal((await store.commit(unit([{ type: "key.revoke", id: agent.stored.id, at: NOW }]))).ok, false);
    assert.equal((await store.commit(unit([{ type: "key.create", key: agent.stored }]))).ok, false);
  });
}

function unitCases(opener: Opener): void {
  const conflicting: readonly { readonly title: string; readonly unit: (id: string) => Unit }[] = [
    { title: "an unknown approval", unit: () => unit([move("none", { from: "pending", to: "approved" })]) },
    { title: "an audit id that exists", unit: (id) => unit([{ type: "history.add", event: historyEvent() }], [draft(), draft({ id })]) },
    {
      title: "a last change that does not fit",
      unit: () =>
        unit([
          { type: "history.add", event: historyEvent() },
          { type: "key.revoke", id: "none", at: NOW },
        ]),
    },
  ];
  for (const { title, unit: conflict } of conflicting) {
    it(`units: all or nothing, and neighbours stay: ${title}`, async (test) => {
      const store = await opener(test).open();
      const known = draft();
      stored(await store.commit(unit([], [known])));
      const neighbour = () => store.commit(unit([{ type: "history.add", event: historyEvent() }]));
      const [before, refused, after] = await Promise.all([neighbour(), store.commit(conflict(known.id)), neighbour()]);
      assert.deepEqual([stored(before).records[0]!.sequence, refused.ok, stored(after).records[0]!.sequence], [2, false, 3]);
      const { agentId, sessionId, codeDigest } = historyEvent();
      assert.equal(store.session({ agentId, sessionId, codeDigest, since: 0, acrossSessions: false }).submissions, 2);
      assert.deepEqual(verifyLog(store), { ok: true, ...store.head() });
    });
  }

  it("units: a commit is seen by the next read", async (test) => {
    const store = await opener(test).open();
    for (let round = 1; round <= 50; round++) {
      const entry = draft();
      await store.commit(unit([], [entry]));
      assert.equal(store.entry(entry.id)?.sequence, round);
    }
  });

  it("units: hundreds at once get one place each, without gaps", async (test) => {
    const store = await opener(test).open();
    const units = Array.from({ length: 600 }, () => unit([{ type: "history.add", event: historyEvent() }]));
    const results = await Promise.all(units.map((each) => store.commit(each)));
    assert.deepEqual(
      results.map((result) => stored(result).records[0]!.sequence),
      units.map((_, index) => index + 1),
    );
    assert.deepEqual(verifyLog(store), { ok: true, ...store.head() });
  });

  it("answers a ping, and nothing after it was closed", async (test) => {
    const store = await opener(test).open();
    await store.ping();
    await store.close();
    await assert.rejects(store.commit(unit()), { name: "StoreError", code: "unavailable" });
    await assert.rejects(store.ping(), { name: "StoreError", code: "unavailable" });
    assert.throws(() => store.head(), { name: "StoreError", code: "unavailable" });
  });
}
