/** Functions, methods and classes: names, decorators in any order, parameters with `...`, members in any order. */
import type { Arg, ClassBody, Expr, FunctionBody, Node, Param, Stmt } from "../../analysis/tree.ts";
import { matchExpr } from "./match-expr.ts";
import { matchAnyOrder, matchList } from "./match-list.ts";
import { matchType } from "./match-types.ts";
import { bindNode, type Identifier, type Matching, matchName, matchOptional, type Next } from "./matching.ts";
import { isDots, isDotsName, metaName } from "./pattern-marks.ts";

type FunctionNode = Stmt & { kind: "FunctionDef" };

/** A pattern for a function also stands for methods and for entries and fields that hold a function. */
export function matchFunction(cx: Matching, pattern: FunctionNode, code: Node, next: Next): boolean {
  const found = definedFunction(code, cx.facts.source);
  if (found === null || (pattern.isStatic === true && !(code.kind === "FunctionDef" && code.isStatic === true))) return false;
  if (pattern.computedName !== undefined)
    return code.kind === "FunctionDef" && code.computedName !== undefined && matchFunctionBody(cx, pattern.fn, found.fn, next);
  if (pattern.fn.name !== null && isDotsName(pattern.fn.name)) return matchFunctionBody(cx, pattern.fn, found.fn, next);
  if (found.name === null || pattern.fn.name === null) return false;
  return matchName(cx, pattern.fn.name, found.name, () => matchFunctionBody(cx, pattern.fn, found.fn, next));
}

function definedFunction(code: Node, source: string): { readonly fn: FunctionBody; readonly name: Identifier | null } | null {
  if (code.kind === "FunctionDef")
    return { fn: code.fn, name: code.fn.name === null ? null : { name: code.fn.name, ...nameSpan(code.fn, code.fn.name, source) } };
  if (code.kind === "FunctionExpr") return { fn: code.fn, name: null };
  if (code.kind === "Entry" && code.value.kind === "FunctionExpr" && code.key.kind === "Str") {
    return { fn: code.value.fn, name: { name: code.key.value, start: code.key.start, end: code.key.end } };
  }
  if (code.kind === "Field" && code.value?.kind === "FunctionExpr" && code.name !== null) {
    return { fn: code.value.fn, name: { name: code.name, start: code.start, end: code.start + code.name.length } };
  }
  return null;
}

/** Farther than this from its beginning nobody names a function. */
const MAX_HEAD = 4_000;

/** The tree does not say where a function's or class's name stands: it is the first such word behind the decorators. */
function nameSpan(owner: FunctionBody | ClassBody, name: string, source: string): { start: number; end: number } {
  const from = owner.decorators[owner.decorators.length - 1]?.end ?? owner.start;
  const isPartOfWord = (at: number): boolean => /[\w$]/.test(source.charAt(at));
  for (let at = source.indexOf(name, from); at >= 0 && at < from + MAX_HEAD && name !== ""; at = source.indexOf(name, at + 1)) {
    if (!isPartOfWord(at - 1) && !isPartOfWord(at + name.length)) return { start: at, end: at + name.length };
  }
  return { start: owner.start, end: owner.start + name.length };
}

export function matchFunctionBody(cx: Matching, pattern: FunctionBody, code: FunctionBody, next: Next): boolean {
  if ((pattern.async === true && code.async !== true) || (pattern.generator === true && !isDotsBody(pattern) && code.generator !== true))
    return false;
  if (isAccessor(pattern) && pattern.flavour !== code.flavour) return false;
  if (!cx.options.arrowIsFunction && (pattern.flavour === "arrow") !== (code.flavour === "arrow")) return false;
  return matchDecorators(cx, pattern.decorators, code.decorators, () =>
    matchParams(cx, pattern.params, code.params, () =>
      matchOptional(cx, { pattern: pattern.returns, code: code.returns }, matchType, () =>
        cx.parts.body(cx, pattern.body, code.body, next),
      ),
    ),
  );
}

function isDotsBody(pattern: FunctionBody): boolean {
  return pattern.body.length === 1 && isDots(pattern.body[0] as Stmt);
}

function isAccessor(fn: FunctionBody): boolean {
  return fn.flavour === "getter" || fn.flavour === "setter";
}

export function matchDecorators(cx: Matching, patterns: readonly Expr[], code: readonly Expr[], next: Next): boolean {
  const wanted = patterns.filter((each) => !isDots(each));
  return matchAnyOrder(cx, { patterns: wanted, items: code, item: matchDecorator, open: true }, next);
}

/** `@f` in a pattern is `@f` in code; `@f(...)` also stands for it. */
export function matchDecorator(cx: Matching, pattern: Expr, code: Expr, next: Next): boolean {
  if (pattern.kind === "Call" && code.kind !== "Call") {
    return pattern.args.every((arg) => isDots(arg)) && matchExpr(cx, pattern.callee, code, next);
  }
  if (pattern.kind !== "Call" && code.kind === "Call") return false;
  return matchExpr(cx, pattern, code, next);
}

function matchParams(cx: Matching, patterns: readonly Param[], code: readonly Param[], next: Next): boolean {
  return matchList(cx, { patterns, items: code, item: matchParam, open: false }, next);
}

function matchParam(cx: Matching, pattern: Param, code: Param, next: Next): boolean {
  const kind = (form: Param["form"]): string => (form === "rest" || form === "kwrest" ? form : "plain");
  if (kind(pattern.form) !== kind(code.form)) return false;
  const meta = metaName(pattern.target);
  if (meta !== null && code.target.kind !== "Name") return false;
  const target = (then: Next): boolean =>
    meta === null ? matchExpr(cx, pattern.target, code.target, then) : bindNode(cx, meta, code.target, then);
  return target(() =>
    matchOptional(cx, { pattern: pattern.default, code: code.default }, matchExpr, () =>
      matchOptional(cx, { pattern: pattern.type, code: code.type }, matchType, () =>
        matchDecorators(cx, pattern.decorators ?? [], code.decorators ?? [], next),
      ),
    ),
  );
}

// ---------------------------------------------------------------- classes

export function matchClass(cx: Matching, pattern: ClassBody, code: ClassBody, next: Next): boolean {
  const name = (then: Next): boolean => {
    if (pattern.name === null) return then();
    return code.name !== null && matchName(cx, pattern.name, { name: code.name, ...nameSpan(code, code.name, cx.facts.source) }, then);
  };
  return name(() =>
    matchDecorators(cx, pattern.decorators, code.decorators, () =>
      matchBases(cx, pattern.bases, code.bases, () => matchMembers(cx, pattern.body, code.body, next)),
    ),
  );
}

/** The bases a pattern names come first; more may follow. Keywords (`metaclass=M`) have no order. */
function matchBases(cx: Matching, patterns: readonly Arg[], code: readonly Arg[], next: Next): boolean {
  const plain = (args: readonly Arg[]): readonly Arg[] => args.filter((arg) => arg.name === undefined);
  const named = (args: readonly Arg[]): readonly Arg[] => args.filter((arg) => arg.name !== undefined);
  return matchList(cx, { patterns: plain(patterns), items: plain(code), item: matchBase, open: true }, () =>
    matchAnyOrder(
      cx,
      {
        patterns: named(patterns),
        items: named(code),
        open: true,
        item: (inner, p, c, then) =>
          matchName(inner, p.name ?? "", { name: c.name ?? "", start: c.start, end: c.end }, () =>
            matchExpr(inner, p.value, c.value, then),
          ),
      },
      next,
    ),
  );
}

function matchBase(cx: Matching, pattern: Arg, code: Arg, next: Next): boolean {
  return matchExpr(cx, pattern.value, code.value, next);
}

function matchMembers(cx: Matching, patterns: readonly Stmt[], code: readonly Stmt[], next: Next): boolean {
  const wanted = patterns.filter((each) => !isDots(each) && each.kind !== "Pass");
  if (wanted.length === 0) return next();
  return matchAnyOrder(cx, { patterns: wanted, items: code, item: cx.parts.stmt, open: true }, next);
}
