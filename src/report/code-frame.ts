/** The lines of code that a location covers, with carets under the exact characters. */
import type { Location } from "../../layers/model.ts";
import { columns, printableLine } from "./printable.ts";

/** Longer lines are cut to a window around the place that is meant. */
const WINDOW = 110;
const BEFORE = 30;

type Place = Pick<Location, "line" | "endLine" | "offset" | "endOffset">;
type Excerpt = { readonly text: string; readonly caretAt: number; readonly carets: number };
export type Paint = (text: string) => string;

/**
 * The first line of `place` with its line number in a gutter and carets below, then how far the place goes on.
 * Only offsets are trusted for the columns: they do not depend on what a language calls the end of a line.
 */
export function codeFrame(code: string, place: Place, paint: { readonly gutter: Paint; readonly caret: Paint }): string[] {
  const number = String(place.line);
  const bar = paint.gutter(`${" ".repeat(number.length)} |`);
  const { text, caretAt, carets } = excerpt(code, place);
  const rest = place.endLine > place.line ? ` to line ${place.endLine}` : "";
  return [
    bar,
    `${paint.gutter(`${number} |`)} ${text}`.trimEnd(),
    `${bar} ${" ".repeat(caretAt)}${paint.caret(`${"^".repeat(carets)}${rest}`)}`,
  ];
}

function excerpt(code: string, place: Place): Excerpt {
  const start = clamp(place.offset, 0, code.length);
  const from = lineStart(code, start);
  const to = lineEnd(code, start);
  const end = clamp(place.endOffset, start, to);
  const cutBefore = start - from > WINDOW - BEFORE ? wholeCharacter(code, start - BEFORE) : from;
  const cutAfter = to - cutBefore > WINDOW ? wholeCharacter(code, cutBefore + WINDOW) : to;
  const lead = cutBefore > from ? "… " : "";
  const shown = (until: number): string => lead + printableLine(code.slice(cutBefore, until));
  const caretAt = columns(shown(start));
  return {
    text: shown(cutAfter) + (cutAfter < to ? " …" : ""),
    caretAt,
    carets: Math.max(1, columns(shown(Math.min(end, cutAfter))) - caretAt),
  };
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

function lineStart(code: string, offset: number): number {
  let at = offset;
  while (at > 0 && !isLineBreak(code.charCodeAt(at - 1))) at--;
  return at;
}

function lineEnd(code: string, offset: number): number {
  let at = offset;
  while (at < code.length && !isLineBreak(code.charCodeAt(at))) at++;
  return at;
}

const isLineBreak = (unit: number): boolean => unit === 0x0a || unit === 0x0d;

/** An offset that does not cut a surrogate pair in two. */
function wholeCharacter(code: string, offset: number): number {
  const unit = code.charCodeAt(offset);
  return unit >= 0xdc00 && unit <= 0xdfff ? offset - 1 : offset;
}
