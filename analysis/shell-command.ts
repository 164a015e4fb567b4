/**
 * What shell text means: the programs it starts and what each would do. It reads shell programs, and the strings and argument
 * vectors that Python and JavaScript hand to a shell or to exec; holes of the outer language are written `{?}`.
 */
import { type Expander, expandWord, type Field, NO_OUTPUT, type Output } from "./shell-expand.ts";
import { afterPattern, groupEnd } from "./shell-groups.ts";
import { type CommandMeaning, hasExpansion, holed, isRuinous, merge, NOTHING, oneEffect, only, pathEffect } from "./shell-meaning.ts";
import { outputOf } from "./shell-output.ts";
import { codeIndex, codeMeaning, INTERPRETERS, programMeaning, type Reader, SHELLS } from "./shell-programs.ts";
import { saveDownload, savedScript, saveOutput } from "./shell-saved.ts";
import { type Body, type Budget, type Command, newShell, type Shell, say, type Traced } from "./shell-state.ts";
import { REDIRECTIONS, shellWords, type Word } from "./shell-words.ts";
import { baseName, PRIVILEGE, unwrap } from "./shell-wrappers.ts";
import { classifyHostText, hostOf } from "./targets.ts";

export type { CommandMeaning } from "./shell-meaning.ts";
export { shellWords } from "./shell-words.ts";

const MAX_DEPTH = 16;
const MAX_TURNS = 8;
/** Characters of a variable's value that are followed. */
const MAX_VALUE = 4_096;

/** What a shell string would do. */
export function shellMeaning(line: string, depth = 0): CommandMeaning {
  const budget = { left: 100_000 + line.length * 32, saved: new Map() };
  return readLine(newShell(line.replace(/[\ue000\ue001]/g, "?"), { depth, budget }, []));
}

/** What every command of a shell program would do, in the order in which they are read. */
export function shellProgram(source: string): readonly Traced[] {
  const trace: Traced[] = [];
  const budget = { left: 100_000 + source.length * 32, saved: new Map() };
  readLine({ ...newShell(source.replace(/[\ue000\ue001]/g, "?"), { depth: 0, budget }, null), trace });
  return trace;
}

/** What an argument vector would do. */
export function commandMeaning(full: readonly string[], depth = 0): CommandMeaning {
  const length = full.reduce((sum, word) => sum + word.length, 0);
  return full.length === 0
    ? only("command.unknown")
    : programMeaning(full, readerOf({ depth, budget: { left: 100_000 + length * 32, saved: new Map() } }));
}

function readerOf(from: { depth: number; budget: Budget }): Reader {
  return { shell: (line, args) => readLine(newShell(line, { depth: from.depth + 1, budget: from.budget }, args)) };
}

/** Too deep or too much: what is not read may do anything. */
const unread = (line: string): CommandMeaning => merge([oneEffect("code.opaque", line.slice(0, 200), []), only("command.unknown")]);

function readLine(shell: Shell): CommandMeaning {
  shell.budget.left -= shell.line.length;
  if (shell.depth > MAX_DEPTH || shell.budget.left < 0) return unread(shell.line);
  const words = shellWords(shell.line);
  run(shell, { words, from: 0, to: words.length });
  // A function that nobody calls here may be called by somebody else.
  shell.place.doubts++;
  for (const [name, body] of shell.functions) if (!shell.called.has(name)) run({ ...shell, running: [...shell.running, name] }, body);
  return merge(shell.meanings);
}

const SKIPPED = new Set("{ } ! if then elif else while until do fi done esac coproc".split(" "));
const isPlain = (word: Word | undefined): boolean =>
  word !== undefined && !word.operator && word.pieces.every((p) => p.k === "text" && !p.quoted);

function run(shell: Shell, body: Body): void {
  const { words, to } = body;
  const doubts = shell.place.doubts;
  let command: Command = { words: [], redirections: [] };
  for (let i = body.from; i < to && --shell.budget.left >= 0; i++) {
    const word = words[i] as Word;
    if (command.words.length === 0 && isPlain(word)) {
      weigh(shell, word.text, doubts);
      if (SKIPPED.has(word.text)) continue;
      const next = compound(shell, body, i);
      if (next !== null) {
        i = next - 1;
        continue;
      }
    }
    if (!word.operator) command.words.push(word);
    else if (REDIRECTIONS.has(word.text))
      command.redirections.push({ operator: word, target: words[i + 1]?.operator === false ? (words[++i] as Word) : null });
    else {
      finish(shell, command, word);
      shell.place.after = word.text === "&&" || word.text === "||";
      command = { words: [], redirections: [] };
      if (word.text.startsWith(";;")) i = afterPattern(words, i + 1, to) - 1;
    }
  }
  finish(shell, command, words[to] ?? null);
  shell.place.doubts = doubts;
  if (shell.budget.left < 0) say(shell, unread(shell.line));
}

/** What stands behind `then`, `do` and in a case may be left out. */
function weigh({ place }: Shell, keyword: string, outside: number): void {
  if (keyword === "then" || keyword === "do" || keyword === "case") place.doubts++;
  else if (/^(fi|done|esac|elif)$/.test(keyword)) place.doubts = Math.max(outside, place.doubts - 1);
}

/** `for`, `case`, `[[`, `((` and function definitions; the index after what was read here, or null. */
function compound(shell: Shell, body: Body, i: number): number | null {
  const { words, to } = body;
  const text = words[i]?.text ?? "";
  if (text === "for" || text === "select") return forLoop(shell, body, i);
  if (text === "case") {
    let at = i + 1;
    while (at < to && words[at]?.text !== "in" && words[at]?.operator !== true) at++;
    while (words[at + 1]?.text === "\n") at++;
    return afterPattern(words, at + 1, to);
  }
  if (text === "[[") {
    let at = i + 1;
    for (; at < to && words[at]?.text !== "]]"; at++) if (words[at]?.operator === false) expandWord(words[at] as Word, expanderOf(shell));
    return at + 1;
  }
  const named = text === "function" && words[i + 1]?.operator === false;
  const called = words[i + 1]?.text === "(" && words[i + 1]?.operator === true && words[i + 2]?.text === ")";
  return named || called ? definition(shell, body, named ? i + 1 : i) : null;
}

function definition(shell: Shell, body: Body, at: number): number {
  const { words, to } = body;
  const name = words[at]?.text ?? "";
  let open = words[at + 1]?.text === "(" ? at + 3 : at + 1;
  while (words[open]?.text === "\n") open++;
  const end = groupEnd(words, open, to, words[open]?.text === "(" ? ["(", ")"] : ["{", "}"]);
  shell.budget.left -= end - open;
  shell.functions.set(name, { words, from: open + 1, to: end });
  const inner = words.slice(open + 1, end);
  if (shell.trace !== null) Object.assign(shell.place, { at: words[at]?.start ?? 0, end: words[end]?.start ?? shell.line.length });
  const multiplies = (at: number): boolean => inner[at]?.operator === true && /^[|&]$/.test(inner[at].text);
  if (inner.some((w, i) => !w.operator && w.text === name && (i === 0 || inner[i - 1]?.operator === true) && multiplies(i + 1)))
    reportLine(shell, oneEffect("resource.exhaust", shell.line, ["command.destructive"]));
  return end + 1;
}

function forLoop(shell: Shell, body: Body, at: number): number {
  const { words, to } = body;
  const name = words[at + 1]?.text ?? "";
  let end = at + 2;
  while (end < to && !(words[end]?.operator === true && /^[;\n]$/.test(words[end]?.text ?? "")) && words[end]?.text !== "do") end++;
  const fields = words
    .slice(at + 3, end)
    .filter((w) => !w.operator)
    .flatMap((w) => expandWord(w, expanderOf(shell)));
  const open = words.findIndex((w, i) => i >= end && i < to && w.text === "do");
  const close = open < 0 ? to : groupEnd(words, open, to, ["do", "done"]);
  shell.budget.left -= close - at;
  const known = fields.length > 0 && fields.length <= MAX_TURNS && !fields.some((f) => hasExpansion(f.text));
  for (const value of known ? fields.map((f) => f.text) : [null]) {
    shell.variables.set(name, value);
    if (!known) shell.place.doubts++;
    run(shell, { words, from: open < 0 ? end : open + 1, to: close });
    if (!known) shell.place.doubts--;
  }
  return close + 1;
}

function expanderOf(shell: Shell): Expander {
  return {
    variables: shell.variables,
    positional: shell.positional,
    output: (code) => {
      const inner = { ...newShell(code, { depth: shell.depth + 1, budget: shell.budget }, shell.positional), cwd: shell.cwd };
      for (const [name, value] of shell.variables) inner.variables.set(name, value);
      for (const [name, found] of shell.functions) if (!shell.running.includes(name)) inner.functions.set(name, found);
      for (const name of shell.functions.keys()) inner.called.add(name);
      say(shell, readLine(inner));
      return joined(inner.printed);
    },
  };
}

function joined(outputs: readonly Output[]): Output {
  const known = outputs.every((o) => o.text !== null);
  return {
    text: known ? outputs.map((o) => o.text).join("") : null,
    hidden: outputs.some((o) => o.hidden),
    fetched: outputs.some((o) => o.fetched),
  };
}

const ASSIGNMENT = /^([A-Za-z_]\w*)\+?=/;

/** Leading `NAME=value` words; without a program they stay set. */
function assignments(shell: Shell, words: readonly Word[]): number {
  let i = 0;
  for (; i < words.length; i++) {
    const first = words[i]?.pieces[0];
    const name = first?.k === "text" && !first.quoted ? ASSIGNMENT.exec(first.text)?.[1] : undefined;
    if (name === undefined) break;
    assign(shell, words[i] as Word);
  }
  return i;
}

function assign(shell: Shell, word: Word): void {
  const pieces = word.pieces.map((p) => (p.k === "text" ? p : { ...p, quoted: true }));
  const text = expandWord({ ...word, pieces }, expanderOf(shell))
    .map((f) => f.text)
    .join(" ");
  const at = text.indexOf("=");
  const value = text.slice(at + 1);
  shell.budget.left -= text.length;
  shell.variables.set(text.slice(0, at).replace(/\+$/, ""), hasExpansion(value) || value.length > MAX_VALUE ? null : value);
}

/** `next` is the operator behind the command; null at the end. */
function finish(shell: Shell, command: Command, next: Word | null): void {
  const first = command.words[0] ?? command.redirections[0]?.operator;
  if (first === undefined) return;
  const operator = next?.operator === true ? next.text : "";
  if (shell.trace !== null) Object.assign(shell.place, { at: first.start, end: next?.start ?? shell.line.length });
  const from = assignments(shell, command.words);
  const expander = expanderOf(shell);
  const fields = command.words.slice(from).flatMap((w) => expandWord(w, expander));
  const input = redirect(shell, command, fields) ?? shell.pipe;
  const output = fields.length === 0 ? NO_OUTPUT : execute(shell, fields, input);
  const piped = operator === "|" || operator === "|&";
  shell.pipe = piped ? output : null;
  const redirected = command.redirections.some((r) => /^(>|>>|>\||&>|&>>)$/.test(r.operator.text));
  for (const { operator, target } of command.redirections)
    if (/^(>|>>|>\|)$/.test(operator.text) && target !== null && fields.length > 0)
      saveOutput(shell.budget.saved, expandWord(target, expander), output, operator.text === ">>");
  if (!piped && fields.length > 0 && !redirected) shell.printed.push(output);
}

/** Effects of redirections; the text of a here-document or here-string is what the command reads. */
function redirect(shell: Shell, command: Command, fields: readonly Field[]): Output | null {
  let input: Output | null = null;
  for (const { operator, target } of command.redirections) {
    const field = target === null ? [] : expandWord(target, expanderOf(shell));
    const text = field.map((f) => f.text).join(" ");
    if (operator.text === "<<<")
      input = { ...NO_OUTPUT, text: hasExpansion(text) ? null : `${text}\n`, hidden: field.some((f) => f.hidden) };
    else if (operator.text.startsWith("<<")) input = { ...NO_OUTPUT, text: operator.body ?? null };
    else if (/^\d*-?$/.test(text)) continue;
    else if (/^\/dev\/(tcp|udp)\//.test(text)) socket(shell, text, fields);
    else if (operator.text.startsWith("<") && operator.text !== "<>") {
      input = { ...NO_OUTPUT, hidden: field.some((f) => f.hidden) };
      const effect = pathEffect("fs.read", text);
      if (!hasExpansion(text) || !text.startsWith("\ue000<(")) say(shell, inDirectory({ ...NOTHING, effects: [effect] }, shell.cwd));
    } else if (!/^\/dev\/(null|stdout|stderr|tty)$/.test(text) && !text.startsWith("\ue000<("))
      say(shell, inDirectory({ ...NOTHING, effects: [pathEffect("fs.write", text)] }, shell.cwd));
  }
  return input;
}

/** A shell that talks to a socket is a reverse shell. */
function socket(shell: Shell, path: string, fields: readonly Field[]): void {
  const host = path.split("/")[3] ?? "";
  const program = baseName(unwrap(fields.map((f) => f.text)).argv[0] ?? "");
  const classes = INTERPRETERS.has(program) ? (["command.network", "command.destructive"] as const) : (["command.network"] as const);
  say(shell, {
    classes,
    effects: [{ kind: "net.send", target: holed(host), classes: classifyHostText(hostOf(holed(host))) }],
    nested: [],
  });
}

function execute(shell: Shell, fields: readonly Field[], input: Output | null): Output {
  const words = fields.map((f) => f.text);
  const { argv, wrappers, line } = unwrap(wrappedInput(words, input));
  const program = baseName(argv[0] ?? "");
  const body = shell.functions.get(argv[0] ?? "");
  if (body !== undefined && wrappers.length === 0) return callFunction(shell, argv, body);
  if (program === "cd" || program === "pushd") shell.cwd = joinedPath(shell.cwd, argv.slice(1).find((a) => !/^-./.test(a)) ?? "~");
  if (/^(export|local|declare|typeset|readonly)$/.test(program)) setVariables(shell, argv);
  if (program === "read") for (const name of argv.slice(1)) shell.variables.set(name, null);
  const hides = runsHidden(fields, { argv, program, line });
  const privileged = wrappers.some((w) => PRIVILEGE.has(w));
  const wholly = line === null && fields[0]?.hidden === true && hasExpansion(words[0] ?? "");
  const inner =
    line !== null && hides && holed(line).trim() === "{?}"
      ? NOTHING
      : programMeaning([...wrappers.filter((w) => PRIVILEGE.has(w)), ...argv], readerOf(shell));
  if (line !== null) say(shell, programMeaningOfLine(shell, line, privileged, hides), [line]);
  else if (!wholly) say(shell, inDirectory(hides ? withoutUnknown(inner) : inner, shell.cwd), words);
  if (hides) reportLine(shell, hidden(shell));
  runSaved(shell, argv, program);
  const sourced = (program === "." || program === "source") && /^\/dev\/(stdin|fd\/0)$/.test(argv[1] ?? "");
  if (input !== null && sourced) interpretInput(shell, "sh", input);
  if (input !== null && (INTERPRETERS.has(program) || (privileged && SHELLS.has(program))) && codeIndex(argv.slice(1)) < 0)
    interpretInput(shell, program, input);
  return line !== null ? { ...NO_OUTPUT } : outputOf(program, argv.slice(1), input);
}

/** A file that this line saved is what runs. */
function runSaved(shell: Shell, argv: readonly string[], program: string): void {
  const { saved } = shell.budget;
  const script = savedScript(saved, argv, INTERPRETERS.has(program) || program === "source" || program === ".");
  if (script !== null) {
    if (script.hidden) reportLine(shell, hidden(shell));
    const by = INTERPRETERS.has(program) ? program : "sh";
    if (script.text !== null) say(shell, inDirectory(codeMeaning(by, script.text, readerOf(shell)), shell.cwd));
  }
  saveDownload(saved, argv);
}

function reportLine(shell: Shell, meaning: CommandMeaning): void {
  const kind = meaning.effects[0]?.kind ?? "";
  if (!shell.reported.has(kind)) say(shell, meaning);
  shell.reported.add(kind);
}

const hidden = (shell: Shell): CommandMeaning => oneEffect("code.hidden", shell.line, ["command.interpreter", "command.network"]);
const withoutUnknown = (meaning: CommandMeaning): CommandMeaning => ({
  ...meaning,
  classes: meaning.classes.filter((c) => c !== "command.unknown"),
});

/** `eval LINE`, `su -c LINE`, `watch LINE`: the line runs in this shell. */
function programMeaningOfLine(shell: Shell, line: string, privileged: boolean, hides: boolean): CommandMeaning {
  const own = privileged ? [only("command.privilege")] : [];
  if (hides && /^\s*\{\?\}\s*$/.test(holed(line))) return merge(own);
  const inner: Shell = { ...newShell(line, { depth: shell.depth + 1, budget: shell.budget }, shell.positional), cwd: shell.cwd };
  for (const [name, value] of shell.variables) inner.variables.set(name, value);
  return merge([...own, readLine(inner)]);
}

/** `xargs PROGRAM`: what it reads are operands of the program. */
function wrappedInput(words: readonly string[], input: Output | null): readonly string[] {
  const at = words.findIndex((w) => baseName(w) === "xargs" || baseName(w) === "parallel");
  if (at < 0 || !unwrap(words).wrappers.some((w) => w === "xargs" || w === "parallel")) return words;
  const text = input?.text ?? null;
  const read = text === null ? ["{?}"] : text.split(/\s+/).filter((w) => w !== "");
  const replaced = words.findIndex((w, i) => i > at && /^(-I|-i|--replace)/.test(w));
  if (replaced < 0) return [...words, ...read];
  const mark =
    words[replaced] === "-I" ? (words[replaced + 1] ?? "{}") : (words[replaced] as string).replace(/^(-I|-i|--replace=?)/, "") || "{}";
  return words.flatMap((w, i) => (i > replaced + 1 && w.includes(mark) ? (w === mark ? read : [w.replaceAll(mark, read.join(" "))]) : [w]));
}

function setVariables(shell: Shell, argv: readonly string[]): void {
  for (const word of argv.slice(1)) {
    const name = ASSIGNMENT.exec(word)?.[1];
    const value = word.slice(word.indexOf("=") + 1);
    if (name !== undefined) shell.variables.set(name, hasExpansion(value) ? null : value);
  }
}

/** Text that was fetched or decoded is what runs: as the program, as its code, or as its script. */
function runsHidden(fields: readonly Field[], found: { argv: readonly string[]; program: string; line: string | null }): boolean {
  if (!fields.some((f) => f.hidden)) return false;
  if (found.line !== null || fields[0]?.hidden === true) return true;
  const start = Math.max(0, fields.length - found.argv.length);
  if (found.program === "source" || found.program === ".") return fields[start + 1]?.hidden === true;
  if (!INTERPRETERS.has(found.program)) return false;
  const code = codeIndex(found.argv.slice(1));
  const script = found.argv.findIndex((a, i) => i > 0 && !a.startsWith("-"));
  return fields[start + (code >= 0 ? code + 1 : script)]?.hidden === true;
}

function interpretInput(shell: Shell, program: string, input: Output): void {
  if (input.hidden) reportLine(shell, hidden(shell));
  if (input.text === null) return;
  say(shell, inDirectory(codeMeaning(program, input.text.replace(/\n$/, ""), readerOf(shell)), shell.cwd));
}

function callFunction(shell: Shell, argv: readonly string[], body: Body): Output {
  const name = argv[0] ?? "";
  shell.called.add(name);
  if (shell.running.includes(name) || shell.running.length >= MAX_DEPTH) {
    say(shell, only("command.unknown"));
    return NO_OUTPUT;
  }
  const inner: Shell = { ...shell, positional: argv.slice(1), running: [...shell.running, name], printed: [], pipe: null };
  run(inner, body);
  shell.cwd = inner.cwd;
  return joined(inner.printed);
}

const joinedPath = (base: string | null, path: string): string =>
  base === null || /^[/~{\ue000]/.test(path) ? path : `${base.replace(/\/$/, "")}/${path}`;

/** Relative targets after `cd DIR` are below DIR. */
function inDirectory(meaning: CommandMeaning, cwd: string | null): CommandMeaning {
  if (cwd === null) return meaning;
  const effects = meaning.effects.map((effect) => {
    if (!effect.kind.startsWith("fs.") || !effect.classes.includes("path.workspace")) return effect;
    return pathEffect(effect.kind, joinedPath(cwd, effect.target).replace(/\/\.?$/, "/"));
  });
  const ruinous = effects.some((e) => e.kind === "fs.delete_tree" && isRuinous(e));
  const classes = ruinous ? [...meaning.classes.filter((c) => c !== "command.build"), "command.destructive" as const] : meaning.classes;
  return { ...meaning, classes, effects };
}
