/** INVARIANT 4: analysis is a function of the code: the same Program each time, whatever ran before, and an answer for any text. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Language } from "../../../analysis/tree.ts";
import { loadOrdinary, loadPublished } from "../../cases/load-cases.ts";
import { fc } from "../../properties.ts";
import { analyzer, programOf } from "./analyze-source.ts";

const samples = [...loadPublished(), ...loadOrdinary()];
const some = samples.filter((_c, i) => i % 7 === 0);

test("the same code twice gives deeply equal Programs", () => {
  for (const { id, code, language } of some) assert.deepEqual(programOf(code, language), programOf(code, language), id);
});

test("what ran before changes nothing", () => {
  const first = some.slice(0, 40).map(({ code, language }) => structuredClone(programOf(code, language)));
  for (const { code, language } of samples.slice(0, 200)) programOf(code, language);
  some.slice(0, 40).forEach(({ id, code, language }, i) => {
    assert.deepEqual(programOf(code, language), first[i], id);
  });
});

test("a Program is plain data: it survives being sent to another thread", () => {
  for (const { id, code, language } of some) {
    const program = programOf(code, language);
    assert.deepEqual(structuredClone(program), program, id);
  }
});

test("locations lie inside the code and agree with lines and columns", () => {
  for (const { id, code, language } of some) {
    const program = programOf(code, language);
    for (const { location, kind } of program.effects) {
      assert.ok(location.offset >= 0 && location.endOffset <= code.length && location.offset < location.endOffset, `${id}: ${kind}`);
      const before = code.slice(0, location.offset).split(/\r\n|\r|\n/);
      assert.equal(location.line, before.length, `${id}: ${kind}`);
      assert.equal(location.column, (before.at(-1) as string).length + 1, `${id}: ${kind}`);
    }
  }
});

const WORDS: Readonly<Record<"python" | "javascript", readonly string[]>> = {
  python: [
    "def f(x):",
    "class A(B):",
    "if",
    "x",
    "else:",
    "for",
    "in",
    "while",
    "try:",
    "except:",
    "finally:",
    "with",
    "as",
    "return",
    "yield",
    "lambda x:",
    "import os",
    "from os import *",
    "os",
    ".remove",
    "getattr",
    "eval",
    "exec",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ",",
    "=",
    "+=",
    ":=",
    "*",
    "**",
    "@",
    "->",
    "...",
    "'a'",
    '"',
    'f"{x}"',
    "1",
    "not",
    "and",
    "or",
    "is",
    "None",
    "True",
    "await",
    "async",
    "global x",
    "nonlocal x",
    "del",
    "match x:",
    "case",
    "_",
    "\n",
    "\n    ",
    "\n        ",
    "\t",
    "\\",
    "#",
    "\u0000",
    "\u{1d428}",
    "\r",
  ],
  javascript: [
    "function f(x) {",
    "class A extends B {",
    "if (",
    "x",
    "else",
    "for (",
    "of",
    "in",
    "while (",
    "do",
    "try {",
    "catch (e) {",
    "finally {",
    "return",
    "yield",
    "=>",
    "import fs from 'fs'",
    "require('fs')",
    ".unlinkSync",
    "eval",
    "Function",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ";",
    ",",
    "=",
    "??=",
    "?.",
    "...",
    "`",
    "${",
    "'a'",
    '"',
    "/re/g",
    "1",
    "!",
    "&&",
    "||",
    "typeof",
    "new",
    "this",
    "super",
    "await",
    "async",
    "static",
    "get",
    "#p",
    "let",
    "const",
    "var",
    "switch (x) {",
    "case 1:",
    "break",
    "continue",
    "label:",
    "with (x)",
    "\n",
    "//",
    "/*",
    "*/",
    "\u0000",
    "\\u0065",
    "<a>",
    "\u2028",
  ],
};

/** Tokens in any order, sometimes inside a real program. */
function soup(language: "python" | "javascript"): fc.Arbitrary<string> {
  const tokens = fc.array(fc.constantFrom(...WORDS[language]), { maxLength: 40 }).map((words) => words.join(" "));
  const real = samples.filter((s) => s.language === language).map((s) => s.code);
  const cut = fc.tuple(fc.constantFrom(...real), fc.nat(), fc.nat(), tokens).map(([code, from, length, extra]) => {
    const start = from % (code.length + 1);
    return code.slice(0, start) + extra + code.slice(start + (length % 40));
  });
  return fc.oneof(tokens, cut, fc.string(), fc.string({ unit: "binary" }));
}

describe("analysis never throws and never crashes", () => {
  for (const language of ["python", "javascript"] as const)
    test(`on ${language} token soup`, () =>
      fc.assert(
        fc.property(soup(language), (code) => {
          const result = analyzer.analyze(code, language);
          assert.ok(result.ok || result.failure.reason !== "crashed", result.ok ? "" : result.failure.message);
        }),
        { numRuns: 600 },
      ));
  test("on real programs as another language", () => {
    for (const { code, language } of some) {
      const other: Language = language === "python" ? "javascript" : "python";
      const result = analyzer.analyze(code, other);
      assert.ok(result.ok || result.failure.reason !== "crashed", result.ok ? "" : result.failure.message);
    }
  });
});
