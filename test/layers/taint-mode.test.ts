/**
 * Taint mode, case by case: taint-cases/*.txt holds the parts of a rule (what is left out is `source(...)`, `sink(...)`
 * and `clean(...)`), and a program whose lines that must be reported carry `HIT`.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import type { RuleMatch } from "../../analysis/effects.ts";
import { formatRuleError } from "../../analysis/rule-file.ts";
import type { Language } from "../../analysis/tree.ts";
import { compileRules } from "../../layers/1-policy-guard/compile-rules.ts";
import { conditionHolds } from "../../layers/1-policy-guard/conditions.ts";
import { matchRules } from "../../layers/1-policy-guard/match-rules.ts";
import { matchTaint } from "../../layers/1-policy-guard/match-taint.ts";
import { MatchBudgetError } from "../../layers/1-policy-guard/matching.ts";
import { programFacts } from "../../layers/1-policy-guard/program-facts.ts";
import type { TaintRule } from "../../layers/1-policy-guard/rule.ts";
import { candidates } from "../../layers/1-policy-guard/rule-index.ts";
import { realParser } from "../rules/shipped-rules.ts";

const parser = await realParser();
const LANGUAGES: Readonly<Record<string, Language>> = { py: "python", js: "javascript", ts: "typescript", sh: "shell" };
const DEFAULTS = {
  "pattern-sources": "[{pattern: source(...)}]",
  "pattern-sinks": "[{pattern: sink(...)}]",
  "pattern-sanitizers": "[{pattern: clean(...)}]",
};

type Case = { readonly language: Language; readonly rule: string; readonly title: string; readonly code: string };

function casesIn(file: string): Case[] {
  const text = readFileSync(fileURLToPath(new URL(`taint-cases/${file}`, import.meta.url)), "utf8");
  return text.split(/^=====\n/m).map((block) => {
    const [head = "", code = ""] = block.split(/^-----\n/m);
    const [first = "", ...given] = head.trimEnd().split("\n");
    return { language: LANGUAGES[first.slice(0, 2)] as Language, rule: given.join("\n"), title: first.slice(3), code };
  });
}

function ruleText(language: Language, given: string): string {
  const left = Object.entries(DEFAULTS).filter(([key]) => !new RegExp(`^${key}:`, "m").test(given));
  const body = [given, ...left.map(([key, value]) => `${key}: ${value}`)].join("\n").replace(/^(?=.)/gm, "    ");
  return `rules:\n  - id: r\n    message: m\n    severity: INFO\n    mode: taint\n    languages: [${language === "shell" ? "bash" : language}]\n${body}\n`;
}

function matchesOf(language: Language, rule: string, code: string): RuleMatch[] {
  const compiled = compileRules([{ path: "r.yaml", text: ruleText(language, rule) }], parser.parse);
  assert.ok(compiled.ok, compiled.ok ? "" : compiled.errors.map(formatRuleError).join("\n"));
  const parsed = parser.parse(code, language);
  assert.ok(parsed.ok);
  return matchRules(compiled.rules, parsed.tree, language);
}

for (const file of ["python.txt", "javascript.txt", "shell.txt"]) {
  describe(`taint in ${file}`, () => {
    for (const each of casesIn(file)) {
      it(each.title, () => {
        const expected = each.code.split("\n").flatMap((line, i) => (/(?:#|\/\/) HIT/.test(line) ? [i + 1] : []));
        const lines = matchesOf(each.language, each.rule, each.code).map((match) => match.location.line);
        assert.deepEqual([...new Set(lines)], expected, each.code);
      });
    }
  });
}

describe("a taint finding", () => {
  it("leads from the source over every step to the sink", () => {
    const code = "def send(q):\n    sink(q)\ndef f():\n    name = source()\n    send('a' + name)\n";
    const [match] = matchesOf("python", "", code);
    assert.deepEqual(
      match?.trace?.map((step) => [step.message, step.location.line]),
      [
        ["tainted data comes in", 4],
        ["kept in `name`", 4],
        ["passed to `send`", 5],
        ["reaches the sink", 2],
      ],
    );
  });
  it("has the metavariables of sink and source", () => {
    const [match] = matchesOf(
      "python",
      "pattern-sources: [{pattern: $A.args}]\npattern-sinks: [{pattern: $B.run(...)}]",
      "shell.run(request.args)",
    );
    assert.equal(match?.metavariables.$A?.text, "request");
    assert.equal(match?.metavariables.$B?.text, "shell");
  });
});

describe("taint rules that are wrong", () => {
  const cases = [
    {
      name: "requires that is no condition",
      rule: "pattern-sinks: [{pattern: f(), requires: A + B}]",
      message: /`requires` is made of labels/,
    },
    { name: "an unknown key", rule: "pattern-sinks: [{pattern: f(), labels: A}]", message: /unknown key `labels`/ },
    { name: "a propagator without an end", rule: "pattern-propagators: [{pattern: f($X), from: $X}]", message: /needs `to`/ },
    { name: "an unknown option", rule: "options: {taint_assume_nothing: true}", message: /`taint_assume_nothing` is not supported/ },
    { name: "a switch that is none", rule: "pattern-sources: [{pattern: f(), by-side-effect: 1}]", message: /by-side-effect/ },
  ];
  for (const { name, rule, message } of cases) {
    it(name, () => {
      const compiled = compileRules([{ path: "r.yaml", text: ruleText("python", rule) }], parser.parse);
      assert.ok(!compiled.ok);
      assert.match(compiled.errors.map(formatRuleError).join("\n"), message);
    });
  }
  it("a language that is not lowered", () => {
    const text = ruleText("python", "").replace("[python]", "[generic]");
    const compiled = compileRules([{ path: "r.yaml", text }], parser.parse);
    assert.ok(!compiled.ok);
    assert.match(compiled.errors[0]?.message ?? "", /runs on Python, JavaScript, TypeScript and Bash/);
  });
});

describe("what a taint rule costs", () => {
  const compiled = compileRules([{ path: "r.yaml", text: ruleText("python", "") }], parser.parse);
  assert.ok(compiled.ok);
  const index = compiled.rules.index.get("python");
  assert.ok(index);
  it("nothing, where a word of its sources or of its sinks is missing", () => {
    for (const [code, rules] of [
      ["sink(x)", 0],
      ["source()", 0],
      ["sink(source())", 1],
    ] as const) {
      const parsed = parser.parse(code, "python");
      assert.ok(parsed.ok);
      assert.equal(candidates(index, programFacts(parsed.tree).words).length, rules, code);
    }
  });
  it("at most its budget: what is not followed to its end is an error, and never an answer", () => {
    const parsed = parser.parse("x = source()\nsink(x)\n", "python");
    assert.ok(parsed.ok);
    const facts = programFacts(parsed.tree);
    const [rule] = candidates(index, facts.words);
    assert.ok(rule?.taint);
    const search = { facts, options: rule.options, fuel: { left: 1000 }, within: null, context: [], parse: parser.parse };
    const evaluation = { ...search, holds: conditionHolds, base: null, admits: null };
    assert.equal(matchTaint(evaluation, rule.taint, { left: 1000 }).length, 1);
    assert.throws(() => matchTaint(evaluation, rule.taint as TaintRule, { left: 3 }), MatchBudgetError);
  });
});
