/** Judges a program in process as the server would: analysis, layers 1-3 and 6, decide; with the shipped rules and default configuration. */
import { readFileSync } from "node:fs";
import { createAnalyzer } from "../../analysis/analyze.ts";
import type { Effect } from "../../analysis/effects.ts";
import { matchRules } from "../../layers/1-policy-guard/match-rules.ts";
import { policyGuard } from "../../layers/1-policy-guard/policy-guard.ts";
import { semanticGuard } from "../../layers/2-semantic-guard/semantic-guard.ts";
import { dataSensitivity } from "../../layers/3-data-sensitivity/data-sensitivity.ts";
import { draftApproval } from "../../layers/6-human-approval/approval.ts";
import { humanApproval } from "../../layers/6-human-approval/human-approval.ts";
import { DEFAULT_LADDER } from "../../layers/6-human-approval/ladder.ts";
import { decide } from "../../layers/decide.ts";
import type { Layer, LayerInput } from "../../layers/layer.ts";
import type { Decision, Json, Language, LayerVerdict } from "../../layers/model.ts";
import { loadConfig } from "../../src/config.ts";
import { realParser, shippedInvariants, shippedModels, shippedPolicy, shippedRecognisers } from "../rules/shipped-rules.ts";
import type { Answer } from "./compare.ts";

export type Judged = Answer & { readonly decided: Decision; readonly full: readonly Effect[] };
export type Judge = (program: { code: string; language: Language; context?: Readonly<Record<string, Json>> }) => Judged;

export async function createJudge(): Promise<Judge> {
  const parser = await realParser();
  const rules = shippedPolicy(parser.parse);
  const loaded = loadConfig({ env: {}, cwd: "/nonexistent" });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { config } = loaded;
  const analyzer = createAnalyzer({
    parser,
    match: (tree) => matchRules(rules, tree, tree.module.language),
    models: shippedModels(),
    recognisers: shippedRecognisers(),
  });
  const layers: readonly Layer[] = [
    policyGuard(rules),
    semanticGuard(shippedInvariants(), config),
    dataSensitivity(shippedRecognisers(), { data_sensitivity: config.policies.data_sensitivity, compliance: config.compliance }),
  ];
  return (program) => {
    const analysis = analyzer.analyze(program.code, program.language);
    return judgeWith(layers, inputOf(program, analysis));
  };
}

function inputOf(
  program: { code: string; language: Language; context?: Readonly<Record<string, Json>> },
  analysis: LayerInput["analysis"],
): LayerInput {
  const context = program.context ?? {};
  const principal = { keyId: "k", owner: "admin", role: "admin", level: null, agentIds: null } as const;
  const limits = { timeoutMs: 1000, memoryMb: 64, outputBytes: 1000 };
  return {
    submission: {
      agentId: "a",
      sessionId: "s",
      principal,
      language: program.language,
      code: program.code,
      inputs: null,
      files: {},
      limits,
      context,
      codeDigest: "c",
      executionDigest: "e",
    },
    analysis,
    prior: [],
    mode: "enforce",
    acceptedClaims: new Set(Object.keys(context)),
    now: 0,
  };
}

function judgeWith(layers: readonly Layer[], input: LayerInput): Judged {
  const passed = (layer: 4 | 5): LayerVerdict => ({ layer, outcome: "pass", findings: [], constraints: [], latencyMs: 0 });
  const early = [...layers.map((layer) => layer.inspect(input) as LayerVerdict), passed(4), passed(5)];
  const verdicts = [...early, humanApproval(DEFAULT_LADDER).inspect({ ...input, prior: early }) as LayerVerdict];
  const { submission } = input;
  const draft = draftApproval(early, DEFAULT_LADDER, 0);
  const decided = decide({
    id: "d",
    verdicts,
    submission,
    rulesVersion: "r",
    configVersion: "c",
    ...(draft === null ? {} : { approval: { id: "ap", level: draft.level, expiresAt: "" } }),
  });
  const full = input.analysis.ok ? input.analysis.program.effects : [];
  return {
    decision: decided.decision,
    blocked_by_layer: decided.blockedBy,
    violations: decided.verdicts.flatMap((v) => v.findings.map((f) => `${f.severity.toUpperCase()}: ${f.message}`)),
    effects: full.map((e) => ({ kind: e.kind, target_classes: e.targetClasses })),
    relied_on: decided.reliedOn,
    approval_level: decided.decision === "REQUIRES_APPROVAL" ? (draft?.level ?? null) : null,
    decided,
    full,
  };
}

export const readText = (path: string): string => readFileSync(path, "utf8");
