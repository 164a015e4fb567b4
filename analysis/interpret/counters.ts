/** `collections.Counter`: how often each of its keys was there. */
import type { State } from "../state.ts";
import type { Addr, Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import { itemKey } from "./items.ts";
import { elementsOf } from "./iterate.ts";
import { ZERO } from "./made-items.ts";
import { binary } from "./operators.ts";
import { dictOf } from "./python-builtins.ts";
import { newAddr, type Run } from "./run.ts";

/** `Counter(words)`: how often each of them is there. */
export const counterOf: Builtin = (run, state, call) => {
  const [source] = call.args.positional;
  const items =
    source === undefined || (source.k === "ref" && state.read(source.addr).type === "dict") ? null : elementsOf(run, state, source);
  const keys = items?.map(itemKey);
  if (keys === undefined || keys.includes(null) || keys.length > 256)
    return source?.k === "ref" || source === undefined ? dictOf(run, state, call) : undefined;
  const addr = newAddr(run);
  const object = state.add(addr, { type: "dict", bases: [run.values.api(ZERO)] });
  for (const key of new Set(keys)) object.props.set(key as string, run.values.number(keys.filter((each) => each === key).length));
  return run.values.ref(addr);
};

/** `c.update(words)`, `c.subtract(words)`: words are counted, numbers of a dict are added; false: not known. */
function counted(run: Run, state: State, addr: Addr, source: Value | undefined, sign: 1 | -1): boolean {
  const object = state.read(addr);
  const from = source?.k === "ref" && state.read(source.addr).type === "dict" ? state.read(source.addr) : null;
  const items = from !== null || source === undefined ? null : elementsOf(run, state, source);
  const keys = from === null ? items?.map(itemKey) : [...from.props.keys()];
  if (keys === undefined || keys.includes(null) || object.rest !== null || (from !== null && from.rest !== null)) return false;
  for (const key of keys as string[]) {
    const [before, more] = [state.read(addr).props.get(key) ?? run.values.number(0), from?.props.get(key) ?? run.values.number(1)];
    state.setProp(addr, key, binary(run, state, { operator: sign > 0 ? "+" : "-", left: before, right: more, inPlace: false }));
  }
  return true;
}

/** Of a `Counter`: whether the method was followed. */
export function countMore(run: Run, state: State, of: { addr: Addr; name: string }, [source]: readonly Value[]): boolean {
  const [factory] = state.read(of.addr).bases;
  if (factory?.k !== "api" || factory.path !== ZERO || !/^(update|subtract)$/.test(of.name)) return false;
  return counted(run, state, of.addr, source, of.name === "update" ? 1 : -1);
}
