/** Masked display: the last four digits of a card, a number with stars in it. What is left tells nobody whose it is (PCI DSS 3.4.1). */
import type { Label } from "../effects.ts";
import { isNumber, isString, type Value } from "../values.ts";

/** Characters at the end, and at the beginning, that may be shown. */
const AT_END = 4;
const AT_BEGINNING = 6;
const OF_A_PIECE = /^(pci\.|pii\.|phi\.record_number|secret\.)/;
const OF_WHAT_IS_STARRED = /^(pci\.|pii\.)/;
/** What is put in the place of characters. */
const STARS = /[*•#█]{2,}|[xX]{3,}|redacted|masked/i;
/** A pattern of characters, not one text. */
const PATTERN = /\\[dDwWS]|\[|\./;
/** One star for each character: of whatever kind a number or a name is made of, and of all of them. */
const STAR = /^[*•#█xX]$/;
const EACH = /^\/?(?:\(\?i\))?(?:\\b)?(?:\(\?<[=!][^)]*\))?(?:\\[dwS]|\.|\[(?:0-9|a-z|A-Z|\\[dw]){1,4}\])(?![*+{?])/;
const isEach = (pattern: string): boolean => EACH.test(pattern) && (!pattern.startsWith("/") || /\/\w*g\w*$/.test(pattern));

/** Labels of `text[lower:upper]`; null stands for a bound that is not given, undefined for one that is not known. */
export function pieceLabels(
  labels: readonly Label[],
  lower: number | null | undefined,
  upper: number | null | undefined,
): readonly Label[] {
  const end = lower !== null && lower !== undefined && lower < 0 && lower >= -AT_END && upper === null;
  const beginning = (lower === null || lower === 0) && typeof upper === "number" && upper > 0 && upper <= AT_BEGINNING;
  return end || beginning ? labels.filter((label) => !OF_A_PIECE.test(label)) : labels;
}

type Called = { readonly name: string; readonly path: string | null };

/** Labels of `text.slice(-4)`, `text.replace(/\d/g, "*")`: of what a method of a text that is not known gives. */
export function maskedLabels(labels: readonly Label[], { name, path }: Called, args: readonly Value[]): readonly Label[] {
  if (labels.length === 0) return labels;
  if (/^(slice|substring|substr)$/.test(name)) {
    const [lower, upper] = [boundOf(args[0], path), boundOf(args[1], path)];
    // A negative bound is nothing to `substring`: all of the text is left.
    if (name === "substring" && typeof lower === "number" && lower < 0 && !isFromEnd(args[0], path)) return labels;
    // `substr(-4, 4)`
    return pieceLabels(labels, lower, name === "substr" && typeof lower === "number" && lower < 0 ? null : upper);
  }
  return /^replace(All)?$/.test(name) ? starredLabels(labels, args[0], args[1]) : labels;
}

/** Labels of a text in which what a pattern finds was replaced. */
export function starredLabels(labels: readonly Label[], pattern: Value | undefined, by: Value | undefined): readonly Label[] {
  const found = pattern?.k === "const" && PATTERN.test(String(pattern.value));
  const masks = found && isString(by) && (STARS.test(String(by.value)) || (STAR.test(String(by.value)) && isEach(String(pattern.value))));
  return masks ? labels.filter((label) => !OF_WHAT_IS_STARRED.test(label)) : labels;
}

/** `number.length - 4`, `len(number) - 4` of the text of that path. */
const isLength = (of: string | null | undefined, path: string): boolean => of === `${path}.length` || of === `len(${path})`;
const isFromEnd = (value: Value | undefined, path: string | null): boolean =>
  path !== null && value?.k === "unknown" && value.derived?.op === "-" && isLength(value.derived.of, path);

/**
 * A bound of a slice of the text of a path, in JavaScript as in Python: counted from the end when it says how long the text is
 * without something; null when there is none, or it is the end; undefined when it is not known.
 */
export function boundOf(value: Value | null | undefined, path: string | null): number | null | undefined {
  if (value === undefined || value === null || (value.k === "const" && value.type === "null")) return null;
  if (isNumber(value)) return Number(value.value);
  if (path === null || value.k !== "unknown") return undefined;
  if (isLength(value.path, path)) return null;
  return isFromEnd(value, path) && value.derived?.amount ? -value.derived.amount : undefined;
}
