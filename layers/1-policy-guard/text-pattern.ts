/**
 * Patterns of `generic` rules, which match any text: words and punctuation in order, whatever the space between them,
 * `...` for some lines of anything, `$X` for one word, `$...X` for anything with a name.
 */
import { type Bindings, boundAs } from "./bindings.ts";
import { MatchBudgetError } from "./matching.ts";
import { markedName } from "./pattern-marks.ts";
import type { TextToken } from "./rule.ts";

export type TextFound = { readonly start: number; readonly end: number; readonly bindings: Bindings };

type Piece = { readonly text: string; readonly start: number; readonly line: number };
type Search = {
  readonly tokens: readonly TextToken[];
  readonly pieces: readonly Piece[];
  readonly source: string;
  readonly maxLines: number;
  readonly fuel: { left: number };
};

const TOKEN = /\$\.\.\.[A-Z_][A-Z0-9_]*|\.\.\.|\$[A-Z_][A-Z0-9_]*|\w+|[^\s\w]/g;

/** Null when the pattern says nothing. */
export function readTextPattern(text: string): readonly TextToken[] | null {
  const tokens = (text.match(TOKEN) ?? []).map((found): TextToken => {
    if (found === "...") return { kind: "dots", name: null };
    if (found.startsWith("$...")) return { kind: "dots", name: markedName(found) };
    return /^\$[A-Z_]/.test(found) ? { kind: "word", name: markedName(found) } : { kind: "exact", text: found };
  });
  return tokens.some((token) => token.kind !== "dots") ? tokens : null;
}

/** The shortest match for each place where one ends; `offset` is added to every place. Throws MatchBudgetError. */
export function findText(
  tokens: readonly TextToken[],
  source: string,
  limits: { readonly maxLines: number; readonly fuel: { left: number }; readonly offset: number; readonly context: Bindings },
): TextFound[] {
  const search: Search = { tokens, pieces: piecesOf(source), source, ...limits };
  const out = new Map<number, TextFound>();
  for (const [i, piece] of search.pieces.entries()) {
    const bindings: Bindings = [...limits.context];
    const end = matchFrom(search, { token: 0, piece: i, line: piece.line }, bindings);
    if (end === null || end <= piece.start) continue;
    const moved = bindings.map(([name, value], n): Bindings[number] =>
      n < limits.context.length || value.kind !== "text"
        ? [name, value]
        : [name, { ...value, start: value.start + limits.offset, end: value.end + limits.offset }],
    );
    out.set(end, { start: piece.start + limits.offset, end: end + limits.offset, bindings: moved });
  }
  return [...out.values()];
}

function piecesOf(source: string): Piece[] {
  const out: Piece[] = [];
  let line = 0;
  for (const found of source.matchAll(/\n|\w+|[^\s\w]/g)) {
    if (found[0] === "\n") line++;
    else out.push({ text: found[0], start: found.index, line });
  }
  return out;
}

type At = { readonly token: number; readonly piece: number; readonly line: number };

/** The offset where the match ends, or null. Leaves what it bound only when it matched. */
function matchFrom(search: Search, at: At, bindings: Bindings): number | null {
  if (--search.fuel.left < 0) throw new MatchBudgetError();
  const token = search.tokens[at.token];
  if (token === undefined) return endOf(search.pieces[at.piece - 1]);
  if (token.kind === "dots") return matchDots(search, token.name, at, bindings);
  const piece = search.pieces[at.piece];
  if (piece === undefined) return null;
  const next: At = { token: at.token + 1, piece: at.piece + 1, line: piece.line };
  if (token.kind === "exact") return token.text === piece.text ? matchFrom(search, next, bindings) : null;
  return /^\w/.test(piece.text) ? bound(search, token.name, [at.piece, at.piece + 1], bindings, next) : null;
}

function endOf(piece: Piece | undefined): number {
  return piece === undefined ? 0 : piece.start + piece.text.length;
}

/** The shortest stretch after which the rest matches; at the end of a pattern all that is in reach. */
function matchDots(search: Search, name: string | null, at: At, bindings: Bindings): number | null {
  const inReach = (piece: number): boolean => (search.pieces[piece]?.line ?? Number.POSITIVE_INFINITY) - at.line <= search.maxLines;
  let to = at.piece;
  const last = at.token === search.tokens.length - 1;
  if (last) while (inReach(to)) to++;
  for (; to <= search.pieces.length; to++) {
    const next: At = { token: at.token + 1, piece: to, line: search.pieces[to - 1]?.line ?? at.line };
    const end = name === null ? matchFrom(search, next, bindings) : bound(search, name, [at.piece, to], bindings, next);
    if (end !== null) return end;
    if (!inReach(to)) return null;
  }
  return null;
}

function bound(search: Search, name: string, [from, to]: readonly [number, number], bindings: Bindings, next: At): number | null {
  const start = search.pieces[from]?.start ?? search.source.length;
  const end = to > from ? endOf(search.pieces[to - 1]) : start;
  const text = search.source.slice(start, end);
  const known = boundAs(bindings, name);
  if (known !== undefined) return known.kind === "text" && known.text === text ? matchFrom(search, next, bindings) : null;
  bindings.push([name, { kind: "text", text, start, end }]);
  const found = matchFrom(search, next, bindings);
  if (found === null) bindings.pop();
  return found;
}
