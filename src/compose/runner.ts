/** The sandbox as the engine sees it: which languages can run now, and one run with the profile that its effects ask for. */
import { createHash } from "node:crypto";
import { chooseProfile, unpredictedEffects } from "../../layers/5-execution-sandbox/execution-sandbox.ts";
import type { Json, Submission } from "../../layers/model.ts";
import type { Sandbox, SandboxStatus } from "../../sandbox/sandbox.ts";
import type { Config } from "../config.ts";
import type { ExecutorFacts } from "../engine/parts.ts";
import { DEFAULT_SESSION } from "../engine/submission.ts";
import type { Runner } from "../engine.ts";
import { sandboxSettings } from "./settings.ts";

export function runnerOf(config: Config, sandbox: Sandbox): Runner {
  const settings = sandboxSettings(config);
  const cpuSeconds = config.sandbox.max_cpu_seconds;
  return {
    unavailable: (language) => {
      const { executors, reason } = sandbox.status();
      return executors[language]?.ready ? null : ((executors[language] && reason) ?? "executor_unavailable");
    },
    run: async ({ id, submission, program, onOutput }) => {
      const { language, code, inputs, files, limits } = submission;
      const profile = chooseProfile(program.effects, settings);
      const asked = { id, language, code, inputs, files, limits: { ...limits, cpuSeconds }, profile, session: sessionOf(submission) };
      const result = await sandbox.run(asked, onOutput);
      return {
        ...result,
        result: (result.result ?? null) as Json,
        observedEffects: result.observedEffects.map((effect) => ({ ...effect })),
        unpredictedEffects: unpredictedEffects(result.observedEffects, program.effects).map((effect) => ({ ...effect })),
      };
    },
    kill: (id, reason) => sandbox.kill(id, reason),
    status: () => {
      const { ready, isolation, backends, executors, reason } = sandbox.status();
      return {
        ready,
        detail: ready ? isolation.join(", ") : (reason ?? "not ready"),
        isolation,
        backends,
        executors: withoutDetails(executors),
      };
    },
  };
}

/** Runs of one key, agent and named session may follow one another in one interpreter; a submission that names none stands alone. */
function sessionOf({ principal, agentId, sessionId }: Submission): string | null {
  if (sessionId === DEFAULT_SESSION) return null;
  return createHash("sha256")
    .update(JSON.stringify([principal.keyId, agentId, sessionId]))
    .digest("hex");
}

/** Anybody may read this; the log has the reasons. */
function withoutDetails(executors: SandboxStatus["executors"]): Readonly<Record<string, ExecutorFacts>> {
  const facts = Object.entries(executors).map(([language, { backend, ready, isolation }]) => [language, { backend, ready, isolation }]);
  return Object.fromEntries(facts);
}
