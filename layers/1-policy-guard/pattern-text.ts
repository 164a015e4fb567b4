/**
 * Pattern text to text that the front ends can read: `$X`, `...`, `<... e ...>` and `($X: T)` become marked names. Where
 * `...` may be a statement or an entry only the parser knows, so there are several readings, tried in order.
 */
import type { Language } from "../../analysis/tree.ts";
import { DEEP, DOTS, DOTS_STATEMENT, FILLER, FOR_DOTS, MARK, SHELL_EXPANSION, SHELL_META, TYPED } from "./pattern-marks.ts";

/** One way to write the dots: as statements on lines of their own, everywhere in braces (and ending what is before), or never; types as calls or left alone. */
export type Reading = {
  readonly statements: "lines" | "braces" | "separate" | "none";
  readonly dictDots: boolean;
  readonly typed: boolean;
};

const PYTHON_READINGS: readonly Reading[] = [
  { statements: "none", dictDots: true, typed: false },
  { statements: "none", dictDots: false, typed: false },
  { statements: "none", dictDots: true, typed: true },
];
const SCRIPT_READINGS: readonly Reading[] = [
  { statements: "lines", dictDots: false, typed: false },
  { statements: "none", dictDots: false, typed: false },
  { statements: "braces", dictDots: false, typed: false },
  { statements: "separate", dictDots: false, typed: false },
  { statements: "lines", dictDots: false, typed: true },
  { statements: "none", dictDots: false, typed: true },
];

const SHELL_READINGS: readonly Reading[] = [{ statements: "none", dictDots: false, typed: false }];

export function readingsOf(text: string, language: Language): readonly Reading[] {
  if (language === "shell") return SHELL_READINGS;
  const all = language === "python" ? PYTHON_READINGS : SCRIPT_READINGS;
  return /\(\s*\$[A-Z_]\w*\s*:/.test(text) ? all : all.filter((reading) => !reading.typed);
}

const SPECIAL = String.raw`<\.\.\.|\.\.\.>|\$\.\.\.[A-Z_][A-Z0-9_]*|\$[A-Z_][A-Z0-9_]*(?![a-z])|\.\.\.|[([{]|[)\]}]`;
const PYTHON_TOKEN = new RegExp(
  String.raw`(?<![\w])[rRbBuUfFtT]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|#[^\n]*|${SPECIAL}`,
  "g",
);
const SCRIPT_TOKEN = new RegExp(
  String.raw`"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|${"`"}(?:\\.|[^${"`"}\\])*${"`"}|(?<!:)\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?<=(?:^|[(,=:[!&|?{};]|return)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*|${SPECIAL}`,
  "g",
);

/** Variables in capitals are metavariables here, quoted or not; what single quotes hold is text. */
const SHELL_TOKEN =
  /'[^']*'|(?<=^|\s)#[^\n]*|\\.|\$\.\.\.[A-Z_][A-Z0-9_]*|\$\{[A-Z_][A-Z0-9_]*\}|\$[A-Z_][A-Z0-9_]*(?![a-z])|(?<=^|[\s;(|&])\.\.\.(?=$|[\s;)|&])/g;

function substituteShell(text: string): string {
  const named = text.replace(/(\bfor\s+)\$([A-Z_][A-Z0-9_]*)(?=\s+in\b)|(?<=^|[\s;])\$([A-Z_][A-Z0-9_]*)(?==)/g, (_, head, loop, set) =>
    loop === undefined ? SHELL_META + set : head + SHELL_META + loop,
  );
  const expanded = named.replace(/\$\{\$([A-Z_][A-Z0-9_]*)\}/g, `\${${SHELL_EXPANSION}$1}`);
  return expanded.replace(SHELL_TOKEN, (found) => {
    if (found === "...") return DOTS;
    if (!found.startsWith("$")) return found;
    return found.startsWith("$...") ? MARK.repeat(4) + found.slice(4) : MARK + found.replace(/[${}]/g, "");
  });
}

export function substitute(text: string, language: Language, reading: Reading): string {
  if (language === "shell") return substituteShell(text);
  const typed = reading.typed ? writeTyped(text) : text;
  return language === "python" ? substitutePython(typed, reading) : substituteScript(typed, reading);
}

/** `($X: T)` -> `TYPED($X, "T")`. */
function writeTyped(text: string): string {
  let out = "";
  let at = 0;
  for (const found of text.matchAll(/\(\s*(\$[A-Z_][A-Z0-9_]*)\s*:\s*/g)) {
    if (found.index < at) continue;
    const from = found.index + found[0].length;
    const end = closing(text, from);
    if (end < 0) continue;
    out += `${text.slice(at, found.index)}${TYPED}(${found[1]}, ${JSON.stringify(text.slice(from, end).trim())})`;
    at = end + 1;
  }
  return out + text.slice(at);
}

/** The offset of the bracket that closes what is open at `from`, or -1. */
function closing(text: string, from: number): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === "(" || c === "[" || c === "{") depth++;
    else if (c === "]" || c === "}") depth--;
    else if (c === ")" && depth-- === 0) return i;
  }
  return -1;
}

function substitutePython(text: string, reading: Reading): string {
  const open: string[] = [];
  let deep = 0;
  return text.replace(PYTHON_TOKEN, (found, offset: number) => {
    if (found === "<...") deep++;
    if (found === "...>") return deep-- > 0 ? ")   " : `${DOTS}>`;
    if (found === "...") return open.at(-1) === "{" && reading.dictDots && !/:\s*$/.test(text.slice(0, offset)) ? `**${DOTS}` : DOTS;
    if (/^\w{0,2}["']/.test(found)) return /^\w{0,2}[fFtT]\w?["']|^[fFtT]/.test(found) ? insideFormat(found) : rawRegex(found);
    return word(found, open);
  });
}

/** In `"=~/.../"` a backslash belongs to the regular expression, not to the string. */
function rawRegex(text: string): string {
  return /^\w{0,2}["']+=~\//.test(text) && !/^\w{0,2}[rR]/.test(text) ? text.replace(/\\(?!["'])/g, "\\\\") : text;
}

/** Metavariables in the replacement fields of an f-string. */
function insideFormat(text: string): string {
  if (/^[fF]["']\.\.\.["']$/.test(text)) return `f"{${FILLER}}"`;
  return text.replace(/\{([^{}]*)\}/g, (_, field: string) => `{${names(field)}}`);
}

function names(text: string): string {
  return text
    .replace(/\$\.\.\.([A-Z_])/g, `${MARK.repeat(4)}$1`)
    .replace(/\$([A-Z_][A-Z0-9_]*)(?![a-z])/g, `${MARK}$1`)
    .replace(/^\s*\.\.\.\s*$/, DOTS);
}

function word(found: string, open: string[]): string {
  if (found === "<...") return `${DEEP}(`;
  if (found.startsWith("$...")) return MARK.repeat(4) + found.slice(4);
  if (/^\$[A-Z_]/.test(found)) return MARK + found.slice(1);
  if (/^[([{]$/.test(found)) open.push(found);
  else if (/^[)\]}]$/.test(found)) open.pop();
  return found;
}

function substituteScript(text: string, reading: Reading): string {
  const open: string[] = [];
  let deep = 0;
  const prepared = text
    .replace(/\bfor\s*\(\s*\.\.\.\s*\)/g, `for (${FOR_DOTS};;)`)
    .replace(/^(\s*import\b.*\bfrom\s*)(\$[A-Z_][A-Z0-9_]*)/gm, '$1"$2"')
    .replace(/(\bswitch\s*\([^{}]*\)\s*\{\s*)\.\.\./g, `$1case ${DOTS}: `);
  return prepared.replace(SCRIPT_TOKEN, (found: string, offset: number) => {
    if (found.startsWith("`")) return found.replace(/\$\{([^{}]*)\}/g, (_, hole: string) => `\${${names(hole)}}`);
    if (/^\/[^*/]/.test(found)) return found.replace(/^\/\.\.\.\//, `/${DOTS}/`).replace(/^\/\$([A-Z_][A-Z0-9_]*)\//, `/${MARK}$1/`);
    if (/^["'/]/.test(found)) return rawRegex(found);
    if (found === "<...") deep++;
    const before = prepared.slice(0, offset);
    const after = prepared.slice(offset + found.length);
    if (found === "...>") return deep-- > 0 ? ")   " : `${scriptDots(reading, open, before, `>${after}`)}>`;
    if (found === "...") return scriptDots(reading, open, before, after);
    if (/^\$[A-Z_]/.test(found) && isAttributeValue(before)) return `{${word(found, open)}}`;
    return word(found, open);
  });
}

function scriptDots(reading: Reading, open: readonly string[], before: string, after: string): string {
  if (isAttributeValue(before)) return `{${DOTS}}`;
  if (/^(?:[\w$[{"'`\u01c2]|<\.\.\.)/.test(after)) return "...";
  const inBraces = open.length === 0 || open.at(-1) === "{";
  const alone = /(?:^|\n)[ \t]*$/.test(before) && /^[ \t]*(?:\n|$)/.test(after);
  if (/<[A-Za-z$\u01c2][^<>]*\s\{$/.test(before) && after.startsWith("}")) return `...${DOTS}`;
  if (inBraces && reading.statements === "separate") return /[{};]\s*$/.test(before) ? `${DOTS_STATEMENT};` : `;${DOTS_STATEMENT};`;
  const asStatement = inBraces && (reading.statements === "braces" || (reading.statements === "lines" && alone));
  return asStatement ? `${DOTS_STATEMENT};` : DOTS;
}

/** Behind `<a href=`. */
function isAttributeValue(before: string): boolean {
  return /<[A-Za-z$\u01c2][\w$.\u01c2-]*(?:\s[^<>]*)?\s[\w$:\u01c2-]+=$/.test(before);
}
