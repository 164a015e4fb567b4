/** Which functions of a program use which variables of the functions around them: only those need to be told of a store. */
import type { FunctionId, FunctionIr, ModuleIr } from "../../analysis/ir.ts";

export type OuterNames = {
  /** Names that a function, or one inside it, reads from outside. */
  readonly wanted: readonly ReadonlySet<string>[];
  /** Functions that want a name, for themselves or for one inside. */
  readonly takers: ReadonlyMap<string, readonly FunctionId[]>;
  /** Functions that read a name from outside themselves. */
  readonly readers: ReadonlyMap<string, readonly FunctionId[]>;
  /** Variables of the module. */
  readonly declared: ReadonlySet<string>;
};

const KNOWN = new WeakMap<ModuleIr, OuterNames>();

export function outerNames(ir: ModuleIr): OuterNames {
  const known = KNOWN.get(ir);
  if (known !== undefined) return known;
  const functions = Array.from({ length: ir.functionCount() }, (_, id) => ir.get(id));
  const own = functions.map(namesRead);
  const wanted = own.map((names) => new Set(names));
  const around = enclosing(functions);
  // Inner functions come after those around them.
  for (let id = functions.length - 1; id > 0; id--) {
    const outer = wanted[around[id] ?? 0];
    if (outer !== undefined) for (const name of wanted[id] ?? []) outer.add(name);
  }
  const names: OuterNames = { wanted, takers: inverted(wanted), readers: inverted(own), declared: new Set(functions[0]?.locals ?? []) };
  KNOWN.set(ir, names);
  return names;
}

function namesRead(fn: FunctionIr): ReadonlySet<string> {
  const names = new Set<string>();
  const locals = new Set(fn.locals);
  for (const block of fn.blocks) {
    for (const instr of block.instrs) {
      if (instr.op === "LoadVar" && (instr.ref.hops !== 0 || !locals.has(instr.ref.name))) names.add(instr.ref.name);
      else if (instr.op === "LoadThis" && fn.flavour === "arrow") names.add("this");
    }
  }
  return names;
}

/** The function around each, by their places. */
function enclosing(functions: readonly FunctionIr[]): number[] {
  const order = functions.map((_, id) => id);
  order.sort((a, b) => {
    const [x, y] = [functions[a] as FunctionIr, functions[b] as FunctionIr];
    return x.at.start - y.at.start || y.at.end - x.at.end || a - b;
  });
  const around: number[] = [];
  const stack: number[] = [];
  for (const id of order) {
    const { at } = functions[id] as FunctionIr;
    for (let top = stack.at(-1); top !== undefined && (functions[top] as FunctionIr).at.end < at.end; top = stack.at(-1)) stack.pop();
    around[id] = stack.at(-1) ?? 0;
    stack.push(id);
  }
  return around;
}

function inverted(sets: readonly ReadonlySet<string>[]): Map<string, FunctionId[]> {
  const out = new Map<string, FunctionId[]>();
  for (const [id, names] of sets.entries()) {
    for (const name of names) {
      const known = out.get(name);
      if (known === undefined) out.set(name, [id]);
      else known.push(id);
    }
  }
  return out;
}
