/** Babel's statements, imports and exports -> the generic tree. */
import type { Assign, Export, Expr, Handler, ImportName, Stmt, SwitchCase, VarDecl } from "../tree.ts";
import { type BabelNode, child, flag, nodesOf, text } from "./javascript-ast.ts";
import { at, bodyOf, type Context, type Convert, expr, optionalExpr, statements, typeOf } from "./javascript-context.ts";

export const STATEMENTS: Readonly<Record<string, Convert>> = {
  ExpressionStatement: (node, cx) => ({
    kind: "ExprStmt",
    start: node.start,
    end: node.end,
    value: expr(cx, child(node, "expression"), node),
  }),
  Directive: (node) => {
    const literal = child(node, "value") ?? node;
    return {
      kind: "ExprStmt",
      start: node.start,
      end: node.end,
      value: { kind: "Str", start: literal.start, end: literal.end, value: text(literal, "value") },
    };
  },
  DirectiveLiteral: () => null,
  BlockStatement: (node) => ({
    kind: "Block",
    start: node.start,
    end: node.end,
    body: statements([...nodesOf(node, "directives"), ...nodesOf(node, "body")]),
  }),
  EmptyStatement: () => [],
  DebuggerStatement: (node) => ({ kind: "Pass", start: node.start, end: node.end }),
  VariableDeclaration: convertVariables,
  VariableDeclarator: (node, cx): Assign => ({
    kind: "Assign",
    start: node.start,
    end: node.end,
    target: expr(cx, child(node, "id"), node),
    op: null,
    value: optionalExpr(cx, child(node, "init")),
    ...typeOf(cx, child(node, "id")),
  }),
  ReturnStatement: (node, cx) => ({ kind: "Return", start: node.start, end: node.end, value: optionalExpr(cx, child(node, "argument")) }),
  ThrowStatement: (node, cx) => ({ kind: "Raise", start: node.start, end: node.end, value: optionalExpr(cx, child(node, "argument")) }),
  BreakStatement: (node) => ({ kind: "Break", start: node.start, end: node.end, ...label(node) }),
  ContinueStatement: (node) => ({ kind: "Continue", start: node.start, end: node.end, ...label(node) }),
  LabeledStatement: (node) => ({
    kind: "Labeled",
    start: node.start,
    end: node.end,
    label: text(child(node, "label"), "name"),
    body: oneStatement(child(node, "body"), node),
  }),
  IfStatement: (node, cx) => ({
    kind: "If",
    start: node.start,
    end: node.end,
    test: expr(cx, child(node, "test"), node),
    then: bodyOf(child(node, "consequent")),
    otherwise: bodyOf(child(node, "alternate")),
  }),
  WhileStatement: convertWhile,
  DoWhileStatement: (node, cx) => ({ ...convertWhile(node, cx), doFirst: true }),
  ForStatement: (node, cx) => ({
    kind: "ForLoop",
    start: node.start,
    end: node.end,
    init: forInit(child(node, "init"), cx),
    test: optionalExpr(cx, child(node, "test")),
    update: optionalExpr(cx, child(node, "update")),
    body: bodyOf(child(node, "body")),
  }),
  ForInStatement: convertForEach,
  ForOfStatement: convertForEach,
  SwitchStatement: (node, cx) => ({
    kind: "Switch",
    start: node.start,
    end: node.end,
    subject: expr(cx, child(node, "discriminant"), node),
    cases: nodesOf(node, "cases").map((item) => item.out as SwitchCase),
  }),
  SwitchCase: (node, cx): SwitchCase => ({
    kind: "SwitchCase",
    start: node.start,
    end: node.end,
    test: optionalExpr(cx, child(node, "test")),
    body: statements(nodesOf(node, "consequent")),
  }),
  TryStatement: convertTry,
  CatchClause: (node, cx): Handler => ({
    kind: "Handler",
    start: node.start,
    end: node.end,
    type: null,
    target: optionalExpr(cx, child(node, "param")),
    body: bodyOf(child(node, "body")),
  }),
  WithStatement: (node, cx) => {
    const object = child(node, "object");
    const value = expr(cx, object, node);
    const item = { kind: "WithItem" as const, ...at(object ?? node), value, target: null };
    return { kind: "With", start: node.start, end: node.end, items: [item], body: bodyOf(child(node, "body")) };
  },
  ImportDeclaration: convertImport,
  ImportSpecifier: importName,
  ImportDefaultSpecifier: importName,
  ImportNamespaceSpecifier: importName,
  ImportAttribute: () => null,
  ExportNamedDeclaration: convertExport,
  ExportDefaultDeclaration: (node) => ({
    kind: "Export",
    start: node.start,
    end: node.end,
    declaration: declarationOf(child(node, "declaration")),
    isDefault: true,
    names: [],
  }),
  ExportAllDeclaration: (node) => ({
    kind: "Export",
    start: node.start,
    end: node.end,
    declaration: null,
    module: text(child(node, "source"), "value"),
    names: [{ kind: "ImportName", start: node.start, end: node.end, imported: "*", local: "*", aliased: false }],
  }),
  ExportSpecifier: exportName,
  ExportNamespaceSpecifier: exportName,
};

function label(node: BabelNode): { label?: string } {
  const name = text(child(node, "label"), "name");
  return name === "" ? {} : { label: name };
}

/** A statement position that must hold exactly one. */
function oneStatement(node: BabelNode | null, around: BabelNode): Stmt {
  const list = node === null ? [] : statements([node]);
  const only = list[0];
  if (list.length === 1 && only !== undefined) return only;
  return { kind: "Block", ...at(node ?? around), body: list };
}

function convertVariables(node: BabelNode, cx: Context): Stmt {
  if (flag(node, "declare")) return typeDeclaration(node, cx);
  const declarations = nodesOf(node, "declarations").map((item) => item.out as Assign);
  return { kind: "VarDecl", start: node.start, end: node.end, keyword: text(node, "kind"), declarations };
}

function typeDeclaration(node: BabelNode, cx: Context): Stmt {
  return { kind: "TypeDecl", start: node.start, end: node.end, name: "", text: cx.source.slice(node.start, node.end) };
}

function forInit(node: BabelNode | null, cx: Context): Stmt | null {
  if (node === null) return null;
  if (node.type === "VariableDeclaration") return node.out as VarDecl;
  return { kind: "ExprStmt", start: node.start, end: node.end, value: expr(cx, node, node) };
}

function convertWhile(node: BabelNode, cx: Context): Extract<Stmt, { kind: "While" }> {
  return {
    kind: "While",
    start: node.start,
    end: node.end,
    test: expr(cx, child(node, "test"), node),
    body: bodyOf(child(node, "body")),
    otherwise: [],
  };
}

function convertForEach(node: BabelNode, cx: Context): Stmt {
  const left = child(node, "left");
  const target = left?.type === "VariableDeclaration" ? (left.out as VarDecl) : expr(cx, left, node);
  return {
    kind: "ForEach",
    start: node.start,
    end: node.end,
    target,
    iterable: expr(cx, child(node, "right"), node),
    body: bodyOf(child(node, "body")),
    otherwise: [],
    ...(node.type === "ForInStatement" ? { keys: true as const } : {}),
    ...(flag(node, "await") ? { async: true as const } : {}),
  };
}

function convertTry(node: BabelNode): Stmt {
  const handler = child(node, "handler");
  const finalizer = child(node, "finalizer");
  return {
    kind: "Try",
    start: node.start,
    end: node.end,
    body: bodyOf(child(node, "block")),
    handlers: handler === null ? [] : [handler.out as Handler],
    otherwise: [],
    finalizer: finalizer === null ? null : bodyOf(finalizer),
  };
}

// ---------------------------------------------------------------- modules

/** Name of a specifier, which may be written as a string. */
function specifierName(node: BabelNode | null): string {
  return node?.type === "StringLiteral" ? text(node, "value") : text(node, "name");
}

function importName(node: BabelNode): ImportName {
  const local = specifierName(child(node, "local"));
  const imported =
    node.type === "ImportDefaultSpecifier"
      ? "default"
      : node.type === "ImportNamespaceSpecifier"
        ? "*"
        : specifierName(child(node, "imported"));
  return { kind: "ImportName", start: node.start, end: node.end, imported, local, aliased: imported !== local };
}

function convertImport(node: BabelNode): Stmt {
  const specifiers = nodesOf(node, "specifiers");
  const names = specifiers.filter((item) => !isTypeOnly(item, "importKind")).map((item) => item.out as ImportName);
  const all = specifiers.map((item) => item.out as ImportName);
  const typeOnly = isTypeOnly(node, "importKind");
  const types = typeOnly ? all : all.filter((name) => !names.includes(name));
  return {
    kind: "Import",
    start: node.start,
    end: node.end,
    module: text(child(node, "source"), "value"),
    names,
    form: specifiers.length === 0 ? "module" : "from",
    ...(typeOnly ? { typeOnly: true as const } : {}),
    ...(types.length > 0 ? { types: types.map(({ imported, local }) => ({ imported, local })) } : {}),
  };
}

function isTypeOnly(node: BabelNode, field: string): boolean {
  return node[field] === "type" || node[field] === "typeof";
}

/** `imported` is the name here (or in `module`), `local` the name under which it is exported. */
function exportName(node: BabelNode): ImportName {
  const local = specifierName(child(node, "exported"));
  const imported = node.type === "ExportNamespaceSpecifier" ? "*" : specifierName(child(node, "local"));
  return { kind: "ImportName", start: node.start, end: node.end, imported, local, aliased: imported !== local };
}

function convertExport(node: BabelNode, cx: Context): Stmt[] {
  const declaration = child(node, "declaration");
  if (declaration !== null) {
    return statements([declaration]).map((stmt): Stmt => {
      if (stmt.kind === "TypeDecl" || stmt.kind === "Unsupported") return stmt;
      return { kind: "Export", start: node.start, end: node.end, declaration: stmt, names: [] };
    });
  }
  if (isTypeOnly(node, "exportKind")) return [typeDeclaration(node, cx)];
  const source = child(node, "source");
  const out: Export = {
    kind: "Export",
    start: node.start,
    end: node.end,
    declaration: null,
    ...(source === null ? {} : { module: text(source, "value") }),
    names: nodesOf(node, "specifiers")
      .filter((item) => !isTypeOnly(item, "exportKind"))
      .map((item) => item.out as ImportName),
  };
  return [out];
}

function declarationOf(node: BabelNode | null): Stmt | Expr | null {
  const out = node?.out;
  if (out === undefined || out === null) return null;
  return Array.isArray(out) ? ((out[0] ?? null) as Stmt | null) : (out as Stmt | Expr);
}
