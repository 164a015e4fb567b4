/** `[ ... ]` and `[[ ... ]]` on known texts. What the program's own constants do not decide is null. */
import { hasExpansion, withoutMarks } from "./shell-meaning.ts";
import { matchesPattern } from "./shell-patterns.ts";

/** `words`: what stands between the brackets, expanded. */
export function decideTest(words: readonly string[]): boolean | null {
  const given = words.map(withoutMarks);
  const or = split(given, /^(\|\||-o)$/);
  if (or.length > 1) return anyOf(or.map(decideTest));
  const and = split(given, /^(&&|-a)$/);
  if (and.length > 1) return allOf(and.map(decideTest));
  if (given[0] === "!" && given.length > 1) return negated(decideTest(given.slice(1)));
  if (given.length === 1) return isKnown(given[0]) ? given[0] !== "" : null;
  if (given.length === 2) return unary(given[0] as string, given[1] as string);
  return given.length === 3 ? binary(given[0] as string, given[1] as string, given[2] as string) : null;
}

const isKnown = (text: string | undefined): boolean => text !== undefined && !hasExpansion(text) && !text.includes("{?}");

function split(words: readonly string[], at: RegExp): string[][] {
  const out: string[][] = [[]];
  for (const word of words) {
    if (at.test(word)) out.push([]);
    else out[out.length - 1]?.push(word);
  }
  return out.some((part) => part.length === 0) ? [[...words]] : out;
}

const negated = (truth: boolean | null): boolean | null => (truth === null ? null : !truth);
const anyOf = (parts: readonly (boolean | null)[]): boolean | null => (parts.includes(true) ? true : parts.includes(null) ? null : false);
const allOf = (parts: readonly (boolean | null)[]): boolean | null => (parts.includes(false) ? false : parts.includes(null) ? null : true);

function unary(operator: string, value: string): boolean | null {
  if (!isKnown(value)) return null;
  if (operator === "-z") return value === "";
  return operator === "-n" ? value !== "" : null;
}

function binary(left: string, operator: string, right: string): boolean | null {
  if (!isKnown(left) || !isKnown(right)) return null;
  const [a, b] = [Number(left), Number(right)];
  switch (operator) {
    case "=":
    case "==":
      return matchesPattern(left, right);
    case "!=":
      return !matchesPattern(left, right);
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
