/**
 * Runs the commands of a shell program abstractly, in the order in which a shell would: branches that the program's own
 * constants decide are pruned, others are joined; conditions and early exits guard what follows them.
 */
import { compareSums } from "./shell-checksums.ts";
import { decideTest, extendedTest } from "./shell-conditions.ts";
import { runCoprocess } from "./shell-coprocess.ts";
import { expandPattern, expandPieces, joined, type Output, sumValue } from "./shell-expand.ts";
import { expanderOf } from "./shell-expander.ts";
import { runFor, runLoop } from "./shell-loops.ts";
import { type CommandMeaning, hasExpansion, isDecoded, merge, oneEffect, only } from "./shell-meaning.ts";
import { decidePattern } from "./shell-patterns.ts";
import { closeRedirections, openRedirections } from "./shell-redirect.ts";
import { guardOf, mergeBranches, printEither, readLine, restore, snapshot } from "./shell-scopes.ts";
import { agreed, narrow, severalIn, testWords, withEach } from "./shell-several.ts";
import { runSimple } from "./shell-simple.ts";
import { ENDS_PROGRAM, type Input, isolated, NORMAL, type Runner, type Shell, type ShellGuard, type Status, say } from "./shell-state.ts";
import type { CaseItem, Command, List, Pipeline } from "./shell-syntax.ts";

/** The whole of a program: its commands, then functions that nobody called and what a trap keeps for the end. */
export function runProgram(shell: Shell, list: List): void {
  const status = runList(shell, list);
  if (status.ends === ENDS_PROGRAM && status.sure) shell.place.stopped = shell.place.end;
  shell.place.doubts++;
  for (const line of shell.traps.splice(0)) readLine(shell, line);
  const latent = { ...shell, outside: "unknown.parameter" as const };
  shell.place.latent = true;
  for (const [name, body] of shell.functions) {
    if (shell.called.has(name)) continue;
    shell.called.add(name);
    const frame = { cwd: null, positional: null, guards: [], calls: [] };
    runCommand({ ...latent, frame, running: [...shell.running, name], printed: [], input: null }, body);
  }
  shell.place.latent = false;
  shell.place.doubts--;
}

export const RUNNER: Runner = { list: runList, command: runCommand, program: runProgram };

function runList(shell: Shell, list: List): Status {
  let status = NORMAL;
  const { place } = shell;
  const doubts = place.doubts;
  for (let i = 0; i < list.length; ) {
    let end = i + 1;
    while (list[end]?.joint != null) end++;
    const last = list[end - 1] as Pipeline;
    const next: Status = runAndOr(shell, list.slice(i, end));
    i = end;
    if (last.background) continue;
    if (next.ends > 0 && next.sure) return { ...next, ends: next.ends };
    status = { truth: next.truth, ends: Math.max(status.ends, next.ends), sure: false };
    if (shell.budget.left < 0) break;
  }
  place.doubts = doubts;
  return status;
}

/** `a && b || c`: what is decided by constants is left out; `a || exit` guards everything behind it. */
function runAndOr(shell: Shell, pipelines: readonly Pipeline[]): Status {
  const { place, frame } = shell;
  const outside = place.doubts;
  const start = shell.printed.length;
  const guarded = frame.guards.length;
  let status = runPipeline(shell, pipelines[0] as Pipeline);
  let tested = pipelines[0] as Pipeline;
  if (pipelines.length === 1) {
    if (shell.options.has("e") && status.truth === null && isTest(tested)) frame.guards.push(guardOf(shell, tested, true));
    return status;
  }
  const proven: ShellGuard[] = [];
  for (const next of pipelines.slice(1)) {
    if (status.ends > 0 && status.sure) return status;
    const wanted = next.joint === "&&";
    if (status.truth !== null && status.truth !== wanted) continue;
    const open = status.truth === null;
    if (open) place.doubts++;
    if (open) frame.guards.push(guardOf(shell, tested, wanted));
    const before = open ? snapshot(shell) : null;
    const tests = pipelines.slice(0, pipelines.indexOf(next));
    if (open) narrow(shell, tests, wanted);
    const from = shell.printed.length;
    const then = runPipeline(shell, next);
    if (before !== null) {
      const leaves = then.ends > 0 && then.sure;
      const after = snapshot(shell);
      restore(shell, before);
      narrow(shell, tests, !wanted);
      mergeBranches(shell, leaves ? [snapshot(shell)] : [snapshot(shell), after]);
      // `a || b` prints what one of them does.
      if (!wanted) printEither(shell, [shell.printed.splice(from), shell.printed.splice(start)]);
    }
    // Whoever gets past `cond || exit` has met the condition.
    if (open && then.ends > 0 && then.sure) proven.push(guardOf(shell, tested, !wanted));
    status = open ? { truth: then.ends > 0 && then.sure ? !wanted : null, ends: then.ends, sure: false } : then;
    tested = next;
  }
  frame.guards.length = guarded;
  frame.guards.push(...proven);
  place.doubts = outside + (proven.length > 0 ? 1 : 0);
  return proven.length > 0 ? { ...status, truth: null } : status;
}

const isTest = (pipeline: Pipeline): boolean => {
  const [only, ...more] = pipeline.commands;
  if (only === undefined || more.length > 0) return false;
  return (
    only.k === "test" || only.k === "arithmetic" || (only.k === "simple" && /^(\[|test|grep|command)$/.test(only.words[0]?.text ?? ""))
  );
};

/** Each command reads what the one before prints. */
function runPipeline(shell: Shell, pipeline: Pipeline): Status {
  if (pipeline.coprocess !== null) return runCoprocess(shell, pipeline, pipeline.coprocess);
  let input: Input | null = shell.input;
  let status = NORMAL;
  const last = pipeline.commands.length - 1;
  for (const [i, command] of pipeline.commands.entries()) {
    if (--shell.budget.left < 0) {
      say(shell, unread(shell.line));
      return NORMAL;
    }
    const own: Shell = last === 0 ? shell : { ...shell, ...inPipeline(shell, i === last), input, printed: i === last ? shell.printed : [] };
    status = runCommand(own, command);
    if (i < last) input = { output: joined(own.printed), at: 0 };
  }
  // `exit` in a pipeline or in the background ends only a process of its own.
  if (last > 0 || pipeline.background) status = { ...status, ends: 0, sure: false };
  return pipeline.negated && status.truth !== null ? { ...status, truth: !status.truth } : status;
}

/** Each command of a pipeline runs in a shell of its own; the last one does not in a Korn or Z shell, or when that is set. */
function inPipeline(shell: Shell, last: boolean): Partial<Shell> {
  const here = last && (shell.options.has("lastpipe") || /^#!.*\b[kz]sh\b/.test(shell.line));
  return here ? {} : { ...isolated(shell), frame: { ...shell.frame } };
}

export function runCommand(shell: Shell, command: Command): Status {
  if (command.k === "simple") return runSimple(shell, command);
  if (command.k === "function") return define(shell, command);
  const opened = openRedirections(shell, command.redirections);
  const redirected = opened.outputs.length > 0;
  const subshell = command.k === "group" && command.subshell;
  const inner: Shell = {
    ...shell,
    input: opened.input ?? shell.input,
    printed: redirected ? [] : shell.printed,
    ...(subshell ? { ...isolated(shell), functions: new Map(shell.functions) } : {}),
    ...(subshell ? { frame: { ...shell.frame, guards: [...shell.frame.guards] } } : {}),
  };
  const status = runCompound(inner, command);
  if (redirected) closeRedirections(shell, opened.outputs, joined(inner.printed));
  return subshell && status.ends > 0 ? { ...status, ends: 0, sure: false } : status;
}

function define(shell: Shell, command: Extract<Command, { k: "function" }>): Status {
  shell.functions.set(command.name, command.body);
  shell.called.delete(command.name);
  return { ...NORMAL, truth: true };
}

function runCompound(shell: Shell, command: Exclude<Command, { k: "simple" | "function" }>): Status {
  switch (command.k) {
    case "group":
      return runList(shell, command.body);
    case "if":
      return runIf(shell, command);
    case "loop":
      return runLoop(shell, command);
    case "for":
      return runFor(shell, command);
    case "case":
      return runCase(shell, command);
    case "test":
      return runTest(shell, command);
    case "arithmetic": {
      const piece = command.word.pieces[0];
      const truths = withEach(shell, severalIn(shell, [command.word], true), () => {
        const value = piece?.k === "arithmetic" ? sumValue(piece.code, expanderOf(shell)) : "";
        return /^-?\d+$/.test(value) ? value !== "0" : null;
      });
      return { ...NORMAL, truth: agreed(truths) };
    }
  }
}

function runTest(shell: Shell, command: Extract<Command, { k: "test" }>): Status {
  const truths = withEach(shell, severalIn(shell, command.words), () => {
    const words = testWords(shell, command);
    compareSums(shell, words, { at: command.start, end: command.end });
    return decideTest(words, extendedTest(shell));
  });
  return { ...NORMAL, truth: agreed(truths) };
}

function runIf(shell: Shell, command: Extract<Command, { k: "if" }>): Status {
  const { place, frame } = shell;
  const [doubts, guarded] = [place.doubts, frame.guards.length];
  const ends: Status[] = [];
  const results: ReturnType<typeof snapshot>[] = [];
  const printed: Output[][] = [];
  let decided = false;
  const passed: ShellGuard[] = [];
  for (const { test, body } of command.branches) {
    const truth = runList(shell, test).truth;
    if (truth === false) continue;
    if (truth === null) place.doubts++;
    const before = snapshot(shell);
    frame.guards.push(...(truth === null ? [guardOf(shell, test, true)] : []));
    if (truth === null) narrow(shell, test, true);
    const from = shell.printed.length;
    ends.push(runList(shell, body));
    results.push(snapshot(shell));
    printed.push(shell.printed.splice(from));
    restore(shell, before);
    if (truth === null) narrow(shell, test, false);
    frame.guards.length = guarded + passed.length;
    if (truth === true) {
      decided = true;
      break;
    }
    const not = guardOf(shell, test, false);
    passed.push(not);
    frame.guards.push(not);
  }
  if (!decided) {
    const from = shell.printed.length;
    ends.push(command.otherwise === null ? NORMAL : runList(shell, command.otherwise));
    results.push(snapshot(shell));
    printed.push(shell.printed.splice(from));
  }
  printEither(shell, printed);
  place.doubts = doubts;
  frame.guards.length = guarded;
  return afterBranches(shell, { ends, results, passed });
}

/** Branches that end the program do not come back: the conditions that led there are false behind them. */
function afterBranches(
  shell: Shell,
  { ends, results, passed }: { ends: readonly Status[]; results: readonly ReturnType<typeof snapshot>[]; passed: readonly ShellGuard[] },
): Status {
  const back = results.filter((_r, i) => !((ends[i]?.ends ?? 0) > 0 && ends[i]?.sure === true));
  mergeBranches(shell, back.length > 0 ? back : results);
  const least = Math.min(...ends.map((s) => (s.sure ? s.ends : 0)));
  if (least > 0) return { truth: null, ends: least, sure: true };
  if (back.length < results.length) {
    shell.place.doubts++;
    for (const [i, guard] of passed.entries()) if ((ends[i]?.ends ?? 0) > 0 && ends[i]?.sure === true) shell.frame.guards.push(guard);
  }
  const most = Math.max(0, ...ends.map((s) => s.ends));
  return { truth: ends.length === 1 ? (ends[0] as Status).truth : null, ends: most, sure: false };
}

/** With each value that the subject may have, one way is taken. */
function runCase(shell: Shell, command: Extract<Command, { k: "case" }>): Status {
  const several = command.subject === null ? [] : severalIn(shell, [command.subject]);
  const [only] = several;
  if (only === undefined || several.length > 1) return runCaseOnce(shell, command);
  const [name, values] = only;
  const before = snapshot(shell);
  const ends: Status[] = [];
  const results: ReturnType<typeof snapshot>[] = [];
  const printed: Output[][] = [];
  const { doubts } = shell.place;
  for (const value of values) {
    shell.place.doubts++;
    shell.variables.set(name, [value]);
    const from = shell.printed.length;
    ends.push(runCaseOnce(shell, command));
    results.push(snapshot(shell));
    printed.push(shell.printed.splice(from));
    shell.place.doubts = doubts;
    restore(shell, before);
  }
  printEither(shell, printed);
  return afterBranches(shell, { ends, results, passed: [] });
}

function runCaseOnce(shell: Shell, command: Extract<Command, { k: "case" }>): Status {
  const { place, frame } = shell;
  const expander = expanderOf(shell);
  const subject = command.subject === null ? "" : expandPieces(command.subject.pieces, expander);
  const known = !hasExpansion(subject) && !isDecoded(subject);
  const printed: Output[][] = [];
  const [doubts, guarded] = [place.doubts, frame.guards.length];
  const ends: Status[] = [];
  const results: ReturnType<typeof snapshot>[] = [];
  let decided = false;
  let falls: boolean | null = false;
  for (const item of command.items) {
    const own: boolean | null = decideItem(item, { subject, known, shell });
    const matched: boolean | null = falls === true ? true : falls === null && own === false ? null : own;
    falls = false;
    if (matched === false) continue;
    if (matched === null) place.doubts++;
    const before = snapshot(shell);
    if (matched === null && command.subject !== null && item.patterns[0] !== undefined)
      frame.guards.push(caseGuard(shell, command.subject, item.patterns[0]));
    const from = shell.printed.length;
    ends.push(runList(shell, item.body));
    results.push(snapshot(shell));
    if (item.end === ";;") printed.push(shell.printed.splice(from));
    restore(shell, before);
    frame.guards.length = guarded;
    falls = item.end === ";&" ? matched : false;
    decided = matched === true && (item.end === ";;" || ends.at(-1)?.sure === true);
    if (decided) break;
    // The next one goes on with what this one left.
    if (matched === true) restore(shell, results.pop() as ReturnType<typeof snapshot>);
    if (matched === true) ends.pop();
  }
  if (!decided && !command.items.some((item) => item.patterns.some((p) => p.text === "*"))) {
    ends.push(NORMAL);
    results.push(snapshot(shell));
    printed.push([]);
  }
  printEither(shell, printed);
  place.doubts = doubts;
  return ends.length === 0 ? NORMAL : afterBranches(shell, { ends, results, passed: [] });
}

type Subject = { readonly subject: string; readonly known: boolean; readonly shell: Shell };

/** Whether one of the patterns names the subject; null where that is not known. */
function decideItem(item: CaseItem, { subject, known, shell }: Subject): boolean | null {
  const expander = expanderOf(shell);
  const anyCase = shell.options.has("nocasematch");
  const found = item.patterns.map((word) => {
    const pattern = expandPattern(word.pieces, expander);
    if (!known || hasExpansion(pattern)) return pattern === "*" ? true : null;
    return decidePattern(subject, pattern, anyCase);
  });
  return found.includes(true) && known ? true : found.every((one) => one === false) ? false : null;
}

function caseGuard(shell: Shell, subject: { start: number; end: number }, pattern: { start: number; end: number }): ShellGuard {
  const text = `${shell.line.slice(subject.start, subject.end)} = ${shell.line.slice(pattern.start, pattern.end)}`;
  return { text, positive: true, start: subject.start, end: pattern.end };
}

/** Too deep or too much: what is not read may do anything. */
const unread = (line: string): CommandMeaning => merge([oneEffect("code.opaque", line.slice(0, 200), []), only("command.unknown")]);
