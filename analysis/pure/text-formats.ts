/** Texts that programs bring along as tables and settings: CSV, INI, TOML and YAML, as Python's readers take them. */
import { parseDocument } from "yaml";
import type { Pure, PureRecord } from "./pure-value.ts";

type Rec = Record<string, Pure>;
/** More of it than any program brings along. */
const LONGEST = 20_000;

/** Rows of cells; quotes hold delimiters and line ends. */
export function csvRows(text: string, delimiter = ","): string[][] | undefined {
  if (text.length > LONGEST) return undefined;
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  const endRow = (): void => {
    if (row.length > 0 || cell !== "") rows.push([...row, cell]);
    row = [];
    cell = "";
  };
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (quoted && c === '"' && text.charAt(i + 1) === '"') cell += text.charAt(++i);
    else if (c === '"' && (quoted || cell === "")) quoted = !quoted;
    else if (quoted || (c !== delimiter && c !== "\n" && c !== "\r")) cell += c;
    else if (c === delimiter) {
      row.push(cell);
      cell = "";
    } else endRow();
  }
  endRow();
  return rows;
}

/** Rows by the names in the first one. */
export function csvRecords(rows: readonly (readonly string[])[]): PureRecord[] {
  const [names = [], ...others] = rows;
  return others.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? ""])));
}

/** Sections of names and values; names are lowered, and what is indented goes on. */
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

/** Tables, arrays of tables and what stands in one line; a text that goes over several lines is joined as it stands. */
export function tomlData(text: string): PureRecord | undefined {
  if (text.length > LONGEST) return undefined;
  const root: Rec = {};
  let table: Rec = root;
  for (const line of statements(text)) {
    const many = /^\[\[([^\]]+)\]\]/.exec(line)?.[1];
    const one = /^\[([^[\]]+)\]/.exec(line)?.[1];
    if (many !== undefined || one !== undefined) {
      const path = keysOf((many ?? one) as string);
      const owner = descend(root, path.slice(0, -1));
      const name = path.at(-1) ?? "";
      if (many !== undefined) {
        table = {};
        owner[name] = [...(Array.isArray(owner[name]) ? (owner[name] as readonly Pure[]) : []), table];
      } else table = descend(owner, [name]);
      continue;
    }
    const cut = /^((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=\s*([\s\S]+)$/.exec(line);
    const value = cut === null ? undefined : tomlValue(cut[2] as string);
    if (cut === null || value === undefined) return undefined;
    const path = keysOf(cut[1] as string);
    descend(table, path.slice(0, -1))[path.at(-1) ?? ""] = value;
  }
  return root;
}

const keysOf = (path: string): string[] => [...path.matchAll(/"([^"]*)"|'([^']*)'|([\w-]+)/g)].map((m) => m[1] ?? m[2] ?? (m[3] as string));

/** The table of that name, or the last of several. */
function descend(from: Rec, path: readonly string[]): Rec {
  let table = from;
  for (const name of path) {
    const held = table[name];
    const next = Array.isArray(held) ? held.at(-1) : held;
    if (typeof next === "object" && next !== null) table = next as Rec;
    else {
      const made: Rec = {};
      table[name] = made;
      table = made;
    }
  }
  return table;
}

/** Lines without comments; brackets and threefold quotes that stay open take the next ones in. */
function statements(text: string): string[] {
  const out: string[] = [];
  let open = "";
  for (const line of text.split(/\r?\n/)) {
    const joined = open === "" ? line.trim() : `${open}\n${line}`;
    if (joined === "" || /^#/.test(joined)) continue;
    const quotes = joined.split(/"""|'''/).length - 1;
    const bare = quotes > 0 ? "" : joined.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, "").replace(/#.*$/gm, "");
    const depth = bare.split(/[[{]/).length - bare.split(/[\]}]/).length;
    open = quotes % 2 === 1 || depth > 0 ? joined : "";
    if (open === "") out.push(joined.replace(/\s+#[^"']*$/, ""));
  }
  return out;
}

function tomlValue(text: string): Pure | undefined {
  const long = /^("""|''')\n?([\s\S]*)\1$/.exec(text);
  if (long !== null) return long[2] as string;
  if (/^'[^']*'$/.test(text)) return text.slice(1, -1);
  if (text.startsWith("{") || text.startsWith("[")) {
    const quoted = text.replace(/'([^']*)'/g, (_all, inner: string) => JSON.stringify(inner));
    return yamlData(
      quoted.replace(/([\w-]+)\s*=\s*/g, (all, name: string) => (all.includes('"') ? all : `${name}: `)).replace(/,\s*\]/g, "]"),
    );
  }
  try {
    return JSON.parse(text.replace(/(?<=\d)_(?=\d)/g, "")) as Pure;
  } catch {
    return text;
  }
}

/** Words as a shell takes them; an open quote is no text. */
export function shellWords(text: string, comments = false): string[] | undefined {
  const words: string[] = [];
  let word: string | null = null;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === "'" || c === '"') {
      const end = text.indexOf(c, i + 1);
      if (end < 0) return undefined;
      word = (word ?? "") + text.slice(i + 1, end);
      i = end;
    } else if (c === "\\") word = (word ?? "") + text.charAt(++i);
    else if (comments && c === "#" && word === null) break;
    else if (/\s/.test(c)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? "") + c;
  }
  return word === null ? words : [...words, word];
}
