/** Tables that a program makes itself: what it changes in them is its own, and an index that it fills again was emptied for nothing. */
import type { Effect } from "../effects.ts";

const ofTable = (effect: Effect, verb: string, table: unknown): boolean =>
  effect.kind === "db.write" && effect.args.verb === verb && effect.args.table === table;

/** The same effects, in the order in which they came about, those on own tables marked: `created`, and `refilled` for an index that is filled again behind it. */
export function withOwnTables(effects: readonly Effect[]): readonly Effect[] {
  const created = new Set(effects.filter((e) => e.kind === "db.write" && e.args.verb === "create").map((e) => e.args.table));
  if (created.size === 0) return effects;
  return effects.map((effect, i) => {
    const { table } = effect.args;
    if (!/^db\.(write|update_all|delete_all)$/.test(effect.kind) || !created.has(table)) return effect;
    const isIndex = effects.some((e) => ofTable(e, "create", table) && e.args.index === true);
    const isFilled = effects.slice(i).some((e) => ofTable(e, "insert", table));
    const refilled = effect.kind === "db.delete_all" && isIndex && isFilled;
    return { ...effect, args: { ...effect.args, created: true, ...(refilled ? { refilled } : {}) } };
  });
}
