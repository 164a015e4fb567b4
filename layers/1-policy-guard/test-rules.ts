/**
 * Runs rules against annotated source: a comment `ruleid: <id>` says that the next line of code must match, `ok: <id>`
 * that it must not; `todoruleid` and `todook` mark what is known to be wrong, `deepruleid` and `proruleid` what depends on
 * how far an engine follows calls: they are not compared.
 */
import { formatRuleError, type RuleFile } from "../../analysis/rule-file.ts";
import { LANGUAGES, type Language, LineIndex, type ParsedTree } from "../../analysis/tree.ts";
import { type RuleResult, readRules, ruleSet } from "./compile-rules.ts";
import { matchRules } from "./match-rules.ts";
import type { ParseSource } from "./rule.ts";

/** One rule against one source; lines are 1-based and in order. */
export type RuleTest = {
  readonly rule: string;
  readonly mode: "search" | "taint";
  readonly file: string;
  readonly expected: readonly number[];
  readonly found: readonly number[];
  readonly missed: readonly number[];
  readonly invented: readonly number[];
  readonly error: string | null;
};

const LANGUAGE_OF: Readonly<Record<string, Language>> = {
  py: "python",
  pyi: "python",
  js: "javascript",
  jsx: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  ts: "typescript",
  tsx: "typescript",
  mts: "typescript",
  cts: "typescript",
  sh: "shell",
  bash: "shell",
};
const ANNOTATION = /(?:#|\/\/|\/\*|<!--|\(\*)\s?((?:todo)?(?:deep|pro)?(?:ruleid|ok))\s*:\s*(.+)$/;
/** `ok: deepruleid: x`: what engines that follow calls say otherwise. */
const BY_DEPTH = /^\s*(?:deep|pro)(?:ruleid|ok)\s*:/;

/** Tests every rule file of `files` against the sources that have its name but another ending. */
export function testRules(files: readonly RuleFile[], parse: ParseSource): RuleTest[] {
  const rules = files.filter((file) => isRuleFile(file.path));
  return rules.flatMap((file) => testRuleFile(file, sourcesOf(file, files), parse));
}

function isRuleFile(path: string): boolean {
  return /\.ya?ml$/.test(path) && !/\.(?:test|fixed)\.ya?ml$/.test(path);
}

/** `a/x.yaml` is tested by `a/x.py`, `a/x.test.js` and everything in `a/x/`. */
function sourcesOf(file: RuleFile, files: readonly RuleFile[]): RuleFile[] {
  const stem = file.path.replace(/[^/\\]*$/, (name) => name.split(".")[0] ?? name);
  return files.filter((other) => {
    if (other === file || isRuleFile(other.path) || /\.fixed\.\w+$/.test(other.path)) return false;
    return other.path.replace(/[^/\\]*$/, (name) => name.split(".")[0] ?? name) === stem || other.path.startsWith(`${stem}/`);
  });
}

function testRuleFile(file: RuleFile, sources: readonly RuleFile[], parse: ParseSource): RuleTest[] {
  const { rules, errors } = readRules(file, parse);
  if (errors.length > 0) return [broken(file.path, "search", file.path, errors.map(formatRuleError).join("\n"))];
  return rules.flatMap((result) => testRule(result, file, sources, parse));
}

function testRule(result: RuleResult, file: RuleFile, sources: readonly RuleFile[], parse: ParseSource): RuleTest[] {
  const id = result.id ?? file.path;
  if (result.errors.length > 0) return [broken(id, result.mode, file.path, result.errors.map(formatRuleError).join("\n"))];
  const set = ruleSet([result], parse);
  const languages = new Set(result.formulas.map((each) => each.language));
  // Rules for text apply to every language of programs.
  const isText = languages.size === LANGUAGES.length;
  const own = sources.filter((source) => languageFor(source.path, languages, isText) !== null);
  const annotated = own.length > 0 ? own : sources.filter((source) => annotations(source.text, id).expected.length > 0);
  const tests = annotated.map((source): RuleTest => {
    const language = languageFor(source.path, languages, isText) ?? ([...languages][0] as Language);
    const parsed = parseSource(source.text, language, parse);
    if (!parsed.ok && !isText) return broken(id, result.mode, source.path, parsed.failure.message);
    const tree = parsed.ok ? parsed.tree : plainText(source.text, language);
    const lines = linesOf(() => matchRules(set, tree, language));
    return { ...compare(id, source, lines), mode: result.mode };
  });
  return tests.length > 0 ? tests : [broken(id, result.mode, file.path, "there is no annotated source beside the rule")];
}

/** Test sources of JavaScript rules are often written with types. */
function parseSource(text: string, language: Language, parse: ParseSource): ReturnType<ParseSource> {
  const parsed = parse(text, language);
  if (language !== "javascript" || !parsed.ok || parsed.tree.diagnostics.length === 0) return parsed;
  const typed = parse(text, "typescript");
  return typed.ok && typed.tree.diagnostics.length < parsed.tree.diagnostics.length ? typed : parsed;
}

type Lines = { readonly lines: readonly number[]; readonly error: string | null };

function linesOf(match: () => ReturnType<typeof matchRules>): Lines {
  try {
    return { lines: match().map((each) => each.location.line), error: null };
  } catch (error) {
    return { lines: [], error: error instanceof Error ? error.message : String(error) };
  }
}

/** A file without a tree: only regular expressions match in it. */
function plainText(text: string, language: Language): ParsedTree {
  return { module: { kind: "Module", start: 0, end: text.length, language, body: [] }, diagnostics: [], lines: new LineIndex(text) };
}

/** The file's own language, or for an ending that says nothing the rule's first. */
function languageFor(path: string, languages: ReadonlySet<Language>, isText: boolean): Language | null {
  const own = LANGUAGE_OF[path.slice(path.lastIndexOf(".") + 1).toLowerCase()];
  if (own !== undefined) return languages.has(own) ? own : null;
  return !isText && /\.(?:ya?ml|json|md|txt)$/.test(path) ? null : ([...languages][0] ?? null);
}

function broken(rule: string, mode: RuleTest["mode"], file: string, error: string): RuleTest {
  return { rule, mode, file, expected: [], found: [], missed: [], invented: [], error };
}

function compare(rule: string, source: RuleFile, { lines, error }: Lines): Omit<RuleTest, "mode"> {
  const { expected, skipped } = annotations(source.text, rule);
  const found = [...new Set(lines)].filter((line) => !skipped.has(line)).sort((a, b) => a - b);
  const missed = expected.filter((line) => !found.includes(line));
  const invented = found.filter((line) => !expected.includes(line));
  return { rule, file: source.path, expected, found, missed, invented, error };
}

export type Annotations = { readonly expected: number[]; readonly innocent: number[]; readonly skipped: ReadonlySet<number> };

/** Lines that must match, lines that must not, and lines that are not compared: those after the comments that name the rule. */
export function annotations(text: string, rule: string): Annotations {
  const expected = new Set<number>();
  const innocent = new Set<number>();
  const skipped = new Set<number>();
  const lines = text.split(/\r\n|\r|\n/);
  for (const [i, line] of lines.entries()) {
    const found = ANNOTATION.exec(line);
    if (found === null || !named(found[2] as string).some((name) => name === rule || rule.endsWith(`.${name}`))) continue;
    let next = i + 1;
    while (next < lines.length && ANNOTATION.test(lines[next] as string)) next++;
    const kind = BY_DEPTH.test(found[2] as string) ? null : found[1];
    (kind === "ruleid" ? expected : kind === "ok" ? innocent : skipped).add(next + 1);
  }
  return { expected: [...expected].filter((line) => !skipped.has(line)), innocent: [...innocent], skipped };
}

function named(text: string): string[] {
  const plain = text.replace(/\*\/.*$|-->.*$|\*\).*$/, "").replace(BY_DEPTH, "");
  return plain.split(",").map((name) => name.trim().split(/\s/)[0] ?? "");
}
