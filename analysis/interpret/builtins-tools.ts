/** Evaluators for libraries that stand for commands: what they do is what the command line of the same words would do. */
import type { State } from "../state.ts";
import { isString, textOf, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import { NO_ARGS } from "./call-args.ts";
import { execCommand, execShell } from "./commands.ts";
import { listValue } from "./containers.ts";
import { memberOf } from "./effect-conditions.ts";
import { elementsOf, keyValue } from "./iterate.ts";
import { lastName } from "./naming.ts";
import { evaluate } from "./nested-code.ts";
import type { Run } from "./run.ts";
import { printedLabels } from "./started.ts";

const flat = (run: Run, state: State, list: readonly Value[]): Value[] => list.flatMap((v) => elementsOfList(run, state, v) ?? [v]);
const elementsOfList = (run: Run, state: State, value: Value): readonly Value[] | null =>
  value.k === "ref" ? elementsOf(run, state, value) : null;

function runWords(run: Run, state: State, words: readonly Value[], api: string): void {
  const value = listValue(run, state, words);
  execCommand(run, state, { value, api, labels: [], node: false, all: false }, NO_ARGS);
}

/** `{ r: true, "-n": 5 }`: options by their letters. */
export function letters(state: State, options: Value): string[] | null {
  if (options.k !== "ref" || state.read(options.addr).type !== "object") return null;
  return [...state.read(options.addr).props].flatMap(([key, value]) =>
    key.startsWith("s:") && !(value.k === "const" && value.value === false) ? [`-${key.slice(2).replace(/^-/, "")}`] : [],
  );
}

/** `shell.cp("-r", from, to)`. */
const shelljsCommand: Builtin = (run, state, { callee, args }) => {
  const others = args.positional.flatMap(
    (v): readonly Value[] => letters(state, v)?.map((flag) => run.values.string(flag)) ?? flat(run, state, [v]),
  );
  const given = [run.values.string(lastName(callee.path)), ...others];
  runWords(run, state, given, callee.path);
  const printed = printedLabels(run, given.map(textOf).join(" "));
  return printed.length === 0 ? undefined : run.values.api("shelljs.String", true, printed);
};

/** How git calls what a client calls otherwise. */
const GIT_WORDS: Readonly<Record<string, readonly string[]>> = {
  raw: [],
  addConfig: ["config"],
  checkoutBranch: ["checkout", "-b"],
  checkoutLocalBranch: ["checkout", "-b"],
  deleteLocalBranch: ["branch", "-D"],
  pushTags: ["push", "--tags"],
  addRemote: ["remote", "add"],
};

/** `{ "--force": null, "--depth": 1 }` as words. */
function optionWords(run: Run, state: State, options: Value): Value[] {
  if (options.k !== "ref") return [options];
  const list = elementsOfList(run, state, options);
  if (list !== null && state.read(options.addr).type !== "object") return [...list];
  return [...state.read(options.addr).props].flatMap(([key, value]) => [
    keyValue(run, key),
    ...(value.k === "const" && (value.type === "null" || value.type === "bool") ? [] : [value]),
  ]);
}

/** `git.push("origin", "main", { "--force": null })`. */
const gitCommand: Builtin = (run, state, { callee, args }) => {
  const name = lastName(callee.path);
  const words = ["git", ...(GIT_WORDS[name] ?? [name])].map((word) => run.values.string(word));
  const given = args.positional.filter((v) => v.k !== "closure").flatMap((v) => optionWords(run, state, v));
  runWords(run, state, [...words, ...given.map((v) => scoped(run, name, v))], callee.path);
  return undefined;
};

/** `addConfig(key, value, append, "global")`. */
const scoped = (run: Run, name: string, word: Value): Value =>
  name === "addConfig" && isString(word) && /^(global|system)$/.test(word.value) ? run.values.string(`--${word.value}`) : word;

/** `concurrently(["npm:watch", { command: "npm run dev" }])`. */
const commandEach: Builtin = (run, state, { callee, args }) => {
  const [list] = args.positional;
  for (const each of list === undefined ? [] : (elementsOfList(run, state, list) ?? [])) {
    const value = memberOf(state, each, "command") ?? each;
    const script = isString(value) && value.value.startsWith("npm:") ? run.values.string(`npm run ${value.value.slice(4)}`) : value;
    execShell(run, state, { value: script, api: callee.path, labels: callee.labels });
  }
  return undefined;
};

export const BUILTINS_TOOLS: Readonly<Record<string, Builtin>> = {
  shelljs_command: shelljsCommand,
  git_command: gitCommand,
  command_each: commandEach,
  /** `PythonShell.runString(text)`. */
  python_text: (run, state, { callee, args }) => {
    const [text] = args.positional;
    if (text !== undefined) evaluate(run, state, text, { api: callee.path, labels: callee.labels, language: "python" });
    return run.values.unknown("file", { path: `${callee.path}()` });
  },
};
