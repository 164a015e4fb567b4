/**
 * Values that harmless programs compute for real, against those that the analysis says they compute: what it does not know
 * is no mistake, what it says otherwise is one.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { type Compared, compareValues } from "./values-check.ts";
import { valuePrograms } from "./values-programs.ts";

/** Programs with a real value that the analysis gets wrong today; one that comes out right has to leave this list. */
const FIXME = readFileSync(join(import.meta.dirname, "values", "fixme.txt"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));

const lineOf = ({ program, value }: Compared): string => `${program.id} ${JSON.stringify(value)}`;

describe("values", () => {
  const programs = valuePrograms();
  const { compared, broken } = compareValues(programs);
  const wrong = compared.filter(({ verdict }) => verdict === "wrong");

  test("every program runs and computes something", () => assert.deepEqual(broken, []));

  test("no value is another than the real one, but for those that are known to be", () => {
    const fresh = wrong.filter((one) => !FIXME.includes(lineOf(one)));
    const lines = fresh.map((one) => `${lineOf(one)}\n  said: ${one.said.join(" | ")}\n${one.program.code}`);
    assert.equal(lines.join("\n"), "");
  });

  test("every program that is known to be wrong still is", () => {
    const lines = new Set(wrong.map(lineOf));
    assert.deepEqual(
      FIXME.filter((line) => !lines.has(line)),
      [],
    );
  });

  test("at most 45 % of the values are not known", () => {
    const unknown = compared.filter(({ verdict }) => verdict === "unknown");
    assert.ok(unknown.length <= 0.45 * compared.length, `${unknown.length} of ${compared.length}`);
  });

  test("every program has a name of its own", () => assert.equal(new Set(programs.map(({ id }) => id)).size, programs.length));
});
