/**
 * Generators that are spoken to. What a generator yields was found when it was called; `send` and `throw` run its function once more
 * with what they say at every `yield`, because what it does with that comes after it.
 */
import { possibly, type State } from "../state.ts";
import type { Addr, Value } from "../values.ts";
import { type CallArgs, NO_ARGS } from "./call-args.ts";
import { listValue } from "./containers.ts";
import { throwIn } from "./exceptions.ts";
import { ENDLESS, elementsOf, GENERATOR, MADE_BY, RETURNED, someElement } from "./iterate.ts";
import { current, newAddr, type Run } from "./run.ts";

type Self = { readonly addr: Addr; readonly receiver: Value; readonly name: string };

/** `generator.send(x)`, `generator.throw(error)`; undefined: it is no generator. */
export function spokenTo(run: Run, state: State, self: Self, args: CallArgs): Value | undefined {
  const { name, props } = state.read(self.addr);
  const by = props.get(MADE_BY);
  if (name !== GENERATOR && name !== ENDLESS) return undefined;
  if (by === undefined) return someElement(run, state, self.receiver);
  const [value = run.values.none] = args.positional;
  run.said = self.name === "throw" ? { sent: null, raised: value } : { sent: value, raised: null };
  const walked = possibly(state, () => run.call(state, by, NO_ARGS));
  run.said = null;
  const items = walked === null ? null : elementsOf(run, state, walked);
  if (walked === null || items?.length === 0) return run.values.none;
  return items === null ? someElement(run, state, walked) : run.values.join(items.length > 1 ? items.slice(1) : items);
}

/** What has been said to a generator so far. */
const SAID = "#said";
const MOST = 16;

/** `it.next(value)`: what the generator does with all that was said to it; undefined: nothing was, or it is no generator. */
export function toldNext(run: Run, state: State, self: Self, args: CallArgs): Value | undefined {
  const { name, props } = state.read(self.addr);
  const by = props.get(MADE_BY);
  const before = props.get(SAID);
  const said = before === undefined ? [] : (elementsOf(run, state, before) ?? []);
  if ((name !== GENERATOR && name !== ENDLESS) || by === undefined || said.length >= MOST) return undefined;
  const [value = run.values.undefined] = args.positional;
  const inTurn = [...said, value];
  state.setProp(self.addr, SAID, listValue(run, state, inTurn));
  if (inTurn.slice(1).every((one) => one === run.values.undefined)) return undefined;
  run.said = { sent: null, raised: null, inTurn };
  const walked = possibly(state, () => run.call(state, by, NO_ARGS));
  run.said = null;
  if (walked?.k !== "ref") return undefined;
  const items = elementsOf(run, state, walked);
  const at = inTurn.length - 1;
  const done = items !== null && at >= items.length;
  const given = items?.[at] ?? (done ? state.read(walked.addr).props.get(RETURNED) : someElement(run, state, walked));
  const addr = newAddr(run);
  const result = state.add(addr, { type: "object" });
  result.props.set("s:done", items === null ? run.values.unknown("local") : run.values.bool(done));
  result.props.set("s:value", given ?? run.values.undefined);
  return run.values.ref(addr);
}

/** What is left of a generator has been taken: `StopIteration` carries what it returns. */
export function stopped(run: Run, state: State, generator: Addr): void {
  const returned = state.read(generator).props.get(RETURNED);
  if (returned === undefined || (returned.k === "const" && returned.type === "null")) return;
  const addr = newAddr(run);
  state.add(addr, { type: "instance", name: "StopIteration" });
  state.setProp(addr, "s:value", returned);
  throwIn(run, current(run), run.values.ref(addr));
}
