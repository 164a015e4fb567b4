/** Python expression nodes -> the generic tree. Each function sees its children already converted. */
import type { Arg, Collection, Comprehension, ComprehensionFor, ComprehensionIf, Dict, Entry, Expr, Spread } from "../tree.ts";
import { type Context, type Convert, expr, identifier, invalid, optionalExpr, outputs, report, textOf } from "./python-context.ts";
import { convertLambda } from "./python-functions.ts";
import { type NumberValue, readFloat, readInteger } from "./python-literals.ts";
import { OPERATORS, operatorText, throughFirst, throughLast } from "./python-operators.ts";
import { type CstNode, childByField, childrenByField, hasToken, namedChildren } from "./tree-sitter-cst.ts";

export const EXPRESSIONS: Readonly<Record<string, Convert>> = {
  identifier: (node, cx) => ({ kind: "Name", start: node.start, end: node.end, name: identifier(cx, node) }),
  integer: (node, cx) => convertNumber(node, readInteger(textOf(cx, node)), cx),
  float: (node, cx) => convertNumber(node, readFloat(textOf(cx, node)), cx),
  true: (node) => ({ kind: "Bool", start: node.start, end: node.end, value: true }),
  false: (node) => ({ kind: "Bool", start: node.start, end: node.end, value: false }),
  none: (node) => ({ kind: "Null", start: node.start, end: node.end }),
  ellipsis: (node) => ({ kind: "EllipsisLiteral", start: node.start, end: node.end }),
  named_expression: (node, cx) => {
    const target = expr(cx, childByField(node, "name"), node);
    const build = (value: Expr): Expr => ({ kind: "Assign", start: node.start, end: node.end, target, op: null, value, walrus: true });
    return throughLast(node, childByField(node, "value"), build, cx);
  },
  assignment: convertAssignment,
  augmented_assignment: convertAugmented,
  ...OPERATORS,
  lambda: convertLambda,
  await: convertAwait,
  yield: convertYield,
  attribute: convertAttribute,
  subscript: convertSubscript,
  slice: convertSlice,
  call: convertCall,
  argument_list: (node, cx) => namedChildren(node).map((child) => convertArgument(child, cx)),
  list: (node, cx) => collection(node, "list", cx),
  tuple: (node, cx) => collection(node, "tuple", cx),
  set: (node, cx) => collection(node, "set", cx),
  expression_list: (node, cx) => collection(node, "tuple", cx),
  pattern_list: (node, cx) => collection(node, "tuple", cx),
  list_pattern: (node, cx) => collection(node, "list", cx),
  tuple_pattern: convertTuplePattern,
  dictionary: convertDictionary,
  pair: convertPair,
  list_splat: spread,
  list_splat_pattern: spread,
  dictionary_splat: spread,
  dictionary_splat_pattern: spread,
  list_comprehension: (node, cx) => comprehension(node, "list", cx),
  set_comprehension: (node, cx) => comprehension(node, "set", cx),
  dictionary_comprehension: (node, cx) => comprehension(node, "dict", cx),
  generator_expression: (node, cx) => comprehension(node, "generator", cx),
  for_in_clause: convertForClause,
  if_clause: (node, cx): ComprehensionIf => ({
    kind: "ComprehensionIf",
    start: node.start,
    end: node.end,
    test: expr(cx, namedChildren(node)[0], node),
  }),
  parenthesized_expression: (node, cx) => expr(cx, namedChildren(node)[0], node),
  as_pattern_target: (node, cx) => expr(cx, namedChildren(node)[0], node),
  as_pattern: convertAs,
};

function convertNumber(node: CstNode, number: NumberValue, cx: Context): Expr {
  if (number.error !== undefined) report(cx, "syntax", node, number.error);
  const { value, imaginary, float } = number;
  const how = { ...(imaginary === true ? { imaginary } : {}), ...(float === true ? { float } : {}) };
  return { kind: "Num", start: node.start, end: node.end, value, ...how };
}

function convertAssignment(node: CstNode, cx: Context): Expr {
  const type = childByField(node, "type");
  const right = childByField(node, "right");
  return {
    kind: "Assign",
    start: node.start,
    end: node.end,
    target: expr(cx, childByField(node, "left"), node),
    op: null,
    value: optionalExpr(cx, right),
    ...(type?.out !== null && type !== null && !Array.isArray(type.out) && (type.out as Expr).kind === "TypeNode"
      ? { type: type.out as Extract<Expr, { kind: "TypeNode" }> }
      : {}),
  };
}

function convertAugmented(node: CstNode, cx: Context): Expr {
  return {
    kind: "Assign",
    start: node.start,
    end: node.end,
    target: expr(cx, childByField(node, "left"), node),
    op: operatorText(node, cx).slice(0, -1),
    value: expr(cx, childByField(node, "right"), node),
  };
}

/** The grammar reads `await x ** 2` as `await (x ** 2)`; in Python `await` binds tighter. */
function convertAwait(node: CstNode, cx: Context): Expr {
  const child = namedChildren(node)[0];
  const value = expr(cx, child, node);
  if (child?.type === "binary_operator" && value.kind === "Binary" && value.op === "**") {
    return { ...value, start: node.start, left: { kind: "Await", start: node.start, end: value.left.end, value: value.left } };
  }
  return { kind: "Await", start: node.start, end: node.end, value };
}

function convertYield(node: CstNode, cx: Context): Expr {
  const value = optionalExpr(cx, namedChildren(node)[0]);
  return { kind: "Yield", start: node.start, end: node.end, value, ...(hasToken(node, "from") ? { delegate: true as const } : {}) };
}

function convertAttribute(node: CstNode, cx: Context): Expr {
  const name = identifier(cx, childByField(node, "attribute") ?? { start: node.end, end: node.end });
  const build = (object: Expr): Expr => ({ kind: "Member", start: node.start, end: node.end, object, name });
  return throughFirst(node, childByField(node, "object"), build, cx);
}

function convertSubscript(node: CstNode, cx: Context): Expr {
  const value = childByField(node, "value");
  const indices = childrenByField(node, "subscript");
  const first = indices[0];
  const many = indices.length > 1 || hasToken(node, ",") || (first?.out as Expr | null | undefined)?.kind === "Spread";
  const last = indices[indices.length - 1];
  if (first === undefined || last === undefined) return invalid(cx, node, "empty subscript", outputs(node));
  const index: Expr = many
    ? { kind: "Collection", type: "tuple", start: first.start, end: last.end, elements: indices.map((child) => expr(cx, child, node)) }
    : expr(cx, first, node);
  return throughFirst(node, value, (object) => ({ kind: "Index", start: node.start, end: node.end, object, index }), cx);
}

function convertSlice(node: CstNode, cx: Context): Expr {
  const bounds: (Expr | null)[] = [null, null, null];
  let at = 0;
  for (const child of node.children) {
    if (child.type === ":") at++;
    else if (child.named && at < 3) bounds[at] = expr(cx, child, node);
  }
  return { kind: "Slice", start: node.start, end: node.end, lower: bounds[0] ?? null, upper: bounds[1] ?? null, step: bounds[2] ?? null };
}

function convertCall(node: CstNode, cx: Context): Expr {
  const list = childByField(node, "arguments");
  if (list === null) return invalid(cx, node, "call without arguments", outputs(node));
  const args: readonly Arg[] = Array.isArray(list.out)
    ? (list.out as readonly Arg[])
    : [{ kind: "Arg", start: list.start, end: list.end, value: expr(cx, list, node) }];
  const build = (callee: Expr): Expr => ({ kind: "Call", start: node.start, end: node.end, callee, args });
  return throughFirst(node, childByField(node, "function"), build, cx);
}

export function convertArgument(node: CstNode, cx: Context): Arg {
  const span = { start: node.start, end: node.end };
  if (node.type === "keyword_argument") {
    const name = childByField(node, "name");
    return {
      kind: "Arg",
      ...span,
      ...(name === null ? {} : { name: identifier(cx, name) }),
      value: expr(cx, childByField(node, "value"), node),
    };
  }
  const value = expr(cx, node, node);
  if (value.kind === "Spread") return { kind: "Arg", ...span, spread: value.dict === true ? "dict" : "list", value: value.value };
  return { kind: "Arg", ...span, value };
}

function collection(node: CstNode, type: Collection["type"], cx: Context): Collection {
  return {
    kind: "Collection",
    start: node.start,
    end: node.end,
    type,
    elements: namedChildren(node).map((child) => expr(cx, child, node)),
  };
}

/** `(a) = 1` is a plain target; only a comma makes a tuple. */
function convertTuplePattern(node: CstNode, cx: Context): Expr {
  const children = namedChildren(node);
  const only = children[0];
  if (children.length === 1 && only !== undefined && !hasToken(node, ",") && only.out !== null) return expr(cx, only, node);
  return collection(node, "tuple", cx);
}

function convertDictionary(node: CstNode, cx: Context): Dict {
  const entries = namedChildren(node).map((child) =>
    child.out !== null && !Array.isArray(child.out) ? (child.out as Entry | Spread) : brokenEntry(child, cx),
  );
  return { kind: "Dict", start: node.start, end: node.end, entries };
}

function brokenEntry(node: CstNode, cx: Context): Spread {
  return { kind: "Spread", start: node.start, end: node.end, dict: true, value: invalid(cx, node, "unreadable entry", outputs(node)) };
}

function convertPair(node: CstNode, cx: Context): Entry {
  return {
    kind: "Entry",
    start: node.start,
    end: node.end,
    key: expr(cx, childByField(node, "key"), node),
    value: expr(cx, childByField(node, "value"), node),
  };
}

function spread(node: CstNode, cx: Context): Spread {
  const value = expr(cx, namedChildren(node)[0], node);
  const dict = node.type.startsWith("dictionary");
  return { kind: "Spread", start: node.start, end: node.end, value, ...(dict ? { dict: true as const } : {}) };
}

function comprehension(node: CstNode, type: Comprehension["type"], cx: Context): Expr {
  const body = childByField(node, "body");
  const clauses = node.children
    .filter((child) => child.type === "for_in_clause" || child.type === "if_clause")
    .map((child) => child.out as ComprehensionFor | ComprehensionIf);
  const span = { start: node.start, end: node.end };
  const pair = body?.out !== null && body !== null && !Array.isArray(body.out) ? (body.out as Entry | Expr) : null;
  if (pair === null) return invalid(cx, node, "comprehension without an element", clauses);
  if (pair.kind === "Entry") return { kind: "Comprehension", ...span, type, key: pair.key, element: pair.value, clauses };
  return { kind: "Comprehension", ...span, type, key: null, element: pair, clauses };
}

function convertForClause(node: CstNode, cx: Context): ComprehensionFor {
  const sources = childrenByField(node, "right");
  const first = sources[0];
  const last = sources[sources.length - 1];
  const iterable: Expr =
    first !== undefined && last !== undefined && sources.length > 1
      ? { kind: "Collection", type: "tuple", start: first.start, end: last.end, elements: sources.map((source) => expr(cx, source, node)) }
      : expr(cx, first, node);
  return {
    kind: "ComprehensionFor",
    start: node.start,
    end: node.end,
    target: expr(cx, childByField(node, "left"), node),
    iterable,
    ...(hasToken(node, "async") ? { async: true as const } : {}),
  };
}

/** Places where `x as y` may stand; the grammar allows it in any expression. */
const TAKES_AS = new Set(["with_item", "except_clause", "case_pattern"]);
/** Nodes that hand an `as` at their end on to the place they stand in. */
const HAND_ON = new Set([
  "parenthesized_expression",
  "tuple",
  "not_operator",
  "boolean_operator",
  "conditional_expression",
  "lambda",
  "named_expression",
]);

/** `value as target`; `with` and `except` take it apart again. */
function convertAs(node: CstNode, cx: Context): Expr | Arg {
  let holder = node.parent;
  while (holder !== null && HAND_ON.has(holder.type)) holder = holder.parent;
  const [first, second] = namedChildren(node);
  const value = expr(cx, first, node);
  const target = expr(cx, childByField(node, "alias") ?? second, node);
  if (holder === null || !TAKES_AS.has(holder.type)) return invalid(cx, node, "`as` is not allowed here", [value, target]);
  const keyword = first?.out as Arg | null | undefined;
  // `case A(x=1 as y)`: the grammar puts the keyword inside, Python outside.
  if (keyword?.kind === "Arg")
    return { ...keyword, end: node.end, value: { kind: "DefaultPattern", start: node.start, end: node.end, target, value: keyword.value } };
  return { kind: "DefaultPattern", start: node.start, end: node.end, target, value };
}
