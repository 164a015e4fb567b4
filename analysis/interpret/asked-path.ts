/** Files that a request names below a directory, where nothing keeps the name from climbing out of it (CWE-22). */
import type { State } from "../state.ts";
import { membersOf, partsOf, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { optionOf } from "./effect-conditions.ts";
import { activeGuards, mentions } from "./guards.ts";
import { inJs, type Run } from "./run.ts";

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

/** A function of the program that says whether a path is still inside; what it answers is not followed to where it is used. */
const KEEPS_INSIDE =
  /startsWith\([^)]*(sep|root|base|dir|['"`]\/)|path\.relative\(|(includes|indexOf)\(["'`]\.\.|\bsanitize|is_relative_to\(|relative_to\(|commonpath|commonprefix|secure_filename|safe_join|basename\(|startswith\([^)]*(sep|root|base|dir|folder|resolve|path)|["']\.\.["']\s+(not\s+)?in\b/i;

export function climbFacts(run: Run, state: State, path: Value, args: CallArgs): { climbs?: true } {
  if (!run.values.requested || !membersOf(path).some((member) => endsAsked(run, member)) || optionOf(state, args, "root") !== undefined)
    return {};
  return mentions(run, KEEPS_INSIDE) || isChecked(run, path) ? {} : { climbs: true };
}
