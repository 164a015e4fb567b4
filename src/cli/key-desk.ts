/**
 * Where keys are managed: at the running server, over its API, so that a change holds at once; or in the store itself, when
 * no server holds the data directory.
 */
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join, resolve } from "node:path";
import type { ApprovalLevel, Role } from "../../layers/model.ts";
import { addKey, type KeyParts, revokeKey, rotateKey } from "../engine/keys.ts";
import type { Caller } from "../engine/record.ts";
import type { Result } from "../engine/refusal.ts";
import { readServerAddress } from "../server-address.ts";
import { openStore } from "../store/open-store.ts";
import { type StoredKey, StoreError } from "../store/store.ts";
import { CliError } from "./cli-error.ts";
import type { Settings } from "./load-settings.ts";

/** As the API shows it. */
export type KeyView = {
  readonly id: string;
  readonly prefix: string;
  readonly owner: string;
  readonly role: Role;
  readonly level: ApprovalLevel | null;
  readonly agent_ids: readonly string[] | null;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
};
type KeyPage = { readonly items: readonly KeyView[]; readonly next_cursor: string | null };
export type KeyWish = Pick<KeyView, "owner" | "role" | "level" | "agent_ids" | "expires_at">;
export type NewKeyView = KeyView & { readonly key: string };

export type KeyDesk = {
  /** For people: `http://127.0.0.1:5000` or the data directory. */
  readonly place: string;
  list(): Promise<readonly KeyView[]>;
  create(wish: KeyWish): Promise<NewKeyView>;
  revoke(id: string): Promise<KeyView>;
  rotate(id: string): Promise<NewKeyView>;
  close(): Promise<void>;
};

type DeskOptions = {
  /** A server elsewhere, with the key of the configuration. */
  readonly url?: string | undefined;
  /** Whether a store is made where there is none. */
  readonly mayCreate: boolean;
};

/** Throws CliError when neither is possible. */
export async function openKeyDesk({ config }: Settings, { url, mayCreate }: DeskOptions): Promise<KeyDesk> {
  const dataDir = resolve(process.cwd(), config.server.data_dir);
  if (url !== undefined) return serverDesk(url, () => administratorKey(dataDir, config.api_key));
  try {
    const store = await openStore({ dataDir, mustExist: !mayCreate });
    return storeDesk({ store, clock: Date.now }, dataDir);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const elsewhere = error.code === "unavailable" ? "name the server's directory with --data-dir" : null;
    if (error.code !== "locked") throw new CliError(`cannot open the store: ${error.message}`, elsewhere);
    const address = readServerAddress(dataDir);
    if (address === null) throw new CliError(error.message, "if that is a server elsewhere, name it with --url");
    return serverDesk(address, () => administratorKey(dataDir, config.api_key));
  }
}

function administratorKey(dataDir: string, configured: string | null): string {
  if (configured !== null) return configured;
  const path = join(dataDir, "admin.key");
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    throw new CliError(`cannot read the administrator's key in ${path}`, "set AGENTGUARD_API_KEY to it");
  }
}

const TRUST = "name it with --url as its certificate does, and set NODE_EXTRA_CA_CERTS to the file of the certificate's issuer";

function serverDesk(url: string, key: () => string): KeyDesk {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    let response: Response;
    try {
      response = await fetch(new URL(`/api/v1/keys${path}`, url), {
        method,
        headers: { authorization: `Bearer ${key()}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        signal: AbortSignal.timeout(30_000),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      if (error instanceof CliError) throw error;
      const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
      const code = cause?.code ?? (error as Error).message;
      throw new CliError(`the server at ${url} does not answer (${code})`, /CERT|TLS/.test(code) ? TRUST : null);
    }
    const answer = (await response.json().catch(() => null)) as { readonly detail?: string } | null;
    if (!response.ok) throw new CliError(`the server at ${url} refused: ${answer?.detail ?? `status ${response.status}`}`);
    return answer;
  };
  return {
    place: url,
    list: async () => {
      const keys: KeyView[] = [];
      let cursor: string | null = null;
      do {
        const page = (await call("GET", `?limit=200${cursor === null ? "" : `&cursor=${cursor}`}`)) as KeyPage;
        keys.push(...page.items);
        cursor = page.next_cursor;
      } while (cursor !== null);
      return keys;
    },
    create: async (wish) => (await call("POST", "", wish)) as NewKeyView,
    revoke: async (id) => (await call("DELETE", `/${encodeURIComponent(id)}`)) as KeyView,
    rotate: async (id) => (await call("POST", `/${encodeURIComponent(id)}/rotate`)) as NewKeyView,
    close: async () => undefined,
  };
}

function storeDesk(parts: KeyParts, dataDir: string): KeyDesk {
  // Who may write the store is the administrator of it; the audit entry says which user that was.
  const principal = { keyId: "command-line", owner: `user ${userInfo().username}`, role: "admin", level: null, agentIds: null } as const;
  const caller: Caller = { principal, requestId: null };
  return {
    place: dataDir,
    list: async () =>
      parts.store
        .keys()
        .toSorted((a, b) => b.createdAt - a.createdAt)
        .map(view),
    create: async ({ owner, role, level, agent_ids, expires_at }) => {
      const expiresAt = expires_at === null ? null : Date.parse(expires_at);
      const { key, stored } = granted(await addKey(parts, { owner, role, level, agentIds: agent_ids, expiresAt }, caller));
      return { ...view(stored), key };
    },
    revoke: async (id) => view(granted(await revokeKey(parts, id, caller))),
    rotate: async (id) => {
      const { key, stored } = granted(await rotateKey(parts, id, caller));
      return { ...view(stored), key };
    },
    close: () => parts.store.close(),
  };
}

function granted<T>(result: Result<T>): T {
  if (!result.ok) throw new CliError(result.refusal.detail);
  return result.value;
}

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

function view(key: StoredKey): KeyView {
  const { id, prefix, owner, role, level, agentIds, createdAt, expiresAt, revokedAt } = key;
  const times = { created_at: new Date(createdAt).toISOString(), expires_at: iso(expiresAt), revoked_at: iso(revokedAt) };
  return { id, prefix, owner, role, level, agent_ids: agentIds, ...times };
}
