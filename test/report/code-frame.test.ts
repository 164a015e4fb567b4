/** Carets stand under the characters that are meant, in any script and width; nothing printed can steer a terminal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { codeFrame } from "../../src/report/code-frame.ts";
import { columns, printable } from "../../src/report/printable.ts";

const plain = { gutter: (text: string) => text, caret: (text: string) => text };

function frame(code: string, meant: string): string[] {
  const offset = code.indexOf(meant);
  const line = code.slice(0, offset).split(/\r\n|\r|\n/).length;
  const endLine = line + meant.split(/\r\n|\r|\n/).length - 1;
  return codeFrame(code, { line, endLine, offset, endOffset: offset + meant.length }, plain);
}

const CASES: readonly { readonly name: string; readonly code: string; readonly meant: string; readonly frame: readonly string[] }[] = [
  {
    name: "one place",
    code: "import os\nos.system('x')\n",
    meant: "os.system('x')",
    frame: ["  |", "2 | os.system('x')", "  | ^^^^^^^^^^^^^^"],
  },
  { name: "tabs", code: "\tif x:\tf(y)\n", meant: "f(y)", frame: ["  |", "1 |     if x:   f(y)", "  |             ^^^^"] },
  {
    name: "wide characters before and inside",
    code: "名前 = f('値')",
    meant: "f('値')",
    frame: ["  |", "1 | 名前 = f('値')", "  |        ^^^^^^^"],
  },
  { name: "combining marks", code: "e\u0301 = f()", meant: "f()", frame: ["  |", "1 | e\u0301 = f()", "  |     ^^^"] },
  { name: "astral characters", code: "'😀'; f()", meant: "f()", frame: ["  |", "1 | '😀'; f()", "  |       ^^^"] },
  { name: "several lines", code: "f(\n  1,\n)", meant: "f(\n  1,\n)", frame: ["  |", "1 | f(", "  | ^^ to line 3"] },
  { name: "bare carriage returns end lines", code: "a = 1\rf()\rb", meant: "f()", frame: ["  |", "2 | f()", "  | ^^^"] },
  { name: "line numbers of any width", code: `${"\n".repeat(99)}f()`, meant: "f()", frame: ["    |", "100 | f()", "    | ^^^"] },
  { name: "an empty place still has a caret", code: "f()", meant: "", frame: ["  |", "1 | f()", "  | ^"] },
];

for (const { name, code, meant, frame: expected } of CASES) {
  test(name, () => assert.deepEqual(frame(code, meant), expected));
}

test("a very long line is cut to a window that holds the place, with the carets under it", () => {
  const [, text, carets] = frame(`${"a".repeat(50_000)} f() ${"b".repeat(50_000)}`, "f()") as [string, string, string];
  assert.ok(columns(text) < 130, `${columns(text)} columns`);
  assert.equal(text.slice(carets.indexOf("^"), carets.lastIndexOf("^") + 1), "f()");
});

test("code cannot steer the terminal or hide itself: controls, escapes, bidirectional marks, lone surrogates", () => {
  const hostile = "\u001b[2J\u0007\u0000\u007f\u0085\u202e\u2066\u200b\ud800\u2028\u{e0041}";
  const shown = printable(hostile);
  assert.match(shown, /^[\u2400-\u2421[\]\w\\{}]+$/u);
  assert.doesNotMatch(frame(`x = '${hostile}'; f()`, "f()").join(""), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b]/);
});
