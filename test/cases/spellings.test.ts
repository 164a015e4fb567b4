/**
 * Ways to say the same, decided in process: programs of `spellings/*.yaml` stand under what must come of them. `STOP effect`: no
 * ALLOW, and the effect is among those found; `SEEN effect`: it is found; `ALLOW`: nothing is asked. `;;` ends a line.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { createJudge } from "./judge.ts";

const judge = await createJudge();
const directory = new URL("./spellings/", import.meta.url);

/** What is wrong with the answer; null when nothing is. */
function wrongWith(
  code: string,
  language: "javascript" | "typescript",
  [want = "", effect]: readonly (string | undefined)[],
): string | null {
  const { decision, full, violations } = judge({ code: code.replaceAll(" ;; ", "\n"), language });
  const shown = full.map((e) => `${e.kind} ${e.target} {${e.targetClasses.join(",")}} [${e.labels.join(",")}]`);
  const allowed = decision === "ALLOW";
  const seen = effect === undefined || shown.some((each) => new RegExp(effect).test(each));
  if (seen && (want === "SEEN" || (want === "ALLOW") === allowed)) return null;
  return [`${decision}: ${code}`, ...violations, ...shown].join("\n  ");
}

for (const file of readdirSync(directory)) {
  const language = file.startsWith("typescript") ? "typescript" : "javascript";
  const groups = parse(readFileSync(new URL(file, directory), "utf8")) as Readonly<Record<string, readonly string[]>>;
  describe(file, () => {
    for (const [expected, programs] of Object.entries(groups))
      it(expected, () => {
        const wanted = /^(STOP|SEEN|ALLOW)(?: (.*))?$/s.exec(expected);
        assert.ok(wanted !== null, `\`${expected}\` is no expectation`);
        const wrong = programs.flatMap((code) => wrongWith(code, language, wanted.slice(1)) ?? []);
        assert.deepEqual(wrong, []);
      });
  });
}
