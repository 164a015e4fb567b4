/**
 * Shell text -> words and operators by the rules of POSIX sh and bash: quotes, substitutions, here-documents. One pass, left to
 * right; what a substitution holds is kept as text and read when it is needed.
 */

/** A part of a word. `quoted` parts are neither split into fields nor taken for patterns. */
export type Piece =
  | { readonly k: "text"; readonly text: string; readonly quoted: boolean }
  | { readonly k: "variable"; readonly name: string; readonly modifier: string; readonly quoted: boolean }
  | { readonly k: "command"; readonly code: string; readonly quoted: boolean }
  | { readonly k: "process"; readonly code: string; readonly quoted: boolean };

/** `text` is the word with quotes removed and substitutions as written; `body` is the here-document of a `<<`. */
export type Word = {
  readonly text: string;
  readonly operator: boolean;
  readonly pieces: readonly Piece[];
  /** Offset of its first character in the line. */
  readonly start: number;
  body?: string;
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

type Lexer = { readonly line: string; at: number; start: number; pieces: Piece[] | null; readonly out: Word[]; readonly heredocs: Word[] };

/** Splits a command line into words and operators; quotes and backslashes removed, `$(...)` and backquotes kept as words. */
export function shellWords(line: string): Word[] {
  const lexer: Lexer = { line, at: 0, start: 0, pieces: null, out: [], heredocs: [] };
  while (lexer.at < line.length) {
    const c = line[lexer.at] as string;
    if (c === "#" && lexer.pieces === null) {
      const end = line.indexOf("\n", lexer.at);
      lexer.at = end < 0 ? line.length : end;
    } else if (!quotedPart(lexer, c) && !expansion(lexer, false)) plainPart(lexer, c);
  }
  endWord(lexer);
  return lexer.out;
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
  return `${piece.k === "command" ? "$" : "<"}(${piece.code})`;
};

function endWord(lexer: Lexer): void {
  const { pieces } = lexer;
  lexer.pieces = null;
  if (pieces === null) return;
  const text = pieces.map(written).join("");
  lexer.out.push({ text, operator: false, pieces, start: lexer.start });
}

function plainPart(lexer: Lexer, c: string): void {
  const { line } = lexer;
  const operator = OPERATORS.find((o) => line.startsWith(o, lexer.at));
  if (operator === undefined) {
    if (c === " " || c === "\t" || c === "\r") endWord(lexer);
    else add(lexer, { k: "text", text: c, quoted: false });
    lexer.at++;
    return;
  }
  // Digits right before a redirection name the file descriptor.
  const [only, ...more] = lexer.pieces ?? [];
  if (REDIRECTIONS.has(operator) && more.length === 0 && only?.k === "text" && !only.quoted && /^\d+$/.test(only.text)) lexer.pieces = null;
  endWord(lexer);
  const token: Word = { text: operator, operator: true, pieces: [], start: lexer.at };
  lexer.at += operator.length;
  lexer.out.push(token);
  if (operator === "<<" || operator === "<<-") lexer.heredocs.push(token);
  if (operator === "\n") hereDocuments(lexer);
}

/** Bodies of the here-documents of the line that just ended. */
function hereDocuments(lexer: Lexer): void {
  for (const token of lexer.heredocs.splice(0)) {
    const delimiter = lexer.out[lexer.out.lastIndexOf(token) + 1]?.text ?? "";
    const lines: string[] = [];
    while (lexer.at < lexer.line.length) {
      const end = lexer.line.indexOf("\n", lexer.at);
      const row = lexer.line.slice(lexer.at, end < 0 ? lexer.line.length : end);
      lexer.at = end < 0 ? lexer.line.length : end + 1;
      if ((token.text === "<<-" ? row.replace(/^\t+/, "") : row) === delimiter) break;
      lines.push(row);
    }
    token.body = `${lines.join("\n")}\n`;
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
    const text = line.slice(from, end);
    add(lexer, { k: "text", text: c === "$" ? unescapeAnsi(text) : text, quoted: true });
    lexer.at = end + 1;
    return true;
  }
  if (c !== '"' && !(c === "$" && line[at + 1] === '"')) return false;
  add(lexer, { k: "text", text: "", quoted: true });
  lexer.at += c === '"' ? 1 : 2;
  while (lexer.at < line.length && line[lexer.at] !== '"') doubleQuoted(lexer);
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

/** `$x`, `${x...}`, `$(...)`, backquotes, `<(...)`. */
function expansion(lexer: Lexer, quoted: boolean): boolean {
  const { line, at } = lexer;
  const c = line[at];
  const next = line[at + 1];
  if (c === "`") {
    let end = at + 1;
    while (end < line.length && line[end] !== "`") end += line[end] === "\\" ? 2 : 1;
    add(lexer, { k: "command", code: line.slice(at + 1, end).replace(/\\([`$\\])/g, "$1"), quoted });
    lexer.at = end + 1;
    return true;
  }
  if (next === "(" && (c === "$" || (!quoted && (c === "<" || c === ">")))) {
    const end = closing(line, at + 1);
    const code = line.slice(at + 2, line[end - 1] === ")" ? end - 1 : end);
    add(lexer, { k: c === "$" ? "command" : "process", code, quoted });
    lexer.at = end;
    return true;
  }
  if (c !== "$") return false;
  VARIABLE.lastIndex = at;
  const found = VARIABLE.exec(line);
  if (found === null) return false;
  add(lexer, { k: "variable", name: found[1] ?? found[3] ?? "", modifier: found[2] ?? "", quoted });
  lexer.at = VARIABLE.lastIndex;
  return true;
}
const VARIABLE = /\$(?:\{([A-Za-z_]\w*|[\d@*#?$!-])([^{}]*)\}|([A-Za-z_]\w*|[\d@*#?$!-]))/y;

/** Index after the parenthesis that closes the one at `open`; quotes inside hide parentheses. */
function closing(line: string, open: number): number {
  let depth = 0;
  let quote = "";
  for (let i = open; i < line.length; i++) {
    const c = line[i] as string;
    if (c === "\\" && quote !== "'") i++;
    else if (quote !== "") quote = c === quote ? "" : quote;
    else if (c === "'" || c === '"') quote = c;
    else if (c === "(") depth++;
    else if (c === ")" && --depth === 0) return i + 1;
  }
  return line.length;
}

const SIMPLE: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", e: "\x1b", f: "\f", v: "\v" };

/** The escapes of `$'...'`, `echo -e` and `printf`. */
export function unescapeAnsi(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|0?([0-7]{1,3})|([\s\S]))/g, (_all, x, u, octal, other) => {
    if (other !== undefined) return SIMPLE[other] ?? other;
    return String.fromCharCode(octal !== undefined ? Number.parseInt(octal, 8) & 255 : Number.parseInt(x ?? u, 16));
  });
}
