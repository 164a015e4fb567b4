/**
 * JSON in its canonical form (RFC 8785, "JSON Canonicalization Scheme"): members sorted by UTF-16 code units, no white space,
 * numbers and strings as ECMAScript writes them. Every decision is written this way several times, hence by hand.
 */
import type { Json } from "../../layers/model.ts";

/** Names of members come again and again: quoted once, as long as they are few. */
const MOST_NAMES = 2_000;
const quotedNames = new Map<string, string>();

/** Throws TypeError for what has no canonical form: text that is not well-formed Unicode, NaN, infinities. Recurses by nesting. */
export function writeCanonical(value: Json): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") return numeral(value);
  if (value === null || typeof value !== "object") return String(value);
  return Array.isArray(value) ? list(value) : members(value as { readonly [name: string]: Json | undefined });
}

function quoted(text: string): string {
  if (!text.isWellFormed()) throw new TypeError("text is not well-formed Unicode");
  return JSON.stringify(text);
}

/** `-0` is written `0`. */
function numeral(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`${value} is no number of JSON`);
  return String(value);
}

function list(items: readonly Json[]): string {
  let text = "[";
  for (let i = 0; i < items.length; i++) text += (i === 0 ? "" : ",") + writeCanonical(items[i] as Json);
  return `${text}]`;
}

function members(object: { readonly [name: string]: Json | undefined }): string {
  let text = "{";
  for (const name of sortedNames(object)) {
    const value = object[name];
    if (value !== undefined) text += (text.length === 1 ? "" : ",") + nameOf(name) + writeCanonical(value);
  }
  return `${text}}`;
}

function sortedNames(object: object): string[] {
  const names = Object.keys(object);
  for (let i = 1; i < names.length; i++) if ((names[i] as string) < (names[i - 1] as string)) return names.sort();
  return names;
}

function nameOf(name: string): string {
  const known = quotedNames.get(name);
  if (known !== undefined) return known;
  const text = `${quoted(name)}:`;
  if (quotedNames.size < MOST_NAMES && name.length <= 64) quotedNames.set(name, text);
  return text;
}
