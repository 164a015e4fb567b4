/** Strings, numbers and templates: by value, through constants, by regular expression. */
import type { Expr, Hole, Str, Template } from "../../analysis/tree.ts";
import type { Bound } from "./bindings.ts";
import { matchList } from "./match-list.ts";
import { bind, type Matching, type Next } from "./matching.ts";
import { FILLER, isDotsName, isMeta, restName } from "./pattern-marks.ts";
import type { PatternHole, PatternText } from "./polish-pattern.ts";
import { constantOf } from "./resolve.ts";
import { isQuotedHole } from "./shell-quotes.ts";
import { matchesIn } from "./text-regex.ts";

export function matchText(cx: Matching, pattern: PatternText, code: Expr, next: Next): boolean {
  // `"..." "..."` is any literal that is written in several pieces.
  if (pattern.any === true && pattern.joined === true)
    return (code.kind === "Str" || code.kind === "Template") && code.joined === true && next();
  if (code.kind === "Str") {
    const span = inside(cx, code);
    return matchTextValue(cx, pattern, { text: code.value, raw: rawText(cx, code, span), ...span }, next);
  }
  const constant = cx.options.constants ? constantOf(cx.facts, code) : null;
  if (constant === null) return false;
  if (!("value" in constant)) return pattern.any === true && next();
  return (
    typeof constant.value === "string" &&
    matchTextValue(cx, pattern, { text: constant.value, raw: constant.value, start: code.start, end: code.end }, next)
  );
}

type Text = { readonly text: string; readonly raw: string; readonly start: number; readonly end: number };

function matchTextValue(cx: Matching, pattern: PatternText, code: Text, next: Next): boolean {
  if (pattern.any === true) return next();
  if (pattern.meta !== undefined)
    return bind(cx, pattern.meta, { kind: "text", text: code.raw, start: code.start, end: code.end } satisfies Bound, next);
  if (pattern.regex !== undefined) return matchesIn(pattern.regex, code.raw) && next();
  return pattern.value === code.text && next();
}

/** As it is written: rules look at escapes as they stand there. Strings that are joined have no one text. */
function rawText(cx: Matching, code: Str, span: { start: number; end: number }): string {
  const raw = cx.facts.source.slice(span.start, span.end);
  return raw.includes("\\") && !/(?<!\\)["']\s*\w{0,2}["']/.test(raw) ? raw : code.value;
}

/** The span between the quotes. */
function inside(cx: Matching, code: Str): { start: number; end: number } {
  const found = /^\w{0,2}("""|'''|["'`])/.exec(cx.facts.source.slice(code.start, code.start + 6));
  if (found === null) return { start: code.start, end: code.end };
  return { start: code.start + found[0].length, end: Math.max(code.start + found[0].length, code.end - (found[1] as string).length) };
}

export function matchConstant(cx: Matching, pattern: Expr & { value: unknown }, code: Expr, next: Next): boolean {
  if (code.kind === pattern.kind) return (code as { value?: unknown }).value === pattern.value && next();
  if (!cx.options.constants || code.kind === "Str" || code.kind === "Call") return false;
  const constant = constantOf(cx.facts, code);
  return constant !== null && "value" in constant && constant.value === pattern.value && next();
}

/** `f"...{$X}..."`: text between holes is `...`, `$...X` or exact; holes stand for holes. */
export function matchTemplate(cx: Matching, pattern: Expr & { kind: "Template" }, code: Expr, next: Next): boolean {
  if (code.kind !== "Template") return false;
  if (isAnyFormat(pattern)) return code.joined !== true && next();
  return matchList<Str | Hole, Str | Hole>(
    cx,
    {
      patterns: pattern.parts,
      items: code.parts,
      open: false,
      item: (inner, part, found, then) => matchPart(inner, part, { found, word: code }, then),
      dots: (part) => part.kind === "Str" && part.value === "...",
      rest: (part) => (part.kind === "Str" ? ((part as PatternText).meta ?? restName(part)) : null),
    },
    next,
  );
}

/** `f"..."` */
function isAnyFormat(pattern: Expr & { kind: "Template" }): boolean {
  const only = pattern.parts[0];
  return pattern.parts.length === 1 && only?.kind === "Hole" && only.value.kind === "Name" && only.value.name === FILLER;
}

type Part = { readonly found: Str | Hole; readonly word: Template };

function matchPart(cx: Matching, pattern: PatternHole | Str, { found, word }: Part, next: Next): boolean {
  if (pattern.kind === "Str") return found.kind === "Str" && matchText(cx, pattern, found, next);
  if (found.kind !== "Hole") return false;
  if (pattern.quoted !== undefined && pattern.quoted !== isQuotedHole(cx.facts.source, word, word.parts.indexOf(found))) return false;
  return cx.parts.expr(cx, pattern.value, found.value, next);
}

export function matchRegex(cx: Matching, pattern: Expr & { kind: "Regex" }, code: Expr, next: Next): boolean {
  if (code.kind !== "Regex") return false;
  if (pattern.flags !== "" && pattern.flags !== code.flags) return false;
  if (isDotsName(pattern.pattern)) return next();
  if (isMeta(pattern.pattern))
    return bind(cx, pattern.pattern, { kind: "text", text: code.pattern, start: code.start, end: code.end }, next);
  return pattern.pattern === code.pattern && next();
}
