/**
 * SQL text -> tokens and statements, in one pass from left to right, so that a quote in a comment and a comment in a quote are what
 * the database takes them for.
 */

export type SqlToken = {
  readonly kind: "word" | "name" | "string" | "number" | "mark";
  /** As written; a quoted name without its quotes, a string's content, a hole as `{?}`. */
  readonly text: string;
  /** Depth of parentheses; a parenthesis itself has the depth outside it. */
  readonly depth: number;
};

type Scan = { readonly text: string; readonly escapes: boolean; readonly out: SqlToken[]; at: number; depth: number; executable: number };

const SPACE = /\s+/y;
const WORD = /[\p{L}_][\p{L}\p{N}_$]*/uy;
const NUMBER = /(?:0x[0-9a-f]+|\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+)/iy;
const HOLE = /\{\?\}|\{[\w.()[\]]*\}/y;
const DOLLAR = /\$(?:[A-Za-z_]\w*)?\$/y;
const MARK = /<=>|<>|!=|<=|>=|==|\|\||&&|::|[\s\S]/y;

function take(scan: Scan, pattern: RegExp): string | null {
  pattern.lastIndex = scan.at;
  const found = pattern.exec(scan.text);
  if (found === null) return null;
  scan.at = pattern.lastIndex;
  return found[0];
}

/** `escapes`: whether a backslash in a string escapes the quote after it, which dialects disagree about. */
export function sqlTokens(text: string, escapes: boolean): SqlToken[] {
  const scan: Scan = { text, escapes, out: [], at: 0, depth: 0, executable: 0 };
  while (scan.at < text.length) {
    if (take(scan, SPACE) === null && !comment(scan)) token(scan);
  }
  return scan.out;
}

/** `-- x`, `# x`, block comments; what stands in a block comment of MySQL with a `!` is executed. */
function comment(scan: Scan): boolean {
  const { text, at } = scan;
  const two = text.slice(at, at + 2);
  if (two === "--" || (text[at] === "#" && /\s/.test(text[at + 1] ?? " "))) {
    const end = text.indexOf("\n", at);
    scan.at = end < 0 ? text.length : end;
    return true;
  }
  if (two === "*/" && scan.executable > 0) {
    scan.executable--;
    scan.at += 2;
    return true;
  }
  if (two !== "/*") return false;
  if (text[at + 2] === "!") {
    scan.executable++;
    scan.at += 3;
    while (/\d/.test(text[scan.at] ?? "")) scan.at++;
    return true;
  }
  const end = text.indexOf("*/", at + 2);
  scan.at = end < 0 ? text.length : end + 2;
  return true;
}

function token(scan: Scan): void {
  const { text, at, depth } = scan;
  const c = text[at] as string;
  const quoted = quotedToken(scan, c);
  if (quoted !== null) {
    scan.out.push({ ...quoted, depth });
    return;
  }
  const word = c === "{" && take(scan, HOLE) !== null ? "{?}" : take(scan, WORD);
  const number = word === null ? take(scan, NUMBER) : null;
  const mark = word === null && number === null ? (take(scan, MARK) as string) : null;
  if (mark === ")") scan.depth = Math.max(0, depth - 1);
  const kind = word !== null ? "word" : number !== null ? "number" : "mark";
  scan.out.push({ kind, text: word ?? number ?? mark ?? "", depth: scan.depth });
  if (mark === "(") scan.depth++;
}

/** Strings and quoted names of every dialect. */
function quotedToken(scan: Scan, c: string): Omit<SqlToken, "depth"> | null {
  const { text, at } = scan;
  if (c === "'") return { kind: "string", text: enclosed(scan, "'", scan.escapes) };
  if (c === '"' || c === "`") return { kind: "name", text: enclosed(scan, c, false) };
  if (c === "[" && /^\[[\w .$-]*\]/.test(text.slice(at, at + 130))) return { kind: "name", text: enclosed(scan, "]", false) };
  const dollar = c === "$" ? take(scan, DOLLAR) : null;
  if (dollar === null) return null;
  const end = text.indexOf(dollar, scan.at);
  const body = text.slice(scan.at, end < 0 ? text.length : end);
  scan.at = end < 0 ? text.length : end + dollar.length;
  return { kind: "string", text: body };
}

/** Text up to the closing quote; a doubled quote stands for itself. */
function enclosed(scan: Scan, quote: string, escapes: boolean): string {
  const { text } = scan;
  let out = "";
  let i = scan.at + 1;
  let from = i;
  for (; i < text.length; i++) {
    if (escapes && text[i] === "\\") i++;
    else if (text[i] === quote) {
      if (text[i + 1] !== quote) break;
      out += text.slice(from, i + 1);
      from = ++i + 1;
    }
  }
  scan.at = Math.min(text.length, i + 1);
  return out + text.slice(from, i);
}

const isWord = (found: SqlToken | undefined, ...words: readonly string[]): boolean =>
  found?.kind === "word" && words.includes(found.text.toLowerCase());

/** Statements that may hold another verb of their own without starting a second statement. */
const HOLDS_VERBS = ["explain", "create", "grant", "revoke", "alter", "merge", "with", "comment"];

/** Splits at `;`, and where a ruinous statement starts without one, as T-SQL allows (`BEGIN DELETE FROM t END`). */
export function sqlStatements(tokens: readonly SqlToken[]): SqlToken[][] {
  const out: SqlToken[][] = [];
  let now: SqlToken[] = [];
  for (const [i, found] of tokens.entries()) {
    if (found.kind === "mark" && found.text === ";") {
      out.push(now);
      now = [];
      continue;
    }
    const next = tokens[i + 1];
    const starts =
      (isWord(found, "drop") && isWord(next, "table", "database", "schema")) ||
      (isWord(found, "delete") && isWord(next, "from")) ||
      (isWord(found, "truncate") && isWord(next, "table"));
    if (starts && now.length > 0 && found.depth === 0 && !isWord(now[0], ...HOLDS_VERBS)) {
      out.push(now);
      now = [];
    }
    now.push(found);
  }
  out.push(now);
  return out.filter((s) => s.length > 0);
}
