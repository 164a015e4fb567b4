/** Looking for open doors: many ports of one machine, or one after another of a network's machines, are connected to. */
import { memo } from "../memo.ts";
import type { State } from "../state.ts";
import { classifyHost } from "../targets.ts";
import { type Cause, isNumber, isString, membersOf, textOf, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { emit } from "./effect-sink.ts";
import { current, inLoop, type Run } from "./run.ts";

/** Calls that open a connection, by their names. */
const connects = memo((api) =>
  /(^|\.)(connect|connect_ex|create_connection|open_connection|sock_connect|createConnection|Telnet)$/.test(api),
);
const COUNTED: ReadonlySet<Cause> = new Set(["local", "widened"]);
/** So many different ports of one machine; services that belong together are fewer. */
const MANY_PORTS = 6;
/** So many addresses that the program counted. */
const FEW = 3;
const COUNTED_ADDRESSES = "hosts";
/** Addresses of a network, as `ipaddress` gives them. */
const OF_NETWORK = /(^|\.)ip_(network|address|interface)\(\)|\.hosts\(\)|IPv[46]Network\(\)|netaddr\.\w+\(\)/;

type Door = { readonly host: Value | undefined; readonly port: Value | undefined };

export function reportScan(run: Run, state: State, api: string, args: CallArgs): void {
  if (!connects(api)) return;
  const { host, port } = doorOf(state, args);
  if (port === undefined || (host !== undefined && isOwn(host))) return;
  if (!isCounted(run, port) && !isOneOfMany(run, host, port) && (host === undefined || !isSweep(run, host))) return;
  const target = host === undefined ? api : textOf(host);
  const classes = host === undefined ? [] : classifyHost(host);
  emit(run, state, { kind: "net.send", target, classes, args: { scans: true }, labels: [], basis: "api", api });
}

/** `connect((host, port))`, `open_connection(host, port)`, `connect(port, host)`, `connect({ host, port })`. */
function doorOf(state: State, { positional, keywords }: CallArgs): Door {
  const pair = positional.find((v) => v.k === "ref");
  if (pair?.k === "ref") {
    const { items, props } = state.read(pair.addr);
    if (items !== null && items.length >= 2) return { host: items[0], port: items[1] };
    return { host: props.get("s:host"), port: props.get("s:port") };
  }
  const [first, second] = positional.filter((v) => v.k !== "closure");
  const [host, port] = [keywords.get("host") ?? first, keywords.get("port") ?? second];
  return first !== undefined && isNumber(first) ? { host: second, port: first } : { host, port };
}

const isOwn = (host: Value): boolean =>
  membersOf(host).every((v) => (isString(v) && v.value === "") || classifyHost(v).every((c) => c === "host.loopback"));

/** A number that the program counts. */
const isCounted = (run: Run, value: Value): boolean =>
  membersOf(value).some((v) => v.k === "unknown" && COUNTED.has(v.cause) && (v.path === null || /^\w+$/.test(v.path)) && inLoop(run));

function isOneOfMany(run: Run, host: Value | undefined, port: Value): boolean {
  if (!membersOf(port).every(isNumber)) return false;
  const place = `doors|${host === undefined ? "" : textOf(host)}`;
  const tried = run.tried.get(place) ?? new Set<number>();
  for (const member of membersOf(port)) tried.add(member.id);
  run.tried.set(place, tried);
  return tried.size >= MANY_PORTS;
}

/** `192.168.1.{i}`, and the addresses of a network. */
const isSweep = (run: Run, host: Value): boolean =>
  membersOf(host).some((v) => {
    if (isString(v)) return isCountedAddress(run, v);
    // After a few counted ones, what comes next is not followed one by one.
    if (v.k === "unknown")
      return OF_NETWORK.test(v.path ?? "") || (v.cause === "widened" && (run.tried.get(COUNTED_ADDRESSES)?.size ?? 0) >= FEW);
    if (v.k !== "str") return false;
    const holes = v.parts.filter((p) => typeof p !== "string");
    if (holes.some(({ path }) => OF_NETWORK.test(path ?? ""))) return true;
    return /^\d+\.\d+\./.test(textOf(v)) && inLoop(run) && holes.every(({ cause }) => COUNTED.has(cause));
  });

/** An address that does not stand in the program was counted; a list of machines does. */
function isCountedAddress(run: Run, host: Extract<Value, { k: "const" }>): boolean {
  const address = String(host.value);
  const [, network] = /^((?:\d{1,3}\.){2,3})\d{1,3}$/.exec(address) ?? [];
  if (network === undefined || current(run).unit.source.includes(address)) return false;
  run.tried.set(COUNTED_ADDRESSES, (run.tried.get(COUNTED_ADDRESSES) ?? new Set()).add(host.id));
  const tried = run.tried.get(`hosts|${network}`) ?? new Set<number>();
  run.tried.set(`hosts|${network}`, tried.add(host.id));
  return tried.size >= MANY_PORTS;
}
