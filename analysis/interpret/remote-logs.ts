/**
 * Logs of JavaScript that leave the machine: transports, streams and appenders that are given a host, and those that the program
 * writes itself. What a request says of who asks, and all that it says, is told to whoever keeps them.
 */
import type { Label } from "../effects.ts";
import type { State } from "../state.ts";
import { classifyHost } from "../targets.ts";
import { isString, membersOf, mergeLabels, type Value } from "../values.ts";
import { getAttr } from "./attributes.ts";
import type { Builtin } from "./builtin.ts";
import { type CallArgs, withArgs } from "./call-args.ts";
import { emit } from "./effect-sink.ts";
import { HOST, hostOf } from "./host-label.ts";
import { keepList, keptList } from "./kept-lists.ts";
import { deepLabels } from "./labels.ts";
import { newAddr, type Run } from "./run.ts";

/** Where the state keeps what all loggers of the program write to: no variable has these names. */
const HOSTS = "#log-hosts";
const WRITERS = "#log-writers";

/** Where destinations stand in options, and what names one. */
const HOLDS = /^(transports?|targets?|options|streams?|appenders|args|exceptionHandlers|rejectionHandlers|destination)$/;
const NAMES_HOST = /^(host|hostname|url|uri|endpoint|server|webhookUrl|webhook|baseURL|origin|ingestUrl|serverUrl|logServer)$/;
const DEEPEST = 6;
const WRITES = ["log", "write", "send"];

type Found = { readonly hosts: Value[]; readonly writers: Value[] };

/** Destinations in what a logger is made of; `names`: what stands here may name a host. */
function destinations(state: State, value: Value, into: Found, at: { readonly depth: number; readonly names: boolean }): void {
  for (const label of value.k === "api" ? value.labels : []) if (label.startsWith(HOST)) into.hosts.push(value);
  if (value.k !== "ref" || at.depth > DEEPEST) return;
  const { type, props, items } = state.read(value.addr);
  if (type === "frame" || type === "class") return;
  for (const item of items ?? []) destinations(state, item, into, { depth: at.depth + 1, names: at.names });
  const method = WRITES.map((name) => props.get(`s:${name}`)).find((held) => held?.k === "closure");
  if (at.names && (method !== undefined || type === "instance")) into.writers.push(value);
  for (const [key, held] of props) {
    const name = key.replace(/^s:/, "");
    if (at.names && NAMES_HOST.test(name) && held.k !== "ref") into.hosts.push(held);
    else if (HOLDS.test(name) || at.names) destinations(state, held, into, { depth: at.depth + 1, names: true });
  }
}

/** A constant host of somebody else: a collector that the settings of a machine name is the one of who runs it. */
const outside = (run: Run, hosts: readonly Value[]): string[] =>
  hosts.flatMap((value) => {
    const labelled = hostOf(value.labels);
    return membersOf(value).flatMap((member) => {
      const text = labelled ?? (isString(member) ? String(member.value) : "");
      const isOwn = text === "" || classifyHost(run.values.string(text)).some((c) => /^host\.(loopback|private|unknown)$/.test(c));
      return isOwn ? [] : [text];
    });
  });

const firstHost = (run: Run, hosts: readonly Value[]): readonly Label[] =>
  outside(run, hosts)
    .slice(0, 1)
    .map((host) => `${HOST}${host}`);

function found(state: State, args: CallArgs, names: boolean): Found {
  const into: Found = { hosts: [], writers: [] };
  for (const value of args.positional) destinations(state, value, into, { depth: 0, names });
  return into;
}

function keep(run: Run, state: State, name: string, added: readonly Value[]): void {
  const all = keptList(run, state, name);
  const others = added.filter((value) => !all.includes(value));
  if (others.length > 0) keepList(run, state, name, [...all, ...others]);
}

/** What says who asks: it opens what they may open. */
const SAYS_WHO =
  /(^|[.(])(headers|rawHeaders|cookies|signedCookies|COOKIES)$|\b(cookies|signedCookies|COOKIES)[.[]|\b(headers|get|header|getHeader)[.[(]+["']?(authorization|proxy-authorization|cookie|x-api-key|x-auth-token|x-access-token)\b/i;
/** All that a request says, passwords and answers included. */
const WHOLE =
  /(^|\.)(body|rawBody|payload|form|json|get_json|get_data|data|POST|values)(\(\))?$|^(_?req|_?request|ctx|context|event)$|(^|\.)(request|req)$/;

/** Labels of what a request says, in what is logged. */
export function toldLabels(state: State, value: Value, depth = 0): readonly Label[] {
  if (depth > DEEPEST) return [];
  if (value.k === "union") return mergeLabels(...value.of.map((member) => toldLabels(state, member, depth + 1)));
  if (value.k === "str")
    return mergeLabels(...value.parts.map((part) => (typeof part === "string" ? [] : requestLabels(part.cause, part.path ?? ""))));
  if (value.k === "unknown") return requestLabels(value.cause, value.path ?? "");
  if (value.k !== "ref") return [];
  const { type, props, items, rest } = state.read(value.addr);
  if (type === "frame" || type === "class") return [];
  const inner = [...props.values(), ...(items ?? []), ...(rest === null ? [] : [rest])];
  return mergeLabels(...inner.map((held) => toldLabels(state, held, depth + 1)));
}

function requestLabels(cause: string, path: string): readonly Label[] {
  if (cause !== "request" && !(cause === "parameter" && /^(req|request|ctx|_req)\b/.test(path))) return [];
  if (SAYS_WHO.test(path)) return ["secret.api_key"];
  return WHOLE.test(path) ? ["file.private"] : [];
}

/** `createLogger({ transports: [...] })`, `pino({ transport: { target, options: { url } } })`, `pino(stream)`: labels of what is made. */
export function destinationLabels(run: Run, state: State, args: CallArgs): readonly Label[] {
  const { hosts, writers } = found(state, args, false);
  const streams = args.positional
    .slice(args.positional.length > 1 ? 1 : 0)
    .filter((value) => value.k === "ref" && state.read(value.addr).props.get("s:write")?.k === "closure");
  keep(run, state, WRITERS, [...writers, ...streams]);
  return firstHost(run, hosts);
}

export const BUILTINS_REMOTE_LOGS: Readonly<Record<string, Builtin>> = {
  /** `logger.add(transport)`, `log4js.configure({ appenders })`: loggers of the program write there from now on. */
  log_destination: (run, state, { args }) => {
    const { hosts, writers } = found(state, args, true);
    keep(
      run,
      state,
      HOSTS,
      outside(run, hosts).map((host) => run.values.string(host)),
    );
    keep(run, state, WRITERS, writers);
    return undefined;
  },
  /** `pino.transport({ target, options })`, `pino.multistream([...])`. */
  log_stream: (run, state, { args }) => {
    const { hosts, writers } = found(state, args, true);
    keep(run, state, WRITERS, writers);
    return run.values.api("logging.Remote", true, firstHost(run, hosts));
  },
  js_logged: (run, state, { callee, args }) => {
    const own = callee.labels.filter((label) => label.startsWith(HOST)).map((label) => label.slice(HOST.length));
    const all = new Set([...own, ...keptList(run, state, HOSTS).flatMap((host) => (isString(host) ? [String(host.value)] : []))]);
    const told = mergeLabels(...args.positional.map((value) => toldLabels(state, value)));
    const labels = mergeLabels(...args.positional.map((value) => deepLabels(state, value)), told);
    for (const target of all)
      emit(run, state, {
        kind: "net.send",
        target,
        classes: classifyHost(run.values.string(target)),
        args: {},
        labels,
        basis: "api",
        api: callee.path,
      });
    for (const writer of keptList(run, state, WRITERS)) written(run, state, writer, { args, told });
    return undefined;
  },
};

/** A transport of the program's own gets the record. */
function written(run: Run, state: State, writer: Value, { args, told }: { args: CallArgs; told: readonly Label[] }): void {
  if (writer.k !== "ref") return;
  const method = WRITES.map((name) => getAttr(run, state, writer, name)).find((held) => held?.k === "closure");
  if (method === undefined) return;
  const addr = newAddr(run);
  state.add(addr, { type: "object", name: "record" });
  for (const value of args.positional)
    if (value.k === "ref") for (const [key, held] of state.read(value.addr).props) state.setProp(addr, key, held);
  const [first] = args.positional;
  if (first !== undefined) state.setProp(addr, "s:message", run.values.label(first, told));
  run.call(state, method, withArgs(run.values.label(run.values.ref(addr), told)));
}
