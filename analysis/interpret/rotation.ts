/** Older copies that a program removes of what it keeps outside the workspace: their age is asked for, or the newest ones are left. */
import type { EffectKind, Label, TargetClass } from "../effects.ts";
import { isCopyPath } from "../shell-rotation.ts";
import { partsOf, textOf, type Value } from "../values.ts";
import { activeGuards } from "./guards.ts";
import type { Run } from "./run.ts";

/** On elements of a sorted list without its last ones, or without its first. */
export const OLDER: Label = "type:older";
const AGE = /[mc]_?time|birthtime|\bage|older|cutoff|expir|retention|keep/i;

/** Whether what is deleted is such a copy. */
export const isOlderCopy = (
  run: Run,
  path: Value,
  found: { readonly kind: EffectKind; readonly classes: readonly TargetClass[] },
): boolean => isCopyPath({ ...found, target: textOf(path) }, () => isOlder(path) || activeGuards(run).some(({ text }) => AGE.test(text)));

export const isOlder = (value: Value): boolean =>
  [...value.labels, ...partsOf(value).flatMap((part) => (typeof part === "string" ? [] : part.labels))].includes(OLDER);

/** Labels of the elements of `list[:-keep]`, `list.slice(0, -keep)`, `list[keep:]`. */
export const afterCut = (lower: number | null | undefined, upper: number | null | undefined): readonly Label[] =>
  (typeof upper === "number" && upper < 0 && !lower) || (typeof lower === "number" && lower > 0 && upper === null) ? [OLDER] : [];
