/** `[ ... ]` and `[[ ... ]]` on known texts. What the program's own constants do not decide is null. */
import { RE2JS } from "re2js";
import { evaluateSum, type Names } from "./shell-arithmetic.ts";
import { type Expander, expandPieces } from "./shell-expand.ts";
import { expanderOf } from "./shell-expander.ts";
import { hasExpansion, withoutMarks } from "./shell-meaning.ts";
import { decidePattern } from "./shell-patterns.ts";
import type { Shell } from "./shell-state.ts";
import type { Word } from "./shell-words.ts";

/** What `[[` does and `[` does not: patterns, sums, expressions. */
export type Extended = {
  readonly names: Names;
  readonly anyCase: boolean;
  readonly isSet: (name: string) => boolean | null;
  readonly matched: (text: string, expression: string) => boolean | null;
};

export const extendedTest = (shell: Shell): Extended => {
  const expander = expanderOf(shell);
  return {
    names: expander,
    anyCase: shell.options.has("nocasematch"),
    isSet: (name) => isSet(shell, expander, name),
    matched: (text, expression) => matchExpression(shell, text, expression),
  };
};

/** A name that nothing set may come from outside. */
function isSet(shell: Shell, { value }: Expander, name: string): boolean | null {
  if (!/^\w+(\[[^@*\]]+\])?$/.test(name)) return null;
  const table = /^(\w+)\[(.*)\]$/.exec(name);
  if (table !== null) return shell.arrays.get(table[1] as string)?.has(table[2] as string) ?? null;
  return value(name) === null ? null : true;
}

/** A regular expression in which what is quoted stands for itself. */
export const regexOf = (word: Word, expander: Expander): string =>
  word.pieces
    .map((piece) => {
      const value = expandPieces([piece], expander);
      return piece.quoted && !hasExpansion(value) ? value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") : value;
    })
    .join("");

/** `[[ text =~ expression ]]`: what it found is in `BASH_REMATCH`. */
function matchExpression(shell: Shell, text: string, expression: string): boolean | null {
  shell.arrays.delete("BASH_REMATCH");
  if (hasExpansion(text) || hasExpansion(expression) || text.length > 10_000) return null;
  try {
    const matcher = RE2JS.compile(expression, shell.options.has("nocasematch") ? RE2JS.CASE_INSENSITIVE : 0).matcher(text);
    if (!matcher.find()) return false;
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_x, i) => matcher.group(i) ?? "");
    shell.arrays.set("BASH_REMATCH", new Map(groups.map((group, i) => [String(i), group])));
    return true;
  } catch {
    return null;
  }
}

/** `words`: what stands between the brackets, expanded; in `[[` what stands behind `==` is a pattern. */
export function decideTest(words: readonly string[], extended: Extended | null = null): boolean | null {
  const given = words.map(withoutMarks);
  if (extended === null && given.length === 3) {
    const decided = isBinary(given[1] as string) ? binary(given, null) : undefined;
    if (decided !== undefined) return decided;
  }
  const or = split(given, /^(\|\||-o)$/, extended);
  if (or.length > 1) return anyOf(or.map((part) => decideTest(part, extended)));
  const and = split(given, /^(&&|-a)$/, extended);
  if (and.length > 1) return allOf(and, extended);
  if (given[0] === "!" && given.length > 1) return negated(decideTest(given.slice(1), extended));
  if (given.length > 2 && given[0] === "(" && given.at(-1) === ")") return decideTest(given.slice(1, -1), extended);
  if (given.length === 0) return false;
  if (given.length === 1) return isKnown(given[0]) ? given[0] !== "" : null;
  if (given.length === 2) return unary(given[0] as string, given[1] as string, extended);
  return given.length === 3 ? binary(given, extended) : null;
}

const isKnown = (text: string | undefined): boolean => text !== undefined && !hasExpansion(text) && !text.includes("{?}");
const isBinary = (text: string): boolean => /^(==?|!=|=~|<|>|-(eq|ne|lt|le|gt|ge|nt|ot|ef))$/.test(text);

/** At the operators that no brackets are around. */
function split(words: readonly string[], at: RegExp, extended: Extended | null): string[][] {
  const out: string[][] = [[]];
  let depth = 0;
  for (const [i, word] of words.entries()) {
    const isOperand = isBinary(words[i - 1] ?? "") && i > 1;
    if (word === "(" && !isOperand) depth++;
    if (word === ")" && !isOperand) depth--;
    const joins = at.test(word) && depth === 0 && !isOperand && (extended === null || !word.startsWith("-"));
    if (joins) out.push([]);
    else out[out.length - 1]?.push(word);
  }
  return out.some((part) => part.length === 0) ? [[...words]] : out;
}

const negated = (truth: boolean | null): boolean | null => (truth === null ? null : !truth);
const anyOf = (parts: readonly (boolean | null)[]): boolean | null => (parts.includes(true) ? true : parts.includes(null) ? null : false);
/** What stands behind a false part is not looked at. */
function allOf(parts: readonly string[][], extended: Extended | null): boolean | null {
  let all: boolean | null = true;
  for (const part of parts) {
    const truth = decideTest(part, extended);
    if (truth === false) return false;
    if (truth === null) all = null;
  }
  return all;
}

function unary(operator: string, value: string, extended: Extended | null): boolean | null {
  if (!isKnown(value)) return null;
  if (operator === "-z") return value === "";
  // Nothing has no name.
  if (value === "" && /^-[bcdefghkprsuwxLOGSN]$/.test(operator)) return false;
  if (operator === "-v" && extended !== null) return extended.isSet(value);
  return operator === "-n" ? value !== "" : null;
}

function binary([left = "", operator = "", right = ""]: readonly string[], extended: Extended | null): boolean | null {
  if (operator === "=~") return extended === null ? null : extended.matched(left, right);
  if (!isKnown(left) || !isKnown(right)) return null;
  const [a, b] = /^-/.test(operator) ? [numberOf(left, extended), numberOf(right, extended)] : [null, null];
  switch (operator) {
    case "=":
    case "==":
      return extended === null ? left === right : decidePattern(left, right, extended.anyCase);
    case "!=":
      return extended === null ? left !== right : negated(decidePattern(left, right, extended.anyCase));
    // In which order letters stand is a matter of the place.
    case "<":
    case ">":
      return /^[a-z]*$|^\d*$/.test(left) && /^[a-z]*$|^\d*$/.test(right) ? (operator === "<" ? left < right : left > right) : null;
    default:
      return a === null || b === null ? null : compared(operator, a, b);
  }
}

function numberOf(text: string, extended: Extended | null): bigint | null {
  if (extended !== null) return evaluateSum(text, extended.names);
  return /^\s*[-+]?\d+\s*$/.test(text) ? BigInt(text.trim().replace(/^\+/, "")) : null;
}

function compared(operator: string, a: bigint, b: bigint): boolean | null {
  switch (operator) {
    case "-eq":
      return a === b;
    case "-ne":
      return a !== b;
    case "-lt":
      return a < b;
    case "-le":
      return a <= b;
    case "-gt":
      return a > b;
    case "-ge":
      return a >= b;
    default:
      return null;
  }
}
