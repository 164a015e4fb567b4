/** Programs with processes of their own that attack the sandbox, on the backend `native`; containers have files of their own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertProgramsContained } from "./program-containment.ts";
import { HOSTILE_PROGRAMS } from "./program-hostile-programs.ts";
import { type Backend, backendsHere } from "./program-support.ts";

const [native] = backendsHere() as [Backend];

test("hostile programs, native", { skip: native.missing }, (t) => assertProgramsContained(t, native));

test("there are enough of them", () => {
  const names = Object.values(HOSTILE_PROGRAMS).flatMap((programs) => programs.map(({ name }) => name));
  assert.equal(new Set(names).size, names.length);
  assert.ok(names.length >= 60, `${names.length}`);
});
