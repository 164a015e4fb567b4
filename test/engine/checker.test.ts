/** The checker of the command line: layers 1-3 with real analysis, no store and no key. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Checker, composeChecker } from "../../src/compose.ts";
import { defaultConfig, loadConfig } from "../../src/config.ts";

let checker: Checker;
before(async () => {
  checker = await composeChecker(defaultConfig());
});
after(() => checker.close());

const CASES: readonly (readonly [code: string, context: Record<string, boolean>, decision: string, blockedBy: number | null])[] = [
  ["x = 1", {}, "ALLOW", null],
  ["account.balance -= 100", {}, "BLOCK", 2],
  ["account.balance -= 100", { has_auth_check: true }, "ALLOW", null],
  ["logger.info(user.ssn)", {}, "BLOCK", 3],
  ['cursor.execute("DROP TABLE users")', {}, "REQUIRES_APPROVAL", null],
];
for (const [code, context, decision, blockedBy] of CASES) {
  test(`${code} with ${JSON.stringify(context)}: ${decision}`, async () => {
    const outcome = await checker.check({ code, language: "python", context });
    assert.deepEqual([outcome.decision.decision, outcome.decision.blockedBy], [decision, blockedBy]);
    assert.deepEqual(
      outcome.decision.verdicts.slice(3).map((verdict) => verdict.outcome),
      ["skipped", "skipped", "skipped"],
    );
  });
}

test("with every static layer switched off, code that was not analysed is still refused", async () => {
  const env = {
    AGENTGUARD_FEATURES_ENABLE_LAYER1: "false",
    AGENTGUARD_FEATURES_ENABLE_LAYER2: "false",
    AGENTGUARD_FEATURES_ENABLE_LAYER3: "false",
    AGENTGUARD_FEATURES_ENABLE_MULTI_LANGUAGE: "false",
  };
  const loaded = loadConfig({ env, cwd: import.meta.dirname });
  assert.ok(loaded.ok);
  const lenient = await composeChecker(loaded.config);
  try {
    assert.equal((await lenient.check({ code: "x = 1", language: "python", context: {} })).decision.decision, "ALLOW");
    const refused = await lenient.check({ code: "ls", language: "shell", context: {} });
    assert.equal(refused.decision.decision, "BLOCK");
    assert.ok(refused.decision.reasonCodes.includes("analysis.unsupported_language"));
  } finally {
    await lenient.close();
  }
});
