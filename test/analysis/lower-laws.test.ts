/** The laws of lower-laws.ts over programs in three languages, this project's own sources, and trees made at random. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { lower } from "../../analysis/lower/lower.ts";
import { type Language, LineIndex, type ParsedTree, type Stmt } from "../../analysis/tree.ts";
import { fc } from "../properties.ts";
import { brokenLaws } from "./lower-laws.ts";
import { PROGRAMS } from "./lower-programs.ts";
import { randomBody } from "./lower-random.ts";
import { dedent, parseSource } from "./lower-source.ts";

function check(source: string, language: Language): void {
  const tree = parseSource(source, language);
  const ir = lower(tree, source);
  assert.deepEqual(brokenLaws(ir, tree), []);
  assert.deepEqual(ir.diagnostics, []);
}

for (const program of PROGRAMS) test(`the laws hold for: ${program.name}`, () => check(dedent(program.source), program.language));

test("the laws hold for the sources of the analysis", () => {
  const room = new URL("../../analysis/", import.meta.url);
  const files = readdirSync(room, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  assert.ok(files.length > 20);
  for (const file of files) check(readFileSync(new URL(file, room), "utf8"), "typescript");
});

const randomProgram = fc
  .constantFrom<Language>("python", "javascript")
  .chain((language) => fc.tuple(fc.constant(language), randomBody(language)));

test("no tree, however odd, makes lowering throw or break a law", () => {
  fc.assert(
    fc.property(randomProgram, ([language, body]) => {
      const tree: ParsedTree = {
        module: { kind: "Module", language, start: 0, end: 0, body: body as Stmt[] },
        diagnostics: [],
        lines: new LineIndex(""),
      };
      const ir = lower(tree, "");
      assert.deepEqual(brokenLaws(ir, tree), []);
      assert.deepEqual(ir.diagnostics, []);
    }),
    { numRuns: 400 },
  );
});
