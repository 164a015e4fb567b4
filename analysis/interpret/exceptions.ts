/** Exceptions carry values: what was thrown is what the handler catches, in the same function or further up. */
import type { State } from "../state.ts";
import { isString, partsOf, type RefV, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import { listValue } from "./containers.ts";
import { type Activation, inJs, newAddr, type Run } from "./run.ts";

/** The value goes to the handler of the block that is running, or out of the function. */
export function throwIn(run: Run, act: Activation, value: Value): void {
  const handler = act.fn.blocks[act.block]?.handler ?? null;
  if (handler === null) {
    act.escaped = act.escaped === null ? value : run.values.join2(act.escaped, value);
    return;
  }
  const before = act.thrown.get(handler);
  act.thrown.set(handler, before === undefined ? value : run.values.join2(before, value));
}

/** What a handler catches: what the program threw to it; where it threw nothing, something that a library threw. */
export function caught(run: Run, act: Activation): Value {
  const unknown = run.values.unknown("local", { path: null });
  const thrown = act.thrown.get(act.block);
  return thrown ?? unknown;
}

/** `ValueError("text")`, `new Error("text")`: an object that keeps what it was made of. */
export const makeException: Builtin = (run: Run, state: State, { callee, args }) => {
  const addr = newAddr(run);
  const name = callee.path.slice(callee.path.lastIndexOf(".") + 1);
  state.add(addr, { type: "instance", name });
  const [message] = args.positional;
  state.setProp(addr, "s:args", listValue(run, state, args.positional, "tuple"));
  const group = args.positional[1];
  if (!inJs(run) && name.endsWith("Group") && group !== undefined) state.setProp(addr, "s:exceptions", group);
  if (!inJs(run)) return run.values.ref(addr);
  state.setProp(addr, "s:message", message ?? run.values.string(""));
  state.setProp(addr, "s:name", run.values.string(name));
  const options = args.positional[1];
  const cause = options?.k === "ref" ? state.read(options.addr).props.get("s:cause") : undefined;
  if (cause !== undefined) state.setProp(addr, "s:cause", cause);
  return run.values.ref(addr);
};

/** `String(error)` of a library's error: its name and its message. */
export function errorText(run: Run, state: State, error: RefV): Value | null {
  const { props } = state.read(error.addr);
  const message = props.get("s:message");
  const name = props.get("s:name");
  if (message === undefined || !isString(name)) return null;
  const shown =
    message.k === "const" || message.k === "str" || message.k === "unknown"
      ? partsOf(message)
      : [{ cause: "local" as const, labels: message.labels, path: null }];
  return run.values.template([`${name.value}: `, ...shown], message.labels);
}

/** What a class of the program's own that extends an error keeps of its arguments. */
export function keepArguments(run: Run, state: State, self: RefV, args: readonly Value[]): void {
  if (!inJs(run)) state.setProp(self.addr, "s:args", listValue(run, state, args, "tuple"));
  else if (args[0] !== undefined) state.setProp(self.addr, "s:message", args[0]);
}

export const isError = (base: Value): boolean =>
  base.k === "api" && /^(builtins|globalThis)\.\w*(Exception|Error|Warning|Exit|Interrupt)$/.test(base.path);
