/** Operators on abstract values: constants are computed, strings keep their known parts, the rest keeps labels and origin. */

import { formatPercent } from "../pure/python-methods.ts";
import type { State } from "../state.ts";
import type { Cause } from "../values.ts";
import {
  type Derived,
  isExternal,
  isNumber,
  isString,
  mergeLabels,
  partsOf,
  STRING_LIMIT,
  textOf,
  truthOf,
  type Value,
  viaLabel,
} from "../values.ts";
import { toText } from "./formatting.ts";
import { elementsOf, someElement } from "./iterate.ts";
import { joinPaths, PATH_LABEL } from "./paths.ts";
import { toPure } from "./purity.ts";
import { inJs, newAddr, type Run } from "./run.ts";
import { decideTruth } from "./truth.ts";

type Operation = { readonly operator: string; readonly left: Value; readonly right: Value; readonly inPlace: boolean };
const COMPARISONS = new Set(["==", "!=", "===", "!==", "<", "<=", ">", ">=", "in", "not in", "is", "is not", "instanceof", "isinstance"]);

export function unary(run: Run, state: State, operator: string, operand: Value): Value {
  const { values } = run;
  if (operator === "not") {
    const truth = decideTruth(state, operand);
    if (truth !== null) return values.bool(!truth);
    return answer(run, [operand], `not ${shown(operand)}`);
  }
  if (operator === "typeof") {
    const type = operand.k === "const" ? jsTypeOf(operand) : operand.k === "closure" ? "function" : null;
    return type === null ? values.unknown("local") : values.string(type);
  }
  if (operator === "void") return values.undefined;
  if (isNumber(operand)) {
    if (operator === "-") return values.number(typeof operand.value === "bigint" ? -operand.value : -operand.value, operand.labels);
    if (operator === "+") return operand;
    if (operator === "~") return values.number(typeof operand.value === "bigint" ? ~operand.value : ~operand.value, operand.labels);
  }
  if (operator === "+" && inJs(run) && isString(operand)) return values.number(Number(operand.value));
  if (operator === "-" && isExternal(operand)) return values.unknown(operand.cause, { path: `-${operand.path}`, labels: operand.labels });
  return outside(run, [operand], null);
}

function jsTypeOf(value: Extract<Value, { k: "const" }>): string {
  if (value.type === "null") return "object";
  if (value.type === "bool") return "boolean";
  return value.type === "bytes" ? "object" : value.type;
}

export function binary(run: Run, state: State, op: Operation): Value {
  const { left, right, operator } = op;
  if (left.k === "union" || right.k === "union") return overUnions(run, state, op);
  if (COMPARISONS.has(operator)) return compare(run, state, op);
  if (isNumber(left) && isNumber(right)) return arithmetic(run, operator, left.value, right.value, mergeLabels(left.labels, right.labels));
  if (operator === "/" && (left.labels.includes(PATH_LABEL) || right.labels.includes(PATH_LABEL))) return joinPaths(run, [left, right]);
  if (operator === "%" && !inJs(run) && (isString(left) || left.k === "str")) return percent(run, state, left, right);
  if (operator === "+") return plus(run, state, op);
  if (operator === "*") return times(run, state, left, right);
  if (operator === "|" && left.k === "ref" && right.k === "ref") return mergeDicts(run, state, left, right);
  const derived = derivedFrom(left, operator, right);
  if (derived !== null) return outside(run, [left, right], null, derived);
  return outside(run, [left, right], null);
}

function overUnions(run: Run, state: State, op: Operation): Value {
  const lefts = op.left.k === "union" ? op.left.of : [op.left];
  const rights = op.right.k === "union" ? op.right.of : [op.right];
  if (lefts.length * rights.length > 16) return outside(run, [op.left, op.right], null);
  return run.values.join(lefts.flatMap((left) => rights.map((right) => binary(run, state, { ...op, left, right }))));
}

const shown = (value: Value): string => (value.k === "unknown" ? (value.path ?? "?") : textOf(value).slice(0, 40));

/** The result of a computation that is not known: it is as external as its operands and keeps their labels. */
export function outside(run: Run, operands: readonly Value[], path: string | null, derived: Derived | null = null): Value {
  const source = operands.find(
    (v) => isExternal(v) || (v.k === "str" && v.parts.some((p) => typeof p !== "string" && p.cause !== "local")) || v.k === "api",
  );
  const cause: Cause = source === undefined ? "local" : source.k === "unknown" ? source.cause : "unmodelled";
  return run.values.unknown(cause, { path, labels: mergeLabels(...operands.map((v) => v.labels)), derived });
}

/** `account.balance - 100`: the sum or difference remembers whose quantity it was. */
function derivedFrom(left: Value, operator: string, right: Value): Derived | null {
  const of = left.k === "unknown" ? left : null;
  if (of !== null && isExternal(of) && of.path !== null && (operator === "-" || operator === "+")) {
    const amount = isNumber(right) ? Number(right.value) : null;
    const negative = (amount !== null && amount < 0) || (right.k === "unknown" && right.path?.startsWith("-") === true);
    const flipped = negative ? (operator === "-" ? "+" : "-") : operator;
    return { op: flipped, of: of.path, amount: amount === null ? null : Math.abs(amount) };
  }
  if (right.k === "unknown" && isExternal(right) && right.path !== null && operator === "+") {
    const amount = isNumber(left) ? Number(left.value) : null;
    return { op: amount !== null && amount < 0 ? "-" : "+", of: right.path, amount: amount === null ? null : Math.abs(amount) };
  }
  if (of?.derived !== null && of?.derived !== undefined) return of.derived;
  if (of !== null && isExternal(of) && of.path !== null && "*/%//".includes(operator)) return { op: "?", of: of.path, amount: null };
  return null;
}

function arithmetic(run: Run, operator: string, a: number | bigint, b: number | bigint, labels: readonly string[]): Value {
  const { values } = run;
  if (typeof a === "bigint" || typeof b === "bigint") return bigArithmetic(run, operator, a, b);
  const js = inJs(run);
  const results: Record<string, () => number> = {
    "+": () => a + b,
    "-": () => a - b,
    "*": () => a * b,
    "/": () => a / b,
    "//": () => Math.floor(a / b),
    "%": () => (js ? a % b : b === 0 ? Number.NaN : a - b * Math.floor(a / b)),
    "**": () => a ** b,
    "&": () => (js ? a & b : Number(BigInt(a) & BigInt(b))),
    "|": () => (js ? a | b : Number(BigInt(a) | BigInt(b))),
    "^": () => (js ? a ^ b : Number(BigInt(a) ^ BigInt(b))),
    "<<": () => (js ? a << b : b <= 52 ? a * 2 ** b : Number.NaN),
    ">>": () => (js ? a >> b : Math.floor(a / 2 ** b)),
    ">>>": () => a >>> b,
  };
  try {
    const result = results[operator]?.();
    if (result === undefined || (Number.isNaN(result) && !js)) return values.unknown("local");
    if (!js && Number.isInteger(result) && !Number.isSafeInteger(result))
      return bigArithmetic(run, operator, BigInt(Math.trunc(a)), BigInt(Math.trunc(b)));
    return values.number(result, labels);
  } catch {
    return values.unknown("local");
  }
}

function bigArithmetic(run: Run, operator: string, left: number | bigint, right: number | bigint): Value {
  const { values } = run;
  try {
    const a = BigInt(left);
    const b = BigInt(right);
    const bits = a.toString(16).length * 4;
    if ((operator === "**" && (b < 0n || BigInt(bits) * b > 100_000n)) || (operator === "<<" && b > 100_000n) || bits > 200_000)
      return values.unknown("budget");
    const results: Record<string, () => bigint> = {
      "+": () => a + b,
      "-": () => a - b,
      "*": () => a * b,
      "//": () => a / b,
      "%": () => a % b,
      "**": () => a ** b,
      "&": () => a & b,
      "|": () => a | b,
      "^": () => a ^ b,
      "<<": () => a << b,
      ">>": () => a >> b,
    };
    const result = results[operator]?.();
    return result === undefined ? values.unknown("local") : values.number(result);
  } catch {
    return values.unknown("local");
  }
}

const isTextual = (v: Value): boolean => isString(v) || v.k === "str";

function plus(run: Run, state: State, op: Operation): Value {
  const { left, right } = op;
  const { values } = run;
  const labels = mergeLabels(left.labels, right.labels);
  if (isTextual(left) || isTextual(right)) {
    const bytes =
      (isString(left) && left.type === "bytes") ||
      (left.k === "str" && left.bytes) ||
      (isString(right) && right.type === "bytes" && !isTextual(left));
    const [a, b] = bytes ? [left, right] : [isTextual(left) ? left : toText(run, left), isTextual(right) ? right : toText(run, right)];
    const joined = values.template([...partsOf(a), ...partsOf(b)], labels, bytes);
    return isString(left) && isString(right) ? values.label(joined, [viaLabel("computed_name")]) : joined;
  }
  const a = elementsOf(run, state, left);
  const b = elementsOf(run, state, right);
  if (left.k === "ref" && a !== null && b !== null && !inJs(run)) {
    const object = state.read(left.addr);
    if (op.inPlace && object.items !== null && object.type === "list") {
      state.write(left.addr).items?.push(...b);
      return left;
    }
    const addr = newAddr(run);
    state.add(addr, { type: object.type === "tuple" ? "tuple" : "list", items: [...a, ...b] });
    return values.ref(addr);
  }
  return outside(run, [left, right], null, derivedFrom(left, "+", right));
}

function times(run: Run, state: State, left: Value, right: Value): Value {
  const { values } = run;
  const [text, count] = isString(left) ? [left, right] : [isString(right) ? right : null, left];
  if (text !== null && isNumber(count) && !inJs(run)) {
    const n = Math.max(0, Number(count.value));
    if (n * text.value.length > STRING_LIMIT) return values.unknown("budget", { labels: text.labels });
    return text.type === "bytes" ? values.bytes(text.value.repeat(n), text.labels) : values.string(text.value.repeat(n), text.labels);
  }
  const items = left.k === "ref" ? elementsOf(run, state, left) : null;
  if (items !== null && isNumber(right) && !inJs(run)) {
    const n = Math.max(0, Number(right.value));
    const addr = newAddr(run);
    const small = n * items.length <= 4096;
    state.add(addr, { type: "list", items: small ? Array.from({ length: n }, () => items).flat() : null });
    if (!small) for (const item of items) state.addRest(addr, item, values);
    return values.ref(addr);
  }
  const derived = derivedFrom(left, "*", right);
  return outside(run, [left, right], null, derived);
}

function percent(run: Run, state: State, left: Value, right: Value): Value {
  const { values } = run;
  const operands = right.k === "ref" && state.read(right.addr).type === "tuple" ? elementsOf(run, state, right) : [right];
  const labels = mergeLabels(left.labels, right.labels, ...(operands ?? []).map((v) => v.labels));
  const pure = operands?.map((v) => toPure(run, state, v));
  if (isString(left) && pure !== undefined) {
    const text = formatPercent(left.value, pure);
    if (text !== undefined) return values.string(text, mergeLabels(labels, [viaLabel("computed_name")]));
  }
  if (!isString(left) || operands === null)
    return values.template([...partsOf(left), { cause: "unmodelled", labels: right.labels, path: null }], labels);
  let next = 0;
  const parts = left.value
    .split(/(%[sdrfxc]|%\([^)]*\)s|%\.\d+f)/)
    .flatMap((piece, i) => (i % 2 === 0 ? [piece] : [...partsOf(toText(run, operands[next++] ?? someElement(run, state, right)))]));
  return values.template(parts, labels);
}

function mergeDicts(run: Run, state: State, left: Value, right: Value): Value {
  const addr = newAddr(run);
  const object = state.add(addr, { type: "dict" });
  for (const side of [left, right]) {
    if (side.k !== "ref") continue;
    const source = state.read(side.addr);
    for (const [key, value] of source.props) object.props.set(key, value);
    if (source.rest !== null) state.addRest(addr, source.rest, run.values);
  }
  return run.values.ref(addr);
}

function compare(run: Run, state: State, op: Operation): Value {
  const { left, right, operator } = op;
  const { values } = run;
  if (operator === "in" || operator === "not in") {
    const found = contains(run, state, left, right);
    return found === null ? answer(run, [left, right], `${shown(left)} in ${shown(right)}`) : values.bool(found === (operator === "in"));
  }
  if (operator === "is" || operator === "is not" || operator === "==" || operator === "!=" || operator === "===" || operator === "!==") {
    const same = equal(left, right);
    const positive = operator === "is" || operator === "==" || operator === "===";
    return same === null ? answer(run, [left, right], `${shown(left)} ${operator} ${shown(right)}`) : values.bool(same === positive);
  }
  if (
    left.k === "const" &&
    right.k === "const" &&
    typeof left.value === typeof right.value &&
    left.value !== null &&
    right.value !== null
  ) {
    const a = left.value;
    const b = right.value;
    const result = operator === "<" ? a < b : operator === "<=" ? a <= b : operator === ">" ? a > b : operator === ">=" ? a >= b : null;
    if (result !== null) return values.bool(result);
  }
  return answer(run, [left, right], `${shown(left)} ${operator} ${shown(right)}`);
}

/** Yes or no about the operands: it comes from where they come from, and shows nothing of what they hold. */
function answer(run: Run, operands: readonly Value[], path: string): Value {
  const value = outside(run, operands, path);
  return value.k === "unknown" ? run.values.unknown(value.cause, { path: value.path }) : value;
}

function equal(left: Value, right: Value): boolean | null {
  if (left.k === "const" && right.k === "const") {
    if (left.type === right.type) return left.value === right.value;
    const nullish = (v: typeof left): boolean => v.type === "null" || v.type === "undefined";
    return nullish(left) && nullish(right) ? null : left.type === "bool" || right.type === "bool" ? null : false;
  }
  const known = (v: Value): boolean => v.k === "const" || v.k === "closure" || v.k === "ref";
  if (known(left) && known(right) && (left.k === "const" || right.k === "const") && left.k !== right.k)
    return truthOf(left) === null ? null : false;
  return null;
}

function contains(run: Run, state: State, item: Value, container: Value): boolean | null {
  if (isString(item) && isString(container)) return container.value.includes(item.value);
  const elements = elementsOf(run, state, container, true) ?? elementsOf(run, state, container);
  if (elements === null || item.k !== "const") return null;
  if (container.k === "ref" && state.read(container.addr).items !== null) {
    const items = state.read(container.addr).items as Value[];
    if (items.some((v) => v.id === item.id)) return true;
    return items.every((v) => v.k === "const") ? false : null;
  }
  return elements.some((v) => v.k === "const" && v.type === item.type && v.value === item.value)
    ? true
    : elements.every((v) => v.k === "const")
      ? false
      : null;
}
