/** Events of Node: who listens for an event is called with what is emitted under its name, whichever emitter of the program it is. */
import type { State } from "../state.ts";
import { isString, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import { withArgs } from "./call-args.ts";
import { listValue } from "./containers.ts";
import { elementsOf } from "./iterate.ts";
import { LISTENERS } from "./remembered.ts";
import { newAddr, type Run } from "./run.ts";

/** Listeners of one event that are kept. */
const MOST = 16;

/** `emitter.on("order", f)`: kept; the model of the call runs it once, on what nobody knows. */
const listen: Builtin = (run, state, { callee, args }) => {
  const [event, action] = args.positional;
  if (event !== undefined && !isString(event) && action !== undefined && isString(action))
    return waitFor(run, state, String(action.value), callee.path.endsWith(".once"));
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
  if (event !== undefined && isString(event)) tell(run, state, String(event.value), given);
  return run.values.unknown("local");
};

/** What was told under a name so far, and what waits for more of it. */
const TOLD = "told:";
const WAITS = "waits:";

function kept(run: Run, state: State, key: string, added: Value): void {
  const before = state.read(LISTENERS).props.get(key);
  const items = before === undefined ? [] : (elementsOf(run, state, before) ?? []);
  if (items.length < MOST) state.setProp(LISTENERS, key, listValue(run, state, [...items, added]));
}

function tell(run: Run, state: State, event: string, given: readonly Value[]): void {
  const said = listValue(run, state, given);
  kept(run, state, TOLD + event, said);
  const waiting = state.read(LISTENERS).props.get(WAITS + event);
  for (const one of waiting === undefined ? [] : (elementsOf(run, state, waiting) ?? [])) {
    if (one.k !== "ref") continue;
    const object = state.write(one.addr);
    object.items = object.name === "once" ? [...given] : [...(object.items ?? []), said];
    object.rest = null;
  }
}

/** `await once(emitter, "go")` gives what is told first, `on(emitter, "go")` each in its turn. */
function waitFor(run: Run, state: State, event: string, first: boolean): Value {
  const told = state.read(LISTENERS).props.get(TOLD + event);
  const before = told === undefined ? [] : (elementsOf(run, state, told) ?? []);
  const [one] = before;
  if (first && one !== undefined) return one;
  const addr = newAddr(run);
  state.add(addr, { type: "list", name: first ? "once" : "on", items: before.length > 0 ? [...before] : null });
  const waits = run.values.ref(addr);
  if (before.length === 0) state.addRest(addr, run.values.unknown("unmodelled", { path: "event" }), run.values);
  kept(run, state, WAITS + event, waits);
  return waits;
}

/** Of all events when it is not known which. */
function listenersOf(run: Run, state: State, event: Value | undefined): Value[] {
  const { props } = state.read(LISTENERS);
  const all = [...props].flatMap(([key, list]) => (key.startsWith("s:") ? [list] : []));
  const lists = event !== undefined && isString(event) ? [props.get(`s:${event.value}`)] : all;
  return lists.flatMap((list) => (list === undefined ? [] : (elementsOf(run, state, list) ?? [])));
}

export const BUILTINS_EMITTERS: Readonly<Record<string, Builtin>> = { listen, emitted };
