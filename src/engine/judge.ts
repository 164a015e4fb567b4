/** Analysis, then the layers, then the decision: everything up to the moment when something must be recorded. */
import type { AnalysisResult, Program } from "../../analysis/effects.ts";
import { decide } from "../../layers/decide.ts";
import type { LayerInput } from "../../layers/layer.ts";
import {
  type ApprovalRef,
  type Decision,
  LAYER_IDS,
  type LayerId,
  type LayerVerdict,
  type Role,
  type Submission,
} from "../../layers/model.ts";
import { newId } from "../store/new-id.ts";
import type { Approval } from "../store/store.ts";
import { acceptedClaims } from "./claims.ts";
import type { ApprovalQuestion, JudgeParts } from "./parts.ts";
import { done, type Result, refuse } from "./refusal.ts";
import { askLayer, type LayerSlot, requireAnalysis } from "./run-layers.ts";

export type Judged = {
  readonly submission: Submission;
  readonly decision: Decision;
  /** Null when analysis failed. */
  readonly program: Program | null;
  /** The question for a person, when the decision is REQUIRES_APPROVAL. */
  readonly draft: (ApprovalQuestion & { readonly id: string }) | null;
  /** ms since the epoch, and ms spent so far. */
  readonly at: number;
  readonly latencyMs: number;
};

export type JudgeRequest = {
  readonly submission: Submission;
  readonly mode: LayerInput["mode"];
  /** Whose claims count: the key's role, or nobody's. */
  readonly speaker: Role | "anonymous";
  /** Present on a run under an approval. */
  readonly approval?: Approval;
  /** An analysis of exactly this code that is under way. */
  readonly analysis?: Analysing | null;
};

/** Never rejects; `busy` when the queue is full. */
export type Analysing = Promise<AnalysisResult | "busy">;

const STATIC_LAYERS: readonly LayerId[] = [1, 2, 3];

/** Refuses only when the analysis queue is full; every other fault becomes a verdict and so a BLOCK (INVARIANT 1). */
export async function judge(parts: JudgeParts, request: JudgeRequest): Promise<Result<Judged>> {
  const started = performance.now();
  const { submission, mode } = request;
  const at = parts.clock();
  const analysing = request.analysis ?? analyse(parts, submission, mode === "analyze");
  // While a worker reads the code, layers that look things up can do so.
  if (mode !== "analyze") for (const layer of parts.layers) layer.prepare?.(submission, at);
  const analysis = await analysing;
  if (analysis === "busy")
    return refuse("busy", "server.busy", "too many submissions are waiting for analysis; try again", { retryAfter: 1 });
  const input: Omit<LayerInput, "prior"> = {
    submission,
    analysis,
    mode,
    acceptedClaims: acceptedClaims(parts.settings.claims, request.speaker, submission.context),
    now: at,
  };
  const raw = await askAll(parts, input, request.approval);
  const verdicts = requireAnalysis(raw.final, analysis);
  const draft = draftFor(parts, verdicts, raw.undischarged, at);
  const { rulesVersion, configVersion } = parts.settings;
  const approval = draft !== null ? { id: draft.id, level: draft.level, expiresAt: iso(draft.expiresAt) } : refOf(request.approval);
  const decision = decide({
    id: newId(at),
    verdicts,
    submission,
    rulesVersion,
    configVersion,
    scope: mode === "analyze" ? "static" : "all",
    ...(approval === undefined ? {} : { approval }),
  });
  const asked = decision.decision === "REQUIRES_APPROVAL" && mode !== "analyze" ? draft : null;
  const program = analysis.ok ? analysis.program : null;
  return done({ submission, decision, program, draft: asked, at, latencyMs: performance.now() - started });
}

const iso = (at: number): string => new Date(at).toISOString();

const refOf = (approval: Approval | undefined): ApprovalRef | undefined =>
  approval === undefined ? undefined : { id: approval.id, level: approval.level, expiresAt: iso(approval.expiresAt) };

export async function analyse(
  parts: JudgeParts,
  { code, language, codeDigest }: Pick<Submission, "code" | "language" | "codeDigest">,
  background: boolean,
): Analysing {
  try {
    return await parts.analyse({ code, language, digest: codeDigest, ...(background ? { background } : {}) });
  } catch (error) {
    // By name: the engine is given an analysis, it does not know the pool.
    if (error instanceof Error && error.name === "PoolBusyError") return "busy";
    return { ok: false, failure: { reason: "crashed", message: "the analysis failed" } };
  }
}

type Asked = {
  readonly final: readonly (LayerVerdict | undefined)[];
  /** The same before an approval discharged anything: what a new question must be about. */
  readonly undischarged: readonly (LayerVerdict | undefined)[];
};

/** INVARIANT 3: under an approval layers 1-5 run again, and it discharges only the findings it listed. */
async function askAll(parts: JudgeParts, input: Omit<LayerInput, "prior">, approval: Approval | undefined): Promise<Asked> {
  const ids = input.mode === "analyze" ? STATIC_LAYERS : LAYER_IDS;
  const { layerTimeoutMs } = parts.settings;
  const early: (LayerVerdict | undefined)[] = [];
  for (const id of ids.filter((each) => each !== 6)) {
    early.push(await askLayer(slotOf(parts, id), { ...input, prior: present(early) }, layerTimeoutMs));
  }
  if (!ids.includes(6)) return { final: early, undischarged: early };
  const answered = approval === undefined ? early : afterDischarge(parts, early, approval);
  const last = await askLayer(slotOf(parts, 6), { ...input, prior: present(answered) }, layerTimeoutMs);
  return { final: [...answered, last], undischarged: early };
}

function slotOf(parts: JudgeParts, id: LayerId): LayerSlot {
  return { id, layer: parts.disabled.has(id) ? null : parts.layers.find((each) => each.id === id) };
}

const present = (verdicts: readonly (LayerVerdict | undefined)[]): readonly LayerVerdict[] =>
  verdicts.filter((verdict) => verdict !== undefined);

function afterDischarge(
  parts: JudgeParts,
  verdicts: readonly (LayerVerdict | undefined)[],
  approval: Approval,
): readonly (LayerVerdict | undefined)[] {
  const discharged = parts.approvals.discharge(present(verdicts), approval.discharges);
  return verdicts.map((verdict) => (verdict === undefined ? undefined : discharged.find(({ layer }) => layer === verdict.layer)));
}

function draftFor(
  parts: JudgeParts,
  final: readonly (LayerVerdict | undefined)[],
  undischarged: readonly (LayerVerdict | undefined)[],
  at: number,
): Judged["draft"] {
  if (parts.disabled.has(6) || !final.some((verdict) => verdict?.outcome === "escalate")) return null;
  const draft = parts.approvals.draft(present(undischarged), at);
  return draft === null ? null : { ...draft, id: newId(at) };
}
