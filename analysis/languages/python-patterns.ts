/** The patterns of `match`: captures are Names, class patterns Calls, `a | b` Binary, `p as x` DefaultPattern. */
import type { Arg, Case, ComprehensionIf, Dict, Entry, Expr, Spread, Stmt } from "../tree.ts";
import { type Context, type Convert, expr, identifier, invalid, statements } from "./python-context.ts";
import { type CstNode, childByField, childByType, childrenByField, hasToken } from "./tree-sitter-cst.ts";

export const PATTERNS: Readonly<Record<string, Convert>> = {
  match_statement: convertMatch,
  case_clause: convertCase,
  case_pattern: (node, cx) => simplePattern(node.children, node, cx),
  union_pattern: convertUnion,
  class_pattern: convertClassPattern,
  keyword_pattern: (node, cx): Arg => {
    const name = node.children[0];
    const rest = node.children.slice(2);
    return {
      kind: "Arg",
      start: node.start,
      end: node.end,
      ...(name === undefined ? {} : { name: identifier(cx, name) }),
      value: simplePattern(rest, node, cx),
    };
  },
  splat_pattern: (node, cx): Spread => {
    const name = node.children[1] ?? node;
    return {
      kind: "Spread",
      start: node.start,
      end: node.end,
      value: { kind: "Name", start: name.start, end: name.end, name: identifier(cx, name) },
      ...(hasToken(node, "**") ? { dict: true as const } : {}),
    };
  },
  dict_pattern: convertDictPattern,
  complex_pattern: convertComplex,
  dotted_name: convertDottedName,
};

function convertMatch(node: CstNode, cx: Context): Stmt[] {
  const subjects = childrenByField(node, "subject");
  const first = subjects[0];
  const last = subjects[subjects.length - 1];
  const body = childByField(node, "body");
  const tuple = first !== undefined && last !== undefined && (subjects.length > 1 || hasToken(node, ","));
  const subject: Expr = tuple
    ? { kind: "Collection", type: "tuple", start: first.start, end: last.end, elements: subjects.map((child) => expr(cx, child, node)) }
    : expr(cx, first, node);
  const cases = (body?.children ?? []).filter((child) => child.type === "case_clause").map((child) => child.out as Case);
  return [{ kind: "Match", start: node.start, end: node.end, subject, cases }];
}

function convertCase(node: CstNode, cx: Context): Case {
  const patterns = node.children.filter((child) => child.type === "case_pattern");
  const guard = childByField(node, "guard")?.out as ComprehensionIf | null | undefined;
  const first = patterns[0];
  const last = patterns[patterns.length - 1];
  const tuple = first !== undefined && last !== undefined && (patterns.length > 1 || hasToken(node, ","));
  const pattern: Expr = tuple
    ? { kind: "Collection", type: "tuple", start: first.start, end: last.end, elements: patterns.map((child) => expr(cx, child, node)) }
    : expr(cx, first, node);
  return {
    kind: "Case",
    start: node.start,
    end: node.end,
    pattern,
    guard: guard?.test ?? null,
    body: statements(childByField(node, "consequence")),
  };
}

/** One pattern given as the tokens it consists of: `_`, `-1`, or a node. */
function simplePattern(children: readonly CstNode[], around: CstNode, cx: Context): Expr {
  const [first, second] = children;
  if (first === undefined) return invalid(cx, around, "pattern is missing");
  if (first.type === "_") return { kind: "Name", start: first.start, end: first.end, name: "_" };
  if (first.type === "-" && second !== undefined) {
    return { kind: "Unary", start: first.start, end: second.end, op: "-", operand: expr(cx, second, around) };
  }
  return expr(cx, first, around);
}

function convertUnion(node: CstNode, cx: Context): Expr {
  let left: Expr | null = null;
  let group: CstNode[] = [];
  const finish = () => {
    const right = simplePattern(group, node, cx);
    left = left === null ? right : { kind: "Binary", start: node.start, end: right.end, op: "|", left, right };
    group = [];
  };
  for (const child of node.children) {
    if (child.type === "|") finish();
    else group.push(child);
  }
  finish();
  return left ?? invalid(cx, node, "pattern is missing");
}

function convertClassPattern(node: CstNode, cx: Context): Expr {
  const args = node.children
    .filter((child) => child.type === "case_pattern")
    .map((child): Arg => {
      const inner = child.out as Expr | Arg | null;
      if (inner?.kind === "Arg") return inner;
      return { kind: "Arg", start: child.start, end: child.end, value: expr(cx, child, node) };
    });
  return { kind: "Call", start: node.start, end: node.end, callee: expr(cx, childByType(node, "dotted_name"), node), args };
}

function convertDictPattern(node: CstNode, cx: Context): Dict {
  const entries: (Entry | Spread)[] = [];
  let key: CstNode[] = [];
  for (const child of node.children) {
    if (child.field === "key") key.push(child);
    else if (child.type === "splat_pattern") entries.push(child.out as Spread);
    else if (child.field === "value") {
      const value = expr(cx, child, node);
      entries.push({ kind: "Entry", start: key[0]?.start ?? child.start, end: child.end, key: simplePattern(key, node, cx), value });
      key = [];
    }
  }
  return { kind: "Dict", start: node.start, end: node.end, entries };
}

/** `-1+2j`. */
function convertComplex(node: CstNode, cx: Context): Expr {
  const numbers = node.children.filter((child) => child.named);
  const [real, imaginary] = numbers;
  const negative = node.children[0]?.type === "-";
  const operator = node.children[negative ? 2 : 1]?.type ?? "+";
  const left = expr(cx, real, node);
  return {
    kind: "Binary",
    start: node.start,
    end: node.end,
    op: operator,
    left: negative ? { kind: "Unary", start: node.start, end: left.end, op: "-", operand: left } : left,
    right: expr(cx, imaginary, node),
  };
}

/** In patterns only: `A.B` is a Member chain. (Imports read their dotted names themselves.) */
function convertDottedName(node: CstNode, cx: Context): Expr {
  let out: Expr | null = null;
  for (const child of node.children) {
    if (!child.named) continue;
    const name = identifier(cx, child);
    out =
      out === null
        ? { kind: "Name", start: child.start, end: child.end, name }
        : { kind: "Member", start: node.start, end: child.end, object: out, name };
  }
  return out ?? invalid(cx, node, "name is missing");
}
