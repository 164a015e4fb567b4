/** Lists, dictionaries, objects and JSX elements. */
import type { Arg, Entry, Expr, Spread } from "../../analysis/tree.ts";
import { matchAnyOrder, matchList } from "./match-list.ts";
import { bindNode, type Matching, matchName, type Next } from "./matching.ts";
import { isDots, isDotsName, isMeta, metaName, restName } from "./pattern-marks.ts";
import type { PatternText } from "./polish-pattern.ts";
import { matchesIn } from "./text-regex.ts";

type CollectionNode = Expr & { kind: "Collection" };
type DictNode = Expr & { kind: "Dict" };
type JsxNode = Expr & { kind: "Jsx" };

export function matchCollection(cx: Matching, pattern: CollectionNode, code: Expr, next: Next): boolean {
  const onlyDots = pattern.elements.length === 1 && isDots(pattern.elements[0] ?? null);
  if (code.kind === "Comprehension") return onlyDots && code.type === pattern.type && next();
  if (code.kind === "Dict") return onlyDots && pattern.type === "set" && next();
  if (code.kind !== "Collection" || code.type !== pattern.type) return false;
  const items = present(code.elements);
  const patterns = present(pattern.elements);
  if (pattern.type !== "set") return matchList(cx, { patterns, items, item: cx.parts.expr, open: false }, next);
  const wanted = patterns.filter((each) => !isDots(each));
  return matchAnyOrder(cx, { patterns: wanted, items, item: cx.parts.expr, open: wanted.length < patterns.length }, next);
}

function present(elements: readonly (Expr | null)[]): Expr[] {
  return elements.filter((element) => element !== null);
}

/** Python needs `...` for entries left over; JavaScript objects may always have more. */
export function matchDict(cx: Matching, pattern: DictNode, code: Expr, next: Next): boolean {
  const wanted = pattern.entries.filter((each) => !isDots(each));
  const open = wanted.length < pattern.entries.length || (!cx.facts.python && cx.options.implicitEllipsis);
  if (code.kind === "Comprehension") return code.type === "dict" && wanted.length === 0 && open && next();
  if (code.kind === "Collection") return cx.facts.python && code.type === "set" && wanted.length === 0 && open && next();
  if (code.kind !== "Dict") return false;
  return matchAnyOrder(cx, { patterns: wanted, items: code.entries, item: matchEntry, open }, next);
}

export function matchEntry(cx: Matching, pattern: Entry | Spread, code: Entry | Spread, next: Next): boolean {
  const rest = restName(pattern);
  if (rest !== null) return next();
  const meta = pattern.kind === "Entry" && pattern.shorthand === true ? metaName(pattern.value) : null;
  if (pattern.kind === "Spread" || code.kind === "Spread") {
    if (pattern.kind === "Spread" && code.kind === "Spread") return cx.parts.expr(cx, pattern.value, code.value, next);
    return meta !== null && bindNode(cx, meta, code, next);
  }
  if (meta !== null && code.shorthand !== true && code.accessor === undefined && code.method === true)
    return bindNode(cx, meta, code.value, next);
  if ((pattern.accessor ?? null) !== (code.accessor ?? null) && pattern.method === true) return false;
  return matchKey(cx, pattern, code, () => matchValue(cx, pattern, code, next));
}

/** `{f: ...}` also stands for a method. */
function matchValue(cx: Matching, pattern: Entry, code: Entry, next: Next): boolean {
  return cx.parts.expr(cx, pattern.value, code.value, next);
}

function matchKey(cx: Matching, pattern: Entry, code: Entry, next: Next): boolean {
  if (cx.facts.python || pattern.computed === true || (code.computed === true && code.key.kind !== "Str")) {
    if (!cx.facts.python && pattern.computed !== true && pattern.key.kind === "Str" && !isMeta(pattern.key.value)) return false;
    if (pattern.key.kind === "Str" && isMeta(pattern.key.value)) return bindNode(cx, pattern.key.value, code.key, next);
    return cx.parts.expr(cx, pattern.key, code.key, next);
  }
  const key = pattern.key as PatternText;
  if (code.key.kind !== "Str" || key.kind !== "Str") return false;
  if (key.regex !== undefined) return matchesIn(key.regex, code.key.value) && next();
  if (key.any === true) return next();
  const name = key.meta ?? key.value;
  return matchName(cx, name, { name: code.key.value, start: code.key.start, end: code.key.end }, next);
}

/** Attributes in any order, more are allowed; no children in the pattern stand for any. */
export function matchJsx(cx: Matching, pattern: JsxNode, code: Expr, next: Next): boolean {
  if (code.kind !== "Jsx") return false;
  return matchTag(cx, pattern.tag, code.tag, () => {
    const patterns = pattern.attributes.filter((each) => !isDots(each) && restName(each) === null);
    const open = cx.options.openAttributes || patterns.length < pattern.attributes.length;
    return matchAnyOrder(cx, { patterns, items: code.attributes, item: matchAttribute, open }, () =>
      matchList(cx, { patterns: pattern.children, items: code.children, item: matchChild, open: true }, next),
    );
  });
}

function matchTag(cx: Matching, pattern: Expr | null, code: Expr | null, next: Next): boolean {
  if (pattern === null || code === null) return pattern === code && next();
  if (code.kind === "Str") {
    if (pattern.kind === "Name") return matchName(cx, pattern.name, { name: code.value, start: code.start, end: code.end }, next);
    return pattern.kind === "Str" && pattern.value === code.value && next();
  }
  return cx.parts.expr(cx, pattern, code, next);
}

export function matchAttribute(cx: Matching, pattern: Arg | Spread, code: Arg | Spread, next: Next): boolean {
  if (pattern.kind === "Spread" || code.kind === "Spread") {
    return pattern.kind === "Spread" && code.kind === "Spread" && cx.parts.expr(cx, pattern.value, code.value, next);
  }
  const name = { name: code.name ?? "", start: code.start, end: code.start + (code.name ?? "").length };
  return matchName(cx, pattern.name ?? "", name, () => {
    if (pattern.value.kind === "Dict" && pattern.value.entries.length === 1 && isDots(pattern.value.entries[0] ?? null)) return next();
    return cx.parts.expr(cx, pattern.value, code.value, next);
  });
}

function matchChild(cx: Matching, pattern: Expr, code: Expr, next: Next): boolean {
  if (pattern.kind === "Str" && code.kind === "Str") {
    if (isDotsName(pattern.value)) return next();
    if (isMeta(pattern.value)) return bindNode(cx, pattern.value, code, next);
    return pattern.value === code.value.replace(/\s+/g, " ").trim() && next();
  }
  return cx.parts.expr(cx, pattern, code, next);
}
