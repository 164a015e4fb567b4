/**
 * One pattern tree against one expression. Recursion follows the pattern, which a rule file bounds, never the program.
 * Names match by what they are (imports and aliases resolved), constants by their value, the rest by shape.
 */
import { type Arg, type Call, CHILD_FIELDS, type Collection, type Dict, type Entry, type Expr, type Node } from "../../analysis/tree.ts";
import { isEllipsis } from "./parse-pattern.ts";
import { constantOf, dictOf, pathsOf, plainValue } from "./resolve.ts";
import { isMetavariable } from "./rule.ts";
import type { Scope } from "./scopes.ts";

/** Metavariables in the order they were bound; failed attempts are undone by cutting it back. */
export type Bindings = [name: string, value: Expr][];

/** Whether `code`, standing in `scope`, is an instance of the call pattern. */
export function matchCall(pattern: Call, code: Call, scope: Scope, bindings: Bindings): boolean {
  if ((pattern.isNew ?? false) !== (code.isNew ?? false)) return false;
  return matchExpr(pattern.callee, code.callee, scope, bindings) && matchArgs(pattern.args, code.args, scope, bindings);
}

function matchExpr(pattern: Expr, written: Expr, scope: Scope, bindings: Bindings): boolean {
  const code = plainValue(written);
  switch (pattern.kind) {
    case "Name":
      return isMetavariable(pattern.name) ? bindName(pattern.name, code, bindings) : pathsOf(code, scope).includes(pattern.name);
    case "Member":
      return matchMember(pattern, code, scope, bindings);
    case "Call":
      return code.kind === "Call" && matchCall(pattern, code, scope, bindings);
    case "Str":
      return matchText(pattern.value, code, scope);
    case "Num":
    case "Bool":
      return constantOf(code, scope)?.value === pattern.value;
    case "Null":
      return constantOf(code, scope)?.value === null;
    case "Bytes":
      return code.kind === "Bytes" && (pattern.value === "..." || code.value === pattern.value);
    case "Unary":
      return matchUnary(pattern, code, scope, bindings);
    case "Collection":
      return code.kind === "Collection" && code.type === pattern.type && matchElements(pattern, code, scope, bindings);
    case "Dict":
      return matchDict(pattern, code, scope, bindings);
    default:
      return false;
  }
}

function matchMember(pattern: Expr & { kind: "Member" }, code: Expr, scope: Scope, bindings: Bindings): boolean {
  const path = dottedPath(pattern);
  if (path !== null) return pathsOf(code, scope).includes(path);
  if (code.kind === "Member" || (code.kind === "Index" && code.index.kind === "Str")) {
    const name = code.kind === "Member" ? code.name : (code.index as { value: string }).value;
    if (isMetavariable(pattern.name)) {
      const asName: Expr = { kind: "Name", name, start: code.end - name.length, end: code.end };
      return matchExpr(pattern.object, code.object, scope, bindings) && bindName(pattern.name, asName, bindings);
    }
    return name === pattern.name && matchExpr(pattern.object, code.object, scope, bindings);
  }
  return false;
}

/** `a.b.c` of plain names, else null. */
function dottedPath(expr: Expr): string | null {
  const names: string[] = [];
  let at = expr;
  for (; at.kind === "Member"; at = at.object) names.push(at.name);
  if (at.kind !== "Name") return null;
  names.push(at.name);
  return names.some(isMetavariable) ? null : names.reverse().join(".");
}

function matchText(pattern: string, code: Expr, scope: Scope): boolean {
  const constant = constantOf(code, scope);
  return typeof constant?.value === "string" && (pattern === "..." || constant.value === pattern);
}

function matchUnary(pattern: Expr & { kind: "Unary" }, code: Expr, scope: Scope, bindings: Bindings): boolean {
  const wanted = constantOf(pattern, scope);
  if (wanted !== null && constantOf(code, scope)?.value === wanted.value) return true;
  return code.kind === "Unary" && code.op === pattern.op && matchExpr(pattern.operand, code.operand, scope, bindings);
}

// ---------------------------------------------------------------- metavariables

function bindName(name: string, code: Expr, bindings: Bindings): boolean {
  if (name === "$_") return true;
  const bound = bindings.find(([known]) => known === name);
  if (bound !== undefined) return isSameCode(bound[1], code);
  bindings.push([name, code]);
  return true;
}

/** The same code but for its place. */
function isSameCode(left: Node, right: Node): boolean {
  const stack: [unknown, unknown][] = [[left, right]];
  for (let pair = stack.pop(); pair !== undefined; pair = stack.pop()) {
    const [a, b] = pair as [Node | null, Node | null];
    if (a === null || b === null) {
      if (a !== b) return false;
      continue;
    }
    if (a.kind !== b.kind || !sameFields(a, b, stack)) return false;
  }
  return true;
}

function sameFields(a: Node, b: Node, stack: [unknown, unknown][]): boolean {
  const children = CHILD_FIELDS[a.kind];
  const [left, right] = [a as unknown as Record<string, unknown>, b as unknown as Record<string, unknown>];
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    if (key === "start" || key === "end") continue;
    const [x, y] = [left[key] ?? null, right[key] ?? null];
    if (!children.includes(key)) {
      if (JSON.stringify(x, bigintText) !== JSON.stringify(y, bigintText)) return false;
    } else if (Array.isArray(x) && Array.isArray(y)) {
      if (x.length !== y.length) return false;
      for (let i = 0; i < x.length; i++) stack.push([x[i], y[i]]);
    } else stack.push([x, y]);
  }
  return true;
}

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}

// ---------------------------------------------------------------- arguments, elements, entries

function matchArgs(pattern: readonly Arg[], code: readonly Arg[], scope: Scope, bindings: Bindings): boolean {
  const open = pattern.some(isEllipsis);
  const keywords = keywordsOf(code, scope);
  const used = new Set<string>();
  for (const arg of pattern) {
    if (arg.name === undefined) continue;
    const found = keywords.get(arg.name);
    if (found === undefined || !matchExpr(arg.value, found.value, found.scope, bindings)) return false;
    used.add(arg.name);
  }
  const positional = code.filter((arg) => arg.name === undefined && arg.spread !== "dict");
  const unmatched = code.length - positional.length - used.size;
  if (unmatched !== 0 && !open) return false;
  return matchList(
    pattern.filter((arg) => arg.name === undefined),
    positional,
    (p, c) => c.spread === undefined && matchExpr(p.value, c.value, scope, bindings),
    bindings,
  );
}

/** Keyword arguments, those in a `**{...}` of a literal included. */
function keywordsOf(code: readonly Arg[], scope: Scope): Map<string, { readonly value: Expr; readonly scope: Scope }> {
  const keywords = new Map<string, { readonly value: Expr; readonly scope: Scope }>();
  for (const arg of code) {
    if (arg.name !== undefined) keywords.set(arg.name, { value: arg.value, scope });
    const spread = arg.spread === "dict" ? dictOf(arg.value, scope) : null;
    for (const entry of spread?.dict.entries ?? []) {
      const key = entry.kind === "Entry" ? keyOf(entry, scope) : null;
      if (spread !== null && entry.kind === "Entry" && key !== null) keywords.set(key, { value: entry.value, scope: spread.scope });
    }
  }
  return keywords;
}

function matchElements(pattern: Collection, code: Collection, scope: Scope, bindings: Bindings): boolean {
  const elements = (list: Collection) => list.elements.filter((element) => element !== null);
  return matchList(elements(pattern), elements(code), (p, c) => c.kind !== "Spread" && matchExpr(p, c, scope, bindings), bindings);
}

/**
 * A list with `...` against a list: the parts between two `...` are found leftmost first, which is complete because
 * compile time refuses metavariables that would tie one part to another. Linear in the code for a given pattern.
 */
function matchList<P extends Node, C>(
  pattern: readonly P[],
  code: readonly C[],
  match: (p: P, c: C) => boolean,
  bindings: Bindings,
): boolean {
  const segments = splitAtEllipsis(pattern);
  const matchesAt = (segment: readonly P[], at: number): boolean => {
    const mark = bindings.length;
    if (at >= 0 && at + segment.length <= code.length && segment.every((p, i) => match(p, code[at + i] as C))) return true;
    bindings.length = mark;
    return false;
  };
  const first = segments[0] as readonly P[];
  if (segments.length === 1) return first.length === code.length && matchesAt(first, 0);
  const last = segments[segments.length - 1] as readonly P[];
  const limit = code.length - last.length;
  let at = first.length;
  if (at > limit || !matchesAt(first, 0)) return false;
  for (const segment of segments.slice(1, -1)) {
    while (at + segment.length <= limit && !matchesAt(segment, at)) at++;
    if (at + segment.length > limit) return false;
    at += segment.length;
  }
  return matchesAt(last, limit);
}

function splitAtEllipsis<P extends Node>(pattern: readonly P[]): P[][] {
  const segments: P[][] = [[]];
  for (const item of pattern) {
    if (isEllipsis(item)) segments.push([]);
    else (segments.at(-1) as P[]).push(item);
  }
  return segments;
}

/** Entries in any order; without `...` there may be no others. */
function matchDict(pattern: Dict, code: Expr, scope: Scope, bindings: Bindings): boolean {
  const found = dictOf(code, scope);
  if (found === null) return false;
  const wanted = pattern.entries.filter((entry) => entry.kind === "Entry") as Entry[];
  const entries = new Map<string, Expr>();
  for (const entry of found.dict.entries) {
    const key = entry.kind === "Entry" ? keyOf(entry, found.scope) : null;
    if (entry.kind === "Entry" && key !== null) entries.set(key, entry.value);
  }
  if (wanted.length === pattern.entries.length && found.dict.entries.length !== wanted.length) return false;
  return wanted.every((entry) => {
    const value = entry.key.kind === "Str" ? entries.get(entry.key.value) : undefined;
    return value !== undefined && matchExpr(entry.value, value, found.scope, bindings);
  });
}

function keyOf(entry: Entry, scope: Scope): string | null {
  if (entry.key.kind === "Str") return entry.key.value;
  const constant = entry.computed || entry.key.kind !== "Name" ? constantOf(entry.key, scope) : null;
  return typeof constant?.value === "string" ? constant.value : null;
}
