/**
 * A cheap linear look at source text before any parser sees it: size and bracket nesting. It keeps ordinary hostile
 * input (10,000 nested brackets) away from recursive parsers; what slips through ends in the parser's own limit or in
 * the pool's deadline.
 */
import type { AnalysisFailure } from "./effects.ts";
import type { Language } from "./tree.ts";

export type ScanLimits = { readonly maxBytes: number; readonly maxNesting: number };

/** 1 MiB of UTF-8; nesting above CPython's own limit of 200 brackets and far above hand-written code. */
export const SCAN_LIMITS: ScanLimits = { maxBytes: 1_048_576, maxNesting: 250 };

/** Why the text is not worth parsing, or null. */
export function scan(source: string, language: Language, limits: ScanLimits = SCAN_LIMITS): AnalysisFailure | null {
  if (source.length > limits.maxBytes || (source.length * 3 > limits.maxBytes && utf8Length(source) > limits.maxBytes)) {
    return { reason: "limit", message: `code is larger than ${limits.maxBytes} bytes` };
  }
  if (rawNesting(source, limits.maxNesting) <= limits.maxNesting) return null;
  if (codeNesting(source, language, limits.maxNesting) <= limits.maxNesting) return null;
  return { reason: "limit", message: `brackets are nested more than ${limits.maxNesting} deep` };
}

function utf8Length(source: string): number {
  let bytes = source.length;
  for (let i = 0; i < source.length; i++) {
    const c = source.charCodeAt(i);
    if (c < 0x80) continue;
    bytes += c < 0x800 ? 1 : 2;
    if (c >= 0xd800 && c <= 0xdbff) i++;
  }
  return bytes;
}

function isOpen(c: number): boolean {
  return c === 40 || c === 91 || c === 123;
}

function isClose(c: number): boolean {
  return c === 41 || c === 93 || c === 125;
}

/** Nesting with strings and comments counted as code: enough for nearly every program. */
function rawNesting(source: string, enough: number): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < source.length; i++) {
    const c = source.charCodeAt(i);
    if (isOpen(c)) {
      depth++;
      if (depth > deepest) deepest = depth;
      if (deepest > enough) return deepest;
    } else if (isClose(c) && depth > 0) depth--;
  }
  return deepest;
}

type Lexis = { readonly comments: "#" | "//" /** `"""` opens a string that spans lines. */; readonly triples: boolean };
const LEXIS: Readonly<Record<Language, Lexis>> = {
  python: { comments: "#", triples: true },
  javascript: { comments: "//", triples: false },
  typescript: { comments: "//", triples: false },
  shell: { comments: "#", triples: false },
};

/** The same without what plain strings and comments hold. Templates and f-strings count as code. */
function codeNesting(source: string, language: Language, enough: number): number {
  const { comments, triples } = LEXIS[language];
  const hash = comments === "#";
  let depth = 0;
  let deepest = 0;
  let i = 0;
  while (i < source.length && deepest <= enough) {
    const c = source.charCodeAt(i);
    if (c === 34 || c === 39) i = afterString(source, i, triples);
    else if (hash ? c === 35 : source.startsWith("//", i)) i = afterLine(source, i);
    else if (!hash && source.startsWith("/*", i)) i = after(source, "*/", i + 2);
    else {
      if (isOpen(c)) depth++;
      else if (isClose(c) && depth > 0) depth--;
      if (depth > deepest) deepest = depth;
      i++;
    }
  }
  return deepest;
}

function afterString(source: string, from: number, triples: boolean): number {
  const mark = source.charCodeAt(from);
  const quote = source.charAt(from);
  const triple = quote.repeat(3);
  if (triples && source.startsWith(triple, from)) return after(source, triple, from + 3);
  for (let i = from + 1; i < source.length; i++) {
    const c = source.charCodeAt(i);
    if (c === 92) i++;
    else if (c === mark || c === 10) return i + 1;
  }
  return source.length;
}

function afterLine(source: string, from: number): number {
  return after(source, "\n", from);
}

function after(source: string, mark: string, from: number): number {
  const at = source.indexOf(mark, from);
  return at < 0 ? source.length : at + mark.length;
}
