/** Ordinary long programs pass; hostile ones end in the reason `limit` instead of in a parser's stack. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SCAN_LIMITS, scan } from "../../analysis/scan.ts";
import type { Language } from "../../analysis/tree.ts";
import { parser } from "./test-parser.ts";

const many = (text: string, times: number) => text.repeat(times);

const ORDINARY: readonly (readonly [Language, string, string])[] = [
  ["python", "a sum of 3,000 terms", `x = ${many("1 + ", 3000)}1`],
  ["python", "a chain of 1,000 calls", `x${many(".f()", 1000)}`],
  ["python", "1,000 elif", `if a:\n    b\n${many("elif c:\n    d\n", 1000)}`],
  ["python", "10,000 statements", many("f(x)\n", 10_000)],
  ["python", "200 nested brackets", `x = ${many("[", 200)}${many("]", 200)}`],
  ["python", "a text full of opening brackets", `x = "${many(":(", 1000)}" # ${many("(", 1000)}`],
  ["python", "40 nested functions", `${Array.from({ length: 40 }, (_, i) => `${many("    ", i)}def f(x):`).join("\n")} return g(h(x))`],
  ["javascript", "a sum of 3,000 terms", `x = ${many("1 + ", 3000)}1`],
  ["javascript", "a chain of 1,000 calls", `x${many(".f()", 1000)}`],
  ["javascript", "500 else if", `${many("if (a) b; else ", 500)}c`],
  ["javascript", "100 nested callbacks", `${many("f(() => {", 100)}${many("})", 100)}`],
  ["javascript", "a text full of opening brackets", `x = "${many(":(", 1000)}" // ${many("(", 1000)}`],
  ["javascript", "100 nested templates", `x = ${many("`a${", 100)}1${many("}`", 100)}`],
  ["typescript", "100 nested types", `let x: ${many("Array<", 100)}T${many(">", 100)}`],
];

const HOSTILE: readonly (readonly [Language, string, string])[] = [
  ["python", "10,000 nested brackets", many("[", 10_000) + many("]", 10_000)],
  ["python", "10,000 nested calls", many("f(", 10_000) + many(")", 10_000)],
  ["python", "10,000 nested f-strings", many('f"{', 10_000) + many('}"', 10_000)],
  ["python", "10,000 not", `${many("not ", 10_000)}x`],
  ["python", "10,000 signs", `${many("- ", 10_000)}x`],
  ["python", "10,000 lambdas", `${many("lambda: ", 10_000)}x`],
  ["python", "more than 1 MiB", many("x = 1\n", 200_000)],
  ["python", "more than 1 MiB of UTF-8", many("é", 600_000)],
  ["javascript", "10,000 nested brackets", many("[", 10_000) + many("]", 10_000)],
  ["javascript", "10,000 nested blocks", many("{", 10_000) + many("}", 10_000)],
  ["javascript", "10,000 nested templates", many("`${", 10_000) + many("}`", 10_000)],
  ["javascript", "10,000 nested ifs", `${many("if (x) ", 10_000)}y`],
  ["javascript", "10,000 not", `${many("!", 10_000)}x`],
  ["javascript", "10,000 arrows", `${many("a=>", 10_000)}x`],
  ["javascript", "brackets that comments seem to close", many("(/*)*/", 10_000)],
  ["typescript", "10,000 nested brackets", many("[", 10_000) + many("]", 10_000)],
];

describe("programs that are only long", () => {
  for (const [language, title, source] of ORDINARY) {
    it(`${language}: ${title}`, () => {
      const parsed = parser.parse(source, language);
      assert.deepEqual(parsed.ok ? parsed.tree.diagnostics : parsed.failure, []);
    });
  }
});

describe("programs that are too deep or too large", () => {
  for (const [language, title, source] of HOSTILE) {
    it(`${language}: ${title}`, () => {
      const parsed = parser.parse(source, language);
      assert.equal(parsed.ok ? "parsed" : parsed.failure.reason, "limit");
      assert.ok(parser.parse("x = 1", language).ok, "the next program is parsed");
    });
  }
});

it("the scan counts bytes of UTF-8, and one byte less passes", () => {
  const limits = { ...SCAN_LIMITS, maxBytes: 8 };
  assert.equal(scan("é😀ab", "python", limits), null);
  assert.equal(scan("é😀abc", "python", limits)?.reason, "limit");
});

it("100,000 programs do not fill the parser's memory", () => {
  for (let i = 0; i < 100_000; i++) assert.ok(parser.parse("x", "python").ok);
  assert.ok(parser.usable());
});
