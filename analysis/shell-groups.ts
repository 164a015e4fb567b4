/** Where the compound commands of a shell line end. */
import type { Word } from "./shell-words.ts";

/** Index after the `)` of a case pattern, or the same index where none follows. */
export function afterPattern(words: readonly Word[], from: number, to: number): number {
  for (let i = from; i < Math.min(to, from + 50); i++) {
    if (words[i]?.text === "esac") return from;
    if (words[i]?.operator === true && words[i]?.text === ")") return i + 1;
  }
  return from;
}

/** Index of the word that closes the group which `words[open]` opens. */
export function groupEnd(words: readonly Word[], open: number, to: number, close: readonly [string, string]): number {
  let depth = 0;
  for (let i = open; i < to; i++) {
    if (words[i]?.text === close[0]) depth++;
    else if (words[i]?.text === close[1] && --depth === 0) return i;
  }
  return to;
}
