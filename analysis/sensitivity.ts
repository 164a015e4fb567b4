/**
 * What is sensitive: by the name a value goes by, and by the text of a literal. Pure: recognisers come in compiled
 * (rules/sensitivity), and the same ones label values in the interpreter, judge in Layer 3 and mask what is recorded.
 */
import { RE2JS } from "re2js";
import type { Label } from "./effects.ts";
import { isLiteral, type LiteralCheck } from "./literal-checks.ts";

export const SINKS = ["log", "print", "net", "mail", "file"] as const;
export type Sink = (typeof SINKS)[number];
export const SENSITIVITY_ACTIONS = ["block", "require_approval", "warn"] as const;
export type SensitivityAction = (typeof SENSITIVITY_ACTIONS)[number];
export const FRAMEWORKS = ["pii", "pci", "hipaa"] as const;
export const SEVERITIES = ["critical", "high", "medium", "low", "info"] as const;

/** A kind of sensitive data and what happens when it reaches a sink (no entry: nothing). */
export type LabelRule = {
  readonly id: Label;
  /** For people: "social security number". */
  readonly title: string;
  /** Name in `compliance.pii.classifications` that switches it on or off; null: always on. */
  readonly classification: string | null;
  readonly frameworks: readonly (typeof FRAMEWORKS)[number][];
  readonly severity: (typeof SEVERITIES)[number];
  readonly actions: Readonly<Partial<Record<Sink, SensitivityAction>>>;
  /** For a literal that stands in the code, whatever happens to it. */
  readonly anywhere: SensitivityAction | null;
  readonly references: readonly string[];
};

/** Words that follow each other in an identifier. */
export type NamePhrase = {
  readonly label: Label;
  readonly words: readonly string[];
  readonly near: ReadonlySet<string> | null;
  readonly whole: boolean;
};

export type LiteralRule = {
  readonly label: Label;
  /** Type shown by the mask: `ssn` in `[ssn:11]`. */
  readonly name: string;
  readonly hints: readonly string[];
  /** Not tried unless the text has a run of so many digits (single spaces or dashes between them allowed). */
  readonly digits: number;
  /** Of a regular expression that runs in linear time. */
  readonly pattern: string;
  readonly check: LiteralCheck | null;
};

export type Recognisers = {
  readonly labels: ReadonlyMap<Label, LabelRule>;
  /** By first word. */
  readonly phrases: ReadonlyMap<string, readonly NamePhrase[]>;
  readonly harmless: { readonly anywhere: ReadonlySet<string>; readonly first: ReadonlySet<string>; readonly end: ReadonlySet<string> };
  readonly literals: readonly LiteralRule[];
};

/** A sensitive literal: offsets into the text, `end` exclusive. */
export type SensitiveSpan = { readonly label: Label; readonly name: string; readonly start: number; readonly end: number };

const NAME_LIMIT = 200;
/** Refused matches per rule and text; after that every match counts, so that hostile text costs bounded time (INVARIANT 4). */
const REFUSAL_LIMIT = 1_000;
const NONE: readonly Label[] = [];

/**
 * Labels of a value called `name`: an identifier, attribute, key, parameter, or a dotted path, whose last part
 * decides (`user.ssn` is a number, `ssn.length` is not). `hashed_password`, `token_count`, `is_ssn` have none.
 */
export function labelOfName(recognisers: Recognisers, name: string): readonly Label[] {
  if (name.length === 0 || name.length > NAME_LIMIT) return NONE;
  const dot = name.lastIndexOf(".");
  const words = nameWords(name.slice(dot + 1));
  let found: Label[] | null = null;
  for (let at = 0; at < words.length; at++) {
    for (const phrase of recognisers.phrases.get(words[at] as string) ?? []) {
      if (!matchesAt(phrase, words, at) || isHarmless(recognisers, words, at, at + phrase.words.length)) continue;
      if (phrase.near !== null && !isNear(phrase.near, words, dot < 0 ? "" : name.slice(0, dot))) continue;
      found ??= [];
      if (!found.includes(phrase.label)) found.push(phrase.label);
    }
  }
  return found ?? NONE;
}

/** Labels of a constant string (or of a number, as digits). */
export function labelOfLiteral(recognisers: Recognisers, text: string): readonly Label[] {
  const spans = findSensitive(recognisers, text);
  return spans.length === 0 ? NONE : [...new Set(spans.map((span) => span.label))];
}

/** Sensitive literals in a text, in order, without overlaps. Time is linear in the text. */
export function findSensitive(recognisers: Recognisers, text: string): SensitiveSpan[] {
  if (text.length < 5) return [];
  const digits = longestDigitRun(text);
  const spans: SensitiveSpan[] = [];
  for (const rule of recognisers.literals) {
    if (digits < rule.digits || (rule.hints.length > 0 && !rule.hints.some((hint) => text.includes(hint)))) continue;
    collect(rule, text, spans);
  }
  return spans.length < 2 ? spans : withoutOverlaps(spans);
}

/** `text` with every sensitive literal replaced by its type and length: `[ssn:11]`. INVARIANT 8. */
export function maskLiterals(recognisers: Recognisers, text: string): string {
  let out = "";
  let last = 0;
  for (const span of findSensitive(recognisers, text)) {
    out += `${text.slice(last, span.start)}[${span.name}:${span.end - span.start}]`;
    last = span.end;
  }
  return last === 0 ? text : out + text.slice(last);
}

/** Lower-case words of an identifier: `userSSN`, `user_ssn2` and `user-ssn` give user, ssn. */
export function nameWords(name: string): string[] {
  const words: string[] = [];
  const cut = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/([A-Z])([A-Z][a-z])/g, "$1_$2");
  for (const word of cut.toLowerCase().split(/[^a-z0-9]+/)) {
    const stem = word.replace(/[0-9]+$/, "");
    if (stem !== "") words.push(stem);
  }
  return words;
}

function matchesAt(phrase: NamePhrase, words: readonly string[], at: number): boolean {
  if (phrase.whole && (at !== 0 || words.length !== phrase.words.length)) return false;
  return phrase.words.every((word, i) => words[at + i] === word);
}

function isHarmless(recognisers: Recognisers, words: readonly string[], from: number, to: number): boolean {
  const { anywhere, first, end } = recognisers.harmless;
  if (from > 0 && first.has(words[0] as string)) return true;
  if (to < words.length && end.has(words[words.length - 1] as string)) return true;
  return words.some((word, i) => (i < from || i >= to) && anywhere.has(word));
}

function isNear(near: ReadonlySet<string>, words: readonly string[], path: string): boolean {
  return words.some((word) => near.has(word)) || nameWords(path).some((word) => near.has(word));
}

function longestDigitRun(text: string): number {
  let longest = 0;
  let run = 0;
  let gap = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c >= 48 && c <= 57) {
      run++;
      gap = false;
      if (run > longest) longest = run;
    } else if ((c === 32 || c === 45) && run > 0 && !gap) gap = true;
    else run = 0;
  }
  return longest;
}

const PATTERNS = new Map<string, RE2JS>();

/** Compiled when it is first needed, once in each thread: recognisers are few, and plain data. Throws when it is no linear-time expression. */
export function linearPattern(source: string): RE2JS {
  const known = PATTERNS.get(source);
  if (known !== undefined) return known;
  const compiled = RE2JS.compile(source);
  PATTERNS.set(source, compiled);
  return compiled;
}

function collect(rule: LiteralRule, text: string, into: SensitiveSpan[]): void {
  // `test` needs no captures and is ten times cheaper: most texts hold nothing.
  const pattern = linearPattern(rule.pattern);
  if (!pattern.test(text)) return;
  const matcher = pattern.matcher(text);
  const group = pattern.groupCount() > 0 ? 1 : 0;
  let refusals = 0;
  let from = 0;
  while (from < text.length && matcher.find(from)) {
    const start = matcher.start(group);
    const end = matcher.end(group);
    const accepted = refusals > REFUSAL_LIMIT || isAccepted(rule, text, start, end);
    if (accepted) into.push({ label: rule.label, name: rule.name, start, end });
    else refusals++;
    // A refused match may hide a literal that begins inside it (`30 4111 1111 1111 1111`).
    from = accepted ? end : Math.max(matcher.start(), from) + 1;
  }
}

function isAccepted(rule: LiteralRule, text: string, start: number, end: number): boolean {
  if (rule.digits > 0 && isPartOfLonger(rule, text, start, end)) return false;
  return rule.check === null || isLiteral(rule.check, text.slice(start, end));
}

/** Digits inside a longer thing: a fraction (`0.4111...`), a UUID, a serial number; after a card its expiry may stand. */
function isPartOfLonger(rule: LiteralRule, text: string, start: number, end: number): boolean {
  if (/(?:\w|[0-9][.-])$/.test(text.slice(Math.max(0, start - 2), start))) return true;
  return (rule.check === "card" ? /^\w/ : /^(?:\w|[-.][0-9])/).test(text.slice(end, end + 2));
}

/** Spans come rule by rule: of two that overlap, the rule that stands first in the file counts. */
function withoutOverlaps(spans: readonly SensitiveSpan[]): SensitiveSpan[] {
  const order = [...spans.keys()].sort((a, b) => (spans[a] as SensitiveSpan).start - (spans[b] as SensitiveSpan).start || a - b);
  const out: { span: SensitiveSpan; rank: number }[] = [];
  for (const rank of order) {
    const span = spans[rank] as SensitiveSpan;
    let last = out.at(-1);
    while (last !== undefined && last.span.end > span.start && last.rank > rank) {
      out.pop();
      last = out.at(-1);
    }
    if (last === undefined || last.span.end <= span.start) out.push({ span, rank });
  }
  return out.map((kept) => kept.span);
}
