/** Tiny programs by area, judged whole: those of `judged/*.yaml` that are stopped, for the right effect, and the innocent that pass. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { createJudge } from "../cases/judge.ts";

type Groups = Readonly<Record<string, readonly string[]>>;
type Area = { readonly stopped: Groups; readonly shown?: Groups; readonly allowed: readonly string[] };

const judge = await createJudge();
const judged = (code: string) => judge({ code: code.replaceAll(" ;; ", "\n"), language: "python" });

function shows(code: string, effect: string): boolean {
  const { full } = judged(code);
  const wanted = new RegExp(effect);
  return full.some((e) => wanted.test(`${e.kind} ${e.target} {${e.targetClasses.join(",")}} [${e.labels.join(",")}]`));
}

const folder = new URL("judged/", import.meta.url);
for (const file of readdirSync(folder))
  describe(file, () => {
    const { stopped, shown = {}, allowed }: Area = parse(readFileSync(new URL(file, folder), "utf8"));
    for (const [effect, programs] of [...Object.entries(stopped), ...Object.entries(shown)])
      it(`shows ${effect}`, () =>
        assert.deepEqual(
          programs.filter((code) => !shows(code, effect)),
          [],
        ));
    it("stops what is risky", () =>
      assert.deepEqual(
        Object.values(stopped)
          .flat()
          .filter((code) => judged(code).decision === "ALLOW"),
        [],
      ));
    it("lets the innocent pass", () =>
      assert.deepEqual(
        allowed.filter((code) => judged(code).decision !== "ALLOW"),
        [],
      ));
  });
