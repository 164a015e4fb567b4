/** What the functions of a program are to each other, read off their instructions before any taint runs through them. */
import type { Block, FunctionId, FunctionIr, Reg } from "../../analysis/ir.ts";
import type { TaintProgram } from "./taint-program.ts";
import { CLEAN, withRefs } from "./taint-values.ts";

const RESULTS = new WeakMap<FunctionIr, boolean>();

/** Some `return` or `yield` has a value; a function without one is taken for a placeholder, and its result for unknown. */
export function hasResult(fn: FunctionIr): boolean {
  const known = RESULTS.get(fn);
  if (known !== undefined) return known;
  const gives = ({ instrs, end }: Block): boolean =>
    (end.op === "Return" && end.src !== null) || instrs.some((instr) => instr.op === "Yield");
  const result = fn.blocks.some(gives);
  RESULTS.set(fn, result);
  return result;
}

/** Says of every class of the program which functions are its methods. */
export function findMethods(program: TaintProgram): void {
  const { ir } = program.setting;
  for (let id: FunctionId = 0; id < ir.functionCount(); id++) {
    const fn = ir.get(id);
    if (fn.flavour === "class") for (const block of fn.blocks) methodsIn(program, id, block);
  }
}

function methodsIn(program: TaintProgram, body: FunctionId, block: Block): void {
  const made = new Map<Reg, FunctionId>();
  for (const instr of block.instrs) {
    if (instr.op === "MakeFunction") {
      made.set(instr.dst, instr.fn);
      program.ownerClass.set(instr.fn, body);
    } else if (instr.op === "Call" && instr.args.length === 1) {
      const decorated = made.get(instr.args[0]?.value ?? -1);
      if (decorated !== undefined) made.set(instr.dst, decorated);
    } else if (instr.op === "StoreVar") {
      const fn = made.get(instr.src);
      if (fn !== undefined) program.setMember(body, "attributes", instr.ref.name, withRefs(CLEAN, [{ kind: "function", id: fn }]));
    }
  }
}
