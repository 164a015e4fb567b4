/** Whom a message is for: everybody that a listing names, wherever in the message it stands. */
import type { State } from "../state.ts";
import { type Hole, membersOf, partsOf, textOf, type UnknownV, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { emit } from "./effect-sink.ts";
import { activeGuards } from "./guards.ts";
import { isListed } from "./listings.ts";
import type { Run } from "./run.ts";

/** Where recipients stand in what a service is told. */
const RECIPIENT =
  /^(to|cc|bcc|recipients?|to_?recipients|to_?addresses|bcc_?addresses|personalizations|email_?address|phone|phone_?number|destinations?|raw|message|requestBody|resource|body|payload|data)$/i;
/** Among them what only holds them. */
const HOLDS = /^(raw|message|requestBody|resource|body|payload|data|destinations?|personalizations)$/i;
const DEEPEST = 5;

/** A text that was encoded begins so when somebody who is not known stands behind its `To:`. */
export const ADDRESSED = "To:";

/** The hole that is addressed in the text of a mail: `To: {contact}`. */
export function addressed(parts: readonly (string | Hole)[]): Hole | undefined {
  const at = parts.findIndex((part, i) => {
    const before = parts[i - 1];
    return typeof part !== "string" && typeof before === "string" && /(^|\n)(to|cc|bcc):[^\n]*$/i.test(before);
  });
  const found = parts[at];
  return typeof found === "string" ? undefined : found;
}

/** Somebody of a listing of people: who they are is for whoever keeps it to say. */
const PEOPLE = /(contacts?|address_?books?|connections|subscribers|followers)\b[\w.()]*\[\]/i;
const isSomebody = (state: State, value: Value): boolean =>
  isListed(state, value) &&
  membersOf(value).some((member) => sources(member).some(({ cause, path }) => cause !== "unmodelled" || PEOPLE.test(path ?? "")));

const sources = (value: Value): readonly (Hole | UnknownV)[] =>
  value.k === "unknown" ? [value] : partsOf(value).flatMap((part) => (typeof part === "string" ? [] : [part]));

/** Recipients among what is given, by the names that they stand under; of what is only held, what is addressed. */
function recipientsIn(state: State, value: Value, name: string, depth: number): Value[] {
  if (value.k === "union") return value.of.flatMap((member) => recipientsIn(state, member, name, depth));
  if (value.k !== "ref") {
    if (!HOLDS.test(name)) return [value];
    return value.k === "unknown" && value.path?.startsWith(ADDRESSED) ? [value] : [];
  }
  const { type, props, items, rest } = state.read(value.addr);
  if (depth > DEEPEST || type === "frame" || type === "class") return [];
  const inner = [...props].map(([key, held]) => [key.replace(/^s:/, ""), held] as const);
  const chosen = inner.filter(([key]) => RECIPIENT.test(key) || (!HOLDS.test(name) && /^(address|email)$/i.test(key)));
  const each = [...(items ?? []), ...(rest === null ? [] : [rest])].map((held) => [name, held] as const);
  return [...chosen, ...each].flatMap(([key, held]) => recipientsIn(state, held, key, depth + 1));
}

/** `if (contact.group === "press")`: a comparison says who is meant; that there is an address at all says nothing. */
const COMPARES =
  /(?<![=!<>])([<>]|[=!]==?)(?!=?\s*(null|undefined|None|0)\b)|\b(includes|has|startsWith|endsWith|test|match|startswith|endswith)\(|\s(not )?in\s/;
const isMeant = (run: Run): boolean =>
  activeGuards(run).some((guard) => guard.external && COMPARES.test(guard.text) && !/\blength\b|\blen\(/.test(guard.text));

/** Whether each of a listing gets the message. */
export function toListed(run: Run, state: State, args: CallArgs): boolean {
  if (isMeant(run)) return false;
  const given = [...[...args.positional].map((value) => ["message", value] as const), ...args.keywords];
  const all = given.flatMap(([name, value]) => (RECIPIENT.test(name) ? recipientsIn(state, value, name, 0) : []));
  return all.some((value) => isSomebody(state, value));
}

/** `new SendEmailCommand({ Destination: { ToAddresses: [contact] } })`: what a service is told stands in an object of its own. */
export function reportMailCommand(run: Run, state: State, callee: { name: string; receiver: string }, args: CallArgs): void {
  if (
    !/^Send\w*(Email|Mail|Message|Messages|Sms|SMS)\w*(Command|Request)$|^PublishCommand$/.test(callee.name) ||
    !toListed(run, state, args)
  )
    return;
  const found = { target: callee.name, classes: [], args: { many: true }, labels: [] };
  emit(run, state, { kind: "mail.send", ...found, basis: "api", api: `${callee.receiver}.${callee.name}` });
}

/** Addresses at which a request is a mail or a message. */
const SENDS_MAIL = /\/sendMail$|\/messages\/send(\?|$)|\/mail\/send$|\/Messages(\.json)?$|\/v3\/send$|\/emails$/;

/** `fetch(".../me/sendMail", { body: JSON.stringify({ toRecipients: [...] }) })` for each of a listing. */
export function reportMailed(run: Run, state: State, request: { target: Value; api: string }, said: readonly Value[]): void {
  const target = textOf(request.target);
  if (!SENDS_MAIL.test(target) || isMeant(run)) return;
  const told = said.flatMap((value) => (value.k === "ref" ? recipientsIn(state, value, "body", 0) : inText(run, value)));
  if (!told.some((value) => isSomebody(state, value))) return;
  emit(run, state, { kind: "mail.send", target, classes: [], args: { many: true }, labels: [], basis: "api", api: request.api });
}

/** `{"to":"{contact}"`, `to={contact}`. */
const inText = (run: Run, value: Value): Value[] =>
  partsOf(value).flatMap((part, i, parts) => {
    const before = parts[i - 1];
    if (typeof part === "string" || typeof before !== "string") return [];
    const named = /"?\b(to|bcc|cc|address|email|recipients?|raw)"?\s*[:=]\s*[[{\s"]*$/i.exec(before)?.[1];
    if (named === undefined || (named === "raw" && part.path?.startsWith(ADDRESSED) !== true)) return [];
    return [run.values.unknown(part.cause, { path: part.path })];
  });
