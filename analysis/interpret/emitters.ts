/** Events of Node: who listens for an event is called with what is emitted under its name, whichever emitter of the program it is. */
import type { State } from "../state.ts";
import { isString, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import { withArgs } from "./call-args.ts";
import { elementsOf } from "./iterate.ts";
import { LISTENERS } from "./remembered.ts";
import { newAddr, type Run } from "./run.ts";

/** Listeners of one event that are kept. */
const MOST = 16;

/** `emitter.on("order", f)`: kept; the model of the call runs it once, on what nobody knows. */
const listen: Builtin = (run, state, { args }) => {
  const [event, action] = args.positional;
  if (event === undefined || !isString(event) || action === undefined) return undefined;
  const kept = state.read(LISTENERS).props.get(`s:${event.value}`);
  const before = kept === undefined ? [] : (elementsOf(run, state, kept) ?? []);
  if (before.length >= MOST) return undefined;
  const addr = newAddr(run);
  state.add(addr, { type: "list", items: [...before, action] });
  state.setProp(LISTENERS, `s:${event.value}`, run.values.ref(addr));
  return undefined;
};

const emitted: Builtin = (run, state, { args }) => {
  const [event, ...given] = args.positional;
  for (const action of listenersOf(run, state, event)) run.call(state, action, withArgs(...given));
  return run.values.unknown("local");
};

/** Of all events when it is not known which. */
function listenersOf(run: Run, state: State, event: Value | undefined): Value[] {
  const { props } = state.read(LISTENERS);
  const lists = event !== undefined && isString(event) ? [props.get(`s:${event.value}`)] : [...props.values()];
  return lists.flatMap((list) => (list === undefined ? [] : (elementsOf(run, state, list) ?? [])));
}

export const BUILTINS_EMITTERS: Readonly<Record<string, Builtin>> = { listen, emitted };
