/** Whether an expansion inside a word of a shell program stands between double quotes: `"$a"$b`. */
import type { Template } from "../../analysis/tree.ts";

/** Hole `index` of the word; `source` is the text that the word is a part of. Time grows with the word. */
export function isQuotedHole(source: string, word: Template, index: number): boolean {
  const end = word.parts[index]?.start ?? word.end;
  let quoted = false;
  let at = word.start;
  for (const part of word.parts.slice(0, index + 1)) {
    const gap = part.kind === "Hole" ? part.start : part.end;
    for (; at < Math.min(gap, end); at++) {
      const c = source.charAt(at);
      if (c === "\\") at++;
      else if (c === '"') quoted = !quoted;
      else if (c === "'" && !quoted) at = skipped(source, at, end);
    }
    if (part.kind === "Hole") at = part.end;
  }
  return quoted;
}

/** The offset of the single quote that closes what opens at `from`. */
function skipped(source: string, from: number, end: number): number {
  const close = source.indexOf("'", from + 1);
  return close < 0 || close > end ? end : close;
}
