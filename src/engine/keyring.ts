/**
 * Who is calling. Keys are looked up by hash on every request, so that a revoked key is refused at once; the bootstrap
 * administrator's key is held beside the store, because it must work before there is anything in the store.
 */
import { timingSafeEqual } from "node:crypto";
import type { ApprovalLevel, Principal, Role } from "../../layers/model.ts";
import { hashKey, isUsable } from "../store/api-key.ts";
import type { KeyReader, StoredKey } from "../store/store.ts";

export const BOOTSTRAP_KEY_ID = "bootstrap";
const BOOTSTRAP: Principal = { keyId: BOOTSTRAP_KEY_ID, owner: "administrator", role: "admin", level: null, agentIds: null };

export type Authenticated =
  | { readonly ok: true; readonly principal: Principal }
  | { readonly ok: false; readonly why: "unknown" | "revoked" | "expired" };

export type Keyring = {
  authenticate(key: string, now: number): Authenticated;
  /** True while the bootstrap administrator holds the only key that works. */
  isSole(now: number): boolean;
};

/** `bootstrapHash`: SHA-256 hex of the administrator's key. */
export function createKeyring(keys: KeyReader, bootstrapHash: string): Keyring {
  const bootstrap = Buffer.from(bootstrapHash, "hex");
  return {
    authenticate(key, now) {
      const hash = hashKey(key);
      if (timingSafeEqual(Buffer.from(hash, "hex"), bootstrap)) return { ok: true, principal: BOOTSTRAP };
      const stored = keys.keyByHash(hash);
      if (stored === null) return { ok: false, why: "unknown" };
      if (stored.revokedAt !== null) return { ok: false, why: "revoked" };
      return isUsable(stored, now) ? { ok: true, principal: principalOf(stored) } : { ok: false, why: "expired" };
    },
    isSole: (now) => !keys.keys().some((key) => isUsable(key, now)),
  };
}

function principalOf(key: StoredKey): Principal {
  return { keyId: key.id, owner: key.owner, role: key.role, level: key.level, agentIds: key.agentIds };
}

export type NewKey = {
  readonly owner: string;
  readonly role: Role;
  readonly level: ApprovalLevel | null;
  readonly agentIds: readonly string[] | null;
  readonly expiresAt: number | null;
};

/** What is wrong with the wish for a key, or null. */
export function keyFault(wish: NewKey, now: number): string | null {
  if (wish.role === "agent" && wish.agentIds === null)
    return "`agent_ids` is required for an agent key: it says which agents the key may speak for";
  if (wish.role !== "agent" && wish.agentIds !== null) return "`agent_ids` belongs to agent keys only";
  if (wish.role === "approver" && wish.level === null) return "`level` is required for an approver key";
  if (wish.role !== "approver" && wish.level !== null) return "`level` belongs to approver keys only";
  if (wish.expiresAt !== null && wish.expiresAt <= now) return "`expires_at` is in the past";
  return null;
}
