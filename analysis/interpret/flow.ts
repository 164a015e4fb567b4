/** Points of execution: the heap and the registers, inside a block and between blocks. */
import type { Reg } from "../ir.ts";
import { joinStates, type State, sameState, widenState } from "../state.ts";
import type { Value } from "../values.ts";
import type { Run } from "./run.ts";

/** A point of execution inside a block: the heap and the registers. */
export type Flow = { readonly state: State; readonly regs: (Value | undefined)[] };
/** A point before a block: of the registers, only those that it needs. */
export type Waiting = { readonly state: State; readonly kept: (Value | undefined)[] };

export function keep(state: State, regs: readonly (Value | undefined)[], live: readonly Reg[]): Waiting {
  const kept: (Value | undefined)[] = [];
  for (const reg of live) kept.push(regs[reg]);
  return { state, kept };
}

/** Puts the kept values back into the registers, which a block then writes on. */
export function restore(waiting: Waiting, regs: (Value | undefined)[], live: readonly Reg[]): Flow {
  for (let i = 0; i < live.length; i++) regs[live[i] as Reg] = waiting.kept[i];
  return { state: waiting.state, regs };
}

export const forkWaiting = (waiting: Waiting): Waiting => ({ state: waiting.state.fork(), kept: [...waiting.kept] });

/** Joins `b` into `a`; neither may be used afterwards. */
export function joinWaiting(run: Run, a: Waiting, b: Waiting): Waiting {
  const state = joinStates(a.state, b.state, run.values);
  run.values.work += a.kept.length + 2;
  const kept = a.kept.map((left, i) => {
    const right = b.kept[i];
    if (left === right || right === undefined) return left;
    return left === undefined ? right : run.values.join2(left, right);
  });
  return { state, kept };
}

export const sameWaiting = (a: Waiting, b: Waiting): boolean => a.kept.every((v, i) => v === b.kept[i]) && sameState(a.state, b.state);

/** Widens what differs from `before`, so that the next round cannot differ again. */
export function widenWaiting(run: Run, waiting: Waiting, before: Waiting): Waiting {
  const kept = waiting.kept.map((v, i) => {
    const old = before.kept[i];
    return v === undefined || v === old ? v : run.values.widen(old === undefined ? [v] : [v, old]);
  });
  return { state: widenState(waiting.state, before.state, run.values), kept };
}
