/** Pages of approval requests, with only what the caller may see. */
import { APPROVAL_LEVELS, type ApprovalLevel, type Principal } from "../../layers/model.ts";
import type { Approval, ApprovalStatus } from "../store/store.ts";
import { maySee, statusNow } from "./approvals.ts";
import type { EngineParts } from "./parts.ts";

export type ListRequest = {
  readonly status?: ApprovalStatus;
  readonly agentId?: string;
  readonly sessionId?: string;
  readonly level?: ApprovalLevel;
  /** Owner of the key that submitted. */
  readonly submittedBy?: string;
  /** Asked for at or after, and before; ms since the epoch. */
  readonly from?: number;
  readonly to?: number;
  readonly before?: string;
  readonly limit: number;
};
export type ApprovalPage = {
  readonly items: readonly Approval[];
  /** Id to continue before, null at the end. */
  readonly next: string | null;
};

const BATCH = 200;
/** Rows looked at for one page, at most; a page that ends here is short but has a cursor. */
const MAX_ROWS = 10_000;

/** Statuses that lapse by the clock are stored under another name until somebody touches them. */
const storedStatus = (status: ApprovalStatus | undefined): ApprovalStatus | undefined => (status === "expired" ? undefined : status);

export function listApprovals({ store, approvals, clock }: EngineParts, principal: Principal, request: ListRequest): ApprovalPage {
  const now = clock();
  const status = storedStatus(request.status);
  const agentId = request.agentId ?? (principal.agentIds?.length === 1 ? principal.agentIds[0] : undefined);
  const { sessionId, submittedBy, from, to } = request;
  const mayDecide = (level: ApprovalLevel) => principal.role !== "approver" || approvals.covers(principal.level, level);
  const levels = APPROVAL_LEVELS.filter((level) => mayDecide(level) && (request.level === undefined || request.level === level));
  if (levels.length === 0) return { items: [], next: null };
  const filter = {
    ...(status === undefined ? {} : { status }),
    ...(agentId === undefined ? {} : { agentId }),
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(submittedBy === undefined ? {} : { submittedBy }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(levels.length === APPROVAL_LEVELS.length ? {} : { levels }),
  };
  const items: Approval[] = [];
  let before = request.before;
  for (let seen = 0; seen < MAX_ROWS; seen += BATCH) {
    const rows = store.approvals({ ...filter, ...(before === undefined ? {} : { before }), limit: BATCH });
    for (const row of rows) {
      before = row.id;
      if (!maySee(approvals, principal, row) || (request.status !== undefined && statusNow(row, now) !== request.status)) continue;
      items.push(row);
      // One page may end exactly at the last row; the next one is then empty, which costs nothing but a request.
      if (items.length === request.limit) return { items, next: before };
    }
    if (rows.length < BATCH) return { items, next: null };
  }
  return { items, next: before ?? null };
}
