/** What TypeScript adds: types disappear, casts let their value through, enums and namespaces become what they run. */
import type { Assign, Entry, Expr, Stmt } from "../tree.ts";
import { type BabelNode, child, flag, nodesOf, text } from "./javascript-ast.ts";
import { at, type Context, type Convert, expr, statements, typeNode } from "./javascript-context.ts";

export const TYPESCRIPT: Readonly<Record<string, Convert>> = {
  TSAsExpression: cast,
  TSSatisfiesExpression: cast,
  TSTypeAssertion: cast,
  TSTypeCastExpression: cast,
  TSNonNullExpression: (node, cx) => ({
    kind: "Cast",
    start: node.start,
    end: node.end,
    value: expr(cx, child(node, "expression"), node),
    type: null,
  }),
  TSInstantiationExpression: (node, cx) => ({
    kind: "Cast",
    start: node.start,
    end: node.end,
    value: expr(cx, child(node, "expression"), node),
    type: null,
  }),
  TSInterfaceDeclaration: typeOnly,
  TSTypeAliasDeclaration: typeOnly,
  TSDeclareFunction: typeOnly,
  TSDeclareMethod: () => [],
  TSIndexSignature: () => [],
  TSNamespaceExportDeclaration: typeOnly,
  TSEnumDeclaration: convertEnum,
  TSEnumBody: () => null,
  TSEnumMember: () => null,
  TSModuleDeclaration: convertNamespace,
  TSModuleBlock: (node) => statements(nodesOf(node, "body")),
  TSImportEqualsDeclaration: convertImportEquals,
  TSExternalModuleReference: (node, cx) => {
    const source = expr(cx, child(node, "expression"), node);
    const callee: Expr = { kind: "Name", start: node.start, end: node.end, name: "require" };
    return {
      kind: "Call",
      start: node.start,
      end: node.end,
      callee,
      args: [{ kind: "Arg", start: source.start, end: source.end, value: source }],
    };
  },
  TSQualifiedName: (node, cx) => ({
    kind: "Member",
    start: node.start,
    end: node.end,
    object: expr(cx, child(node, "left"), node),
    name: text(child(node, "right"), "name"),
  }),
  TSExportAssignment: (node, cx) => {
    const target: Expr = {
      kind: "Member",
      start: node.start,
      end: node.end,
      object: { kind: "Name", start: node.start, end: node.end, name: "module" },
      name: "exports",
    };
    return statement(node, assign(node, target, expr(cx, child(node, "expression"), node)));
  },
};

function cast(node: BabelNode, cx: Context): Expr {
  const type = child(node, "typeAnnotation");
  return {
    kind: "Cast",
    start: node.start,
    end: node.end,
    value: expr(cx, child(node, "expression"), node),
    type: type === null ? null : typeNode(cx, type),
  };
}

function typeOnly(node: BabelNode, cx: Context): Stmt {
  return {
    kind: "TypeDecl",
    start: node.start,
    end: node.end,
    name: text(child(node, "id"), "name"),
    text: cx.source.slice(node.start, node.end),
  };
}

function assign(node: BabelNode, target: Expr, value: Expr): Assign {
  return { kind: "Assign", start: node.start, end: node.end, target, op: null, value };
}

function statement(node: BabelNode, value: Expr): Stmt {
  return { kind: "ExprStmt", start: node.start, end: node.end, value };
}

function declare(node: BabelNode, keyword: string, name: string, value: Expr): Stmt {
  return {
    kind: "VarDecl",
    start: node.start,
    end: node.end,
    keyword,
    declarations: [assign(node, { kind: "Name", start: node.start, end: node.end, name }, value)],
  };
}

// ---------------------------------------------------------------- enums

/** `enum A {X, Y = "b"}` -> `var A = {X: 0, "0": "X", Y: "b"}`. */
function convertEnum(node: BabelNode, cx: Context): Stmt {
  if (flag(node, "declare")) return typeOnly(node, cx);
  const body = child(node, "body");
  const members = nodesOf(body ?? node, "members");
  const entries: Entry[] = [];
  const known = new Map<string, number | string>();
  let next: number | null = 0;
  for (const member of members) {
    const id = child(member, "id");
    const name = id?.type === "StringLiteral" ? text(id, "value") : text(id, "name");
    const initializer = child(member, "initializer");
    const given: Expr | null = initializer === null ? null : expr(cx, initializer, member);
    const constant: number | string | null = given === null ? next : fold(given, known);
    if (constant !== null) known.set(name, constant);
    next = typeof constant === "number" ? constant + 1 : null;
    const value: Expr =
      constant === null ? (given ?? { kind: "Name", start: member.start, end: member.end, name: "undefined" }) : literal(member, constant);
    entries.push({ kind: "Entry", start: member.start, end: member.end, key: literal(id ?? member, name), value });
    if (typeof constant === "number") {
      entries.push({
        kind: "Entry",
        start: member.start,
        end: member.end,
        key: literal(member, String(constant)),
        value: literal(id ?? member, name),
      });
    }
  }
  return declare(node, "var", text(child(node, "id"), "name"), { kind: "Dict", ...at(body ?? node), entries });
}

function literal(node: BabelNode, value: number | string): Expr {
  return typeof value === "number"
    ? { kind: "Num", start: node.start, end: node.end, value }
    : { kind: "Str", start: node.start, end: node.end, value };
}

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "|": (a, b) => a | b,
  "&": (a, b) => a & b,
  "<<": (a, b) => a << b,
  ">>": (a, b) => a >> b,
};

/** The constant an enum member's initialiser stands for; one level of operators is what enums use. */
function fold(value: Expr, known: ReadonlyMap<string, number | string>): number | string | null {
  if (value.kind === "Str") return value.value;
  if (value.kind === "Num") return typeof value.value === "number" ? value.value : null;
  if (value.kind === "Name") return known.get(value.name) ?? null;
  if (value.kind === "Member") return known.get(value.name) ?? null;
  if (value.kind === "Unary") {
    const operand = simple(value.operand, known);
    if (typeof operand !== "number") return null;
    return value.op === "-" ? -operand : value.op === "~" ? ~operand : value.op === "+" ? operand : null;
  }
  if (value.kind === "Template") {
    const pieces = value.parts.map((part) => (part.kind === "Str" ? part.value : fold(part.value, known)));
    return pieces.every((piece) => piece !== null) ? pieces.join("") : null;
  }
  if (value.kind !== "Binary") return null;
  const left = simple(value.left, known);
  const right = simple(value.right, known);
  if (left === null || right === null) return null;
  if (typeof left === "number" && typeof right === "number") return ARITHMETIC[value.op]?.(left, right) ?? null;
  return value.op === "+" ? String(left) + String(right) : null;
}

function simple(value: Expr, known: ReadonlyMap<string, number | string>): number | string | null {
  return value.kind === "Binary" ? null : fold(value, known);
}

// ---------------------------------------------------------------- namespaces

/** `namespace N { export const x = 1 }` -> `var N = N || {}; { const x = 1; N.x = x }`. */
function convertNamespace(node: BabelNode, cx: Context): Stmt[] {
  const id = child(node, "id");
  const body = child(node, "body");
  if (flag(node, "declare") || id === null || id.type === "StringLiteral" || body === null || flag(node, "global"))
    return [typeOnly(node, cx)];
  const path = dottedPath(id);
  const inner = namespaceBody(node, path[path.length - 1] ?? "", statements([body]));
  let out: Stmt[] = inner;
  for (let i = path.length - 1; i >= 0; i--) {
    const name = path[i] ?? "";
    const holder = path[i - 1];
    const self: Expr = { kind: "Name", start: id.start, end: id.end, name };
    const empty: Expr = {
      kind: "Logical",
      start: id.start,
      end: id.end,
      op: "or",
      left: self,
      right: { kind: "Dict", start: id.start, end: id.end, entries: [] },
    };
    const exported = holder === undefined ? [] : [exportTo(node, holder, name)];
    out = [declare(node, "var", name, empty), ...exported, { kind: "Block", start: node.start, end: node.end, body: out }];
  }
  return out;
}

function dottedPath(id: BabelNode): string[] {
  const path: string[] = [];
  let at: BabelNode | null = id;
  while (at !== null && at.type === "TSQualifiedName") {
    path.unshift(text(child(at, "right"), "name"));
    at = child(at, "left");
  }
  path.unshift(text(at, "name"));
  return path;
}

function exportTo(node: BabelNode, holder: string, name: string): Stmt {
  const target: Expr = {
    kind: "Member",
    start: node.start,
    end: node.end,
    object: { kind: "Name", start: node.start, end: node.end, name: holder },
    name,
  };
  return statement(node, assign(node, target, { kind: "Name", start: node.start, end: node.end, name }));
}

/** Exports of a namespace are properties of its object. */
function namespaceBody(node: BabelNode, holder: string, body: readonly Stmt[]): Stmt[] {
  return body.flatMap((stmt) => {
    if (stmt.kind !== "Export" || stmt.declaration === null) return [stmt];
    const declared = stmt.declaration as Stmt;
    return [declared, ...declaredNames(declared).map((name) => exportTo(node, holder, name))];
  });
}

function declaredNames(stmt: Stmt): string[] {
  if (stmt.kind === "FunctionDef") return stmt.fn.name === null ? [] : [stmt.fn.name];
  if (stmt.kind === "ClassDef") return stmt.cls.name === null ? [] : [stmt.cls.name];
  if (stmt.kind !== "VarDecl") return [];
  return stmt.declarations.flatMap((declaration) => (declaration.target.kind === "Name" ? [declaration.target.name] : []));
}

/** `import fs = require("fs")`, `import A = N.B`. */
function convertImportEquals(node: BabelNode, cx: Context): Stmt {
  if (node.importKind === "type") return typeOnly(node, cx);
  return declare(node, "const", text(child(node, "id"), "name"), expr(cx, child(node, "moduleReference"), node));
}
