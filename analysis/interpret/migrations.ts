/** Steps of a migration that undo it: `down` drops the table that `up` of the same program makes, and nobody else's. */
import type { Effect } from "../effects.ts";
import type { FunctionId, FunctionIr, Instr, ModuleIr, Reg, Span } from "../ir.ts";
import { memo } from "../memo.ts";
import { isString } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { lastName } from "./naming.ts";
import type { Activation, Run } from "./run.ts";

const UNDOES = /^(down|downgrade|rollback|revert|undo)$/i;
const DOES = /^(up|upgrade|migrate|apply)$/i;
const MAKES = /^create_?(table|collection|schema|view)/i;

/** `knex.schema.dropTable("users")`. */
export const undoneBy = (run: Run, { positional: [table] }: CallArgs): { undoes?: string } =>
  undoneFacts(run, isString(table) ? String(table.value) : null);

/** A table, or a column of one, that is dropped where a migration is undone: whether the program makes it is known at its end. */
export function undoneFacts(run: Run, table: string | null, verb = "drop"): { undoes?: string } {
  if (table === null || table === "" || table.includes("{?}")) return {};
  const step = run.stack.find(isUndoing);
  if (step === undefined) return {};
  const { ir } = step.unit;
  const does = functionsOf(ir).some((fn) => DOES.test(nameOf(ir, fn)) && !isInside(fn.at, step.fn.at));
  return does ? { undoes: verb === "alter" ? ofColumns(table) : table.toLowerCase() } : {};
}

const isUndoing = ({ unit, fn }: Activation): boolean => UNDOES.test(nameOf(unit.ir, fn));

const COLUMNS = "columns of ";
/** `ALTER TABLE users ADD`, and what takes it back. */
export const ofColumns = (table: string): string => COLUMNS + table.toLowerCase();

/** A statement, or a call, makes a table. */
export function noteTable(run: Run, table: string): void {
  if (!run.stack.some(isUndoing)) run.tables.add(table.toLowerCase());
}

export const makesTable = memo((path) => MAKES.test(lastName(path)));

/** `schema.createTable("users", ...)`, `op.create_table("users", ...)`. */
export function noteMade(run: Run, path: string | null, { positional }: CallArgs): void {
  if (path !== null && makesTable(path)) for (const value of positional) if (isString(value)) noteTable(run, String(value.value));
}

/** The same effects; what is dropped where a migration is undone was made by it, or by others. */
export const withRemade = (run: Run, effects: readonly Effect[]): readonly Effect[] =>
  effects.map((effect) => {
    if (effect.args.undoes === undefined) return effect;
    const { undoes, ...args } = effect.args;
    const made = [String(undoes), String(undoes).replace(COLUMNS, "")].some((table) => run.tables.has(table));
    return { ...effect, args: made ? { ...args, remade: true } : args };
  });

const functionsOf = (ir: ModuleIr): FunctionIr[] => Array.from({ length: ir.functionCount() }, (_, id) => ir.get(id));
const isInside = (inner: Span, outer: Span): boolean => inner.start >= outer.start && inner.end <= outer.end;

/** Its own name, or the one that it is kept under: `exports.down = async (knex) => ...`, `{ down: async () => ... }`. */
const nameOf = (ir: ModuleIr, fn: FunctionIr): string => (fn.name === "" ? (keptNames(ir).get(fn.id) ?? "") : fn.name);

const KEPT = new WeakMap<ModuleIr, ReadonlyMap<FunctionId, string>>();

function keptNames(ir: ModuleIr): ReadonlyMap<FunctionId, string> {
  const before = KEPT.get(ir);
  if (before !== undefined) return before;
  const names = new Map(functionsOf(ir).flatMap((fn) => fn.blocks.flatMap(({ instrs }) => namesIn(instrs))));
  KEPT.set(ir, names);
  return names;
}

function namesIn(instrs: readonly Instr[]): [FunctionId, string][] {
  const made = new Map<Reg, FunctionId>();
  const texts = new Map<Reg, string>();
  const found: [FunctionId, string][] = [];
  const keep = (reg: Reg, name: string | undefined): void => {
    const fn = made.get(reg);
    if (fn !== undefined && name !== undefined) found.push([fn, name]);
  };
  for (const instr of instrs) {
    if (instr.op === "MakeFunction") made.set(instr.dst, instr.fn);
    else if (instr.op === "Const" && instr.value.type === "string") texts.set(instr.dst, instr.value.value);
    else if (instr.op === "SetAttr") keep(instr.src, instr.name);
    else if (instr.op === "StoreVar") keep(instr.src, instr.ref.name);
    else if (instr.op === "Build") for (const { key, value } of instr.items) keep(value, key === undefined ? undefined : texts.get(key));
  }
  return found;
}
