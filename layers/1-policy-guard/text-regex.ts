/**
 * Regular expressions of rules. They run on a linear-time engine (re2js); one that needs look-around or a back-reference
 * runs on the JavaScript engine, inside the worker and under its deadline, and `rules lint` says so.
 */
import { RE2JS } from "re2js";

export type RegexMatch = {
  readonly start: number;
  readonly end: number;
  /** Numbered from 1; null for a group that took no part. */
  readonly groups: readonly (string | null)[];
  readonly named: Readonly<Record<string, string>>;
};
export type TextRegex = {
  readonly source: string;
  /** False when it backtracks. */
  readonly linear: boolean;
  /** Anywhere in `text`. */
  test(text: string): boolean;
  /** At the start of `text` only. */
  testStart(text: string): RegexMatch | null;
  all(text: string): RegexMatch[];
};
export type RegexResult = { readonly ok: true; readonly regex: TextRegex } | { readonly ok: false; readonly message: string };

const MAX_MATCHES = 5_000;
const CACHE = new Map<string, RegexResult>();

/** `multiline`: `^` and `$` match at line ends, as `pattern-regex` has it. */
export function compileRegex(source: string, flags: { readonly multiline?: boolean; readonly ignoreCase?: boolean } = {}): RegexResult {
  const key = `${flags.multiline === true ? "m" : ""}${flags.ignoreCase === true ? "i" : ""}/${source}`;
  const known = CACHE.get(key);
  if (known !== undefined) return known;
  const result = linear(source, flags) ?? backtracking(source, flags);
  const kept: RegexResult = result.ok ? { ok: true, regex: remembering(result.regex) } : result;
  if (CACHE.size < 20_000) CACHE.set(key, kept);
  return kept;
}

const MAX_REMEMBERED = 2_000;
const MAX_REMEMBERED_TEXT = 80;

/** Names and short texts come again and again. */
function remembering(regex: TextRegex): TextRegex {
  const known = new Map<string, RegexMatch | null>();
  return {
    ...regex,
    testStart: (text) => {
      const before = known.get(text);
      if (before !== undefined) return before;
      const found = regex.testStart(text);
      if (text.length <= MAX_REMEMBERED_TEXT && known.size < MAX_REMEMBERED) known.set(text, found);
      return found;
    },
  };
}

type Flags = { readonly multiline?: boolean; readonly ignoreCase?: boolean };

const SPELLINGS: Readonly<Record<string, string>> = { Z: "\\z", h: "[ \\t]", R: "(?:\\r\\n|\\n|\\r)", e: "\\x1b" };

/** PCRE spellings that RE2 writes otherwise. */
function portable(source: string): string {
  return source.replace(/\\([\s\S])/g, (whole, c: string) => SPELLINGS[c] ?? whole);
}

function linear(source: string, flags: Flags): RegexResult | null {
  try {
    const bits = (flags.multiline === true ? RE2JS.MULTILINE : 0) | (flags.ignoreCase === true ? RE2JS.CASE_INSENSITIVE : 0);
    const compiled = RE2JS.compile(portable(source), bits);
    return { ok: true, regex: linearRegex(source, compiled) };
  } catch {
    return null;
  }
}

function linearRegex(source: string, compiled: RE2JS): TextRegex {
  const names = Object.keys(compiled.namedGroups());
  const matchOf = (matcher: ReturnType<RE2JS["matcher"]>): RegexMatch => {
    const groups: (string | null)[] = [];
    for (let i = 1; i <= matcher.groupCount(); i++) groups.push(matcher.group(i) ?? null);
    const named = Object.fromEntries(names.map((name) => [name, matcher.group(name) ?? ""]));
    return { start: matcher.start(), end: matcher.end(), groups, named };
  };
  return {
    source,
    linear: true,
    test: (text) => compiled.matcher(text).find(),
    testStart: (text) => {
      const matcher = compiled.matcher(text);
      return matcher.lookingAt() ? matchOf(matcher) : null;
    },
    all: (text) => {
      const matcher = compiled.matcher(text);
      const out: RegexMatch[] = [];
      while (out.length < MAX_MATCHES && matcher.find()) out.push(matchOf(matcher));
      return out;
    },
  };
}

function backtracking(source: string, flags: Flags): RegexResult {
  const inline = /^\(\?([imsx]+)\)/.exec(source);
  const later = /\(\?([ims]+)\)/.exec(inline === null ? source : source.slice(inline[0].length));
  const own = (inline?.[1] ?? "") + (later?.[1] ?? "");
  let body = (inline === null ? source : source.slice(inline[0].length)).replace(/\(\?[ims]+\)/g, "");
  if (own.includes("x")) body = body.replace(/\\#|\\ |\[(?:\\.|[^\]\\])*\]|#[^\n]*|\s+/g, (part) => (/^[\\[]/.test(part) ? part : ""));
  body = body
    .replace(/\(\?P</g, "(?<")
    .replace(/\(\?P=(\w+)\)/g, "\\k<$1>")
    .replace(/\\A/g, "(?<![\\s\\S])")
    .replace(/\\[zZ]/g, "(?![\\s\\S])")
    .replace(/\\h/g, "[ \\t]")
    .replace(/([*+?}])\+/g, "$1")
    .replace(/\(\?>/g, "(?:");
  const modes = [
    ...new Set(
      `${flags.multiline === true || own.includes("m") ? "m" : ""}${flags.ignoreCase === true || own.includes("i") ? "i" : ""}${own.includes("s") ? "s" : ""}`,
    ),
  ].join("");
  try {
    return { ok: true, regex: backtrackingRegex(source, body, modes) };
  } catch (error) {
    return { ok: false, message: `not a regular expression: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function backtrackingRegex(source: string, body: string, modes: string): TextRegex {
  const search = new RegExp(body, modes);
  const sticky = new RegExp(body, `${modes}y`);
  const global = new RegExp(body, `${modes}g`);
  const matchOf = (found: RegExpExecArray): RegexMatch => ({
    start: found.index,
    end: found.index + found[0].length,
    groups: found.slice(1).map((group) => group ?? null),
    named: Object.fromEntries(Object.entries(found.groups ?? {}).map(([name, value]) => [name, value ?? ""])),
  });
  return {
    source,
    linear: false,
    test: (text) => search.test(text),
    testStart: (text) => {
      sticky.lastIndex = 0;
      const found = sticky.exec(text);
      return found === null ? null : matchOf(found);
    },
    all: (text) => {
      const out: RegexMatch[] = [];
      for (const found of text.matchAll(global)) {
        out.push(matchOf(found));
        if (out.length >= MAX_MATCHES) break;
      }
      return out;
    },
  };
}
