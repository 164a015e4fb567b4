/** JSON of both languages on constants. */
import { type Pure, pythonFloat } from "./pure-value.ts";

export function parseJson(text: string | undefined): Pure | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Pure;
  } catch {
    return undefined;
  }
}

type Revive = (this: unknown, key: string, value: Pure, context: { readonly source?: string }) => Pure;
/** Numbers are what their text says: with a point or an exponent floats, else integers of any size. */
const pythonNumber: Revive = (_key, value, { source }) => {
  if (typeof value !== "number" || source === undefined) return value;
  if (/[.eE]/.test(source)) return pythonFloat(value);
  return Number.isSafeInteger(value) ? value : BigInt(source);
};

/** `json.loads`. */
export function parsePythonJson(text: string | undefined): Pure | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text, pythonNumber as (key: string, value: Pure) => Pure) as Pure;
    return /"\d+"\s*:/.test(text) && keysIn(text).join() !== keysIn(JSON.stringify(JSON.parse(text))).join() ? undefined : value;
  } catch {
    return undefined;
  }
}

/** Names in the order in which they are written: an object of JavaScript has whole numbers first. */
const keysIn = (text: string): string[] =>
  [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].flatMap(([all, colon]) =>
    colon === undefined ? [] : [String(JSON.parse(all.slice(0, -colon.length)))],
  );
