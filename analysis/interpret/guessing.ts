/** Passwords that are tried one after another: a wordlist, a range of numbers, or one password for many accounts. */
import type { EffectKind } from "../effects.ts";
import { memo } from "../memo.ts";
import type { ApiModel, ArgSelector } from "../models.ts";
import type { State } from "../state.ts";
import { type Cause, isString, textOf, type UnknownV, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { emit } from "./effect-sink.ts";
import { isListed } from "./listings.ts";
import { lastName } from "./naming.ts";
import { current, inLoop, type Run } from "./run.ts";
import { selectOne } from "./select.ts";

/** Arguments that hold a password, by their names. */
const SECRETS = ["password", "passwd", "pwd", "passphrase", "pass", "auth", "credentials", "pin", "otp"] as const;
/** Calls that try one: what makes an account or a hash does not. */
const TRIES =
  /(connect|login|logon|signin|sign_in|auth|bind|open|decrypt|extract|unlock|load_?key|verify|session|client|reader|file|server|get|post|request|handler|book|database|fetch)\w*$/i;
const MAKES = /(create|add|register|update|set|change|reset|hash|encrypt|generate|insert)\w*$/i;
/** An element as it stands, or a part of it by its place: a field by its name belongs to the account that it names. */
const CANDIDATE = /\[\](\.(strip|rstrip|lstrip|decode|encode|trim|trimEnd|trimStart|split|lower|upper|toString)\(\)|\[\d*\]|\.\d+)*$/;
/** `name=value`: where no loop goes through them, one of the lines was chosen by its name. */
const PART_OF_LINE = /\[\].*\.(split|r?partition)\(\)/;
const COUNTED: ReadonlySet<Cause> = new Set(["local", "widened"]);
/** So many different passwords that the program itself holds. */
const FEW = 3;

/** Is the value one of many that the program tries? */
function isCandidate(run: Run, state: State, value: Value, depth = 0): boolean {
  if (value.k === "unknown") return isTried(run, value);
  if (value.k === "str") return value.parts.some((p) => typeof p !== "string" && isTried(run, { cause: p.cause, path: p.path }));
  if (value.k === "union") return value.of.some((member) => isCandidate(run, state, member, depth));
  if (value.k !== "ref" || depth > 1) return false;
  const { items, rest, type } = state.read(value.addr);
  if (type !== "list" && type !== "tuple" && rest === null) return false;
  return [...(items ?? []), ...(rest === null ? [] : [rest])].some((inner) => isCandidate(run, state, inner, depth + 1));
}

function isTried(run: Run, value: Pick<UnknownV, "cause" | "path">): boolean {
  if (value.path !== null && CANDIDATE.test(value.path))
    return value.cause !== "parameter" && value.cause !== "env" && (!PART_OF_LINE.test(value.path) || inLoop(run));
  return COUNTED.has(value.cause) && (value.path === null || /^\w+$/.test(value.path)) && inLoop(run);
}

/** Constants tried at one place; the last of a few says that they are many. */
function isOneOfMany(run: Run, value: Value): boolean {
  if (!isString(value) || value.value === "") return false;
  const { unit, at } = current(run);
  const site = `${unit.depth}|${at.start}`;
  const tried = run.tried.get(site) ?? new Set<number>();
  run.tried.set(site, tried.add(value.id));
  return tried.size >= FEW;
}

export type Try = { readonly model: ApiModel | null; readonly api: string };

/** Reports the call when what it gives as a password is one of many. */
export function reportGuess(run: Run, state: State, call: Try, args: CallArgs): void {
  const secret = secretOf(state, call, args);
  if (secret === null) return;
  const effects = call.model?.effects ?? [];
  const target = effects.map((e) => selectOne(args, e.target)).find((v) => v !== null) ?? null;
  const host = hostOf(state, target);
  const place = host === null ? "" : textOf(host);
  const tried =
    isCandidate(run, state, secret) || isOneOfMany(run, secret) || isSprayed(state, { secret, place: `${place} ${call.api}` }, args);
  if (!tried || ENROLLS.test(place) || (host !== null && host !== secret && isListed(state, host))) return;
  const local = effects.some((e) => e.kind?.startsWith("fs.") === true);
  reportGuesses(run, state, { kind: local ? "fs.read" : "net.send", target, api: call.api });
}

function reportGuesses(run: Run, state: State, found: { kind: EffectKind; target: Value | null; api: string }): void {
  const target = found.target === null || found.target.k === "ref" ? found.api : textOf(found.target);
  emit(run, state, { kind: found.kind, target, classes: [], args: { guesses: true }, labels: [], basis: "api", api: found.api });
}

/** Of options and of a pair the part that says where. */
function hostOf(state: State, target: Value | null): Value | null {
  if (target?.k !== "ref") return target;
  const { items, props } = state.read(target.addr);
  return items?.[0] ?? props.get("s:host") ?? props.get("s:hostname") ?? props.get("s:url") ?? null;
}

/** Where accounts are made, and where they are entered. */
const ENROLLS = /(users?|members?|accounts?|register|registration|sign-?up|invitations?)\/?$/i;
const ENTERS = /log-?in|log-?on|sign-?in|auth|session|token/i;
const ACCOUNTS = ["username", "user", "email", "login", "name", "account"] as const;

/** One password of the program's own for every account that a list names. */
function isSprayed(state: State, call: { secret: Value; place: string }, args: CallArgs): boolean {
  if (!isString(call.secret) || !ENTERS.test(call.place)) return false;
  const account = namedOf(args.keywords, ACCOUNTS) ?? oneOption(state, args, ACCOUNTS);
  return account !== undefined && isListed(state, account);
}

/** By the model's word, by the name of the argument, or by the name of an option. */
function secretOf(state: State, call: Try, args: CallArgs): Value | null {
  const given: ArgSelector | null = call.model?.credential ?? null;
  if (given !== null) return selectOne(args, given);
  if (!mayTry(call.api)) return null;
  return namedOf(args.keywords, SECRETS) ?? oneOption(state, args, SECRETS) ?? authorization(state, args) ?? null;
}

/** By its name; asked of every call. */
const mayTry = memo((api) => TRIES.test(api) && !MAKES.test(lastName(api)));

function namedOf(keywords: CallArgs["keywords"], names: readonly string[]): Value | undefined {
  if (keywords.size === 0) return undefined;
  for (const name of names) if (keywords.has(name)) return keywords.get(name);
  return undefined;
}

/** The header that says who asks. */
function authorization(state: State, args: CallArgs): Value | undefined {
  const headers = args.keywords.get("headers") ?? oneOption(state, args, ["headers"]);
  const props = headers?.k === "ref" ? state.read(headers.addr).props : undefined;
  return props?.get("s:Authorization") ?? props?.get("s:authorization");
}

/** `connect({ host, password })`, `post(url, { user, password })`, `post(url, data={"password": p})`. */
function oneOption(state: State, args: CallArgs, names: readonly string[]): Value | undefined {
  for (const value of [...args.positional, ...args.keywords.values()]) {
    if (value.k !== "ref") continue;
    const { type, props } = state.read(value.addr);
    if (type !== "dict" && type !== "object") continue;
    for (const name of names) {
      const found = props.get(`s:${name}`);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
