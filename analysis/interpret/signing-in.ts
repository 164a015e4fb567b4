/**
 * Where somebody signs in, an account's name and password or a client's secret are what is asked for: they tell nobody anything
 * there. Whatever else is sent with them counts as anywhere.
 */
import type { Label } from "../effects.ts";
import type { State } from "../state.ts";
import { classifyHost } from "../targets.ts";
import { isString, mergeLabels, partsOf, textOf, type Value } from "../values.ts";
import { writtenContent } from "./file-handles.ts";
import { jsonText } from "./json-text.ts";
import { deepLabels } from "./labels.ts";
import type { Run } from "./run.ts";
import { webText } from "./url-text.ts";

/** The last names of an address. */
const SIGN_IN =
  /[/._-](oauth2?|oidc|auth|authenticate|authentication|authorize|log-?in|sign-?in|sessions?|tokens?|access_token|connect|register|sign-?up)(\/(token|v\d+|password|refresh))?\/?(\.\w+)?(\?.*)?$/i;
/** RFC 6749 section 4. */
const GRANT = /\bgrant_type\b/;
const GIVEN =
  /^(client_?(id|secret|assertion)|user(_?name)?|login|email|account|pass(word|wd|phrase)?|pwd|refresh_?token|otp|totp|code|assertion|api_?key|token)$/i;
const KEPT = /^(client_?(id|secret)|refresh_?token)$/i;
const PRIVATE: Label = "file.private";
const CREDENTIAL = /^(secret\.(password|api_key|possible)|env\.(secret|named)|pii\.email|page\.typed\.secret)$/;
const NO_SERVICE: ReadonlySet<string> = new Set(["host.drop_point", "host.raw"]);

/** Labels of what is sent to an address. */
export function bodyLabels(run: Run, state: State, body: Value, url: Value | null): readonly Label[] {
  const all = deepLabels(state, body.k === "api" ? writtenContent(run, state, body) : body);
  if (url === null || !all.some((label) => CREDENTIAL.test(label) || label === PRIVATE)) return all;
  const text = body.k === "ref" ? (webText(run, state, body) ?? jsonText(run, state, body) ?? body) : body;
  if (!(isString(text) || text.k === "str") || classifyHost(url).some((c) => NO_SERVICE.has(c))) return all;
  if (!SIGN_IN.test(textOf(url)) && !GRANT.test(textOf(text))) return all;
  const elsewhere = labelsElsewhere(text, GIVEN);
  // What a service gave a program to keep goes back to where it gives the next one.
  const besideTokens = GRANT.test(textOf(text)) ? labelsElsewhere(text, KEPT) : [PRIVATE];
  return all.filter((label) => !(label === PRIVATE ? !besideTokens.includes(label) : CREDENTIAL.test(label) && !elsewhere.includes(label)));
}

/** Labels of what does not stand under such a name. */
function labelsElsewhere(text: Value, names: RegExp): readonly Label[] {
  let before = "";
  const labels: (readonly Label[])[] = [];
  for (const part of partsOf(text)) {
    if (typeof part === "string") before += part;
    else {
      const key = /([\w-]+)["']?\s*[:=]\s*["']?(?:Bearer |Basic )?$/.exec(before)?.[1] ?? "";
      // A whole file is no token, wherever it stands.
      if (!names.test(key) || (names === KEPT && !/[.\]]\w*(token|refresh|client)\w*$/i.test(part.path ?? ""))) labels.push(part.labels);
      before += "?";
    }
  }
  return mergeLabels(...labels);
}
