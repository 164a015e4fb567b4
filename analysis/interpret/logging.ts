/** Logs of Python: handlers of the program's own see what is logged, and some send it to another machine. */
import type { State } from "../state.ts";
import { isString, mergeLabels, partsOf, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import { type CallArgs, NO_ARGS, withArgs } from "./call-args.ts";
import { classLookup, classOf } from "./classes.ts";
import { listValue } from "./containers.ts";
import { emit } from "./effect-sink.ts";
import { hostOf } from "./host-label.ts";
import { elementsOf } from "./iterate.ts";
import { keepList, keptList } from "./kept-lists.ts";
import { deepLabels } from "./labels.ts";
import { toldLabels } from "./remote-logs.ts";
import { newAddr, type Run } from "./run.ts";

/** Where the state keeps the handlers: no variable has this name. */
const HANDLERS = "#handlers";
/** Handlers of the library that send what they get. */
const REMOTE = /^logging\.handlers\.(HTTP|Socket|Datagram|SMTP)Handler$/;

const handlersIn = (run: Run, state: State): readonly Value[] => keptList(run, state, HANDLERS);

function keep(run: Run, state: State, added: readonly Value[]): void {
  if (added.length > 0) keepList(run, state, HANDLERS, [...handlersIn(run, state), ...added]);
}

const isHandler = (value: Value): boolean => value.k === "ref" || (value.k === "api" && value.path === "logging.RemoteHandler");

/** The record that a handler gets: its message, what it is made of. */
export function record(run: Run, state: State, args: CallArgs): Value {
  const [message = run.values.string(""), ...given] = args.positional;
  const addr = newAddr(run);
  state.add(addr, { type: "instance", name: "LogRecord" });
  const labels = mergeLabels(...given.map((v) => deepLabels(state, v)));
  const text = labels.length === 0 ? message : run.values.template([...partsOf(message), { cause: "local", labels, path: null }], labels);
  const parts = { msg: message, args: listValue(run, state, given, "tuple"), message: text };
  for (const [name, value] of Object.entries(parts)) state.setProp(addr, `s:${name}`, value);
  state.setProp(addr, "s:getMessage", run.values.partial(run.values.api("identity()"), [text]));
  const extra = args.keywords.get("extra");
  if (extra?.k === "ref") for (const [key, value] of state.read(extra.addr).props) state.setProp(addr, key, value);
  return run.values.ref(addr);
}

/** `logger.warning("...", x)`: each handler takes it. */
const logged: Builtin = (run, state, { callee, args }) => {
  const handlers = handlersIn(run, state);
  if (handlers.length === 0) return undefined;
  const given = callee.path.endsWith(".log") ? { ...args, positional: args.positional.slice(1) } : args;
  const made = record(run, state, given);
  for (const handler of handlers) {
    if (handler.k === "api") {
      const told = [...args.positional, ...args.keywords.values()];
      const labels = mergeLabels(...told.flatMap((v) => [deepLabels(state, v), toldLabels(state, v)]));
      const host = hostOf(handler.labels) ?? "a remote log";
      emit(run, state, { kind: "net.send", target: host, classes: ["host.public"], args: {}, labels, basis: "api", api: callee.path });
      continue;
    }
    if (handler.k !== "ref") continue;
    const cls = classOf(run, state, handler);
    for (const name of ["filter", "emit", "format"]) {
      const method = cls === null ? null : classLookup(run, state, cls, name);
      if (method?.k === "closure") run.call(state, run.values.closure(method, handler), withArgs(made));
    }
  }
  return undefined;
};

/** `{"class": "logging.handlers.HTTPHandler", "host": ...}` in a configuration. */
function configured(run: Run, state: State, config: Value | undefined): Value[] {
  const held = config?.k === "ref" ? state.read(config.addr).props.get("s:handlers") : undefined;
  const entries = held?.k === "ref" ? [...state.read(held.addr).props.values()] : [];
  return entries.flatMap((entry) => {
    if (entry.k !== "ref") return [];
    const { props } = state.read(entry.addr);
    const cls = props.get("s:class") ?? props.get("s:()");
    const path = cls !== undefined && isString(cls) ? cls.value : cls?.k === "api" ? cls.path : "";
    if (cls?.k === "ref") return run.call(state, cls, NO_ARGS) ?? [];
    if (!REMOTE.test(path)) return [];
    const host = props.get("s:host") ?? props.get("s:mailhost") ?? run.values.string("a remote log");
    return run.call(state, run.values.api(path), withArgs(host)) ?? [];
  });
}

export const BUILTINS_LOGGING: Readonly<Record<string, Builtin>> = {
  logged,
  handler_added: (run, state, { args }) => {
    keep(run, state, args.positional.filter(isHandler));
    return run.values.none;
  },
  /** `QueueListener(queue, handler)`: what is put into the queue comes to these. */
  handlers_listen: (run, state, { args }) => {
    keep(run, state, args.positional.filter(isHandler));
    return undefined;
  },
  log_configured: (run, state, { args }) => {
    const list = args.keywords.get("handlers");
    keep(
      run,
      state,
      list === undefined ? configured(run, state, args.positional[0]) : (elementsOf(run, state, list) ?? []).filter(isHandler),
    );
    return run.values.none;
  },
};
