/** Claims of the caller that count, and guards of the code: what an answer may rely on. */
import type { Effect, Guard } from "../../analysis/effects.ts";
import type { LayerInput } from "../layer.ts";
import type { Json } from "../model.ts";

/** Guards and claims without which the answer would have been stricter. */
export type AnswerBasis = { readonly reliedOn: readonly string[] };

/** A claim that the caller's role may assert, or undefined. */
export function claim(input: LayerInput, name: string): Json | undefined {
  if (!input.acceptedClaims.has(name)) return undefined;
  return input.submission.context[name];
}

export const claims = (input: LayerInput, name: string): boolean => claim(input, name) === true || nonEmptyText(claim(input, name));
const nonEmptyText = (value: Json | undefined): boolean =>
  typeof value === "string" && value.trim() !== "" && !/^(false|no|none|null)$/i.test(value.trim());

/** Words of names and paths: `user.isAuthorized` -> user, is, authorized. */
export function words(text: string): string[] {
  return text
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((w) => w !== "");
}

const AUTHORIZATION =
  /^(auth|authed|authz|authn|authori[sz]ed?|authori[sz]ation|authori[sz]es|authenticated?|authentication|permission|permissions|permitted|permit|allowed|privilege|privileged|entitled|access|admin|superuser|staff|role|roles|owner|owns|can|logged|login|verified|approved|acl|scope|scopes|unauthori[sz]ed|denied|forbidden)$/;
const CONSENT = /^(consent|consents|consented|hipaa|authori[sz]ed?|authori[sz]ation)$/;
const ENCRYPTION = /^(encrypt|encrypted|encryption|tls|secure)$/;
/** Who acts: a check about the actor guards what the actor does to anything. */
const ACTORS = new Set(
  "user current_user users request req session ctx context caller principal actor operator self this auth token client identity g requester me account_owner agent subject service login admin acting_user".split(
    " ",
  ),
);

/** The guard says that the actor, or the very thing that changes, is authorized. */
export const isAuthorization = (guard: Guard, effect: Effect): boolean => counts(guard, effect, AUTHORIZATION);
export const isConsent = (guard: Guard, effect: Effect): boolean => counts(guard, effect, CONSENT);
export const isEncryption = (guard: Guard, effect: Effect): boolean => counts(guard, effect, ENCRYPTION);

function counts(guard: Guard, effect: Effect, about: RegExp): boolean {
  if (!guard.external || !hasRightPolarity(guard)) return false;
  const named = guard.subjects.length > 0 ? guard.subjects : [guard.text];
  if (!named.some((s) => words(lastTwo(s)).some((w) => about.test(w)))) return false;
  if (/\b(or|\|\|)\s+(true|1)\b/i.test(guard.text)) return false;
  return !isOfAnother(named, effect, about);
}

const lastTwo = (path: string): string => path.split(".").slice(-2).join(".");

/** `is_authorized` must hold; `is_blocked`, `unauthorized`, `not_allowed` must not. */
function hasRightPolarity(guard: Guard): boolean {
  const negatedText = /^(not\b|!)(?!=)/.test(guard.text.trim());
  const comparedFalse =
    /(==|is|===)\s*(False|false|None|null|undefined)\s*$/.test(guard.text) || /(!=|is not|!==)\s*(True|true)\s*$/.test(guard.text);
  const negativeWord = words(guard.text).some((w) =>
    /^(unauthori[sz]ed|unauthenticated|forbidden|denied|blocked|disallowed|anonymous|banned|locked|revoked)$/.test(w),
  );
  const flips = [negatedText, comparedFalse, negativeWord].filter(Boolean).length;
  return guard.positive === (flips % 2 === 0);
}

/** The check names somebody or something else than what the effect touches: `if bob.is_authorized: alice.balance -= 1`. */
function isOfAnother(subjects: readonly string[], effect: Effect, about: RegExp): boolean {
  const target = String(effect.args.subject ?? effect.target);
  const root = rootOf(target);
  const roots = subjects.map(rootOf).filter((r) => r !== "" && !about.test(r) && !words(r).every((w) => about.test(w)));
  const people = roots.filter((r) => !isCheckCallee(r, subjects, about));
  if (people.length === 0) return false;
  return !people.some((r) => r === root || isActor(r) || (root !== "" && words(r).join() === words(root).join()));
}

/** The name is the check itself (`is_authorized`, `can_withdraw`), not what it is about. */
const isCheckCallee = (root: string, subjects: readonly string[], about: RegExp): boolean =>
  subjects.includes(root) && words(root).some((w) => about.test(w)) && !root.includes(".");

function isActor(root: string): boolean {
  const parts = words(root);
  if (parts.includes("other") || parts.includes("another") || parts.includes("target") || parts.includes("someone")) return false;
  return ACTORS.has(parts.join("_"));
}

const rootOf = (path: string): string => (path.split(/[.[(]/)[0] ?? "").trim();
