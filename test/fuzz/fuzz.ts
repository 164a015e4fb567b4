/** Random programs through the real pool: each is answered in bounded time, and the ordinary one behind it as always. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import type { AnalysisResult } from "../../analysis/effects.ts";
import type { Language } from "../../analysis/tree.ts";
import { type AnalysisPool, createAnalysisPool } from "../../src/analysis-pool/analysis-pool.ts";
import { packKnowledge } from "../../src/analysis-pool/knowledge.ts";
import { realParser, shippedModels, shippedPolicy, shippedRecognisers } from "../rules/shipped-rules.ts";
import { programText } from "./source-text.ts";

export const FUZZED: readonly Language[] = ["python", "javascript", "typescript", "shell"];
export type FuzzOptions = {
  readonly seconds: number;
  /** Null: another one each time; a failure says which. */
  readonly seed: number | null;
};
export type FuzzReport = { readonly programs: number; readonly outcomes: ReadonlyMap<string, number> };

const ORDINARY: Readonly<Record<Language, string>> = {
  python: 'import os\nname = "ordinary"\nprint(name, os.getcwd())\n',
  javascript: 'const name = "ordinary";\nconsole.log(name);\n',
  typescript: 'const name: string = "ordinary";\nconsole.log(name);\n',
  shell: 'name="ordinary"\necho "$name"\n',
};
/** Ends that are answers: the rest is a fault of ours. */
const ANSWERS: ReadonlySet<string> = new Set(["ok", "limit", "deadline"]);

export async function createFuzzPool(): Promise<AnalysisPool> {
  const { parse } = await realParser();
  const knowledge = packKnowledge({ policy: shippedPolicy(parse), models: shippedModels(), recognisers: shippedRecognisers() });
  return createAnalysisPool({ size: 1, deadlineMs: 2_000, queueLimit: 10, cacheEntries: 0, knowledge });
}

/** Rejects with the smallest program found that breaks the law. */
export async function fuzz(pool: AnalysisPool, language: Language, { seconds, seed }: FuzzOptions): Promise<FuzzReport> {
  const outcomes = new Map<string, number>();
  const usual = await ask(pool, language, ORDINARY[language]);
  assert.ok(usual.ok);
  const property = fc.asyncProperty(programText(language), async (code) => {
    const result = await ask(pool, language, code);
    const outcome = result.ok ? "ok" : result.failure.reason;
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    assert.ok(ANSWERS.has(outcome), result.ok ? "" : result.failure.message);
    assert.deepEqual(await ask(pool, language, ORDINARY[language]), usual, "the program behind it");
  });
  const limit = { interruptAfterTimeLimit: seconds * 1_000, markInterruptAsFailure: false, numRuns: Number.MAX_SAFE_INTEGER };
  await fc.assert(property, seed === null ? limit : { ...limit, seed });
  return { programs: [...outcomes.values()].reduce((sum, count) => sum + count, 0), outcomes };
}

function ask(pool: AnalysisPool, language: Language, code: string): Promise<AnalysisResult> {
  const digest = createHash("sha256").update(`${language}\0${code}`).digest("hex");
  return pool.analyze({ language, code, digest });
}
