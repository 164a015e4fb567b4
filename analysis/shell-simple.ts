/** Simple commands: assignments, words and redirections become a program that is started, a builtin or a function call. */

import { afterLast, asDeclared, inOrder, isAssociative, keyOf } from "./shell-arrays.ts";
import { runBuiltin } from "./shell-builtins.ts";
import { type Expander, expandPieces, expandWord, type Field, joined, NO_OUTPUT, type Output } from "./shell-expand.ts";
import { assign, expanderOf, meant } from "./shell-expander.ts";
import { hiddenHistory, runsAsCode } from "./shell-hooks.ts";
import { hasExpansion, NOTHING, only, wholeExpansion, withoutMarks, withoutUnset } from "./shell-meaning.ts";
import { closeRedirections, openRedirections } from "./shell-redirect.ts";
import { mergeBranches, snapshot } from "./shell-scopes.ts";
import { severalIn } from "./shell-several.ts";
import { startProgram } from "./shell-start.ts";
import { ENDS_PROGRAM, type Hidden, type Input, NORMAL, type Shell, type Status, say } from "./shell-state.ts";
import { type Command, readSyntax, type ShellWord } from "./shell-syntax.ts";
import { lexShell } from "./shell-words.ts";

type Simple = Extract<Command, { k: "simple" }>;
const MAX_CALLS = 16;
const ASSIGNMENT = /^([A-Za-z_]\w*)(\[[^\]]*\])?(\+?)=/;

/** A command whose variables have several values here runs once with each. */
export function runSimple(shell: Shell, command: Simple): Status {
  if (shell.trace !== null) Object.assign(shell.place, { at: command.start, end: command.end });
  const aliased = withoutAlias(shell, command);
  const several = severalIn(shell, aliased.words);
  const turns = Math.max(1, ...several.map(([, values]) => values.length));
  if (turns === 1) return runOnce(shell, aliased);
  const before = snapshot(shell);
  const results: ReturnType<typeof snapshot>[] = [];
  shell.place.doubts++;
  let status = NORMAL;
  for (let turn = 0; turn < turns; turn++) {
    shell.variables.clear();
    for (const [name, values] of before.variables) shell.variables.set(name, values);
    for (const [name, values] of several) shell.pins.set(name, values[turn % values.length] as string);
    const next = runOnce(shell, aliased);
    status = { truth: turn === 0 || status.truth === next.truth ? next.truth : null, ends: Math.max(status.ends, next.ends), sure: false };
    for (const [name] of several) shell.pins.delete(name);
    results.push(snapshot(shell));
  }
  shell.place.doubts--;
  mergeBranches(shell, results);
  return status;
}

/** `alias ll='ls -l'; ll x`. */
function withoutAlias(shell: Shell, command: Simple): Simple {
  const first = command.words[0];
  const text = first?.pieces.every((p) => p.k === "text" && !p.quoted) === true ? shell.aliases.get(first.text) : undefined;
  if (text === undefined || first === undefined) return command;
  shell.budget.left -= text.length;
  const parsed = readSyntax(lexShell(text).words).list[0]?.commands[0];
  if (parsed?.k !== "simple") return command;
  return { ...command, words: [...parsed.words, ...command.words.slice(1)] };
}

function runOnce(shell: Shell, command: Simple): Status {
  const expander = expanderOf(shell);
  const printedBefore = shell.meanings.length;
  const from = leading(command.words);
  declareFirst(shell, command.words.slice(from));
  // What is set for a command alone is not yet set where its words are expanded.
  const fields = command.words.slice(from).flatMap((w) => wordFields(shell, w, expander));
  const scoped = fields.length > 0 ? new Map(shell.variables) : null;
  const set = command.words.slice(0, from).map((word) => assignWord(shell, word));
  if (fields[0] !== undefined && hasExpansion(fields[0].text)) fields[0] = { ...fields[0], text: withoutUnset(fields[0].text) };
  const opened = openRedirections(shell, command.redirections);
  const input: Input | null = opened.input ?? shell.input;
  if (fields.length === 0) {
    const hides = hiddenHistory(command.words.map((word) => word.text));
    if (hides.length > 0) say(shell, { ...NOTHING, effects: hides });
    closeRedirections(shell, opened.outputs, { ...NO_OUTPUT, text: "" });
    return { ...NORMAL, truth: shell.meanings.length === printedBefore && from > 0 ? true : null };
  }
  const own: Shell = { ...shell, input, printed: [] };
  const status = dispatch(own, fields, { set, socket: opened.socket });
  if (scoped !== null) forget(shell, scoped, set);
  if (opened.outputs.length > 0) closeRedirections(shell, opened.outputs, joined(own.printed));
  else if (!opened.aside) shell.printed.push(...own.printed);
  return /^(echo|printf)$/.test(fields[0]?.text ?? "") && command.redirections.length === 0 ? { ...status, truth: true } : status;
}

/** `X=1 command`: set for the command only. */
function forget(shell: Shell, before: ReadonlyMap<string, readonly string[]>, set: readonly string[]): void {
  for (const name of set) {
    const value = before.get(name);
    if (value === undefined) shell.variables.delete(name);
    else shell.variables.set(name, value);
  }
}

/** `declare -A m`, `local x`: what the names are, and what they hide, before anything is set. */
function declareFirst(shell: Shell, words: readonly ShellWord[]): void {
  const [first, ...rest] = words;
  if (first === undefined || !/^(declare|local|typeset|readonly|export)$/.test(first.text)) return;
  const options = rest
    .map((w) => w.text)
    .filter((t) => /^-[a-zA-Z]+$/.test(t))
    .join("");
  for (const word of rest) {
    const name = /^([A-Za-z_]\w*)(\+?=|$)/.exec(word.text)?.[1];
    if (name === undefined) continue;
    if (/^(declare|local|typeset)$/.test(first.text) && !options.includes("g")) hide(shell, name);
    const kinds = options.replace(/[^iulA]/g, "");
    if (kinds !== "") shell.attributes.set(name, kinds);
  }
}

/** What the caller of the running function has under this name comes back when it ends. */
function hide({ hidden, variables, arrays, references, attributes }: Shell, name: string): void {
  if (hidden === null || hidden.has(name)) return;
  hidden.set(name, {
    values: variables.get(name),
    elements: arrays.get(name),
    reference: references.get(name),
    kinds: attributes.get(name),
  });
}

function unhide(shell: Shell, hidden: ReadonlyMap<string, Hidden>): void {
  for (const [name, before] of hidden) {
    putBack(shell.variables, name, before.values);
    putBack(shell.arrays, name, before.elements);
    putBack(shell.references, name, before.reference);
    putBack(shell.attributes, name, before.kinds);
  }
}

function putBack<V>(map: Map<string, V>, name: string, before: V | undefined): void {
  if (before === undefined) map.delete(name);
  else map.set(name, before);
}

/** How many words in front are assignments. */
function leading(words: readonly ShellWord[]): number {
  const at = words.findIndex((word) => {
    const first = word.pieces[0];
    return !(first?.k === "text" && !first.quoted && ASSIGNMENT.test(word.elements === undefined ? word.text : `${word.text}`));
  });
  return at < 0 ? words.length : at;
}

/** `declare -a x=(...)`: the elements belong to the word. */
function wordFields(shell: Shell, word: ShellWord, expander: ReturnType<typeof expanderOf>): Field[] {
  if (word.elements !== undefined) assignWord(shell, word);
  const first = word.pieces[0];
  const plain = first?.k === "text" && !first.quoted && ASSIGNMENT.test(first.text);
  if (!plain) return waysOf(word, expander).flat();
  // An argument that looks like an assignment is not split.
  const pieces = word.pieces.map((p) => (p.k === "text" ? p : { ...p, quoted: true }));
  return expandWord({ ...word, pieces }, expander);
}

/** `rm "$(if a; then echo x; else echo y; fi)"`: what either way gives. */
function waysOf(word: ShellWord, expander: Expander): Field[][] {
  if (!word.pieces.some((piece) => piece.k === "command")) return [expandWord(word, expander)];
  const printed: Output[] = [];
  const fields = expandWord(word, { ...expander, output: (code) => printed[printed.push(expander.output(code)) - 1] as Output });
  const choices = printed.length === 1 ? printed[0]?.choices : undefined;
  return choices === undefined ? [fields] : choices.map((choice) => expandWord(word, { ...expander, output: () => choice }));
}

/** The name that was set. */
function assignWord(shell: Shell, word: ShellWord): string {
  const expander = expanderOf(shell);
  const pieces = word.pieces.map((p) => (p.k === "text" ? { ...p, quoted: true } : { ...p, quoted: true }));
  const [text = "", ...others] = waysOf({ ...word, pieces }, expander).map((way) => way.map((f) => f.text).join(" "));
  const found = ASSIGNMENT.exec(text);
  if (found === null) return "";
  const [all, name = "", index, plus] = found;
  const value = text.slice(all.length);
  if (word.elements !== undefined) assignArray(shell, name, { word, append: plus === "+" });
  else if (index !== undefined) assign(shell, `${name}${index}`, plus === "+" ? added(shell, `${name}${index}`, value) : value);
  else {
    assign(shell, name, plus === "+" ? added(shell, name, value) : value);
    const values = [value, ...others.map((other) => other.slice(all.length))];
    if (others.length > 0 && plus !== "+" && !shell.references.has(name) && !shell.attributes.has(name)) shell.variables.set(name, values);
  }
  runsAsCode(shell, name, value);
  return name;
}

/** `x+=y`: a sum where numbers are declared. */
function added(shell: Shell, name: string, value: string): string {
  const before = expanderOf(shell).value(name) ?? "";
  return (shell.attributes.get(name) ?? "").includes("i") ? `${before === "" ? "0" : before}+(${value})` : before + value;
}

function assignArray(shell: Shell, given: string, { word, append }: { word: ShellWord; append: boolean }): void {
  const expander = expanderOf(shell);
  const name = meant(shell, given);
  const before = append
    ? (shell.arrays.get(name) ?? (shell.variables.has(name) ? new Map([["0", expander.value(name) ?? ""]]) : null))
    : null;
  const array = new Map<string, string>(before ?? []);
  const loose: string[] = [];
  let next = afterLast(array);
  for (const element of word.elements ?? []) {
    const keyed = /^\[([^\]]*)\](\+?)=/.exec(element.text);
    const fields = keyed === null ? expandWord(element, expander).map((f) => f.text) : [expandPieces(element.pieces, expander)];
    shell.budget.left -= 1 + fields.length;
    if (keyed === null && isAssociative(shell, name)) loose.push(...fields);
    else if (keyed === null) for (const field of fields) array.set(String(next++), asDeclared(shell, name, field));
    else {
      const text = fields[0] as string;
      const key = keyOf(shell, name, text.slice(1, text.indexOf("]")));
      array.set(key, text.slice(text.indexOf("]") + 2 + (keyed[2] === "+" ? 1 : 0)));
      next = Number(key) + 1;
    }
  }
  for (let i = 0; i < loose.length; i += 2) array.set(loose[i] as string, loose[i + 1] ?? "");
  const ordered = inOrder(array);
  shell.arrays.set(name, ordered);
  shell.variables.set(name, [ordered.get("0") ?? ""]);
}

/** `$SHELL -c` and what is cut from its path: whichever one it is, it is a shell. */
const SHELL_OF_USER = /^\{?(SHELL|BASH)\b(?!_)/;

type Given = { readonly set: readonly string[]; readonly socket: boolean };

function dispatch(shell: Shell, fields: readonly Field[], given: Given): Status {
  if (SHELL_OF_USER.test(wholeExpansion(fields[0]?.text ?? "") ?? ""))
    return dispatch(shell, [{ text: "sh", hidden: false }, ...fields.slice(1)], given);
  const words = fields.map((f) => withoutMarks(f.text));
  const name = words[0] ?? "";
  const body = shell.functions.get(name);
  if (body !== undefined) return callFunction(shell, words, body);
  const builtin = runBuiltin(shell, words, fields);
  if (builtin !== null) return builtin;
  return startProgram(shell, fields, given);
}

function callFunction(shell: Shell, words: readonly string[], body: Command): Status {
  const name = words[0] ?? "";
  shell.called.add(name);
  if (shell.running.includes(name) || shell.running.length >= MAX_CALLS) {
    if (isBomb(shell, name))
      say(shell, {
        classes: ["command.destructive"],
        effects: [{ kind: "resource.exhaust", target: shell.line, classes: ["command.destructive"] }],
        nested: [],
      });
    else say(shell, only("command.unknown"));
    shell.printed.push(NO_OUTPUT);
    return NORMAL;
  }
  const calls = [...shell.frame.calls, { start: shell.place.at, end: shell.place.end }];
  const frame = { cwd: shell.frame.cwd, positional: words.slice(1), guards: [...shell.frame.guards], calls };
  const hidden = new Map<string, Hidden>();
  const inner: Shell = { ...shell, running: [...shell.running, name], frame, hidden };
  const place = { ...shell.place };
  const status = shell.run.command(inner, body);
  unhide(shell, hidden);
  shell.frame.cwd = frame.cwd;
  Object.assign(shell.place, place);
  const ends = status.ends === ENDS_PROGRAM;
  return { truth: status.truth, ends: ends ? ENDS_PROGRAM : 0, sure: ends && status.sure };
}

/** A function that starts itself in a pipe or in the background: twice as many with every turn. */
function isBomb(shell: Shell, name: string): boolean {
  const body = shell.functions.get(name);
  if (body === undefined) return false;
  const isName = (variable: string): boolean => shell.variables.get(variable)?.every((value) => value === name) === true;
  const text = shell.line
    .slice(body.start, body.end)
    .replace(/"?\$\{?FUNCNAME(\[0\])?\}?"?/g, () => name)
    .replace(/"?\$\{?([A-Za-z_]\w*)\}?"?/g, (whole, variable: string) => (isName(variable) ? name : whole));
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  if (new RegExp(`(^|[\\s;{&|(])${escaped}\\s*[|&](?!&|\\|)`).test(text)) return true;
  if (pipesIntoItself(text, escaped)) return true;
  // With arguments it is one when nothing ever ends it.
  const ends = /(^|[\s;{&|(])(if|case|for|while|until|select|test|return|exit|break|shift|read|sleep|wait)\b|\[|&&|\|\|/;
  return !ends.test(text) && new RegExp(`(^|[\\s;{&|(])${escaped}(\\s+[^;|&\\n(){}]*)?[|&](?!&|\\|)`).test(text);
}

/** `f x | f x` on every way through the function: not in a branch or a loop, and nothing in it goes back. */
function pipesIntoItself(text: string, name: string): boolean {
  const found = new RegExp(`(^|[\\s;{(])${name}(\\s+[^;|&\\n(){}]*)?\\|\\s*${name}(?![\\w-])`).exec(text);
  if (found === null || /(^|[\s;{&|(])(return|exit|exec)\b/.test(text)) return false;
  const before = text.slice(0, found.index);
  const count = (words: RegExp): number => before.match(words)?.length ?? 0;
  return (
    count(/(^|[\s;])(if|case|for|while|until|select)\s/g) === count(/(^|[\s;])(fi|esac|done)(?![\w-])/g) &&
    !/(&&|\|\|)[^;\n]*$/.test(before)
  );
}
