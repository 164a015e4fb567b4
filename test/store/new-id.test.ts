import assert from "node:assert/strict";
import { it } from "node:test";
import { newId } from "../../src/store/new-id.ts";
import { fc } from "../properties.ts";

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

it("ids are UUIDs of version 7 that carry their time", () => {
  const now = Date.UTC(2026, 0, 15) + 0.75;
  const id = newId(now);
  assert.match(id, UUID_V7);
  assert.equal(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16), Math.floor(now));
});

it("ids strictly increase: in one ms, past the counter, and when the clock jumps back", () => {
  const start = Date.UTC(2026, 1, 1);
  let last = newId(start);
  const check = (now: number) => {
    const id = newId(now);
    assert.ok(id > last, `${id} after ${last}`);
    assert.match(id, UUID_V7);
    last = id;
  };
  for (let count = 0; count < 10_000; count++) check(start);
  fc.assert(fc.property(fc.integer({ min: start - 5000, max: start + 5000 }), check));
});

it("ids are not guessable from one another", () => {
  const now = Date.UTC(2026, 2, 1);
  const tails = new Set(Array.from({ length: 2000 }, () => newId(now).slice(19)));
  assert.equal(tails.size, 2000);
});
