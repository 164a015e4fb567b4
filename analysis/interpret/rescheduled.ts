/** Functions that start something and have themselves called again at once, whatever happens: no loop is written, and none of them ends. */
import type { Effect } from "../effects.ts";
import type { State } from "../state.ts";
import { type ClosureV, isNumber, isString, type Value } from "../values.ts";
import { emit } from "./effect-sink.ts";
import type { HandedAs, Run } from "./run.ts";
import { isStraight } from "./starts.ts";

/** Who waits so long (ms) between two turns does something by the clock. */
const SOON = 1000;
const EXITS = /^(exit|close|error|online|message|spawn)$/;

/** `setImmediate(f)`, `setTimeout(f, 0)`, `setInterval(f, 5)`: how f is called. */
export function timedAs(api: string, delay: Value | undefined): HandedAs {
  const waits = /\.(setTimeout|setInterval)$/.test(api) && delay !== undefined && !(isNumber(delay) && Number(delay.value) < SOON);
  if (api.endsWith("setInterval")) return waits ? "repeats" : "soon and again";
  return waits ? "once" : "soon";
}

/** `worker.on("exit", f)`: f is called for each that ended. */
export const listensAs = (event: Value | undefined): HandedAs =>
  event !== undefined && isString(event) && EXITS.test(String(event.value)) ? "for each end" : "repeats";

/** A function of the program is called: what is called again while it runs, by a timer or twice for each that ended, has no end. */
export function reportCalledAgain(run: Run, state: State, callee: ClosureV): void {
  const turn = run.later.at(-1);
  if (turn === undefined || (turn.as !== "soon" && turn.as !== "for each end")) return;
  const around = run.stack.slice(0, turn.depth);
  const first = around.findIndex((act) => act.unitIndex === callee.module && act.fn.id === callee.fn);
  if (first < 0 || run.later.some((other) => other !== turn && other.depth > first)) return;
  // What is called again calls others again, too.
  const inside = run.stack.slice(turn.depth);
  if (!inside.every(isStraight) || inside.some(({ fn }) => around.some((act) => act.fn === fn))) return;
  turn.again++;
  if (turn.as === "soon" ? around.slice(first).every(isStraight) : turn.again > 1) restarts(run, state, callee, {});
}

/** `setInterval(f, 5)`, if nothing stops it. */
export function reportRepeated(run: Run, state: State, action: Value | undefined, as: HandedAs): void {
  if (action?.k === "closure" && as === "soon and again") restarts(run, state, action, { unless: "cleared" });
}

/** Whether the function starts something is known at the end. */
function restarts(run: Run, state: State, { module, fn }: ClosureV, more: { readonly unless?: string }): void {
  emit(run, state, {
    kind: "resource.exhaust",
    target: "a loop that never ends",
    classes: [],
    args: { restarts: `${module}.${fn}`, ...more },
    labels: [],
    basis: "api",
    api: "timer",
  });
}

const CLEARS = /(^|\.)clear(Interval|Timeout)$/;

/** The same effects, without functions that are called again and start nothing, whatever happens. */
export function withRestarts(run: Run, effects: readonly Effect[]): readonly Effect[] {
  const isCleared = (): boolean => run.calls.some(({ callee }) => callee.k === "api" && CLEARS.test(callee.path));
  return effects.flatMap((effect) => {
    if (effect.args.restarts === undefined) return [effect];
    const { restarts: id, unless, ...args } = effect.args;
    return run.starts.has(String(id)) && !(unless === "cleared" && isCleared()) ? [{ ...effect, args }] : [];
  });
}
