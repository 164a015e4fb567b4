/** How the values that callers write into `context` are read, the same in every layer. */
import type { Json } from "./model.ts";

/** A yes, as JSON or as text. */
export const saysYes = (value: Json | undefined): boolean =>
  value === true || (isText(value) && !/^(false|no|none|null)$/i.test(value.trim()));

/**
 * How much a caller says it is, also as the text of a decimal number; null when nothing is said. INVARIANT 1: what is said and
 * cannot be read as a number is the largest.
 */
export function claimedNumber(value: Json | undefined): number | null {
  if (value === undefined || value === null || (typeof value === "string" && !isText(value))) return null;
  const read = typeof value === "string" && DECIMAL.test(value.trim()) ? Number(value) : value;
  return typeof read === "number" && Number.isFinite(read) ? read : Number.POSITIVE_INFINITY;
}

const DECIMAL = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;

const isText = (value: Json | undefined): value is string => typeof value === "string" && value.trim() !== "";
