/** Babel's expressions and patterns -> the generic tree. Each function sees its children already converted. */
import type { Arg, Dict, Entry, Expr, Hole, Spread, Str, Template } from "../tree.ts";
import { type BabelNode, child, children, flag, nodesOf, text } from "./javascript-ast.ts";
import { type Context, type Convert, expr, keyName, optionalExpr, privateName, readBigInt, unmodelled } from "./javascript-context.ts";

export const EXPRESSIONS: Readonly<Record<string, Convert>> = {
  Identifier: (node) => ({ kind: "Name", start: node.start, end: node.end, name: text(node, "name") }),
  ThisExpression: (node) => ({ kind: "Name", start: node.start, end: node.end, name: "this" }),
  Super: (node) => ({ kind: "Name", start: node.start, end: node.end, name: "super" }),
  Import: (node) => ({ kind: "Name", start: node.start, end: node.end, name: "import" }),
  PrivateName: (node) => ({ kind: "Name", start: node.start, end: node.end, name: privateName(node) }),
  StringLiteral: (node) => ({ kind: "Str", start: node.start, end: node.end, value: text(node, "value") }),
  NumericLiteral: (node) => ({ kind: "Num", start: node.start, end: node.end, value: Number(node.value) }),
  BigIntLiteral: (node, cx) => {
    const value = readBigInt(node);
    return value === null
      ? unmodelled(cx, node, "very long BigInt literal")
      : { kind: "Num", start: node.start, end: node.end, value, bigint: true };
  },
  BooleanLiteral: (node) => ({ kind: "Bool", start: node.start, end: node.end, value: flag(node, "value") }),
  NullLiteral: (node) => ({ kind: "Null", start: node.start, end: node.end }),
  RegExpLiteral: (node) => ({
    kind: "Regex",
    start: node.start,
    end: node.end,
    pattern: text(node, "pattern"),
    flags: text(node, "flags"),
  }),
  TemplateLiteral: (node, cx) => templateOrString(template(node, cx)),
  TaggedTemplateExpression: (node, cx) => {
    const quasi = child(node, "quasi");
    const tag = expr(cx, child(node, "tag"), node);
    return quasi === null
      ? unmodelled(cx, node, "tag without a template", [tag])
      : { kind: "TaggedTemplate", start: node.start, end: node.end, tag, template: template(quasi, cx) };
  },
  CallExpression: convertCall,
  OptionalCallExpression: convertCall,
  NewExpression: (node, cx) => ({
    kind: "Call",
    start: node.start,
    end: node.end,
    callee: expr(cx, child(node, "callee"), node),
    args: args(node, cx),
    isNew: true,
  }),
  ImportExpression: convertImportCall,
  MemberExpression: convertMember,
  OptionalMemberExpression: convertMember,
  MetaProperty: (node) => {
    const meta = child(node, "meta") ?? node;
    return {
      kind: "Member",
      start: node.start,
      end: node.end,
      object: { kind: "Name", start: meta.start, end: meta.end, name: text(meta, "name") },
      name: text(child(node, "property"), "name"),
    };
  },
  UnaryExpression: (node, cx) => {
    const operator = text(node, "operator");
    return {
      kind: "Unary",
      start: node.start,
      end: node.end,
      op: operator === "!" ? "not" : operator,
      operand: expr(cx, child(node, "argument"), node),
    };
  },
  UpdateExpression: (node, cx) => ({
    kind: "Update",
    start: node.start,
    end: node.end,
    op: text(node, "operator") === "--" ? "-" : "+",
    prefix: flag(node, "prefix"),
    operand: expr(cx, child(node, "argument"), node),
  }),
  BinaryExpression: (node, cx) => ({
    kind: "Binary",
    start: node.start,
    end: node.end,
    op: text(node, "operator"),
    left: expr(cx, child(node, "left"), node),
    right: expr(cx, child(node, "right"), node),
  }),
  LogicalExpression: (node, cx) => ({
    kind: "Logical",
    start: node.start,
    end: node.end,
    op: logical(text(node, "operator")),
    left: expr(cx, child(node, "left"), node),
    right: expr(cx, child(node, "right"), node),
  }),
  ConditionalExpression: (node, cx) => ({
    kind: "Conditional",
    start: node.start,
    end: node.end,
    test: expr(cx, child(node, "test"), node),
    then: expr(cx, child(node, "consequent"), node),
    otherwise: expr(cx, child(node, "alternate"), node),
  }),
  AssignmentExpression: (node, cx) => ({
    kind: "Assign",
    start: node.start,
    end: node.end,
    target: expr(cx, child(node, "left"), node),
    op: assignmentOperator(text(node, "operator")),
    value: expr(cx, child(node, "right"), node),
  }),
  AssignmentPattern: (node, cx) => ({
    kind: "DefaultPattern",
    start: node.start,
    end: node.end,
    target: expr(cx, child(node, "left"), node),
    value: expr(cx, child(node, "right"), node),
  }),
  SequenceExpression: (node, cx) => ({
    kind: "Sequence",
    start: node.start,
    end: node.end,
    expressions: nodesOf(node, "expressions").map((item) => expr(cx, item, node)),
  }),
  ArrayExpression: collection,
  ArrayPattern: collection,
  ObjectExpression: convertObject,
  ObjectPattern: convertObject,
  ObjectProperty: convertProperty,
  SpreadElement: spread,
  RestElement: spread,
  AwaitExpression: (node, cx) => ({ kind: "Await", start: node.start, end: node.end, value: expr(cx, child(node, "argument"), node) }),
  YieldExpression: (node, cx) => ({
    kind: "Yield",
    start: node.start,
    end: node.end,
    value: optionalExpr(cx, child(node, "argument")),
    ...(flag(node, "delegate") ? { delegate: true as const } : {}),
  }),
  ParenthesizedExpression: (node, cx) => expr(cx, child(node, "expression"), node),
};

function logical(operator: string): "and" | "or" | "??" {
  if (operator === "&&") return "and";
  return operator === "||" ? "or" : "??";
}

/** `=` -> null, `+=` -> `+`, `&&=` -> `and`. */
function assignmentOperator(operator: string): string | null {
  if (operator === "=") return null;
  const binary = operator.slice(0, -1);
  return binary === "&&" || binary === "||" || binary === "??" ? logical(binary) : binary;
}

// ---------------------------------------------------------------- templates

/** Every quasi is kept, empty ones included: a tag sees them. */
function template(node: BabelNode, cx: Context): Template {
  const expressions = nodesOf(node, "expressions");
  const parts: (Str | Hole)[] = [];
  for (const [i, quasi] of nodesOf(node, "quasis").entries()) {
    const value = quasi.value as { cooked?: string | null; raw?: string };
    parts.push({ kind: "Str", start: quasi.start, end: quasi.end, value: value.cooked ?? value.raw ?? "" });
    const hole = expressions[i];
    if (hole !== undefined) parts.push({ kind: "Hole", start: hole.start, end: hole.end, value: expr(cx, hole, node) });
  }
  return { kind: "Template", start: node.start, end: node.end, parts };
}

/** Without holes a template is a string. */
function templateOrString(whole: Template): Template | Str {
  const parts = whole.parts.filter((part) => part.kind !== "Str" || part.value !== "");
  const only = parts[0];
  if (only === undefined) return { kind: "Str", start: whole.start, end: whole.end, value: "" };
  if (parts.length === 1 && only.kind === "Str") return { kind: "Str", start: whole.start, end: whole.end, value: only.value };
  return { ...whole, parts };
}

// ---------------------------------------------------------------- calls and members

function convertCall(node: BabelNode, cx: Context): Expr {
  return {
    kind: "Call",
    start: node.start,
    end: node.end,
    callee: expr(cx, child(node, "callee"), node),
    args: args(node, cx),
    ...(flag(node, "optional") ? { optional: true as const } : {}),
  };
}

function args(node: BabelNode, cx: Context): Arg[] {
  return nodesOf(node, "arguments").map((item) => argument(expr(cx, item, node), item));
}

function argument(value: Expr, node: BabelNode): Arg {
  if (value.kind === "Spread") return { kind: "Arg", start: node.start, end: node.end, spread: "list", value: value.value };
  return { kind: "Arg", start: node.start, end: node.end, value };
}

function convertImportCall(node: BabelNode, cx: Context): Expr {
  const callee: Expr = { kind: "Name", start: node.start, end: node.start + "import".length, name: "import" };
  const given = [child(node, "source"), child(node, "options")].filter((item) => item !== null);
  return { kind: "Call", start: node.start, end: node.end, callee, args: given.map((item) => argument(expr(cx, item, node), item)) };
}

function convertMember(node: BabelNode, cx: Context): Expr {
  const object = expr(cx, child(node, "object"), node);
  const property = child(node, "property");
  const optional = flag(node, "optional") ? { optional: true as const } : {};
  if (flag(node, "computed"))
    return { kind: "Index", start: node.start, end: node.end, object, index: expr(cx, property, node), ...optional };
  const name = property?.type === "PrivateName" ? privateName(property) : text(property, "name");
  return { kind: "Member", start: node.start, end: node.end, object, name, ...optional };
}

// ---------------------------------------------------------------- arrays and objects

function collection(node: BabelNode, cx: Context): Expr {
  const elements = children(node, "elements").map((item) => (item === null ? null : expr(cx, item, node)));
  return { kind: "Collection", start: node.start, end: node.end, type: "list", elements };
}

function spread(node: BabelNode, cx: Context): Spread {
  return { kind: "Spread", start: node.start, end: node.end, value: expr(cx, child(node, "argument"), node) };
}

function convertObject(node: BabelNode, cx: Context): Dict {
  const entries = nodesOf(node, "properties").map((item): Entry | Spread => {
    const out = item.out as Entry | Spread | undefined;
    if (out?.kind === "Entry" || out?.kind === "Spread") return out;
    return { kind: "Spread", start: item.start, end: item.end, value: unmodelled(cx, item, `unexpected ${item.type}`) };
  });
  return { kind: "Dict", start: node.start, end: node.end, entries };
}

function convertProperty(node: BabelNode, cx: Context): Entry {
  return {
    kind: "Entry",
    start: node.start,
    end: node.end,
    ...entryKey(node, cx),
    value: expr(cx, child(node, "value"), node),
    ...(flag(node, "shorthand") ? { shorthand: true as const } : {}),
  };
}

/** Plain keys are `Str`, whatever they were written as. */
export function entryKey(node: BabelNode, cx: Context): { readonly key: Expr; readonly computed?: true } {
  const key = child(node, "key");
  const name = keyName(node);
  if (name !== null && key !== null) return { key: { kind: "Str", start: key.start, end: key.end, value: name } };
  return { key: expr(cx, key, node), computed: true };
}
