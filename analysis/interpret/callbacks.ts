/** What happens to the functions and containers that are given to something unknown. */

import type { State } from "../state.ts";
import { type Cause, isString, mergeLabels, type UnknownV, type Value } from "../values.ts";
import { handOver } from "./again.ts";
import { type CallArgs, NO_ARGS } from "./call-args.ts";
import { fill, isHolder } from "./holders.ts";
import { modelsOf, type Run } from "./run.ts";

/** `response.on("data", f)`: f gets what the response is made of. */
const CARRIES: ReadonlySet<Cause> = new Set(["network", "file", "input"]);

/** Functions given to something unknown are called once, with arguments that nobody knows. */
export function callCallbacks(run: Run, state: State, args: CallArgs, from?: UnknownV): void {
  callGiven(run, state, args, { from, changes: true });
}

/** As above, by something that leaves lists and dictionaries as they are. */
export const callOnly = (run: Run, state: State, args: CallArgs): void => callGiven(run, state, args, { from: undefined, changes: false });

type To = { readonly from: UnknownV | undefined; readonly changes: boolean };

function callGiven(run: Run, state: State, args: CallArgs, { from, changes }: To): void {
  const given = givenTo(run, args, from);
  const certain = state.certain;
  for (const [i, value] of [...args.positional, ...args.keywords.values()].entries()) {
    const following = i < args.positional.length ? args.positional.slice(i + 1) : [];
    if (value.k === "closure" || value.k === "partial" || (following.length > 0 && isEffectful(run, value))) {
      state.certain = false;
      callWith(run, state, { callee: value, following, given });
    } else if (value.k === "ref") {
      const object = state.read(value.addr);
      for (const inner of [...(object.type === "object" || object.type === "dict" ? object.props.values() : []), ...(object.items ?? [])]) {
        if (inner.k !== "closure") continue;
        state.certain = false;
        run.call(state, inner, { ...NO_ARGS, rest: given });
      }
      if (!changes) continue;
      if (isHolder(state, value.addr))
        fill(run, state, value.addr, mergeLabels(from?.labels ?? [], ...args.positional.map((v) => v.labels)));
      else if (object.type === "list" || object.type === "dict") forget(run, state, value.addr);
    }
  }
  state.certain = certain;
}

/** Routes are told by their paths: `app.post("/run", (request, response) => ...)`. */
const ROUTES = /(^|\.)(get|post|put|patch|delete|all|use|route|ws|websocket|command|onCall|onRequest)$/;

const isRoute = (args: CallArgs, from: UnknownV): boolean => {
  const [first] = args.positional;
  return isString(first) && /^[/*]/.test(first.value) && ROUTES.test(from.path ?? "");
};

/** Of a library without a model, and of what such a library gave. */
const OUTSIDERS: ReadonlySet<Cause> = new Set(["unmodelled", "free"]);

/** What the functions get: what the thing they were given to is made of, for a route what somebody requests, else what its caller says. */
function givenTo(run: Run, args: CallArgs, from: UnknownV | undefined): Value {
  if (from === undefined) return run.values.unknown("parameter");
  const path = elementPath(from.path);
  if (CARRIES.has(from.cause)) return run.values.unknown(from.cause, { path, labels: from.labels });
  if (isRoute(args, from)) return run.values.unknown("input", { path: "request" });
  if (!OUTSIDERS.has(from.cause)) return run.values.unknown("parameter");
  const labels = from.labels.filter((l) => l === "file.private");
  return run.values.unknown("unmodelled", { path: path === from.path ? `${from.path ?? ""}()` : path, labels });
}

/** `users.forEach(f)`: f gets what `users` holds. */
const elementPath = (path: string | null): string | null =>
  path?.replace(/\.(map|forEach|filter|flatMap|some|every|find|findLast|eachSeries|for_each)$/, "[]") ?? null;

/** A library function that does something: `pool.submit(os.remove, path)`. */
const isEffectful = (run: Run, value: Value): boolean =>
  value.k === "api" && !value.instance && (modelsOf(run).api(value.path)?.effects.length ?? 0) > 0;

/** What follows a function is given to it, or what a tuple after it holds; without any its arguments are not known. */
function callWith(run: Run, state: State, call: { callee: Value; following: readonly Value[]; given: Value }): void {
  const { callee, following, given } = call;
  const data = following.filter((v) => v.k !== "closure" && v.k !== "partial");
  if (callee.k !== "api") handOver(run, state, callee, { ...NO_ARGS, rest: given });
  if (data.length === 0 || data.length !== following.length) return;
  const [first] = data;
  const inner = first?.k === "ref" ? state.read(first.addr) : null;
  const spread = inner !== null && inner.rest === null && /^(tuple|list)$/.test(inner.type) ? inner.items : null;
  const known = (list: readonly Value[]): boolean => list.some((v) => v.k === "const" || v.k === "str" || v.k === "unknown");
  if (known(data)) run.call(state, callee, { ...NO_ARGS, positional: data });
  if (spread !== null && known(spread)) run.call(state, callee, { ...NO_ARGS, positional: spread });
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
