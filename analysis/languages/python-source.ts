/**
 * Prepares Python source for tree-sitter, which reads lines differently from CPython, without moving a single offset,
 * and names what CPython itself would refuse before it reads a token.
 */

export type PreparedSource = {
  /** Same length as the submitted text. */
  readonly text: string;
  readonly problems: readonly SourceProblem[];
};
export type SourceProblem = { readonly start: number; readonly end: number; readonly message: string };

/** PEP 263: a cookie counts on line 1, or on line 2 when line 1 is blank or a comment. */
const COOKIE = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;
const BLANK_OR_COMMENT = /^[ \t\f]*(?:#.*)?$/;
const UTF8 = new Set(["utf-8", "utf8", "utf-8-sig", "u8", "utf", "cp65001"]);
/** Encodings that read ASCII bytes as ASCII; accepted when the source holds nothing else. */
const ASCII_SUPERSETS = /^(?:us-ascii|ascii|latin-?1|l1|iso-?8859-(?:1|15)(?:-.*)?|cp125\d|windows-125\d|gbk|gb2312|euc-(?:jp|kr))$/;

export function prepareSource(source: string): PreparedSource {
  const problems: SourceProblem[] = [];
  let text = source;
  // INVARIANT: every replacement has the length of what it replaces, so offsets keep their meaning.
  if (text.includes("\r")) text = text.replace(/\r(?!\n)/g, "\n");
  for (let at = text.indexOf("\0"); at >= 0; at = text.indexOf("\0", at + 1)) {
    problems.push({ start: at, end: at + 1, message: "source code holds a null byte" });
    if (problems.length >= 10) break;
  }
  if (problems.length > 0) text = text.replaceAll("\0", " ");
  const stray = loneSurrogate(text);
  if (stray >= 0) problems.push({ start: stray, end: stray + 1, message: "source code holds a lone surrogate" });
  const cookie = foreignEncoding(text);
  if (cookie !== null) problems.push(cookie);
  return { text, problems };
}

function loneSurrogate(text: string): number {
  if (text.isWellFormed()) return -1;
  return text.search(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
}

/** A cookie that names another encoding than UTF-8: the bytes that run may not be the text that was analysed. */
function foreignEncoding(text: string): SourceProblem | null {
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  for (let line = 0; line < 2; line++) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const content = text.slice(start, end).replace(/\r$/, "");
    const found = COOKIE.exec(content)?.[1];
    if (found !== undefined) {
      const name = found.toLowerCase().replaceAll("_", "-");
      if (UTF8.has(name) || name.startsWith("utf-8-")) return null;
      if (ASCII_SUPERSETS.test(name) && !/[^\x00-\x7f]/.test(text)) return null;
      return { start, end, message: `source encoding \`${found}\` is not UTF-8` };
    }
    if (newline < 0 || !BLANK_OR_COMMENT.test(content)) return null;
    start = newline + 1;
  }
  return null;
}
