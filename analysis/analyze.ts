/** The analysis of one source text: parse, match Layer 1's rules, lower, interpret. Pure, bounded, never throws. */
import type { AnalysisResult, Program, RuleMatch, StringFact } from "./effects.ts";
import { interpret } from "./interpret/interpret.ts";
import type { Sensitivity } from "./interpret/run.ts";
import { DEFAULT_BUDGET } from "./interpret/run.ts";
import type { ModuleIr } from "./ir.ts";
import { LimitError } from "./limit-error.ts";
import { lower } from "./lower/lower.ts";
import { memo } from "./memo.ts";
import { type Models, type ModelTables, modelsOf } from "./models.ts";
import type { Parser } from "./parse.ts";
import { labelOfLiteral, labelOfName, type Recognisers } from "./sensitivity.ts";
import { type Language, type LineIndex, type Module, type ParsedTree, type Stmt, walk } from "./tree.ts";

export type AnalyzerOptions = {
  readonly parser: Parser;
  /** Layer 1's compiled rules on a tree. */
  readonly match: (tree: ParsedTree) => readonly RuleMatch[];
  /** `rules/apis/*.yaml`, compiled. */
  readonly models: ModelTables;
  /** `rules/sensitivity/*.yaml`, compiled; without them nothing has a label. */
  readonly recognisers?: Recognisers;
};
export type Analyzer = { analyze(code: string, language: Language): AnalysisResult };

export function createAnalyzer({ parser, match, models, recognisers }: AnalyzerOptions): Analyzer {
  const asked = { python: modelsOf(models.python), javascript: modelsOf(models.javascript) };
  const prepared: Prepared = { parser, match, models: asked, sensitivity: sensitivityOf(recognisers) };
  return { analyze: (code, language) => analyzeOne(prepared, code, language) };
}

type Prepared = Pick<AnalyzerOptions, "parser" | "match"> & {
  readonly models: { readonly python: Models; readonly javascript: Models };
  readonly sensitivity: Sensitivity;
};

function sensitivityOf(recognisers: Recognisers | undefined): Sensitivity {
  if (recognisers === undefined) return { ofName: () => [], ofLiteral: () => [] };
  return { ofName: memo((name) => labelOfName(recognisers, name)), ofLiteral: (text) => labelOfLiteral(recognisers, text) };
}

function analyzeOne(options: Prepared, code: string, language: Language): AnalysisResult {
  const parsed = options.parser.parse(code, language);
  if (!parsed.ok) return { ok: false, failure: parsed.failure };
  try {
    return { ok: true, program: programOf(options, { code, language, tree: parsed.tree }) };
  } catch (error) {
    // INVARIANT 1: a fault of the analysis is an answer of its own, never an empty Program.
    const message = `analysis failed: ${error instanceof Error ? error.message : String(error)}`;
    return { ok: false, failure: { reason: error instanceof LimitError ? "limit" : "crashed", message } };
  }
}

function programOf(options: Prepared, source: { code: string; language: Language; tree: ParsedTree }): Program {
  const { tree, language, code } = source;
  const matches = options.match(tree);
  const ir = lower(tree, code);
  const result = interpret({
    language,
    source: code,
    ir,
    lines: tree.lines,
    models: options.models,
    sensitivity: options.sensitivity,
    budget: DEFAULT_BUDGET,
    load: (text, nested) => loadNested(options.parser, text, nested),
    unread: tree.diagnostics.map((d) => ({ start: d.location.offset, end: d.location.endOffset })),
  });
  const diagnostics = [...ir.diagnostics, ...result.diagnostics];
  return {
    language,
    effects: result.effects,
    matches,
    strings: sensitiveLiterals(tree, options.sensitivity),
    diagnostics: dedupe([...tree.diagnostics, ...diagnostics]),
    exhausted: result.exhausted,
  };
}

const dedupe = <T extends { readonly message: string; readonly location: { readonly offset: number } }>(items: readonly T[]): T[] => [
  ...new Map(items.map((d) => [`${d.location.offset}|${d.message}`, d])).values(),
];

/** Nested code; its last expression is its value. Null when it has syntax errors. */
function loadNested(parser: Parser, text: string, language: Language): { ir: ModuleIr; lines: LineIndex } | null {
  const source = language === "python" ? dedent(text) : text;
  const parsed = parser.parse(source, language);
  if (!parsed.ok || parsed.tree.diagnostics.some((d) => d.kind === "syntax" || d.kind === "limit")) return null;
  const tree: ParsedTree = { ...parsed.tree, module: returningLast(parsed.tree.module) };
  return { ir: lower(tree, source), lines: tree.lines };
}

/** `exec` takes indented text only when it is consistently so; leading blanks are no error in `eval`. */
function dedent(text: string): string {
  return text.replace(/^[ \t]+(?=\S)/, (indent) => (text.includes(`\n${indent}`) ? indent : ""));
}

function returningLast(module: Module): Module {
  const last = module.body[module.body.length - 1];
  if (last?.kind !== "ExprStmt") return module;
  const value: Stmt = { kind: "Return", start: last.start, end: last.end, value: last.value };
  return { ...module, body: [...module.body.slice(0, -1), value] };
}

/** String and number literals that hold something sensitive, for Layer 3. Comments are not in the tree. */
function sensitiveLiterals(tree: ParsedTree, { ofLiteral }: Sensitivity): StringFact[] {
  const out: StringFact[] = [];
  walk(tree.module, (node) => {
    const value =
      node.kind === "Str" ? node.value : node.kind === "Num" && node.end - node.start >= SHORTEST_NUMBER ? String(node.value) : "";
    if (value !== "" && ofLiteral(value).length > 0) out.push({ value, location: tree.lines.locate(node) });
  });
  return out;
}

/** Characters of the shortest number that may be somebody's. */
const SHORTEST_NUMBER = 9;
