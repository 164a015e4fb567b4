/** Steps of a migration that undo it: `down` drops the table that `up` of the same program makes, and nobody else's. */
import { isString } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import type { Activation, Run } from "./run.ts";

const UNDOES = /^(down|downgrade|rollback|revert|undo)$/i;
/** `exports.down = async (knex) => ...`. */
const NAMED_SO = /\b(down|downgrade|rollback|revert|undo)\s*[=:]\s*(async\s*)?(function\s*)?$/i;
const DOES = /\b(up|upgrade|migrate|apply)\b/;
const LONGEST_HEAD = 60;

const undoes = ({ fn, unit }: Activation): boolean =>
  UNDOES.test(fn.name) || NAMED_SO.test(unit.source.slice(Math.max(0, fn.at.start - LONGEST_HEAD), fn.at.start));

export const undoneBy = (run: Run, { positional: [table] }: CallArgs): { remade?: true } =>
  undoneFacts(run, isString(table) ? String(table.value) : null);

/** The fact of a table that is dropped where a migration is undone, and made where it is done. */
export function undoneFacts(run: Run, table: string | null): { remade?: true } {
  if (table === null || !/^[\w.]+$/.test(table)) return {};
  const step = run.stack.find(undoes);
  if (step === undefined || !DOES.test(step.unit.source)) return {};
  const makes = new RegExp(
    `create[_ ]?(table|collection|schema|view)\\w*(\\s+if\\s+not\\s+exists)?\\W{1,8}${table.replaceAll(".", "\\.")}\\b`,
    "i",
  );
  return makes.test(step.unit.source) ? { remade: true } : {};
}
