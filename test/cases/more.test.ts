/** Disguises by what the languages and their libraries can do, judged in process; each has a twin one fact away that passes. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { specify } from "../analysis/fixme.ts";
import { mismatches } from "./compare.ts";
import { createJudge } from "./judge.ts";
import { loadMore } from "./load-cases.ts";

const FIXME = new Set([
  // A name that says "keys" gives a list of their ids.
  "agents-javascript/js-aws-v2-iam-key-twin",
  // Mail that is read and sent on; what an editor runs when a folder is opened.
  "agents-javascript/ts-gmail-forward-filter",
  "agents-javascript/ts-vscode-tasks-persist",
]);

const judge = await createJudge();
const cases = loadMore();

for (const [row, members] of Map.groupBy(cases, (each) => each.row))
  describe(row, () => {
    for (const each of members) specify(each.id, () => assert.deepEqual(mismatches(each.expect, judge(each)), [], each.fact ?? ""), FIXME);
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
