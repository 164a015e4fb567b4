/** The client: one function for each operation of the server that an agent, or who approves for it, needs. */
import type {
  Analysis,
  AnalyzeRequest,
  Approval,
  ApprovalAnswer,
  Contract,
  Decision,
  EnforceRequest,
  ExecuteRequest,
  ExecuteResponse,
  Health,
} from "./api-types.ts";
import { Denied, NotExecuted } from "./errors.ts";
import { readAnalysis, readDecision, readExecution, readObject } from "./read-answer.ts";
import { createTransport } from "./transport.ts";

export type ClientOptions = {
  /** `http://localhost:5000` when absent. */
  readonly baseUrl?: string;
  readonly apiKey?: string;
  /** For each call as a whole, in ms; 30,000 when absent. Above the server's limit for a run (15,000) to see its answer. */
  readonly timeoutMs?: number;
};

/** Asked again with the same `idempotencyKey` (after `timed_out`, say), the server answers again and decides, or runs, only once. */
export type CallOptions = { readonly idempotencyKey?: string };

/**
 * INVARIANT: a decision that is returned came with status 200 and is one that this client knows; everything else rejects
 * with AgentGuardError.
 */
export type AgentGuardClient = {
  /** What the static layers say. Not a decision: nothing is recorded. */
  analyze(request: AnalyzeRequest): Promise<Analysis>;
  /** The decision, also when it is no. */
  enforce(request: EnforceRequest, options?: CallOptions): Promise<Decision>;
  /** The decision, and what running gave when it was allowed. */
  execute(request: ExecuteRequest, options?: CallOptions): Promise<ExecuteResponse>;
  /** Like `execute`, but resolves only when the code ran to its end. Rejects with Denied or NotExecuted otherwise. */
  executeIfAllowed(request: ExecuteRequest, options?: CallOptions): Promise<ExecuteResponse>;
  getApproval(approvalId: string): Promise<Approval>;
  /** Who approves is the owner of this client's key; `approver` is kept beside it as a label. */
  approve(approvalId: string, approver: string, conditions?: unknown): Promise<ApprovalAnswer>;
  reject(approvalId: string, approver: string, reason: string): Promise<ApprovalAnswer>;
  health(): Promise<Health>;
  /** What the server guarantees, and what not. */
  contract(): Promise<Contract>;
  /** Prometheus text. */
  metrics(): Promise<string>;
};

/** Throws TypeError when an option cannot work. */
export function createClient(options: ClientOptions = {}): AgentGuardClient {
  const { baseUrl = "http://localhost:5000", apiKey = null, timeoutMs = 30_000 } = options;
  const send = createTransport({ baseUrl, apiKey, timeoutMs });
  const get = async (path: string) => readObject(await send("GET", path));
  const post = async (path: string, body: object, { idempotencyKey }: CallOptions = {}) =>
    readObject(await send("POST", path, { ...body }, idempotencyKey));
  const execute = async (request: ExecuteRequest, call?: CallOptions) => readExecution(await post("/api/v1/execute", request, call));
  return {
    analyze: async (request) => readAnalysis(await post("/api/v1/analyze", request)),
    enforce: async (request, call) => readDecision(await post("/api/v1/enforce", request, call)),
    execute,
    executeIfAllowed: async (request, call) => completed(await execute(request, call)),
    getApproval: async (id) => (await get(approvalPath(id))) as Approval,
    approve: async (id, approver, conditions) => (await post(`${approvalPath(id)}/approve`, { approver, conditions })) as ApprovalAnswer,
    reject: async (id, approver, reason) => (await post(`${approvalPath(id)}/reject`, { approver, reason })) as ApprovalAnswer,
    health: async () => (await get("/api/v1/health")) as Health,
    contract: async () => (await get("/api/v1/contract")) as Contract,
    metrics: () => send("GET", "/api/v1/metrics"),
  };
}

/** Throws Denied unless the decision is ALLOW. */
export function requireAllowed(decision: Decision): void {
  if (decision.decision !== "ALLOW") throw new Denied(decision);
}

function completed(execution: ExecuteResponse): ExecuteResponse {
  requireAllowed(execution as Decision);
  if (!execution.executed || execution.execution.status !== "completed") throw new NotExecuted(execution);
  return execution;
}

function approvalPath(id: string): string {
  if (id === "" || id === "." || id === "..") throw new TypeError(`${JSON.stringify(id)} is no approval id`);
  return `/api/v1/approval/${encodeURIComponent(id)}`;
}
