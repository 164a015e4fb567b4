/** Operators on abstract values: constants are computed, strings keep their known parts, the rest keeps labels and origin. */

import { isBytes, isText } from "../pure/pure-value.ts";
import { formatPercent } from "../pure/python-format.ts";
import { headOf, type State } from "../state.ts";
import {
  type ConstV,
  isExternal,
  isFloat,
  isNumber,
  isString,
  mergeLabels,
  partsOf,
  type RefV,
  STRING_LIMIT,
  type Value,
  viaLabel,
} from "../values.ts";
import { arithmetic } from "./arithmetic.ts";
import { getAttr } from "./attributes.ts";
import { textBase } from "./base-values.ts";
import { withArgs } from "./call-args.ts";
import { asNumber, negatedAnswer } from "./checked.ts";
import { answer, COMPARISONS, compare, shown } from "./comparisons.ts";
import { addAtEnd, LONGEST_LIST, listValue, pushAll, someList } from "./containers.ts";
import { reportHuge } from "./exhaustion.ts";
import { primitiveOf, toText } from "./formatting.ts";
import { elementsOf, someElement } from "./iterate.ts";
import { isPlainObject } from "./kinds-of-values.ts";
import { derivedFrom, outside } from "./outside.ts";
import { PATH_LABEL } from "./path-label.ts";
import { joinPaths } from "./paths.ts";
import { toPure } from "./purity.ts";
import { inJs, newAddr, type Run } from "./run.ts";
import { sliceValue } from "./slices.ts";
import { decideTruth } from "./truth.ts";

type Operation = { readonly operator: string; readonly left: Value; readonly right: Value; readonly inPlace: boolean };

export function unary(run: Run, state: State, operator: string, operand: Value): Value {
  const { values } = run;
  if (operator === "not") {
    const truth = decideTruth(run, state, operand);
    return truth === null ? negatedAnswer(run, answer(run, [operand], `not ${shown(operand)}`), operand) : values.bool(!truth);
  }
  if (operator === "typeof") {
    const type =
      operand.k === "const"
        ? jsTypeOf(operand)
        : operand.k === "str" && !operand.bytes
          ? "string"
          : operand.k === "closure"
            ? "function"
            : isPlainObject(state, operand)
              ? "object"
              : null;
    return type === null ? values.unknown("local") : values.string(type);
  }
  if (operator === "void") return values.undefined;
  const slice = operator === "slice" ? sliceValue(run, state, operand) : null;
  if (slice !== null) return slice;
  if (operator.startsWith("matches")) {
    const fits = matchesShape(state, operand, operator);
    return fits === null ? outside(run, [operand], null) : values.bool(fits);
  }
  if (operator === "slice" || operator === "imaginary") return outside(run, [operand], null);
  const number = inJs(run) && (operator === "+" || operator === "-" || operator === "~") ? toNumber(run, state, operand) : operand;
  if (isNumber(number)) {
    const made = unaryNumber(run, operator, number);
    if (made !== null) return made;
  }
  if (operator === "-" && isExternal(operand)) return values.unknown(operand.cause, { path: `-${operand.path}`, labels: operand.labels });
  return ownUnary(run, state, operator, operand) ?? asNumber(run, outside(run, [operand], null));
}

function unaryNumber(run: Run, operator: string, number: ConstV & { value: number | bigint }): Value | null {
  const { values } = run;
  const { value, labels, float } = number;
  if (operator === "+") return number;
  if (typeof value === "bigint") {
    const made = operator === "-" ? -value : operator === "~" ? ~value : null;
    return made === null ? null : inJs(run) ? values.big(made, labels) : values.number(made, labels);
  }
  if (operator === "-") {
    if (float === true) return values.float(-value, labels);
    // Only JavaScript's zero has a sign.
    return values.number(value === 0 && !inJs(run) ? 0 : -value, labels);
  }
  if (operator !== "~") return null;
  return inJs(run) ? values.number(~value, labels) : isFloat(number) ? null : values.number(-value - 1, labels);
}

/** `case [first, *rest]`, `case {"key": value}`: whether the value has that shape; null: not known. */
function matchesShape(state: State, value: Value, operator: string): boolean | null {
  if (value.k === "const" || value.k === "closure") return false;
  const object = value.k === "ref" ? state.read(value.addr) : null;
  if (object === null || object.name !== "" || !/^(list|tuple|set|dict)$/.test(object.type)) return null;
  const [, count, more] = /^matches sequence (\d+)(\+?)$/.exec(operator) ?? [];
  if (count === undefined) return object.type === "dict";
  if (object.type === "set" || object.type === "dict") return false;
  if (object.items === null || object.rest !== null) return null;
  return more === "" ? object.items.length === Number(count) : object.items.length >= Number(count);
}

const OWN_UNARY: Readonly<Record<string, string>> = { "-": "__neg__", "+": "__pos__", "~": "__invert__" };

/** `-x`, `~x`, `+x` of an object that defines them. */
function ownUnary(run: Run, state: State, operator: string, operand: Value): Value | null {
  const name = OWN_UNARY[operator];
  return name === undefined ? null : ownMethod(run, state, { object: operand, name }, []);
}

function jsTypeOf(value: Extract<Value, { k: "const" }>): string {
  if (value.type === "null" || value.type === "regex") return "object";
  if (value.type === "bool") return "boolean";
  if (value.type === "number") return typeof value.value === "bigint" ? "bigint" : "number";
  return value.type === "bytes" ? "object" : value.type;
}

/** JavaScript's ToNumber on what is known; anything else is given back. */
function toNumber(run: Run, state: State, value: Value): Value {
  if (value.k === "const" && value.type === "bool") return run.values.number(value.value === true ? 1 : 0);
  if (value.k === "const" && value.type === "null") return run.values.number(0);
  if (value.k === "const" && value.type === "undefined") return run.values.number(Number.NaN);
  if (isString(value) && value.type === "string") return run.values.number(Number(value.value), value.labels);
  if (value.k !== "ref") return value;
  const made = primitiveOf(run, state, value, "number");
  return made.k === "const" ? toNumber(run, state, made) : value;
}

const OWN_METHODS: Readonly<Record<string, string>> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "truediv",
  "//": "floordiv",
  "%": "mod",
  "**": "pow",
  "@": "matmul",
  "<<": "lshift",
  ">>": "rshift",
  "&": "and",
  "|": "or",
  "^": "xor",
  "==": "eq",
  "!=": "ne",
  "<": "lt",
  "<=": "le",
  ">": "gt",
  ">=": "ge",
};

function ownMethod(run: Run, state: State, of: { object: Value; name: string }, args: readonly Value[]): Value | null {
  if (of.object.k !== "ref" || inJs(run) || state.read(of.object.addr).type !== "instance") return null;
  const method = getAttr(run, state, of.object, of.name);
  return method.k === "closure" ? (run.call(state, method, withArgs(...args)) ?? run.values.unknown("local")) : null;
}

/** `__add__` and its kin, of the left operand or reflected of the right one. */
function ownOperator(run: Run, state: State, op: Operation): Value | null {
  const { left, right, operator } = op;
  if (operator === "in" || operator === "not in") return ownMethod(run, state, { object: right, name: "__contains__" }, [left]);
  const name = OWN_METHODS[operator];
  if (name === undefined) return null;
  return (
    (op.inPlace ? ownMethod(run, state, { object: left, name: `__i${name}__` }, [right]) : null) ??
    ownMethod(run, state, { object: left, name: `__${name}__` }, [right]) ??
    ownMethod(run, state, { object: right, name: `__r${name}__` }, [left])
  );
}

export function binary(run: Run, state: State, op: Operation): Value {
  const { left, right, operator } = op;
  if (left.k === "union" || right.k === "union") return overUnions(run, state, op);
  if (left.k === "ref" || right.k === "ref") {
    const own = ownOperator(run, state, op);
    if (own !== null) return own;
    const texts = { left: textBase(state, left) ?? left, right: textBase(state, right) ?? right };
    if (texts.left !== left || texts.right !== right) return binary(run, state, { ...op, ...texts });
  }
  if (COMPARISONS.has(operator)) return compare(run, state, op);
  if (isNumber(left) && isNumber(right)) return arithmetic(run, operator, { left, right }, mergeLabels(left.labels, right.labels));
  if (operator === "+") return plus(run, state, op);
  return inJs(run) ? javascriptBinary(run, state, op) : pythonBinary(run, state, op);
}

/** `True` in a sum is 1; of two of them `&`, `|` and `^` make another. */
const asInteger = (run: Run, value: Value): Value =>
  value.k === "const" && value.type === "bool" ? run.values.number(value.value === true ? 1 : 0, value.labels) : value;

function pythonBinary(run: Run, state: State, op: Operation): Value {
  const { left, right, operator } = op;
  const [a, b] = [asInteger(run, left), asInteger(run, right)];
  if ((a !== left || b !== right) && isNumber(a) && isNumber(b)) {
    const made = arithmetic(run, operator, { left: a, right: b }, mergeLabels(left.labels, right.labels));
    return isNumber(made) && a !== left && b !== right && /^[&|^]$/.test(operator) ? run.values.bool(made.value !== 0) : made;
  }
  if (operator === "/" && (left.labels.includes(PATH_LABEL) || right.labels.includes(PATH_LABEL))) return joinPaths(run, [left, right]);
  if (operator === "%" && (isString(left) || left.k === "str")) return percent(run, state, left, right);
  if (operator === "*") return times(run, state, left, right);
  if (SET_OPERATORS.has(operator) && left.k === "ref" && state.read(left.addr).type === "set") return ofSets(run, state, op);
  if (operator === "|" && left.k === "ref" && right.k === "ref") return mergeDicts(run, state, left, right);
  return outside(run, [left, right], null, derivedFrom(left, operator, right));
}

function javascriptBinary(run: Run, state: State, op: Operation): Value {
  const { left, right, operator } = op;
  const [a, b] = [toNumber(run, state, left), toNumber(run, state, right)];
  if (isNumber(a) && isNumber(b)) return arithmetic(run, operator, { left: a, right: b }, mergeLabels(a.labels, b.labels));
  return asNumber(run, outside(run, [left, right], null, derivedFrom(left, operator, right)));
}

function overUnions(run: Run, state: State, op: Operation): Value {
  const lefts = op.left.k === "union" ? op.left.of : [op.left];
  const rights = op.right.k === "union" ? op.right.of : [op.right];
  if (lefts.length * rights.length > 16) return outside(run, [op.left, op.right], null);
  return run.values.join(lefts.flatMap((left) => rights.map((right) => binary(run, state, { ...op, left, right }))));
}

const isTextual = (v: Value): boolean => isString(v) || v.k === "str";

function plus(run: Run, state: State, op: Operation): Value {
  const { left, right } = op;
  if (inJs(run) && (left.k === "ref" || right.k === "ref") && (isTextual(left) || isTextual(right))) {
    const [one, other] = [left, right].map((v) => (v.k === "ref" ? primitiveOf(run, state, v, "default") : v)) as [Value, Value];
    return concatenate(run, state, one, other);
  }
  if (isTextual(left) || isTextual(right)) return concatenate(run, state, left, right);
  if (inJs(run)) return javascriptPlus(run, state, op);
  const a = elementsOf(run, state, left);
  const b = elementsOf(run, state, right);
  if (left.k === "ref" && a !== null && b !== null) {
    const { type } = state.read(left.addr);
    if (op.inPlace && type === "list") {
      pushAll(run, state, left.addr, b);
      return left;
    }
    return listValue(run, state, [...a, ...b], type === "tuple" ? "tuple" : "list");
  }
  if (left.k === "ref" && state.read(left.addr).type === "list") return plusSome(run, state, { ...op, left });
  if (isNumber(asInteger(run, left)) && isNumber(asInteger(run, right))) return pythonBinary(run, state, op);
  return outside(run, [left, right], null, derivedFrom(left, "+", right));
}

/** A list of which not everything is known, and more at its end. */
function plusSome(run: Run, state: State, op: Operation & { readonly left: RefV }): Value {
  const addr = op.inPlace ? op.left.addr : newAddr(run);
  if (!op.inPlace) {
    const { items, rest } = state.read(op.left.addr);
    const head = headOf(state.read(op.left.addr));
    state.add(addr, { type: "list", items: items === null ? null : [...items] });
    if (rest !== null) state.addRest(addr, rest, run.values);
    if (items === null) state.write(addr).head = head;
  }
  addAtEnd(run, state, addr, someElement(run, state, op.right));
  return op.inPlace ? op.left : run.values.ref(addr);
}

function concatenate(run: Run, state: State, left: Value, right: Value): Value {
  const { values } = run;
  const labels = mergeLabels(left.labels, right.labels);
  const isBytes = (v: Value): boolean => (isString(v) && v.type === "bytes") || (v.k === "str" && v.bytes);
  const bytes = !inJs(run) && (isBytes(left) || (isBytes(right) && !isTextual(left)));
  const text = (v: Value): Value => (bytes || (isTextual(v) && !isBytes(v)) ? v : toText(run, state, v));
  const [a, b] = [text(left), text(right)];
  if (a.k === "union" || b.k === "union") return overUnions(run, state, { operator: "+", left: a, right: b, inPlace: false });
  const joined = values.template([...partsOf(a), ...partsOf(b)], labels, bytes);
  return isString(left) && isString(right) ? values.label(joined, [viaLabel("computed_name")]) : joined;
}

/** Objects become texts, and a text makes it a concatenation; else both are numbers. */
function javascriptPlus(run: Run, state: State, op: Operation): Value {
  const { left, right } = op;
  const known = (v: Value): boolean => v.k === "const" || v.k === "ref";
  if (known(left) && known(right)) {
    if (left.k === "ref" || right.k === "ref") {
      const [one, other] = [left, right].map((v) => (v.k === "ref" ? primitiveOf(run, state, v, "default") : v)) as [Value, Value];
      return one.k === "ref" || other.k === "ref"
        ? concatenate(run, state, toText(run, state, left), toText(run, state, right))
        : plus(run, state, { ...op, left: one, right: other });
    }
    const [a, b] = [toNumber(run, state, left), toNumber(run, state, right)];
    if (isNumber(a) && isNumber(b)) return arithmetic(run, "+", { left: a, right: b }, []);
  }
  return outside(run, [left, right], null, derivedFrom(left, "+", right));
}

function times(run: Run, state: State, left: Value, right: Value): Value {
  const { values } = run;
  const [text, count] = isString(left) ? [left, right] : [isString(right) ? right : null, left];
  if (text !== null && isNumber(count)) {
    const n = Math.max(0, Number(count.value));
    reportHuge(run, state, n * text.value.length, "characters");
    if (n * text.value.length > STRING_LIMIT) return values.unknown("budget", { labels: text.labels });
    return text.type === "bytes" ? values.bytes(text.value.repeat(n), text.labels) : values.string(text.value.repeat(n), text.labels);
  }
  const [list, times] = isNumber(left) ? [right, left] : [left, right];
  const items = list.k === "ref" ? elementsOf(run, state, list) : null;
  if (items !== null && isNumber(times)) {
    const n = Math.max(0, Number(times.value));
    reportHuge(run, state, n * items.length, "elements");
    if (n * items.length > LONGEST_LIST) return someList(run, state, values.join(items));
    const repeated = Array.from({ length: n }, () => items).flat();
    return listValue(run, state, repeated, list.k === "ref" && state.read(list.addr).type === "tuple" ? "tuple" : "list");
  }
  return outside(run, [left, right], null, derivedFrom(left, "*", right));
}

const CONVERSION = /(%(?:\([^)]*\))?[-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*))?[srdicxXoeEfFgGua]|%%)/;

function percent(run: Run, state: State, left: Value, right: Value): Value {
  const { values } = run;
  const given = right.k === "ref" ? state.read(right.addr) : null;
  const operands = given?.type === "tuple" ? elementsOf(run, state, right) : [right];
  const labels = mergeLabels(left.labels, right.labels, ...(operands ?? []).map((v) => v.labels));
  if (!isString(left)) return values.template([...partsOf(left), { cause: "unmodelled", labels: right.labels, path: null }], labels);
  if (left.type === "bytes") return percentBytes(run, state, { format: left, operands: operands ?? undefined, labels });
  const pure = given?.type === "dict" ? undefined : operands?.map((v) => toPure(run, state, v));
  const text = pure === undefined ? undefined : formatPercent(left.value, pure);
  if (text !== undefined) return values.string(text, mergeLabels(labels, [viaLabel("computed_name")]));
  let next = 0;
  const parts = left.value.split(CONVERSION).flatMap((piece, i) => {
    if (i % 2 === 0 || piece === "%%") return [piece === "%%" ? "%" : piece];
    const key = /^%\(([^)]*)\)/.exec(piece)?.[1];
    const value = key !== undefined ? given?.props.get(`s:${key}`) : operands?.[next++];
    const shown = value ?? someElement(run, state, right);
    const one = toPure(run, state, shown);
    const made = one === undefined ? undefined : formatPercent(piece.replace(/^%\([^)]*\)/, "%"), [one]);
    if (made !== undefined) return [made];
    if (/^%(?:\([^)]*\))?s$/.test(piece) || shown.k === "unknown") return [...partsOf(toText(run, state, shown))];
    return [{ cause: "local" as const, labels: shown.labels, path: null }];
  });
  return values.template(parts, mergeLabels(labels, given?.type === "dict" ? [viaLabel("computed_name")] : []));
}

/** `b"%s-%d" % (data, 5)`: bytes are put in as they are. */
function percentBytes(
  run: Run,
  state: State,
  given: { format: Value & { value: string }; operands: readonly Value[] | undefined; labels: readonly string[] },
): Value {
  const pure = given.operands?.map((v) => toPure(run, state, v)).map((v) => (isBytes(v) ? v.value : isText(v) ? undefined : v));
  const text = pure === undefined ? undefined : formatPercent(given.format.value.replace(/%b/g, "%s"), pure);
  return text === undefined
    ? run.values.template([{ cause: "local", labels: given.labels, path: null }], given.labels, true)
    : run.values.bytes(text, mergeLabels(given.labels, [viaLabel("computed_name")]));
}

const SET_OPERATORS: ReadonlySet<string> = new Set(["|", "&", "-", "^"]);

/** Elements of both sets, or some of those of the first. */
function ofSets(run: Run, state: State, { operator, left, right }: Operation): Value {
  const [ours, theirs] = [elementsOf(run, state, left), elementsOf(run, state, right)];
  const both = operator === "|" || operator === "^";
  if (ours !== null && theirs !== null && [...ours, ...theirs].every((v) => v.k === "const")) {
    const added = both ? theirs.filter((v) => !ours.includes(v)) : [];
    const kept = operator === "|" ? ours : ours.filter((v) => theirs.includes(v) === (operator === "&"));
    return listValue(run, state, [...kept, ...added], "set");
  }
  const elements = [left, ...(both ? [right] : [])].map((set) => someElement(run, state, set));
  return someList(run, state, run.values.join(elements), "set");
}

function mergeDicts(run: Run, state: State, left: Value, right: Value): Value {
  const addr = newAddr(run);
  const object = state.add(addr, { type: "dict" });
  for (const side of [left, right]) {
    if (side.k !== "ref") continue;
    const source = state.read(side.addr);
    for (const [key, value] of source.props) object.props.set(key, value);
    state.addUnknown(addr, source, run.values);
  }
  return run.values.ref(addr);
}
