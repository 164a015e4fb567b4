/** Steps of a migration that undo it: `down` drops the table that `up` of the same program makes, and nobody else's. */
import type { FunctionId, FunctionIr, Instr, ModuleIr, Reg, Span } from "../ir.ts";
import { summariseSql } from "../sql-summary.ts";
import { isString } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import type { Run } from "./run.ts";

const UNDOES = /^(down|downgrade|rollback|revert|undo)$/i;
const DOES = /^(up|upgrade|migrate|apply)$/i;
const MAKES = /^create_?(table|collection|schema|view)/i;

/** `knex.schema.dropTable("users")`. */
export const undoneBy = (run: Run, { positional: [table] }: CallArgs): { remade?: true } =>
  undoneFacts(run, isString(table) ? String(table.value) : null);

/** The fact of a table that is dropped where a migration is undone, and made where it is done. */
export function undoneFacts(run: Run, table: string | null, verb = "drop"): { remade?: true } {
  if (table === null || table === "" || table.includes("{?}")) return {};
  const step = run.stack.find(({ unit, fn }) => UNDOES.test(nameOf(unit.ir, fn)));
  if (step === undefined) return {};
  const { ir } = step.unit;
  const others = functionsOf(ir).filter((fn) => !isInside(fn.at, step.fn.at));
  return others.some((fn) => DOES.test(nameOf(ir, fn))) && others.some((fn) => makes(fn, table, verb)) ? { remade: true } : {};
}

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

/** `schema.createTable("users", ...)`, `op.create_table("users", ...)`, `CREATE TABLE users (...)`; `ALTER TABLE users ADD` of a column. */
function makes(fn: FunctionIr, table: string, verb: string): boolean {
  const texts = new Map<Reg, string>();
  const names = new Map<Reg, string>();
  const isMade = (text: string): boolean =>
    (/create/i.test(text) || (verb === "alter" && /\badd\b/i.test(text))) &&
    summariseSql(text).some((s) => (s.verb === "create" || s.verb === verb) && s.verb !== "drop" && isSame(s.table, table));
  for (const { instrs } of fn.blocks)
    for (const instr of instrs) {
      if (instr.op === "GetAttr") names.set(instr.dst, instr.name);
      else if (instr.op === "LoadVar") names.set(instr.dst, instr.ref.name);
      else if (instr.op === "Call" && MAKES.test(names.get(instr.callee) ?? "")) {
        if (instr.args.some(({ value }) => isSame(texts.get(value) ?? "", table))) return true;
      }
      const text = textOf(instr, texts);
      if (text === null) continue;
      if (isMade(text)) return true;
      if ("dst" in instr) texts.set(instr.dst, text);
    }
  return false;
}

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** A constant text, or one that is put together of what is known of it. */
function textOf(instr: Instr, texts: ReadonlyMap<Reg, string>): string | null {
  if (instr.op === "Const") return instr.value.type === "string" ? instr.value.value : null;
  return instr.op === "Concat" ? instr.parts.map(({ value }) => texts.get(value) ?? "{?}").join("") : null;
}
