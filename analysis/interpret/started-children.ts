/** What a program does with another that it has started: what it writes to it, and where it sends what that one prints. */
import type { State } from "../state.ts";
import { isString, type UnknownV, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { execShell } from "./commands.ts";
import { optionOf } from "./effect-conditions.ts";
import { emitPath } from "./emit-path.ts";
import { feedInput } from "./fed-input.ts";
import { elementsOf } from "./iterate.ts";
import type { Run } from "./run.ts";
import { startedWords } from "./started.ts";

/** `child.stdin.write(text)`, `child.stdin.getWriter().write(text)`. */
const INPUT = /\.stdin(\.getWriter\(\))?\.(write|end)$/;
/** `$`a`.pipe($`b`)`, `execa("a").pipe("b")`, `exec("a").exec("b")`. */
const PIPES = /(\)|^output)\.(pipe|pipeStdout|pipeStderr|pipeAll|exec)$/;
const IS_PATH = /^([~.]{0,2}\/|[\w.-]+\.\w+$)/;

/** A method of what starting a program gave. */
export function reportStarted(run: Run, state: State, callee: UnknownV, args: CallArgs): void {
  const words = startedWords(callee.labels);
  const path = callee.path ?? "";
  const [given] = args.positional;
  if (words.length === 0 || given === undefined) return;
  if (INPUT.test(path)) feedInput(run, state, { words, api: path, labels: [] }, given);
  else if (PIPES.test(path)) pipeOutput(run, state, { words, api: path }, given);
}

/** `execa("ls", { stdout: { file: path } })`: the file gets what is printed. */
export function reportOutputFile(run: Run, state: State, args: CallArgs, api: string): void {
  for (const end of ["stdout", "stderr"]) {
    const path = optionOf(state, args, `${end}.file`);
    if (path !== undefined) emitPath(run, state, { kind: "fs.write", path, api });
  }
}

/** The two are one line of a shell; a path is a file that gets what is printed. */
function pipeOutput(run: Run, state: State, from: { words: readonly string[]; api: string }, to: Value): void {
  const line = lineOf(run, state, to);
  if (line === null) return;
  if (IS_PATH.test(line)) emitPath(run, state, { kind: "fs.write", path: run.values.string(line), api: from.api });
  else execShell(run, state, { value: run.values.string(`${from.words.join(" ")} | ${line}`), api: from.api, labels: [] });
}

/** What starts the second one: its words as a text or a template, or what starting it gave. */
function lineOf(run: Run, state: State, to: Value): string | null {
  if (isString(to)) return to.value;
  const texts = to.k === "ref" ? elementsOf(run, state, to) : null;
  if (texts !== null) return texts.every(isString) ? texts.map((text) => String((text as { value: unknown }).value)).join("{?}") : null;
  const words = to.k === "unknown" || to.k === "api" ? startedWords(to.labels) : [];
  return words.length === 0 ? null : words.join(" ");
}
