/** Small shell scripts run for real in bash, and the analysis has to say of each what it does: of the values no wrong one, and few that it does not know. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compare } from "./shell/compare-shell.ts";
import { runForReal, scripts } from "./shell/run-shell.ts";

/** A part of the scripts of which the analysis does not know every value. */
const MOST_UNKNOWN = 0.17;
const all = scripts();

describe("shell scripts in bash and in the analysis", { skip: process.platform === "win32" && "there is no bash" }, () => {
  const ran = runForReal(all);
  const found = all.map((script, n) => ({ script, did: ran[n] ?? [], ...compare(script, ran[n] ?? []) }));

  test("every script did something", () => {
    assert.deepEqual(
      found.filter(({ did }) => did.length === 0).map(({ script }) => `${script.id}: ${script.code}`),
      [],
    );
  });

  test("no value is missed, and none is invented", () => {
    const wrong = found.filter(({ missed, invented }) => missed.length + invented.length > 0);
    const lines = wrong.map(({ script, missed, invented }) =>
      [`${script.id}: ${script.code}`, ...missed.map((m) => `missed:   ${m}`), ...invented.map((i) => `invented: ${i}`)].join("\n"),
    );
    assert.deepEqual(lines, []);
  });

  test("few values are not known", () => {
    const open = found.filter(({ unknown }) => unknown.length > 0).map(({ script }) => `${script.id}: ${script.code}`);
    assert.ok(open.length <= MOST_UNKNOWN * all.length, `${open.length} of ${all.length}\n${open.join("")}`);
  });
});
