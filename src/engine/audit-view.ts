/** Who may see which entry of the audit log: auditors, operators and administrators all of it, agents their own decisions. */
import type { Principal } from "../../layers/model.ts";
import type { AuditRecord } from "../store/store.ts";
import { speaksFor } from "./approvals.ts";
import type { EngineParts } from "./parts.ts";
import { done, type Result, refuse } from "./refusal.ts";

export function showEntry({ store }: Pick<EngineParts, "store">, id: string, principal: Principal): Result<AuditRecord> {
  const entry = store.entry(id);
  if (principal.role === "agent") {
    const own = entry !== null && entry.type === "decision" && entry.agentId !== null && speaksFor(principal, entry.agentId);
    // The same answer for what is another's and for what is not there, so that ids cannot be tried out.
    return own ? done(entry) : refuse("forbidden", "audit.foreign", "an agent key sees decisions about its own agents only");
  }
  return entry === null ? refuse("not_found", "audit.unknown", "there is no audit entry with this id") : done(entry);
}
