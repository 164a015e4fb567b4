import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { it } from "node:test";
import { createKey, hashKey, isUsable } from "../../src/store/api-key.ts";
import { NOW } from "./samples.ts";

it("a key is 256 random bits that name their role, and only its hash is stored", () => {
  const { key, stored } = createKey({ owner: "alice", role: "approver", level: "VP", now: NOW });
  assert.match(key, /^ag_approver_[A-Za-z0-9_-]{43}$/);
  assert.equal(stored.hash, createHash("sha256").update(key).digest("hex"));
  assert.equal(stored.hash, hashKey(key));
  assert.equal(stored.prefix, key.slice(0, "ag_approver_".length + 4));
  assert.ok(!JSON.stringify(stored).includes(key.slice(-39)));
  assert.deepEqual(
    [stored.owner, stored.role, stored.level, stored.agentIds, stored.createdAt, stored.expiresAt, stored.revokedAt],
    ["alice", "approver", "VP", null, NOW, null, null],
  );
  assert.notEqual(createKey({ owner: "alice", role: "approver", now: NOW }).key, key);
});

for (const { title, expiresAt, revokedAt, now, usable } of [
  { title: "without an end", expiresAt: null, revokedAt: null, now: NOW + 1e12, usable: true },
  { title: "before its end", expiresAt: NOW + 1, revokedAt: null, now: NOW, usable: true },
  { title: "at its end", expiresAt: NOW, revokedAt: null, now: NOW, usable: false },
  { title: "revoked", expiresAt: null, revokedAt: NOW, now: NOW, usable: false },
]) {
  it(`a key ${title} is ${usable ? "usable" : "not usable"}`, () => {
    const { stored } = createKey({ owner: "alice", role: "agent", agentIds: ["a"], now: NOW });
    assert.equal(isUsable({ ...stored, expiresAt, revokedAt }, now), usable);
  });
}
