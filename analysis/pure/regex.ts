/**
 * Regular expressions of both languages on constants, on a linear-time engine. What that engine would read differently
 * (look-around, back references, texts outside ASCII, patterns that match nothing at all) is not evaluated.
 */
import { RE2JS } from "re2js";
import { isAscii, PURE_LIMIT } from "./pure-value.ts";

/** Matches beyond this many leave the text unknown; patterns and texts are bounded before anything is compiled. */
const MOST_MATCHES = 4_096;
const LONGEST_PATTERN = 500;

export type Match = { readonly start: number; readonly end: number; readonly groups: readonly (string | null)[] };
export type Pattern = { readonly source: string; readonly ignoreCase: boolean; readonly multiline: boolean; readonly dotAll: boolean };

/** `/pattern/flags` as JavaScript constants keep it. */
export function javascriptPattern(written: string): (Pattern & { readonly global: boolean }) | null {
  const cut = written.lastIndexOf("/");
  const flags = written.slice(cut + 1);
  if (cut < 1 || /[^gimsu]/.test(flags)) return null;
  return {
    source: RE2JS.translateRegExp(written.slice(1, cut)),
    ignoreCase: flags.includes("i"),
    multiline: flags.includes("m"),
    dotAll: flags.includes("s"),
    global: flags.includes("g"),
  };
}

/** Names of groups, by the number that each has: `(?<year>\\d+)`. */
export function groupNames(pattern: Pattern): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  let count = 0;
  for (const [mark, name] of pattern.source.matchAll(/\\[\s\S]|\[(?:\\[\s\S]|[^\]])*\]|\((?:\?(?:P?<([A-Za-z_]\w*)>)?)?/g)) {
    if (!mark.startsWith("(") || mark === "(?") continue;
    count++;
    if (name !== undefined) names.set(name, count);
  }
  return names;
}

/** Programs use the same few patterns again and again; compiling one takes as long as interpreting a small function. */
const MOST_COMPILED = 500;
const compiled = new Map<string, RE2JS>();

function compile(source: string, flags: number): RE2JS {
  const key = `${flags} ${source}`;
  let pattern = compiled.get(key);
  if (pattern === undefined) {
    pattern = RE2JS.compile(source, flags);
    if (compiled.size >= MOST_COMPILED) compiled.clear();
    compiled.set(key, pattern);
  }
  return pattern;
}

/** All matches (or the first), or undefined when they are not evaluated. */
export function matchesOf(pattern: Pattern, text: string, all: boolean): Match[] | undefined {
  if (pattern.source.length > LONGEST_PATTERN || text.length > PURE_LIMIT || !isAscii(text) || /[\r\v]/.test(text)) return undefined;
  const flags =
    (pattern.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (pattern.multiline ? RE2JS.MULTILINE : 0) | (pattern.dotAll ? RE2JS.DOTALL : 0);
  try {
    const matcher = compile(pattern.source, flags).matcher(text);
    const out: Match[] = [];
    while (out.length < MOST_MATCHES && matcher.find()) {
      // Where an empty match may follow another one, the engines differ.
      if (all && matcher.start() === matcher.end()) return undefined;
      const groups = Array.from({ length: matcher.groupCount() + 1 }, (_v, i) => matcher.group(i));
      out.push({ start: matcher.start(), end: matcher.end(), groups });
      if (!all) break;
    }
    return out.length >= MOST_MATCHES ? undefined : out;
  } catch {
    return undefined;
  }
}

/** The text between the matches and what stands for each, in order. */
export function pieces<T>(text: string, matches: readonly Match[], each: (match: Match) => T): (string | T)[] {
  const out: (string | T)[] = [];
  let last = 0;
  for (const match of matches) {
    out.push(text.slice(last, match.start), each(match));
    last = match.end;
  }
  out.push(text.slice(last));
  return out;
}

/** JavaScript's `$1`, `$<name>`, `$&`, `$$` in a replacement. */
export function expandDollars(replacement: string, text: string, match: Match, names: ReadonlyMap<string, number>): string {
  return replacement.replace(/\$(?:(\$)|(&)|(`)|(')|(\d{1,2})|<([^>]*)>)/g, (all, dollar, whole, before, after, digits, name) => {
    if (name !== undefined) return names.size === 0 ? all : (match.groups[names.get(name) ?? Number.NaN] ?? "");
    if (dollar !== undefined) return "$";
    if (whole !== undefined) return match.groups[0] ?? "";
    if (before !== undefined) return text.slice(0, match.start);
    if (after !== undefined) return text.slice(match.end);
    const index = Number(digits);
    if (index > 0 && index < match.groups.length) return match.groups[index] ?? "";
    // Of two digits that name no group the first one may.
    const [first, second] = [Number(digits[0]), digits.slice(1)];
    return second !== "" && first > 0 && first < match.groups.length ? (match.groups[first] ?? "") + second : all;
  });
}

/** Python's `\1`, `\g<1>` and `\g<name>` in a replacement; undefined for other escapes. */
export function expandBackslashes(replacement: string, match: Match, names: ReadonlyMap<string, number>): string | undefined {
  let failed = false;
  const out = replacement.replace(/\\(?:g<(\w+)>|(\d\d?)|(\\)|([\s\S])|)/g, (_all, named, digit, slash, other) => {
    if (slash !== undefined) return "\\";
    if (other === "n") return "\n";
    const index = names.get(named ?? "") ?? Number(named ?? digit ?? Number.NaN);
    if (!(index < match.groups.length)) failed = true;
    return match.groups[index] ?? "";
  });
  return failed ? undefined : out;
}
