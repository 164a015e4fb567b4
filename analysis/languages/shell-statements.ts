/** Compound commands of shell programs: conditions, loops, cases, functions, groups. */
import type { Block, Case, Expr, ForEach, FunctionDef, If, Match, Stmt, While } from "../tree.ts";
import { type Convert, expression, name, runHere, spanned, statements, str, textOf } from "./shell-context.ts";
import { type CstNode, hasToken } from "./tree-sitter-cst.ts";

const fieldOf = (node: CstNode, field: string): CstNode[] => node.children.filter((child) => child.named && child.field === field);

/** Several commands may make up a condition; the last one decides. */
function condition(node: CstNode): Expr {
  const parts = fieldOf(node, "condition").map((child) => expression(child, child));
  if (parts.length === 1) return parts[0] as Expr;
  return { kind: "Sequence", ...spanned(node), expressions: parts };
}

const clauses = new Set(["elif_clause", "else_clause"]);

const ifStatement: Convert = (node): If => {
  const tests = new Set(fieldOf(node, "condition"));
  const then = statements(node.children.filter((child) => child.named && !tests.has(child) && !clauses.has(child.type)));
  const rest = node.children.filter((child) => clauses.has(child.type));
  let otherwise: readonly Stmt[] = [];
  for (const clause of rest.reverse()) otherwise = clause.type === "else_clause" ? statements(clause.children) : [elif(clause, otherwise)];
  return { kind: "If", ...spanned(node), test: condition(node), then, otherwise };
};

/** What stands before `then` is the condition. */
function elif(clause: CstNode, otherwise: readonly Stmt[]): If {
  const then = clause.children.findIndex((child) => child.type === "then");
  const tests = clause.children.slice(0, Math.max(then, 0)).filter((child) => child.named && child.out !== null);
  const test: Expr = { kind: "Sequence", ...spanned(clause), expressions: tests.map((child) => expression(child, child)) };
  return { kind: "If", ...spanned(clause), test, then: statements(clause.children.slice(then + 1)), otherwise };
}

const body = (node: CstNode): Stmt[] => fieldOf(node, "body").flatMap((child) => statements(child.children));

const whileStatement: Convert = (node): While => {
  const test = condition(node);
  const until = hasToken(node, "until");
  return {
    kind: "While",
    ...spanned(node),
    test: until ? { kind: "Unary", ...spanned(test), op: "not", operand: test } : test,
    body: body(node),
    otherwise: [],
  };
};

const forStatement: Convert = (node): ForEach => ({
  kind: "ForEach",
  ...spanned(node),
  target: expression(fieldOf(node, "variable")[0], node),
  iterable: {
    kind: "Collection",
    ...spanned(node),
    type: "list",
    elements: fieldOf(node, "value").map((child) => expression(child, child)),
  },
  body: body(node),
  otherwise: [],
});

const cStyleFor: Convert = (node): While => ({
  kind: "While",
  ...spanned(node),
  test: { kind: "Call", ...spanned(node), callee: name(node, "(("), args: [] },
  body: [...statements(node.children.filter((child) => child.named && child.field !== "body")), ...body(node)],
  otherwise: [],
});

const caseStatement: Convert = (node): Match => ({
  kind: "Match",
  ...spanned(node),
  subject: expression(fieldOf(node, "value")[0], node),
  cases: node.children.filter((child) => child.type === "case_item").map((child) => caseOf(child)),
});

function caseOf(item: CstNode): Case {
  const patterns = fieldOf(item, "value").map((child) => expression(child, child));
  const inside = item.children.filter((child) => child.named && child.field !== "value");
  const pattern: Expr =
    patterns.length === 1 ? (patterns[0] as Expr) : { kind: "Collection", ...spanned(item), type: "list", elements: patterns };
  return { kind: "Case", ...spanned(item), pattern, guard: null, body: statements(inside) };
}

const functionDefinition: Convert = (node, cx): FunctionDef => {
  const title = fieldOf(node, "name")[0];
  const inside = fieldOf(node, "body").flatMap((child) =>
    child.type === "compound_statement" ? statements(child.children) : statements([child]),
  );
  return {
    kind: "FunctionDef",
    ...spanned(node),
    fn: {
      kind: "FunctionBody",
      ...spanned(node),
      name: title === undefined ? null : textOf(cx, title),
      params: [],
      body: inside,
      flavour: "function",
      decorators: [],
    },
  };
};

/** `{ ...; }` and `(( ... ))`, which the grammar calls by one name. */
const compound: Convert = (node, cx) => {
  if (node.children[0]?.type === "((") {
    const args = [{ kind: "Arg" as const, ...spanned(node), value: str(node, textOf(cx, node)) }];
    return { kind: "Call", ...spanned(node), callee: name(node, "(("), args };
  }
  return { kind: "Block", ...spanned(node), body: statements(node.children) } satisfies Block;
};

/** Read by the statement that they belong to. */
const readByStatement: Convert = () => null;

export const SHELL_STATEMENTS: Readonly<Record<string, Convert>> = {
  if_statement: ifStatement,
  elif_clause: readByStatement,
  else_clause: readByStatement,
  while_statement: whileStatement,
  for_statement: forStatement,
  c_style_for_statement: cStyleFor,
  do_group: readByStatement,
  case_statement: caseStatement,
  case_item: readByStatement,
  function_definition: functionDefinition,
  compound_statement: compound,
  subshell: (node) => runHere(node, statements(node.children)),
};
