/** What holds of every lowered program, whatever its source. Each law returns what breaks it. */
import { type FunctionIr, type Instr, type ModuleIr, type Reg, successors, type VarRef } from "../../analysis/ir.ts";
import { printInstr, printTerminator } from "../../analysis/print-ir.ts";
import { type Node, type ParsedTree, walk } from "../../analysis/tree.ts";
import { functionsOf, showRef } from "./lower-source.ts";

/** Everything that is wrong with the IR of a program; empty when all laws hold. */
export function brokenLaws(ir: ModuleIr, tree: ParsedTree): string[] {
  const functions = functionsOf(ir);
  const broken = functions.flatMap((fn) => [...badBlocks(fn), ...badRegisters(fn)].map((what) => `${fn.id} ${fn.name}: ${what}`));
  return [...broken, ...badIds(ir, functions), ...badRefs(functions), ...lostCalls(functions, tree)];
}

/** Every block that control may enter exists; only the module stops. */
function badBlocks(fn: FunctionIr): string[] {
  const missing = fn.blocks.flatMap((block) => successors(block).filter((to) => fn.blocks[to] === undefined));
  const stops = fn.flavour === "module" ? [] : reachable(fn).filter((id) => fn.blocks[id]?.end.op === "Stop");
  return [...missing.map((to) => `no block b${to}`), ...stops.map((id) => `b${id} has no end`)];
}

function reachable(fn: FunctionIr): number[] {
  const seen = new Set([0]);
  for (const id of seen) for (const to of fn.blocks[id] ? successors(fn.blocks[id]) : []) seen.add(to);
  return [...seen];
}

// ---------------------------------------------------------------- registers

/** `registers` is their number; each is written before it can be read, on some path. */
function badRegisters(fn: FunctionIr): string[] {
  const used = fn.blocks.flatMap((block) => [...block.instrs.flatMap((instr) => [...writes(instr), ...reads(instr)])]);
  const wrong = [...new Set(used)].filter((reg) => reg < 0 || reg >= fn.registers).map((reg) => `%${reg} of ${fn.registers} registers`);
  const before = writtenBefore(fn);
  for (const id of reachable(fn)) {
    const block = fn.blocks[id];
    if (block === undefined) continue;
    const written = new Set(before[id]);
    for (const instr of block.instrs) {
      for (const reg of reads(instr)) if (!written.has(reg)) wrong.push(`b${id} reads %${reg} in \`${printInstr(instr)}\``);
      for (const reg of writes(instr)) written.add(reg);
    }
    for (const reg of endReads(fn, id)) if (!written.has(reg)) wrong.push(`b${id} reads %${reg} in \`${printTerminator(block.end)}\``);
  }
  return wrong;
}

/** By block: the registers that some path to its start has written. */
function writtenBefore(fn: FunctionIr): Set<Reg>[] {
  const before = fn.blocks.map(() => new Set<Reg>());
  const work = reachable(fn);
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    const block = fn.blocks[id];
    if (block === undefined) continue;
    const after = new Set([...(before[id] ?? []), ...block.instrs.flatMap(writes), ...(block.end.op === "ForNext" ? [block.end.dst] : [])]);
    for (const to of successors(block)) {
      const known = before[to];
      if (known === undefined || [...after].every((reg) => known.has(reg))) continue;
      for (const reg of after) known.add(reg);
      work.push(to);
    }
  }
  return before;
}

function writes(instr: Instr): readonly Reg[] {
  if (instr.op === "Unpack") return instr.dsts;
  return "dst" in instr ? [instr.dst] : [];
}

/** Fields that hold registers that an instruction reads; found by name, so that a new instruction is covered. */
const READ_FIELDS = [
  "src",
  "object",
  "index",
  "lower",
  "upper",
  "step",
  "container",
  "key",
  "value",
  "operand",
  "left",
  "right",
  "callee",
  "receiver",
]; // prettier-ignore
const LIST_FIELDS = ["items", "parts", "args", "defaults", "bases", "keys"];

function reads(instr: Instr): Reg[] {
  const fields = instr as unknown as Readonly<Record<string, unknown>>;
  const single = READ_FIELDS.map((field) => fields[field]).filter((reg) => typeof reg === "number");
  const listed = LIST_FIELDS.flatMap((field) => (Array.isArray(fields[field]) ? fields[field] : [])).flatMap(inItem);
  return [...single, ...listed];
}

function inItem(item: unknown): Reg[] {
  if (typeof item === "number") return [item];
  if (item === null || typeof item !== "object") return [];
  return ["key", "value"].map((field) => (item as Readonly<Record<string, unknown>>)[field]).filter((reg) => typeof reg === "number");
}

function endReads(fn: FunctionIr, id: number): Reg[] {
  const end = fn.blocks[id]?.end;
  if (end?.op === "Branch") return [end.test];
  if (end?.op === "ForNext") return [end.iter];
  return (end?.op === "Return" || end?.op === "Throw") && end.src !== null ? [end.src] : [];
}

// ---------------------------------------------------------------- functions and variables

/** Each function is the same object whenever it is asked for, and is made in exactly one place. */
function badIds(ir: ModuleIr, functions: readonly FunctionIr[]): string[] {
  const made = new Map<number, number>();
  for (const { id } of functions.flatMap(madeIn)) made.set(id, (made.get(id) ?? 0) + 1);
  return functions.flatMap((fn, id) => [
    ...(fn.id === id && ir.get(id) === fn ? [] : [`function ${id} is not the one that was given before`]),
    ...((made.get(id) ?? 0) === (id === 0 ? 0 : 1) ? [] : [`function ${id} ${fn.name} is made ${made.get(id) ?? 0} times`]),
  ]);
}

function madeIn(fn: FunctionIr): { readonly id: number; readonly by: FunctionIr }[] {
  return fn.blocks.flatMap((block) =>
    block.instrs.flatMap((instr) =>
      instr.op === "MakeFunction" ? [{ id: instr.fn, by: fn }] : instr.op === "MakeClass" ? [{ id: instr.body, by: fn }] : [],
    ),
  );
}

/** A name `n` hops up is a variable of the function found by following static parents, class bodies left out. */
function badRefs(functions: readonly FunctionIr[]): string[] {
  const makers = new Map(functions.flatMap(madeIn).map(({ id, by }) => [id, by]));
  const parentOf = (fn: FunctionIr): FunctionIr | undefined => {
    let parent = makers.get(fn.id);
    while (parent?.flavour === "class") parent = makers.get(parent.id);
    return parent;
  };
  return functions.flatMap((fn) =>
    refsOf(fn)
      .filter((ref) => {
        if (ref.hops === "global") return false;
        let at: FunctionIr | undefined = fn;
        for (let hop = 0; hop < ref.hops; hop++) at = at === undefined ? undefined : parentOf(at);
        return at === undefined || (ref.hops > 0 && at.flavour === "module") || !at.locals.includes(ref.name);
      })
      .map((ref) => `${fn.id} ${fn.name}: no variable ${showRef(ref)}`),
  );
}

function refsOf(fn: FunctionIr): VarRef[] {
  return fn.blocks.flatMap((block) => block.instrs.flatMap((instr) => ("ref" in instr ? [instr.ref] : [])));
}

/** Every call of the source is a Call instruction with the call's span: nothing is dropped. */
function lostCalls(functions: readonly FunctionIr[], tree: ParsedTree): string[] {
  const spans = new Set(
    functions.flatMap((fn) =>
      fn.blocks.flatMap((block) => block.instrs.flatMap((i) => (i.op === "Call" ? [`${i.at.start}-${i.at.end}`] : []))),
    ),
  );
  const patterns = new Set<Node>();
  const lost: string[] = [];
  walk(tree.module, (node) => {
    if (node.kind === "Case") walk(node.pattern, (inner) => patterns.add(inner));
    if (node.kind === "Call" && !patterns.has(node) && !spans.has(`${node.start}-${node.end}`)) lost.push(`call at ${node.start} is lost`);
  });
  return lost;
}
