/**
 * Calls Babel, and when it refuses the text, calls it again on pieces that end at balanced statement boundaries.
 * Every stretch that no call accepts is returned as a piece without a program.
 */
import { type ParserOptions, type ParserPlugin, parse } from "@babel/parser";
import type { BabelNode } from "./javascript-ast.ts";
import type { Span } from "./javascript-context.ts";

type Problem = Span & { readonly message: string };
export type Piece = Span & { readonly program: BabelNode | null; readonly problems: readonly Problem[] };

const COMMON: readonly ParserPlugin[] = ["decorators", "decoratorAutoAccessors", "deferredImportEvaluation", "sourcePhaseImports"];
/**
 * Sloppy scripts accept most (`with`, octal numbers, HTML comments); modules' own syntax is only reported in them.
 * Code runs inside an asynchronous function, hence `await` and `return`.
 */
const OPTIONS: ParserOptions = {
  sourceType: "script",
  errorRecovery: true,
  allowReturnOutsideFunction: true,
  allowAwaitOutsideFunction: true,
  allowSuperOutsideMethod: true,
  allowUndeclaredExports: true,
  allowNewTargetOutsideFunction: true,
  attachComment: false,
};
const JAVASCRIPT: ParserOptions = { ...OPTIONS, plugins: ["jsx", ...COMMON] };
const TYPESCRIPT: ParserOptions = { ...OPTIONS, plugins: ["typescript", ...COMMON] };
const TSX: ParserOptions = { ...OPTIONS, plugins: ["typescript", "jsx", ...COMMON] };

/** Reported by Babel, and no reason why the code would not run. */
const HARMLESS_CODES = new Set(["BABEL_PARSER_SOURCETYPE_MODULE_REQUIRED"]);
const HARMLESS_REASONS = new Set(["UnsupportedParameterDecorator", "UnexpectedUsingDeclaration"]);
/** Calls of Babel for one broken program; the rest of the text then becomes one piece without a program. */
const MAX_ATTEMPTS = 40;

type Attempt = { readonly ok: true; readonly piece: Piece } | { readonly ok: false; readonly problem: Problem };
type BabelError = { message: string; code?: string; reasonCode?: string; pos?: number; loc?: { index?: number } };

export function parsePieces(source: string, language: "javascript" | "typescript"): Piece[] {
  const whole = { start: source.charCodeAt(0) === 0xfeff ? 1 : 0, end: source.length };
  const variants = language === "javascript" ? [JAVASCRIPT] : /<\/|\/>|<>/.test(source) ? [TYPESCRIPT, TSX] : [TYPESCRIPT];
  let first: Attempt | null = null;
  for (const options of variants) {
    const attempt = tryParse(source, whole, options);
    if (attempt.ok) return [attempt.piece];
    first ??= attempt;
  }
  const problem = first?.ok === false ? first.problem : { ...whole, message: "invalid syntax" };
  return recover(source, whole, problem, variants[0] as ParserOptions);
}

function tryParse(source: string, span: Span, options: ParserOptions): Attempt {
  const text = span.start === 0 && span.end === source.length ? source : source.slice(span.start, span.end);
  const from: ParserOptions = span.start === 0 ? options : { ...options, startIndex: span.start, startLine: 1, startColumn: span.start };
  try {
    const file = withoutStacks(() => parse(text, from));
    const errors = (file.errors ?? []) as unknown as BabelError[];
    const problems = errors.filter((error) => !isHarmless(error)).map((error) => problemOf(error, span));
    for (const comment of file.comments ?? []) {
      const { start = 0, end = 0 } = comment as { start?: number; end?: number };
      if (/^(?:<!--|-->)/.test(source.slice(start, start + 4))) problems.push({ start, end, message: "HTML comments are code in modules" });
    }
    return { ok: true, piece: { ...span, program: file.program as unknown as BabelNode, problems } };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ok: false, problem: problemOf(error as unknown as BabelError, span) };
  }
}

/** Babel makes an error of whatever it reports and of every guess that it takes back; nobody reads where they were made. */
function withoutStacks<T>(work: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

function isHarmless(error: BabelError): boolean {
  return HARMLESS_CODES.has(error.code ?? "") || HARMLESS_REASONS.has(error.reasonCode ?? "");
}

function problemOf(error: BabelError, span: Span): Problem {
  const at = Math.min(Math.max(error.loc?.index ?? error.pos ?? span.start, span.start), span.end);
  return { start: at, end: Math.min(at + 1, span.end), message: error.message.replace(/\s*\(\d+:\d+\)$/, "") };
}

// ---------------------------------------------------------------- recovery

/** Parses up to the boundary before each error, skips the stretch that holds it, and goes on behind. */
function recover(source: string, whole: Span, problem: Problem, options: ParserOptions): Piece[] {
  const stops = boundaries(source, whole);
  const pieces: Piece[] = [];
  let start = whole.start;
  let error: Problem | null = problem;
  let attempts = 0;
  while (start < whole.end) {
    if (error === null) {
      const attempt: Attempt = attempts++ < MAX_ATTEMPTS ? tryParse(source, { start, end: whole.end }, options) : gaveUp(start, whole.end);
      if (attempt.ok) return [...pieces, attempt.piece];
      error = attempt.problem;
    }
    const before = lastStop(stops, start, error.start);
    if (before > start && attempts++ < MAX_ATTEMPTS) {
      const attempt = tryParse(source, { start, end: before }, options);
      if (attempt.ok) {
        pieces.push(attempt.piece);
        start = before;
      }
    }
    const next = attempts > MAX_ATTEMPTS ? whole.end : nextStop(stops, Math.max(start, error.start), whole.end);
    pieces.push({ start, end: next, program: null, problems: [error] });
    start = next;
    error = null;
  }
  return pieces;
}

function gaveUp(start: number, end: number): Attempt {
  return { ok: false, problem: { start, end, message: "too many syntax errors" } };
}

function lastStop(stops: readonly number[], from: number, to: number): number {
  let best = from;
  for (const stop of stops) if (stop > from && stop <= to) best = stop;
  return best;
}

function nextStop(stops: readonly number[], after: number, end: number): number {
  for (const stop of stops) if (stop > after) return stop;
  return end;
}

/** Ends of statements at bracket depth 0: after `;` and `}`, and at line ends. Only a guess: Babel decides. */
function boundaries(source: string, whole: Span): number[] {
  const stops: number[] = [];
  let depth = 0;
  let i = whole.start;
  while (i < whole.end) {
    const c = source.charAt(i);
    if (c === '"' || c === "'" || c === "`") {
      i = afterQuoted(source, i, whole.end);
      continue;
    }
    if (c === "/" && (source.charAt(i + 1) === "/" || source.charAt(i + 1) === "*")) {
      const mark = source.charAt(i + 1) === "/" ? "\n" : "*/";
      const end = source.indexOf(mark, i + 2);
      i = end < 0 ? whole.end : end + (mark === "\n" ? 0 : 2);
      continue;
    }
    if (c === "(" || c === "[" || c === "{") depth++;
    else if (c === ")" || c === "]" || c === "}") {
      if (depth === 0) stops.push(i);
      depth = Math.max(0, depth - 1);
    }
    if (depth === 0 && (c === ";" || c === "}" || c === "\n")) stops.push(i + 1);
    i++;
  }
  return stops;
}

function afterQuoted(source: string, from: number, end: number): number {
  const quote = source.charAt(from);
  for (let i = from + 1; i < end; i++) {
    const c = source.charAt(i);
    if (c === "\\") i++;
    else if (c === quote) return i + 1;
    else if (c === "\n" && quote !== "`") return i;
  }
  return end;
}
