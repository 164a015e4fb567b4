/** Which registers an instruction or terminator reads and writes: what must be kept from block to block. */
import { type Block, type BlockId, type FunctionIr, type Instr, plainSuccessors, type Reg, type Terminator } from "../ir.ts";

type Visit = (reg: Reg) => void;

/** Registers that are read; an absent operand is skipped. */
function eachRead(instr: Instr, visit: Visit): void {
  switch (instr.op) {
    case "Const":
    case "LoadVar":
    case "DeleteVar":
    case "LoadThis":
    case "Import":
    case "Catch":
      return;
    case "GetAttr":
    case "DelAttr":
      visit(instr.object);
      return;
    case "SetAttr":
      visit(instr.object);
      visit(instr.src);
      return;
    case "SetItem":
      visit(instr.src);
      visit(instr.object);
      visit(instr.index);
      return;
    case "GetItem":
    case "DelItem":
      visit(instr.object);
      visit(instr.index);
      return;
    case "Unary":
      visit(instr.operand);
      return;
    case "Binary":
      visit(instr.left);
      visit(instr.right);
      return;
    default:
      eachOfMany(instr, visit);
  }
}

function eachOfMany(instr: Instr, visit: Visit): void {
  const maybe = (reg: Reg | null | undefined): void => {
    if (reg !== null && reg !== undefined) visit(reg);
  };
  switch (instr.op) {
    case "GetSlice":
      for (const reg of [instr.object, instr.lower, instr.upper, instr.step]) maybe(reg);
      return;
    case "Append":
      for (const reg of [instr.container, instr.key, instr.value]) maybe(reg);
      return;
    case "Build":
      for (const item of instr.items) {
        maybe(item.key);
        visit(item.value);
      }
      return;
    case "Concat":
      for (const part of instr.parts) visit(part.value);
      return;
    case "Call":
      visit(instr.callee);
      maybe(instr.receiver);
      for (const arg of instr.args) visit(arg.value);
      return;
    case "MakeFunction":
      for (const reg of instr.defaults) maybe(reg);
      return;
    case "MakeClass":
      for (const base of instr.bases) visit(base.value);
      return;
    case "ObjectRest":
      visit(instr.src);
      for (const reg of instr.keys) visit(reg);
      return;
    case "Opaque":
      for (const reg of instr.parts) visit(reg);
      return;
    default:
      if ("src" in instr) maybe(instr.src);
  }
}

function terminatorRead(end: Terminator): Reg | null {
  if (end.op === "Branch") return end.test;
  if (end.op === "ForNext") return end.iter;
  return end.op === "Return" || end.op === "Throw" ? end.src : null;
}

/** All accesses of a function's blocks in order: a register that is read, or the complement (`~`) of one that is written. */
type Accesses = {
  readonly list: readonly number[] /** Block -> where its accesses begin; one more at the end. */;
  readonly starts: readonly number[];
};

function accessesOf(fn: FunctionIr): Accesses {
  const list: number[] = [];
  const starts: number[] = [];
  const read = (reg: Reg): void => {
    list.push(reg);
  };
  for (const block of fn.blocks) {
    starts.push(list.length);
    for (const instr of block.instrs) {
      eachRead(instr, read);
      if (instr.op === "Unpack") for (const dst of instr.dsts) list.push(~dst);
      else if ("dst" in instr) list.push(~instr.dst);
    }
    const last = terminatorRead(block.end);
    if (last !== null) list.push(last);
    if (block.end.op === "ForNext") list.push(~block.end.dst);
  }
  starts.push(list.length);
  return { list, starts };
}

/**
 * For each block, the registers whose values it needs from before: backward data flow on bit sets. An exception may leave a
 * block before any of its writes.
 */
export function liveRegisters(fn: FunctionIr, sequence: readonly BlockId[]): readonly (readonly Reg[])[] {
  if (fn.blocks.length === 1) return [NO_REGISTERS];
  const accesses = accessesOf(fn);
  const crossing = crossingRegisters(fn, accesses);
  if (crossing.length === 0) return fn.blocks.map(() => NO_REGISTERS);
  const words = (crossing.length + 31) >> 5;
  const sets = setsOf(fn, accesses, crossing);
  const live = filled(fn.blocks.length * words, 0);
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = sequence.length - 1; i >= 0; i--) changed = flowBack(fn, { ...sets, live, words }, sequence[i] as BlockId) || changed;
  }
  return fn.blocks.map((_block, id) => crossing.filter((_reg, i) => ((live[id * words + (i >> 5)] as number) & (1 << (i & 31))) !== 0));
}

const NO_REGISTERS: readonly Reg[] = [];

/** Reads before writes (`uses`) and writes of each block, `words` numbers a block, over the registers that cross blocks. */
type Sets = { readonly uses: readonly number[]; readonly writes: readonly number[] };

function flowBack(fn: FunctionIr, of: Sets & { readonly live: number[]; readonly words: number }, id: BlockId): boolean {
  const { uses, writes, live, words } = of;
  const block = fn.blocks[id] as Block;
  const after = plainSuccessors(block.end);
  let changed = false;
  for (let w = 0; w < words; w++) {
    let out = 0;
    for (const to of after) out |= live[to * words + w] as number;
    const at = id * words + w;
    const thrown = block.handler === null ? 0 : (live[block.handler * words + w] as number);
    const now = (uses[at] as number) | (out & ~(writes[at] as number)) | thrown;
    if (now === live[at]) continue;
    live[at] = now;
    changed = true;
  }
  return changed;
}

function setsOf(fn: FunctionIr, { list, starts }: Accesses, crossing: readonly Reg[]): Sets {
  const words = (crossing.length + 31) >> 5;
  const index = filled(fn.registers, -1);
  for (let i = 0; i < crossing.length; i++) index[crossing[i] as Reg] = i;
  const uses = filled(fn.blocks.length * words, 0);
  const writes = filled(fn.blocks.length * words, 0);
  for (let id = 0; id < fn.blocks.length; id++) {
    for (let n = starts[id] as number; n < (starts[id + 1] as number); n++) {
      const access = list[n] as number;
      const i = index[access < 0 ? ~access : access] as number;
      if (i < 0) continue;
      const at = id * words + (i >> 5);
      const bit = 1 << (i & 31);
      if (access < 0) writes[at] = (writes[at] as number) | bit;
      else if (((writes[at] as number) & bit) === 0) uses[at] = (uses[at] as number) | bit;
    }
  }
  return { uses, writes };
}

/** For the few dozen numbers of an ordinary function a plain list is made much faster than a typed array. */
function filled(count: number, value: number): number[] {
  const list: number[] = [];
  for (let i = 0; i < count; i++) list.push(value);
  return list;
}

/** Registers that more than one block touches. */
function crossingRegisters(fn: FunctionIr, { list, starts }: Accesses): Reg[] {
  const home = filled(fn.registers, -1);
  const crosses = filled(fn.registers, 0);
  for (let id = 0; id < fn.blocks.length; id++) {
    for (let n = starts[id] as number; n < (starts[id + 1] as number); n++) {
      const access = list[n] as number;
      const reg = access < 0 ? ~access : access;
      if (access < 0 && home[reg] === -1) home[reg] = id;
      else if (home[reg] !== id) crosses[reg] = 1;
    }
    // The next element is written on the way to the body.
    const { end } = fn.blocks[id] as Block;
    if (end.op === "ForNext") crosses[end.dst] = 1;
  }
  const crossing: Reg[] = [];
  for (let reg = 0; reg < crosses.length; reg++) if (crosses[reg] === 1) crossing.push(reg);
  return crossing;
}
