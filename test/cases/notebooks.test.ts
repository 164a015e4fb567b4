/** Notebook cells and lines of a REPL: what is decided, and where their commands stand. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createJudge } from "./judge.ts";
import { NOTEBOOKS } from "./shell/notebooks.ts";

const judge = await createJudge();

for (const [title, cases] of Object.entries(NOTEBOOKS)) {
  describe(title, () => {
    for (const [decision, code] of cases)
      test(`${decision}: ${code.replaceAll("\n", "\\n")}`, () => {
        const { decided } = judge({ code, language: "python" });
        assert.equal(decided.decision, decision, decided.verdicts.flatMap((v) => v.findings.map((f) => f.message)).join("\n"));
      });
  });
}

const placesOf = (code: string, kind: string) =>
  judge({ code, language: "python" })
    .full.filter((effect) => effect.kind === kind)
    .map((effect) => [effect.target, effect.location.line, effect.location.column]);

test("commands of a cell stand where they are written", () => {
  assert.deepEqual(placesOf("# \u{1d428}\nx = 1\nif x:\n    y = !rm -rf /srv\n", "fs.delete_tree"), [["/srv", 4, 9]]);
  assert.deepEqual(placesOf("import os\n>>> os", "process.exec"), []);
  assert.deepEqual(placesOf(">>> import os\n>>> os.system('ls')\n", "process.exec"), [["ls", 2, 5]]);
});

test("hostile cells cost bounded time and are never an empty program", () => {
  for (const code of [
    `!${"a$b ".repeat(20_000)}`,
    "!\\\n".repeat(20_000),
    "%%bash\n".repeat(20_000),
    `x = !${"{".repeat(200)}`,
    ">>> ".repeat(10_000),
  ]) {
    const started = performance.now();
    const { decided, full } = judge({ code, language: "python" });
    assert.ok(performance.now() - started < 5_000, code.slice(0, 20));
    assert.ok(decided.decision !== "ALLOW" || full.length > 0, code.slice(0, 20));
  }
});
