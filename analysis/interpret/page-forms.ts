/**
 * What people type into a page, and where it goes. A page sends it where its form goes; a copy of it that goes somewhere else as
 * well is for somebody else (CWE-200). Labels say on the way that a value was typed, and leave the effects at the end.
 */
import type { Effect, Label } from "../effects.ts";
import { memo } from "../memo.ts";
import { isString, mergeLabels, type UnknownV, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { current, inJs, type Run } from "./run.ts";

export const TYPED = "page.typed";
/** A password, a card: the field says so by its name. */
export const TYPED_SECRET = "page.typed.secret";
/** Nobody can read what such a request answers. */
export const ONE_WAY = "page.one_way";
/** It is sent by a function that is called when a form is: whether the form goes its own way, too, is known at the end. */
const WATCHED = "page.watched.";
/** A field of a page whose name says that it holds a secret. */
export const FIELD = "type:field:secret";
const NONE: readonly Label[] = [];

const OF_PAGE = /\bdocument\.(querySelector(All)?|getElementById|getElementsBy\w+|forms|elements)\b/;
/** `$("#card").val()`. */
const OF_LIBRARY = /^globalThis\.(\$|jQuery)\(\)/;
const READS = /^(val|serialize|serializeArray)$/;
const OF_EVENT = /(^|\.)(target|currentTarget|srcElement)$/;

/** `document.querySelector("#card").value`, `event.target.value`, `form.elements[i].value`. */
export function typedLabels(run: Run, { path, labels }: UnknownV, name: string): readonly Label[] {
  if (path === null || !inJs(run)) return NONE;
  if (labels.includes(TYPED)) return NONE;
  const read = name === "value" ? OF_PAGE.test(path) || OF_EVENT.test(path) : READS.test(name) && OF_LIBRARY.test(path);
  if (!read) return NONE;
  return labels.includes(FIELD) ? [TYPED, TYPED_SECRET] : [TYPED];
}

/** What is asked of fields and of what happens in them stays what it is. */
export const isOfField = (label: Label): boolean => label === FIELD;

/** `form.addEventListener("submit", f)`, `form.onsubmit = f`: f is called when the form is sent. */
export function noteSubmit(run: Run, name: string, args: CallArgs): void {
  const [event, ...more] = args.positional;
  const listens = /^(addEventListener|on|once)$/.test(name) && event !== undefined && isString(event) && event.value === "submit";
  for (const handler of listens ? more : name === "onsubmit" || name === "submit" ? args.positional : [])
    if (handler.k === "closure") run.submits.add(`${handler.module}.${handler.fn}`);
}

const SENDS_ITSELF = /(^|\.)(submit|requestSubmit)$/;
const PREVENTS = /(^|\.)preventDefault$/;
export const ofForm = memo((path) => (PREVENTS.test(path) ? "kept" : SENDS_ITSELF.test(path) ? "sent" : null));

/** `event.preventDefault()`, `form.submit()`: where it is called, and what runs then. */
export function notePage(run: Run, path: string | null): void {
  const what = path === null ? null : ofForm(path);
  if (what === null) return;
  const { unitIndex, at } = current(run);
  run.forms.push({ what, unit: unitIndex, at, running: run.stack.map(({ unitIndex, fn }) => `${unitIndex}.${fn.id}`) });
}

/** A function that is called when a form is sent, and lets it be sent or sends it itself. */
function isWatching(run: Run, id: string): boolean {
  const [unit = 0, fn = 0] = id.split(".").map(Number);
  const at = run.units[unit]?.ir.get(fn).at;
  const inside = run.forms.filter(
    (each) => each.running.includes(id) || (at !== undefined && each.unit === unit && each.at.start >= at.start && each.at.end <= at.end),
  );
  return inside.some(({ what }) => what === "sent") || !inside.some(({ what }) => what === "kept");
}

const whileSent = (run: Run): readonly Label[] =>
  run.stack.flatMap(({ unitIndex, fn }) => (run.submits.has(`${unitIndex}.${fn.id}`) ? [`${WATCHED}${unitIndex}.${fn.id}`] : []));

/** Labels of what is sent by a program, with what is known of how. */
export function sentLabels(run: Run, api: string, labels: readonly Label[]): readonly Label[] {
  if (!labels.includes(TYPED) || !inJs(run)) return labels;
  const oneWay = /(^page\.element\.|\.sendBeacon$)/.test(api) ? [ONE_WAY] : [];
  return mergeLabels(labels, oneWay, whileSent(run));
}

/** `fetch(url, { mode: "no-cors" })` with what was typed in its address. */
export const isBlind = (mode: Value | undefined, labels: readonly Label[]): boolean =>
  labels.includes(TYPED) && mode !== undefined && isString(mode) && mode.value === "no-cors";

const ELSEWHERE = /^((https?|wss?):)?\/\/[^{]/;
const OWN = /^\/(?!\/)|^\.{0,2}\//;
const isTyped = ({ kind, labels }: Effect): boolean => kind === "net.send" && labels.includes(TYPED);

function isCopy(run: Run, effect: Effect, sentHome: boolean): boolean {
  const { labels, target } = effect;
  if (!isTyped(effect)) return false;
  if (labels.includes(TYPED_SECRET) && target === "{socket}") return true;
  if (!ELSEWHERE.test(target) || effect.targetClasses.includes("host.loopback")) return false;
  return sentHome || isWatched(run, labels) || labels.includes(ONE_WAY) || labels.includes(TYPED_SECRET);
}

const isWatched = (run: Run, labels: readonly Label[]): boolean =>
  labels.some((label) => label.startsWith(WATCHED) && isWatching(run, label.slice(WATCHED.length)));

/** The same effects; what was typed and goes to others is as private as what a file keeps. */
export function withCopies(run: Run, effects: readonly Effect[]): readonly Effect[] {
  const sentHome = effects.some((effect) => isTyped(effect) && OWN.test(effect.target));
  return effects.map((effect) => {
    if (!effect.labels.some((label) => label.startsWith("page."))) return effect;
    const labels = effect.labels.filter((label) => !label.startsWith("page."));
    return { ...effect, labels: isCopy(run, effect, sentHome) ? mergeLabels(labels, ["file.private"]) : labels };
  });
}
