/** The published rows, their disguises and twins, and the ordinary programs, judged in process with the shipped rules. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { mismatches } from "./compare.ts";
import { createJudge } from "./judge.ts";
import { loadOrdinary, loadPublished } from "./load-cases.ts";

const judge = await createJudge();
const rows = Map.groupBy(loadPublished(), (each) => each.row);

for (const [row, cases] of rows) {
  test(`${row}: the row, its disguises and its twins come out as expected`, () => {
    const failures = cases.flatMap((each) => mismatches(each.expect, judge(each)).map((text) => `${each.id}: ${text}`));
    assert.deepEqual(failures, []);
  });
}

test("ordinary programs pass", () => {
  const failures = loadOrdinary().flatMap((each) => {
    const answer = judge(each);
    return answer.decision === "ALLOW" ? [] : [`${each.id}: ${answer.decision} ${answer.violations.join("; ")}`];
  });
  assert.deepEqual(failures, []);
});
