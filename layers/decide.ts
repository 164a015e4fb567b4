/**
 * Folds the verdicts of the six layers into one Decision. Pure: no clock, no store, no configuration beyond what is passed in.
 */
import type {
  ApprovalRef,
  ComplianceFramework,
  ComplianceStatus,
  Decision,
  DecisionKind,
  Finding,
  FindingAction,
  LayerId,
  LayerVerdict,
  Outcome,
  ReasonCode,
} from "./model.ts";
import { LAYER_IDS, LAYER_NAMES, REASON_CODES } from "./model.ts";

export type DecideInput = {
  readonly id: string;
  /** What the layers said, in any order; `undefined` entries are layers that never answered. */
  readonly verdicts: readonly (LayerVerdict | undefined)[];
  readonly submission: { readonly codeDigest: string; readonly executionDigest: string };
  readonly rulesVersion: string;
  readonly configVersion: string;
  /** The request that was drafted (REQUIRES_APPROVAL), or the approval this runs under (ALLOW). */
  readonly approval?: ApprovalRef;
  /**
   * `all` (default): six layers must answer. `static`: only layers 1-3 were asked (`/analyze`); the others are reported
   * as skipped, and an escalation is still REQUIRES_APPROVAL, because layer 6 was not asked rather than switched off.
   */
  readonly scope?: "all" | "static";
};

const ASKED: Readonly<Record<"all" | "static", readonly LayerId[]>> = { all: LAYER_IDS, static: [1, 2, 3] };
const OUTCOMES: ReadonlySet<string> = new Set<Outcome>(["pass", "constrain", "escalate", "block", "skipped", "error"]);
const FRAMEWORKS = ["pii", "pci", "hipaa", "soc2", "iso27001"] as const satisfies readonly ComplianceFramework[];
/** Reasons that mean "the question could not be answered": they never stand beside ALLOW. */
const FAIL_CLOSED = /^(analysis|layer|rules|store)\./;

/** Actions whose findings are reasons for an outcome; a warning never is. */
const REASON_ACTIONS: Readonly<Record<Outcome, ReadonlySet<FindingAction>>> = {
  error: new Set(["block", "require_approval", "redact"]),
  block: new Set(["block", "require_approval", "redact"]),
  escalate: new Set(["require_approval", "redact"]),
  constrain: new Set(["redact"]),
  pass: new Set(),
  skipped: new Set(),
};

/** The reason of a refusal whose verdict names none: every answer but ALLOW says why. */
const DEFAULT_REASON: Readonly<Record<LayerId, { readonly block: ReasonCode; readonly escalate: ReasonCode }>> = {
  1: { block: "policy.violated", escalate: "policy.review" },
  2: { block: "invariant.violated", escalate: "invariant.review" },
  3: { block: "data.exposed", escalate: "data.review" },
  4: { block: "history.review", escalate: "history.review" },
  5: { block: "sandbox.unavailable", escalate: "sandbox.unavailable" },
  6: { block: "approval.rejected", escalate: "approval.required" },
};

/**
 * INVARIANT 1 (fail closed) and INVARIANT 3 (approval never discharges a block or an error) are this table,
 * read from the top; the first row that applies decides:
 *
 * | verdicts of the layers that were asked                      | decision          | blocked by                        |
 * |-------------------------------------------------------------|-------------------|-----------------------------------|
 * | any error; missing, twice or unknown outcome are errors too | BLOCK             | first layer that errored or blocked |
 * | any block                                                   | BLOCK             | first layer that blocked          |
 * | any escalate, and layer 6 is switched off                   | BLOCK             | first layer that escalated        |
 * | any escalate                                                | REQUIRES_APPROVAL | nobody                            |
 * | only constrain, pass and skipped                            | ALLOW             | nobody                            |
 */
function judge(verdicts: readonly LayerVerdict[], layer6Asked: boolean): { decision: DecisionKind; blockedBy: LayerId | null } {
  const first = (...outcomes: Outcome[]) => verdicts.find((verdict) => outcomes.includes(verdict.outcome))?.layer ?? null;
  const refusing = first("error", "block");
  if (refusing !== null) return { decision: "BLOCK", blockedBy: refusing };
  const escalating = first("escalate");
  if (escalating === null) return { decision: "ALLOW", blockedBy: null };
  const approvalOff = layer6Asked && verdicts.some((verdict) => verdict.layer === 6 && verdict.outcome === "skipped");
  return approvalOff ? { decision: "BLOCK", blockedBy: escalating } : { decision: "REQUIRES_APPROVAL", blockedBy: null };
}

export function decide(input: DecideInput): Decision {
  const asked = ASKED[input.scope ?? "all"];
  const verdicts = LAYER_IDS.map((layer) => verdictOf(layer, input.verdicts, asked.includes(layer)));
  const { decision, blockedBy } = judge(verdicts, asked.includes(6));
  const live = verdicts.filter((verdict) => verdict.outcome !== "skipped");
  const refused = decision === "BLOCK";
  return {
    id: input.id,
    decision,
    blockedBy,
    verdicts,
    compliance: foldCompliance(live),
    reasonCodes: foldReasons(live, decision, refused && !live.some(isRefusal)),
    constraints: refused ? [] : [...new Set(live.flatMap((verdict) => verdict.constraints))],
    reliedOn: refused ? [] : [...new Set(live.flatMap((verdict) => verdict.reliedOn ?? []))],
    codeDigest: input.submission.codeDigest,
    executionDigest: input.submission.executionDigest,
    rulesVersion: input.rulesVersion,
    configVersion: input.configVersion,
    ...(input.approval === undefined || refused ? {} : { approval: input.approval }),
  };
}

function isRefusal(verdict: LayerVerdict): boolean {
  return verdict.outcome === "error" || verdict.outcome === "block";
}

/** The one verdict of a layer; what is not exactly one well-formed verdict becomes an error verdict. */
function verdictOf(layer: LayerId, all: readonly (LayerVerdict | undefined)[], asked: boolean): LayerVerdict {
  const own = all.filter((verdict) => verdict?.layer === layer) as LayerVerdict[];
  const [verdict] = own;
  if (verdict === undefined) {
    if (!asked) return { layer, outcome: "skipped", findings: [], constraints: [], latencyMs: 0 };
    return failed(layer, "layer.missing", `${LAYER_NAMES[layer]} gave no verdict`, []);
  }
  const findings = own.flatMap((each) => each.findings);
  if (own.length > 1) return failed(layer, "layer.failed", `${LAYER_NAMES[layer]} gave ${own.length} verdicts`, findings);
  if (!OUTCOMES.has(verdict.outcome)) return failed(layer, "layer.failed", `${LAYER_NAMES[layer]} gave an unknown outcome`, findings);
  return verdict;
}

function failed(layer: LayerId, reasonCode: ReasonCode, message: string, findings: readonly Finding[]): LayerVerdict {
  return { layer, outcome: "error", error: { reasonCode, message }, findings, constraints: [], latencyMs: 0 };
}

/** The union, in the order of REASON_CODES, so that the order in which layers and findings come does not show. */
function foldReasons(live: readonly LayerVerdict[], decision: DecisionKind, approvalOff: boolean): ReasonCode[] {
  const codes = new Set<ReasonCode>(live.flatMap(reasonsOf));
  if (approvalOff) codes.add("approval.disabled");
  if (decision === "ALLOW" && live.some((verdict) => verdict.constraints.length > 0)) codes.add("sandbox.constrained");
  return REASON_CODES.filter((code) => codes.has(code) && !(decision === "ALLOW" && FAIL_CLOSED.test(code)));
}

function reasonsOf(verdict: LayerVerdict): ReasonCode[] {
  if (verdict.outcome === "error") return [verdict.error.reasonCode, ...findingReasons(verdict)];
  const codes = findingReasons(verdict);
  const refuses = verdict.outcome === "block" || verdict.outcome === "escalate";
  if (codes.length === 0 && refuses) return [DEFAULT_REASON[verdict.layer][verdict.outcome]];
  return codes;
}

function findingReasons(verdict: LayerVerdict): ReasonCode[] {
  const actions = REASON_ACTIONS[verdict.outcome];
  return verdict.findings.filter((finding) => actions.has(finding.action)).map((finding) => finding.reasonCode);
}

/** A promise is broken when any layer or finding says so, kept when some layer says so and none disagrees, else not computed. */
function foldCompliance(live: readonly LayerVerdict[]): ComplianceStatus {
  const status: Record<ComplianceFramework, boolean | null> = { pii: null, pci: null, hipaa: null, soc2: null, iso27001: null };
  for (const framework of FRAMEWORKS) {
    const broken = live.some(
      (verdict) =>
        verdict.compliance?.[framework] === false || verdict.findings.some((finding) => finding.breaks?.includes(framework) === true),
    );
    if (broken) status[framework] = false;
    else if (live.some((verdict) => verdict.compliance?.[framework] === true)) status[framework] = true;
  }
  return status;
}
