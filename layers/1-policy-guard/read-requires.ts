/** `requires`: a condition on the labels of tainted data, written as a Python expression. */
import { fail, offsetOf, readText, type YamlNode } from "../../analysis/rule-file.ts";
import type { Expr } from "../../analysis/tree.ts";
import type { FormulaReader } from "./read-formula.ts";
import type { Requires } from "./rule.ts";

export function readRequires(cx: FormulaReader, node: YamlNode): Requires | null {
  const text = readText(cx.reader, node, "`requires`");
  if (text === null) return null;
  const parsed = cx.parse(text.trim(), "python");
  const statement = parsed.ok && parsed.tree.diagnostics.length === 0 ? parsed.tree.module.body : [];
  const only = statement.length === 1 ? statement[0] : undefined;
  const requires = only?.kind === "ExprStmt" ? requiresOf(only.value) : null;
  if (requires === null) fail(cx.reader, offsetOf(node), "`requires` is made of labels, `and`, `or`, `not` and parentheses");
  return requires;
}

function requiresOf(expr: Expr): Requires | null {
  switch (expr.kind) {
    case "Name":
      return { kind: "label", name: expr.name };
    case "Bool":
      return { kind: "constant", value: expr.value };
    case "Unary": {
      const part = expr.op === "not" ? requiresOf(expr.operand) : null;
      return part === null ? null : { kind: "not", part };
    }
    case "Logical": {
      const left = requiresOf(expr.left);
      const right = requiresOf(expr.right);
      return left === null || right === null || expr.op === "??" ? null : { kind: expr.op, parts: [left, right] };
    }
    default:
      return null;
  }
}

export function holdsFor(requires: Requires, labels: ReadonlySet<string>): boolean {
  switch (requires.kind) {
    case "label":
      return labels.has(requires.name);
    case "constant":
      return requires.value;
    case "not":
      return !holdsFor(requires.part, labels);
    case "and":
      return requires.parts.every((part) => holdsFor(part, labels));
    case "or":
      return requires.parts.some((part) => holdsFor(part, labels));
  }
}
