/** `metavariable-comparison`: a Python expression over the values of metavariables. What has no value makes it false. */
import type { Expr } from "../../analysis/tree.ts";
import { type Bindings, type Bound, boundAs, textOf } from "./bindings.ts";
import type { Evaluation } from "./evaluate-formula.ts";
import { isMeta } from "./pattern-marks.ts";
import { constantOf } from "./resolve.ts";
import type { Condition } from "./rule.ts";
import { compileRegex, matchAtStart } from "./text-regex.ts";

/** `code`: an expression without a value; only `str` takes it. */
type Value = number | string | boolean | readonly Value[] | { readonly code: string };
type Comparison = Condition & { kind: "comparison" };

class NoValue extends Error {}

export function compareValues(evaluation: Evaluation, bindings: Bindings, condition: Comparison): boolean {
  const value = (name: string): Value => {
    const bound = boundAs(bindings, name);
    if (bound === undefined) throw new NoValue();
    const found = valueOfBound(evaluation, bound);
    return condition.variable === null || condition.variable === name ? converted(found, condition) : found;
  };
  try {
    return calculate(condition.expression, value) === true;
  } catch (error) {
    if (error instanceof NoValue) return false;
    throw error;
  }
}

function valueOfBound(evaluation: Evaluation, bound: Bound): Value {
  if (bound.kind === "node") {
    const constant = constantOf(evaluation.facts, bound.node as Expr);
    if (constant !== null && "value" in constant) return typeof constant.value === "bigint" ? Number(constant.value) : constant.value;
  }
  const text = textOf(bound, evaluation.facts.source);
  return bound.kind === "text" ? text : { code: text };
}

function isCode(value: Value): value is { readonly code: string } {
  return typeof value === "object" && "code" in value;
}

function converted(value: Value, { strip, base }: Comparison): Value {
  if (!strip && base === null) return value;
  const text = String(isCode(value) ? value.code : value)
    .replace(/^['"`]|['"`]$/g, "")
    .trim();
  const digits = base === null ? text : text.replace(/^0[xob]/i, "");
  const number = base === null ? Number(text) : Number.parseInt(digits, base);
  if (typeof value === "number" && base === null) return value;
  if (Number.isNaN(number)) throw new NoValue();
  return number;
}

function calculate(expr: Expr, value: (name: string) => Value): Value {
  const of = (part: Expr): Value => calculate(part, value);
  switch (expr.kind) {
    case "Name":
      if (isMeta(expr.name)) return value(expr.name);
      throw new NoValue();
    case "Str":
    case "Bool":
      return expr.value;
    case "Num":
      return Number(expr.value);
    case "Unary":
      return unary(expr.op, of(expr.operand));
    case "Logical":
      return expr.op === "and" ? truth(of(expr.left)) && truth(of(expr.right)) : truth(of(expr.left)) || truth(of(expr.right));
    case "Binary":
      return binary(expr.op, of(expr.left), of(expr.right));
    case "CompareChain":
      return expr.ops.every((op, i) => binary(op, of(expr.operands[i] as Expr), of(expr.operands[i + 1] as Expr)) === true);
    case "Collection":
      return expr.elements.map((element) => of(element as Expr));
    case "Call":
      return call(expr, of);
    default:
      throw new NoValue();
  }
}

function truth(value: Value): boolean {
  if (typeof value !== "boolean") throw new NoValue();
  return value;
}

function unary(op: string, value: Value): Value {
  if (op === "not") return !truth(value);
  if (typeof value !== "number") throw new NoValue();
  return op === "-" ? -value : op === "~" ? ~value : value;
}

function binary(op: string, left: Value, right: Value): Value {
  if (isCode(left) || isCode(right)) throw new NoValue();
  if (op === "in" || op === "not in") {
    const found =
      typeof right === "string" ? typeof left === "string" && right.includes(left) : Array.isArray(right) && right.includes(left);
    return (op === "in") === found;
  }
  if (op === "==" || op === "!=") return (op === "==") === (left === right);
  if (typeof left === "string" && typeof right === "string" && op === "+") return left + right;
  if (typeof left !== "number" || typeof right !== "number") throw new NoValue();
  return arithmetic(op, left, right);
}

function arithmetic(op: string, a: number, b: number): Value {
  switch (op) {
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return Number.isInteger(a) && Number.isInteger(b) ? Math.trunc(a / b) : a / b;
    case "%":
      return a % b;
    case "**":
      return a ** b;
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    default:
      throw new NoValue();
  }
}

function call(expr: Expr & { kind: "Call" }, of: (part: Expr) => Value): Value {
  const callee =
    expr.callee.kind === "Name"
      ? expr.callee.name
      : expr.callee.kind === "Member" && expr.callee.object.kind === "Name"
        ? `${expr.callee.object.name}.${expr.callee.name}`
        : "";
  const args = expr.args.map((arg) => of(arg.value));
  const [first, second] = args;
  if (callee === "int" && first !== undefined && !isCode(first)) {
    const number = Number(first);
    if (Number.isNaN(number)) throw new NoValue();
    return Math.trunc(number);
  }
  if (callee === "str" && first !== undefined) return isCode(first) ? first.code : String(first);
  if (callee === "len" && typeof first === "string") return first.length;
  if (callee === "re.match" && typeof first === "string" && typeof second === "string") {
    const regex = compileRegex(first);
    return regex.ok && matchAtStart(regex.regex, second) !== null;
  }
  throw new NoValue();
}

/** Whether every function and operator of a comparison is known, else what is not. */
export function unknownPart(expr: Expr): string | null {
  const stack: Expr[] = [expr];
  for (let part = stack.pop(); part !== undefined; part = stack.pop()) {
    switch (part.kind) {
      case "Name":
        if (!isMeta(part.name)) return part.name;
        break;
      case "Str":
      case "Bool":
      case "Num":
        break;
      case "Unary":
        stack.push(part.operand);
        break;
      case "Logical":
      case "Binary":
        stack.push(part.left, part.right);
        break;
      case "CompareChain":
        stack.push(...part.operands);
        break;
      case "Collection":
        stack.push(...(part.elements as Expr[]));
        break;
      case "Call": {
        const name = part.callee.kind === "Name" ? part.callee.name : part.callee.kind === "Member" ? `re.${part.callee.name}` : "";
        if (!["int", "str", "len", "re.match"].includes(name)) return name;
        stack.push(...part.args.map((arg) => arg.value));
        break;
      }
      default:
        return part.kind;
    }
  }
  return null;
}
