/** JSX: elements are values made of a tag, attributes and children. */
import type { Arg, Expr, Jsx, Spread } from "../tree.ts";
import { type BabelNode, child, nodesOf, text } from "./javascript-ast.ts";
import { type Context, type Convert, expr } from "./javascript-context.ts";

export const JSX: Readonly<Record<string, Convert>> = {
  JSXElement: convertElement,
  JSXFragment: (node, cx): Jsx => ({
    kind: "Jsx",
    start: node.start,
    end: node.end,
    tag: null,
    attributes: [],
    children: childrenOf(node, cx),
  }),
  JSXOpeningElement: () => null,
  JSXClosingElement: () => null,
  JSXOpeningFragment: () => null,
  JSXClosingFragment: () => null,
  JSXIdentifier: (node): Expr => {
    const name = text(node, "name");
    // Lower-case names are HTML elements, not variables.
    return /^[a-z]/.test(name) && name !== "this"
      ? { kind: "Str", start: node.start, end: node.end, value: name }
      : { kind: "Name", start: node.start, end: node.end, name };
  },
  JSXNamespacedName: (node, cx) => ({ kind: "Str", start: node.start, end: node.end, value: cx.source.slice(node.start, node.end) }),
  JSXMemberExpression: (node, cx) => {
    const object = child(node, "object");
    const base: Expr =
      object?.type === "JSXIdentifier"
        ? { kind: "Name", start: object.start, end: object.end, name: text(object, "name") }
        : expr(cx, object, node);
    return { kind: "Member", start: node.start, end: node.end, object: base, name: text(child(node, "property"), "name") };
  },
  JSXAttribute: (node, cx): Arg => {
    const name = child(node, "name") ?? node;
    const value = child(node, "value");
    return {
      kind: "Arg",
      start: node.start,
      end: node.end,
      name: cx.source.slice(name.start, name.end),
      value: value === null ? { kind: "Bool", start: name.start, end: name.end, value: true } : expr(cx, value, node),
    };
  },
  JSXSpreadAttribute: (node, cx): Spread => ({
    kind: "Spread",
    start: node.start,
    end: node.end,
    dict: true,
    value: expr(cx, child(node, "argument"), node),
  }),
  JSXSpreadChild: (node, cx): Spread => ({
    kind: "Spread",
    start: node.start,
    end: node.end,
    value: expr(cx, child(node, "expression"), node),
  }),
  JSXExpressionContainer: (node, cx) => {
    const inner = child(node, "expression");
    return inner === null || inner.type === "JSXEmptyExpression" ? null : expr(cx, inner, node);
  },
  JSXEmptyExpression: () => null,
  JSXText: (node) => ({ kind: "Str", start: node.start, end: node.end, value: text(node, "value") }),
};

function convertElement(node: BabelNode, cx: Context): Jsx {
  const opening = child(node, "openingElement");
  return {
    kind: "Jsx",
    start: node.start,
    end: node.end,
    tag: opening === null ? null : expr(cx, child(opening, "name"), node),
    attributes: opening === null ? [] : nodesOf(opening, "attributes").map((item) => item.out as Arg | Spread),
    children: childrenOf(node, cx),
  };
}

/** Children that show something: white space between elements and `{}` do not. */
function childrenOf(node: BabelNode, cx: Context): Expr[] {
  const out: Expr[] = [];
  for (const item of nodesOf(node, "children")) {
    if (item.out === null || (item.type === "JSXText" && /^\s*$/.test(text(item, "value")))) continue;
    out.push(expr(cx, item, node));
  }
  return out;
}
