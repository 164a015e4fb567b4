/** Sums of shell arithmetic on known numbers of 64 bits: `$((i + 1))`. What they assign is assigned, and is not known where they are not. */
import { hasExpansion, unknownExpansion } from "./shell-meaning.ts";

/** A name may have an index: `a[1]`. */
export type Names = { readonly value: (name: string) => string | null; readonly assign: (name: string, set: string) => void };

/** `may`: how often what is read now is carried out: certainly, perhaps, never (`0 && x++`). */
type Reading = {
  readonly list: readonly string[];
  at: number;
  readonly names: Names;
  readonly depth: number;
  may: "yes" | "perhaps" | "no";
};

const LEVELS: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["|"],
  ["^"],
  ["&"],
  ["==", "!="],
  ["<=", ">=", "<", ">"],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
]; // prettier-ignore
const TOKEN =
  /\ue000[^\ue001]*\ue001|0[xX][0-9a-fA-F]+|\d+#[\w@]+|\d+|[A-Za-z_]\w*(?:\[(?:[^[\]]|\[[^[\]]*\])*\])?|<<=|>>=|\+\+|--|\*\*|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\S/g;
const ASSIGNS = /^(<<|>>|[-+*/%&|^])?=$/;
const NAME = /^[A-Za-z_]/;
const DEEPEST = 6;
const MOST_TOKENS = 80;
/** Set by what cannot be read as a sum. */
const ASSIGNED = /([A-Za-z_]\w*)\s*(?:\+\+|--|(?:<<|>>|[-+*/%&|^])?=(?!=))|(?:\+\+|--)\s*([A-Za-z_]\w*)/g;

/** null: a number in it is not known, or the form is not. */
export const evaluateSum = (text: string, names: Names): bigint | null => evaluated(text, names, 0);

function evaluated(text: string, names: Names, depth: number): bigint | null {
  const list = text.length > 1_000 ? [] : (text.replace(/["\\]/g, "").match(TOKEN) ?? []);
  const reading: Reading = { list, at: 0, names, depth, may: "yes" };
  if (text.trim() === "") return 0n;
  if (list.length > 0 && list.length <= MOST_TOKENS && depth < DEEPEST && isWellFormed(list)) {
    const value = comma(reading);
    if (reading.at >= list.length) return value;
  }
  for (const [, before, after] of text.matchAll(ASSIGNED)) {
    const name = (before ?? after) as string;
    names.assign(name, unknownExpansion(name, { cause: null, labels: [] }));
  }
  return null;
}

/** Nothing is carried out of a sum that cannot be read to its end. */
function isWellFormed(list: readonly string[]): boolean {
  const names: Names = { value: () => "1", assign: () => undefined };
  const reading: Reading = { list, at: 0, names, depth: DEEPEST, may: "no" };
  comma(reading);
  return reading.at >= list.length;
}

const next = ({ list, at }: Reading): string => list[at] ?? "";

function comma(reading: Reading): bigint | null {
  let value = assignment(reading);
  while (next(reading) === ",") {
    reading.at++;
    value = assignment(reading);
  }
  return value;
}

function assignment(reading: Reading): bigint | null {
  const [name, operator] = [next(reading), reading.list[reading.at + 1] ?? ""];
  if (!NAME.test(name) || !ASSIGNS.test(operator)) return ternary(reading);
  reading.at += 2;
  const right = assignment(reading);
  const left = operator === "=" ? 0n : numberIn(reading, name);
  const value = operator === "=" ? right : left === null || right === null ? null : apply(operator.slice(0, -1), left, right);
  return set(reading, name, value);
}

/** Carries out an assignment, as far as it is reached. */
function set(reading: Reading, name: string, value: bigint | null): bigint | null {
  const sure = reading.may === "yes" ? value : null;
  if (reading.may !== "no") reading.names.assign(name, sure === null ? unknownExpansion(name, { cause: null, labels: [] }) : String(sure));
  return sure;
}

/** Reads on where this is what the condition says. */
function where<T>(reading: Reading, goes: boolean | null, read: () => T): T {
  const { may } = reading;
  if (may !== "no") reading.may = goes === null ? "perhaps" : goes ? may : "no";
  const value = read();
  reading.may = may;
  return value;
}

function ternary(reading: Reading): bigint | null {
  const test = binary(reading, 0);
  if (next(reading) !== "?") return test;
  reading.at++;
  const goes = test === null ? null : test !== 0n;
  const yes = where(reading, goes, () => assignment(reading));
  if (next(reading) !== ":") return null;
  reading.at++;
  const no = where(reading, goes === null ? null : !goes, () => assignment(reading));
  return goes === null ? (yes === no ? yes : null) : goes ? yes : no;
}

function binary(reading: Reading, level: number): bigint | null {
  const operators = LEVELS[level];
  if (operators === undefined) return power(reading);
  let left = binary(reading, level + 1);
  while (operators.includes(next(reading))) {
    const operator = reading.list[reading.at++] as string;
    const decided = left === null ? null : operator === "||" ? left === 0n : operator === "&&" ? left !== 0n : true;
    const right = where(reading, decided, () => binary(reading, level + 1));
    if (decided === false) left = operator === "||" ? 1n : 0n;
    else left = left === null || right === null ? null : apply(operator, left, right);
  }
  return left;
}

function power(reading: Reading): bigint | null {
  const base = unary(reading);
  if (next(reading) !== "**") return base;
  reading.at++;
  const exponent = power(reading);
  return base === null || exponent === null || exponent < 0n || exponent > 1_000n ? null : BigInt.asIntN(64, base ** exponent);
}

function unary(reading: Reading): bigint | null {
  const token = reading.list[reading.at++] ?? "";
  const name = next(reading);
  if ((token === "++" || token === "--") && NAME.test(name)) {
    reading.at++;
    const before = numberIn(reading, name);
    return set(reading, name, before === null ? null : before + (token === "++" ? 1n : -1n));
  }
  // Before anything else they are two signs.
  if (token === "++" || token === "--") return unary(reading);
  if (token === "-" || token === "+" || token === "!" || token === "~") {
    const inner = unary(reading);
    if (inner === null) return null;
    return token === "-" ? -inner : token === "!" ? BigInt(inner === 0n) : token === "~" ? ~inner : inner;
  }
  if (token === "(") {
    const inner = comma(reading);
    if (next(reading) !== ")") return failed(reading);
    reading.at++;
    return inner;
  }
  return NAME.test(token) ? counted(reading, token) : literal(reading, token);
}

/** `i`, `i++`. */
function counted(reading: Reading, name: string): bigint | null {
  const value = numberIn(reading, name);
  const sign = next(reading);
  if (sign !== "++" && sign !== "--") return value;
  reading.at++;
  set(reading, name, value === null ? null : value + (sign === "++" ? 1n : -1n));
  return value;
}

/** What stands here is no sum: nothing behind it is read. */
function failed(reading: Reading): null {
  reading.at = Number.NEGATIVE_INFINITY;
  return null;
}

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_";

function literal(reading: Reading, token: string): bigint | null {
  if (hasExpansion(token)) return null;
  const based = /^(\d+)#([\w@]+)$/.exec(token);
  if (based !== null) return inBase(Number(based[1]), based[2] as string);
  if (/^0\d+$/.test(token)) return /^[0-7]+$/.test(token) ? BigInt.asIntN(64, BigInt(`0o${token.slice(1)}`)) : null;
  return /^\d/.test(token) ? BigInt.asIntN(64, BigInt(token)) : failed(reading);
}

function inBase(base: number, digits: string): bigint | null {
  if (base < 2 || base > 64) return null;
  let value = 0n;
  for (const digit of base <= 36 ? digits.toLowerCase() : digits) {
    const at = DIGITS.indexOf(digit);
    if (at < 0 || at >= base) return null;
    value = BigInt.asIntN(64, value * BigInt(base) + BigInt(at));
  }
  return value;
}

/** A variable may hold a sum itself. */
function numberIn({ names, depth, may }: Reading, name: string): bigint | null {
  if (may === "no") return null;
  const text = names.value(name);
  if (text === null || hasExpansion(text)) return null;
  return /^-?[1-9]\d{0,14}$|^0?$/.test(text) ? BigInt(text) : evaluated(text, names, depth + 1);
}

function apply(operator: string, a: bigint, b: bigint): bigint | null {
  const value = computed(operator, a, b);
  return typeof value === "boolean" ? BigInt(value) : value === null ? null : BigInt.asIntN(64, value);
}

function computed(operator: string, a: bigint, b: bigint): bigint | boolean | null {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return b === 0n ? null : a / b;
    case "%":
      return b === 0n ? null : a % b;
    case "<<":
      return a << (b & 63n);
    case ">>":
      return a >> (b & 63n);
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "==":
      return a === b;
    case "!=":
      return a !== b;
    case "<":
      return a < b;
    case ">":
      return a > b;
    case "<=":
      return a <= b;
    case ">=":
      return a >= b;
    case "&&":
      return a !== 0n && b !== 0n;
    default:
      return a !== 0n || b !== 0n;
  }
}
