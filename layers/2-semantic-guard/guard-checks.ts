/** Whether a guard of the code is a check of a certain thing: by its words, its polarity, and whom it is about. */
import type { Effect, Guard } from "../../analysis/effects.ts";

/** Words of names and paths: `user.isAuthorized` -> user, is, authorized. */
export function words(text: string): string[] {
  return text
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((w) => w !== "");
}

type Words = ReadonlySet<string>;
/** Lists of the vocabulary that every check uses, beside the one that it is about. */
export const CHECK_LISTS = ["negative", "actors", "others"] as const;
export type CheckWords = Readonly<Record<(typeof CHECK_LISTS)[number], Words>>;

/** The guard says, in words of `about`, something of the actor or of the very thing that changes. */
export function isCheck(guard: Guard, effect: Effect, about: Words, { negative, actors, others }: CheckWords): boolean {
  if (!guard.external || guard.positive !== mustHold(guard, negative)) return false;
  const named = guard.subjects.length > 0 ? guard.subjects : [guard.text];
  if (!named.some((subject) => words(lastTwo(subject)).some((word) => about.has(word)))) return false;
  if (/\b(or|\|\|)\s+(true|1)\b/i.test(guard.text)) return false;
  const isActor = (root: string): boolean => {
    const parts = words(root);
    return !parts.some((part) => others.has(part)) && actors.has(parts.join("_"));
  };
  return !isOfAnother(named, effect, { about, isActor });
}

const lastTwo = (path: string): string => path.split(".").slice(-2).join(".");

/** `is_authorized` must hold; `is_blocked`, `unauthorized`, `not_allowed` must not. */
function mustHold(guard: Guard, negative: Words): boolean {
  const negatedText = /^(not\b|!)(?!=)/.test(guard.text.trim());
  const comparedFalse =
    /(==|is|===)\s*(False|false|None|null|undefined)\s*$/.test(guard.text) || /(!=|is not|!==)\s*(True|true)\s*$/.test(guard.text);
  const negativeWord = words(guard.text).some((word) => negative.has(word));
  return [negatedText, comparedFalse, negativeWord].filter(Boolean).length % 2 === 0;
}

type Subject = { readonly about: Words; readonly isActor: (root: string) => boolean };

/** The check names somebody or something else than what the effect touches: `if bob.is_authorized: alice.balance -= 1`. */
function isOfAnother(subjects: readonly string[], effect: Effect, { about, isActor }: Subject): boolean {
  const root = rootOf(String(effect.args.subject ?? effect.target));
  const roots = subjects.map(rootOf).filter((r) => r !== "" && !words(r).every((word) => about.has(word)));
  const people = roots.filter((r) => !isCheckCallee(r, subjects, about));
  if (people.length === 0) return false;
  return !people.some((r) => r === root || isActor(r) || (root !== "" && words(r).join() === words(root).join()));
}

/** The name is the check itself (`is_authorized`, `can_withdraw`), not what it is about. */
const isCheckCallee = (root: string, subjects: readonly string[], about: Words): boolean =>
  subjects.includes(root) && words(root).some((word) => about.has(word)) && !root.includes(".");

const rootOf = (path: string): string => (path.split(/[.[(]/)[0] ?? "").trim();
