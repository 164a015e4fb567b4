/** Values of Python literals as CPython computes them, and where CPython would end a string. */
import { characterByName } from "./python-unicode-names.ts";

export type StringPrefix = { readonly raw: boolean; readonly bytes: boolean; readonly format: boolean };

const PREFIXES: ReadonlyMap<string, StringPrefix> = new Map(
  ["", "u", "r", "b", "br", "rb", "f", "fr", "rf", "t", "tr", "rt"].map((prefix) => [
    prefix,
    { raw: prefix.includes("r"), bytes: prefix.includes("b"), format: /[ft]/.test(prefix) },
  ]),
);

/** `rb"""` -> what it means; null for what CPython has no string for (backquotes, `ub""`). */
export function readOpening(opening: string): (StringPrefix & { readonly quote: string }) | null {
  const at = opening.search(/['"]/);
  const prefix = at < 0 ? undefined : PREFIXES.get(opening.slice(0, at).toLowerCase());
  return prefix === undefined ? null : { ...prefix, quote: opening.slice(at) };
}

/**
 * Offset at which a string's text ends when it starts at `from`: at its closing quote, or at `limit` when the text up to
 * there holds none. -1 when a single-quoted string runs into the end of its line, or an escape steps over `limit`.
 * The grammar's own idea of the end is compared with this one: where they differ, text would be read as code.
 */
export function endOfText(text: string, from: number, limit: number, quote: string, format: boolean): number {
  const single = quote.length === 1;
  const mark = quote.charCodeAt(0);
  let i = from;
  while (i < limit) {
    const c = text.charCodeAt(i);
    if (c === 92) {
      const next = text.charCodeAt(i + 1);
      if (format && (next === 123 || next === 125)) i += 1;
      else if (next === 13 && text.charCodeAt(i + 2) === 10) i += 3;
      else i += 2;
    } else if (c === mark && (single || text.startsWith(quote, i))) return i;
    else if (single && c === 10) return -1;
    else i++;
  }
  return i === limit ? limit : -1;
}

/** `error`: why CPython refuses the text; `unknown`: `\N{...}` escapes whose character is not known here. */
export type Decoded = { readonly value: string; readonly error: string | null; readonly unknown: readonly UnknownCharacter[] };
/** `at` is an offset into `value`; nothing stands there. */
export type UnknownCharacter = { readonly at: number; readonly name: string };

const SIMPLE: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\n": "",
};
const NONE: readonly UnknownCharacter[] = [];

/** Decodes the text between the quotes (for f-strings: between two replacement fields). */
export function decodeText(text: string, kind: StringPrefix): Decoded {
  let raw = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  if (kind.bytes && /[^\x00-\x7f]/.test(raw)) return { value: "", error: "bytes can only hold ASCII characters", unknown: NONE };
  if (kind.format && /[{}]/.test(raw)) {
    const plain = kind.raw ? unbrace(raw) : raw;
    if (plain === null) return { value: "", error: "single brace in an f-string", unknown: NONE };
    raw = plain;
  }
  if (kind.raw || (!raw.includes("\\") && !(kind.format && /[{}]/.test(raw)))) return { value: raw, error: null, unknown: NONE };
  return decodeEscapes(raw, kind);
}

/** `{{` -> `{`, `}}` -> `}`; null when a brace stands alone. */
function unbrace(raw: string): string | null {
  const plain = raw.replace(/\{\{|\}\}/g, "");
  return /[{}]/.test(plain) ? null : raw.replace(/\{\{/g, "{").replace(/\}\}/g, "}");
}

function decodeEscapes(raw: string, kind: StringPrefix): Decoded {
  const unknown: UnknownCharacter[] = [];
  let value = "";
  let i = 0;
  while (i < raw.length) {
    const c = raw.charAt(i);
    if (kind.format && (c === "{" || c === "}")) {
      if (raw.charAt(i + 1) !== c) return { value: "", error: "single brace in an f-string", unknown };
      value += c;
      i += 2;
    } else if (c !== "\\") {
      value += c;
      i++;
    } else {
      const step = decodeEscape(raw, i, kind.bytes);
      if (typeof step === "string") return { value: "", error: step, unknown };
      if (step.name !== undefined) unknown.push({ at: value.length, name: step.name });
      value += step.value;
      i = step.next;
    }
  }
  return { value, error: null, unknown };
}

type Step = { readonly value: string; readonly next: number; readonly name?: string };

/** The escape at `i`, or what is wrong with it. Unknown escapes keep their backslash, as in Python. */
function decodeEscape(raw: string, i: number, bytes: boolean): Step | string {
  const c = raw.charAt(i + 1);
  const simple = SIMPLE[c];
  if (simple !== undefined) return { value: simple, next: i + 2 };
  if (c >= "0" && c <= "7") {
    const digits = /^[0-7]{1,3}/.exec(raw.slice(i + 1, i + 4))?.[0] ?? "0";
    const code = Number.parseInt(digits, 8);
    return { value: String.fromCharCode(bytes ? code & 0xff : code), next: i + 1 + digits.length };
  }
  if (c === "x") return hexEscape(raw, i, 2);
  if (!bytes && c === "u") return hexEscape(raw, i, 4);
  if (!bytes && c === "U") return hexEscape(raw, i, 8);
  if (!bytes && c === "N") return namedEscape(raw, i);
  return { value: "\\", next: i + 1 };
}

function hexEscape(raw: string, i: number, length: number): Step | string {
  const digits = raw.slice(i + 2, i + 2 + length);
  if (digits.length < length || !/^[0-9a-fA-F]+$/.test(digits)) return `truncated \\${raw.charAt(i + 1)} escape`;
  const code = Number.parseInt(digits, 16);
  if (code > 0x10ffff) return "escape beyond U+10FFFF";
  return { value: String.fromCodePoint(code), next: i + 2 + length };
}

function namedEscape(raw: string, i: number): Step | string {
  const found = /^\{([^{}\n]+)\}/.exec(raw.slice(i + 2, i + 120));
  if (found?.[1] === undefined) return "malformed \\N escape";
  const next = i + 2 + found[0].length;
  const value = characterByName(found[1]);
  return value === null ? { value: "", next, name: found[1] } : { value, next };
}

// ---------------------------------------------------------------- numbers

export type NumberValue = { readonly value: number | bigint; readonly imaginary?: true; readonly float?: true; readonly error?: string };

/** CPython refuses to read longer decimal integers (sys.int_info.default_max_str_digits). */
const MAX_DECIMAL_DIGITS = 4_300;

export function readInteger(text: string): NumberValue {
  let digits = text.replaceAll("_", "");
  if (/[jJ]$/.test(digits)) return { value: Number(digits.slice(0, -1)), imaginary: true };
  let error: string | undefined;
  if (/[lL]$/.test(digits)) {
    digits = digits.slice(0, -1);
    error = "`L` suffix is Python 2";
  }
  const decimal = /^\d+$/.test(digits);
  if (decimal && /^0+[1-9]/.test(digits)) error = "leading zeros in a decimal integer";
  if (/_$|__/.test(text)) error = "misplaced underscore in a number";
  if (decimal && digits.length > MAX_DECIMAL_DIGITS) return { value: Number.NaN, error: "integer literal beyond 4300 digits" };
  const number = Number(digits);
  const value = Number.isSafeInteger(number) ? number : BigInt(digits);
  return error === undefined ? { value } : { value, error };
}

export function readFloat(text: string): NumberValue {
  const digits = text.replaceAll("_", "");
  if (/[jJ]$/.test(digits)) return { value: Number(digits.slice(0, -1)), imaginary: true };
  return { value: Number(digits), float: true };
}
