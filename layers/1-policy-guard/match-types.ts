/** Types are text: word by word the same, white space aside, with metavariables and `...` for parts whose brackets close. */
import type { TypeNode } from "../../analysis/tree.ts";
import { bindNode, type Matching, type Next } from "./matching.ts";
import { isDotsName, isMeta, isRestName } from "./pattern-marks.ts";

type Word = { readonly text: string; readonly start: number; readonly end: number };

const WORD = /[\p{L}\p{N}_$]+|"[^"]*"|'[^']*'|`[^`]*`|=>|\S/gu;
const CLOSED_BY: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", "<": ">" };
const CLOSING: ReadonlySet<string> = new Set(Object.values(CLOSED_BY));

function wordsOf(text: string): Word[] {
  return [...text.matchAll(WORD)].map(({ 0: word, index }) => ({ text: word, start: index, end: index + word.length }));
}

export function matchType(cx: Matching, pattern: TypeNode, code: TypeNode, next: Next): boolean {
  const wanted = wordsOf(pattern.text);
  const words = wordsOf(code.text);
  const from = (at: number, found: number): boolean => {
    const want = wanted[at];
    if (want === undefined) return found === words.length && next();
    if (isDotsName(want.text) || isRestName(want.text)) return stretches(words, found, 0).some((end) => from(at + 1, end));
    if (!isMeta(want.text)) return words[found]?.text === want.text && from(at + 1, found + 1);
    return stretches(words, found, 1).some((end) => bindNode(cx, want.text, part(code, words, found, end), () => from(at + 1, end)));
  };
  return from(0, 0);
}

/** Where a part of at least `least` words that begins at `from` may end: its brackets are closed, and it opens into no comma. */
function stretches(words: readonly Word[], from: number, least: number): number[] {
  const ends = least === 0 ? [from] : [];
  const open: string[] = [];
  for (let at = from; at < words.length; at++) {
    const { text } = words[at] as Word;
    if (text in CLOSED_BY) open.push(CLOSED_BY[text] as string);
    else if (CLOSING.has(text) && open.pop() !== text) break;
    if (open.length === 0 && at + 1 - from >= least) {
      if (text === "," && least > 0) break;
      ends.push(at + 1);
    }
  }
  return ends;
}

function part(type: TypeNode, words: readonly Word[], from: number, to: number): TypeNode {
  const start = (words[from] as Word).start;
  const end = (words[to - 1] as Word).end;
  return { ...type, start: type.start + start, end: type.start + end, text: type.text.slice(start, end) };
}
