/** One function to its fixpoint: blocks are run until nothing new comes in, exceptions included. */
import { type Block, type BlockId, type FunctionId, type FunctionIr, plainSuccessors, successors } from "../../analysis/ir.ts";
import type { Expr, Param } from "../../analysis/tree.ts";
import { judge } from "./taint-events.ts";
import { copyState, type Frame, growValue, held, joinStates, type State, startFrame } from "./taint-frame.ts";
import type { TaintProgram } from "./taint-program.ts";
import { complete, step } from "./taint-step.ts";
import { argumentTaint, CLEAN, fieldOf, join, tainted, type Value, withRefs } from "./taint-values.ts";

export function runFunction(program: TaintProgram, id: FunctionId): void {
  const frame = startFrame(program, program.setting.ir.get(id));
  const before = new Map<BlockId, State>([[0, entryState(frame)]]);
  const order = blockOrder(frame.fn);
  const waiting = new Set<BlockId>([0]);
  for (let at = first(order, waiting); at !== undefined; at = first(order, waiting)) {
    waiting.delete(at);
    const send: Send = (to, state, last) => {
      const known = before.get(to);
      if (known === undefined) before.set(to, last === true ? state : copyState(program, state));
      else if (!joinStates(known, state)) return;
      waiting.add(to);
    };
    runBlock(frame, frame.fn.blocks[at] as Block, copyState(program, before.get(at) as State), send);
    if (waiting.size > 0 || !frame.grown) continue;
    frame.grown = false;
    for (const block of before.keys()) waiting.add(block);
  }
}

const ORDERS = new WeakMap<FunctionIr, readonly BlockId[]>();

/** Blocks so that one comes after those that lead to it, loops apart. */
function blockOrder(fn: FunctionIr): readonly BlockId[] {
  const known = ORDERS.get(fn);
  if (known !== undefined) return known;
  const order: BlockId[] = [];
  const seen = new Set<BlockId>([0]);
  const stack: { block: BlockId; left: BlockId[] }[] = [{ block: 0, left: successors(fn.blocks[0] as Block) }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.left.pop();
    if (next === undefined) order.push((stack.pop() as { block: BlockId }).block);
    else if (!seen.has(next)) {
      seen.add(next);
      stack.push({ block: next, left: successors(fn.blocks[next] as Block) });
    }
  }
  order.reverse();
  ORDERS.set(fn, order);
  return order;
}

function first(order: readonly BlockId[], waiting: ReadonlySet<BlockId>): BlockId | undefined {
  return waiting.size === 0 ? undefined : order.find((block) => waiting.has(block));
}

/** `last`: the state is used nowhere else afterwards. */
type Send = (to: BlockId, state: State, last?: boolean) => void;

function runBlock(frame: Frame, block: Block, state: State, send: Send): void {
  const wholes = frame.wholes.get(block) ?? [];
  const { handler } = block;
  if (handler !== null) send(handler, state);
  let version = frame.version;
  let next = 0;
  const completeAt = (index: number): void => {
    for (let whole = wholes[next]; whole !== undefined && whole.index <= index; whole = wholes[++next]) {
      complete(frame, state, whole.at, whole.reg);
    }
  };
  for (const [i, instr] of block.instrs.entries()) {
    completeAt(i);
    step(frame, state, instr);
    if (handler === null || version === frame.version) continue;
    send(handler, state);
    version = frame.version;
  }
  completeAt(block.instrs.length);
  leave(frame, block, state, send);
}

function leave(frame: Frame, { end }: Block, state: State, send: Send): void {
  if (end.op === "ForNext") growValue(frame, end.dst, fieldOf(held(frame, end.iter), null));
  if (end.op === "Return" && end.src !== null) frame.program.returns(frame.fn.id, held(frame, end.src));
  const next = plainSuccessors(end);
  for (const [i, to] of next.entries()) send(to, state, i === next.length - 1);
}

// ---------------------------------------------------------------- entry

function entryState(frame: Frame): State {
  const { program, fn } = frame;
  const state: State = { variables: new Map(), outer: new Map(), made: new Set(), control: CLEAN.own };
  const body = program.bodyAt(fn.at);
  const owner = program.ownerClass.get(fn.id);
  const self: Value = owner === undefined ? CLEAN : withRefs(CLEAN, [{ kind: "instance", id: owner }]);
  if (!program.setting.facts.python) {
    const outer = fn.flavour === "arrow" ? program.capturedValue(fn.id, "this") : null;
    state.variables.set("this", outer ?? { ...tainted(taintsOf(fn.id, -1)), refs: self.refs });
  }
  const defaults = program.defaultsOf(fn.id);
  for (const [i, param] of fn.params.entries()) {
    const bound = program.setting.facts.python && i === 0 && !fn.decorators.includes("staticmethod") ? self : CLEAN;
    const given = withRefs(join(tainted(taintsOf(fn.id, i)), defaults[i] ?? CLEAN), bound.refs);
    const value = isTrusted(frame, param.type) ? CLEAN : given;
    const node = body?.params[i];
    state.variables.set(param.name, node === undefined ? value : parameter(frame, state, node, value));
  }
  return state;
}

function taintsOf(fn: FunctionId, parameter: number) {
  const taint = argumentTaint(fn, parameter);
  return new Map([[taint.key, taint]]);
}

/** A parameter is defined where its name stands; a pattern's names are stored by instructions of their own. */
function parameter(frame: Frame, state: State, node: Param, value: Value): Value {
  const target: Expr = node.target;
  const path = target.kind === "Name" ? { variable: target.name, fields: [] } : null;
  return judge(frame, state, { at: { start: target.start, end: target.end }, value, path });
}

function isTrusted(frame: Frame, type: string): boolean {
  const { options } = frame.program.setting;
  const plain = type.replace(/^[:\s]+/, "").trim();
  if (options.safeBooleans && (plain === "bool" || plain === "boolean")) return true;
  return options.safeNumbers && (plain === "int" || plain === "float" || plain === "number" || plain === "bigint");
}
