/** Evaluators for connections: their two ends, what a client says in every request, functions that are given what comes in. */
import { possibly, type State } from "../state.ts";
import { classifyHost } from "../targets.ts";
import { mergeLabels, type Value } from "../values.ts";
import { handOver } from "./again.ts";
import type { Builtin } from "./builtin.ts";
import { withArgs } from "./call-args.ts";
import { listValue } from "./containers.ts";
import { emit } from "./effect-sink.ts";
import { headerLabels } from "./header-labels.ts";
import { hostLabel, hostOf } from "./host-label.ts";
import { elementsOf } from "./iterate.ts";
import { heldLabels } from "./labels.ts";
import { modelsOf, type Run } from "./run.ts";

const writer = (run: Run, host: Value | undefined): Value => run.values.api("asyncio.StreamWriter", true, hostLabel(host));

/** `reader, writer = await asyncio.open_connection(host, port)`. */
const streamPair: Builtin = (run, state, { args }) =>
  listValue(run, state, [run.values.unknown("network", { path: "reader" }), writer(run, args.positional[0])], "tuple");

/** `transport, protocol = await loop.create_connection(make, host, port)`; the address of a datagram is a pair. */
const transportPair: Builtin = (run, state, { args }) => {
  const [make, given] = args.positional;
  const address = given ?? args.keywords.get("host") ?? args.keywords.get("remote_addr");
  const host = address?.k === "ref" ? elementsOf(run, state, address)?.[0] : address;
  const transport = writer(run, host);
  const protocol = make === undefined ? null : possibly(state, () => run.call(state, make, withArgs()));
  return listValue(run, state, [transport, protocol ?? run.values.unknown("unmodelled", { path: "protocol" })], "tuple");
};

/** `ftp.retrlines("LIST", lines.append)`: the function gets what comes over the network. */
const receivedBy: Builtin = (run, state, { callee, args }) => {
  const [, callback] = args.positional;
  const received = run.values.unknown("network", { path: `${callee.path}()` });
  if (callback !== undefined) possibly(state, () => handOver(run, state, callback, withArgs(received), "repeats"));
  return undefined;
};

/** `session.headers.update({...})`: what a client says from now on leaves with every request. */
export function saysAlways(run: Run, state: State, client: { path: string; labels: readonly string[] }, said: Value): void {
  const labels = headerLabels(state, said);
  if (labels.length === 0) return;
  const target = hostOf(client.labels) ?? "{session}";
  const classes = classifyHost(run.values.string(target));
  emit(run, state, { kind: "net.send", target, classes, args: {}, labels: mergeLabels(labels), basis: "api", api: client.path });
}

/** `sql.begin((tx) => ...)`: the function is given the client again. */
const withItself: Builtin = (run, state, { callee, args }) => {
  const client = run.values.api(callee.path.slice(0, callee.path.lastIndexOf(".")), true, callee.labels);
  for (const callback of args.positional)
    if (isFunction(callback)) possibly(state, () => handOver(run, state, callback, withArgs(client), "repeats"));
  return args.positional.some(isFunction) ? undefined : client;
};

/** `client.shell((error, stream) => ...)`: the function is given what the call would give. */
const answeredWith: Builtin = (run, state, { callee, args }) => {
  const path = modelsOf(run).api(callee.path)?.returns ?? "";
  const given = withArgs(run.values.undefined, run.values.api(path, true, callee.labels));
  for (const callback of args.positional) if (isFunction(callback)) possibly(state, () => handOver(run, state, callback, given, "repeats"));
  return undefined;
};

const isFunction = (value: Value): boolean => value.k === "closure" || value.k === "partial";

export const BUILTINS_CONNECTIONS: Readonly<Record<string, Builtin>> = {
  with_itself: withItself,
  /** `page.evaluate(() => document.cookie)`: what the function gives in the page. */
  evaluated: (run, state, { callee, args }) => {
    const [done] = args.positional.filter(isFunction);
    const result = done === undefined ? null : possibly(state, () => run.call(state, done, withArgs()));
    return run.values.unknown("network", { path: `${callee.path}()`, labels: result === null ? [] : heldLabels(state, result) });
  },
  /** `inject(HttpClient)`: one of the class. */
  injected_class: (run, state, { args }) => {
    const [cls] = args.positional;
    return cls === undefined ? undefined : (run.call(state, cls, { ...withArgs(), isNew: true }) ?? undefined);
  },
  /** `ref(database, "users")` is known by its path. */
  last_given: (_run, _state, { args }) => args.positional.at(-1),
  answered_with: answeredWith,
  stream_pair: streamPair,
  transport_pair: transportPair,
  received_by: receivedBy,
  session_said: (run, state, { callee, args }) => {
    for (const said of [...args.positional, ...args.keywords.values()]) saysAlways(run, state, callee, said);
    return run.values.unknown("local");
  },
};
