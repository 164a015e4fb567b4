/** The ledger of idempotent requests where it is hard to reach over HTTP: stops in the middle, a store that fails, expiry. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createLedger } from "../../src/engine/idempotency.ts";
import { buildParts } from "./build-parts.ts";

const CLAIM = { id: "id", requestDigest: "digest", judged: true };
const ANSWER = { status: 200, sealedBody: "sealed" };
/** As `buildParts` sets it. */
const LIFE_MS = 1000;
const codeOf = (result: { ok: boolean; refusal?: { code: string } }): string => (result.ok ? "ok" : result.refusal!.code);

test("a server that stopped in the middle: the work is not done again, whoever asks", async () => {
  const { parts, close } = await buildParts();
  try {
    assert.deepEqual(await createLedger(parts).claim(CLAIM), { ok: true, value: null });
    const next = createLedger({ ...parts, inFlight: new Map() });
    assert.equal(codeOf(await next.claim(CLAIM)), "idempotency.unknown_outcome");
    assert.equal(codeOf(await next.claim({ ...CLAIM, requestDigest: "other" })), "idempotency.other_request");
  } finally {
    await close();
  }
});

test("abandoned is as if stopped; released is as if never asked; answered is answered", async () => {
  const { parts, close } = await buildParts();
  try {
    const ledger = createLedger(parts);
    await ledger.claim(CLAIM);
    assert.equal(codeOf(await ledger.claim(CLAIM)), "idempotency.in_flight");
    ledger.abandon(CLAIM.id);
    assert.equal(codeOf(await ledger.claim(CLAIM)), "idempotency.unknown_outcome");
    await ledger.release(CLAIM.id);
    assert.deepEqual(await ledger.claim(CLAIM), { ok: true, value: null });
    assert.equal(await ledger.answer(CLAIM.id, ANSWER), true);
    const { rulesVersion, configVersion } = parts.settings;
    assert.deepEqual(await ledger.claim(CLAIM), { ok: true, value: { ...ANSWER, rulesVersion, configVersion } });
  } finally {
    await close();
  }
});

test("other rules or another configuration: a decision is not repeated, anything else is", async () => {
  const { parts, close } = await buildParts();
  try {
    const ledger = createLedger(parts);
    await ledger.claim(CLAIM);
    await ledger.answer(CLAIM.id, ANSWER);
    for (const change of [{ rulesVersion: "rules-2" }, { configVersion: "config-2" }]) {
      const later = createLedger({ ...parts, settings: { ...parts.settings, ...change } });
      assert.equal(codeOf(await later.claim(CLAIM)), "idempotency.rules_changed");
      assert.equal(codeOf(await later.claim({ ...CLAIM, judged: false })), "ok");
    }
  } finally {
    await close();
  }
});

test("answers expire, and are forgotten", async () => {
  const { parts, clock, close } = await buildParts();
  try {
    const ledger = createLedger(parts);
    await ledger.claim(CLAIM);
    await ledger.answer(CLAIM.id, ANSWER);
    clock.now += LIFE_MS - 1;
    await ledger.purge();
    assert.equal(codeOf(await ledger.claim({ ...CLAIM, requestDigest: "other" })), "idempotency.other_request");
    clock.now += 1;
    assert.deepEqual(await ledger.claim({ ...CLAIM, requestDigest: "other" }), { ok: true, value: null });
    clock.now += LIFE_MS;
    await ledger.purge();
    assert.equal(parts.store.idempotentRequest(CLAIM.id), null);
  } finally {
    await close();
  }
});

test("a reservation that cannot be stored: refused, and nothing is in the way of the next try", async () => {
  let broken = true;
  const { parts, close } = await buildParts();
  try {
    const commit: typeof parts.store.commit = (unit) => (broken ? Promise.reject(new Error("disk full")) : parts.store.commit(unit));
    const ledger = createLedger({ ...parts, store: { ...parts.store, commit } });
    assert.equal(codeOf(await ledger.claim(CLAIM)), "store.unavailable");
    broken = false;
    assert.deepEqual(await ledger.claim(CLAIM), { ok: true, value: null });
    broken = true;
    assert.equal(await ledger.answer(CLAIM.id, ANSWER), false);
    broken = false;
    assert.equal(codeOf(await ledger.claim(CLAIM)), "idempotency.unknown_outcome", "the work was done, and is not done again");
  } finally {
    await close();
  }
});
