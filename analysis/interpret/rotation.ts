/** Older copies that a program removes of what it keeps outside the workspace: their age is asked for, or the newest ones are left. */
import type { Label, TargetClass } from "../effects.ts";
import { isCopyPath } from "../shell-rotation.ts";
import { partsOf, textOf, type Value } from "../values.ts";
import { isGuardedBy } from "./guards.ts";
import type { Run } from "./run.ts";

/** On elements of a sorted list without its last ones, or without its first. */
export const OLDER: Label = "type:older";
const AGE = /[mc]_?time|birthtime|\bage|older|cutoff|expir|retention|keep/i;

/** Whether what is deleted is such a copy. */
export function isOlderCopy(run: Run, path: Value, classes: readonly TargetClass[]): boolean {
  if (!isCopyPath(textOf(path), classes)) return false;
  const labels = [...path.labels, ...partsOf(path).flatMap((part) => (typeof part === "string" ? [] : part.labels))];
  return labels.includes(OLDER) || isGuardedBy(run, AGE);
}

/** Labels of the elements of `list[:-keep]`, `list.slice(0, -keep)`, `list[keep:]`. */
export const afterCut = (lower: number | null | undefined, upper: number | null | undefined): readonly Label[] =>
  (typeof upper === "number" && upper < 0 && !lower) || (typeof lower === "number" && lower > 0 && upper === null) ? [OLDER] : [];
