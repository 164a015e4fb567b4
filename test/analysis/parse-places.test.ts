/** Offsets are UTF-16 code units of the submitted text, whatever its line ends, tabs, marks and characters. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Language, LineIndex, walk } from "../../analysis/tree.ts";
import { treeOf } from "./test-parser.ts";

/** `f` is called once; `[line, column]` is where, in UTF-16 code units from 1. */
const CASES: readonly (readonly [why: string, language: Language, source: string, line: number, column: number])[] = [
  ["LF", "python", "a = 1\nf(x)\n", 2, 1],
  ["CRLF", "python", "a = 1\r\nf(x)\r\n", 2, 1],
  ["CR alone", "python", "a = 1\rf(x)\r", 2, 1],
  ["a comment that ends in CR", "python", "# a\rf(x)", 2, 1],
  ["mixed line ends", "python", "a\r\n\rb\n\nf(x)", 5, 1],
  ["tabs", "python", "if a:\n\t\tf(x)\n", 2, 3],
  ["form feed", "python", "a\n\x0cf(x)\n", 2, 2],
  ["a character beyond the BMP before it", "python", 'a = "😀"; f(x)\n', 1, 11],
  ["an identifier beyond the BMP", "python", "𝐨 = 1; f(x)\n", 1, 9],
  ["a byte order mark", "python", "\ufefff(x)\n", 1, 2],
  ["a continuation", "python", "a = \\\r\n  f(x)\n", 2, 3],
  ["a string over lines", "python", 'a = """b\r\nc"""; f(x)\n', 2, 7],
  ["a hole in an f-string", "python", 'a = f"é{f(x)}"\n', 1, 9],
  ["a nested f-string", "python", "a = f\"{b}{f'{f(x)}'}\"\n", 1, 14],
  ["LF", "javascript", "a = 1\nf(x)\n", 2, 1],
  ["CRLF", "javascript", "a = 1\r\nf(x)\r\n", 2, 1],
  ["CR alone", "javascript", "// a\rf(x)", 2, 1],
  ["a character beyond the BMP before it", "javascript", 'a = "😀"; f(x)', 1, 11],
  ["a byte order mark", "javascript", "\ufefff(x)", 1, 2],
  ["a template", "javascript", "a = `b\n${f(x)}`", 2, 3],
  ["a piece behind a syntax error", "javascript", "a = ;\n  f(x)", 2, 3],
  ["a type before it", "typescript", "const a: Map<string, number> = f(x)", 1, 32],
];

describe("the place of a call", () => {
  for (const [why, language, source, line, column] of CASES) {
    it(`${language}: ${why}`, () => {
      const { module, lines } = treeOf(source, language);
      const found: unknown[] = [];
      walk(module, (node) => {
        if (node.kind === "Call") found.push([source.slice(node.start, node.end), lines.locate(node).line, lines.locate(node).column]);
      });
      assert.deepEqual(found, [["f(x)", line, column]]);
    });
  }
});

it("every kind of line end ends one line, and a position is found in it", () => {
  const lines = new LineIndex("a\rb\r\nc\n\nd");
  const positions = [0, 2, 5, 7, 8].map((offset) => lines.position(offset).line);
  assert.deepEqual(positions, [1, 2, 3, 4, 5]);
  assert.deepEqual(lines.position(9), { line: 5, column: 2 });
});

it("a diagnostic stands where the text is wrong", () => {
  const [diagnostic] = treeOf("a = 1\r\nb = 0777\r\n", "python").diagnostics;
  assert.deepEqual(diagnostic?.location, { line: 2, column: 5, endLine: 2, endColumn: 9, offset: 11, endOffset: 15 });
});
