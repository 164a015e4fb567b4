/** The sandbox as the engine sees it: which languages can run now, and one run with the profile that its effects ask for. */
import { chooseProfile, unpredictedEffects } from "../../layers/5-execution-sandbox/execution-sandbox.ts";
import type { Json } from "../../layers/model.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { Config } from "../config.ts";
import type { Runner } from "../engine.ts";
import { sandboxSettings } from "./settings.ts";

export function runnerOf(config: Config, sandbox: Sandbox): Runner {
  const settings = sandboxSettings(config);
  const cpuSeconds = config.sandbox.max_cpu_seconds;
  return {
    unavailable: (language) => {
      const { ready, languages, reason } = sandbox.status();
      if (!languages.includes(language)) return "executor_unavailable";
      return ready ? null : (reason ?? "executor_unavailable");
    },
    run: async ({ id, submission, program, onOutput }) => {
      const { language, code, inputs, files, limits } = submission;
      const profile = chooseProfile(program.effects, settings);
      const result = await sandbox.run({ id, language, code, inputs, files, limits: { ...limits, cpuSeconds }, profile }, onOutput);
      return {
        ...result,
        result: (result.result ?? null) as Json,
        observedEffects: result.observedEffects.map((effect) => ({ ...effect })),
        unpredictedEffects: unpredictedEffects(result.observedEffects, program.effects).map((effect) => ({ ...effect })),
      };
    },
    kill: (id, reason) => sandbox.kill(id, reason),
    status: () => {
      const { ready, isolation, backends, reason } = sandbox.status();
      return { ready, detail: ready ? isolation.join(", ") : (reason ?? "not ready"), isolation, backends };
    },
  };
}
