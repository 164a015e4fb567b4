/**
 * Shell text -> words and operators by the rules of POSIX sh and bash: quotes, substitutions, here-documents. One pass, left to
 * right; what a substitution holds is kept as text and read when it is needed.
 */
import { closingBrace, closingParenthesis, hereDocumentEnd } from "./shell-brackets.ts";

/** A part of a word. `quoted` parts are neither split into fields nor taken for patterns. */
export type Piece =
  | { readonly k: "text"; readonly text: string; readonly quoted: boolean }
  | { readonly k: "variable"; readonly name: string; readonly modifier: string; readonly quoted: boolean; readonly inQuotes?: boolean }
  | { readonly k: "arithmetic"; readonly code: string; readonly quoted: boolean }
  | { readonly k: "command"; readonly code: string; readonly quoted: boolean }
  | { readonly k: "process"; readonly code: string; readonly writes: boolean; readonly quoted: boolean };

/** `text` is the word with quotes removed and substitutions as written; `body` is the here-document of a `<<`. */
export type Word = {
  readonly text: string;
  readonly operator: boolean;
  readonly pieces: readonly Piece[];
  /** Offset of its first character in the line, and of the first behind it. */
  readonly start: number;
  readonly end: number;
  /** File descriptor in front of a redirection; `{name}` gives its name. */
  readonly descriptor?: string;
  body?: readonly Piece[];
};

const OPERATORS = [
  "<<<",
  "&>>",
  "<<-",
  ";;&",
  "&&",
  "||",
  ";;",
  ";&",
  "|&",
  "&>",
  ">>",
  "<<",
  ">&",
  "<&",
  "<>",
  ">|",
  "|",
  "&",
  ";",
  ">",
  "<",
  "(",
  ")",
  "\n",
]; // prettier-ignore
export const REDIRECTIONS: ReadonlySet<string> = new Set(["<<<", "&>>", "<<-", "&>", ">>", "<<", ">&", "<&", "<>", ">|", ">", "<"]);

/** `inTest`: between `[[` and `]]` only blanks part words. `unclosed`: offsets of quotes and brackets that nothing closes. */
type Lexer = {
  readonly line: string;
  at: number;
  start: number;
  pieces: Piece[] | null;
  inTest: boolean;
  readonly out: Word[];
  readonly heredocs: Word[];
  readonly unclosed: number[];
};

export type Lexed = { readonly words: readonly Word[]; readonly unclosed: readonly number[] };

const newLexer = (line: string): Lexer => ({
  ...{ line, at: 0, start: 0, pieces: null, inTest: false, out: [], heredocs: [], unclosed: [] },
});

/** Splits a command line into words and operators; quotes and backslashes removed, `$(...)` and backquotes kept as words. */
export function shellWords(line: string): readonly Word[] {
  return lexShell(line).words;
}

export function lexShell(line: string): Lexed {
  const lexer = newLexer(line);
  while (lexer.at < line.length) {
    const c = line[lexer.at] as string;
    if (c === "\ue000") unknownPart(lexer);
    else if (c === "#" && lexer.pieces === null) {
      const end = line.indexOf("\n", lexer.at);
      lexer.at = end < 0 ? line.length : end;
    } else if (!quotedPart(lexer, c) && !expansion(lexer, false)) plainPart(lexer, c);
  }
  endWord(lexer);
  return { words: lexer.out, unclosed: lexer.unclosed };
}

/** The pieces of a text in which only `$` and backquotes mean something: a here-document, `${x:-TEXT}`. */
export function textPieces(text: string): readonly Piece[] {
  const lexer = newLexer(text);
  while (lexer.at < text.length) doubleQuoted(lexer);
  return lexer.pieces ?? [];
}

/** What stands behind an operator in `${x...}`: quotes in it quote, single ones only where no double ones are around. */
export function operandPieces(text: string, inQuotes: boolean): readonly Piece[] {
  const lexer = { ...newLexer(text), inTest: true };
  while (lexer.at < text.length) {
    const c = text[lexer.at] as string;
    const literal = inQuotes && (c === "'" || (c === "\\" && !'"\\$`}\n'.includes(text[lexer.at + 1] ?? "")));
    if (c === "\ue000") unknownPart(lexer);
    else if (literal || (!quotedPart(lexer, c) && !expansion(lexer, false))) {
      add(lexer, { k: "text", text: c, quoted: false });
      lexer.at++;
    }
  }
  return lexer.pieces ?? [];
}

function add(lexer: Lexer, piece: Piece): void {
  if (lexer.pieces === null) {
    lexer.pieces = [];
    lexer.start = lexer.at;
  }
  const last = lexer.pieces[lexer.pieces.length - 1];
  if (piece.k === "text" && last?.k === "text" && last.quoted === piece.quoted)
    lexer.pieces[lexer.pieces.length - 1] = { ...last, text: last.text + piece.text };
  else lexer.pieces.push(piece);
}

const written = (piece: Piece): string => {
  if (piece.k === "text") return piece.text;
  if (piece.k === "variable") return piece.modifier === "" ? `$${piece.name}` : `\${${piece.name}${piece.modifier}}`;
  if (piece.k === "arithmetic") return `$((${piece.code}))`;
  return `${piece.k === "command" ? "$" : "<"}(${piece.code})`;
};

/** A value that is not known, in a line that was expanded before: one piece, whatever it is made of. */
function unknownPart(lexer: Lexer): void {
  const end = lexer.line.indexOf("\ue001", lexer.at);
  const to = end < 0 ? lexer.line.length : end + 1;
  add(lexer, { k: "text", text: lexer.line.slice(lexer.at, to), quoted: false });
  lexer.at = to;
}

const isBare = (pieces: readonly Piece[]): boolean => pieces.every((p) => p.k === "text" && !p.quoted);

function endWord(lexer: Lexer): void {
  const { pieces } = lexer;
  lexer.pieces = null;
  if (pieces === null) return;
  const text = pieces.map(written).join("");
  lexer.out.push({ text, operator: false, pieces, start: lexer.start, end: lexer.at });
  if (text === "[[" && isBare(pieces) && / \]\]/.test(lexer.line.slice(lexer.at, lexer.at + 4_000))) lexer.inTest = true;
  else if (text === "]]") lexer.inTest = false;
}

function plainPart(lexer: Lexer, c: string): void {
  const { line } = lexer;
  if (lexer.inTest && lexer.pieces === null && /^\]\](?![^\s;&|)])/.test(line.slice(lexer.at, lexer.at + 3))) {
    add(lexer, { k: "text", text: "]]", quoted: false });
    lexer.at += 2;
    endWord(lexer);
    return;
  }
  const operator = lexer.inTest && c !== "\n" ? undefined : OPERATORS.find((o) => line.startsWith(o, lexer.at));
  if (operator === undefined) {
    if (c === " " || c === "\t" || c === "\r") endWord(lexer);
    else add(lexer, { k: "text", text: c, quoted: false });
    lexer.at++;
    return;
  }
  if (operator === "(" && (arithmetic(lexer) || extendedGlob(lexer))) return;
  const descriptor = REDIRECTIONS.has(operator) ? descriptorOf(lexer) : undefined;
  endWord(lexer);
  const end = lexer.at + operator.length;
  const token: Word = {
    text: operator,
    operator: true,
    pieces: [],
    start: lexer.at,
    end,
    ...(descriptor === undefined ? {} : { descriptor }),
  };
  lexer.at = end;
  lexer.out.push(token);
  if (operator === "<<" || operator === "<<-") lexer.heredocs.push(token);
  if (operator === "\n") hereDocuments(lexer);
}

/** Digits or `{name}` right before a redirection name the file descriptor. */
function descriptorOf(lexer: Lexer): string | undefined {
  const [only, ...more] = lexer.pieces ?? [];
  if (more.length > 0 || only?.k !== "text" || only.quoted || !/^(\d+|\{\w+\})$/.test(only.text)) return undefined;
  lexer.pieces = null;
  return only.text;
}

/** `(( ... ))`: one operator that holds the expression. */
function arithmetic(lexer: Lexer): boolean {
  const { line, at } = lexer;
  if (lexer.pieces !== null || line[at + 1] !== "(") return false;
  const end = closingParenthesis(line, at);
  if (end < 0 || line[end - 2] !== ")" || !isSum(line.slice(at, end))) return false;
  const pieces: Piece[] = [{ k: "arithmetic", code: line.slice(at + 2, end - 2), quoted: true }];
  lexer.out.push({ text: "((", operator: true, pieces, start: at, end });
  lexer.at = end;
  return true;
}

/** What stands in quotes or on several lines is a group in a group; what a command in a sum is made of may be in quotes. */
function isSum(text: string): boolean {
  let plain = text;
  for (let at = plain.indexOf("$("); at >= 0; at = plain.indexOf("$(", at + 1)) {
    const end = closingParenthesis(plain, at + 1);
    if (end > 0) plain = `${plain.slice(0, at)}$x${plain.slice(end)}`;
  }
  return !/["'`]|[^;\s]\s*\n/.test(plain.replace(/"\$[\w{}]*"/g, ""));
}

/** `@(a|b)`, `!(x)`: a part of the word. */
function extendedGlob(lexer: Lexer): boolean {
  const { line, at } = lexer;
  const last = lexer.pieces?.at(-1);
  if (last?.k !== "text" || last.quoted || !/[@!?*+]$/.test(last.text)) return false;
  const end = closingParenthesis(line, at);
  if (end < 0) return false;
  add(lexer, { k: "text", text: line.slice(at, end), quoted: false });
  lexer.at = end;
  return true;
}

/** Bodies of the here-documents of the line that just ended. */
function hereDocuments(lexer: Lexer): void {
  for (const token of lexer.heredocs.splice(0)) {
    const delimiter = lexer.out[lexer.out.lastIndexOf(token) + 1];
    const found = hereDocumentEnd(lexer.line, lexer.at, { word: delimiter?.text ?? "", tabs: token.text === "<<-" });
    const text = found.body;
    const plain = delimiter === undefined || isBare(delimiter.pieces);
    token.body = plain ? textPieces(text) : [{ k: "text", text, quoted: true }];
    lexer.at = found.end;
  }
}

function quotedPart(lexer: Lexer, c: string): boolean {
  const { line, at } = lexer;
  if (c === "\\" && at + 1 < line.length) {
    if (line[at + 1] !== "\n") add(lexer, { k: "text", text: line[at + 1] as string, quoted: true });
    lexer.at += 2;
    return true;
  }
  if (c === "'" || (c === "$" && line[at + 1] === "'")) {
    const from = c === "$" ? at + 2 : at + 1;
    let end = from;
    while (end < line.length && line[end] !== "'") end += c === "$" && line[end] === "\\" ? 2 : 1;
    if (end >= line.length) lexer.unclosed.push(at);
    const text = line.slice(from, end);
    add(lexer, { k: "text", text: c === "$" ? unescapeAnsi(text) : text, quoted: true });
    lexer.at = end + 1;
    return true;
  }
  if (c !== '"' && !(c === "$" && line[at + 1] === '"')) return false;
  add(lexer, { k: "text", text: "", quoted: true });
  lexer.at += c === '"' ? 1 : 2;
  while (lexer.at < line.length && line[lexer.at] !== '"') doubleQuoted(lexer);
  if (lexer.at >= line.length) lexer.unclosed.push(at);
  lexer.at++;
  return true;
}

function doubleQuoted(lexer: Lexer): void {
  const { line } = lexer;
  const c = line[lexer.at] as string;
  const next = line[lexer.at + 1];
  if (c === "\\" && next !== undefined && '"\\$`\n'.includes(next)) {
    if (next !== "\n") add(lexer, { k: "text", text: next, quoted: true });
    lexer.at += 2;
  } else if (!expansion(lexer, true)) {
    add(lexer, { k: "text", text: c, quoted: true });
    lexer.at++;
  }
}

/** `$x`, `${x...}`, `$(...)`, `$((...))`, backquotes, `<(...)`. */
function expansion(lexer: Lexer, quoted: boolean): boolean {
  const { line, at } = lexer;
  const c = line[at];
  const next = line[at + 1];
  if (c === "`") return backquoted(lexer, quoted);
  if (next === "(" && (c === "$" || (!quoted && !lexer.inTest && (c === "<" || c === ">")))) {
    const end = closingParenthesis(line, at + 1);
    if (end < 0) lexer.unclosed.push(at);
    const to = end < 0 ? line.length : end;
    const sum = c === "$" && line[at + 2] === "(" && line.slice(to - 2, to) === "))";
    if (sum) add(lexer, { k: "arithmetic", code: line.slice(at + 3, to - 2), quoted });
    else if (c === "$") add(lexer, { k: "command", code: line.slice(at + 2, end < 0 ? to : to - 1), quoted });
    else add(lexer, { k: "process", code: line.slice(at + 2, end < 0 ? to : to - 1), writes: c === ">", quoted });
    lexer.at = to;
    return true;
  }
  if (c !== "$") return false;
  if (next === "[") return oldArithmetic(lexer, quoted);
  if (next === "{") return braced(lexer, quoted);
  VARIABLE.lastIndex = at + 1;
  const found = VARIABLE.exec(line);
  if (found === null) return false;
  add(lexer, { k: "variable", name: found[0], modifier: "", quoted });
  lexer.at = VARIABLE.lastIndex;
  return true;
}
const VARIABLE = /[A-Za-z_]\w*|[\d@*#?$!-]/y;

/** `$[1 + 2]`. */
function oldArithmetic(lexer: Lexer, quoted: boolean): boolean {
  const { line, at } = lexer;
  let depth = 0;
  for (let i = at + 1; i < line.length && line[i] !== "\n"; i++) {
    if (line[i] === "[") depth++;
    else if (line[i] === "]" && --depth === 0) {
      add(lexer, { k: "arithmetic", code: line.slice(at + 2, i), quoted });
      lexer.at = i + 1;
      return true;
    }
  }
  return false;
}

function backquoted(lexer: Lexer, quoted: boolean): boolean {
  const { line, at } = lexer;
  let end = at + 1;
  while (end < line.length && line[end] !== "`") end += line[end] === "\\" ? 2 : 1;
  if (end >= line.length) lexer.unclosed.push(at);
  const code = line.slice(at + 1, end).replace(quoted ? /\\([`$\\"])/g : /\\([`$\\])/g, "$1");
  add(lexer, { k: "command", code, quoted });
  lexer.at = end + 1;
  return true;
}

/** `${x}`, `${x:-y}`, `${#x}`, `${!x}`, `${a[i]}`: `#` and `!` stay in front of the name, an index in the modifier. */
function braced(lexer: Lexer, quoted: boolean): boolean {
  const { line, at } = lexer;
  const end = closingBrace(line, at + 1);
  const inside = line.slice(at + 2, end < 0 ? line.length : end - 1);
  const found = /^([#!]?(?:[A-Za-z_]\w*|\d+|[@*?$!#-]))([\s\S]*)$/.exec(inside);
  if (found === null) return false;
  if (end < 0) lexer.unclosed.push(at);
  add(lexer, { k: "variable", name: found[1] as string, modifier: found[2] as string, quoted, inQuotes: quoted });
  lexer.at = end < 0 ? line.length : end;
  return true;
}

const SIMPLE: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", e: "\x1b", f: "\f", v: "\v" };

/** The escapes of `$'...'`, `echo -e` and `printf`. */
export function unescapeAnsi(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|0?([0-7]{1,3})|([\s\S]))/g,
    (_all, x, u, wide, octal, other) => {
      if (other !== undefined) return SIMPLE[other] ?? (/[\\'"?]/.test(other) ? other : `\\${other}`);
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255);
      const code = Number.parseInt(x ?? u ?? wide, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : "?";
    },
  );
}
