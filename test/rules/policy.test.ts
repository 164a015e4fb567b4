/** The shipped policy rules: each against its annotated source, and what every rule of the catalogue must have. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatRuleError } from "../../analysis/rule-file.ts";
import { compileRules } from "../../layers/1-policy-guard/compile-rules.ts";
import { annotations, testRules } from "../../layers/1-policy-guard/test-rules.ts";
import { realParser, ruleFiles } from "./shipped-rules.ts";

const parser = await realParser();
const files = ruleFiles("policy");
const yaml = files.filter((file) => file.path.endsWith(".yaml"));

describe("every policy rule agrees with its annotated source", () => {
  const results = testRules(files, parser.parse);
  it("covers every rule file", () => {
    assert.deepEqual([...new Set(results.map((result) => result.rule))].sort(), yaml.map((file) => stem(file.path)).sort());
  });
  for (const result of results) {
    it(`${result.rule} in ${result.file}`, () => {
      const { missed, invented, error } = result;
      assert.deepEqual({ missed, invented, error }, { missed: [], invented: [], error: null });
      assert.ok(result.found.length >= 2, "too few risky lines to mean anything");
      const source = files.find((file) => file.path === result.file);
      assert.ok(annotations(source?.text ?? "", result.rule).innocent.length > 0, "the source needs lines that are `ok:`");
    });
  }
});

describe("the test runner itself sees differences", () => {
  const rule = "rules: [{id: r, message: m, severity: INFO, languages: [python], pattern: f(...)}]";
  const run = (source: string) =>
    testRules(
      [
        { path: "r.yaml", text: rule },
        { path: "r.py", text: source },
      ],
      parser.parse,
    );
  const cases = [
    { name: "a missed line", source: "# ruleid: r\ng()\n# ok: r\nh()\n", missed: [2], invented: [], error: null },
    { name: "an invented line", source: "# ruleid: r\nf()\n# ok: r\nf(1)\n", missed: [], invented: [4], error: null },
    { name: "a match nobody announced", source: "# ruleid: r\nf()\n# ok: r\nh()\nf(2)\n", missed: [], invented: [5], error: null },
    { name: "a difference that is known", source: "# todoruleid: r\ng()\n# todook: r\nf()\n", missed: [], invented: [], error: null },
    { name: "several rules in one comment", source: "# ruleid: q, r\nf()\n# ok: q,r\ng()\n", missed: [], invented: [], error: null },
    { name: "comments of two rules above one line", source: "# ruleid: r\n# ok: q\nf()\n", missed: [], invented: [], error: null },
  ];
  for (const { name, source, missed, invented, error } of cases) {
    it(name, () => {
      const [result] = run(source);
      assert.deepEqual({ missed: result?.missed, invented: result?.invented }, { missed, invented });
      assert.equal(result?.error, error);
    });
  }
  it("a rule without a source", () => {
    assert.match(testRules([{ path: "r.yaml", text: rule }], parser.parse)[0]?.error ?? "", /no annotated source/);
  });
});

describe("the catalogue", () => {
  const compiled = compileRules(yaml, parser.parse);
  assert.ok(compiled.ok, compiled.ok ? "" : compiled.errors.map(formatRuleError).join("\n"));
  const rules = [...compiled.rules.rules.values()];
  it("has ten rules or more, for Python and for JavaScript", () => {
    assert.ok(rules.length >= 10);
    for (const language of ["python", "javascript", "typescript"] as const)
      assert.ok(rules.some((rule) => rule.languages.includes(language)));
  });
  it("only asks or blocks where the rule says so itself", () => {
    for (const file of yaml) assert.match(file.text, /^ {8}action: (block|require_approval|warn)$/m, file.path);
  });
  for (const rule of rules) {
    it(`${rule.id}: named like its file, with a message, its limits, a CWE and an OWASP agentic reference`, () => {
      assert.equal(stem(rule.path), rule.id);
      assert.ok(rule.message.length >= 40, "the message must say what is wrong and why");
      assert.match(rule.references.join(" "), /CWE-\d+.*ASI\d\d/);
      assert.match(yaml.find((file) => file.path === rule.path)?.text ?? "", /^ {6}limits: \S/m);
    });
  }
});

function stem(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.\w+$/, "");
}
