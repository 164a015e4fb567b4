/**
 * Which rules may match a program at all, by the words in it. A formula needs the names that its patterns spell out; a
 * rule is looked up by one of them, so a thousand rules that cannot match cost nothing.
 */
import { CHILD_FIELDS, type Language, type Node } from "../../analysis/tree.ts";
import { MARK } from "./pattern-marks.ts";
import type { PatternText } from "./polish-pattern.ts";
import type { CompiledFormula, Formula, RuleIndex } from "./rule.ts";

/** Words of which all are needed; several lists: one of them. Null: no particular word. */
type Need = readonly (readonly string[])[] | null;

const MAX_ALTERNATIVES = 200;

export function indexRules(compiled: readonly CompiledFormula[], language: Language): RuleIndex {
  const byWord = new Map<string, { compiled: CompiledFormula; words: readonly string[] }[]>();
  const always: CompiledFormula[] = [];
  for (const each of compiled) {
    const need = needOf(each.formula, language === "python");
    if (need === null) {
      always.push(each);
      continue;
    }
    for (const words of need) {
      const key = words.reduce((best, word) => (rarity(word) > rarity(best) ? word : best), words[0] as string);
      const known = byWord.get(key);
      if (known === undefined) byWord.set(key, [{ compiled: each, words }]);
      else known.push({ compiled: each, words });
    }
  }
  return { byWord, always };
}

/** Long names are rarer than short ones. */
function rarity(word: string): number {
  return word.length;
}

/** Rules of the index that a program with these words may match. */
export function candidates(index: RuleIndex, words: ReadonlySet<string>): readonly CompiledFormula[] {
  const found = new Set<CompiledFormula>(index.always);
  if (index.byWord.size > 0) {
    for (const word of words) {
      for (const entry of index.byWord.get(word) ?? []) {
        if (!found.has(entry.compiled) && entry.words.every((each) => words.has(each))) found.add(entry.compiled);
      }
    }
  }
  return [...found];
}

function needOf(formula: Formula, python: boolean): Need {
  switch (formula.kind) {
    case "pattern": {
      const words = new Set<string>();
      for (const node of formula.pattern.nodes) collect(node, words, python);
      return words.size === 0 ? null : [[...words]];
    }
    case "regex":
    case "text":
      return null;
    case "inside":
      return needOf(formula.formula, python);
    case "or": {
      const parts = formula.parts.map((part) => needOf(part, python));
      if (parts.includes(null)) return null;
      const all = parts.flatMap((part) => part ?? []);
      return all.length > MAX_ALTERNATIVES ? null : all;
    }
    case "and":
      return formula.positives.map((part) => needOf(part, python)).reduce(together, null);
  }
}

/** Both are needed: every pair, unless that grows too much; then the shorter one alone. */
function together(a: Need, b: Need): Need {
  if (a === null || b === null) return a ?? b;
  if (a.length * b.length > MAX_ALTERNATIVES) return a.length <= b.length ? a : b;
  return a.flatMap((left) => b.map((right) => [...new Set([...left, ...right])]));
}

/**
 * Names that a program must spell for the pattern to match. Strings are none (they may be put together) but for keys of
 * JavaScript objects, and neither is what an import may rename: but the import itself spells it then.
 */
function collect(root: Node, words: Set<string>, python: boolean): void {
  const stack: Node[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.kind === "Name" || node.kind === "Member") add(node.name, words);
    else if (node.kind === "Arg" && node.name !== undefined) add(node.name, words);
    else if (node.kind === "FunctionBody" || node.kind === "ClassBody") add(node.name ?? "", words);
    else if (node.kind === "Import" && !isPattern(node.module))
      for (const part of node.module.replace(/^node:/, "").split(".")) add(part, words);
    else if (node.kind === "Entry" && !python && node.computed !== true && node.key.kind === "Str") addKey(node.key, words);
    if (node.kind === "Logical" || node.kind === "Jsx") continue;
    for (const field of CHILD_FIELDS[node.kind]) {
      const value = (node as unknown as Record<string, unknown>)[field] as Node | readonly (Node | null)[] | null | undefined;
      for (const item of Array.isArray(value) ? (value as (Node | null)[]) : [value as Node | null | undefined])
        if (item != null) stack.push(item);
    }
  }
}

/** A key that is itself a pattern (`"$KEY"`, `"..."`) is spelled in no program. */
function addKey(key: PatternText, words: Set<string>): void {
  if (key.meta === undefined && key.regex === undefined && key.any !== true) add(key.value, words);
}

function isPattern(module: string): boolean {
  return module === "" || module.includes("...") || module.startsWith("$") || module.startsWith("=~") || module.startsWith(".");
}

function add(name: string, words: Set<string>): void {
  if (name !== "" && !name.includes(MARK) && !NEVER.has(name)) words.add(name);
}

/** Words that a program may lack and still match: what decorators and default names stand for. */
const NEVER: ReadonlySet<string> = new Set(["default", "*"]);
