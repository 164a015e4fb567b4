/** Functions, lambdas, parameters, classes, decorators and annotations. */
import type { Arg, ClassDef, Expr, FunctionBody, FunctionDef, Param, Stmt, TypeNode } from "../tree.ts";
import { walk } from "../tree.ts";
import { type Context, type Convert, expr, identifier, invalid, optionalExpr, report, statements, textOf } from "./python-context.ts";
import { throughLast } from "./python-operators.ts";
import { type CstNode, childByField, hasToken, namedChildren } from "./tree-sitter-cst.ts";

export const DEFINITIONS: Readonly<Record<string, Convert>> = {
  function_definition: convertFunction,
  class_definition: convertClass,
  decorated_definition: convertDecorated,
  decorator: (node, cx) => expr(cx, namedChildren(node)[0], node),
  type: convertType,
  generic_type: convertGenericType,
  union_type: (node, cx) => {
    const [left, right] = namedChildren(node);
    return { kind: "Binary", start: node.start, end: node.end, op: "|", left: typeExpr(left, node, cx), right: typeExpr(right, node, cx) };
  },
  member_type: (node, cx) => {
    const [object, name] = namedChildren(node);
    return { kind: "Member", start: node.start, end: node.end, object: typeExpr(object, node, cx), name: identifier(cx, name ?? node) };
  },
  splat_type: (node, cx) => ({
    kind: "Spread",
    start: node.start,
    end: node.end,
    value: expr(cx, namedChildren(node)[0], node),
    ...(hasToken(node, "**") ? { dict: true as const } : {}),
  }),
  constrained_type: (node, cx) => ({
    kind: "Collection",
    type: "tuple",
    start: node.start,
    end: node.end,
    elements: namedChildren(node).map((child) => typeExpr(child, node, cx)),
  }),
};

// ---------------------------------------------------------------- annotations

/**
 * Annotations become text and names, since types have no effect. But Python evaluates them (on definition up to 3.13):
 * one that calls something is kept as a statement that runs before the definition.
 */
function convertType(node: CstNode, cx: Context): TypeNode {
  const inner = namedChildren(node)[0];
  const value = expr(cx, inner, node);
  const names: string[] = [];
  let calls = false;
  walk(value, (part) => {
    if (part.kind === "Name") names.push(part.name);
    else if (part.kind === "Member") names.push(part.name);
    else if (part.kind === "Call" || part.kind === "Assign" || part.kind === "Await" || part.kind === "Yield") calls = true;
    else if (part.kind === "Unsupported" || part.kind === "Comprehension" || part.kind === "FunctionExpr") calls = true;
  });
  if (calls) node.before = [{ kind: "ExprStmt", start: node.start, end: node.end, value }];
  return { kind: "TypeNode", start: node.start, end: node.end, text: textOf(cx, node), names };
}

/** A nested `type` node stands for its own expression. */
function typeExpr(node: CstNode | undefined, around: CstNode, cx: Context): Expr {
  return node?.type === "type" ? expr(cx, namedChildren(node)[0], node) : expr(cx, node, around);
}

function convertGenericType(node: CstNode, cx: Context): Expr {
  const base = node.children[0];
  const list = node.children.find((child) => child.type === "type_parameter");
  const indices = list === undefined ? [] : namedChildren(list).map((child) => typeExpr(child, node, cx));
  const object: Expr =
    base === undefined
      ? invalid(cx, node, "type without a name")
      : { kind: "Name", start: base.start, end: base.end, name: identifier(cx, base) };
  const only = indices[0];
  const index: Expr =
    indices.length === 1 && only !== undefined
      ? only
      : { kind: "Collection", type: "tuple", start: list?.start ?? node.start, end: node.end, elements: indices };
  return { kind: "Index", start: node.start, end: node.end, object, index };
}

/** Statements that annotations and type parameters below (not inside a body) need to run first. */
export function evaluatedBefore(...nodes: (CstNode | null)[]): Stmt[] {
  const out: Stmt[] = [];
  for (const root of nodes) {
    if (root === null) continue;
    const stack = [root];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (node.before !== null) out.push(...node.before);
      else for (let i = node.children.length - 1; i >= 0; i--) stack.push(node.children[i] as CstNode);
    }
  }
  return out;
}

function annotation(node: CstNode | null): { type?: TypeNode } {
  const out = node?.out;
  if (out === null || out === undefined || Array.isArray(out) || (out as Expr).kind !== "TypeNode") return {};
  return { type: out as TypeNode };
}

// ---------------------------------------------------------------- parameters

function parameters(list: CstNode | null, cx: Context): Param[] {
  const params: Param[] = [];
  let form: Param["form"] = "normal";
  for (const child of list === null ? [] : namedChildren(list)) {
    if (child.type === "positional_separator") {
      for (const [i, param] of params.entries()) if (param.form === "normal") params[i] = { ...param, form: "positional" };
      continue;
    }
    if (child.type === "keyword_separator") {
      form = "keyword";
      continue;
    }
    const param = parameter(child, form, cx);
    if (param.form === "rest") form = "keyword";
    params.push(param);
  }
  return params;
}

function parameter(node: CstNode, form: Param["form"], cx: Context): Param {
  const base = { kind: "Param" as const, start: node.start, end: node.end };
  const type = annotation(childByField(node, "type"));
  if (node.type === "default_parameter" || node.type === "typed_default_parameter") {
    const name = childByField(node, "name");
    if (name?.type === "tuple_pattern") report(cx, "syntax", name, "tuple parameters are Python 2");
    return { ...base, target: expr(cx, name, node), default: optionalExpr(cx, childByField(node, "value")), form, ...type };
  }
  const named = node.type === "typed_parameter" ? namedChildren(node)[0] : node;
  const value = expr(cx, named, node);
  if (value.kind === "Spread") {
    return { ...base, target: value.value, default: null, form: value.dict === true ? "kwrest" : "rest", ...type };
  }
  if (value.kind !== "Name") report(cx, "syntax", node, "not a parameter");
  return { ...base, target: value, default: null, form, ...type };
}

export function convertLambda(node: CstNode, cx: Context): Expr {
  const params = parameters(childByField(node, "parameters"), cx);
  const build = (value: Expr): Expr => {
    const fn: FunctionBody = {
      kind: "FunctionBody",
      start: node.start,
      end: node.end,
      name: null,
      params,
      body: [{ kind: "Return", start: value.start, end: value.end, value }],
      flavour: "lambda",
      ...(node.yields ? { generator: true as const } : {}),
      decorators: [],
    };
    return { kind: "FunctionExpr", start: node.start, end: node.end, fn };
  };
  return throughLast(node, childByField(node, "body"), build, cx);
}

// ---------------------------------------------------------------- def, class, @

function convertFunction(node: CstNode, cx: Context): Stmt[] {
  const name = childByField(node, "name");
  const returns = childByField(node, "return_type");
  const { type } = annotation(returns);
  const fn: FunctionBody = {
    kind: "FunctionBody",
    start: node.start,
    end: node.end,
    name: name === null ? null : identifier(cx, name),
    params: parameters(childByField(node, "parameters"), cx),
    body: statements(childByField(node, "body")),
    flavour: isMethod(node) ? "method" : "function",
    ...(hasToken(node, "async") ? { async: true as const } : {}),
    ...(node.yields ? { generator: true as const } : {}),
    decorators: [],
    ...(type === undefined ? {} : { returns: type }),
  };
  const before = evaluatedBefore(childByField(node, "type_parameters"), childByField(node, "parameters"), returns);
  return [...before, { kind: "FunctionDef", start: node.start, end: node.end, fn }];
}

function isMethod(node: CstNode): boolean {
  const holder = node.parent?.type === "decorated_definition" ? node.parent.parent : node.parent;
  return holder?.parent?.type === "class_definition";
}

function convertClass(node: CstNode, cx: Context): Stmt[] {
  const name = childByField(node, "name");
  const bases = childByField(node, "superclasses")?.out;
  const definition: ClassDef = {
    kind: "ClassDef",
    start: node.start,
    end: node.end,
    cls: {
      kind: "ClassBody",
      start: node.start,
      end: node.end,
      name: name === null ? null : identifier(cx, name),
      bases: Array.isArray(bases) ? (bases as readonly Arg[]) : [],
      body: statements(childByField(node, "body")),
      decorators: [],
    },
  };
  return [...evaluatedBefore(childByField(node, "type_parameters")), definition];
}

function convertDecorated(node: CstNode, cx: Context): Stmt[] {
  const decorators = node.children.filter((child) => child.type === "decorator").map((child) => expr(cx, child, node));
  const out = childByField(node, "definition")?.out;
  const list = Array.isArray(out) ? (out as readonly Stmt[]) : [];
  const definition = list[list.length - 1];
  const span = { start: node.start, end: node.end };
  if (definition?.kind === "FunctionDef") {
    return [...list.slice(0, -1), { ...definition, ...span, fn: { ...definition.fn, ...span, decorators } } satisfies FunctionDef];
  }
  if (definition?.kind === "ClassDef") {
    return [...list.slice(0, -1), { ...definition, ...span, cls: { ...definition.cls, ...span, decorators } } satisfies ClassDef];
  }
  return [invalid(cx, node, "decorator without a definition", decorators)];
}
