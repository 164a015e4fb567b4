/**
 * Functions that somebody else calls, and maybe later: timers, listeners, threads. They ran when they were handed over; what the
 * program did since may change what they do, and then they run once more at its end. A listener is called for every event: when
 * it changes what it reads, as one that collects keys until there are enough, it runs once more after any number of turns.
 */
import type { FunctionIr } from "../ir.ts";
import { type State, widenChanged } from "../state.ts";
import type { Addr, ClosureV, Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import type { HandedAs, HandedOver, Run } from "./run.ts";

const MOST = 64;
/** Functions that call functions that call functions: so far is looked for what changed. */
const DEEPEST = 3;

/** Runs what is handed over, and remembers that it may run again. Null: it never returns. */
export function handOver(run: Run, state: State, callee: Value, args: CallArgs, as: HandedAs = "once"): Value | null {
  const repeats = as !== "once" && as !== "soon";
  const isKept = run.latent === 0 && run.handedOver.length < MOST && closureOf(callee) !== null;
  const first = isKept && repeats ? state.fork() : null;
  const { checked } = state;
  const result = calledLater(run, as, () => run.call(state, callee, args));
  state.checked = checked;
  if (isKept) run.handedOver.push({ callee, args, first, state: state.fork(), ahead: run.acting.ahead });
  return result;
}

/** What runs now is called later. */
export function calledLater<T>(run: Run, as: HandedAs, call: () => T): T {
  run.later.push({ depth: run.stack.length, as, again: 0 });
  const result = call();
  run.later.pop();
  return result;
}

/** The heap that a later turn begins with: `now`, with what the first turn changed at whatever it may be by then. Null: it changed nothing. */
export function afterTurns(run: Run, { first, state }: HandedOver, now: State): State | null {
  if (first === null) return null;
  const later = now.fork();
  return widenChanged(later, { from: first, to: state }, run.values) ? later : null;
}

const closureOf = (callee: Value): ClosureV | null =>
  callee.k === "closure" ? callee : callee.k === "partial" ? closureOf(callee.callee) : null;

/** Whether the function would now read something else than it did. */
export function readsOther(run: Run, before: HandedOver, now: State): boolean {
  const closure = closureOf(before.callee);
  if (closure === null) return false;
  const heaps = { before: before.state, now };
  const given = before.args.positional.some((value) => value.k === "ref" && isOtherObject(heaps, value.addr, 0));
  return given || differs(run, heaps, closure, 0);
}

type Heaps = { readonly before: State; readonly now: State };

function differs(run: Run, heaps: Heaps, closure: ClosureV, depth: number): boolean {
  const unit = run.units[closure.module];
  if (unit === undefined || depth > DEEPEST) return false;
  if (closure.self !== null && isOther(run, heaps, closure.self, closure.self, depth)) return true;
  return someFreeVariable(unit.ir.get, unit.ir.get(closure.fn), 1, (name, hops) => {
    const frame = hops === "global" ? unit.frame : frameAbove(heaps.now, closure.env, hops - 1);
    if (frame === null) return false;
    return isOther(run, heaps, heaps.before.get(frame)?.props.get(name), heaps.now.get(frame)?.props.get(name), depth);
  });
}

function isOther(run: Run, heaps: Heaps, before: Value | undefined, now: Value | undefined, depth: number): boolean {
  if (before !== now) return now !== undefined;
  if (now?.k === "ref") return isOtherObject(heaps, now.addr, depth);
  return now?.k === "closure" && differs(run, heaps, now, depth + 1);
}

/** The object, or one that it holds, was written to. */
function isOtherObject(heaps: Heaps, addr: Addr, depth: number): boolean {
  const object = heaps.now.get(addr);
  if (object !== heaps.before.get(addr)) return true;
  if (object === undefined || depth >= DEEPEST || object.type === "frame") return false;
  for (const value of object.props.values()) if (value.k === "ref" && isOtherObject(heaps, value.addr, depth + 1)) return true;
  return object.items?.some((value) => value.k === "ref" && isOtherObject(heaps, value.addr, depth + 1)) === true;
}

function frameAbove(state: State, from: Addr, levels: number): Addr | null {
  let addr: Addr | null = from;
  for (let i = 0; i < levels && addr !== null; i++) addr = state.get(addr)?.parent ?? null;
  return addr;
}

/** Variables of functions around it that the function reads, or one that is made in it; `level`: functions between it and the outermost one. */
function someFreeVariable(
  get: (id: number) => FunctionIr,
  fn: FunctionIr,
  level: number,
  test: (name: string, hops: number | "global") => boolean,
): boolean {
  for (const block of fn.blocks)
    for (const instr of block.instrs) {
      if (instr.op === "LoadVar") {
        const { hops, name } = instr.ref;
        if (hops === "global" ? test(name, hops) : hops >= level && test(name, hops - level + 1)) return true;
      } else if (instr.op === "MakeFunction" && level < DEEPEST && someFreeVariable(get, get(instr.fn), level + 1, test)) return true;
    }
  return false;
}
