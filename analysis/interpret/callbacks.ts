/** What happens to the functions and containers that are given to something unknown. */

import type { Label } from "../effects.ts";
import { possibly, type State } from "../state.ts";
import { type Cause, isString, mergeLabels, type RefV, type UnknownV, type Value } from "../values.ts";
import { behindAskers, registered } from "./acting.ts";
import { handOver } from "./again.ts";
import { type CallArgs, NO_ARGS } from "./call-args.ts";
import { callableOf } from "./classes.ts";
import { fill, isHolder } from "./holders.ts";
import { deepLabels } from "./labels.ts";
import { BY_AGE } from "./listings.ts";
import { isOfField } from "./page-forms.ts";
import { listensAs } from "./rescheduled.ts";
import { type HandedAs, inJs, modelsOf, type Run } from "./run.ts";

/** `response.on("data", f)`: f gets what the response is made of. */
const CARRIES: ReadonlySet<Cause> = new Set(["network", "file", "input", "request", "env"]);

/** Functions given to something unknown are called once, with arguments that nobody knows. What the first of them gives. */
export const callCallbacks = (run: Run, state: State, args: CallArgs, from?: UnknownV): Value | null =>
  callGiven(run, state, args, { from, changes: true });

/** As above, by something that leaves lists and dictionaries as they are. */
export const callOnly = (run: Run, state: State, args: CallArgs): Value | null =>
  callGiven(run, state, args, { from: undefined, changes: false });

type To = { readonly from: UnknownV | undefined; readonly changes: boolean };

function callGiven(run: Run, state: State, args: CallArgs, { from, changes }: To): Value | null {
  const given = givenTo(run, args, from);
  let made: Value | null = null;
  const server = registered(run, state, args.positional, from);
  for (const [i, value] of [...args.positional, ...args.keywords.values()].entries()) {
    const following = i < args.positional.length ? args.positional.slice(i + 1) : [];
    const callee = callableOf(run, state, value) ?? (following.length > 0 && isEffectful(run, value) ? value : null);
    if (callee !== null) {
      const as = i > 0 && inJs(run) ? listensAs(args.positional[0]) : "repeats";
      const to = { given: server, callee, beside: args.positional.slice(0, i), labels: from?.labels ?? [] };
      const result = possibly(state, () => behindAskers(run, state, to, () => callWith(run, state, { callee, following, given, as })));
      made ??= result;
      run.byAge ||= result?.k === "unknown" && BY_AGE.test(result.path ?? "");
    } else if (value.k === "ref") {
      const object = state.read(value.addr);
      const depth = from !== undefined && inJs(run) && modelsOf(run).serves(from.path ?? "") ? DEEPEST : 1;
      for (const inner of functionsIn(state, value, depth)) {
        const to = { given: server, callee: inner, beside: [value], labels: from?.labels ?? [] };
        possibly(state, () => behindAskers(run, state, to, () => run.call(state, inner, { ...NO_ARGS, rest: given })));
      }
      if (!changes) continue;
      if (isHolder(state, value.addr))
        fill(run, state, value.addr, mergeLabels(from?.labels ?? [], ...args.positional.map((v) => v.labels)));
      else if (object.type === "list" || object.type === "dict") forget(run, state, value.addr);
    }
  }
  return made;
}

/** A server's handlers stand in objects of objects: `{ resolvers: { Query: { user: (_, args) => ... } } }`. */
const DEEPEST = 4;

function functionsIn(state: State, value: RefV, depth: number): Value[] {
  const { type, props, items } = state.read(value.addr);
  const held = [...(type === "object" || type === "dict" ? props.values() : []), ...(items ?? [])];
  return held.flatMap((v) => (v.k === "closure" ? [v] : v.k === "ref" && depth > 1 ? functionsIn(state, v, depth - 1) : []));
}

/** Routes are told by their paths: `app.post("/run", (request, response) => ...)`. */
const ROUTES = /(^|\.)(get|post|put|patch|delete|all|use|route|ws|websocket|command|onCall|onRequest)$/;
/** What a server is told besides its handlers: that it listens, what it is made of. */
const BESIDES =
  /(^|\.)(listen|ready|after|register|decorate\w*|set|engine|then|catch|finally|start|close|configure|setErrorHandler|log|on)$/;

const isRoute = (run: Run, args: CallArgs, path: string): boolean => {
  const [first] = args.positional;
  if (isString(first) && /^[/*]/.test(first.value) && ROUTES.test(path)) return true;
  return modelsOf(run).serves(path) && !BESIDES.test(path);
};

/** Of a library without a model, and of what such a library gave. */
const OUTSIDERS: ReadonlySet<Cause> = new Set(["unmodelled", "free"]);

/** What the functions get: what the thing they were given to is made of, for a route what somebody requests, else what its caller says. */
export function givenTo(run: Run, args: CallArgs, from: UnknownV | undefined): Value {
  if (from === undefined) return run.values.unknown("parameter");
  const path = elementPath(from.path);
  if (CARRIES.has(from.cause)) return run.values.unknown(from.cause, { path, labels: from.labels });
  if (isRoute(run, args, from.path ?? "")) return run.values.unknown("request", { path: "request" });
  if (!OUTSIDERS.has(from.cause)) return run.values.unknown("parameter", inJs(run) ? { labels: from.labels.filter(isPrivate) } : {});
  const labels = from.labels.filter(isPrivate);
  return run.values.unknown("unmodelled", { path: path === from.path ? `${from.path ?? ""}()` : path, labels });
}

/** What a function that goes through it is given, too. */
const isPrivate = (label: Label): boolean => label === "file.private" || label === "env" || isOfField(label);

/** What the functions that a library is given with it may see: `each(lines, f)`. */
export const privateData = (state: State, data: Value | undefined): readonly Label[] =>
  data === undefined || data.k === "closure" ? [] : deepLabels(state, data).filter(isPrivate);

/** `users.forEach(f)`: f gets what `users` holds. */
const elementPath = (path: string | null): string | null =>
  path?.replace(/\.(map|forEach|filter|flatMap|some|every|find|findLast|eachSeries|for_each)$/, "[]") ?? null;

/** `KafkaConsumer(value_deserializer=pickle.loads)`: what rebuilds objects is given what comes over the network. */
export function callDeserializers(run: Run, state: State, args: CallArgs, received: Value): void {
  for (const [name, value] of args.keywords)
    if (value.k === "api" && /deserializer$/.test(name)) run.call(state, value, { ...NO_ARGS, positional: [received] });
}

/** A library function that does something: `pool.submit(os.remove, path)`. */
const isEffectful = (run: Run, value: Value): boolean =>
  value.k === "api" && !value.instance && (modelsOf(run).api(value.path)?.effects.length ?? 0) > 0;

/** What follows a function is given to it, or what a tuple after it holds; without any its arguments are not known. */
function callWith(run: Run, state: State, call: { callee: Value; following: readonly Value[]; given: Value; as: HandedAs }): Value | null {
  const { callee, following, given, as } = call;
  const data = following.filter((v) => v.k !== "closure" && v.k !== "partial");
  const made = callee.k === "api" ? null : handOver(run, state, callee, { ...NO_ARGS, rest: given }, as);
  if (data.length === 0 || data.length !== following.length) return made;
  const [first] = data;
  const inner = first?.k === "ref" ? state.read(first.addr) : null;
  const spread = inner !== null && inner.rest === null && /^(tuple|list)$/.test(inner.type) ? inner.items : null;
  const known = (list: readonly Value[]): boolean => list.some((v) => v.k === "const" || v.k === "str" || v.k === "unknown");
  if (known(data)) run.call(state, callee, { ...NO_ARGS, positional: data });
  if (spread !== null && known(spread)) run.call(state, callee, { ...NO_ARGS, positional: spread });
  return made;
}

/** A mutable container that went to something unknown may hold anything besides what it held. */
function forget(run: Run, state: State, addr: number): void {
  const object = state.write(addr);
  const unknown = run.values.unknown("unmodelled");
  if (object.items !== null) {
    for (const item of object.items) object.rest = object.rest === null ? item : run.values.join([object.rest, item]);
    object.items = null;
  }
  object.rest = object.rest === null ? unknown : run.values.join([object.rest, unknown]);
}
