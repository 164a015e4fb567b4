/** Functions that start something and have themselves called again at once, whatever happens: no loop is written, and none of them ends. */
import type { Effect } from "../effects.ts";
import { type BlockId, type FunctionIr, type Instr, plainSuccessors } from "../ir.ts";
import type { State } from "../state.ts";
import { type ClosureV, isNumber, type Value } from "../values.ts";
import { runaway } from "./exhaustion.ts";
import { type Activation, current, type Run } from "./run.ts";

/** Who waits so long (ms) between two turns does something by the clock. */
const SOON = 1000;
/** Calls that do not wait for what they start. */
const STARTS = /(^|\.)(spawn|fork|exec|execFile|execa|\$|Worker|Process|run|cluster\.fork)$/;

/** `setImmediate(start)` in `start` itself, `setTimeout(() => start(), 0)`, `setInterval(start, 5)`. */
export function reportRescheduled(run: Run, state: State, api: string, [action, delay]: readonly Value[]): void {
  const closure = action?.k === "closure" ? action : null;
  const after = /\.(setTimeout|setInterval)$/.test(api) ? delay : undefined;
  if (closure === null || (after !== undefined && !(isNumber(after) && Number(after.value) < SOON))) return;
  if (api.endsWith(".setInterval")) {
    const fn = functionOf(run, closure);
    if (fn !== undefined && !/\bclearInterval\s*\(/.test(current(run).unit.source) && startsAlways(run, fn)) runaway(run, state);
    return;
  }
  const again = [closure, ...calledAlways(run, state, closure)];
  const turn = run.stack.findIndex((act) => again.some((called) => isOf(act, called)));
  const act = run.stack[turn];
  if (act !== undefined && isStraight(run.stack.slice(turn)) && startsAlways(run, act.fn)) runaway(run, state);
}

/** `worker.on("exit", () => { start(); start(); })`: each that ends is followed by two. */
export function reportMultiplied(run: Run, state: State, event: Value | undefined, listener: Value | undefined): void {
  if (event?.k !== "const" || !/^(exit|close|error|online|message|spawn)$/.test(String(event.value)) || listener?.k !== "closure") return;
  const again = calledAlways(run, state, listener).filter((called) => run.stack.some((act) => isOf(act, called)));
  const [first] = again;
  const fn = first === undefined ? undefined : functionOf(run, first);
  if (again.length > 1 && fn !== undefined && startsAlways(run, fn)) runaway(run, state);
}

type Called = Pick<ClosureV, "module" | "fn">;

const isOf = (act: Activation, { module, fn }: Called): boolean => act.unitIndex === module && act.fn.id === fn;

const functionOf = (run: Run, { module, fn }: Called): FunctionIr | undefined => run.units[module]?.ir.get(fn);

/** From the function to the timer nothing decides, waits or is called back. */
const isStraight = ([first, ...others]: readonly Activation[]): boolean =>
  first !== undefined &&
  [first, ...others].every(
    ({ fn, block }) => isAlways(fn, block) && !fn.blocks.some(({ instrs }) => instrs.some((i) => i.op === "Await")),
  ) &&
  others.every(({ fn }) => !(fn.at.start >= first.fn.at.start && fn.at.end <= first.fn.at.end));

/** No way from the beginning to an end goes past the block. */
function isAlways(fn: FunctionIr, block: BlockId): boolean {
  const seen = new Set<BlockId>([block]);
  const left: BlockId[] = block === 0 ? [] : [0];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const end = fn.blocks[id]?.end;
    if (end === undefined || end.op === "Return") return false;
    left.push(...plainSuccessors(end));
  }
  return true;
}

/** What it does, whatever happens, starts something that it does not wait for. */
function startsAlways(run: Run, fn: FunctionIr): boolean {
  if (fn.blocks.some(({ instrs }) => instrs.some((i) => i.op === "Await"))) return false;
  return [...run.effects.values()].some(
    (effect) =>
      isStart(effect) && [effect.location, ...effect.via.map((step) => step.location)].some(({ offset }) => isAlwaysAt(fn, offset)),
  );
}

const isStart = ({ kind, api }: Effect): boolean => kind === "process.spawn" || (kind === "process.exec" && STARTS.test(api));

const isAlwaysAt = (fn: FunctionIr, offset: number): boolean =>
  fn.blocks.some(
    ({ instrs }, block) => instrs.some((instr) => instr.op === "Call" && instr.at.start === offset) && isAlways(fn, block as BlockId),
  );

/** Functions of the program that a function calls by their names, whatever happens; methods that run, by theirs: `this.grow()`. */
function calledAlways(run: Run, state: State, closure: ClosureV): Called[] {
  const fn = functionOf(run, closure);
  return (fn?.blocks ?? []).flatMap(({ instrs }, block) =>
    isAlways(fn as FunctionIr, block as BlockId) ? instrs.flatMap((instr) => calledBy(run, state, { closure, instrs, call: instr })) : [],
  );
}

function calledBy(run: Run, state: State, at: { closure: ClosureV; instrs: readonly Instr[]; call: Instr }): Called[] {
  const { closure, instrs, call } = at;
  if (call.op !== "Call") return [];
  const member = instrs.find((instr) => instr.op === "GetAttr" && instr.dst === call.callee);
  if (member?.op === "GetAttr")
    return run.stack
      .filter((act) => act.self !== null && act.fn.name === member.name)
      .map((act) => ({ module: act.unitIndex, fn: act.fn.id }));
  const load = instrs.find((instr) => instr.op === "LoadVar" && instr.dst === call.callee);
  const held = load?.op === "LoadVar" ? variable(state, closure.env, load.ref.name) : undefined;
  return held?.k === "closure" ? [held] : [];
}

function variable(state: State, env: number, name: string): Value | undefined {
  for (let frame = state.get(env); frame !== undefined; frame = frame.parent === null ? undefined : state.get(frame.parent)) {
    const held = frame.props.get(name);
    if (held !== undefined) return held;
  }
  return undefined;
}
