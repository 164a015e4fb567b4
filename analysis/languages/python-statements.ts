/** Python statement nodes -> the generic tree. Every statement node becomes a list: `import a, b` is two. */
import type { Expr, Handler, If, Import, ImportName, Stmt, With, WithItem } from "../tree.ts";
import {
  type Context,
  type Convert,
  expr,
  identifier,
  invalid,
  optionalExpr,
  outputs,
  report,
  statements,
  textOf,
  unmodelled,
} from "./python-context.ts";
import { evaluatedBefore } from "./python-functions.ts";
import { namesAnAlias } from "./python-rereading.ts";
import { type CstNode, childByField, childByType, childrenByField, hasToken, namedChildren } from "./tree-sitter-cst.ts";

export const STATEMENTS: Readonly<Record<string, Convert>> = {
  expression_statement: convertExpressionStatement,
  return_statement: (node, cx) => [{ kind: "Return", start: node.start, end: node.end, value: optionalExpr(cx, namedChildren(node)[0]) }],
  pass_statement: (node) => [{ kind: "Pass", start: node.start, end: node.end }],
  break_statement: (node) => [{ kind: "Break", start: node.start, end: node.end }],
  continue_statement: (node) => [{ kind: "Continue", start: node.start, end: node.end }],
  delete_statement: convertDelete,
  raise_statement: convertRaise,
  assert_statement: (node, cx) => {
    const [test, message] = namedChildren(node);
    return [{ kind: "Assert", start: node.start, end: node.end, test: expr(cx, test, node), message: optionalExpr(cx, message) }];
  },
  global_statement: (node, cx) => [scope(node, "global", cx)],
  nonlocal_statement: (node, cx) => [scope(node, "nonlocal", cx)],
  import_statement: convertImport,
  import_from_statement: convertImportFrom,
  future_import_statement: convertImportFrom,
  print_statement: convertPrint,
  exec_statement: (node, cx) => [invalid(cx, node, "`exec` statement is Python 2", outputs(node))],
  type_alias_statement: convertTypeAlias,
  if_statement: convertIf,
  for_statement: convertFor,
  while_statement: (node, cx) => [
    {
      kind: "While",
      start: node.start,
      end: node.end,
      test: expr(cx, childByField(node, "condition"), node),
      body: statements(childByField(node, "body")),
      otherwise: elseBody(childByField(node, "alternative")),
    },
  ],
  try_statement: convertTry,
  except_clause: convertHandler,
  with_statement: convertWith,
  with_item: convertWithItem,
};

function convertExpressionStatement(node: CstNode, cx: Context): Stmt[] {
  const children = namedChildren(node);
  const first = children[0];
  const tuple = children.length > 1 || hasToken(node, ",");
  const value: Expr = tuple
    ? { kind: "Collection", type: "tuple", start: node.start, end: node.end, elements: children.map((child) => expr(cx, child, node)) }
    : expr(cx, first, node);
  const type = first?.type === "assignment" ? childByField(first, "type") : null;
  return [...evaluatedBefore(type), { kind: "ExprStmt", start: node.start, end: node.end, value }];
}

function convertDelete(node: CstNode, cx: Context): Stmt[] {
  const value = expr(cx, namedChildren(node)[0], node);
  const listed = namedChildren(node)[0]?.type === "expression_list" && value.kind === "Collection";
  const targets = listed ? value.elements.filter((element) => element !== null) : [value];
  return [{ kind: "Delete", start: node.start, end: node.end, targets }];
}

function convertRaise(node: CstNode, cx: Context): Stmt[] {
  const cause = childByField(node, "cause");
  const value = namedChildren(node).find((child) => child !== cause);
  return [
    {
      kind: "Raise",
      start: node.start,
      end: node.end,
      value: optionalExpr(cx, value),
      ...(cause === null ? {} : { cause: expr(cx, cause, node) }),
    },
  ];
}

function scope(node: CstNode, kind: "global" | "nonlocal", cx: Context): Stmt {
  const names = namedChildren(node).map((child) => identifier(cx, child));
  return { kind: "ScopeDecl", start: node.start, end: node.end, scope: kind, names };
}

// ---------------------------------------------------------------- imports

function dotted(node: CstNode | null, cx: Context): string {
  if (node === null) return "";
  return node.children
    .filter((child) => child.named)
    .map((child) => identifier(cx, child))
    .join(".");
}

function convertImport(node: CstNode, cx: Context): Stmt[] {
  return childrenByField(node, "name").map((child): Import => {
    const span = { start: child.start, end: child.end };
    const alias = childByField(child, "alias");
    const module = dotted(alias === null ? child : childByField(child, "name"), cx);
    const local = alias === null ? (module.split(".")[0] ?? module) : identifier(cx, alias);
    const name: ImportName = { kind: "ImportName", ...span, imported: "", local, aliased: alias !== null };
    return { kind: "Import", start: node.start, end: node.end, module, names: [name], form: "module" };
  });
}

function convertImportFrom(node: CstNode, cx: Context): Stmt[] {
  const source = childByField(node, "module_name");
  const names = childrenByField(node, "name").map((child): ImportName => {
    const alias = childByField(child, "alias");
    const imported = dotted(alias === null ? child : childByField(child, "name"), cx);
    const local = alias === null ? imported : identifier(cx, alias);
    return { kind: "ImportName", start: child.start, end: child.end, imported, local, aliased: alias !== null };
  });
  const star = childByType(node, "wildcard_import");
  if (star !== null) names.push({ kind: "ImportName", start: star.start, end: star.end, imported: "*", local: "*", aliased: false });
  return [{ kind: "Import", start: node.start, end: node.end, module: moduleName(node, source, cx), names, form: "from" }];
}

function moduleName(node: CstNode, source: CstNode | null, cx: Context): string {
  if (node.type === "future_import_statement") return "__future__";
  if (source?.type !== "relative_import") return dotted(source, cx);
  const prefix = childByType(source, "import_prefix");
  const dots = prefix === null ? "" : textOf(cx, prefix).replace(/[^.]/g, "");
  return dots + dotted(childByType(source, "dotted_name"), cx);
}

/** `print >>f, x` is valid Python 3 (a tuple that fails when run); `print "x"` is not Python 3. */
function convertPrint(node: CstNode, cx: Context): Stmt[] {
  const make = childByType(node, "chevron") === null ? invalid : unmodelled;
  return [make(cx, node, "`print` statement is Python 2", outputs(node))];
}

/** Python evaluates the right side when somebody asks for it; if that could call something, it runs before the alias here. */
function convertTypeAlias(node: CstNode, cx: Context): Stmt[] {
  const left = childByField(node, "left");
  const right = childByField(node, "right");
  if (!namesAnAlias(node)) report(cx, "syntax", node, "not a type alias");
  const name = left === null ? "" : (/^[^\s[]+/.exec(textOf(cx, left))?.[0] ?? "");
  return [
    ...evaluatedBefore(left, right),
    { kind: "TypeDecl", start: node.start, end: node.end, name: name.normalize("NFKC"), text: textOf(cx, node) },
  ];
}

// ---------------------------------------------------------------- compound statements

function elseBody(clause: CstNode | null): Stmt[] {
  return clause === null ? [] : statements(childByField(clause, "body"));
}

function convertIf(node: CstNode, cx: Context): Stmt[] {
  let otherwise: Stmt[] = [];
  const clauses = node.children.filter((child) => child.field === "alternative");
  for (const clause of clauses.reverse()) {
    if (clause.type === "else_clause") otherwise = elseBody(clause);
    else if (clause.type === "elif_clause") otherwise = [ifStatement(clause, node.end, otherwise, cx)];
  }
  return [ifStatement(node, node.end, otherwise, cx)];
}

function ifStatement(node: CstNode, end: number, otherwise: Stmt[], cx: Context): If {
  const test = expr(cx, childByField(node, "condition"), node);
  return { kind: "If", start: node.start, end, test, then: statements(childByField(node, "consequence")), otherwise };
}

function convertFor(node: CstNode, cx: Context): Stmt[] {
  return [
    {
      kind: "ForEach",
      start: node.start,
      end: node.end,
      target: expr(cx, childByField(node, "left"), node),
      iterable: expr(cx, childByField(node, "right"), node),
      body: statements(childByField(node, "body")),
      otherwise: elseBody(childByField(node, "alternative")),
      ...(hasToken(node, "async") ? { async: true as const } : {}),
    },
  ];
}

function convertTry(node: CstNode, cx: Context): Stmt[] {
  const finalizer = childByType(node, "finally_clause");
  const handlers = node.children.filter((child) => child.type === "except_clause").map((child) => child.out as Handler);
  if (handlers.length === 0 && finalizer === null) report(cx, "syntax", node, "`try` needs `except` or `finally`");
  return [
    {
      kind: "Try",
      start: node.start,
      end: node.end,
      body: statements(childByField(node, "body")),
      handlers,
      otherwise: elseBody(childByType(node, "else_clause")),
      finalizer: finalizer === null ? null : statements(childByType(finalizer, "block")),
    },
  ];
}

function convertHandler(node: CstNode, cx: Context): Handler {
  const values = childrenByField(node, "value");
  const first = values[0];
  const last = values[values.length - 1];
  const alias = childByField(node, "alias");
  let type: Expr | null = null;
  let target = optionalExpr(cx, alias);
  if (first !== undefined && last !== undefined && values.length > 1) {
    type = { kind: "Collection", type: "tuple", start: first.start, end: last.end, elements: values.map((value) => expr(cx, value, node)) };
  } else if (first !== undefined) {
    type = expr(cx, first, node);
    if (type.kind === "DefaultPattern") {
      target = type.target;
      type = type.value;
    }
  }
  const group = hasToken(node, "*") ? { group: true as const } : {};
  return { kind: "Handler", start: node.start, end: node.end, type, target, body: statements(childByType(node, "block")), ...group };
}

function convertWith(node: CstNode, cx: Context): Stmt[] {
  const clause = childByType(node, "with_clause");
  const items = (clause?.children ?? []).filter((child) => child.type === "with_item").map((child) => child.out as WithItem);
  if (items.length === 0) report(cx, "syntax", node, "`with` without an item");
  const statement: With = {
    kind: "With",
    start: node.start,
    end: node.end,
    items,
    body: statements(childByField(node, "body")),
    ...(hasToken(node, "async") ? { async: true as const } : {}),
  };
  return [statement];
}

function convertWithItem(node: CstNode, cx: Context): WithItem {
  const value = expr(cx, childByField(node, "value"), node);
  const span = { start: node.start, end: node.end };
  if (value.kind === "DefaultPattern") return { kind: "WithItem", ...span, value: value.value, target: value.target };
  if (value.kind === "Collection" && value.elements.some((element) => element?.kind === "DefaultPattern")) {
    return { kind: "WithItem", ...span, value: invalid(cx, node, "`as` inside a tuple", [value]), target: null };
  }
  return { kind: "WithItem", ...span, value, target: null };
}
