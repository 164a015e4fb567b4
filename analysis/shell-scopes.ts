/** What a command leaves behind: its status, its output, and the values of variables where branches meet again. */

import type { Label } from "./effects.ts";
import { eitherOf, joined, NO_OUTPUT, type Output, programText } from "./shell-expand.ts";
import { type CommandMeaning, merge, oneEffect, only, withoutMarks } from "./shell-meaning.ts";
import { innerShell, type Shell, type ShellGuard, say } from "./shell-state.ts";
import { type List, type Pipeline, readSyntax } from "./shell-syntax.ts";
import { lexShell } from "./shell-words.ts";

const MAX_DEPTH = 16;
/** Values of a variable that are followed apart. */
const MAX_VALUES = 4;

type Snapshot = {
  readonly variables: ReadonlyMap<string, readonly string[]>;
  readonly saved: ReadonlyMap<string, Output>;
  readonly at: number;
};
const NOTHING_SAVED: ReadonlyMap<string, Output> = new Map();

export function snapshot(shell: Shell): Snapshot {
  const { saved } = shell.budget;
  shell.budget.left -= shell.variables.size + saved.size;
  return { variables: new Map(shell.variables), saved: saved.size === 0 ? NOTHING_SAVED : new Map(saved), at: shell.input?.at ?? 0 };
}

export function restore(shell: Shell, { variables, saved }: Snapshot): void {
  shell.variables.clear();
  for (const [name, values] of variables) shell.variables.set(name, values);
  keepSaved(shell, saved);
}

/** After branches a variable may have the value of any of them. */
export function mergeBranches(shell: Shell, branches: readonly Snapshot[]): void {
  const merged = new Map<string, Set<string>>();
  for (const { variables } of branches)
    for (const [name, values] of variables) {
      const all = merged.get(name) ?? new Set<string>();
      for (const value of values) if (all.size < MAX_VALUES) all.add(value);
      merged.set(name, all);
    }
  shell.variables.clear();
  for (const [name, values] of merged) shell.variables.set(name, [...values]);
  keepSaved(shell, savedInAny(branches));
}

function keepSaved({ budget }: Shell, saved: ReadonlyMap<string, Output>): void {
  budget.saved.clear();
  for (const [path, content] of saved) budget.saved.set(path, content);
}

/** A file that branches wrote may hold what any of them wrote. */
function savedInAny(branches: readonly Snapshot[]): ReadonlyMap<string, Output> {
  const out = new Map<string, Output[]>();
  for (const { saved } of branches)
    for (const [path, content] of saved) {
      const before = out.get(path);
      if (before === undefined) out.set(path, [content]);
      else if (!before.includes(content) && before.length < MAX_VALUES) before.push(content);
    }
  return new Map([...out].map(([path, contents]) => [path, contents.length === 1 ? (contents[0] as Output) : oneOf(contents)]));
}

/** One of the texts, and nobody knows which: whoever runs it may run any. */
function oneOf(contents: readonly Output[]): Output {
  const texts = contents.map((content) => programText(content) ?? "");
  // What was only added to says all that it said before.
  const apart = contents.filter(
    (_c, i) => !texts.some((text, j) => j !== i && text.startsWith(texts[i] as string) && (text !== texts[i] || j < i)),
  );
  const { text, ...all } = joined(apart);
  return text === null ? { ...all, text } : { ...all, text: null, template: text, cause: "unknown.unmodelled" };
}

/** What branches print comes out of one of them; whoever asks for it counts on one that does. */
export function printEither(shell: Shell, branches: readonly (readonly Output[])[]): void {
  const printing = branches.filter((outputs) => outputs.length > 0);
  if (printing.length > 0) shell.printed.push(eitherOf(printing.map(joinedOr)));
}

/** A condition that is turned round (`! test`) is the condition itself with the other polarity. */
export function guardOf(shell: Shell, tested: Pipeline | List, positive: boolean): ShellGuard {
  const list = "commands" in tested ? [tested] : tested;
  const [start, end] = [list[0]?.start ?? 0, list.at(-1)?.end ?? 0];
  const turned = list.length === 1 && list[0]?.negated === true;
  return { text: shell.line.slice(start, end), positive: turned ? !positive : positive, start, end };
}

/** Too deep or too much: what is not read may do anything. */
const unread = (line: string): CommandMeaning => merge([oneEffect("code.opaque", line.slice(0, 200), []), only("command.unknown")]);

/** How text becomes a program: this shell runs it (`eval`, `source`, a trap), it stands in the program (`$(...)`), another shell runs it. */
type Reading = "eval" | "part" | "subprocess";

/** Reads text as a program inside this shell. */
export function readLine(shell: Shell, line: string, how: Reading = "eval"): CommandMeaning {
  const own = how !== "subprocess";
  const text = withoutMarks(line);
  shell.budget.left -= text.length;
  if (shell.depth >= MAX_DEPTH || shell.budget.left < 0) return reported(shell, unread(text));
  const inner = own ? { ...innerShell(shell, text), ...sharedWith(shell) } : innerShell(shell, text);
  const { words } = lexShell(text);
  shell.budget.left -= words.length;
  const { list } = readSyntax(words);
  if (own) shell.run.list({ ...inner, frame: shell.frame, traps: shell.traps }, list);
  else shell.run.program(inner, list);
  if (own) shell.printed.push(joinedOr(inner.printed));
  const meaning = merge(inner.meanings);
  return reported(shell, how === "part" ? meaning : reached(meaning, `via:${how}`));
}

/** `eval` changes what is set here. */
const sharedWith = ({ variables, arrays, functions, attributes, aliases, options }: Shell): Partial<Shell> => ({
  ...{ variables, arrays, functions, attributes, aliases, options },
});

/** The way to what the text does is a step longer. */
const reached = (meaning: CommandMeaning, via: Label): CommandMeaning => ({
  ...meaning,
  effects: meaning.effects.map((effect) => ({ ...effect, labels: [...new Set([...(effect.labels ?? []), via])] })),
});

const joinedOr = (outputs: readonly Output[]): Output => (outputs.length === 0 ? { ...NO_OUTPUT, text: "" } : joined(outputs));

function reported(shell: Shell, meaning: CommandMeaning): CommandMeaning {
  say(shell, meaning);
  return meaning;
}
