/** Layer 5: says which bounds the sandbox must keep for this program, and refuses to run where it cannot keep them. */
import { type IsolationRequirement, isProgramBackend, type SandboxStatus } from "../../sandbox/sandbox.ts";
import type { Layer, LayerInput } from "../layer.ts";
import type { LayerVerdict } from "../model.ts";
import { chooseProfile, constraintsOf, ownProcessConstraints, type SandboxSettings } from "./choose-profile.ts";

export type { SandboxSettings } from "./choose-profile.ts";
export { chooseProfile } from "./choose-profile.ts";
export { unpredictedEffects } from "./unpredicted.ts";

/** What the layer asks of the sandbox. */
export type Runner = { status(): Pick<SandboxStatus, "executors"> };

export function executionSandbox(runner: Runner, settings: SandboxSettings): Layer {
  return {
    id: 5,
    inspect(input) {
      const started = performance.now();
      const verdict = judge(input, runner, settings);
      return { ...verdict, latencyMs: performance.now() - started };
    },
  };
}

function judge(input: LayerInput, runner: Runner, settings: SandboxSettings): LayerVerdict {
  const base = { layer: 5, findings: [], latencyMs: 0 } as const;
  const willRun = input.mode === "execute" || input.mode === "resume";
  const executor = runner.status().executors[input.submission.language];
  // a language without an executor never runs: then there is nothing that isolation could fail to hold
  if (willRun && executor !== undefined && !satisfies(executor.isolation, settings.require)) {
    const message = executor.ready
      ? `the sandbox lacks the required isolation \`${settings.require}\``
      : `the backend \`${executor.backend}\` for ${input.submission.language} does not work on this server; its log says why`;
    return { ...base, constraints: [], outcome: "error", error: { reasonCode: "sandbox.unavailable", message } };
  }
  // layers 1-4 fail closed without facts; there is nothing to constrain
  if (!input.analysis.ok) return { ...base, constraints: [], outcome: "pass" };
  const { effects } = input.analysis.program;
  const profile = chooseProfile(effects, settings);
  const constraints =
    executor && isProgramBackend(executor.backend) ? ownProcessConstraints(effects, profile) : constraintsOf(effects, profile);
  return { ...base, constraints, outcome: constraints.length > 0 ? "constrain" : "pass" };
}

function satisfies(isolation: readonly string[], requirement: IsolationRequirement): boolean {
  return requirement === "none" || isolation.includes(requirement);
}
