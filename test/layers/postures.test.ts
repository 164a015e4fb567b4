/** The posture table as data: every entry has a program that it is about and one that it is not, in all three postures; the documentation shows it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { POSTURES, type PostureName } from "../../layers/2-semantic-guard/invariant.ts";
import { semanticGuard } from "../../layers/2-semantic-guard/semantic-guard.ts";
import type { FindingAction, Language } from "../../layers/model.ts";
import { postureTable } from "../../src/compose/posture-table.ts";
import { defaultConfig } from "../../src/config.ts";
import { packageRoot } from "../../src/package-root.ts";
import { programOf } from "../analysis/interpret/analyze-source.ts";
import { shippedInvariants } from "../rules/shipped-rules.ts";
import { layerInput } from "./layer-input.ts";
import { TWINS } from "./posture-twins.ts";

const SET = shippedInvariants();
const config = defaultConfig();
const GUARDS = Object.fromEntries(
  POSTURES.map((posture) => [posture, semanticGuard(SET, { ...config, policies: { ...config.policies, posture } })]),
) as Record<PostureName, ReturnType<typeof semanticGuard>>;
const SHOWN = SET.invariants.filter(({ cell }) => cell !== null);

/** What the entry says of the program; null: nothing. */
function saysOf(id: string, posture: PostureName, code: string, language: Language): FindingAction | null {
  const verdict = GUARDS[posture].inspect(layerInput(programOf(code, language)));
  assert.ok(!(verdict instanceof Promise) && verdict.outcome !== "error");
  return verdict.findings.find(({ ruleId }) => ruleId === id)?.action ?? null;
}

describe("every entry of the posture table", () => {
  test("has a risky program and an innocent one, and nothing else has", () =>
    assert.deepEqual(Object.keys(TWINS).toSorted(), SHOWN.map(({ id }) => id).toSorted()));

  for (const { id, statements, inTable } of SHOWN) {
    const twin = TWINS[id];
    if (twin === undefined) continue;
    const { risky, innocent, language = "python" } = twin;
    const [said] = statements;
    assert.ok(said !== undefined);
    for (const posture of POSTURES) {
      const action = inTable && said.action !== "warn" ? SET.postures[posture][said.action] : said.action;
      test(`${posture}: ${id} ${action === "pass" ? "says nothing" : action} of the one, and nothing of the other`, () => {
        assert.equal(saysOf(id, posture, risky, language), action === "pass" ? null : action);
        assert.equal(saysOf(id, posture, innocent, language), null);
      });
    }
  }
});

test("`strict` never lets pass what `balanced` stops, and `observe` stops nothing of the table", () => {
  const stops = ["pass", "warn", "require_approval", "block"];
  for (const action of ["pass", "require_approval", "block"] as const) {
    assert.ok(stops.indexOf(SET.postures.strict[action]) >= stops.indexOf(SET.postures.balanced[action]));
    assert.ok(stops.indexOf(SET.postures.observe[action]) <= stops.indexOf("warn"));
  }
});

test("invariants outside the table are the same in every posture", () => {
  for (const posture of POSTURES)
    assert.equal(saysOf("financial.balance-authorization", posture, "account.balance -= 5", "python"), "block");
});

test("docs/invariants.md shows the table: `agentguard rules posture` prints it", () => {
  const docs = readFileSync(join(packageRoot(), "docs", "invariants.md"), "utf8");
  assert.ok(docs.includes(postureTable(SET)), "copy what `agentguard rules posture` prints into docs/invariants.md");
});

test("docs/invariants.md explains every invariant outside the table by its id", () => {
  const docs = readFileSync(join(packageRoot(), "docs", "invariants.md"), "utf8");
  const unnamed = SET.invariants.filter(({ inTable, id }) => !inTable && !docs.includes(`\`${id}\``)).map(({ id }) => id);
  assert.deepEqual(unnamed, []);
});
