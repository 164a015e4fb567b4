/** Every place of a program where a pattern matches, with what its metavariables are. */
import type { Arg, Assign, Call, Entry, Expr, Handler, Node, Stmt } from "../../analysis/tree.ts";
import type { Bindings } from "./bindings.ts";
import { matchEntry } from "./match-collections.ts";
import { matchDecorator, matchFunctionBody } from "./match-definitions.ts";
import { matchExpr, matchFields, matchRoot } from "./match-expr.ts";
import { matchBody, matchHandler, matchSequence, matchStmt } from "./match-statements.ts";
import { MatchBudgetError, type Matching, matchName, type Parts } from "./matching.ts";
import { withParentheses } from "./parentheses.ts";
import { DEEP, FOR_DOTS, isDots, isDotsName, isMeta, metaName, TYPED } from "./pattern-marks.ts";
import type { ProgramFacts } from "./program-facts.ts";
import type { MatchOptions, Pattern } from "./rule.ts";
import { isStatement, statementsOf } from "./statement-lists.ts";

export type Found = { readonly start: number; readonly end: number; readonly bindings: Bindings };
export type Search = {
  readonly facts: ProgramFacts;
  readonly options: MatchOptions;
  readonly fuel: { left: number };
  /** Only nodes in this span. */
  readonly within: { readonly start: number; readonly end: number } | null;
  /** What is bound before the search begins. */
  readonly context: Bindings;
  /** See `Matching`. */
  readonly admits: Matching["admits"];
};

/** More matches of one pattern in one program than any report could use. */
const MAX_MATCHES = 20_000;

const PARTS: Parts = { expr: matchExpr, stmt: matchStmt, body: matchBody, node: matchNode };

/** Whatever stands in a list or field of a node. */
function matchNode(cx: Matching, pattern: Node, code: Node, next: () => boolean): boolean {
  if (isDots(pattern)) return next();
  if (isStatement(pattern)) return isStatement(code) && matchStmt(cx, pattern, code, next);
  if (pattern.kind === "Entry" || (pattern.kind === "Spread" && code.kind === "Entry")) {
    return (code.kind === "Entry" || code.kind === "Spread") && matchEntry(cx, pattern, code, next);
  }
  if (pattern.kind === "FunctionBody") return code.kind === "FunctionBody" && matchFunctionBody(cx, pattern, code, next);
  if (pattern.kind === "Handler") return code.kind === "Handler" && matchHandler(cx, pattern, code, next);
  if (!EXPRESSIONS.has(pattern.kind)) return code.kind === pattern.kind && matchFields(cx, pattern, code, next);
  return EXPRESSIONS.has(code.kind) && matchExpr(cx, pattern as Expr, code as Expr, next);
}

const EXPRESSION_KINDS =
  "Name Str Bytes Num Bool Null EllipsisLiteral Regex Template TaggedTemplate Call Member Index Slice Unary Binary Logical CompareChain Conditional Assign Update FunctionExpr ClassExpr Collection Dict Comprehension Await Yield Spread DefaultPattern Sequence Cast Jsx TypeNode".split(
    " ",
  ) as Node["kind"][];
const EXPRESSIONS: ReadonlySet<Node["kind"]> = new Set(EXPRESSION_KINDS);
/** Kinds that may be a constant. */
const CONSTANTS: readonly Node["kind"][] = ["Name", "Binary", "Template", "Conditional"];

export function findPattern(search: Search, pattern: Pattern): Found[] {
  const cx: Matching = {
    facts: search.facts,
    options: search.options,
    bindings: [...search.context],
    fuel: search.fuel,
    span: { end: 0 },
    admits: search.admits,
    parts: PARTS,
  };
  const results = new Results(search, cx);
  if (pattern.form === "stmts") findSequences(cx, pattern.nodes as readonly Stmt[], results);
  else if (pattern.form === "decorator") findDecorators(cx, pattern.nodes[0] as Expr, results);
  else findNodes(cx, pattern, results);
  return results.found;
}

/** Collects matches, each once. */
class Results {
  readonly found: Found[] = [];
  readonly #seen = new Set<string>();
  readonly #search: Search;
  readonly #cx: Matching;

  constructor(search: Search, cx: Matching) {
    this.#search = search;
    this.#cx = cx;
  }

  holds(node: { readonly start: number; readonly end: number }): boolean {
    const { within } = this.#search;
    return within === null || (node.start >= within.start && node.end <= within.end);
  }

  add(start: number, end: number): boolean {
    const { bindings } = this.#cx;
    const key = `${start}:${end}${bindings.map(([name, value]) => `|${name}${value.kind === "node" ? value.node.start : value.start}-${value.kind === "node" ? value.node.end : value.end}`).join("")}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    this.found.push({ start, end, bindings: [...bindings] });
    if (this.found.length > MAX_MATCHES) throw new MatchBudgetError();
    return false;
  }
}

function findSequences(cx: Matching, patterns: readonly Stmt[], results: Results): void {
  const anywhere = isDots(patterns[0] as Stmt);
  for (const list of cx.facts.lists) {
    const code = statementsOf(list);
    for (let at = 0; at < (anywhere ? Math.min(1, code.length) : code.length); at++) {
      const first = code[at] as Stmt;
      if (!results.holds(first)) continue;
      cx.span.end = first.end;
      matchSequence(cx, { patterns, code, open: true, inside: false }, { pattern: 0, code: at }, () =>
        results.add(first.start, cx.span.end),
      );
    }
  }
}

function findDecorators(cx: Matching, pattern: Expr, results: Results): void {
  for (const kind of ["FunctionBody", "ClassBody", "Param"] as const) {
    for (const owner of cx.facts.byKind.get(kind) ?? []) {
      for (const decorator of (owner as { decorators?: readonly Expr[] }).decorators ?? []) {
        if (results.holds(decorator)) matchDecorator(cx, pattern, decorator, () => results.add(decorator.start - 1, decorator.end));
      }
    }
  }
}

function findNodes(cx: Matching, pattern: Pattern, results: Results): void {
  const node = pattern.nodes[0] as Node;
  const accept = prefilter(cx, node);
  for (const kind of candidateKinds(pattern, node, cx.facts.python)) {
    for (const code of cx.facts.byKind.get(kind) ?? []) {
      if (!results.holds(code) || !accept(code)) continue;
      matchCandidate(cx, { pattern, node }, code, results);
    }
  }
}

function matchCandidate(cx: Matching, { pattern, node }: { pattern: Pattern; node: Node }, code: Node, results: Results): void {
  const add = (): boolean => results.add(code.start, code.end);
  switch (pattern.form) {
    case "expr":
      matchRoot(cx, node as Expr, code as Expr, () => {
        const { start, end } = withParentheses(cx.facts, code);
        return results.add(start, end);
      });
      return;
    case "entry":
      if (code.kind === "Arg") matchKeywordEntry(cx, node as Entry, code, add);
      else matchEntry(cx, node as Entry, code as Entry, add);
      return;
    case "clause":
      matchClause(cx, node, code, results);
      return;
    case "member":
      if (code.kind === "FunctionDef" && code.fn.flavour === "function") return;
      matchStmt(cx, node as Stmt, code as Stmt, add);
      return;
    default:
      matchStatement(cx, node as Stmt, code as Stmt, results);
  }
}

/** Declarations of one statement match one by one. */
function matchStatement(cx: Matching, node: Stmt, code: Stmt, results: Results): void {
  const several = code.kind === "VarDecl" && code.declarations.length > 1 ? statementsOf([code]) : [code];
  for (const each of several) matchStmt(cx, node, each, () => results.add(each.start, each.end));
}

/** `"key": $V` also stands for the keyword argument `key=...`. */
function matchKeywordEntry(cx: Matching, pattern: Entry, code: Arg, next: () => boolean): boolean {
  const { key } = pattern;
  const name = key.kind === "Str" ? ((key as { meta?: string }).meta ?? key.value) : metaName(key);
  if (code.name === undefined || name === null) return false;
  return matchName(cx, name, { name: code.name, start: code.start, end: code.start + code.name.length }, () =>
    matchExpr(cx, pattern.value, code.value, next),
  );
}

function matchClause(cx: Matching, node: Node, code: Node, results: Results): void {
  if (node.kind === "Handler" && code.kind === "Handler") matchHandler(cx, node as Handler, code, () => results.add(code.start, code.end));
  else if (node.kind === "SwitchCase" && code.kind === "SwitchCase") matchFields(cx, node, code, () => results.add(code.start, code.end));
  else if (node.kind === "Try" && code.kind === "Try") {
    const [wanted, given] = node.finalizer === null ? [node.body, code.body] : [node.finalizer, code.finalizer];
    if (given !== null) matchBody(cx, wanted, given, () => results.add(code.start, given[given.length - 1]?.end ?? code.end));
  }
}

// ---------------------------------------------------------------- what may match at all

function candidateKinds(pattern: Pattern, node: Node, python: boolean): readonly Node["kind"][] {
  if (pattern.form === "entry") return python ? ["Entry", "Arg"] : ["Entry"];
  if (pattern.form === "clause") return [node.kind];
  if (pattern.form === "expr") return expressionKinds(node as Expr);
  switch (node.kind) {
    case "ExprStmt":
      if (metaName(node) !== null || isDots(node) || isSpecial(node.value, DEEP)) return STATEMENT_KINDS;
      return ["ExprStmt", "Return", "VarDecl", "Field", "Export"];
    case "FunctionDef":
      // `function ... (...)` is any function, arrows among them.
      return isDotsName(node.fn.name ?? "") ? ["FunctionDef", "FunctionExpr", "Entry", "Field"] : ["FunctionDef", "Entry", "Field"];
    case "Import":
      return ["Import", "VarDecl"];
    case "ForLoop":
      return node.init?.kind === "ExprStmt" && node.init.value.kind === "Name" && node.init.value.name === FOR_DOTS
        ? ["ForLoop", "ForEach"]
        : ["ForLoop"];
    default:
      return [node.kind];
  }
}

const STATEMENT_KINDS =
  "ExprStmt VarDecl FunctionDef ClassDef Field If While ForEach ForLoop Try With Return Raise Break Continue Pass Assert Delete ScopeDecl Import Export Match Switch Block".split(
    " ",
  ) as Node["kind"][];

function isSpecial(node: Node, name: string): boolean {
  return node.kind === "Call" && node.callee.kind === "Name" && node.callee.name === name;
}

function expressionKinds(node: Expr): readonly Node["kind"][] {
  switch (node.kind) {
    case "Name":
      return isMeta(node.name) || isDotsName(node.name) ? EXPRESSION_KINDS : ["Name"];
    case "Member":
      if (isDotsName(node.name)) return EXPRESSION_KINDS;
      return ["Member", "Name", "Index"];
    case "Call":
      return isSpecial(node, DEEP) || isSpecial(node, TYPED) ? EXPRESSION_KINDS : ["Call"];
    case "Str":
    case "Num":
    case "Bool":
      return [node.kind, ...CONSTANTS];
    case "Collection":
      return ["Collection", "Comprehension", "Dict"];
    case "Dict":
      return ["Dict", "Collection", "Comprehension"];
    default:
      return [node.kind];
  }
}

/** A cheap look at a candidate: calls and members by their last word. */
function prefilter(cx: Matching, node: Node): (code: Node) => boolean {
  if (node.kind === "Assign") return (code) => code.kind === "Assign" && code.op === (node as Assign).op;
  const callee = node.kind === "Call" ? node.callee : node;
  if (callee.kind !== "Name" && callee.kind !== "Member") return () => true;
  const { name } = callee;
  if (name.includes("\u01c2")) return () => true;
  const aliases = aliasesOf(cx.facts);
  const fits = (expr: Expr): boolean => {
    if (expr.kind === "Member") return expr.name === name;
    if (expr.kind === "Name") return expr.name === name || aliases.has(expr.name);
    if (expr.kind === "Index") return expr.index.kind === "Str" && expr.index.value === name;
    return expr.kind === "Call" || expr.kind === "Cast";
  };
  return node.kind === "Call" ? (code) => fits((code as Call).callee) : (code) => fits(code as Expr);
}

const ALIASES = new WeakMap<ProgramFacts, ReadonlySet<string>>();

/** Names that stand for something imported under another name. */
function aliasesOf(facts: ProgramFacts): ReadonlySet<string> {
  const known = ALIASES.get(facts);
  if (known !== undefined) return known;
  const aliases = new Set<string>();
  for (const node of facts.byKind.get("ImportName") ?? []) if (node.kind === "ImportName" && node.aliased) aliases.add(node.local);
  for (const node of facts.python ? [] : (facts.byKind.get("VarDecl") ?? [])) {
    for (const each of node.kind === "VarDecl" ? node.declarations : []) {
      if (each.target.kind === "Name") aliases.add(each.target.name);
      else if (each.target.kind === "Dict")
        for (const entry of each.target.entries) if (entry.value.kind === "Name") aliases.add(entry.value.name);
    }
  }
  ALIASES.set(facts, aliases);
  return aliases;
}
