/** Addresses whose host a request names: whoever asks says with whom the program talks (CWE-918), unless the program checks it. */
import { type Hole, membersOf, partsOf, type Value } from "../values.ts";
import { isGuardedBy } from "./guards.ts";
import type { Run } from "./run.ts";

const SCHEME = /^\s*[a-z][\w+.-]*:\/\//i;
/** What a server adds to a request, or what says where the server itself is. */
const OF_SERVER =
  /\.(env|config|settings|options|bindings)\b|(^|\.)(protocol|scheme|host|hostname|origin|headers|header\(\)|get\(\)|baseUrl)\b/i;
/** A path as it was requested begins with a slash. */
const OF_PATH = /(^|\.)(url|originalUrl|path|pathname|full_path|rawPath|request_uri)$/i;
/** A condition that says which hosts are meant; one that only asks for a scheme says nothing. */
const CHECKS =
  /host|allow|origin|domain|netloc|list|intern|privat|trust|safe|public|valid|ssrf|known|permit|forbid|block|lookup|isip|startswith\((?!\)|\s*\(?["'`]https?:\/*["'`])|\\\./i;

const isAsked = ({ cause, path }: Hole): boolean => cause === "request" && !OF_SERVER.test(path ?? "");

/** Whether what a request says stands where the host stands. */
function namesHost(value: Value): boolean {
  let host = "";
  for (const part of partsOf(value)) {
    if (typeof part !== "string") {
      if (!isAsked(part)) return false;
      return host === "" || !OF_PATH.test(part.path ?? "");
    }
    const text = host === "" ? part.replace(SCHEME, "") : part;
    if (/[/?#]/.test(text)) return false;
    host += text;
  }
  return false;
}

/** The fact of a request whose host is what somebody asked for and nothing has checked. */
export function askedFacts(run: Run, url: Value): { asked?: true } {
  if (!run.values.requested || !membersOf(url).some(namesHost)) return {};
  return isGuardedBy(run, CHECKS) ? {} : { asked: true };
}
