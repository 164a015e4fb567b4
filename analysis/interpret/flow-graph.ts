/**
 * What the interpreter must know about a function's control flow: order, dominators, post-dominators of the entry, loops.
 * Dominators after Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm" (2001).
 */
import { type BlockId, type FunctionIr, successors } from "../ir.ts";

export type FlowGraph = {
  /** Position of each block in reverse post-order; loop bodies come before what follows the loop; -1 when unreachable. */
  readonly order: readonly number[];
  readonly predecessors: readonly (readonly BlockId[])[];
  readonly idom: readonly BlockId[];
  /** Blocks that every path from the entry to a return goes through. */
  readonly always: ReadonlySet<BlockId>;
  /** Loop head -> blocks of its body, the head included. */
  readonly loops: ReadonlyMap<BlockId, ReadonlySet<BlockId>>;
};

export function flowGraph(fn: FunctionIr): FlowGraph {
  const next = fn.blocks.map((block) => successors(block));
  const sequence = reversePostOrder(next, 0);
  const order = fn.blocks.map(() => -1);
  sequence.forEach((block, i) => {
    order[block] = i;
  });
  const predecessors: BlockId[][] = fn.blocks.map(() => []);
  for (const from of sequence) for (const to of next[from] as BlockId[]) predecessors[to]?.push(from);
  const idom = dominators(sequence, order, predecessors);
  return { order, predecessors, idom, always: alwaysReached(fn, sequence), loops: findLoops(sequence, next, predecessors, idom) };
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
  const idom: BlockId[] = order.map(() => -1);
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

export function dominates(graph: FlowGraph, a: BlockId, b: BlockId): boolean {
  for (let block = b; ; block = graph.idom[block] as BlockId) {
    if (block === a) return true;
    if (block === -1 || block === graph.idom[block]) return false;
  }
}

/** Post-dominators of the entry, on the graph without exception edges. */
function alwaysReached(fn: FunctionIr, sequence: readonly BlockId[]): Set<BlockId> {
  const exits = fn.blocks.length;
  const reversed: BlockId[][] = Array.from({ length: exits + 1 }, () => []);
  const forward: BlockId[][] = Array.from({ length: exits + 1 }, () => []);
  for (const block of sequence) {
    const plain = successors({ ...(fn.blocks[block] as FunctionIr["blocks"][number]), handler: null });
    const targets = plain.length === 0 ? [exits] : plain;
    for (const to of targets) {
      reversed[to]?.push(block);
      forward[block]?.push(to);
    }
  }
  const backwards = reversePostOrder(reversed, exits);
  const order = reversed.map(() => -1);
  backwards.forEach((block, i) => {
    order[block] = i;
  });
  const ipdom = dominators(backwards, order, forward);
  const out = new Set<BlockId>();
  for (let block = 0; block !== -1 && block !== exits && !out.has(block); block = ipdom[block] as BlockId) out.add(block);
  return out;
}

function findLoops(
  sequence: readonly BlockId[],
  next: readonly (readonly BlockId[])[],
  predecessors: readonly (readonly BlockId[])[],
  idom: readonly BlockId[],
): Map<BlockId, Set<BlockId>> {
  const graph = { idom } as FlowGraph;
  const loops = new Map<BlockId, Set<BlockId>>();
  for (const from of sequence) {
    for (const head of next[from] as BlockId[]) {
      if (!dominates(graph, head, from)) continue;
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
export function reachableFrom(fn: FunctionIr, from: BlockId): Set<BlockId> {
  const seen = new Set<BlockId>([from]);
  const stack = [from];
  for (let block = stack.pop(); block !== undefined; block = stack.pop()) {
    for (const to of successors(fn.blocks[block] as FunctionIr["blocks"][number])) {
      if (seen.has(to)) continue;
      seen.add(to);
      stack.push(to);
    }
  }
  return seen;
}
