/** Loops of a shell program, run turn by turn as far as their values are known. */
import { expandWord, sumValue } from "./shell-expand.ts";
import { expanderOf } from "./shell-expander.ts";
import { asEach, hasExpansion, oneEffect, unknownExpansion } from "./shell-meaning.ts";
import { guardOf, mergeBranches, snapshot } from "./shell-scopes.ts";
import { severalIn, withEach } from "./shell-several.ts";
import { ENDS_FUNCTION, NORMAL, type Shell, type Status, say } from "./shell-state.ts";
import type { Command, Counter, List, ShellWord } from "./shell-syntax.ts";

/** Turns of a loop whose values are known; beyond them the values are forgotten. */
const MAX_TURNS = 64;

export function runLoop(shell: Shell, command: Extract<Command, { k: "loop" }>): Status {
  const { place, frame } = shell;
  const [doubts, guarded] = [place.doubts, frame.guards.length];
  let status = NORMAL;
  const sum = (code: string): string => (code.trim() === "" ? "1" : sumValue(code, expanderOf(shell)));
  if (command.counter !== undefined) sum(command.counter.first);
  let last = snapshot(shell);
  for (let turn = 0; turn < MAX_TURNS && shell.budget.left > 0; turn++) {
    shell.budget.left -= command.end - command.start;
    const test = command.test.length === 0 ? counted(command.counter, sum) : shell.run.list(shell, command.test);
    const goes = test.truth === null ? null : test.truth !== command.until;
    if (goes === false) break;
    if (goes === null) place.doubts++;
    if (goes === null && command.test.length > 0) frame.guards.push(guardOf(shell, command.test, !command.until));
    const before = snapshot(shell);
    status = shell.run.list(shell, command.body);
    if (command.counter !== undefined) sum(command.counter.step);
    if (goes === null) mergeBranches(shell, [before, snapshot(shell)]);
    if (goes === null) numbersMayGoOn(shell, before);
    // One turn says what the others do, unless known values change from turn to turn.
    const now = snapshot(shell);
    const again = !changes(last, now);
    if (goes === true && isEndless(shell, command, again))
      say(shell, oneEffect("resource.exhaust", shell.line.slice(command.start, command.end), ["command.process"]));
    const goesOn = status.ends === 0 || (status.sure && status.ends < 1);
    if (goes === null || !goesOn || again) break;
    last = now;
  }
  place.doubts = doubts;
  frame.guards.length = guarded;
  return afterLoop(status, false);
}

function counted(counter: Counter | undefined, sum: (code: string) => string): Status {
  const value = counter === undefined ? "" : sum(counter.test);
  return { ...NORMAL, truth: /^-?\d+$/.test(value) ? value !== "0" : null };
}

/** `while true; do bash & done`, `while :; do x=$x$x; done`: new processes, or more to keep, without a pause and without an end. */
function isEndless(shell: Shell, command: Extract<Command, { k: "loop" }>, again: boolean): boolean {
  if (command.body.length === 0) return false;
  // What sleeps in the background holds nobody up.
  const text = shell.line.slice(command.start, command.end).replace(/\b(sleep|wait)\b[^;&|\n]*&(?!&)/g, "&");
  // A test of something that changes ends the loop at some turn.
  const asks =
    command.counter === undefined ? VALUES_IN_TEST.test(text.split(/\bdo\b/)[0] as string) : /[A-Za-z_]/.test(command.counter.test);
  if (!again && asks) return false;
  // A value that only grows: `a+=("$(head -c 64M /dev/zero)")`.
  if (!command.body.some((p) => p.background) && !GROWS.test(text) && !fillsDisk(command.body)) return false;
  return !/\b(sleep|wait|read|break|exit|return|inotifywait|accept|nc|timeout)\b/.test(text);
}
/** Nothing but commands that are done at once, and one of them leaves more on the disk. */
const fillsDisk = (body: List): boolean =>
  body.every((p) => p.commands.every((c) => c.k === "simple" && INSTANT.test(c.words[0]?.text ?? ""))) &&
  body.some((p) =>
    p.commands.some(
      (c) =>
        c.k === "simple" && (/^(mkdir|touch|dd)$/.test(c.words[0]?.text ?? "") || c.redirections.some((r) => r.operator.text === ">>")),
    ),
  );
const INSTANT = /^(:|true|echo|printf|cat|head|dd|mkdir|touch|cp)$/;

const VALUES_IN_TEST = /\$|\(\(.*[A-Za-z_]/;
const GROWS = /(?:^|[\s;{])([A-Za-z_]\w*)(?:\+=|=["']?\$\{?\1\}?["']?\$\{?\1\b)/;

const changes = (before: ReturnType<typeof snapshot>, after: ReturnType<typeof snapshot>): boolean =>
  before.at !== after.at || [...after.variables].some(([name, values]) => before.variables.get(name)?.join("\n") !== values.join("\n"));

export function runFor(shell: Shell, command: Extract<Command, { k: "for" }>): Status {
  const fields = command.values === null ? positionalFields(shell) : command.values.flatMap((word) => valuesOf(shell, word));
  const { place } = shell;
  const known = fields.length <= MAX_TURNS && !fields.some((f) => /[*?]/.test(f)) && !command.asks;
  const values = known ? fields : summed(fields);
  const doubts = place.doubts;
  let status = NORMAL;
  for (const value of values) {
    shell.budget.left -= command.end - command.start;
    if (shell.budget.left < 0) break;
    shell.variables.set(command.name, [asEach(value)]);
    if (command.asks) shell.variables.set("REPLY", [unknownExpansion("REPLY", { cause: null, labels: [] })]);
    const before = snapshot(shell);
    if (!known || hasExpansion(value)) place.doubts++;
    status = shell.run.list(shell, command.body);
    place.doubts = doubts + (status.ends >= 1 ? 1 : 0);
    if (status.ends >= 1 && status.sure) {
      if (command.asks) continue;
      break;
    }
    if (values.length < fields.length && value === values.at(-1)) changesOn(shell, before, command.name);
  }
  if (command.asks) shell.variables.set(command.name, [...fields.slice(0, 3).map(asEach), ""]);
  place.doubts = doubts;
  return afterLoop(status, values.length > 0 && known);
}

/** The fields of a word, with each value that a variable in it may have. */
function valuesOf(shell: Shell, word: ShellWord): string[] {
  const several = severalIn(shell, [word]);
  const found = withEach(shell, several, () => expandWord(word, expanderOf(shell)).map((f) => f.text)).flat();
  return several.length === 0 ? found : [...new Set(found)];
}

/** What leaves more than this loop. */
function afterLoop({ ends, sure, truth }: Status, always: boolean): Status {
  if (ends <= 1) return NORMAL;
  return { truth, ends: ends < ENDS_FUNCTION ? ends - 1 : ends, sure: sure && always };
}

/** How often a loop is run that nothing decides is not known: what it counts may be any number. */
function numbersMayGoOn(shell: Shell, before: ReturnType<typeof snapshot>): void {
  const isNumber = (text: string): boolean => /^-?\d+$/.test(text);
  for (const [name, values] of shell.variables) {
    const [was] = before.variables.get(name) ?? [];
    if (values.length > 1 && was !== undefined && values.every(isNumber))
      shell.variables.set(name, [...values, unknownExpansion(name, { cause: null, labels: [] })]);
  }
}

/** Not every turn was run: what still changes at the end has other values. */
function changesOn(shell: Shell, before: ReturnType<typeof snapshot>, counter: string): void {
  for (const [name, values] of shell.variables)
    if (name === counter || before.variables.get(name)?.join("\n") !== values.join("\n"))
      shell.variables.set(name, [...values, unknownExpansion(name, { cause: null, labels: [] })]);
}

const positionalFields = (shell: Shell): string[] => [
  ...(shell.frame.positional ?? [unknownExpansion("@", { cause: shell.outside, labels: [] })]),
];

/** Many values: the first ones, and one that stands for the rest. */
function summed(fields: readonly string[]): string[] {
  const patterns = fields.filter((f) => /[*?]|\ue000/.test(f)).slice(0, MAX_TURNS);
  return [...new Set([...fields.slice(0, MAX_TURNS), ...patterns])];
}
