/** Functions, methods, classes and their members. */
import type { ClassBody, Entry, Expr, FunctionBody, Param, Stmt } from "../tree.ts";
import { type BabelNode, child, flag, nodesOf, text } from "./javascript-ast.ts";
import { at, bodyOf, type Context, type Convert, expr, keyName, optionalExpr, statements, typeOf } from "./javascript-context.ts";
import { entryKey } from "./javascript-expressions.ts";

export const FUNCTIONS: Readonly<Record<string, Convert>> = {
  FunctionDeclaration: (node, cx) => ({ kind: "FunctionDef", start: node.start, end: node.end, fn: functionBody(node, "function", cx) }),
  FunctionExpression: (node, cx) => ({ kind: "FunctionExpr", start: node.start, end: node.end, fn: functionBody(node, "function", cx) }),
  ArrowFunctionExpression: (node, cx) => ({ kind: "FunctionExpr", start: node.start, end: node.end, fn: functionBody(node, "arrow", cx) }),
  ObjectMethod: convertObjectMethod,
  ClassDeclaration: (node, cx) =>
    flag(node, "declare")
      ? {
          kind: "TypeDecl",
          start: node.start,
          end: node.end,
          name: text(child(node, "id"), "name"),
          text: cx.source.slice(node.start, node.end),
        }
      : { kind: "ClassDef", start: node.start, end: node.end, cls: classBody(node, cx) },
  ClassExpression: (node, cx) => ({ kind: "ClassExpr", start: node.start, end: node.end, cls: classBody(node, cx) }),
  ClassBody: () => null,
  ClassMethod: convertMethod,
  ClassPrivateMethod: convertMethod,
  ClassProperty: convertField,
  ClassPrivateProperty: convertField,
  ClassAccessorProperty: convertField,
  StaticBlock: (node) => ({ kind: "Block", start: node.start, end: node.end, body: statements(nodesOf(node, "body")) }),
  Decorator: (node, cx) => expr(cx, child(node, "expression"), node),
  TSParameterProperty: (node, cx) => expr(cx, child(node, "parameter"), node),
};

function decorators(node: BabelNode, cx: Context): Expr[] {
  return nodesOf(node, "decorators").map((item) => expr(cx, item, node));
}

function functionBody(node: BabelNode, flavour: FunctionBody["flavour"], cx: Context): FunctionBody {
  const body = child(node, "body");
  const value = body === null || body.type === "BlockStatement" ? null : expr(cx, body, node);
  const stmts: Stmt[] = value === null ? bodyOf(body) : [{ kind: "Return", start: value.start, end: value.end, value }];
  const { type } = typeOf(cx, node, "returnType");
  return {
    kind: "FunctionBody",
    start: node.start,
    end: node.end,
    name: text(child(node, "id"), "name") || keyName(node),
    params: parameters(node, cx),
    body: [...propertyParameters(node), ...stmts],
    flavour,
    ...(flag(node, "async") ? { async: true as const } : {}),
    ...(flag(node, "generator") ? { generator: true as const } : {}),
    decorators: decorators(node, cx),
    ...(type === undefined ? {} : { returns: type }),
  };
}

/** TypeScript's `this` parameter is only a type. */
function parameters(node: BabelNode, cx: Context): Param[] {
  return nodesOf(node, "params")
    .filter((item) => !(item.type === "Identifier" && item.name === "this"))
    .map((item) => parameter(item, cx));
}

function parameter(node: BabelNode, cx: Context): Param {
  const inner = node.type === "TSParameterProperty" ? (child(node, "parameter") ?? node) : node;
  const marks = [...decorators(node, cx), ...(inner === node ? [] : decorators(inner, cx))];
  const value = expr(cx, inner, node);
  const base = {
    kind: "Param" as const,
    start: marks[0]?.start ?? node.start,
    end: node.end,
    ...(marks.length > 0 ? { decorators: marks } : {}),
  };
  if (value.kind === "DefaultPattern") {
    const left = child(inner, "left");
    return { ...base, target: value.target, default: value.value, form: "normal", ...typeOf(cx, left) };
  }
  if (value.kind === "Spread") return { ...base, target: value.value, default: null, form: "rest", ...typeOf(cx, inner) };
  return { ...base, target: value, default: null, form: "normal", ...typeOf(cx, inner) };
}

/** `constructor(private x: T)` also stores the argument: `this.x = x`. */
function propertyParameters(node: BabelNode): Stmt[] {
  const out: Stmt[] = [];
  for (const item of nodesOf(node, "params")) {
    if (item.type !== "TSParameterProperty") continue;
    const inner = child(item, "parameter");
    const target = inner?.type === "AssignmentPattern" ? child(inner, "left") : inner;
    const name = text(target, "name");
    if (target === null || name === "") continue;
    const span = at(target);
    const member: Expr = { kind: "Member", ...span, object: { kind: "Name", ...span, name: "this" }, name };
    const value: Expr = { kind: "Assign", ...span, target: member, op: null, value: { kind: "Name", ...span, name } };
    out.push({ kind: "ExprStmt", ...span, value });
  }
  return out;
}

function convertObjectMethod(node: BabelNode, cx: Context): Entry {
  const kind = text(node, "kind");
  const flavour = kind === "get" ? "getter" : kind === "set" ? "setter" : "method";
  return {
    kind: "Entry",
    start: node.start,
    end: node.end,
    ...entryKey(node, cx),
    value: { kind: "FunctionExpr", start: node.start, end: node.end, fn: functionBody(node, flavour, cx) },
    ...(kind === "get" || kind === "set" ? { accessor: kind } : { method: true as const }),
  };
}

// ---------------------------------------------------------------- classes

function classBody(node: BabelNode, cx: Context): ClassBody {
  const base = child(node, "superClass");
  const body = child(node, "body");
  return {
    kind: "ClassBody",
    start: node.start,
    end: node.end,
    name: text(child(node, "id"), "name") || null,
    bases: base === null ? [] : [{ kind: "Arg", start: base.start, end: base.end, value: expr(cx, base, node) }],
    body: body === null ? [] : statements(nodesOf(body, "body")),
    decorators: decorators(node, cx),
  };
}

function convertMethod(node: BabelNode, cx: Context): Stmt {
  const kind = text(node, "kind");
  const flavour = kind === "get" ? "getter" : kind === "set" ? "setter" : kind === "constructor" ? "constructor" : "method";
  const key = child(node, "key");
  return {
    kind: "FunctionDef",
    start: node.start,
    end: node.end,
    fn: functionBody(node, flavour, cx),
    ...(flag(node, "static") ? { isStatic: true as const } : {}),
    ...(keyName(node) === null && key !== null ? { computedName: expr(cx, key, node) } : {}),
  };
}

/** A decorated field calls its decorators when the class is made; they stand in a block before it. */
function convertField(node: BabelNode, cx: Context): Stmt[] {
  const key = child(node, "key");
  const name = keyName(node);
  const out: Stmt[] = [];
  const marks = decorators(node, cx);
  if (marks.length > 0) {
    const calls = marks.map((callee): Stmt => {
      const span = { start: callee.start, end: callee.end };
      return { kind: "ExprStmt", ...span, value: { kind: "Call", ...span, callee, args: [] } };
    });
    out.push({ kind: "Block", start: calls[0]?.start ?? node.start, end: calls[calls.length - 1]?.end ?? node.end, body: calls });
  }
  if (flag(node, "declare") || flag(node, "abstract")) return out;
  out.push({
    kind: "Field",
    start: node.start,
    end: node.end,
    name,
    ...(name === null && key !== null ? { computedName: expr(cx, key, node) } : {}),
    value: optionalExpr(cx, child(node, "value")),
    ...(flag(node, "static") ? { isStatic: true as const } : {}),
    ...typeOf(cx, node),
  });
  return out;
}
