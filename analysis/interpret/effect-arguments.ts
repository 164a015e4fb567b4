/** What an effect's arguments say: options by their names, what leaves with it, files that an address names. */
import { carriedLabels, carriesFile } from "../carried.ts";
import type { Label, TargetClass } from "../effects.ts";
import type { ArgSelector, EffectModel } from "../models.ts";
import type { State } from "../state.ts";
import { holeClasses } from "../targets.ts";
import { isNumber, isString, mergeLabels, partsOf, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { optionOf } from "./effect-conditions.ts";
import { emitPath } from "./emit-path.ts";
import { besides, headerLabels } from "./header-labels.ts";
import { isPassedOn } from "./intercepted.ts";
import { sentFiles } from "./named-files.ts";
import { toListed } from "./recipients.ts";
import { inJs, inLoop, type Run } from "./run.ts";
import { selectAll, selectOne } from "./select.ts";
import { bodyLabels } from "./signing-in.ts";
import { withQuery } from "./web-objects.ts";

/** `new Writer({ dest: path })`: an argument by its name in an object of options. */
export function namedOption(state: State, args: CallArgs, selector: ArgSelector | null): Value | null {
  for (const name of selector?.names ?? []) {
    const value = optionOf(state, args, name);
    if (value !== undefined) return value;
  }
  return null;
}

/** An option that is not given has no effect. */
export const isOnlyNamed = (run: Run, { target, fixed, as }: EffectModel): boolean =>
  inJs(run) && as === "path" && fixed === null && target !== null && target.names.length > 0 && target.positions.length === 0;

/** Labels of what leaves with the effect: of arguments, and of the files that arguments name. */
export function carriedBy(
  run: Run,
  state: State,
  sent: { effect: EffectModel; api: string; target: Value | null },
  args: CallArgs,
): readonly Label[] {
  if (isPassedOn(sent.target)) return [];
  const { data, as } = sent.effect;
  const named = (data?.names ?? []).flatMap((name) => optionOf(state, args, name) ?? []);
  const url = as === "url" ? sent.target : null;
  const given = [...selectAll(args, data), ...named].flatMap((v) => [...bodyLabels(run, state, v, url)]);
  return [...given, ...sentFiles(run, state, sent, args)];
}

/** The arguments that leave with the effect. */
export const saidIn = (state: State, args: CallArgs, data: ArgSelector): Value[] => [
  ...selectAll(args, data),
  ...data.names.flatMap((name) => (args.keywords.has(name) ? [] : (optionOf(state, args, name) ?? []))),
];

/** What a request says in its address and its headers, and whether that is enough to be a message: a private file, the whole environment. */
export function saidBeside(
  run: Run,
  state: State,
  url: Value,
  args: CallArgs,
): { readonly labels: readonly Label[]; readonly sends: boolean } {
  const headers = mergeLabels(headerLabels(state, optionOf(state, args, "headers")), headerLabels(state, optionOf(state, args, "cookies")));
  const labels = mergeLabels(
    headers,
    url.labels.includes("type:post") ? besides(url.labels) : [],
    carriedLabels(withQuery(run, state, url, (name) => optionOf(state, args, name))),
  );
  return { labels, sends: headers.length > 0 || besides(labels).some((label) => label !== "file.private") || carriesFile(url) };
}

/** `table.to_csv("s3://bucket/x.csv")`: what is written there leaves the machine. */
const ELSEWHERE = /^(s3a?|gs|gcs|az|abfss?|adl|wasbs?|hdfs|webhdfs|s?ftp|https?):\/\//;
const OF_RECEIVER: ArgSelector = { positions: [], names: [], all: false, receiver: true };

/** `read_csv("https://...")`: what is read there comes over the network. */
export function byAddress(effect: EffectModel, args: CallArgs): EffectModel {
  if (!/^fs\.(read|write)$/.test(effect.kind ?? "") || effect.as !== "path") return effect;
  const target = selectOne(args, effect.target);
  const [start] = target === null || target.k === "ref" || target.k === "api" ? [] : partsOf(target);
  if (effect.kind === "fs.write")
    return typeof start === "string" && ELSEWHERE.test(start) ? { ...effect, kind: "net.send", as: "url", data: OF_RECEIVER } : effect;
  return typeof start === "string" && /^(https?|ftp):\/\//.test(start) ? { ...effect, kind: "net.fetch", as: "url" } : effect;
}

/** `page.goto("file:///etc/passwd")` reads a file. */
export function readByUrl(run: Run, state: State, url: Value, api: string): void {
  if (isString(url) && url.value.startsWith("file:///"))
    emitPath(run, state, { kind: "fs.read", path: run.values.string(url.value.slice("file://".length), url.labels), api });
}

/** What a function is given for each element of a list: `numbers.forEach((to) => ...)`. */
const isEach = (value: Value): boolean => value.k === "unknown" && /\.(forEach|map)\(\)/.test(value.path ?? "");

/** In a loop, to recipients that a file, a table or somebody outside names. */
export function toMany(run: Run, state: State, target: Value | null, args: CallArgs): boolean {
  if (toListed(run, state, args)) return true;
  const [message] = args.positional;
  const written = message?.k === "ref" ? state.read(message.addr).props : null;
  const recipient = target ?? written?.get("s:To") ?? written?.get("s:to") ?? written?.get("s:Bcc");
  if (recipient === undefined || recipient === null || !(inLoop(run) || isEach(recipient) || isEveryRow(recipient))) return false;
  return holeClasses(recipient).some((c) => /^unknown\.(file|network|input)$/.test(c)) || isEveryRow(recipient);
}

/** `findMany()[].email`, of an object mapper: a row of all that there are. */
const EVERY_ROW = /\.(findMany|findAll|find)\(\)(\[\]|\.(forEach|map)\(\))/;
const isEveryRow = (recipient: Value): boolean =>
  recipient.k === "unknown" && recipient.cause === "unmodelled" && EVERY_ROW.test(recipient.path ?? "");

/** A fixed number is somebody else's process; every process, or the first one, is a kill at large. */
export function signalled(effect: EffectModel, value: Value | null): TargetClass[] {
  if (effect.fixed !== null) return effect.fixed === "own child" ? ["process.own"] : ["process.other"];
  if (value === null || !isNumber(value)) return [];
  return Number(value.value) === -1 || Number(value.value) === 1 ? ["command.process"] : ["process.other"];
}

/** What a program is given to read when it is started; `stdin: "pipe"` says only how. */
export function inputOf(state: State, args: CallArgs): Value | undefined {
  const given = optionOf(state, args, "input") ?? (args.keywords.size === 0 ? optionOf(state, args, "stdin") : undefined);
  return isString(given) && /^(pipe|piped|inherit|ignore|null|overlapped)$/.test(String(given.value)) ? undefined : given;
}
