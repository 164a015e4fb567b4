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

/** Labels of `text.slice(-4)`, `text.replace(/\d/g, "*")`: of what a method of a text that is not known gives. */
export function maskedLabels(labels: readonly Label[], name: string, args: readonly Value[]): readonly Label[] {
  if (labels.length === 0) return labels;
  if (/^(slice|substring|substr)$/.test(name)) {
    const [lower, upper] = [boundOf(args[0]), boundOf(args[1])];
    // `substr(-4, 4)`
    return pieceLabels(labels, lower, name === "substr" && typeof lower === "number" && lower < 0 ? null : upper);
  }
  return /^replace(All)?$/.test(name) ? starredLabels(labels, args[0], args[1]) : labels;
}

/** Labels of a text in which what a pattern finds was replaced. */
export function starredLabels(labels: readonly Label[], pattern: Value | undefined, by: Value | undefined): readonly Label[] {
  const found = pattern?.k === "const" && PATTERN.test(String(pattern.value));
  return found && isString(by) && STARS.test(String(by.value)) ? labels.filter((label) => !OF_WHAT_IS_STARRED.test(label)) : labels;
}

/** A bound of a slice: null when there is none, undefined when it is not known. */
export const boundOf = (value: Value | undefined): number | null | undefined =>
  value === undefined ? null : isNumber(value) ? Number(value.value) : undefined;
