/** Layer 1: how patterns match, which rule files are refused and where, and what a match means for a request. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AnalysisFailure } from "../../analysis/effects.ts";
import { formatRuleError } from "../../analysis/rule-file.ts";
import type { Language } from "../../analysis/tree.ts";
import { compileRules } from "../../layers/1-policy-guard/compile-rules.ts";
import { matchRules } from "../../layers/1-policy-guard/match-rules.ts";
import { policyGuard } from "../../layers/1-policy-guard/policy-guard.ts";
import type { CompiledRules } from "../../layers/1-policy-guard/rule.ts";
import { rulesVersion } from "../../layers/1-policy-guard/rules-version.ts";
import type { LayerVerdict } from "../../layers/model.ts";
import { realParser } from "../rules/shipped-rules.ts";
import { HERE, layerInput, program } from "./layer-input.ts";

const parser = await realParser();

function ruleText(pattern: string, language: string): string {
  return JSON.stringify({ rules: [{ id: "r", message: "found $X", severity: "ERROR", languages: [language], pattern }] });
}

function compiled(text: string): CompiledRules {
  const result = compileRules([{ path: "r.yaml", text }], parser.parse);
  assert.ok(result.ok, result.ok ? "" : result.errors.map(formatRuleError).join("\n"));
  return result.rules;
}

function matchesIn(pattern: string, language: Language, code: string): ReturnType<typeof matchRules> {
  const parsed = parser.parse(code, language);
  assert.ok(parsed.ok);
  return matchRules(compiled(ruleText(pattern, language)), parsed.tree, language);
}

describe("patterns", () => {
  type Case = {
    readonly pattern: string;
    readonly language: Language;
    readonly matches: readonly string[];
    readonly not: readonly string[];
  };
  const cases: readonly Case[] = [
    {
      pattern: "subprocess.call(...)",
      language: "python",
      matches: [
        "import subprocess\nsubprocess.call(x)",
        "import subprocess as sp\nsp.call(x)",
        "from subprocess import call\ncall(x)",
        "from subprocess import call as c\nc(x, shell=True)",
        "from subprocess import *\ncall(x)",
        "def f():\n    import subprocess as s\n    def g():\n        return s.call(x)",
        "try:\n    import subprocess\nexcept ImportError:\n    subprocess = None\nsubprocess.call(x)",
        "subprocess.call(x)",
        "[subprocess.call(c) for c in cs]",
        "@subprocess.call(1)\ndef f(): pass",
        "@subprocess.call\ndef f(): pass",
        // As the format has it: a name is what it is called, whoever defined it.
        "def f(subprocess):\n    subprocess.call(x)",
      ],
      not: [
        "import subprocess\nsubprocess.run(x)",
        "import other as subprocess2\nsubprocess2.call(x)",
        "import subprocess\nrun = subprocess.call\nrun(x)",
        "print('subprocess.call(x)')  # subprocess.call(x)",
        "my.subprocess.call(x)",
        "call(x)",
      ],
    },
    {
      pattern: "exec($X)",
      language: "python",
      matches: ["exec(a)", "exec(a.b(c))", "exec(*a)", "class A:\n    def exec(self):\n        exec(x)"],
      not: ["exec()", "exec(a, b)", "exec(x=a)", "exec(a, **k)", "db.exec(x)"],
    },
    {
      pattern: "f(..., flag=True, ...)",
      language: "python",
      matches: ["f(flag=True)", "f(1, 2, a=3, flag=True, b=4)", "f(*a, flag=True)", "T = True\nf(flag=T)", "f(flag=not False)"],
      not: ["f(flag=False)", "f(True)", "f(flag=flag)", "T = True\nT = False\nf(flag=T)", "f(**options)"],
    },
    { pattern: "f(flag=True)", language: "python", matches: ["f(flag=True)"], not: ["f(1, flag=True)", "f(flag=True, a=1)"] },
    {
      pattern: "f($X, ..., $X)",
      language: "python",
      matches: ["f(a, a)", "f(a.b(1), c, d, a.b( 1 ))"],
      not: ["f(a)", "f(a, b)", "f(a(1), a(2))"],
    },
    {
      pattern: 'f("...", 1, None, [..., "x", ...])',
      language: "python",
      matches: ["f('a', 1, None, ['x'])", "f('a' 'b', 1, None, ['w', 'x', 'y'])", "s = 'a'\nf(s + 'b', 1, None, ['x'])"],
      not: [
        "f(a, 1, None, ['x'])",
        "f('a', 2, None, ['x'])",
        "f('a', 1, 0, ['x'])",
        "f('a', 1, None, ('x',))",
        "f(f'{a}', 1, None, ['x'])",
      ],
    },
    {
      pattern: "child_process.exec(...)",
      language: "javascript",
      matches: [
        'require("child_process").exec(x)',
        'const {exec} = require("child_process"); exec(x)',
        'const {exec: run} = require("node:child_process"); run(x)',
        'import * as cp from "node:child_process"; cp.exec(x)',
        'import {exec as e} from "child_process"; function f() { return e?.(x) }',
        'import cp from "child_process"; cp["exec"](x)',
        'const cp = require("child_process"); const {exec} = cp; exec(x)',
        'const cp = await import("node:child_process"); cp.exec(x)',
        "child_process.exec(x)",
      ],
      not: [
        'import {exec} from "./mine.js"; exec(x)',
        'import * as cp from "child_process"; { const cp = fake(); cp.exec(x) }',
        "new child_process.exec(x)",
        "/child_process.exec(x)/.exec(y)",
        "`child_process.exec(x)`",
      ],
    },
    {
      pattern: "document.write(...)",
      language: "typescript",
      matches: ["document.write(x as string)", "(document as any).write(x!)"],
      not: ["type T = typeof document.write", "process.stdout.write(x)", "const d = document; d.write(x)"],
    },
    {
      pattern: "new A({..., k: false, ...})",
      language: "javascript",
      matches: ["new A({k: false})", "new A({...o, j: 1, 'k': !1})", "new A({['k']: false})"],
      not: ["A({k: false})", "new A({k: true})", "new A({k: true, j: false})", "new A({k: false}, 1)", "new A(k)"],
    },
    { pattern: "f({k: $X})", language: "javascript", matches: ["f({k: 1})", "f({k: 1, j: 2})"], not: ["f({})", "f({...k})"] },
    { pattern: "$F(1, ...)", language: "javascript", matches: ["g(1)", "a.b.c(1, 2)", "(() => 1)(1)"], not: ["g()", "g(2)"] },
  ];
  for (const { pattern, language, matches, not } of cases) {
    for (const code of matches)
      it(`${pattern} matches ${JSON.stringify(code)}`, () => assert.equal(matchesIn(pattern, language, code).length, 1));
    for (const code of not)
      it(`${pattern} does not match ${JSON.stringify(code)}`, () => assert.deepEqual(matchesIn(pattern, language, code), []));
  }

  it("gives the place of the call and what metavariables stand for, never a literal's text", () => {
    const [match] = matchesIn("$O.run($X, $Y)", "python", "x = 1\n  \nself.task.run(a.b, 'secret')");
    assert.deepEqual(
      { line: match?.location.line, column: match?.location.column, endColumn: match?.location.endColumn },
      { line: 3, column: 1, endColumn: 29 },
    );
    assert.deepEqual(
      [match?.metavariables.$O?.text, match?.metavariables.$X?.text, match?.metavariables.$Y?.text],
      ["self.task", "a.b", ""],
    );
    assert.equal(match?.metavariables.$Y?.location.column, 20);
  });

  it("does not recurse over the program: 2,000 calls in a chain, 50,000 side by side", () => {
    const chain = `f(1)${".f(1)".repeat(2_000)}`;
    assert.equal(matchesIn("$F(1)", "python", chain).length > 0, true);
    assert.equal(matchesIn("f(..., 2, ..., 3)", "python", `f(${"1, ".repeat(50_000)}2, 3)`).length, 1);
    assert.equal(matchesIn("g(...)", "python", "f(1)\n".repeat(50_000)).length, 0);
    // A name that is written so often is no constant any more.
    assert.equal(matchesIn('f("...")', "python", `${"x = 'a'\n".repeat(10)}f(x)`).length, 1);
    assert.equal(matchesIn('f("...")', "python", `${"x = 'a'\n".repeat(30_000)}f(x)`).length, 0);
  });
});

describe("rule files that are refused, with line and column", () => {
  const head = "rules:\n  - id: a\n    message: m\n    severity: ERROR\n    languages: [python]\n";
  const cases: readonly { name: string; text: string; at: string; message: RegExp }[] = [
    { name: "an empty list", text: `${head}    patterns: []\n`, at: "6:15", message: /`patterns` is empty/ },
    {
      name: "an unknown mode",
      text: `${head}    mode: join\n    pattern: f()\n`,
      at: "6:11",
      message: /`mode` is `join`; allowed: search, taint/,
    },
    {
      name: "taint without sinks",
      text: `${head}    mode: taint\n    pattern-sources: [{pattern: f()}]\n`,
      at: "2:5",
      message: /`pattern-sinks` is missing/,
    },
    {
      name: "taint keys without the mode",
      text: `${head}    pattern-sinks: [{pattern: f()}]\n    pattern: f()\n`,
      at: "6:5",
      message: /belongs to `mode: taint`/,
    },
    {
      name: "an unknown option",
      text: `${head}    options: {constant_propagtion: true}\n    pattern: f()\n`,
      at: "6:15",
      message: /did you mean `constant_propagation`/,
    },
    {
      name: "an option that is no switch",
      text: `${head}    options: {ac_matching: 1}\n    pattern: f()\n`,
      at: "6:28",
      message: /true or false/,
    },
    {
      name: "a regular expression that is none",
      text: `${head}    pattern-regex: "(a"\n`,
      at: "6:20",
      message: /not a regular expression/,
    },
    { name: "the newer syntax", text: `${head}    match: f()\n`, at: "6:5", message: /this syntax is not supported/ },
    { name: "a misspelt key", text: `${head}    patern: f()\n`, at: "6:5", message: /unknown key `patern`.*did you mean `pattern`/ },
    {
      name: "a filter outside of patterns",
      text: `${head}    pattern-not: f()\n    pattern: f()\n`,
      at: "6:5",
      message: /inside `patterns` it may be/,
    },
    {
      name: "pattern-not in pattern-either",
      text: `${head}    pattern-either:\n      - pattern: f()\n      - pattern-not: g()\n`,
      at: "8:9",
      message: /not supported here/,
    },
    { name: "no pattern", text: head, at: "2:5", message: /one of `pattern`.* is missing/ },
    {
      name: "two patterns",
      text: `${head}    pattern: f()\n    patterns: [{pattern: g()}]\n`,
      at: "7:5",
      message: /either `pattern` or `patterns`/,
    },
    { name: "a broken pattern", text: `${head}    pattern: f(\n`, at: "6:14", message: /not valid python/ },
    {
      name: "a comparison with what is unknown",
      text: `${head}    patterns:\n      - pattern: f($X)\n      - metavariable-comparison: {comparison: "$X > max(1, 2)"}\n`,
      at: "8:47",
      message: /`max` in a comparison is not supported/,
    },
    {
      name: "an analyser that is unknown",
      text: `${head}    patterns:\n      - pattern: f($X)\n      - metavariable-analysis: {metavariable: $X, analyzer: magic}\n`,
      at: "8:51",
      message: /analyzer `magic` is not supported/,
    },
    {
      name: "a name that is no metavariable",
      text: `${head}    patterns:\n      - pattern: f($X)\n      - focus-metavariable: X\n`,
      at: "8:29",
      message: /not a metavariable/,
    },
    {
      name: "a pattern for any text that says nothing",
      text: `${head.replace("python", "generic")}    pattern: "..."\n`,
      at: "6:14",
      message: /no word in it/,
    },
    {
      name: "only languages of others",
      text: `${head.replace("[python]", "[java, go]")}    pattern: f()\n`,
      at: "5:16",
      message: /none that is supported \(java, go\)/,
    },
    { name: "an unknown language", text: head.replace("python", "cobol"), at: "5:17", message: /language `cobol` is not supported/ },
    { name: "an unknown severity", text: head.replace("ERROR", "BAD"), at: "4:15", message: /allowed: / },
    {
      name: "an unknown extra of ours",
      text: `${head}    metadata: {agentguard: {actoin: block}}\n    pattern: f()\n`,
      at: "6:29",
      message: /did you mean `action`/,
    },
    {
      name: "an unknown action",
      text: `${head}    metadata: {agentguard: {action: stop}}\n    pattern: f()\n`,
      at: "6:37",
      message: /allowed: block, require_approval, warn/,
    },
    { name: "no message", text: head.replace("    message: m\n", ""), at: "2:5", message: /`message` is missing/ },
    { name: "an id used twice", text: `${head}    pattern: f()\n${head.slice(7)}    pattern: g()\n`, at: "7:9", message: /used twice/ },
    { name: "no rules", text: "rules: []\n", at: "1:1", message: /`rules` is empty/ },
    { name: "an empty file", text: "", at: "1:1", message: /holds no rules/ },
    { name: "a key beside rules", text: `${head}    pattern: f()\nrulez: []\n`, at: "7:1", message: /unknown key `rulez`/ },
    { name: "not YAML", text: "rules:\n  - id: [a\n", at: "3:1", message: /not valid YAML/ },
  ];
  for (const { name, text, at, message } of cases) {
    it(name, () => {
      const result = compileRules([{ path: "r.yaml", text }], parser.parse);
      assert.ok(!result.ok);
      const found = result.errors.find((error) => message.test(error.message));
      assert.ok(found, result.errors.map(formatRuleError).join("\n"));
      assert.equal(`${found.line}:${found.column}`, at, formatRuleError(found));
      if (text !== "") assert.match(found.frame, /\^$/);
    });
  }
  it("no files at all", () => assert.ok(!compileRules([], parser.parse).ok));
  it("metadata that is not ours is free", () => {
    compiled(`${head}    pattern: f()\n    metadata: {category: security, technology: [x], references: ["https://example.com"]}\n`);
  });
});

describe("the rules' version", () => {
  const a = { path: "a.yaml", text: "rules: 1\n" };
  const b = { path: "b.yaml", text: "rules: 2\n" };
  it("does not depend on the order of files or on line ends", () => {
    assert.match(rulesVersion([a, b]), /^[0-9a-f]{64}$/);
    assert.equal(rulesVersion([a, b]), rulesVersion([b, { ...a, text: "rules: 1\r\n" }]));
  });
  it("changes with every content and name, and with where one file ends", () => {
    const versions = [[a], [b], [a, b], [{ ...a, text: "rules: 1 \n" }], [{ path: "a", text: ".yamlrules: 1\n" }]].map(rulesVersion);
    assert.equal(new Set(versions).size, versions.length);
  });
});

describe("what a match means", () => {
  const rules = compiled(
    JSON.stringify({
      rules: [
        { id: "stop", action: "block" },
        { id: "ask", action: "require_approval" },
        { id: "warn", action: "warn" },
        { id: "bank", action: "block", domains: ["financial"] },
      ].map(({ id, action, domains }) => ({
        id,
        message: "do not call $X",
        severity: "ERROR",
        languages: ["python"],
        pattern: `${id}($X)`,
        metadata: {
          cwe: ["CWE-94: code injection"],
          owasp: "ASI05",
          agentguard: { action, controls: ["SOC2-CC6.1"], ...(domains ? { domains } : {}) },
        },
      })),
    }),
  );
  const layer = policyGuard(rules);
  const matching = (...ids: string[]) =>
    program({ matches: ids.map((ruleId) => ({ ruleId, location: HERE, metavariables: { $X: { text: "a.b", location: HERE } } })) });
  const inspect = (ids: readonly string[], context = {}, claims: readonly string[] = []) =>
    layer.inspect(layerInput(matching(...ids), context, claims)) as LayerVerdict;

  const outcomes: readonly [string[], string][] = [
    [[], "pass"],
    [["warn"], "pass"],
    [["ask", "warn"], "escalate"],
    [["warn", "ask", "stop"], "block"],
  ];
  for (const [ids, outcome] of outcomes)
    it(`${ids.join(", ") || "nothing"} -> ${outcome}`, () => assert.equal(inspect(ids).outcome, outcome));

  it("a finding has the rule's words, references and reason", () => {
    const [found] = inspect(["stop"]).findings;
    const { message, references, reasonCode, severity } = found ?? {};
    assert.deepEqual(
      { message, references, reasonCode, severity },
      { message: "do not call a.b", references: ["CWE-94", "ASI05", "SOC2-CC6.1"], reasonCode: "policy.violated", severity: "high" },
    );
  });
  it("a rule for a domain is left out only on an accepted claim of another, and says so", () => {
    assert.equal(inspect(["bank"]).outcome, "block");
    assert.equal(inspect(["bank"], { domain: "healthcare" }).outcome, "block");
    assert.equal(inspect(["bank"], { domain: "financial" }, ["domain"]).outcome, "block");
    const other = inspect(["bank"], { domain: "healthcare" }, ["domain"]);
    assert.deepEqual([other.outcome, other.reliedOn], ["pass", ["context.domain"]]);
  });

  const reason = (verdict: LayerVerdict) => (verdict.outcome === "error" ? verdict.error.reasonCode : verdict.outcome);
  const failures: Record<AnalysisFailure["reason"], string> = {
    deadline: "analysis.deadline",
    crashed: "analysis.crashed",
    limit: "analysis.limit",
    unsupported_language: "analysis.unsupported_language",
    rules_broken: "rules.broken",
  };
  for (const [failure, code] of Object.entries(failures)) {
    it(`INVARIANT 1: ${failure} -> ${code}`, () => {
      const facts = { ok: false, failure: { reason: failure as AnalysisFailure["reason"], message: "" } } as const;
      assert.equal(reason(layer.inspect(layerInput(facts)) as LayerVerdict), code);
    });
  }
  it("INVARIANT 1: no rules -> rules.empty; a match of a rule that is not here -> rules.broken", () => {
    const empty = policyGuard({ rules: new Map() });
    assert.equal(reason(empty.inspect(layerInput(program())) as LayerVerdict), "rules.empty");
    assert.equal(reason(inspect(["gone"])), "rules.broken");
  });
});
