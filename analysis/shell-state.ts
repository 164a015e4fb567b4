/** What reading a shell line carries along: variables, functions, the working directory, what was found so far. */
import type { TargetClass } from "./effects.ts";
import type { Output } from "./shell-expand.ts";
import { type CommandMeaning, expansionsOf, holed } from "./shell-meaning.ts";
import type { Saved } from "./shell-saved.ts";
import type { Word } from "./shell-words.ts";

/** What everything that one line leads to shares: words and characters that may still be read, and the files it wrote. */
export type Budget = { left: number; readonly saved: Saved };
/** A body that a name stands for: words from `from` to `to`. */
export type Body = { readonly words: readonly Word[]; readonly from: number; readonly to: number };
export type Shell = {
  readonly line: string;
  readonly depth: number;
  /** Words and characters that may still be read: shared by everything that one line leads to, which keeps the whole linear. */
  readonly budget: Budget;
  readonly meanings: CommandMeaning[];
  readonly variables: Map<string, string | null>;
  readonly functions: Map<string, Body>;
  readonly called: Set<string>;
  /** Kinds of effects on the whole line that are reported: once is enough. */
  readonly reported: Set<string>;
  readonly running: readonly string[];
  /** Null when the program gets them from outside. */
  readonly positional: readonly string[] | null;
  readonly printed: Output[];
  cwd: string | null;
  /** What the command before gives to the next one. */
  pipe: Output | null;
  /** Where the reading is, and whether control certainly gets there; only kept while a whole program is read. */
  readonly place: Place;
  /** What each command of a program means, in order; null while a single line is read. */
  readonly trace: Traced[] | null;
};
/** `doubts`: loops and conditions around the place. Offsets into the program. */
export type Place = { at: number; end: number; doubts: number; after: boolean };
/** A command of a program as it is run, with holes (`{?}`), what they come from, and what it means. */
export type Traced = {
  readonly at: number;
  readonly end: number;
  readonly sure: boolean;
  readonly text: string;
  readonly unknown: readonly TargetClass[];
  readonly meaning: CommandMeaning;
};
export type Command = { words: Word[]; redirections: { operator: Word; target: Word | null }[] };

export const newShell = (line: string, from: { depth: number; budget: Budget }, positional: readonly string[] | null): Shell => ({
  ...{
    line,
    depth: from.depth,
    budget: from.budget,
    meanings: [],
    variables: new Map(),
    functions: new Map(),
    called: new Set(),
    reported: new Set(),
  },
  ...{ running: [], positional, printed: [], cwd: null, pipe: null, trace: null, place: { at: 0, end: 0, doubts: 0, after: false } },
});

/** Notes what a command means; `words` are its fields when it is a program that is started. */
export function say(shell: Shell, meaning: CommandMeaning, words: readonly string[] | null = null): void {
  shell.meanings.push(meaning);
  if (shell.trace === null) return;
  const { at, end, doubts, after } = shell.place;
  const written = words === null ? shell.line.slice(at, end).trim() : words.join(" ");
  const text = words === null ? written : holed(written);
  shell.trace.push({ at, end, sure: doubts === 0 && !after, text, unknown: words === null ? [] : sourcesOf(shell, written), meaning });
}

/** Expansions that any shell has a value for. */
const KNOWN = new Set("HOME PWD TMPDIR OLDPWD USER LOGNAME SHELL HOSTNAME UID EUID PPID RANDOM SECONDS LINENO ? # $ ! -".split(" "));

/** Where the values of the expansions come from that are not known. */
function sourcesOf(shell: Shell, text: string): TargetClass[] {
  const out = new Set<TargetClass>();
  for (const source of expansionsOf(text)) {
    const name = source.replace(/^\{|[^\w@*].*$/g, "");
    if (KNOWN.has(name)) continue;
    if (/^[\d@*]/.test(name)) out.add("unknown.input");
    else out.add(/^\w/.test(source.replace(/^\{/, "")) && !shell.variables.has(name) ? "unknown.env" : "unknown.unmodelled");
  }
  return [...out];
}
