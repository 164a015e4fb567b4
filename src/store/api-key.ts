/**
 * API keys: 256 random bits, shown once, kept only as a hash.
 */
import { hash, randomBytes } from "node:crypto";
import type { ApprovalLevel, Role } from "../../layers/model.ts";
import { newId } from "./new-id.ts";
import type { StoredKey } from "./store.ts";

export type KeyRequest = {
  readonly owner: string;
  readonly role: Role;
  /** Approvers only: the highest level they may approve. */
  readonly level?: ApprovalLevel | null;
  /** Agent keys only: the agent ids that the key may speak for. */
  readonly agentIds?: readonly string[] | null;
  /** ms since the epoch. */
  readonly now: number;
  readonly expiresAt?: number | null;
};

/** A fresh key `ag_<role>_<43 base64url characters>` and what is stored of it. `key` exists nowhere else. */
export function createKey(request: KeyRequest): { readonly key: string; readonly stored: StoredKey } {
  const label = `ag_${request.role}_`;
  const key = label + randomBytes(32).toString("base64url");
  const stored: StoredKey = {
    id: newId(request.now),
    // Enough to recognise the key by; 232 bits stay unknown.
    prefix: key.slice(0, label.length + 4),
    hash: hashKey(key),
    owner: request.owner,
    role: request.role,
    level: request.level ?? null,
    agentIds: request.agentIds ?? null,
    createdAt: request.now,
    expiresAt: request.expiresAt ?? null,
    revokedAt: null,
  };
  return { key, stored };
}

/** SHA-256, lower-case hex: a key of 256 random bits needs neither salt nor stretching. */
export function hashKey(key: string): string {
  return hash("sha256", key, "hex");
}

/** Whether the key may be used at `now` (ms since the epoch). */
export function isUsable(key: StoredKey, now: number): boolean {
  return key.revokedAt === null && (key.expiresAt === null || now < key.expiresAt);
}
