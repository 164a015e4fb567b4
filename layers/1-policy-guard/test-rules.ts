/**
 * Runs rules against annotated source: a comment `ruleid: <id>` says that the next line of code must match, `ok: <id>`
 * that it must not. Every difference is reported; a rule whose source has no annotation at all is one too.
 */
import type { RuleFile } from "../../analysis/rule-file.ts";
import { formatRuleError } from "../../analysis/rule-file.ts";
import type { Language } from "../../analysis/tree.ts";
import { compileRules } from "./compile-rules.ts";
import { matchRules } from "./match-rules.ts";
import type { ParseSource } from "./parse-pattern.ts";

/** One rule against one source; lines are 1-based and in order. */
export type RuleTest = {
  readonly rule: string;
  readonly mode: "search";
  readonly file: string;
  readonly expected: readonly number[];
  readonly found: readonly number[];
  readonly missed: readonly number[];
  readonly invented: readonly number[];
  readonly error: string | null;
};

const LANGUAGE_OF: Readonly<Record<string, Language>> = {
  py: "python",
  js: "javascript",
  jsx: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  ts: "typescript",
  tsx: "typescript",
};
const ANNOTATION = /^\s*(?:#|\/\/|\/\*)\s*(ruleid|ok)\s*:\s*([\w.,\s-]+?)\s*(?:\*\/)?$/;

/** Tests every rule file of `files` against the sources that have its name but another ending. */
export function testRules(files: readonly RuleFile[], parse: ParseSource): RuleTest[] {
  return files.filter((file) => /\.ya?ml$/.test(file.path)).flatMap((file) => testRuleFile(file, files, parse));
}

function testRuleFile(file: RuleFile, files: readonly RuleFile[], parse: ParseSource): RuleTest[] {
  const compiled = compileRules([file], parse);
  if (!compiled.ok) return [broken(file.path, file.path, compiled.errors.map(formatRuleError).join("\n"))];
  const stem = file.path.replace(/\.ya?ml$/, "");
  const sources = files.filter(
    (other) => other !== file && languageOf(other.path) !== undefined && other.path.replace(/\.\w+$/, "") === stem,
  );
  if (sources.length === 0)
    return [...compiled.rules.rules.keys()].map((id) => broken(id, stem, "there is no annotated source beside the rule"));
  return sources.flatMap((source) => {
    const language = languageOf(source.path) as Language;
    const parsed = parse(source.text, language);
    const rules = [...compiled.rules.rules.values()].filter((rule) => rule.languages.includes(language));
    if (!parsed.ok) return rules.map((rule) => broken(rule.id, source.path, parsed.failure.message));
    const matches = matchRules(compiled.rules, parsed.tree, language);
    return rules.map((rule) =>
      compare(
        rule.id,
        source,
        matches.filter((each) => each.ruleId === rule.id).map((each) => each.location.line),
      ),
    );
  });
}

function languageOf(path: string): Language | undefined {
  return LANGUAGE_OF[path.slice(path.lastIndexOf(".") + 1)];
}

function broken(rule: string, file: string, error: string): RuleTest {
  return { rule, mode: "search", file, expected: [], found: [], missed: [], invented: [], error };
}

function compare(rule: string, source: RuleFile, lines: readonly number[]): RuleTest {
  const { expected, innocent } = annotations(source.text, rule);
  const found = [...new Set(lines)].sort((a, b) => a - b);
  const missed = expected.filter((line) => !found.includes(line));
  const invented = found.filter((line) => !expected.includes(line));
  const error = expected.length === 0 || innocent.length === 0 ? "the source needs both `ruleid:` and `ok:` lines" : null;
  return { rule, mode: "search", file: source.path, expected, found, missed, invented, error };
}

/** Lines that must match and lines that must not: those after the comments that name the rule. */
function annotations(text: string, rule: string): { readonly expected: number[]; readonly innocent: number[] } {
  const expected: number[] = [];
  const innocent: number[] = [];
  const lines = text.split(/\r\n|\r|\n/);
  for (const [i, line] of lines.entries()) {
    const found = ANNOTATION.exec(line);
    if (found === null || !(found[2] as string).split(/[\s,]+/).includes(rule)) continue;
    let next = i + 1;
    while (next < lines.length && ANNOTATION.test(lines[next] as string)) next++;
    (found[1] === "ruleid" ? expected : innocent).push(next + 1);
  }
  return { expected, innocent };
}
