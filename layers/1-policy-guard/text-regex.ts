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
/** Plain data, so that it crosses threads; each thread makes the engine when a text first asks for it. */
export type TextRegex = {
  readonly source: string;
  readonly multiline: boolean;
  readonly ignoreCase: boolean;
  /** False when it backtracks. */
  readonly linear: boolean;
};
export type RegexResult = { readonly ok: true; readonly regex: TextRegex } | { readonly ok: false; readonly message: string };

type Flags = Partial<Pick<TextRegex, "multiline" | "ignoreCase">>;
type Engine = {
  test(text: string): boolean;
  testStart(text: string): RegexMatch | null;
  all(text: string): RegexMatch[];
};
type Compiled = { readonly ok: true; readonly linear: boolean; readonly engine: Engine } | { readonly ok: false; readonly message: string };

const MAX_MATCHES = 5_000;
const CACHE = new Map<string, RegexResult>();
const ENGINES = new WeakMap<TextRegex, Engine>();

/** `multiline`: `^` and `$` match at line ends, as `pattern-regex` has it. */
export function compileRegex(source: string, { multiline = false, ignoreCase = false }: Flags = {}): RegexResult {
  const key = `${multiline ? "m" : ""}${ignoreCase ? "i" : ""}/${source}`;
  const known = CACHE.get(key);
  if (known !== undefined) return known;
  const compiled = compile(source, { multiline, ignoreCase });
  const result: RegexResult = compiled.ok ? { ok: true, regex: { source, multiline, ignoreCase, linear: compiled.linear } } : compiled;
  if (result.ok && compiled.ok) ENGINES.set(result.regex, compiled.engine);
  if (CACHE.size < 20_000) CACHE.set(key, result);
  return result;
}

/** Whether it matches anywhere in `text`. */
export const matchesIn = (regex: TextRegex, text: string): boolean => engineOf(regex).test(text);
/** At the start of `text` only. */
export const matchAtStart = (regex: TextRegex, text: string): RegexMatch | null => engineOf(regex).testStart(text);
export const allMatches = (regex: TextRegex, text: string): RegexMatch[] => engineOf(regex).all(text);

/** Throws when the data did not come from `compileRegex`. */
function engineOf(regex: TextRegex): Engine {
  const known = ENGINES.get(regex);
  if (known !== undefined) return known;
  const compiled = compile(regex.source, regex);
  if (!compiled.ok) throw new Error(compiled.message);
  ENGINES.set(regex, compiled.engine);
  return compiled.engine;
}

function compile(source: string, flags: Flags): Compiled {
  const compiled = linear(source, flags) ?? backtracking(source, flags);
  return compiled.ok ? { ...compiled, engine: remembering(compiled.engine) } : compiled;
}

const MAX_REMEMBERED = 2_000;
const MAX_REMEMBERED_TEXT = 80;

/** Names and short texts come again and again. */
function remembering(engine: Engine): Engine {
  const known = new Map<string, RegexMatch | null>();
  return {
    ...engine,
    testStart: (text) => {
      const before = known.get(text);
      if (before !== undefined) return before;
      const found = engine.testStart(text);
      if (text.length <= MAX_REMEMBERED_TEXT && known.size < MAX_REMEMBERED) known.set(text, found);
      return found;
    },
  };
}

const SPELLINGS: Readonly<Record<string, string>> = { Z: "\\z", h: "[ \\t]", R: "(?:\\r\\n|\\n|\\r)", e: "\\x1b" };

/** PCRE spellings that RE2 writes otherwise. */
function portable(source: string): string {
  return source.replace(/\\([\s\S])/g, (whole, c: string) => SPELLINGS[c] ?? whole);
}

function linear(source: string, flags: Flags): Compiled | null {
  try {
    const bits = (flags.multiline === true ? RE2JS.MULTILINE : 0) | (flags.ignoreCase === true ? RE2JS.CASE_INSENSITIVE : 0);
    const compiled = RE2JS.compile(portable(source), bits);
    return { ok: true, linear: true, engine: linearEngine(compiled) };
  } catch {
    return null;
  }
}

function linearEngine(compiled: RE2JS): Engine {
  const names = Object.keys(compiled.namedGroups());
  const matchOf = (matcher: ReturnType<RE2JS["matcher"]>): RegexMatch => {
    const groups: (string | null)[] = [];
    for (let i = 1; i <= matcher.groupCount(); i++) groups.push(matcher.group(i) ?? null);
    const named = Object.fromEntries(names.map((name) => [name, matcher.group(name) ?? ""]));
    return { start: matcher.start(), end: matcher.end(), groups, named };
  };
  return {
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

function backtracking(source: string, flags: Flags): Compiled {
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
    return { ok: true, linear: false, engine: backtrackingEngine(body, modes) };
  } catch (error) {
    return { ok: false, message: `not a regular expression: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function backtrackingEngine(body: string, modes: string): Engine {
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
