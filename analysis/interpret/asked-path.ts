/** Files that a request names below a directory, where nothing keeps the name from climbing out of it (CWE-22). */
import type { State } from "../state.ts";
import { isString, membersOf, partsOf, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { optionOf } from "./effect-conditions.ts";
import { activeGuards, isGuardedBy } from "./guards.ts";
import { lastName } from "./naming.ts";
import { type Called, inJs, type Run } from "./run.ts";

/** A condition that says which names are meant, or that the path is still inside. */
const CHECKS =
  /startswith|indexof|includes|has\(|\bin\b|relative|\.\.|basename|isabsolute|allow|valid|safe|known|\.test\(|match|sanit|inside|within|contain|extname|exec\(|===?\s*["'`]|list/i;
/** What the server itself chose: where an upload was put, and what it looked up. */
const OF_SERVER =
  /\bfiles?\b.*\.(path|filepath|filename|tempFilePath)$|basename|\.(env|config|settings)\b|(^|\.)(id|uuid|slug|userId|\w+Id)$/;

/** `@app.get("/files/{name}")`, `"/files/<name>"`: a part of an address has no slash in it, unless the route says so. */
const SEGMENTS = /[<{](string:|str:)?(\w+)(:str)?[>}]/g;
const isSegment = (run: Run, name: string): boolean =>
  /^\w+$/.test(name) && [...(run.units[0]?.source ?? "").matchAll(SEGMENTS)].some(([, , part]) => part === name);

/** What was asked for ends the path, whether something of the program's own begins it or not. */
function endsAsked(run: Run, value: Value): boolean {
  const parts = partsOf(value);
  const last = parts.at(-1);
  if (typeof last !== "object" || last.cause !== "request" || OF_SERVER.test(last.path ?? "")) return false;
  return inJs(run) || !isSegment(run, last.path ?? "");
}

/** A condition speaks of the path; one about something else that the request says (`name === "read"`) says nothing of it. */
function isChecked(run: Run, path: Value): boolean {
  const asked = membersOf(path).flatMap((member) => partsOf(member).flatMap((p) => (typeof p === "object" ? [p.path ?? ""] : [])));
  const guards = activeGuards(run);
  return guards.some((guard) => {
    if (!guard.external || !CHECKS.test(guard.text)) return false;
    const about = guards.filter((other) => other.location.offset === guard.location.offset).flatMap(({ subjects }) => subjects);
    const said = about.filter((subject) => subject.startsWith("request."));
    return said.length === 0 || said.some((subject) => asked.some((p) => p.startsWith(subject) || subject.startsWith(p)));
  });
}

/** Calls that say whether a path is still inside, or keep it there; what they answer is not followed to where it is used. */
const KEEPS_INSIDE = /(^|\.)(relative|relative_to|is_relative_to|commonpath|commonprefix|secure_filename|safe_join|basename)$|sanitize/i;
const SANITIZES = /^sanitize/i;

/** `full.startsWith(root)`, `name.includes("..")`, `path.relative(root, full)`. */
function keepsInside({ callee, first }: Called): boolean {
  const path = callee.k === "method" ? callee.name : callee.k === "api" || callee.k === "unknown" ? (callee.path ?? "") : "";
  if (KEEPS_INSIDE.test(path)) return true;
  const said = first !== undefined && isString(first) ? String(first.value) : null;
  const name = lastName(path);
  if (name === "startsWith" || name === "startswith") return first !== undefined && (said === null || /[/\\]/.test(said));
  return (name === "includes" || name === "indexOf") && said?.startsWith("..") === true;
}

/** `if ".." in name`. */
const CLIMBS = /["']\.\.["']\s+(not\s+)?in\b/;

/** Something that ran keeps names inside: a call, or a function of the program's own that says so by its name. */
const isKeptInside = (run: Run): boolean =>
  run.calls.some(keepsInside) ||
  [...run.ran].some((id) => {
    const [unit = 0, fn = 0] = id.split(".").map(Number);
    return SANITIZES.test(run.units[unit]?.ir.get(fn).name ?? "");
  });

export function climbFacts(run: Run, state: State, path: Value, args: CallArgs): { climbs?: true } {
  if (!run.values.requested || !membersOf(path).some((member) => endsAsked(run, member)) || optionOf(state, args, "root") !== undefined)
    return {};
  return isKeptInside(run) || isGuardedBy(run, CLIMBS) || isChecked(run, path) ? {} : { climbs: true };
}
