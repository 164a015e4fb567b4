/** Labels of databases for trying things out, and the flag of what happens in them. */
import type { Effect, Label } from "../effects.ts";
import type { Run } from "./run.ts";

export const THROWAWAY = "type:throwaway";
/** On the machine itself, under a name that is said later: `client.db("shop_test")`. */
export const OWN_MACHINE = "type:own-machine";
/** A statement about another database than the one that is opened. */
export const ELSEWHERE = "type:elsewhere";

export const isForTrying = (name: string): boolean =>
  /(^|[_-])(tests?|testing|unittest|tmp|temp|scratch|throwaway|e2e)\d*([_-]|$)/i.test(name) && !/prod|live/i.test(name);

type Opened = { readonly kind: string; readonly labels: readonly Label[]; readonly api: string };
/** `client.app_test.users.delete_many`, `client["app_test"]`. */
const OF_CLIENT = /^(?:pymongo|motor)\.MongoClient\.(\w+)\./;

/** The flag of an effect; of what happens at one place in several databases, only when it is so in all. */
export function throwawayFact(run: Run, found: Opened, before: Effect | undefined): { throwaway?: boolean } {
  const { kind, labels, api } = found;
  if (kind === "db.read" || !kind.startsWith("db.")) return {};
  const [, name = ""] = labels.includes(OWN_MACHINE) ? (OF_CLIENT.exec(api) ?? []) : [];
  const is = (labels.includes(THROWAWAY) || isForTrying(name)) && run.databases.get("*") !== false;
  if (labels.includes(ELSEWHERE)) return { throwaway: false };
  if (before === undefined) return is ? { throwaway: true } : {};
  // What all that its library opened says holds for it, too.
  if (!is && before.args.throwaway === undefined) return {};
  return is && before.args.throwaway === true ? { throwaway: true } : { throwaway: false };
}
