/** Imports: a module's prefix is enough, names have no order, and `require` imports as well. */
import type { Expr, Import, ImportName, Stmt } from "../../analysis/tree.ts";
import { matchAnyOrder } from "./match-list.ts";
import { bind, type Matching, matchName, type Next } from "./matching.ts";
import { DOTS, isDotsName, isMeta, MARK } from "./pattern-marks.ts";

export function matchImport(cx: Matching, pattern: Import, code: Stmt, next: Next): boolean {
  if (code.kind === "VarDecl") return matchRequire(cx, pattern, code, next);
  if (code.kind !== "Import") return false;
  if (cx.facts.python) return matchPython(cx, pattern, code, next);
  return matchScript(cx, pattern, code, next);
}

function matchPython(cx: Matching, pattern: Import, code: Import, next: Next): boolean {
  let found = false;
  const then = (): boolean => {
    found = true;
    return next();
  };
  if (pattern.form === code.form && matchSameForm(cx, pattern, code, then)) return true;
  if (found || pattern.names.some((name) => name.aliased)) return false;
  return matchNormalised(cx, pattern, code, next);
}

function matchSameForm(cx: Matching, pattern: Import, code: Import, next: Next): boolean {
  return matchModule(cx, pattern.module, code, () => {
    if (pattern.form === "from") return matchNames(cx, pattern.names, code.names, next);
    const [wanted, given] = [pattern.names[0], code.names[0]];
    if (wanted === undefined || given === undefined) return next();
    if (!wanted.aliased) return next();
    return given.aliased && matchName(cx, wanted.local, localOf(given), next);
  });
}

/** `import a.b` and `from a import b` import the same; a prefix is enough. */
function matchNormalised(cx: Matching, pattern: Import, code: Import, next: Next): boolean {
  const paths = (each: Import): string[][] =>
    each.form === "module"
      ? [each.module.split(".")]
      : each.names.map((name) => [...(each.module === "" ? [] : each.module.split(".")), name.imported]);
  const given = paths(code);
  const wanted = paths(pattern);
  const isPrefix = (short: readonly string[], long: readonly string[]): boolean =>
    short.length <= long.length && short.every((part, i) => part === long[i]);
  if (wanted.length === 1 && wanted[0]?.length === 1 && isMeta(wanted[0][0] ?? "")) {
    return given.some((path) =>
      bind(cx, wanted[0]?.[0] ?? "", { kind: "name", name: path.join("."), start: code.start, end: code.end }, next),
    );
  }
  return wanted.every((path) => given.some((other) => isPrefix(path, other))) && next();
}

function matchModule(cx: Matching, pattern: string, code: Import, next: Next): boolean {
  const span = { start: code.start, end: code.end };
  if (isDotsName(pattern)) return next();
  if (isMeta(pattern) || !pattern.includes(MARK)) {
    if (isMeta(pattern)) return bind(cx, pattern, { kind: "name", name: code.module, ...span }, next);
    return (pattern === code.module || code.module.startsWith(`${pattern}.`)) && next();
  }
  return matchParts(cx, pattern.split("."), { parts: code.module.split("."), ...span }, next);
}

/** `$A.b` against `x.b.c`. */
function matchParts(
  cx: Matching,
  patterns: readonly string[],
  code: { parts: readonly string[]; start: number; end: number },
  next: Next,
): boolean {
  const [first, ...others] = patterns;
  if (first === undefined) return next();
  const [part, ...rest] = code.parts;
  if (part === undefined) return false;
  return matchName(cx, first, { name: part, start: code.start, end: code.end }, () =>
    matchParts(cx, others, { ...code, parts: rest }, next),
  );
}

function localOf(name: ImportName): { name: string; start: number; end: number } {
  return { name: name.local, start: name.end - name.local.length, end: name.end };
}

function matchNames(cx: Matching, patterns: readonly ImportName[], code: readonly ImportName[], next: Next): boolean {
  const wanted = patterns.filter((name) => !isDotsName(name.imported) && !isDotsName(name.local));
  return matchAnyOrder(cx, { patterns: wanted, items: code, item: matchImportName, open: true }, next);
}

function matchImportName(cx: Matching, pattern: ImportName, code: ImportName, next: Next): boolean {
  const imported = { name: code.imported, start: code.start, end: code.start + code.imported.length };
  const isPlain = !pattern.aliased;
  if (pattern.imported === "default" || pattern.imported === "*") {
    return pattern.imported === code.imported && (isDotsName(pattern.local) ? next() : matchName(cx, pattern.local, localOf(code), next));
  }
  // `import {$X} from "m"` is the name that the program uses.
  if (isPlain && isMeta(pattern.imported))
    return code.imported !== "default" && code.imported !== "*" && matchName(cx, pattern.local, localOf(code), next);
  return matchName(cx, pattern.imported, imported, () => (isPlain ? next() : matchName(cx, pattern.local, localOf(code), next)));
}

// ---------------------------------------------------------------- JavaScript

function matchScript(cx: Matching, pattern: Import, code: Import, next: Next): boolean {
  return matchSpecifier(cx, pattern, { module: code.module, start: code.start, end: code.end }, () =>
    matchNames(cx, pattern.names, code.names, next),
  );
}

function matchSpecifier(cx: Matching, pattern: Import, code: { module: string; start: number; end: number }, next: Next): boolean {
  const wanted = pattern.module;
  if (wanted === "..." || wanted === DOTS) return next();
  if (/^\$[A-Z_][A-Z0-9_]*$/.test(wanted))
    return bind(cx, MARK + wanted.slice(1), { kind: "text", text: code.module, start: code.start, end: code.end }, next);
  const regex = /^=~\/(.*)\/(i?)$/.exec(wanted);
  if (regex !== null) return new RegExp(regex[1] ?? "", regex[2]).test(code.module) && next();
  return wanted.replace(/^node:/, "") === code.module.replace(/^node:/, "") && next();
}

/** `import {a} from "m"` also stands for `const {a} = require("m")`, and `import "m"` for any `require("m")`. */
function matchRequire(cx: Matching, pattern: Import, code: Stmt & { kind: "VarDecl" }, next: Next): boolean {
  return code.declarations.some((each) => {
    const module = requiredModule(each.value);
    if (module === null) return false;
    const { target } = each;
    return matchSpecifier(cx, pattern, { module, start: each.start, end: each.end }, () => {
      if (pattern.names.length === 0) return next();
      if (target.kind === "Dict") return matchNames(cx, pattern.names, destructured(target), next);
      const only = pattern.names[0];
      if (target.kind !== "Name" || pattern.names.length !== 1 || only === undefined) return false;
      if (only.imported !== "default" && only.imported !== "*") return false;
      return matchName(cx, only.local, { name: target.name, start: target.start, end: target.end }, next);
    });
  });
}

function requiredModule(value: Expr | null): string | null {
  const call = value?.kind === "Await" ? value.value : value;
  if (call?.kind !== "Call" || call.callee.kind !== "Name" || (call.callee.name !== "require" && call.callee.name !== "import"))
    return null;
  const argument = call.args[0]?.value;
  return argument?.kind === "Str" ? argument.value : null;
}

function destructured(pattern: Expr & { kind: "Dict" }): ImportName[] {
  return pattern.entries.flatMap((entry): ImportName[] => {
    if (entry.kind !== "Entry" || entry.key.kind !== "Str") return [];
    const target = entry.value.kind === "DefaultPattern" ? entry.value.target : entry.value;
    if (target.kind !== "Name") return [];
    const { start, end } = entry;
    return [{ kind: "ImportName", start, end, imported: entry.key.value, local: target.name, aliased: entry.key.value !== target.name }];
  });
}
