/** Keys of others: created, revoked, replaced; each change and its audit entry are one transaction. */
import { createKey } from "../store/api-key.ts";
import type { StoredKey, Unit } from "../store/store.ts";
import { keyFault, type NewKey } from "./keyring.ts";
import type { EngineParts } from "./parts.ts";
import { type Caller, keyEntry } from "./record.ts";
import { done, type Result, refuse, unrecorded } from "./refusal.ts";

/** A command without a server has these two and nothing else. */
export type KeyParts = Pick<EngineParts, "store" | "clock">;
/** `key` exists nowhere else. */
export type CreatedKey = { readonly key: string; readonly stored: StoredKey };

export async function addKey(parts: KeyParts, wish: NewKey, caller: Caller): Promise<Result<CreatedKey>> {
  const now = parts.clock();
  if (wish.role === "admin" && caller.principal.role !== "admin") {
    return refuse("forbidden", "key.not_admin", "only an administrator creates keys of administrators");
  }
  const fault = keyFault(wish, now);
  if (fault !== null) return refuse("unprocessable", "key.invalid", fault);
  const created = createKey({ ...wish, now });
  const unit: Unit = {
    audit: [keyEntry(parts, "created", created.stored, caller)],
    changes: [{ type: "key.create", key: created.stored }],
  };
  return store(parts, unit, created, "the key");
}

export async function revokeKey(parts: KeyParts, id: string, caller: Caller): Promise<Result<StoredKey>> {
  const found = changeable(parts, id, caller);
  if (!found.ok) return found;
  const at = parts.clock();
  const unit: Unit = { audit: [keyEntry(parts, "revoked", found.value, caller)], changes: [{ type: "key.revoke", id, at }] };
  return store(parts, unit, { ...found.value, revokedAt: at }, "the revocation");
}

/** A new key with everything that the old one had, which stops working in the same transaction. */
export async function rotateKey(parts: KeyParts, id: string, caller: Caller): Promise<Result<CreatedKey>> {
  const found = changeable(parts, id, caller);
  if (!found.ok) return found;
  const now = parts.clock();
  const { owner, role, level, agentIds, expiresAt } = found.value;
  const fault = keyFault({ owner, role, level, agentIds, expiresAt }, now);
  if (fault !== null) return refuse("unprocessable", "key.invalid", `${fault}: create a new key instead`);
  const created = createKey({ owner, role, level, agentIds, expiresAt, now });
  const unit: Unit = {
    audit: [keyEntry(parts, "created", created.stored, caller), keyEntry(parts, "revoked", found.value, caller)],
    changes: [
      { type: "key.revoke", id, at: now },
      { type: "key.create", key: created.stored },
    ],
  };
  return store(parts, unit, created, "the new key");
}

function changeable(parts: KeyParts, id: string, caller: Caller): Result<StoredKey> {
  const key = parts.store.keys().find((each) => each.id === id);
  if (key === undefined) return refuse("not_found", "key.unknown", "there is no key with this id");
  if (key.role === "admin" && caller.principal.role !== "admin") {
    return refuse("forbidden", "key.not_admin", "only an administrator revokes keys of administrators");
  }
  return done(key);
}

/** A conflict can only be the revocation of a key that is revoked. */
async function store<T>(parts: KeyParts, unit: Unit, value: T, what: string): Promise<Result<T>> {
  try {
    const result = await parts.store.commit(unit);
    return result.ok ? done(value) : refuse("conflict", "key.revoked", "this key has been revoked already");
  } catch {
    return unrecorded(what);
  }
}
