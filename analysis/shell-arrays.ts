/** Arrays of a shell, and variables that are declared to hold numbers or letters of one case. */
import { evaluateSum } from "./shell-arithmetic.ts";
import { hasExpansion, unknownExpansion, withoutMarks } from "./shell-meaning.ts";
import type { Shell } from "./shell-state.ts";

export type Elements = ReadonlyMap<string, string>;
const NONE: Elements = new Map();

export const isAssociative = (shell: Shell, name: string): boolean => (shell.attributes.get(name) ?? "").includes("A");

/** The key behind an index: a sum, but in a table any text. `index` is expanded. */
export function keyOf(shell: Shell, name: string, index: string): string {
  const text = withoutMarks(index).trim();
  if (isAssociative(shell, name)) return withoutMarks(index);
  const elements = shell.arrays.get(name);
  if (/^\d+$/.test(text) || hasExpansion(text)) return text;
  // A table that was declared elsewhere.
  if (elements?.has(text) === true || !/^[\w\s+*/%()#-]+(\[[^\]]*\][\w\s+*/%()-]*)*$/.test(text)) return text;
  const at = evaluateSum(text, {
    value: (of) => shell.pins.get(of) ?? shell.arrays.get(of)?.get("0") ?? shell.variables.get(of)?.[0] ?? null,
    assign: (of, value) => shell.variables.set(of, [value]),
  });
  if (at === null) return text;
  return String(at < 0n ? BigInt(afterLast(elements ?? NONE)) + at : at);
}

/** The number behind the last element. */
export function afterLast(elements: Elements): number {
  let last = -1;
  for (const key of elements.keys()) if (/^\d+$/.test(key)) last = Math.max(last, Number(key));
  return last + 1;
}

/** Elements stand in the order of their numbers. */
export function setElement(shell: Shell, name: string, key: string, value: string): void {
  const before = shell.arrays.get(name) ?? firstOf(shell, name);
  shell.budget.left -= 1 + before.size / 8;
  const grown = new Map(before).set(key, value);
  const sorts = !before.has(key) && /^\d+$/.test(key) && Number(key) < afterLast(before);
  shell.arrays.set(name, sorts ? inOrder(grown) : grown);
}

export const inOrder = (elements: Elements): Elements =>
  [...elements.keys()].every((key) => /^\d+$/.test(key)) ? new Map([...elements].sort(([a], [b]) => Number(a) - Number(b))) : elements;

/** What was no array is the first element of one. */
function firstOf(shell: Shell, name: string): Elements {
  const value = shell.variables.get(name)?.[0];
  return value === undefined || isAssociative(shell, name) ? NONE : new Map([["0", value]]);
}

export function unsetElement(shell: Shell, name: string, key: string): void {
  const left = new Map(shell.arrays.get(name) ?? NONE);
  left.delete(key);
  shell.arrays.set(name, left);
}

/** `declare -i`, `-u`, `-l`: what such a variable makes of a value. */
export function asDeclared(shell: Shell, name: string, value: string): string {
  const letters = shell.attributes.get(name) ?? "";
  if (!/[iul]/.test(letters)) return value;
  if (letters.includes("i")) {
    const sum = evaluateSum(value, { value: (of) => shell.variables.get(of)?.[0] ?? null, assign: () => undefined });
    return sum === null ? unknownExpansion(name, { cause: null, labels: [] }) : String(sum);
  }
  if (hasExpansion(value)) return value;
  return letters.includes("u") ? value.toUpperCase() : value.toLowerCase();
}
