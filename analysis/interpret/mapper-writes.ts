/**
 * What calls of object mappers and query builders change in a database: the fields that they set, and the values that stand in the
 * program, in the same words as a statement says them (`UPDATE users SET role = 'admin'`).
 */
import { columnsSet, valuesSet } from "../sql-changes.ts";
import type { State } from "../state.ts";
import { isString, textOf, type Value } from "../values.ts";
import { isRequested, isUnasked } from "./asking.ts";
import type { Builtin } from "./builtin.ts";
import type { CallArgs } from "./call-args.ts";
import { memberOf } from "./effect-conditions.ts";
import { emit } from "./effect-sink.ts";
import { isQuantity } from "./name-effects.ts";
import type { Run } from "./run.ts";
import { isOfReceiver } from "./throwaway.ts";
import { constantFields, reverses } from "./verdicts.ts";

/** Methods that change rows; where their fields are. */
const UPDATES: ReadonlySet<string> = new Set(
  "update updateOne updateMany findByIdAndUpdate findOneAndUpdate upsert set decrement increment replaceOne update_one update_many find_one_and_update values".split(
    " ",
  ),
);
const DELETES: ReadonlySet<string> = new Set(
  "delete deleteMany deleteOne destroy findByIdAndDelete findOneAndDelete delete_many".split(" "),
);

/** Who has such methods and keeps rows; others have an `update` as well (a hash, a chart, a dictionary). */
const KEEPS_ROWS =
  /prisma|knex|sequelize|mongoose|typeorm|drizzle|supabase|mongodb|firestore|mikro-orm|objection|bookshelf|django|sqlalchemy|pymongo|peewee|simple_salesforce|\.find\w*\(|\b(where|from|collection|doc|getRepository|objects|filter|filter_by|query)\(|(^|\.)(models?|db|database|repo|manager|em)(\.\w+)?$|[rR]epo(sitory)?\w*$|(^|[./{])[A-Z][A-Za-z]+\}?$/;
/** `set` is a method of maps, caches and stores of pages as well. */
const SETS_ROWS = /update\(\w*\)$|\.(doc|ref)\(\)$/;
/** `update(User).where(..).values(role="admin")`: dictionaries have `values` as well. */
const BUILDS_UPDATE = /(^|\.)update\(\w*\)/;
const wherever = (name: string): RegExp => (name === "set" ? SETS_ROWS : name === "values" ? BUILDS_UPDATE : KEEPS_ROWS);

const DEEPEST = 2;
const MOST_FIELDS = 40;

type Change = { readonly field: string; readonly value: Value; readonly raised: boolean };

/** `mfaEnabled`, `Credit_Limit__c` as a database would call it. */
export const snake = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/__c$/, "");

/** Fields and what becomes of them; `{ $set: {..} }`, `{ decrement: 5 }` and `{ profile: { .. } }` are looked into. */
export function changesIn(state: State, value: Value | undefined, depth = 0): Change[] {
  if (value?.k !== "ref" || depth > DEEPEST) return [];
  const { type, props, items } = state.read(value.addr);
  if (type === "frame" || type === "class") return [];
  // The steps of a pipeline.
  if (items !== null && depth === 0) return items.flatMap((step) => changesIn(state, step, 1));
  return [...props].slice(0, MOST_FIELDS).flatMap(([key, held]): Change[] => {
    const name = key.startsWith("s:") ? key.slice(2) : "";
    if (name === "$inc" || name === "$mul") return changesIn(state, held, depth).map((change) => ({ ...change, raised: true }));
    if (name.startsWith("$")) return changesIn(state, held, depth);
    const by = memberOf(state, held, "increment") ?? memberOf(state, held, "decrement");
    if (by !== undefined) return [{ field: name, value: by, raised: memberOf(state, held, "increment") !== undefined }];
    const inner = changesIn(state, memberOf(state, held, "set") ?? held, depth + 1);
    return inner.length > 0 ? inner : [{ field: name, value: held, raised: false }];
  });
}

/** `decrement("balance", { by: amount })`, `decrement("balance", amount)`, `decrement({ balance: amount })`. */
function counted(state: State, raised: boolean, args: CallArgs): Change[] {
  const [first, second, third] = args.positional;
  // `decrement({ id }, "balance", amount)`.
  const [field, by] = second !== undefined && isString(second) && third !== undefined ? [second, third] : [first, second];
  if (field === undefined) return [];
  if (field.k === "ref") return changesIn(state, field).map((change) => ({ ...change, raised }));
  return by === undefined ? [] : [{ field: textOf(field), value: memberOf(state, by, "by") ?? by, raised }];
}

function changesOf(state: State, name: string, args: CallArgs): Change[] {
  const [first, second] = args.positional;
  if (name === "decrement" || name === "increment") return counted(state, name === "increment", args);
  const data = first === undefined ? undefined : (memberOf(state, first, "data") ?? memberOf(state, first, "update"));
  const named = [...args.keywords].map(([field, value]) => ({ field, value, raised: false }));
  if (data !== undefined) return changesIn(state, data);
  if (first?.k === "ref" && (second === undefined || memberOf(state, second, "where") !== undefined || name === "set"))
    return changesIn(state, first);
  return second === undefined ? named : changesIn(state, second);
}

/** The condition of a change: null when there is none to be seen, and false when it says that there is none. */
function conditionOf(state: State, args: CallArgs): Value | null {
  for (const given of args.positional) {
    const where = memberOf(state, given, "where");
    if (where !== undefined) return where;
  }
  return null;
}

const isEmpty = (state: State, value: Value | null | undefined): boolean => {
  if (value?.k !== "ref") return false;
  const { type, props, rest, items } = state.read(value.addr);
  return (type === "dict" || type === "object") && props.size === 0 && rest === null && items === null;
};

/** `updateMany({ data })`, `updateMany({}, change)`, `update(values, { where: {} })`. */
function isOfAll(state: State, name: string, args: CallArgs): boolean {
  const [first] = args.positional;
  const where = conditionOf(state, args);
  if (where !== null) return isEmpty(state, where);
  if (name === "updateMany" || name === "update_many")
    return isEmpty(state, first) || (first !== undefined && memberOf(state, first, "data") !== undefined && args.positional.length === 1);
  return false;
}

const BUILT_ON = /(?:^|\.)update\((\w+)\)/;
/** Names of what a path ends with: `{./models.AuditLog}`, `PrismaClient().auditLog`, `models.Patient.find()`. */
const tableIn = (path: string): string =>
  BUILT_ON.exec(path)?.[1]?.toLowerCase() ?? snake(/(\w+)\}?(?:(?:\.(?:find|where|filter|query)\w*)?\([.<]*\))*$/.exec(path)?.[1] ?? "");

export const constants = (changes: readonly Change[]): string =>
  changes
    .flatMap(({ field, value }) => (value.k === "const" && !/\s/.test(textOf(value)) ? [`${snake(field)}=${textOf(value)}`] : []))
    .join(" ");

/** What is older than a limit: `{ createdAt: { lt: cutoff } }`, `{ at: { $lte: cutoff } }`. */
function goesByAge(state: State, value: Value | undefined, depth = 0): boolean {
  if (value?.k !== "ref" || depth > DEEPEST) return false;
  const { props } = state.read(value.addr);
  return [...props].some(
    ([key, held]) =>
      /^[sy]:(\$?lte?|\$?before|olderThan|\w+__lte?)\b|Op\.lte?/.test(key) ||
      (held.k === "unknown" && /(LessThan|Before|lte?)\w*\(/.test(held.path ?? "")) ||
      goesByAge(state, held, depth + 1),
  );
}

/** `update_item(UpdateExpression="SET balance = :b", ...)` of DynamoDB, in the words of a statement. */
function reportExpression(run: Run, state: State, called: { name: string; receiver: string }, args: CallArgs): void {
  const expression = args.keywords.get("UpdateExpression");
  if (expression === undefined || !isString(expression)) return;
  const names = args.keywords.get("ExpressionAttributeNames");
  const values = args.keywords.get("ExpressionAttributeValues");
  const given = (of: Value | undefined, name: string): string => {
    const held = of === undefined ? undefined : memberOf(state, of, name);
    return held?.k === "const" ? textOf(held) : name;
  };
  const text = String(expression.value).replace(/#\w+/g, (name) => given(names, name));
  const statement = `UPDATE t ${text.replace(/:\w+/g, (name) => `'${given(values, name).replaceAll("'", "")}'`)}`;
  const api = `${called.receiver}.${called.name}`;
  const table = /Table\(([\w-]*)\)/.exec(called.receiver)?.[1] ?? "";
  const facts = { verb: "update", table, sets: columnsSet(statement), gives: valuesSet(statement) };
  emit(run, state, { kind: "db.write", target: api, classes: [], args: facts, labels: [], basis: "api", api });
}

export function reportMapperWrite(run: Run, state: State, called: { name: string; receiver: string; value: Value }, args: CallArgs): void {
  const { name, receiver } = called;
  if (name === "update_item") reportExpression(run, state, called, args);
  const updates = UPDATES.has(name);
  if (!updates && !DELETES.has(name)) return;
  if (!wherever(name).test(receiver)) return;
  const api = `${receiver}.${name}`;
  const found = { target: api, classes: [], labels: called.value.labels.filter(isOfReceiver), basis: "api", api } as const;
  const table = tableIn(receiver);
  if (!updates) {
    const aged = args.positional.some((given) => goesByAge(state, given)) ? { aged: true } : {};
    if (args.positional.length > 0) emit(run, state, { ...found, kind: "db.write", args: { verb: "delete", table, ...aged } });
    return;
  }
  const changes = changesOf(state, name, args);
  if (changes.length === 0) {
    const facts = { verb: "update", table, sets: "", whole: true };
    if (takesWhole(run, state, args)) emit(run, state, { ...found, kind: "db.write", args: facts });
    return;
  }
  const sets = changes.filter(({ raised }) => !raised).map(({ field }) => snake(field));
  const asked = run.values.requested ? changes.filter(({ value }) => isRequested(state, value)) : [];
  const unbidden = asked.length > 0 && isUnasked(run, state, args.positional);
  const ordered = unbidden ? { ordered: true } : {};
  const unasked = unbidden && asked.some(({ field }) => isQuantity(field)) ? { unasked: true } : {};
  emit(run, state, {
    ...found,
    kind: isOfAll(state, name, args) ? "db.update_all" : "db.write",
    args: {
      verb: "update",
      table,
      sets: sets.join(" "),
      gives: constants(changes),
      ...ordered,
      ...unasked,
      ...(reverses(chosenBy(state, args), givenBy(changes)) ? { reversed: true } : {}),
    },
  });
}

/** What rows are chosen by: `{ where: { result: "FAIL" } }`, or the filter that comes first. */
const chosenBy = (state: State, args: CallArgs): ReadonlyMap<string, string> =>
  constantFields(state, conditionOf(state, args) ?? (args.positional.length > 1 ? args.positional[0] : undefined));
const givenBy = (changes: readonly Change[]): ReadonlyMap<string, string> =>
  new Map(changes.flatMap(({ field, value }) => (value.k === "const" ? [[field.toLowerCase(), String(value.value)] as const] : [])));

/** `update({ where, data: req.body })`: whatever a request says, and nobody asks whose it is. */
function takesWhole(run: Run, state: State, { positional }: CallArgs): boolean {
  const [first, second] = positional;
  const data = first === undefined ? undefined : (memberOf(state, first, "data") ?? memberOf(state, first, "update") ?? second);
  return run.values.requested && data?.k === "unknown" && isRequested(state, data) && isUnasked(run, state, positional);
}

/** A row that was found; that it is saved, or that the session is, is taken for granted. */
const ROW =
  /\.(findOne|findUnique|findFirst|findById|findByPk|findOneBy\w*|findOneOrFail|findUniqueOrThrow|one|first|scalar_one\w*|one_or_none|get)\(\.{0,2}<?\)$/;

/** One of the rows that a query of a mapper finds: `for user in User.objects.filter(..)`, `for a in session.query(Account)`. */
const EACH_ROW = /\.(objects(\.\w+\(\.{0,2}<?\))*|query(\(\w*\))?(\.\w+\(\.{0,2}<?\))*)\[\]$/;

/** `user.role = "admin"; await user.save()`. */
export function reportFieldSet(run: Run, state: State, value: Value, to: { target: string; object: Value }): void {
  const { object, target } = to;
  if (value.k !== "const" || object.k !== "unknown" || !(ROW.test(object.path ?? "") || EACH_ROW.test(object.path ?? ""))) return;
  const path = object.path ?? "";
  if (!KEEPS_ROWS.test(path)) return;
  const changes = [{ field: target, value, raised: false }];
  const args = {
    verb: "update",
    table: tableIn(path),
    sets: snake(target),
    gives: constants(changes),
    ...(EACH_ROW.test(path) ? { each: true } : {}),
  };
  emit(run, state, { kind: "db.write", target: `${path}.${target}`, classes: [], args, labels: [], basis: "name", api: path });
}

/** `mongoose.model("Patient", schema)`: rows of that name. */
export const BUILTINS_MAPPERS: Readonly<Record<string, Builtin>> = {
  named_model: (run, _state, { callee, args }) => {
    const [name] = args.positional;
    return name === undefined || !isString(name) ? undefined : run.values.unknown("unmodelled", { path: `${callee.path}s.${name.value}` });
  },
};
