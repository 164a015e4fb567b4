/** Which of a model's effects a call has: by its options, and by what its arguments say. */
import type { ArgumentTest, EffectModel } from "../models.ts";
import type { State } from "../state.ts";
import { type Addr, isString, textOf, type Value } from "../values.ts";
import { isOpening } from "./access-policies.ts";
import type { CallArgs } from "./call-args.ts";
import { asksItself } from "./own-requests.ts";
import { inJs, type Run } from "./run.ts";
import { selectAll } from "./select.ts";
import { decideTruth } from "./truth.ts";

export function applies(run: Run, state: State, effect: EffectModel, args: CallArgs): boolean {
  if (effect.when !== null) {
    const negated = effect.when.startsWith("!");
    const option = optionOf(state, args, effect.when.replace("!", ""));
    // What is not known may be either.
    if ((option === undefined ? false : decideTruth(run, state, option)) === negated) return false;
  }
  const policy = effect.policy?.names.map((name) => optionOf(state, args, name)).find((given) => given !== undefined);
  if (effect.policy !== null && !isOpening(run, state, policy)) return false;
  if (effect.unless !== null && passes(state, args, effect.unless)) return false;
  return effect.only === null || passes(state, args, effect.only);
}

/** Clients that refuse what they do not know, and those of clusters, are asked only what would happen: `DryRun=True`, `dryRun: "All"`. */
const REHEARSES = /^(boto3|botocore)\./;
const OF_CLUSTER = /^(@?kubernetes|k8s)/;
export function isRehearsed(run: Run, state: State, { api, kind }: { api: string; kind: string | null }, args: CallArgs): boolean {
  if (kind === "net.send") return !inJs(run) && asksItself(run, api, args);
  if (kind !== "infra.change" && kind !== "system.control" && kind !== "db.drop") return false;
  if (REHEARSES.test(api)) return isTrue(run, state, optionOf(state, args, "DryRun"));
  const option = OF_CLUSTER.test(api) ? (optionOf(state, args, "dry_run") ?? optionOf(state, args, "dryRun")) : undefined;
  return option !== undefined && isString(option) && option.value === "All";
}
const isTrue = (run: Run, state: State, option: Value | undefined): boolean =>
  option !== undefined && decideTruth(run, state, option) === true;

/** An option that is given and not known to be false. */
export const isSet = (run: Run, state: State, option: Value | undefined): boolean =>
  option !== undefined && decideTruth(run, state, option) !== false;

export const isFalse = (value: Value | undefined): boolean => value?.k === "const" && value.value === false;

/** `f(force=True)`, `f({ force: true })`, `f({ HostConfig: { Privileged: true } })` by its dotted path. */
export function optionOf(state: State, args: CallArgs, path: string): Value | undefined {
  const [first = "", ...others] = path.split(".");
  const start = args.keywords.get(first) ?? args.positional.map((v) => memberOf(state, v, first)).findLast((v) => v !== undefined);
  return others.reduce<Value | undefined>((at, name) => (at === undefined ? undefined : memberOf(state, at, name)), start);
}

/** A member of a written object, by its name. */
export const memberOf = (state: State, value: Value, name: string): Value | undefined =>
  value.k === "ref" ? state.read(value.addr).props.get(`s:${name}`) : undefined;

/** `Loader=yaml.SafeLoader`, `config("SET", ...)`: an argument says something. */
const passes = (state: State, args: CallArgs, test: ArgumentTest): boolean =>
  [...selectAll(args, test.argument), ...membersNamed(state, args, test)].some((v) =>
    test.matches.test(v.k === "api" ? v.path : v.k === "ref" ? heldText(state, v.addr) : textOf(v)),
  );

/** `VersioningConfiguration.Status`, `schema`: a member of an argument. */
const membersNamed = (state: State, args: CallArgs, { argument }: ArgumentTest): Value[] =>
  argument.names.flatMap((name) => (args.keywords.has(name) ? [] : (optionOf(state, args, name) ?? [])));

/** How deep elements of a list are looked into. */
const DEEPEST = 4;

/** `["FLUSHALL", "ASYNC"]` as the words of a line; a class as what it derives from; `[{ protocol: "-1" }]` with its names. */
function heldText(state: State, addr: Addr): string {
  const { type, bases, items } = state.read(addr);
  if (type === "class") return bases.map((base) => (base.k === "api" ? base.path : "")).join(" ");
  return (items ?? []).map((item) => shownText(state, item, 0)).join(" ");
}

function shownText(state: State, value: Value, depth: number): string {
  if (value.k !== "ref") return value.k === "api" ? value.path : textOf(value);
  const { type, items, props } = state.read(value.addr);
  if (depth >= DEEPEST || type === "frame" || type === "class") return "";
  const members = [...props].flatMap(([key, held]) =>
    key.startsWith("s:") ? [`${key.slice(2)}: ${shownText(state, held, depth + 1)}`] : [],
  );
  return [...(items ?? []).map((item) => shownText(state, item, depth + 1)), ...members].join(", ");
}
