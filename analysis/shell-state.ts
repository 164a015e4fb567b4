/** What reading a shell line carries along: variables, functions, the working directory, what was found so far. */
import type { Label, TargetClass } from "./effects.ts";
import type { Output } from "./shell-expand.ts";
import { type CommandMeaning, causesOf, expansionsOf, holed, shown } from "./shell-meaning.ts";
import type { Saved } from "./shell-saved.ts";
import type { Command, List } from "./shell-syntax.ts";

/** What everything that one line leads to shares: words and characters that may still be read, the files it wrote and checked. */
export type Budget = {
  left: number;
  /** Texts inside each other that are being expanded. */
  nesting: number;
  readonly saved: Saved;
  readonly checks: Check[];
};
/** A condition before a command: its text stands between the offsets. */
export type ShellGuard = { readonly text: string; readonly positive: boolean; readonly start: number; readonly end: number };
/** A variable before `local`. */
export type Hidden = {
  readonly values: readonly string[] | undefined;
  readonly elements: ReadonlyMap<string, string> | undefined;
  readonly reference: string | undefined;
  readonly kinds: string | undefined;
};
/** What a program reads: lines are taken from it one after the other. */
export type Input = { readonly output: Output; at: number };
/** What a function or subshell has of its own. `positional` is null when the program gets them from outside. */
export type Frame = {
  cwd: string | null;
  positional: readonly string[] | null;
  readonly guards: ShellGuard[];
  /** Places of the calls that lead here, outermost first. */
  readonly calls: readonly Span[];
};
/** Offsets into the program. */
export type Span = { readonly start: number; readonly end: number };

/** A comparison of what files hold with what the program knows: it counts where nothing goes on without it. */
type Check = Span & { readonly files: readonly string[]; readonly positive: boolean };

/**
 * `ends`: n leaves n loops, n - 1/2 goes on with the next turn of the nth, and then come functions and the program; `sure`:
 * certainly. `truth`: whether it succeeds, where that is known.
 */
export type Status = { readonly truth: boolean | null; readonly ends: number; readonly sure: boolean };
export const ENDS_FUNCTION = 100;
export const ENDS_PROGRAM = 200;
export const NORMAL: Status = { truth: null, ends: 0, sure: false };
/** How commands are run: handed along, so that words can run the substitutions in them. */
export type Runner = {
  readonly list: (shell: Shell, list: List) => Status;
  readonly command: (shell: Shell, command: Command) => Status;
  readonly program: (shell: Shell, list: List) => void;
};

export type Shell = {
  readonly run: Runner;
  readonly line: string;
  readonly depth: number;
  /** Words and characters that may still be read: shared by everything that one line leads to, which keeps the whole linear. */
  readonly budget: Budget;
  readonly meanings: CommandMeaning[];
  /** The values that a variable may have here; one where branches agree. */
  readonly variables: Map<string, readonly string[]>;
  readonly arrays: Map<string, ReadonlyMap<string, string>>;
  /** Letters of `declare -i -u -l -A`, by name. */
  readonly attributes: Map<string, string>;
  /** `local -n out=$1`: names that stand for another variable. */
  readonly references: Map<string, string>;
  /** What `local` hides of the running function's caller; null outside of functions. */
  readonly hidden: Map<string, Hidden> | null;
  /** Which of its values a variable has in this turn. */
  readonly pins: Map<string, string>;
  readonly functions: Map<string, Command>;
  readonly aliases: Map<string, string>;
  readonly called: Set<string>;
  /** Kinds of effects on the whole line that are reported: once is enough. */
  readonly reported: Set<string>;
  /** Code that runs when the program ends. */
  readonly traps: string[];
  /** Open file descriptors that lead to a host. */
  readonly sockets: Map<string, string>;
  /** Those that lead into a file. */
  readonly files: Map<string, string>;
  /** What is read from the other ones. */
  readonly descriptors: Map<string, Input>;
  /** Letters of `set -e`, `set -u`. */
  readonly options: Set<string>;
  readonly running: readonly string[];
  readonly printed: Output[];
  readonly input: Input | null;
  readonly frame: Frame;
  /** Where the values of parameters come from that nobody gave. */
  readonly outside: TargetClass;
  /** Labels of a variable by its name. */
  readonly labelsOfName: (name: string) => readonly Label[];
  /** Where the reading is, and whether control certainly gets there; only kept while a whole program is read. */
  readonly place: Place;
  /** What each command of a program means, in order; null while a single line is read. */
  readonly trace: Traced[] | null;
};
/** `doubts`: loops and conditions around the place. Offsets into the program. `latent`: in a function that nobody calls. `stopped`: nothing behind it runs. */
export type Place = { at: number; end: number; doubts: number; latent: boolean; stopped: number };
/** A command of a program as it is run, with holes (`{?}`), what they come from, and what it means. */
export type Traced = {
  readonly at: number;
  readonly end: number;
  readonly sure: boolean;
  readonly latent: boolean;
  readonly text: string;
  readonly unknown: readonly TargetClass[];
  readonly guards: readonly ShellGuard[];
  readonly calls: readonly Span[];
  readonly meaning: CommandMeaning;
};

export type NewShell = {
  readonly run: Runner;
  readonly depth: number;
  readonly budget: Budget;
  readonly positional: readonly string[] | null;
  readonly labelsOfName: Shell["labelsOfName"];
};

export const newShell = (line: string, from: NewShell): Shell => ({
  ...{ line, depth: from.depth, budget: from.budget, labelsOfName: from.labelsOfName, run: from.run },
  ...{
    meanings: [],
    variables: new Map(),
    arrays: new Map(),
    attributes: new Map(),
    hidden: null,
    references: new Map(),
    pins: new Map(),
    functions: new Map(),
    aliases: new Map(),
  },
  ...{
    called: new Set<string>(),
    reported: new Set<string>(),
    traps: [],
    sockets: new Map(),
    files: new Map(),
    descriptors: new Map(),
    options: new Set<string>(),
    running: [],
  },
  ...{ printed: [], input: null, outside: "unknown.input", trace: null },
  frame: { cwd: null, positional: from.positional, guards: [], calls: [] },
  place: { at: 0, end: 0, doubts: 0, latent: false, stopped: Number.POSITIVE_INFINITY },
});

/** A shell for text inside this one: it sees what is set here, and what it says counts for the whole. */
export const innerShell = (shell: Shell, line: string): Shell => ({
  ...shell,
  ...{ line, depth: shell.depth + 1, meanings: [], printed: [], trace: null, reported: new Set<string>(), traps: [] },
  ...{ ...isolated(shell), functions: functionsFor(shell) },
  ...{ frame: { ...shell.frame, guards: [] }, place: { ...shell.place } },
});

/** What a subshell changes stays in it. */
export const isolated = (shell: Shell): Pick<Shell, "variables" | "arrays" | "attributes" | "aliases" | "options"> => ({
  ...{ variables: new Map(shell.variables), arrays: new Map(shell.arrays), attributes: new Map(shell.attributes) },
  ...{ aliases: new Map(shell.aliases), options: new Set(shell.options) },
});

/** A function that is running is not called from inside again: it is read once. */
function functionsFor(shell: Shell): Map<string, Command> {
  const out = new Map(shell.functions);
  for (const name of shell.running) out.delete(name);
  return out;
}

/** Notes what a command means; `words` are its fields when it is a program that is started. */
export function say(shell: Shell, meaning: CommandMeaning, words: readonly string[] | null = null): void {
  shell.meanings.push(meaning);
  if (shell.trace === null) return;
  const { at, end, doubts, latent } = shell.place;
  const text = words === null ? shell.line.slice(at, end).trim() : holed(words.join(" "));
  const unknown = words === null ? [] : unknownClasses(words);
  const { guards, calls } = shell.frame;
  shell.trace.push({ at, end, sure: doubts === 0, latent, text: shown(text), unknown, guards: guards.slice(-GUARDS_KEPT), calls, meaning });
}
const GUARDS_KEPT = 12;

/**
 * Where the unknown parts of a command come from. A program that is found through a directory or a variable of the environment
 * (`$CC -c x.c`, `$dir/configure`) is as well known as a name is; a variable that alone makes up the command is not.
 */
function unknownClasses(words: readonly string[]): TargetClass[] {
  const from = words[0] === "exec" || words[0] === "command" ? 1 : 0;
  const [program = "", ...rest] = words.slice(from);
  const base = program.slice(program.lastIndexOf("/") + 1);
  const named = /\ue001[^\ue000]*\//.test(program) && !base.includes("\ue000") && base !== "";
  if (named) return [];
  const own = expansionsOf(program);
  const fromSetting =
    own.length > 0 && own.every((e) => e.cause === "unknown.env") && rest.some((word) => holed(word).replaceAll("{?}", "") !== "");
  return fromSetting ? [] : [...new Set([...causesOf(program), ...rest.flatMap(causesOf)])];
}
