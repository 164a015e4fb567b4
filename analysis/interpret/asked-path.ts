/** Files that a request names below a directory, where nothing keeps the name from climbing out of it (CWE-22). */
import type { State } from "../state.ts";
import { membersOf, partsOf, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { optionOf } from "./effect-conditions.ts";
import { isGuardedBy, mentions } from "./guards.ts";
import { inJs, type Run } from "./run.ts";

/** A condition that says which names are meant, or that the path is still inside. */
const CHECKS =
  /startswith|indexof|includes|has\(|\bin\b|relative|\.\.|basename|isabsolute|allow|valid|safe|known|\.test\(|match|sanit|inside|within|contain|extname|exec\(|===?\s*["'`]|list/i;
/** What the server itself chose: where an upload was put, and what it looked up. */
const OF_SERVER =
  /\bfiles?\b.*\.(path|filepath|filename|tempFilePath)$|basename|\.(env|config|settings)\b|(^|\.)(id|uuid|slug|userId|\w+Id)$/;

/** What was asked for ends the path, and something of the program's own begins it. */
function endsAsked(value: Value): boolean {
  const parts = partsOf(value);
  const last = parts.at(-1);
  return parts.length > 1 && typeof last === "object" && last.cause === "request" && !OF_SERVER.test(last.path ?? "");
}

/** A function of the program that says whether a path is still inside; what it answers is not followed to where it is used. */
const KEEPS_INSIDE = /startsWith\([^)]*(sep|root|base|dir|['"`]\/)|path\.relative\(|(includes|indexOf)\(["'`]\.\.|\bsanitize/i;

export function climbFacts(run: Run, state: State, path: Value, args: CallArgs): { climbs?: true } {
  if (!run.values.requested || !inJs(run) || !membersOf(path).some(endsAsked) || optionOf(state, args, "root") !== undefined) return {};
  return mentions(run, KEEPS_INSIDE) || isGuardedBy(run, CHECKS) ? {} : { climbs: true };
}
