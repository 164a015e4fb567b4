/** Variables that have several values at a place: a condition is asked about each, and leaves behind it those under which it can hold. */
import { decideTest, extendedTest, regexOf } from "./shell-conditions.ts";
import { expandPattern, expandPieces } from "./shell-expand.ts";
import { expanderOf } from "./shell-expander.ts";
import type { Shell } from "./shell-state.ts";
import type { Command, List, Pipeline, ShellWord } from "./shell-syntax.ts";

type Several = readonly (readonly [name: string, values: readonly string[]])[];

const NOTHING: Several = [];

/** `sums`: also those that stand in arithmetic. */
export function severalIn(shell: Shell, words: readonly ShellWord[], sums = false): Several {
  let out: Map<string, readonly string[]> | null = null;
  const add = (name: string): void => {
    const values = shell.pins.has(name) ? [] : (shell.variables.get(name) ?? []);
    if (values.length > 1) out = (out ?? new Map<string, readonly string[]>()).set(name, values);
  };
  const look = ({ pieces, elements = [] }: ShellWord): void => {
    for (const piece of pieces)
      if (piece.k === "variable") add(piece.name);
      else if (piece.k === "arithmetic" && sums) for (const [name] of piece.code.matchAll(/[A-Za-z_]\w*/g)) add(name);
    elements.forEach(look);
  };
  words.forEach(look);
  return out === null ? NOTHING : [...out];
}

/** What comes out with each of the values. */
export function withEach<T>(shell: Shell, several: Several, turn: () => T): readonly T[] {
  const turns = Math.max(1, ...several.map(([, values]) => values.length));
  return Array.from({ length: turns }, (_x, i) => {
    for (const [name, values] of several) shell.pins.set(name, values[i % values.length] as string);
    const result = turn();
    for (const [name] of several) shell.pins.delete(name);
    return result;
  });
}

/** What all say; null where they differ. */
export const agreed = (truths: readonly (boolean | null)[]): boolean | null =>
  truths.every((truth) => truth === truths[0]) ? (truths[0] ?? null) : null;

/** The words between the brackets, expanded: in `[[` what stands behind an operator may be a pattern. */
export function testWords(shell: Shell, command: Extract<Command, { k: "test" }>): string[] {
  const expander = expanderOf(shell);
  return command.words.map((word, i) => {
    const operator = command.words[i - 1]?.text ?? "";
    const patterned = /^(=|==|!=)$/.test(operator) && i > 1;
    return patterned
      ? expandPattern(word.pieces, expander)
      : operator === "=~"
        ? regexOf(word, expander)
        : expandPieces(word.pieces, expander);
  });
}

/** After a condition that held, or did not. */
export function narrow(shell: Shell, tested: List, truth: boolean): void {
  const joint = truth ? "&&" : "||";
  // `a && b` holds where both do, `a || b` fails where both do.
  if (!tested.slice(1).every((pipeline) => pipeline.joint === joint)) return;
  for (const pipeline of tested) narrowBy(shell, pipeline, truth !== pipeline.negated);
}

function narrowBy(shell: Shell, { commands }: Pipeline, truth: boolean): void {
  const [command] = commands;
  if (command === undefined || commands.length > 1) return;
  const brackets = command.k === "simple" && /^(\[|test)$/.test(command.words[0]?.text ?? "");
  if (command.k !== "test" && !brackets) return;
  const several = severalIn(shell, command.words);
  const [only] = several;
  if (only === undefined || several.length > 1) return;
  const [name, values] = only;
  const truths = withEach(shell, several, () =>
    command.k === "test" ? decideTest(testWords(shell, command), extendedTest(shell)) : decideTest(bracketWords(shell, command.words)),
  );
  const kept = values.filter((_value, i) => truths[i] === null || truths[i] === truth);
  if (kept.length > 0) shell.variables.set(name, kept);
}

function bracketWords(shell: Shell, words: readonly ShellWord[]): string[] {
  const expander = expanderOf(shell);
  const given = words.slice(1).map((word) => expandPieces(word.pieces, expander));
  return words[0]?.text === "[" && given.at(-1) === "]" ? given.slice(0, -1) : given;
}
