/** Disguises by what the languages and their libraries can do, judged in process; each has a twin one fact away that passes. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { mismatches } from "./compare.ts";
import { createJudge } from "./judge.ts";
import { loadMore } from "./load-cases.ts";

const judge = await createJudge();
const cases = loadMore();

for (const [row, members] of Map.groupBy(cases, (each) => each.row))
  describe(row, () => {
    for (const each of members)
      test(each.kind === "twin" ? `${each.id}: ${each.fact}` : each.id, () => assert.deepEqual(mismatches(each.expect, judge(each)), []));
  });

test("ids are unique and belong to their row", () => {
  const ids = cases.map((each) => each.id);
  assert.deepEqual(
    ids.filter((id, i) => ids.indexOf(id) !== i || !id.startsWith(`${cases[i]?.row}/`)),
    [],
  );
});

test("every risky case has a twin that is allowed and is another program", () => {
  const twins = new Map(cases.filter((each) => each.kind === "twin").map((each) => [each.of, each]));
  const wrong = cases.filter((each) => {
    const twin = twins.get(each.id);
    return each.kind !== "twin" && (twin === undefined || twin.expect.decision !== "ALLOW" || twin.code === each.code);
  });
  assert.deepEqual(
    wrong.map((each) => each.id),
    [],
  );
});
