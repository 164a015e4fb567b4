/** Which registers an instruction or terminator reads and writes: what must be kept from block to block. */
import { type Block, type BlockId, type FunctionIr, type Instr, plainSuccessors, type Reg, type Terminator } from "../ir.ts";

type Visit = (reg: Reg) => void;

/** Registers that are read; an absent operand is skipped. */
function eachRead(instr: Instr, visit: Visit): void {
  for (const reg of readsOf(instr)) if (reg !== null && reg !== undefined) visit(reg);
}

type Operand = Reg | null | undefined;

function readsOf(instr: Instr): readonly Operand[] {
  switch (instr.op) {
    case "Const":
    case "LoadVar":
    case "DeleteVar":
    case "LoadThis":
    case "Import":
    case "Catch":
      return [];
    case "GetAttr":
    case "DelAttr":
      return [instr.object];
    case "SetAttr":
      return [instr.object, instr.src];
    case "GetItem":
    case "DelItem":
      return [instr.object, instr.index];
    case "SetItem":
      return [instr.object, instr.index, instr.src];
    case "GetSlice":
      return [instr.object, instr.lower, instr.upper, instr.step];
    case "Append":
      return [instr.container, instr.key, instr.value];
    case "Unary":
      return [instr.operand];
    case "Binary":
      return [instr.left, instr.right];
    default:
      return moreReadsOf(instr);
  }
}

function moreReadsOf(instr: Instr): readonly Operand[] {
  switch (instr.op) {
    case "Build":
      return instr.items.flatMap((item) => [item.key, item.value]);
    case "Concat":
      return instr.parts.map((part) => part.value);
    case "Call":
      return [instr.callee, instr.receiver, ...instr.args.map((arg) => arg.value)];
    case "MakeFunction":
      return instr.defaults;
    case "MakeClass":
      return instr.bases.map((base) => base.value);
    case "ObjectRest":
      return [instr.src, ...instr.keys];
    case "Opaque":
      return instr.parts;
    default:
      return "src" in instr ? [instr.src] : [];
  }
}

function eachWrite(instr: Instr, visit: Visit): void {
  if (instr.op === "Unpack") for (const dst of instr.dsts) visit(dst);
  else if ("dst" in instr) visit(instr.dst);
}

function terminatorRead(end: Terminator): Reg | null {
  if (end.op === "Branch") return end.test;
  if (end.op === "ForNext") return end.iter;
  return end.op === "Return" || end.op === "Throw" ? end.src : null;
}

/** Reads before writes (`uses`) and writes of each block, over the registers that more than one block touches. */
type BlockSets = { readonly uses: Uint32Array; readonly writes: Uint32Array };

/**
 * For each block, the registers whose values it needs from before: backward data flow on bit sets. An exception may leave a
 * block before any of its writes.
 */
export function liveRegisters(fn: FunctionIr, sequence: readonly BlockId[]): readonly (readonly Reg[])[] {
  const crossing = crossingRegisters(fn);
  if (crossing.length === 0) return fn.blocks.map(() => []);
  const index = new Int32Array(fn.registers).fill(-1);
  crossing.forEach((reg, i) => {
    index[reg] = i;
  });
  const words = Math.ceil(crossing.length / 32);
  const sets = fn.blocks.map((block) => setsOf(block, index, words));
  const live = fn.blocks.map(() => new Uint32Array(words));
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = sequence.length - 1; i >= 0; i--) changed = flowBack(fn, { sets, live }, sequence[i] as BlockId) || changed;
  }
  return live.map((set) => crossing.filter((_reg, i) => ((set[i >> 5] as number) & (1 << (i & 31))) !== 0));
}

function flowBack(
  fn: FunctionIr,
  of: { readonly sets: readonly BlockSets[]; readonly live: readonly Uint32Array[] },
  id: BlockId,
): boolean {
  const block = fn.blocks[id] as Block;
  const { uses, writes } = of.sets[id] as BlockSets;
  const live = of.live[id] as Uint32Array;
  const handler = block.handler === null ? null : (of.live[block.handler] as Uint32Array);
  const after = plainSuccessors(block.end).map((to) => of.live[to] as Uint32Array);
  let changed = false;
  for (let w = 0; w < live.length; w++) {
    let out = 0;
    for (const set of after) out |= set[w] as number;
    const now = (((uses[w] as number) | (out & ~(writes[w] as number)) | (handler?.[w] ?? 0)) >>> 0) as number;
    if (now === live[w]) continue;
    live[w] = now;
    changed = true;
  }
  return changed;
}

function setsOf(block: Block, index: Int32Array, words: number): BlockSets {
  const uses = new Uint32Array(words);
  const writes = new Uint32Array(words);
  const bit = (set: Uint32Array, i: number): void => {
    set[i >> 5] = (set[i >> 5] as number) | (1 << (i & 31));
  };
  const read = (reg: Reg): void => {
    const i = index[reg] as number;
    if (i >= 0 && ((writes[i >> 5] as number) & (1 << (i & 31))) === 0) bit(uses, i);
  };
  const write = (reg: Reg): void => {
    const i = index[reg] as number;
    if (i >= 0) bit(writes, i);
  };
  for (const instr of block.instrs) {
    eachRead(instr, read);
    eachWrite(instr, write);
  }
  const last = terminatorRead(block.end);
  if (last !== null) read(last);
  if (block.end.op === "ForNext") write(block.end.dst);
  return { uses, writes };
}

function crossingRegisters(fn: FunctionIr): Reg[] {
  const home = new Int32Array(fn.registers).fill(-1);
  const crosses = new Uint8Array(fn.registers);
  fn.blocks.forEach((block, id) => {
    const read = (reg: Reg): void => {
      if (home[reg] !== id) crosses[reg] = 1;
    };
    const write = (reg: Reg): void => {
      if (home[reg] === -1) home[reg] = id;
      else if (home[reg] !== id) crosses[reg] = 1;
    };
    for (const instr of block.instrs) {
      eachRead(instr, read);
      eachWrite(instr, write);
    }
    const last = terminatorRead(block.end);
    if (last !== null) read(last);
    // The next element is written on the way to the body.
    if (block.end.op === "ForNext") crosses[block.end.dst] = 1;
  });
  return [...crosses.keys()].filter((reg) => crosses[reg] === 1);
}
