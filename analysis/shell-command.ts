/**
 * What shell text means: the programs it starts and what each would do. It reads shell programs, and the strings and argument
 * vectors that Python and JavaScript hand to a shell or to exec; holes of the outer language are written `{?}`.
 */
import type { Label } from "./effects.ts";
import { withRemade } from "./shell-databases.ts";
import { type CommandMeaning, merge, only, withoutPrivate } from "./shell-meaning.ts";
import { programMeaning } from "./shell-programs.ts";
import { RUNNER } from "./shell-run.ts";
import { readerOf } from "./shell-start.ts";
import { type NewShell, newShell, type Traced } from "./shell-state.ts";
import { readSyntax } from "./shell-syntax.ts";
import { lexShell } from "./shell-words.ts";

export type { CommandMeaning } from "./shell-meaning.ts";
export type { ShellGuard, Traced } from "./shell-state.ts";
export { shellWords } from "./shell-words.ts";

const budgetFor = (length: number): NewShell["budget"] => ({ left: 100_000 + length * 32, nesting: 0, saved: new Map(), checks: [] });
const NO_LABELS = (): readonly Label[] => [];

/** What a shell string would do. */
export function shellMeaning(line: string, depth = 0): CommandMeaning {
  const text = withoutPrivate(line);
  const shell = newShell(text, { depth, budget: budgetFor(line.length), positional: [], labelsOfName: NO_LABELS, run: RUNNER });
  RUNNER.program(shell, readSyntax(lexShell(text).words).list);
  return merge(shell.meanings);
}

/** A shell program: what each of its commands would do, in the order in which they are read, and what does not fit the grammar. */
export type ShellReading = { readonly commands: readonly Traced[]; readonly problems: readonly number[] };

export function shellProgram(source: string, labelsOfName: (name: string) => readonly Label[] = NO_LABELS): ShellReading {
  const text = withoutPrivate(source)
    .replace(/^\ufeff/, " ")
    .replace(/\r(?=\n)/g, " ");
  const commands: Traced[] = [];
  const { words, unclosed } = lexShell(text);
  const syntax = readSyntax(words);
  const shell = newShell(text, { depth: 0, budget: budgetFor(source.length), positional: null, labelsOfName, run: RUNNER });
  RUNNER.program({ ...shell, trace: commands }, syntax.list);
  // Whatever stands behind `exit` or `exec` need not be a program.
  return { commands: withRemade(commands), problems: [...unclosed, ...syntax.problems].filter((at) => at < shell.place.stopped) };
}

/** What an argument vector would do. */
export function commandMeaning(full: readonly string[], depth = 0): CommandMeaning {
  const length = full.reduce((sum, word) => sum + word.length, 0);
  if (full.length === 0) return only("command.unknown");
  const shell = newShell("", { depth, budget: budgetFor(length), positional: [], labelsOfName: NO_LABELS, run: RUNNER });
  return programMeaning(full, readerOf(shell));
}
