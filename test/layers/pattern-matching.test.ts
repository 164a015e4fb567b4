/**
 * The pattern language, case by case: pattern-cases/*.txt holds a rule's pattern part, and a program whose lines that
 * must be reported carry `HIT`.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { formatRuleError } from "../../analysis/rule-file.ts";
import type { Language } from "../../analysis/tree.ts";
import { compileRules } from "../../layers/1-policy-guard/compile-rules.ts";
import { matchRules } from "../../layers/1-policy-guard/match-rules.ts";
import { realParser } from "../rules/shipped-rules.ts";

const parser = await realParser();
const LANGUAGES: Readonly<Record<string, Language>> = { py: "python", js: "javascript", ts: "typescript", sh: "shell" };

type Case = { readonly language: Language; readonly rule: string; readonly title: string; readonly code: string };

function casesIn(file: string): Case[] {
  const text = readFileSync(fileURLToPath(new URL(`pattern-cases/${file}`, import.meta.url)), "utf8");
  return text.split(/^=====\n/m).map((block) => {
    const [head = "", code = ""] = block.split(/^-----\n/m);
    const body = head.replace(/^.*\n/, "").trimEnd();
    const indented = (spaces: number): string => body.replace(/^/gm, " ".repeat(spaces));
    const isRule = /^(?:pattern|patterns|pattern-either|pattern-regex|options):/m.test(body);
    return {
      language: LANGUAGES[head.slice(0, 2)] as Language,
      rule: isRule ? indented(4) : `    pattern: |\n${indented(6)}`,
      title: body.replace(/\s+/g, " "),
      code,
    };
  });
}

function linesFound({ language, rule, code }: Case): number[] {
  const text = `rules:\n  - id: r\n    message: m\n    severity: INFO\n    languages: [${language === "shell" ? "bash" : language}]\n${rule}\n`;
  const compiled = compileRules([{ path: "r.yaml", text }], parser.parse);
  assert.ok(compiled.ok, compiled.ok ? "" : compiled.errors.map(formatRuleError).join("\n"));
  const parsed = parser.parse(code, language);
  assert.ok(parsed.ok);
  const lines = matchRules(compiled.rules, parsed.tree, language).map((match) => match.location.line);
  return [...new Set(lines)].sort((a, b) => a - b);
}

for (const file of ["python.txt", "javascript.txt", "shell.txt", "whole-rules.txt"]) {
  describe(`patterns in ${file}`, () => {
    for (const each of casesIn(file)) {
      it(each.title, () => {
        const expected = each.code.split("\n").flatMap((line, i) => (/(?:#|\/\/) HIT/.test(line) ? [i + 1] : []));
        assert.deepEqual(linesFound(each), expected, each.code);
      });
    }
  });
}
