/** One parser for a test file, with the grammars of the installed packages. */
import assert from "node:assert/strict";
import { createParser } from "../../analysis/parse.ts";
import type { Language, ParsedTree } from "../../analysis/tree.ts";
import { loadGrammars } from "../../src/analysis-pool/grammars.ts";

export const parser = await createParser(loadGrammars());

/** The tree of a source that can be parsed, valid or not. */
export function treeOf(source: string, language: Language): ParsedTree {
  const parsed = parser.parse(source, language);
  assert.ok(parsed.ok, `not parsed: ${parsed.ok ? "" : parsed.failure.message}`);
  return parsed.tree;
}
