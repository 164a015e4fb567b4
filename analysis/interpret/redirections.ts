/**
 * Where what others send ends up, changed: rules of a mailbox that forward, and records of names (DNS). Nobody who writes to the old
 * address sees that somebody else reads it (MITRE ATT&CK T1114.003, T1584.002).
 */
import type { State } from "../state.ts";
import { textOf, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { isFalse, memberOf } from "./effect-conditions.ts";
import { emit } from "./effect-sink.ts";
import type { Run } from "./run.ts";

/** Records of a zone in the interfaces of those who keep names: `/zones/{id}/dns_records/{id}`, `/domains/{name}/records/MX`. */
const NAME_RECORDS =
  /\/dns_records(\/|\?|$)|\/(domains|zones|dns-?zones?|managedZones|livedns\/domains)\/[^/]+\/(records|rrsets|recordsets|recordSets|dns)(\/|\?|$)/i;
const CHANGES = /^(put|post|patch|delete)$/;

/** Rules of a mailbox: of Gmail's settings, of Microsoft Graph's and of Exchange's folders. */
const MAIL_RULES =
  /\bsettings(\(\))?[./](filters|forwardingAddresses|delegates|\w*autoForwarding)|\b(messageRules|inboxRules|mailRules)\b/i;
const FORWARDS = /^(forward|forwardTo|forwardingEmail|forwardAsAttachmentTo|redirectTo|delegateEmail|forwardingSmtpAddress|emailAddress)$/i;

const found = (run: Run, state: State, target: string, api: string): void =>
  emit(run, state, { kind: "infra.change", target, classes: [], args: { redirects: true }, labels: [], basis: "api", api });

/** `PUT https://api.cloudflare.com/client/v4/zones/7/dns_records/9`, `POST .../inbox/messageRules { actions: { forwardTo } }`. */
export function reportRedirection(run: Run, state: State, request: { target: Value; method: string; api: string }, args: CallArgs): void {
  const target = textOf(request.target);
  const named = NAME_RECORDS.test(target) && CHANGES.test(request.method);
  const ruled = MAIL_RULES.test(target) && [...args.positional, ...args.keywords.values()].some((value) => forwards(state, value));
  if (named || ruled) found(run, state, target, request.api);
}

/** `gmail.users().settings().filters().create(body={"action": {"forward": ..}})`, `client.api("/me/../messageRules").post(..)`. */
export function reportMailRule(run: Run, state: State, called: { name: string; receiver: string; value: Value }, args: CallArgs): void {
  if (!/^(create|post|patch|update|insert|updateAutoForwarding)$/.test(called.name)) return;
  const place = `${called.receiver}.${called.name}`;
  if (!MAIL_RULES.test(place) && !MAIL_RULES.test(textOf(called.value))) return;
  if ([...args.positional, ...args.keywords.values()].some((value) => forwards(state, value))) found(run, state, place, place);
}

const DEEPEST = 5;

/** Somewhere in the rule is said to whom what matches it goes. */
function forwards(state: State, value: Value, depth = 0): boolean {
  if (value.k !== "ref" || depth > DEEPEST) return false;
  const { type, props, items } = state.read(value.addr);
  if (type === "frame" || type === "class" || isFalse(memberOf(state, value, "enabled"))) return false;
  return (
    [...props.keys()].some((key) => FORWARDS.test(key.slice(2))) ||
    [...props.values(), ...(items ?? [])].some((held) => forwards(state, held, depth + 1))
  );
}
