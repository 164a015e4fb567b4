/** Python's `str.maketrans` and `str.translate` on constants. */
import { ByteString, character, isBytes, isText, PURE_LIMIT, type Pure, type PureRecord } from "./pure-value.ts";

export function translate(s: string, table: Pure | undefined): string | undefined {
  if (table === null || typeof table !== "object" || Array.isArray(table) || table instanceof ByteString) return undefined;
  const map = table as Record<string, Pure>;
  const out: string[] = [];
  for (const c of s) {
    const key = String(c.codePointAt(0));
    const to = Object.hasOwn(map, key) ? map[key] : c;
    const shown = to === null ? "" : isText(to) ? to : character(to);
    if (shown === undefined) return undefined;
    out.push(shown);
  }
  return out.reduce((sum, part) => sum + part.length, 0) > PURE_LIMIT ? undefined : out.join("");
}

/** `data.translate(table, delete)`. */
export function translateBytes(s: string, table: Pure | undefined, deleted: Pure | undefined): string | undefined {
  const gone = isBytes(deleted) ? deleted.value : deleted === undefined ? "" : undefined;
  if (gone === undefined || !(table === null || (isBytes(table) && table.value.length === 256))) return undefined;
  const left = [...s].filter((c) => !gone.includes(c));
  return (isBytes(table) ? left.map((c) => table.value.charAt(c.charCodeAt(0))) : left).join("");
}

/** A mapping from single characters or code points. */
function mapping(table: NonNullable<Pure> & object): Pure | undefined {
  if (Array.isArray(table) || table instanceof ByteString) return undefined;
  // Whether it is the digit or the number is not known here.
  if (Object.keys(table).some((key) => /^\d$/.test(key))) return undefined;
  const entries = Object.entries(table as PureRecord).map(([key, to]): [string, Pure] => [
    /^.$/su.test(key) ? String(key.codePointAt(0)) : key,
    to,
  ]);
  return Object.fromEntries(entries);
}

/** One mapping by code point, or two texts of the same length and what is to be deleted. */
export function maketrans([from, to, deleted]: readonly (Pure | undefined)[]): Pure | undefined {
  if (from !== null && typeof from === "object" && to === undefined) return mapping(from);
  if (!isText(from) || !isText(to)) return undefined;
  const target = [...to];
  const source = [...from];
  if (source.length !== target.length || (deleted !== undefined && !isText(deleted))) return undefined;
  const gone = isText(deleted) ? [...deleted] : [];
  return Object.fromEntries([
    ...source.map((c, i): [string, Pure] => [String(c.codePointAt(0)), target[i] as string]),
    ...gone.map((c): [string, Pure] => [String(c.codePointAt(0)), null]),
  ]);
}
