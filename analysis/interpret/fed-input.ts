/** What a started program is given to read: text for an interpreter runs, and what a network client is given leaves with it. */
import type { Label } from "../effects.ts";
import { commandMeaning } from "../shell-command.ts";
import type { State } from "../state.ts";
import { type Hole, isString, membersOf, mergeLabels, partsOf, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { execShell } from "./commands.ts";
import { inputOf } from "./effect-arguments.ts";
import { memberOf } from "./effect-conditions.ts";
import { emit } from "./effect-sink.ts";
import { isFetched, remoteCode } from "./file-handles.ts";
import { toText } from "./formatting.ts";
import { elementsOf } from "./iterate.ts";
import { deepLabels } from "./labels.ts";
import { evaluate } from "./nested-code.ts";
import { inJs, type Run } from "./run.ts";
import { readsProgram, startedWords } from "./started.ts";

/** Data that nobody should send unasked. */
const SENSITIVE = /^(env$|file\.private|secret|pii|phi|pci)/;

/** `words` are of the command line, as far as they are known. */
export function feedInput(run: Run, state: State, to: { words: readonly string[]; api: string; labels: readonly Label[] }, data: Value) {
  const { words, api, labels } = to;
  if (words.some((word) => WRITES_COMMANDS.test(word))) return feedArguments(run, state, to, data);
  const by = readsProgram(words);
  if (by === null) return carriedAway(run, state, to, deepLabels(state, data));
  if (isFetched(data)) return remoteCode(run, state, { target: `a program fed to ${words[0]}`, api, labels });
  const text = data.k === "ref" ? toText(run, state, data) : data;
  if (by === "shell") execShell(run, state, { value: text, api, labels });
  else evaluate(run, state, text, { api, labels: mergeLabels(labels, ["via:subprocess"]), language: by });
}

/** Programs that make arguments of what they read. */
const WRITES_COMMANDS = /(^|\/)(xargs|parallel)$/;

/** An argument is no part of the command, wherever it comes from; from the network it says what the program would do. */
const asArgument = (hole: Hole): Hole => (hole.cause === "network" ? hole : { ...hole, cause: "local" });

function feedArguments(run: Run, state: State, to: { words: readonly string[]; api: string; labels: readonly Label[] }, data: Value): void {
  for (const member of membersOf(data)) {
    const given = partsOf(member).map((part) => (typeof part === "string" ? part.replace(/[\0\n']/g, " ") : asArgument(part)));
    const value = run.values.template([`${to.words.join(" ")} <<< '`, ...given, "'"], member.labels);
    execShell(run, state, { value, api: to.api, labels: to.labels });
  }
}

function carriedAway(run: Run, state: State, to: { words: readonly string[]; api: string }, given: readonly Label[]): void {
  const labels = given.filter((l) => SENSITIVE.test(l));
  if (labels.length === 0) return;
  for (const { kind, target, classes } of commandMeaning(to.words).effects)
    if (kind === "net.send" || kind === "net.fetch")
      emit(run, state, { kind: "net.send", target, classes, args: {}, labels, basis: "api", api: to.api });
}

/** The words of `spawn("curl", ["-d", "@-"])` and `exec("curl -d @-")`; what is not known is `{?}`. */
export function wordsOf(list: readonly Value[]): string[] {
  return list.flatMap((v) => (isString(v) ? v.value.trim().split(/\s+/) : ["{?}"]));
}

/** `Popen(["sh"], stdin=echo.stdout)`: a pipeline of two programs that are started one after the other. */
function feedFrom(run: Run, state: State, to: { words: readonly string[]; api: string; labels: readonly Label[] }, source: Value): void {
  const [printer = "", ...printed] = startedWords(source.labels);
  if (/^(echo|printf)$/.test(printer) && printed.length > 0) feedInput(run, state, to, run.values.string(printed.join(" ")));
}

/** `run(["sh"], input=text)`, `Popen(["sh"], stdin=echo.stdout)`: what a program that is started now is given. */
export function feedStarted(run: Run, state: State, started: { api: string; labels: readonly Label[] }, args: CallArgs): void {
  const input = inputOf(state, args);
  const source = inJs(run) ? undefined : args.keywords.get("stdin");
  if (input === undefined && source === undefined) return;
  const given = args.positional.slice(0, 2).map((v) => memberOf(state, v, "cmd") ?? v);
  const list = given.flatMap((v) => (v.k === "ref" ? (elementsOf(run, state, v) ?? []) : [v]));
  const to = { words: wordsOf(list), ...started };
  if (input !== undefined) feedInput(run, state, to, input);
  if (source !== undefined) feedFrom(run, state, to, source);
}
