/** JavaScript's Proxy: an object whose reads, writes and calls go to functions of the program's own, or to its target. */
import { type HeapObject, possibly, type State } from "../state.ts";
import type { RefV, Value } from "../values.ts";
import { NO_ARGS } from "./call-args.ts";
import { newAddr, type Run } from "./run.ts";

const TARGET = "#target";
const HANDLER = "#handler";

export const isProxy = (object: HeapObject): boolean => object.name === "Proxy" && object.props.has(TARGET);

export function makeProxy(run: Run, state: State, target: Value, handler: Value | undefined): Value {
  const addr = newAddr(run);
  const object = state.add(addr, { type: "object", name: "Proxy" });
  object.props.set(TARGET, target);
  if (handler !== undefined) object.props.set(HANDLER, handler);
  return run.values.ref(addr);
}

export const proxyTarget = (state: State, proxy: RefV): Value => state.read(proxy.addr).props.get(TARGET) as Value;

/** Properties of a proxy's handler, when it is an object of the program's own. */
export function proxyHandler(state: State, proxy: RefV): ReadonlyMap<string, Value> | null {
  const handler = state.read(proxy.addr).props.get(HANDLER);
  return handler?.k === "ref" ? state.read(handler.addr).props : null;
}

/** What the handler's function gives, called with the target first; null when it has none. It may run, or may be passed by. */
export function proxyTrap(run: Run, state: State, proxy: RefV, trap: { name: string; args: readonly Value[] }): Value | null {
  const handler = state.read(proxy.addr).props.get(HANDLER);
  const fn = handler?.k === "ref" ? state.read(handler.addr).props.get(`s:${trap.name}`) : undefined;
  if (fn === undefined || (fn.k === "const" && fn.type === "undefined")) return null;
  const given = { ...NO_ARGS, positional: [proxyTarget(state, proxy), ...trap.args], receiver: handler ?? null };
  return possibly(state, () => run.call(state, fn, given)) ?? run.values.undefined;
}
