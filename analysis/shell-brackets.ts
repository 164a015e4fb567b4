/** Where the brackets of shell text close: quotes, comments, here-documents and `case` patterns inside do not count. */

/** Levels of quotes and substitutions inside each other that are followed; deeper text does not close. */
const DEEPEST = 40;

/** Index after the parenthesis that closes the one at `open`, or -1. */
export function closingParenthesis(line: string, open: number, level = 0): number {
  if (level > DEEPEST) return -1;
  let depth = 0;
  const cases: number[] = [];
  for (let i = open; i < line.length; i++) {
    const c = line[i] as string;
    const skipped = skip(line, i, level);
    if (skipped === -1) return -1;
    if (skipped !== i) i = skipped - 1;
    else if (c === "(") depth++;
    else if (c === ")") {
      if (cases.at(-1) === depth) continue;
      if (--depth === 0) return i + 1;
    } else if (/[ce]/.test(c) && /[\s;(&|]/.test(line[i - 1] ?? "")) {
      if (/^case\s[^;)]*?\sin\s/.test(line.slice(i, i + 200))) cases.push(depth);
      else if (/^esac\b/.test(line.slice(i, i + 5))) cases.pop();
    }
  }
  return -1;
}

/** Index after the brace that closes the one at `open`, or -1. */
export function closingBrace(line: string, open: number, level = 0): number {
  if (level > DEEPEST) return -1;
  for (let i = open + 1; i < line.length; i++) {
    const c = line[i] as string;
    if (c === "}") return i + 1;
    if (c === "\\") i++;
    else if (c === "'") i += quotedLength(line, i);
    else if (c === '"' || c === "`" || c === "$") {
      const after = skip(line, i, level);
      if (after === -1) return -1;
      if (after !== i) i = after - 1;
    }
  }
  return -1;
}

/** Inside `"${x:-it's}"` a quote is only a character: it quotes where another one stands before the next brace. */
function quotedLength(line: string, at: number): number {
  const near = line.slice(at + 1, at + 1_000);
  const quote = near.indexOf("'");
  return quote >= 0 && quote < near.indexOf("}") ? quote + 1 : 0;
}

/** Index behind the quoted text, substitution, comment or here-document that begins at `i`; `i` where none does; -1 unclosed. */
function skip(line: string, i: number, level: number): number {
  const c = line[i] as string;
  if (c === "\\") return i + 2;
  if (c === "'") return after(line, "'", i + 1);
  if (c === '"') return afterDoubleQuoted(line, i, level);
  if (c === "`") return after(line, "`", i + 1);
  if (c === "$" && line[i + 1] === "{") return closingBrace(line, i + 1, level + 1);
  if (c === "$" && line[i + 1] === "(") return closingParenthesis(line, i + 1, level + 1);
  if (c === "#" && /[\s;(]/.test(line[i - 1] ?? "")) {
    const end = line.indexOf("\n", i);
    return end < 0 ? line.length : end;
  }
  if (c !== "<" || line[i + 1] !== "<" || line[i + 2] === "<" || line[i - 1] === "<") return i;
  return afterHereDocument(line, i);
}

function after(line: string, mark: string, from: number): number {
  const at = line.indexOf(mark, from);
  return at < 0 ? -1 : at + 1;
}

function afterDoubleQuoted(line: string, open: number, level: number): number {
  for (let i = open + 1; i < line.length; i++) {
    const c = line[i] as string;
    if (c === '"') return i + 1;
    if (c === "\\") i++;
    else if (c === "`" || (c === "$" && /[({]/.test(line[i + 1] ?? ""))) {
      const end = skip(line, i, level);
      if (end === -1) return -1;
      i = end - 1;
    }
  }
  return -1;
}

/** A here-document that begins inside a substitution: its text holds what it likes. */
function afterHereDocument(line: string, at: number): number {
  const found = /^<<(-?)\s*(["']?)([A-Za-z_]\w*)\2[^\n]*\n/.exec(line.slice(at, at + 400));
  if (found === null) return at;
  return hereDocumentEnd(line, at + found[0].length, { word: found[3] as string, tabs: found[1] === "-" }).end;
}

/** The body of the here-document that begins at `from`, and the index of the line behind it. */
export function hereDocumentEnd(line: string, from: number, delimiter: { word: string; tabs: boolean }): { body: string; end: number } {
  const rows: string[] = [];
  let at = from;
  while (at < line.length) {
    const newline = line.indexOf("\n", at);
    const end = newline < 0 ? line.length : newline;
    const row = line.slice(at, end);
    const bare = delimiter.tabs ? row.replace(/^\t+/, "") : row;
    at = newline < 0 ? end : end + 1;
    if (bare.replace(/\r$/, "") === delimiter.word) break;
    rows.push(bare);
  }
  return { body: `${rows.join("\n")}\n`, end: at };
}
