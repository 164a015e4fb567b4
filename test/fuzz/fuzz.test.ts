/** Five seconds of every language; `npm run fuzz -- <language> [seconds]` looks as long as wanted. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { AnalysisPool } from "../../src/analysis-pool/analysis-pool.ts";
import { createFuzzPool, FUZZED, fuzz } from "./fuzz.ts";

const SECONDS = 5;
/** The same programs each time, so that a failure is a change's and not the day's. */
const SEED = 20_240_704;

describe("random programs", () => {
  let pool: AnalysisPool;
  before(async () => {
    pool = await createFuzzPool();
  });
  after(() => pool.close());

  for (const language of FUZZED) {
    it(`${language}: each is answered, and so is the ordinary one behind it`, async () => {
      const { programs } = await fuzz(pool, language, { seconds: SECONDS, seed: SEED });
      assert.ok(programs > 20, `only ${programs} programs in ${SECONDS} s`);
    });
  }
});
