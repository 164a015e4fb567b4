/** Evaluators for tasks and futures of Python: a coroutine has run when it was called, and a task holds what it gave. */
import { possibly, type State } from "../state.ts";
import { membersOf, type Value } from "../values.ts";
import { handOver } from "./again.ts";
import type { Builtin } from "./builtin.ts";
import { NO_ARGS, withArgs } from "./call-args.ts";
import { specialMethod } from "./classes.ts";
import { listValue, someList } from "./containers.ts";
import { elementsOf, GENERATOR, RETURNED, someElement } from "./iterate.ts";
import { inJs, type Run } from "./run.ts";

const FUTURE = "concurrent.Future()";

/** What waiting for a value gives: of a task its result, of an object what its `__await__` returns, else the value. */
export function awaitedValue(run: Run, state: State, value: Value): Value {
  if (value.k === "partial" && value.callee.k === "api" && value.callee.path === FUTURE) return value.args[0] ?? run.values.none;
  if (value.k !== "ref" || inJs(run) || state.read(value.addr).type !== "instance") return value;
  const method = specialMethod(run, state, value, "__await__");
  const walked = method === null ? null : run.call(state, method, NO_ARGS);
  if (walked?.k !== "ref") return value;
  const { name, props } = state.read(walked.addr);
  return name === GENERATOR ? (props.get(RETURNED) ?? run.values.none) : value;
}

const future = (run: Run, result: Value): Value => run.values.partial(run.values.api(FUTURE), [result]);

/** Coroutines that were called last and become tasks run on beside what follows. */
function keepRunning(run: Run, count: number): void {
  for (const { callee, args, state } of run.coroutines.splice(-count)) {
    if (run.latent === 0) run.handedOver.push({ callee, args, first: null, state, ahead: [] });
  }
}

const all = (run: Run, state: State, values: readonly Value[]): Value[] => values.map((value) => awaitedValue(run, state, value));

export const BUILTINS_TASKS: Readonly<Record<string, Builtin>> = {
  awaited: (run, state, { args }) => {
    const [value] = args.positional;
    return value === undefined ? undefined : awaitedValue(run, state, value);
  },
  task: (run, state, { args }) => {
    const [value] = args.positional;
    if (value === undefined) return undefined;
    keepRunning(run, 1);
    return future(run, awaitedValue(run, state, value));
  },
  /** `gather(a(), b())`, `as_completed([a(), b()])`: what they gave, in order. */
  gathered: (run, state, { callee, args }) => {
    const [list] = args.positional;
    const given = callee.path.endsWith("gather") ? args.positional : list === undefined ? null : elementsOf(run, state, list);
    if (given === null || args.rest !== null)
      return someList(run, state, awaitedValue(run, state, args.rest ?? someElement(run, state, list ?? run.values.none)));
    keepRunning(run, given.length);
    return listValue(run, state, all(run, state, given));
  },
  /** `done, pending = await asyncio.wait(tasks)`. */
  waited: (run, state, { args }) => {
    const [list] = args.positional;
    const tasks = list === undefined ? null : elementsOf(run, state, list);
    if (list === undefined) return undefined;
    const done = tasks === null ? someList(run, state, someElement(run, state, list), "set") : listValue(run, state, tasks, "set");
    return listValue(run, state, [done, listValue(run, state, [], "set")], "tuple");
  },
  future: (run, state, { args }) => run.call(state, run.values.api("asyncio.Future"), args),
  /** `loop.run_in_executor(None, f, x)`. */
  executed: (run, state, { args }) => {
    const [, callback, ...given] = args.positional;
    if (callback === undefined) return undefined;
    return possibly(state, () => run.call(state, callback, withArgs(...given))) ?? run.values.unknown("local");
  },
  /** `loop.call_later(1, f, x)`, `loop.add_signal_handler(number, f, x)`. */
  callback_last: (run, state, { args }) => {
    const at = args.positional.findIndex((value) => membersOf(value).some((v) => /^(closure|partial|method|api)$/.test(v.k)));
    const given = withArgs(...args.positional.slice(at + 1));
    if (at >= 0) possibly(state, () => handOver(run, state, args.positional[at] as Value, given));
    return run.values.unknown("local");
  },
};
