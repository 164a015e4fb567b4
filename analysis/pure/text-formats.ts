/** Texts that programs bring along as tables and settings: CSV, INI, TOML and YAML, as Python's readers take them. */
import { parse as parseToml, type TomlValue } from "smol-toml";
import { parseDocument } from "yaml";
import type { Pure, PureRecord } from "./pure-value.ts";

type Rec = Record<string, Pure>;
/** More of it than any program brings along. */
const LONGEST = 20_000;
const DEEPEST = 100;

/**
 * Rows of cells; quotes hold delimiters and line ends. As Python's `csv` reads what is not well-formed: it goes on behind a
 * closing quote and takes one that stays open to the end, where the libraries for Node keep the quotes or refuse the text.
 */
export function csvRows(text: string, delimiter = ","): string[][] | undefined {
  if (text.length > LONGEST) return undefined;
  const rows: string[][] = [];
  let row: string[] = [];
  let cell: string | null = null;
  let quoted = false;
  const endCell = (): void => {
    row.push(cell ?? "");
    cell = null;
  };
  const endRow = (): void => {
    if (row.length > 0 || cell !== null) endCell();
    rows.push(row);
    row = [];
  };
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === '"' && quoted && text.charAt(i + 1) === '"') cell += text.charAt(++i);
    else if (c === '"' && (quoted || cell === null)) {
      quoted = !quoted;
      cell ??= "";
    } else if (quoted || (c !== delimiter && c !== "\n" && c !== "\r")) cell = (cell ?? "") + c;
    else if (c === delimiter) endCell();
    else {
      endRow();
      if (c === "\r" && text.charAt(i + 1) === "\n") i++;
    }
  }
  if (row.length > 0 || cell !== null) endRow();
  return rows;
}

/** Rows by the names in the first one. */
export function csvRecords(rows: readonly (readonly string[])[]): PureRecord[] {
  const [names = [], ...others] = rows.filter((row) => row.length > 0);
  return others.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? ""])));
}

/**
 * Sections of names and values as they stand: what a value names of others is put in by whoever asks for it. As Python's
 * `configparser` reads them: names are lowered and end at `=` or `:`, and what is indented goes on, where `ini` of npm keeps names
 * as they stand, ends them at `=` alone and makes lists and booleans of values.
 */
export function iniSections(text: string): PureRecord | undefined {
  if (text.length > LONGEST) return undefined;
  const out: Record<string, Rec> = {};
  let section: Rec | null = null;
  let last: string | null = null;
  for (const line of text.split(/\r?\n/)) {
    const head = /^\[([^\]]+)\]/.exec(line)?.[1];
    const entry = /^([^\s=:#;][^=:]*?)\s*[=:]\s*(.*)$/.exec(line);
    if (/^\s*([#;].*)?$/.test(line)) continue;
    if (head !== undefined) {
      section = out[head] ?? {};
      out[head] = section;
    } else if (section !== null && /^\s/.test(line) && last !== null) section[last] = `${String(section[last])}\n${line.trim()}`;
    else if (section !== null && entry !== null) {
      last = (entry[1] as string).toLowerCase();
      section[last] = (entry[2] as string).trim();
    }
  }
  return out;
}

/** One document; anything that is no plain data is not read. */
export function yamlData(text: string): Pure | undefined {
  if (text.length > LONGEST || /^\s*<<\s*:|^---[\s\S]*^---/m.test(text)) return undefined;
  try {
    const document = parseDocument(text, { logLevel: "silent", schema: "core" });
    return document.errors.length > 0 ? undefined : (document.toJS({ maxAliasCount: 20 }) as Pure);
  } catch {
    return undefined;
  }
}

/** One document, as TOML says; a date is its text. */
export function tomlData(text: string): Pure | undefined {
  if (text.length > LONGEST) return undefined;
  try {
    return withoutDates(parseToml(text, { integersAsBigInt: "asNeeded" }));
  } catch {
    return undefined;
  }
}

/** Tables stand in tables as often as dots in a name say; undefined where they stand too deep. */
function withoutDates(value: TomlValue, depth = 0): Pure | undefined {
  if (typeof value !== "object") return value;
  if (value instanceof Date) return value.toISOString();
  if (depth > DEEPEST) return undefined;
  const held: [string, Pure][] = [];
  for (const [key, inner] of Object.entries(value) as [string, TomlValue][]) {
    const pure = withoutDates(inner, depth + 1);
    if (pure === undefined) return undefined;
    held.push([key, pure]);
  }
  return Array.isArray(value) ? held.map(([, inner]) => inner) : Object.fromEntries(held);
}

const SINGLE = /^'([^']*)'/;
const DOUBLE = /^"((?:[^"\\]|\\[\s\S])*)"/;

/** Words as a shell takes them; an open quote is no text. */
export function shellWords(text: string, comments = false): string[] | undefined {
  const words: string[] = [];
  let word: string | null = null;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === "'" || c === '"') {
      const inside = (c === "'" ? SINGLE : DOUBLE).exec(text.slice(i))?.[1];
      if (inside === undefined) return undefined;
      word = (word ?? "") + (c === "'" ? inside : inside.replace(/\\(["\\])/g, "$1"));
      i += inside.length + 1;
    } else if (c === "\\") word = (word ?? "") + text.charAt(++i);
    else if (comments && c === "#" && word === null) break;
    else if (/\s/.test(c)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? "") + c;
  }
  return word === null ? words : [...words, word];
}
