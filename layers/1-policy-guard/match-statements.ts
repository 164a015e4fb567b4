/** Statements and sequences of statements. */
import type { Assign, Expr, Handler, Node, Stmt } from "../../analysis/tree.ts";
import { matchClass, matchFunction } from "./match-definitions.ts";
import { matchDeep, matchExpr, matchFields, matchImplicit } from "./match-expr.ts";
import { matchImport } from "./match-imports.ts";
import { listOf, matchAnyOrder, matchList } from "./match-list.ts";
import { matchType } from "./match-types.ts";
import { bind, bindNode, type Matching, matchName, matchOptional, type Next, spend } from "./matching.ts";
import { DEEP, FOR_DOTS, isDots, metaName, restName } from "./pattern-marks.ts";
import { fieldAssign } from "./program-facts.ts";
import { expressionsOfStatement, flattened, statementsOf } from "./statement-lists.ts";

export function matchStmt(cx: Matching, pattern: Stmt, code: Stmt, next: Next): boolean {
  spend(cx);
  switch (pattern.kind) {
    case "ExprStmt":
      return matchExprStmt(cx, pattern.value, code, next);
    case "VarDecl":
      return matchVarDecl(cx, pattern, code, next);
    case "FunctionDef":
      return matchFunction(cx, pattern, code, next);
    case "ClassDef":
      return code.kind === "ClassDef" && matchClass(cx, pattern.cls, code.cls, next);
    case "Import":
      return matchImport(cx, pattern, code, next);
    case "Export":
      return matchExport(cx, pattern, code, next);
    case "If":
      return code.kind === "If" && matchIf(cx, pattern, code, next);
    case "ForLoop":
      return matchForLoop(cx, pattern, code, next);
    case "ForEach":
      return code.kind === "ForEach" && matchForEach(cx, pattern, code, next);
    case "Try":
      return code.kind === "Try" && matchTry(cx, pattern, code, next);
    case "With":
      return code.kind === "With" && matchWith(cx, pattern, code, next);
    case "Switch":
      return code.kind === "Switch" && matchSwitch(cx, pattern, code, next);
    case "Return":
      if (code.kind !== "Return") return false;
      if (pattern.value === null) return code.value === null && next();
      return code.value === null ? isDots(pattern.value) && next() : matchExpr(cx, pattern.value, code.value, next);
    case "Assert":
      if (code.kind === "Assert" && pattern.message === null && isDots(pattern.test)) return next();
      return code.kind === "Assert" && matchFields(cx, pattern, code, next);
    case "Field":
      return matchField(cx, pattern, code, next);
    case "ScopeDecl":
      return code.kind === "ScopeDecl" && code.scope === pattern.scope && matchScope(cx, pattern.names, code, next);
    default:
      return code.kind === pattern.kind && matchFields(cx, pattern, code, next);
  }
}

function matchExprStmt(cx: Matching, pattern: Expr, code: Stmt, next: Next): boolean {
  const meta = metaName(pattern);
  if (meta !== null) return bindNode(cx, meta, code.kind === "ExprStmt" ? code.value : code, next);
  if (isDots(pattern)) return next();
  if (pattern.kind === "Call" && pattern.callee.kind === "Name" && pattern.callee.name === DEEP) {
    const inner = pattern.args[0]?.value as Expr;
    return expressionsOfStatement(code).some((expr) => matchDeep(cx, inner, expr, next));
  }
  switch (code.kind) {
    case "ExprStmt":
      return matchImplicit(cx, pattern, code.value, next);
    case "Return":
      return code.value !== null && matchDeep(cx, pattern, code.value, next);
    case "VarDecl":
      return cx.options.variablesAssign && code.declarations.some((each) => each.value !== null && matchDeep(cx, pattern, each, next));
    case "Field": {
      const assign = cx.options.variablesAssign ? fieldAssign(code) : null;
      return assign !== null && matchDeep(cx, pattern, assign, next);
    }
    case "Export":
      return code.isDefault === true && code.declaration !== null && matchImplicit(cx, pattern, code.declaration as Expr, next);
    default:
      return false;
  }
}

function matchVarDecl(cx: Matching, pattern: Stmt & { kind: "VarDecl" }, code: Stmt, next: Next): boolean {
  const wanted = pattern.declarations[0];
  if (code.kind !== "VarDecl" || wanted === undefined) return false;
  if (pattern.keyword !== code.keyword && !(cx.options.letIsVar && pattern.keyword === "var")) return false;
  return code.declarations.some((each) => matchDeclaration(cx, wanted, each, next));
}

function matchDeclaration(cx: Matching, pattern: Assign, code: Assign, next: Next): boolean {
  return matchExpr(cx, pattern.target, code.target, () =>
    matchOptional(cx, { pattern: pattern.type, code: code.type }, matchType, () => {
      if (pattern.value === null || code.value === null) return pattern.value === code.value && next();
      return matchExpr(cx, pattern.value, code.value, next);
    }),
  );
}

/** `global $X` */
function matchScope(cx: Matching, patterns: readonly string[], code: Stmt & { kind: "ScopeDecl" }, next: Next): boolean {
  const [first, ...others] = patterns;
  if (first === undefined) return next();
  const span = { start: code.start, end: code.end };
  return code.names.some((name) => matchName(cx, first, { name, ...span }, () => matchScope(cx, others, code, next)));
}

function matchField(cx: Matching, pattern: Stmt & { kind: "Field" }, code: Stmt, next: Next): boolean {
  const meta = pattern.value === null && pattern.name !== null ? metaName({ kind: "Name", name: pattern.name, start: 0, end: 0 }) : null;
  if (code.kind !== "Field") return meta !== null && bindNode(cx, meta, code, next);
  if (pattern.value === null && pattern.type !== undefined && pattern.name !== null && code.name !== null) {
    const name = { name: code.name, start: code.start, end: code.start + code.name.length };
    const typed = () => matchOptional(cx, { pattern: pattern.type, code: code.type }, matchType, next);
    return matchName(cx, pattern.name, name, typed);
  }
  const [wanted, found] = [fieldAssign(pattern), fieldAssign(code)];
  if (pattern.value === null) return meta !== null ? bindNode(cx, meta, code, next) : pattern.name === code.name && next();
  return wanted !== null && found !== null && matchDeclaration(cx, wanted, found, next);
}

function matchExport(cx: Matching, pattern: Stmt & { kind: "Export" }, code: Stmt, next: Next): boolean {
  if (code.kind !== "Export" || (pattern.isDefault ?? false) !== (code.isDefault ?? false) || pattern.module !== code.module) return false;
  if (pattern.declaration === null || code.declaration === null) {
    return (
      pattern.declaration === code.declaration &&
      matchAnyOrder(cx, { patterns: pattern.names, items: code.names, item: matchFields, open: true }, next)
    );
  }
  return cx.parts.node(cx, pattern.declaration, code.declaration, next);
}

// ---------------------------------------------------------------- compound statements

function matchIf(cx: Matching, pattern: Stmt & { kind: "If" }, code: Stmt & { kind: "If" }, next: Next): boolean {
  return matchExpr(cx, pattern.test, code.test, () =>
    matchBody(cx, pattern.then, code.then, () =>
      pattern.otherwise.length === 0 ? next() : code.otherwise.length > 0 && matchBody(cx, pattern.otherwise, code.otherwise, next),
    ),
  );
}

/** `for (...)` is any loop with a head. */
function matchForLoop(cx: Matching, pattern: Stmt & { kind: "ForLoop" }, code: Stmt, next: Next): boolean {
  const any = pattern.init?.kind === "ExprStmt" && pattern.init.value.kind === "Name" && pattern.init.value.name === FOR_DOTS;
  if (any) return (code.kind === "ForLoop" || code.kind === "ForEach") && matchBody(cx, pattern.body, code.body, next);
  return code.kind === "ForLoop" && matchFields(cx, pattern, code, next);
}

function matchForEach(cx: Matching, pattern: Stmt & { kind: "ForEach" }, code: Stmt & { kind: "ForEach" }, next: Next): boolean {
  if ((pattern.keys ?? false) !== (code.keys ?? false) || (pattern.async === true && code.async !== true)) return false;
  const wanted = targetOf(pattern.target);
  const found = targetOf(code.target);
  if (wanted === null || found === null) return false;
  return matchExpr(cx, wanted, found, () =>
    matchExpr(cx, pattern.iterable, code.iterable, () => matchBody(cx, pattern.body, code.body, next)),
  );
}

function targetOf(target: Expr | (Stmt & { kind: "VarDecl" })): Expr | null {
  return target.kind === "VarDecl" ? (target.declarations[0]?.target ?? null) : target;
}

function matchTry(cx: Matching, pattern: Stmt & { kind: "Try" }, code: Stmt & { kind: "Try" }, next: Next): boolean {
  return matchBody(cx, pattern.body, code.body, () =>
    matchList(cx, { patterns: pattern.handlers, items: code.handlers, item: matchHandler, open: false }, () =>
      pattern.finalizer === null ? next() : code.finalizer !== null && matchBody(cx, pattern.finalizer, code.finalizer, next),
    ),
  );
}

export function matchHandler(cx: Matching, pattern: Handler, code: Handler, next: Next): boolean {
  const then = (): boolean => matchBody(cx, pattern.body, code.body, next);
  if (pattern.type !== null && isDots(pattern.type)) return then();
  const target = (): boolean => {
    if (pattern.target === null) return (code.target === null || !cx.facts.python) && code.target === null && then();
    return code.target !== null && matchExpr(cx, pattern.target, code.target, then);
  };
  if (pattern.type === null) return code.type === null && (pattern.target === null && code.target === null ? then() : target());
  return code.type !== null && matchExpr(cx, pattern.type, code.type, () => (pattern.target === null ? then() : target()));
}

/** `with open(p):` also stands for `with open(p) as f:`. */
function matchWith(cx: Matching, pattern: Stmt & { kind: "With" }, code: Stmt & { kind: "With" }, next: Next): boolean {
  if (pattern.async === true && code.async !== true) return false;
  return matchList(
    cx,
    {
      patterns: pattern.items,
      items: code.items,
      open: false,
      dots: (item) => isDots(item.value),
      item: (inner, wanted, found, then) =>
        wanted.target === null
          ? matchImplicit(inner, wanted.value, found.value, then)
          : matchExpr(inner, wanted.value, found.value, () =>
              matchOptional(inner, { pattern: wanted.target, code: found.target }, matchExpr, then),
            ),
    },
    () => matchBody(cx, pattern.body, code.body, next),
  );
}

function matchSwitch(cx: Matching, pattern: Stmt & { kind: "Switch" }, code: Stmt & { kind: "Switch" }, next: Next): boolean {
  return matchExpr(cx, pattern.subject, code.subject, () => {
    const patterns = pattern.cases.filter((each) => each.test === null || !isDots(each.test));
    return matchAnyOrder<Node, Node>(cx, { patterns, items: code.cases, item: matchFields, open: true }, next);
  });
}

// ---------------------------------------------------------------- sequences

/** A body: `...` alone is any, one statement between two `...` may be anywhere inside, `$S` is the whole. */
export function matchBody(cx: Matching, patterns: readonly Stmt[], code: readonly Stmt[], next: Next): boolean {
  const first = patterns[0];
  if (patterns.length === 1 && first !== undefined) {
    if (isDots(first)) return next();
    const meta = metaName(first);
    if (meta !== null && code.length !== 1) return bind(cx, meta, listOf(code), next);
  }
  if (patterns.length === 3 && isDots(patterns[0] as Stmt) && isDots(patterns[2] as Stmt) && restName(patterns[1] as Stmt) === null) {
    return flattened(statementsOf(code)).some((stmt) => matchStmt(cx, patterns[1] as Stmt, stmt, next));
  }
  return matchSequence(cx, { patterns, code: statementsOf(code), open: false, inside: true }, { pattern: 0, code: 0 }, next);
}

export type Sequence = {
  readonly patterns: readonly Stmt[];
  readonly code: readonly Stmt[];
  /** Statements may follow. */
  readonly open: boolean;
  /** `...` at the end takes all there is, instead of every possible part of it. */
  readonly inside: boolean;
};
type At = { readonly pattern: number; readonly code: number };

export function matchSequence(cx: Matching, sequence: Sequence, at: At, next: Next): boolean {
  spend(cx);
  const pattern = sequence.patterns[at.pattern];
  if (pattern === undefined) return (sequence.open || at.code === sequence.code.length) && next();
  if (isDots(pattern)) {
    if (at.pattern === sequence.patterns.length - 1) return trailing(cx, sequence, at, next);
    let found = false;
    const stopped = matchFlat(cx, { ...sequence, open: true }, at, () => {
      found = true;
      return next();
    });
    if (stopped || found) return stopped;
    const rest = sequence.code.slice(at.code);
    const deep = flattened(rest);
    return deep !== rest && matchFlat(cx, { ...sequence, code: deep, open: true }, { pattern: at.pattern, code: 0 }, next);
  }
  if (restName(pattern) !== null) return matchFlat(cx, { ...sequence, open: true }, at, next);
  const stmt = sequence.code[at.code];
  if (stmt === undefined) return false;
  return matchStmt(cx, pattern, stmt, () =>
    covering(cx, stmt, () => matchSequence(cx, sequence, { pattern: at.pattern + 1, code: at.code + 1 }, next)),
  );
}

/** The same without going into statements. */
function matchFlat(cx: Matching, sequence: Sequence, at: At, next: Next): boolean {
  spend(cx);
  const pattern = sequence.patterns[at.pattern];
  if (pattern === undefined) return (sequence.open || at.code === sequence.code.length) && next();
  if (isDots(pattern)) {
    if (at.pattern === sequence.patterns.length - 1) return trailing(cx, sequence, at, next);
    for (let i = at.code; i <= sequence.code.length; i++) {
      const then = (): boolean => matchFlat(cx, sequence, { pattern: at.pattern + 1, code: i }, next);
      const skipped = sequence.code[i - 1];
      if (skipped !== undefined && i > at.code ? covering(cx, skipped, then) : then()) return true;
    }
    return false;
  }
  const rest = restName(pattern);
  if (rest !== null) {
    for (let i = at.code; i <= sequence.code.length; i++) {
      const taken = listOf(sequence.code.slice(at.code, i));
      const closed = { ...sequence, open: false };
      const then = (): boolean => matchFlat(cx, closed, { pattern: at.pattern + 1, code: i }, next);
      const last = sequence.code[i - 1];
      if (bind(cx, rest, taken, () => (last === undefined || i === at.code ? then() : covering(cx, last, then)))) return true;
    }
    return false;
  }
  const stmt = sequence.code[at.code];
  if (stmt === undefined) return false;
  return matchStmt(cx, pattern, stmt, () =>
    covering(cx, stmt, () => matchFlat(cx, sequence, { pattern: at.pattern + 1, code: at.code + 1 }, next)),
  );
}

function trailing(cx: Matching, sequence: Sequence, at: At, next: Next): boolean {
  const last = sequence.code[sequence.code.length - 1];
  if (sequence.inside || last === undefined || at.code >= sequence.code.length)
    return last === undefined ? next() : covering(cx, last, next);
  if (next()) return true;
  for (let i = at.code; i < sequence.code.length; i++) if (covering(cx, sequence.code[i] as Stmt, next)) return true;
  return false;
}

function covering(cx: Matching, stmt: Stmt, next: Next): boolean {
  const before = cx.span.end;
  if (stmt.end > before) cx.span.end = stmt.end;
  if (next()) return true;
  cx.span.end = before;
  return false;
}
