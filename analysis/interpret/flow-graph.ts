/**
 * What the interpreter must know about a function's control flow: order, dominators, post-dominators of the entry, loops.
 * Dominators after Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm" (2001).
 */
import { type Block, type BlockId, type FunctionIr, plainSuccessors, type Reg, successors } from "../ir.ts";
import { liveRegisters } from "./registers.ts";

export type FlowGraph = {
  /** Position of each block in reverse post-order; loop bodies come before what follows the loop; -1 when unreachable. */
  readonly order: readonly number[];
  readonly predecessors: readonly (readonly BlockId[])[];
  readonly idom: readonly BlockId[];
  /** Blocks that every path from the entry to a return goes through. */
  readonly always: ReadonlySet<BlockId>;
  /** Loop head -> blocks of its body, the head included. */
  readonly loops: ReadonlyMap<BlockId, ReadonlySet<BlockId>>;
  /** Blocks of any loop that may turn more than once. */
  readonly looped: ReadonlySet<BlockId>;
  /** Block -> heads of the loops that its branch may leave. A branch on a literal (`while True`) leaves none. */
  readonly leaves: ReadonlyMap<BlockId, readonly BlockId[]>;
  /** Block -> registers whose values it needs from before. */
  readonly live: readonly (readonly Reg[])[];
  /** Blocks some instruction of which may throw to a handler. */
  readonly throwing: ReadonlySet<BlockId>;
  /** Throwing blocks that control enters from outside of their handler's reach. */
  readonly entering: ReadonlySet<BlockId>;
  /** Blocks reachable from a block, itself included; filled on demand. */
  readonly reach: Map<BlockId, ReadonlySet<BlockId>>;
};

/** Dominators on the edges that were taken so far. */
export type Dominance = { readonly idom: readonly BlockId[]; readonly predecessors: readonly (readonly BlockId[])[] };

export function flowGraph(fn: FunctionIr): FlowGraph {
  if (fn.blocks.length === 1 && successors(fn.blocks[0] as Block).length === 0) return { ...STRAIGHT, reach: new Map() };
  const next = fn.blocks.map((block) => successors(block));
  const sequence = reversePostOrder(next, 0);
  const order = positions(sequence, next.length);
  const predecessors = predecessorsIn(next, sequence);
  const idom = dominators(sequence, order, predecessors);
  const loops = findLoops(fn, sequence, { next, predecessors, idom });
  const throwing = new Set<BlockId>();
  for (const id of sequence) if (mayThrow(fn.blocks[id] as Block)) throwing.add(id);
  const entering = new Set<BlockId>();
  for (const id of throwing) if (!isCovered(fn, { id, predecessors, throwing })) entering.add(id);
  const looped = new Set<BlockId>();
  for (const [head, body] of loops) if (!turnsOnce(fn, head)) for (const id of body) looped.add(id);
  return {
    order,
    predecessors,
    idom,
    always: alwaysReached(fn, sequence),
    loops,
    looped,
    leaves: leavingBranches(fn, loops),
    live: liveRegisters(fn, sequence),
    throwing,
    entering,
    reach: new Map(),
  };
}

/** Of a function that is one block. */
const STRAIGHT: Omit<FlowGraph, "reach"> = {
  order: [0],
  predecessors: [[]],
  idom: [0],
  always: new Set([0]),
  loops: new Map(),
  looped: new Set(),
  leaves: new Map(),
  live: [[]],
  throwing: new Set(),
  entering: new Set(),
};

function emptyLists(count: number): BlockId[][] {
  const lists: BlockId[][] = [];
  for (let i = 0; i < count; i++) lists.push([]);
  return lists;
}

function predecessorsIn(next: readonly (readonly BlockId[])[], sequence: readonly BlockId[]): BlockId[][] {
  const predecessors = emptyLists(next.length);
  for (const from of sequence) for (const to of next[from] as readonly BlockId[]) predecessors[to]?.push(from);
  return predecessors;
}

/** Where each block stands in the sequence; -1 when it does not. */
function positions(sequence: readonly BlockId[], count: number): number[] {
  const order: number[] = [];
  for (let i = 0; i < count; i++) order.push(-1);
  for (let i = 0; i < sequence.length; i++) order[sequence[i] as BlockId] = i;
  return order;
}

const QUIET = new Set(["Const", "Move", "StoreVar", "LoadThis", "MakeFunction", "Catch"]);

function mayThrow(block: Block): boolean {
  return block.handler !== null && (block.instrs.some((instr) => !QUIET.has(instr.op)) || block.end.op === "ForNext");
}

/** Every way into the block comes from the end of a block with the same handler, which got that state already. */
function isCovered(
  fn: FunctionIr,
  at: { id: BlockId; predecessors: readonly (readonly BlockId[])[]; throwing: ReadonlySet<BlockId> },
): boolean {
  const before = at.predecessors[at.id] as readonly BlockId[];
  const handler = fn.blocks[at.id]?.handler;
  return at.id !== 0 && before.length > 0 && before.every((p) => at.throwing.has(p) && fn.blocks[p]?.handler === handler);
}

function leavingBranches(fn: FunctionIr, loops: ReadonlyMap<BlockId, ReadonlySet<BlockId>>): Map<BlockId, BlockId[]> {
  const out = new Map<BlockId, BlockId[]>();
  for (const [head, body] of loops) {
    for (const id of body) {
      const block = fn.blocks[id] as Block;
      const { end } = block;
      if (end.op !== "Branch" || (body.has(end.then) && body.has(end.otherwise))) continue;
      if (block.instrs.some((instr) => instr.op === "Const" && instr.dst === end.test)) continue;
      out.set(id, [...(out.get(id) ?? []), head]);
    }
  }
  return out;
}

/** Dominators on the edges `next`, from block 0. */
export function dominanceIn(next: readonly (readonly BlockId[])[]): Dominance {
  const sequence = reversePostOrder(next, 0);
  const predecessors = predecessorsIn(next, sequence);
  return { idom: dominators(sequence, positions(sequence, next.length), predecessors), predecessors };
}

/** Depth-first with an explicit stack; successors are visited last to first, so that exits come after bodies. */
function reversePostOrder(next: readonly (readonly BlockId[])[], entry: BlockId): BlockId[] {
  const seen = new Set<BlockId>([entry]);
  const out: BlockId[] = [];
  const stack: { block: BlockId; at: number }[] = [{ block: entry, at: (next[entry] as BlockId[]).length }];
  while (stack.length > 0) {
    const top = stack[stack.length - 1] as { block: BlockId; at: number };
    if (top.at === 0) {
      out.push(top.block);
      stack.pop();
      continue;
    }
    const to = (next[top.block] as BlockId[])[--top.at] as BlockId;
    if (seen.has(to)) continue;
    seen.add(to);
    stack.push({ block: to, at: (next[to] as BlockId[]).length });
  }
  return out.reverse();
}

function dominators(sequence: readonly BlockId[], order: readonly number[], predecessors: readonly (readonly BlockId[])[]): BlockId[] {
  const idom: BlockId[] = [];
  for (let i = 0; i < order.length; i++) idom.push(-1);
  const entry = sequence[0] as BlockId;
  idom[entry] = entry;
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of sequence) {
      if (block === entry) continue;
      let found = -1;
      for (const pred of predecessors[block] as BlockId[]) {
        if (idom[pred] === -1) continue;
        found = found === -1 ? pred : intersect(pred, found, idom, order);
      }
      if (found !== idom[block]) {
        idom[block] = found;
        changed = true;
      }
    }
  }
  return idom;
}

function intersect(a: BlockId, b: BlockId, idom: readonly BlockId[], order: readonly number[]): BlockId {
  let left = a;
  let right = b;
  while (left !== right) {
    while ((order[left] as number) > (order[right] as number)) left = idom[left] as BlockId;
    while ((order[right] as number) > (order[left] as number)) right = idom[right] as BlockId;
  }
  return left;
}

export function dominates(graph: Pick<FlowGraph, "idom">, a: BlockId, b: BlockId): boolean {
  for (let block = b; ; block = graph.idom[block] as BlockId) {
    if (block === a) return true;
    if (block === -1 || block === graph.idom[block]) return false;
  }
}

/**
 * What is thrown goes on where it is caught. A `finally` goes on, or throws again what it was entered with, and so does an
 * `except` for something else: an exception edge like others.
 */
function withoutRethrow(fn: FunctionIr, { end, handler }: Block): BlockId[] {
  if (end.op === "Throw" && handler !== null) return [handler];
  const plain = plainSuccessors(end);
  if (end.op !== "Fork" && end.op !== "Branch") return plain;
  const goesOn = plain.filter((to) => (end.op === "Fork" ? fn.blocks[to]?.end.op !== "Throw" : !throwsAgain(fn, to)));
  return goesOn.length === 0 ? plain : goesOn;
}

/** `raise` alone: what was caught is thrown once more. */
export function throwsAgain(fn: FunctionIr, to: BlockId): boolean {
  const block = fn.blocks[to];
  if (block === undefined || block.instrs.length > 0) return false;
  if (block.end.op === "Jump") return block.end.to !== to && fn.blocks[block.end.to]?.end.op === "Throw" && throwsAgain(fn, block.end.to);
  const { end } = block;
  return end.op === "Throw" && fn.blocks.some(({ instrs }) => instrs.some((i) => i.op === "Catch" && i.dst === end.src));
}

/** Post-dominators of the entry, on the graph without exception edges. */
function alwaysReached(fn: FunctionIr, sequence: readonly BlockId[]): Set<BlockId> {
  const exits = fn.blocks.length;
  const reversed = emptyLists(exits + 1);
  const forward = emptyLists(exits + 1);
  for (const block of sequence) {
    const plain = withoutRethrow(fn, fn.blocks[block] as Block);
    const targets = plain.length === 0 ? [exits] : plain;
    for (const to of targets) reversed[to]?.push(block);
    forward[block] = targets;
  }
  const backwards = reversePostOrder(reversed, exits);
  const order = positions(backwards, exits + 1);
  const ipdom = dominators(backwards, order, forward);
  const out = new Set<BlockId>();
  for (let block = 0; block !== -1 && block !== exits && !out.has(block); block = ipdom[block] as BlockId) out.add(block);
  return out;
}

/** `do { .. } while (false)`: no way back. */
function isNeverTaken({ instrs, end }: Block, to: BlockId): boolean {
  if (end.op !== "Branch" || end.then === end.otherwise) return false;
  const test = instrs.find((instr) => instr.op === "Const" && instr.dst === end.test);
  if (test?.op !== "Const" || (test.value.type !== "bool" && test.value.type !== "number")) return false;
  return to === (test.value.value ? end.otherwise : end.then);
}

/** `for x in [path]`: one thing, written down. */
function turnsOnce(fn: FunctionIr, head: BlockId): boolean {
  const end = fn.blocks[head]?.end;
  if (end?.op !== "ForNext") return false;
  for (const { instrs } of fn.blocks) {
    const iterator = instrs.find((instr) => instr.op === "IterNew" && instr.dst === end.iter);
    if (iterator?.op !== "IterNew") continue;
    const list = instrs.find((instr) => instr.op === "Build" && instr.dst === iterator.src);
    return list?.op === "Build" && list.type !== "dict" && list.items.length === 1 && list.items[0]?.spread === undefined;
  }
  return false;
}

function findLoops(
  fn: FunctionIr,
  sequence: readonly BlockId[],
  graph: Pick<FlowGraph, "idom" | "predecessors"> & { readonly next: readonly (readonly BlockId[])[] },
): Map<BlockId, Set<BlockId>> {
  const { next, predecessors } = graph;
  const loops = new Map<BlockId, Set<BlockId>>();
  for (const from of sequence) {
    for (const head of next[from] as BlockId[]) {
      if (!dominates(graph, head, from) || isNeverTaken(fn.blocks[from] as Block, head)) continue;
      const body = loops.get(head) ?? new Set([head]);
      const stack = [from];
      for (let block = stack.pop(); block !== undefined; block = stack.pop()) {
        if (body.has(block)) continue;
        body.add(block);
        stack.push(...(predecessors[block] as BlockId[]));
      }
      loops.set(head, body);
    }
  }
  return loops;
}

/** Blocks reachable from `from`, itself included. */
export function reachableFrom(fn: FunctionIr, graph: FlowGraph, from: BlockId): ReadonlySet<BlockId> {
  const known = graph.reach.get(from);
  if (known !== undefined) return known;
  const seen = new Set<BlockId>([from]);
  const stack = [from];
  for (let block = stack.pop(); block !== undefined; block = stack.pop()) {
    for (const to of successors(fn.blocks[block] as FunctionIr["blocks"][number])) {
      if (seen.has(to)) continue;
      seen.add(to);
      stack.push(to);
    }
  }
  graph.reach.set(from, seen);
  return seen;
}
