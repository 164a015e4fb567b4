/** Requests with an `Idempotency-Key`: reserved once, answered once, forgotten when they have expired. */
import assert from "node:assert/strict";
import { it } from "node:test";
import type { Change } from "../../src/store/store.ts";
import type { Opener } from "./opener.ts";
import { NOW, stored, unit } from "./samples.ts";

const request = { id: "r".repeat(64), requestDigest: "d".repeat(64), createdAt: NOW, expiresAt: NOW + 1000 };
const answer = { status: 201, sealedBody: "c2VhbGVk", rulesVersion: "rules-1", configVersion: "config-1" };
const only = (change: Change) => unit([change], []);
const reserve = (fields: Partial<typeof request> = {}) => only({ type: "idempotency.reserve", request: { ...request, ...fields } });

export function idempotencyCases(opener: Opener): void {
  it("idempotent requests: reserved once, answered once, the same after reopening", async (test) => {
    const database = opener(test);
    const store = await database.open();
    assert.equal(store.idempotentRequest(request.id), null);
    stored(await store.commit(reserve()));
    assert.deepEqual(store.idempotentRequest(request.id), { ...request, answer: null });
    assert.equal((await store.commit(reserve({ requestDigest: "other" }))).ok, false);
    stored(await store.commit(only({ type: "idempotency.answer", id: request.id, answer })));
    assert.equal((await store.commit(only({ type: "idempotency.answer", id: request.id, answer: { ...answer, status: 200 } }))).ok, false);
    stored(await store.commit(only({ type: "idempotency.release", id: request.id })));
    const again = await database.open();
    assert.deepEqual(again.idempotentRequest(request.id), { ...request, answer }, "an answer is not released");
  });

  it("idempotent requests: a released or expired one makes room, and only those", async (test) => {
    const store = await opener(test).open();
    stored(await store.commit(reserve()));
    stored(await store.commit(only({ type: "idempotency.release", id: request.id })));
    assert.equal(store.idempotentRequest(request.id), null);
    stored(await store.commit(reserve()));
    const later = { createdAt: request.expiresAt, expiresAt: request.expiresAt + 1000, requestDigest: "later" };
    assert.equal((await store.commit(reserve({ ...later, createdAt: request.expiresAt - 1 }))).ok, false);
    stored(await store.commit(reserve(later)));
    assert.equal(store.idempotentRequest(request.id)?.requestDigest, "later");
    stored(await store.commit(reserve({ id: "other" })));
    stored(await store.commit(only({ type: "idempotency.purge", at: request.expiresAt })));
    assert.deepEqual([store.idempotentRequest("other"), store.idempotentRequest(request.id)?.requestDigest], [null, "later"]);
  });
}
