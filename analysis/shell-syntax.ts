/**
 * Words of a shell program -> its commands, by the grammar of POSIX sh and bash. Nothing is refused: what does not fit is left out
 * and noted as a problem, and the rest is read on. Offsets are those of the text.
 */
import { REDIRECTIONS, type Word } from "./shell-words.ts";

export type Redirection = { readonly operator: Word; readonly target: Word | null };
type Placed = { readonly start: number; readonly end: number };
type Compound =
  | { readonly k: "group"; readonly body: List; readonly subshell: boolean }
  | { readonly k: "if"; readonly branches: readonly { readonly test: List; readonly body: List }[]; readonly otherwise: List | null }
  | { readonly k: "loop"; readonly test: List; readonly body: List; readonly until: boolean; readonly counter?: Counter }
  /** `asks`: whoever is there chooses among the values. */
  | { readonly k: "for"; readonly name: string; readonly values: readonly Word[] | null; readonly body: List; readonly asks: boolean }
  | { readonly k: "case"; readonly subject: Word | null; readonly items: readonly CaseItem[] }
  | { readonly k: "function"; readonly name: string; readonly body: Command }
  | { readonly k: "test"; readonly words: readonly Word[] }
  | { readonly k: "arithmetic"; readonly word: Word };
/** A command; `redirections` hold for all that is in it. */
export type Command = Placed & { readonly redirections: readonly Redirection[] } & (
    | { readonly k: "simple"; readonly words: readonly ShellWord[] }
    | Compound
  );
/** The sums of `for ((first; test; step))`. */
export type Counter = { readonly first: string; readonly test: string; readonly step: string };
export type CaseItem = { readonly patterns: readonly Word[]; readonly body: List; readonly end: ";;" | ";&" | ";;&" };
/** `a=(x y)`: `elements` belong to the assignment in front of them. */
export type ShellWord = Word & { readonly elements?: readonly Word[] };
/** `joint`: what stands before the pipeline (`&&`, `||`, or null). */
export type Pipeline = Placed & {
  readonly joint: "&&" | "||" | null;
  readonly negated: boolean;
  /** What the ends of a program are called that runs beside (`coproc NAME`). */
  readonly coprocess: string | null;
  readonly background: boolean;
  readonly commands: readonly Command[];
};
export type List = readonly Pipeline[];
/** Offsets of what does not fit. */
export type Syntax = { readonly list: List; readonly problems: readonly number[] };

type Reader = { readonly words: readonly Word[]; at: number; depth: number; readonly problems: number[] };
const DEEPEST = 150;
const MANY_PROBLEMS = 100;

export function readSyntax(words: readonly Word[]): Syntax {
  const reader: Reader = { words, at: 0, depth: 0, problems: [] };
  const list: Pipeline[] = [];
  while (reader.at < words.length) {
    list.push(...readList(reader, NONE));
    // A closing word that nothing opened.
    if (reader.at < words.length) problem(reader, reader.at++);
  }
  return { list, problems: reader.problems };
}

const NONE: ReadonlySet<string> = new Set();
const set = (text: string): ReadonlySet<string> => new Set(text.split(" "));
const CLOSING = set("then elif else fi do done esac } ) ;; ;& ;;&");

function problem(reader: Reader, at: number): void {
  if (reader.problems.length < MANY_PROBLEMS) reader.problems.push((reader.words[at] ?? reader.words.at(-1))?.start ?? 0);
}

const peek = (reader: Reader): Word | undefined => reader.words[reader.at];
const isOperator = (word: Word | undefined, text: string): boolean => word?.operator === true && word.text === text;
/** A word without quotes and expansions: what a keyword is. */
const plainText = (word: Word | undefined): string =>
  word !== undefined && !word.operator && word.pieces.every((p) => p.k === "text" && !p.quoted) ? word.text : "";
const keyOf = (word: Word | undefined): string => (word?.operator === true ? word.text : plainText(word));

function skipLines(reader: Reader): void {
  while (isOperator(peek(reader), "\n")) reader.at++;
}

/** Pipelines up to one of the words in `until`, which is not taken. */
function readList(reader: Reader, until: ReadonlySet<string>): Pipeline[] {
  const list: Pipeline[] = [];
  let joint: Pipeline["joint"] = null;
  while (reader.at < reader.words.length) {
    const word = peek(reader) as Word;
    const key = keyOf(word);
    if (until.has(key) || CLOSING.has(key)) break;
    if (word.operator && (key === "\n" || key === ";" || key === "&")) {
      reader.at++;
      if (key !== "\n" && list.length === 0) problem(reader, reader.at - 1);
      continue;
    }
    const pipeline = readPipeline(reader, joint);
    if (pipeline !== null) list.push(pipeline);
    joint = afterPipeline(reader);
  }
  if (joint !== null) problem(reader, reader.at - 1);
  return list;
}

/** `&&` and `||` lead on; everything else ends the and-or list. */
function afterPipeline(reader: Reader): Pipeline["joint"] {
  const word = peek(reader);
  if (!isOperator(word, "&&") && !isOperator(word, "||")) return null;
  reader.at++;
  skipLines(reader);
  return word?.text as "&&" | "||";
}

function readPipeline(reader: Reader, joint: Pipeline["joint"]): Pipeline | null {
  const from = reader.at;
  const { negated, coprocess } = prefixes(reader);
  const commands: Command[] = [];
  for (;;) {
    const command = readCommand(reader);
    if (command !== null) commands.push(command);
    if (!isOperator(peek(reader), "|") && !isOperator(peek(reader), "|&")) break;
    if (command === null) problem(reader, reader.at);
    reader.at++;
    skipLines(reader);
  }
  const next = peek(reader);
  const [first, last] = [commands[0], commands[commands.length - 1]];
  if (first === undefined || last === undefined) {
    if (reader.at === from) problem(reader, reader.at++);
    return null;
  }
  if (next !== undefined && !ENDS.has(keyOf(next))) problem(reader, reader.at);
  return { joint, negated, coprocess, background: isOperator(next, "&"), commands, start: first.start, end: last.end };
}
const ENDS = new Set([...CLOSING, "\n", ";", "&", "&&", "||"]);

/** `!`, `time -p` and `coproc NAME` in front of a pipeline: whether its status is turned round, and what the program's ends are called. */
function prefixes(reader: Reader): { negated: boolean; coprocess: string | null } {
  let negated = false;
  let coprocess: string | null = null;
  for (;;) {
    const text = plainText(peek(reader));
    if (text === "!") negated = !negated;
    else if (text === "coproc") coprocess = "COPROC";
    else if (text !== "time") return { negated, coprocess };
    reader.at++;
    const next = plainText(peek(reader));
    if (text === "time" && next === "-p") reader.at++;
    if (text !== "coproc" || !/^[A-Za-z_]\w*$/.test(next) || !COMPOUND.has(keyOf(reader.words[reader.at + 1]))) continue;
    coprocess = next;
    reader.at++;
  }
}
const COMPOUND = new Set("{ ( (( while until for case if [[ select".split(" "));

function readCommand(reader: Reader): Command | null {
  const word = peek(reader);
  if (word === undefined) return null;
  if (reader.depth >= DEEPEST) return tooDeep(reader);
  reader.depth++;
  const made = compound(reader, word);
  reader.depth--;
  if (made === null) return simple(reader);
  const redirections: Redirection[] = [];
  while (takeRedirection(reader, redirections));
  // What may stand behind `fi`, `done` and `}` is an operator or another closing word.
  return { ...made, start: word.start, end: reader.words[reader.at - 1]?.end ?? word.end, redirections };
}

function tooDeep(reader: Reader): null {
  problem(reader, reader.at);
  reader.at = reader.words.length;
  return null;
}

function compound(reader: Reader, word: Word): Compound | null {
  if (word.operator) {
    if (word.text === "((") {
      reader.at++;
      return { k: "arithmetic", word };
    }
    return word.text === "(" ? group(reader, ")") : null;
  }
  const named = functionHeader(reader);
  if (named !== null) return named;
  switch (plainText(word)) {
    case "{":
      return group(reader, "}");
    case "if":
      return conditional(reader);
    case "while":
    case "until":
      return loop(reader, plainText(word) === "until");
    case "for":
    case "select":
      return forLoop(reader);
    case "case":
      return caseOf(reader);
    case "[[":
      return testOf(reader);
    default:
      return null;
  }
}

/** Takes the word when it is the next one; a missing one is a problem. */
function expect(reader: Reader, text: string): void {
  if (keyOf(peek(reader)) === text) reader.at++;
  else problem(reader, reader.at);
}

function bodyUntil(reader: Reader, until: ReadonlySet<string>): List {
  return readList(reader, until);
}

function group(reader: Reader, close: "}" | ")"): Compound | null {
  reader.at++;
  const body = bodyUntil(reader, new Set([close]));
  expect(reader, close);
  return { k: "group", body, subshell: close === ")" };
}

function conditional(reader: Reader): Compound | null {
  const branches: { test: List; body: List }[] = [];
  let otherwise: List | null = null;
  do {
    reader.at++;
    const test = bodyUntil(reader, set("then"));
    expect(reader, "then");
    branches.push({ test, body: bodyUntil(reader, set("elif else fi")) });
  } while (plainText(peek(reader)) === "elif");
  if (plainText(peek(reader)) === "else") {
    reader.at++;
    otherwise = bodyUntil(reader, set("fi"));
  }
  expect(reader, "fi");
  return { k: "if", branches, otherwise };
}

function loopBody(reader: Reader): List {
  while (isOperator(peek(reader), ";") || isOperator(peek(reader), "\n")) reader.at++;
  const close = plainText(peek(reader)) === "{" ? "}" : "done";
  if (close === "}") reader.at++;
  else expect(reader, "do");
  const body = bodyUntil(reader, new Set([close]));
  expect(reader, close);
  return body;
}

function loop(reader: Reader, until: boolean): Compound | null {
  reader.at++;
  const test = bodyUntil(reader, set("do"));
  return { k: "loop", test, body: loopBody(reader), until };
}

function forLoop(reader: Reader): Compound | null {
  const asks = plainText(reader.words[reader.at++]) === "select";
  const word = peek(reader);
  if (isOperator(word, "((")) {
    reader.at++;
    const piece = word?.pieces[0];
    const [first = "", test = "", step = ""] = piece?.k === "arithmetic" ? piece.code.split(";") : [];
    return { k: "loop", test: [], body: loopBody(reader), until: false, counter: { first, test, step } };
  }
  const name = plainText(word);
  if (name === "") problem(reader, reader.at);
  else reader.at++;
  skipLines(reader);
  let values: Word[] | null = null;
  if (plainText(peek(reader)) === "in") {
    reader.at++;
    values = [];
    while (peek(reader)?.operator === false) values.push(reader.words[reader.at++] as Word);
  }
  return { k: "for", name, values, body: loopBody(reader), asks };
}

function caseOf(reader: Reader): Compound | null {
  reader.at++;
  const subject = peek(reader)?.operator === false ? (reader.words[reader.at++] as Word) : null;
  skipLines(reader);
  expect(reader, "in");
  const items: CaseItem[] = [];
  for (;;) {
    skipLines(reader);
    const word = peek(reader);
    if (word === undefined || (plainText(word) === "esac" && !isOperator(reader.words[reader.at + 1], ")"))) break;
    const before = reader.at;
    items.push(caseItem(reader));
    if (reader.at === before) break;
  }
  expect(reader, "esac");
  return { k: "case", subject, items };
}

function caseItem(reader: Reader): CaseItem {
  if (isOperator(peek(reader), "(")) reader.at++;
  const patterns: Word[] = [];
  while (peek(reader) !== undefined && !isOperator(peek(reader), ")") && !isOperator(peek(reader), "\n")) {
    const word = reader.words[reader.at++] as Word;
    if (!word.operator) patterns.push(word);
    else if (word.text !== "|") problem(reader, reader.at - 1);
  }
  expect(reader, ")");
  const body = bodyUntil(reader, set(";; ;& ;;& esac"));
  const end = keyOf(peek(reader));
  if (end.startsWith(";")) reader.at++;
  return { patterns, body, end: end === ";&" || end === ";;&" ? end : ";;" };
}

function testOf(reader: Reader): Compound | null {
  reader.at++;
  const words: Word[] = [];
  while (peek(reader) !== undefined && plainText(peek(reader)) !== "]]") {
    const word = reader.words[reader.at++] as Word;
    if (!word.operator) words.push(word);
  }
  expect(reader, "]]");
  return { k: "test", words };
}

function functionHeader(reader: Reader): Compound | null {
  const { words, at } = reader;
  const keyword = plainText(words[at]) === "function" && words[at + 1]?.operator === false;
  const name = words[keyword ? at + 1 : at];
  const parens = isOperator(words[keyword ? at + 2 : at + 1], "(") && isOperator(words[keyword ? at + 3 : at + 2], ")");
  if (name === undefined || !(keyword || parens) || plainText(name).includes("=")) return null;
  reader.at += (keyword ? 2 : 1) + (parens ? 2 : 0);
  skipLines(reader);
  const body = readCommand(reader);
  if (body === null) problem(reader, reader.at);
  return body === null ? null : { k: "function", name: name.text, body };
}

function takeRedirection(reader: Reader, into: Redirection[]): boolean {
  const operator = peek(reader);
  if (operator?.operator !== true || !REDIRECTIONS.has(operator.text)) return false;
  const target = reader.words[reader.at + 1];
  const real = target?.operator === false;
  reader.at += real ? 2 : 1;
  if (!real) problem(reader, reader.at - 1);
  into.push({ operator, target: real ? target : null });
  return true;
}

function simple(reader: Reader): Command | null {
  const from = reader.at;
  const words: ShellWord[] = [];
  const redirections: Redirection[] = [];
  for (;;) {
    if (takeRedirection(reader, redirections)) continue;
    const word = peek(reader);
    if (word?.operator === true && word.text === "(" && isArrayStart(reader)) words.push(arrayOf(reader, words.pop() as Word));
    else if (word === undefined || word.operator) break;
    else {
      words.push(word);
      reader.at++;
    }
  }
  if (words.length === 0 && redirections.length === 0) return null;
  const [first, last] = [reader.words[from] as Word, reader.words[reader.at - 1] as Word];
  return { k: "simple", words, redirections, start: first.start, end: last.end };
}

/** `a=(`, `a+=(`, without a blank. */
function isArrayStart(reader: Reader): boolean {
  const before = reader.words[reader.at - 1];
  if (before === undefined || before.operator || before.end !== reader.words[reader.at]?.start) return false;
  const first = before.pieces[0];
  return first?.k === "text" && !first.quoted && /^[A-Za-z_]\w*(\[[^\]]*\])?\+?=$/.test(before.text);
}

function arrayOf(reader: Reader, assignment: Word): ShellWord {
  reader.at++;
  const elements: Word[] = [];
  while (peek(reader) !== undefined && !isOperator(peek(reader), ")")) {
    const word = reader.words[reader.at++] as Word;
    if (!word.operator) elements.push(word);
    else if (word.text !== "\n") problem(reader, reader.at - 1);
  }
  expect(reader, ")");
  return { ...assignment, elements };
}
