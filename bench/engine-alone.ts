/** An engine of its own in this process: analysis in the pool, six layers and a durable record, without HTTP around it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Principal } from "../layers/model.ts";
import { composeEngine } from "../src/compose.ts";
import { defaultConfig } from "../src/config.ts";
import type { BenchProgram } from "./programs.ts";

export type BenchEngine = {
  /** Resolves when the decision is on disk; rejects when there is none. */
  submit(program: BenchProgram, n: number): Promise<void>;
  close(): Promise<void>;
};

const WHO: Principal = { keyId: "bench", owner: "bench", role: "admin", level: null, agentIds: null };

export async function startBenchEngine(): Promise<BenchEngine> {
  const cwd = mkdtempSync(join(tmpdir(), "agentguard-bench-"));
  const nothing = () => undefined;
  const { engine, close } = await composeEngine(defaultConfig(), { cwd, log: { warn: nothing, error: nothing } });
  return {
    async submit({ name, code, language }, n) {
      const input = { agentId: "bench", sessionId: `bench-${Math.floor(n / 20)}`, language, code };
      const answer = await engine.enforce(input, { principal: WHO, requestId: null });
      if (!answer.ok) throw new Error(`${name}: ${answer.refusal.detail}`);
    },
    async close() {
      await close();
      rmSync(cwd, { recursive: true, force: true });
    },
  };
}
