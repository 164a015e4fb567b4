/** A library's second and third way to do the same thing: each program of `spellings-*.yaml` has the effect that it stands under. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "yaml";
import type { Language } from "../../analysis/tree.ts";
import { programOf } from "./interpret/analyze-source.ts";

const languageOf = (file: string): Language =>
  file.startsWith("spellings-javascript") ? "javascript" : file.startsWith("spellings-shell") ? "shell" : "python";
const files = readdirSync(import.meta.dirname).filter((name) => /^spellings-.*\.yaml$/.test(name));

function shownEffects(code: string, language: Language): string[] {
  const { effects } = programOf(code.replaceAll(" ;; ", "\n"), language);
  return effects.map((e) => `${e.kind} ${e.target} {${e.targetClasses.join(",")}} [${e.labels.join(",")}]`);
}

for (const file of files)
  describe(file, () => {
    const groups = parse(readFileSync(new URL(file, import.meta.url), "utf8")) as Record<string, readonly string[]>;
    for (const [effect, programs] of Object.entries(groups))
      it(effect, () => {
        const missed = programs.filter((code) => !shownEffects(code, languageOf(file)).some((shown) => new RegExp(effect).test(shown)));
        assert.deepEqual(missed, []);
      });
  });
