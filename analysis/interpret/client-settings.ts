/** What a client of the web is told for every request from now on: headers of one request or of all, the address that all are below. */
import { possibly, type State } from "../state.ts";
import type { ApiV, Value } from "../values.ts";
import { handOver } from "./again.ts";
import type { Builtin } from "./builtin.ts";
import { saysAlways } from "./builtins-connections.ts";
import { withArgs } from "./call-args.ts";
import { emptyObject } from "./containers.ts";
import { optionOf } from "./effect-conditions.ts";
import { PATCHES } from "./function-attributes.ts";
import { hostLabel, OPENED } from "./host-label.ts";
import { rememberedVariable } from "./remembered.ts";
import type { Run } from "./run.ts";

const OF_ALL = /\.defaults(\.headers(\.\w+)?)?$/;

/** `axios.defaults.baseURL = url`, `axios.defaults.headers.common["X-Key"] = value`. */
export function setClientDefault(run: Run, state: State, object: ApiV, to: { name: string; value: Value }): void {
  if (!OF_ALL.test(object.path)) return;
  if (object.path.includes(".headers")) saysAlways(run, state, object, headerOf(run, state, to));
  else if (to.name === "headers") saysAlways(run, state, object, to.value);
  else if (object.instance) state.setProp(PATCHES, `${object.path}.${to.name}`, to.value);
}

function headerOf(run: Run, state: State, { name, value }: { name: string; value: Value }): Value {
  const said = emptyObject(run, state);
  state.setProp(said.addr, `s:${name}`, value);
  return said;
}

/** `request.setHeader(name, value)`, `request.set({ name: value })`. */
const requestHeader: Builtin = (run, state, { callee, args }) => {
  const [name, value] = args.positional;
  const said = name?.k === "ref" ? name : value === undefined ? undefined : headerOf(run, state, { name: nameOf(name), value });
  const open = callee.path.startsWith("XMLHttpRequest.") ? rememberedVariable(state, OPENED) : undefined;
  if (said !== undefined) saysAlways(run, state, { path: callee.path, labels: [...callee.labels, ...hostLabel(open)] }, said);
  return undefined;
};
const nameOf = (name: Value | undefined): string => (name?.k === "const" ? String(name.value) : "{?}");

/** `Bun.connect({ socket: { open(socket) { .. }, data(socket, bytes) { .. } } })`. */
const socketHandlers: Builtin = (run, state, { args }) => {
  const socket = run.values.api("net.Socket", true, hostLabel(optionOf(state, args, "hostname")));
  const handlers = optionOf(state, args, "socket");
  const given = withArgs(socket, run.values.unknown("network", { path: "data" }));
  for (const handler of handlers?.k === "ref" ? state.read(handlers.addr).props.values() : [])
    if (handler.k === "closure") possibly(state, () => handOver(run, state, handler, given, "repeats"));
  return socket;
};

/** `client.on("connect", (socket) => ...)`. */
const givenSocket: Builtin = (run, state, { callee, args }) => {
  const socket = withArgs(run.values.api("ws.WebSocket", true, callee.labels));
  for (const callback of args.positional)
    if (callback.k === "closure" || callback.k === "partial") possibly(state, () => handOver(run, state, callback, socket, "repeats"));
  return undefined;
};

export const BUILTINS_CLIENT_SETTINGS: Readonly<Record<string, Builtin>> = {
  request_header: requestHeader,
  socket_handlers: socketHandlers,
  given_socket: givenSocket,
};
