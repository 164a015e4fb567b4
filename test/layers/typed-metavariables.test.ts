import assert from "node:assert/strict";
import { before, it } from "node:test";
import { parsePattern } from "../../layers/1-policy-guard/parse-pattern.ts";
import type { ParseSource } from "../../layers/1-policy-guard/rule.ts";
import { realParser } from "../rules/shipped-rules.ts";

let parse: ParseSource;
before(async () => {
  parse = (await realParser()).parse;
});

it("the type of a typed metavariable is all written: what it left open would match nothing", () => {
  for (const open of ["foo(($X: Array<$T>))", "foo(($X: $T))", "foo(($X: Map<string, ...>))"]) {
    const parsed = parsePattern(open, "typescript", parse);
    assert.ok(!parsed.ok && /typed metavariable/.test(parsed.message), `${open}: ${JSON.stringify(parsed)}`);
  }
  for (const written of ["foo(($X: Array<string>))", "const $X: Array<$T> = $V", "foo(($X: Dict))"])
    assert.ok(parsePattern(written, "typescript", parse).ok, written);
});
