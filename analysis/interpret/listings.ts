/** Elements of what somebody else listed, and conditions that choose among them. */
import type { Label } from "../effects.ts";
import type { State } from "../state.ts";
import type { Cause, Value } from "../values.ts";
import { activeGuards, mentions } from "./guards.ts";
import type { Run } from "./run.ts";

/** Where listings come from; what a caller, a person or the program itself names is no listing. */
const LISTS: ReadonlySet<Cause> = new Set(["network", "file", "unmodelled"]);
/** An element, and none of a listing that a condition narrowed (`objects.filter(..)[]`). */
const ELEMENT = /^(?!.*\(\.\.<?\)).*(\[\]|\.(map|flatMap)\(\))/;
/** How deep an argument is looked into: `{"Delete": {"Objects": [{"Key": key}]}}`. */
const DEEPEST = 4;

/** The value, or something in it, is an element of a listing. */
export function isListed(state: State, value: Value, depth = 0): boolean {
  if (value.labels.includes(AGED)) return false;
  if (value.k === "unknown") return LISTS.has(value.cause) && ELEMENT.test(value.path ?? "");
  if (value.k === "str") return value.parts.some((p) => typeof p !== "string" && LISTS.has(p.cause) && ELEMENT.test(p.path ?? ""));
  if (value.k === "union") return value.of.some((member) => isListed(state, member, depth));
  if (value.k !== "ref" || depth >= DEEPEST) return false;
  const { type, items, props, rest } = state.read(value.addr);
  if (type === "frame" || type === "class") return false;
  return [...(items ?? []), ...props.values(), ...(rest === null ? [] : [rest])].some((inner) => isListed(state, inner, depth + 1));
}

/** `if blob.updated < cutoff`: a condition on the element says which of them are meant. */
const CHOOSES = /\[\].*([<>=(]| in | is )|([<>=(]| in ).*\[\]/;
export const isChosen = (run: Run): boolean => activeGuards(run).some((guard) => guard.external && CHOOSES.test(guard.text));

/** Words for how old something is. */
export const BY_AGE =
  /last_?modified|creat(ed|ion)|start_?time|uploaded|updated_?(at|on)|time_?(stamp|created)|[mc]time\b|\bage\b|older|cutoff|expir|retention/i;
/** What was put into a list of its own because it is old enough. */
const AGED: Label = "type:aged";
export const kept = (run: Run, state: State, value: Value): Value =>
  value.k !== "const" &&
  mentions(run, BY_AGE) &&
  isListed(state, value) &&
  activeGuards(run).some(({ external, text }) => external && /[<>]/.test(text) && BY_AGE.test(text))
    ? run.values.label(value, [AGED])
    : value;
