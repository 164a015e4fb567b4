/** What must be seen in the arguments before a method of a receiver that is not known counts. */
import type { MethodModel } from "../models.ts";
import { looksLikeSql } from "../sql-summary.ts";
import type { State } from "../state.ts";
import { textOf, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { isSet, optionOf } from "./effect-conditions.ts";
import type { Run } from "./run.ts";
import { SQLALCHEMY, statementText } from "./sql-call.ts";

/** `MATCH (n) DETACH DELETE n`: no property and no condition limits what is matched. */
const DELETES_GRAPH = /^\s*MATCH\s*\((?![^)]*\{)(?:(?!\bWHERE\b)[\s\S])*\bDELETE\b/i;

/** What statements and conditions are called. */
const NAMED = ["sql", "query", "statement", "operation", "filter"];

export function hasEvidence(run: Run, state: State, model: MethodModel, args: CallArgs): boolean {
  if (model.evidence === null) return true;
  const given = args.positional.some(isAbsent) ? args.positional.filter((value) => !isAbsent(value)) : args.positional;
  const first =
    given[model.evidence === "empty_second" ? 1 : 0] ?? NAMED.map((name) => args.keywords.get(name)).find((v) => v !== undefined);
  if (model.evidence === "no_args") return given.length === 0 && args.keywords.size === 0;
  if (model.evidence === "forced") return isSet(run, state, optionOf(state, args, "force"));
  if (model.evidence === "sql" && first?.k === "unknown" && SQLALCHEMY.test(first.path ?? "")) return true;
  if (model.evidence === "sql")
    return first !== undefined && looksLikeSql(textOf(first.k === "ref" ? statementText(run, state, first) : first));
  if (model.evidence === "cypher") return first !== undefined && DELETES_GRAPH.test(textOf(first));
  if (model.evidence === "constant") return first !== undefined && first.k === "const";
  if (first === undefined) return false;
  if (first.k !== "ref") return false;
  const object = state.read(first.addr);
  if (object.type !== "dict" && object.type !== "object") return false;
  if (model.evidence === "empty_filter" || model.evidence === "empty_second")
    return object.rest === null && object.items === null && (isOfAll(state, object.props) || holdsNoCondition(state, object.props));
  const where = object.props.get("s:where");
  if (where === undefined)
    return object.rest === null && (object.props.has("s:truncate") || object.props.size === 0 || !object.props.has("s:where"));
  return isAbsent(where) || (where.k === "ref" && isOfAll(state, state.read(where.addr).props) && state.read(where.addr).rest === null);
}

/** `deleteMany(undefined)` says no more than `deleteMany()`. */
const isAbsent = (value: Value): boolean => value.k === "const" && value.type === "undefined";

/** `deleteMany({ where: {} })`. */
function holdsNoCondition(state: State, props: ReadonlyMap<string, Value>): boolean {
  const where = props.size === 1 ? props.get("s:where") : undefined;
  if (where?.k !== "ref") return where !== undefined && isAbsent(where);
  const { props: conditions, rest } = state.read(where.addr);
  return isOfAll(state, conditions) && rest === null;
}

/** `{}`, `{ _id: { $exists: true } }`, `{ id: { [Op.ne]: null } }`: every row has a key. */
const isOfAll = (state: State, conditions: ReadonlyMap<string, Value>): boolean =>
  [...conditions].every(([key, held]) => /^s:_?(id|uuid|pk)$/.test(key) && isAnything(state, held));

function isAnything(state: State, held: Value): boolean {
  if (held.k !== "ref") return false;
  const { props, rest, type } = state.read(held.addr);
  const isNull = (value: Value): boolean => value.k === "const" && value.type === "null";
  const isTrue = (value: Value): boolean => value.k === "const" && value.value === true;
  return (
    rest === null &&
    (type === "object" || type === "dict") &&
    props.size === 1 &&
    [...props].every(([key, value]) => (/(\$|Op\.)ne$|^s:not$/.test(key) && isNull(value)) || (key === "s:$exists" && isTrue(value)))
  );
}
