/** Statements for databases: as text, as templates, or as a query builder made them. */
import type { EffectKind, Label } from "../effects.ts";
import { columnsSet, goesByAge, makesIndex, valuesSet } from "../sql-changes.ts";
import { sqlFiles } from "../sql-files.ts";
import { summariseSql } from "../sql-summary.ts";
import type { State } from "../state.ts";
import { holeClasses } from "../targets.ts";
import { isString, isVia, mergeLabels, partsOf, type Value } from "../values.ts";
import { unaskedFacts } from "./asking.ts";
import type { Builtin } from "./builtin.ts";
import type { CallArgs } from "./call-args.ts";
import { ofRequest } from "./checked.ts";
import { execShell } from "./commands.ts";
import { memberOf } from "./effect-conditions.ts";
import { emit } from "./effect-sink.ts";
import { emitPath } from "./emit-path.ts";
import { toText } from "./formatting.ts";
import { elementsOf } from "./iterate.ts";
import { keepRows } from "./kept-rows.ts";
import { deepLabels } from "./labels.ts";
import { noteTable, ofColumns, undoneFacts } from "./migrations.ts";
import { rememberSelected } from "./rows.ts";
import { inJs, type Run } from "./run.ts";
import { followSwitch, withDatabase } from "./throwaway.ts";
import { statementReverses } from "./verdicts.ts";

/** A condition, before the verb or behind it. */
const LIMITED = /\b(?:(?:and|or)?where\w*|filter|filter_by|limit|eq|in|match|lte?|is|i?like)\((?!true\))/i;

/** `delete(users)`, `users.delete()` of a query builder: without a condition it is about every row. */
export function builtStatement(path: string): EffectKind | null {
  if (LIMITED.test(path)) return null;
  const verb = /(?:^|\.)(del|delete|update|truncate)\(\w*\)/.exec(path)?.[1];
  return verb === undefined ? null : verb === "update" ? "db.update_all" : "db.delete_all";
}

/** `delete(Entry).where(...)` of SQLAlchemy, as its path says it. */
export const SQLALCHEMY = /^(?:flask_)?sqlalchemy\.(?:\w+(?:\[\])?\.)*(delete|update)\((\w*)\).*$/;

/** Facts besides the table, where there are any. */
function changeOf(verb: string, text: string): { sets?: string; gives?: string; aged?: true; index?: true } {
  if (verb === "update") return { sets: columnsSet(text), gives: valuesSet(text), ...(statementReverses(text) ? { reversed: true } : {}) };
  if (verb === "delete") return goesByAge(text) ? { aged: true } : {};
  return verb === "create" && makesIndex(text) ? { index: true } : {};
}

/** `delete(Entry)`: the table by the name that its class gives it. */
export const BUILTINS_STATEMENTS: Readonly<Record<string, Builtin>> = {
  built_statement: (run, state, { callee, args }) => {
    const [model] = args.positional;
    const named =
      model?.k === "ref"
        ? (state.read(model.addr).props.get("__tablename__") ?? run.values.string(state.read(model.addr).name))
        : undefined;
    const table = named !== undefined && isString(named) ? named.value.replace(/\W/g, "") : "";
    return run.values.unknown("unmodelled", { path: `${callee.path}(${table})` });
  },
};

/** What clients call the statement in an object of options. */
const STATEMENTS = ["text", "sql", "sqlText", "Sql", "Statement", "QueryString", "query", "queryString"];

/** The text of a statement; in a template (sql`... ${value}`) what stands between the texts is a value. */
export function statementText(run: Run, state: State, target: Value): Value {
  const written = inJs(run) ? STATEMENTS.map((name) => memberOf(state, target, name)).find((text) => text !== undefined) : undefined;
  if (written !== undefined) return written.k === "ref" ? toText(run, state, written) : written;
  const texts = inJs(run) && target.k === "ref" ? elementsOf(run, state, target) : null;
  if (texts === null || texts.length === 0 || !texts.every(isString)) return toText(run, state, target);
  return run.values.string(texts.map((text) => String((text as { value: unknown }).value)).join("?"));
}

/** `COPY t FROM PROGRAM 'curl ...'`, `EXEC xp_cmdshell 'dir'`: the database starts a shell. */
const RUNS_PROGRAM = /\b(?:PROGRAM|xp_cmdshell|sys_exec\s*\(|sys_eval\s*\()\s*N?'((?:[^']|'')*)'/gi;

export function applySql(
  run: Run,
  state: State,
  call: { target: Value | null; api: string; labels: readonly Label[] },
  args: CallArgs,
): void {
  if (call.target === null) return;
  const value = call.target.k === "ref" || call.target.k === "api" ? statementText(run, state, call.target) : call.target;
  const data = [...args.positional.slice(1), ...args.keywords.values()].flatMap((v) => [...deepLabels(state, v)]);
  const labels = mergeLabels(
    data.filter((l) => !l.startsWith("via:")),
    call.labels.filter(isVia),
    value.labels,
  );
  const requested: { requested?: true } = ofRequest(run, value) ? { requested: true } : {};
  let found = false;
  for (const member of value.k === "union" ? value.of : [value]) {
    const built = member.k === "unknown" ? builtStatement(member.path ?? "") : null;
    const limited = built === null && member.k === "unknown" ? SQLALCHEMY.exec(member.path ?? "") : null;
    if (limited !== null) {
      found = true;
      const [path, verb = "", table = ""] = limited;
      const facts = { table, verb, conditional: true, ...(verb === "delete" && path.includes("<") ? { aged: true } : {}) };
      emit(run, state, {
        kind: "db.write",
        target: `${verb.toUpperCase()} ${table}`,
        classes: [],
        args: facts,
        labels: withDatabase(labels, call.labels, ""),
        basis: "api",
        api: call.api,
      });
      continue;
    }
    if (built !== null) {
      found = true;
      emit(run, state, {
        kind: built,
        target: member.k === "unknown" ? (member.path ?? "") : "",
        classes: [],
        args: {},
        labels: withDatabase(labels, call.labels, ""),
        basis: "api",
        api: call.api,
      });
      continue;
    }
    const text = partsOf(member)
      .map((p) => (typeof p === "string" ? p : "{?}"))
      .join("");
    rememberSelected(run, state, text);
    followSwitch(run, text);
    if (!inJs(run)) keepRows(run, state, text, args);
    for (const [, line] of text.matchAll(RUNS_PROGRAM))
      execShell(run, state, { value: run.values.string((line as string).replaceAll("''", "'")), api: call.api, labels: call.labels });
    for (const { kind, path } of sqlFiles(text)) emitPath(run, state, { kind, path: run.values.string(path), api: call.api });
    for (const statement of summariseSql(text)) {
      found = true;
      if (statement.verb === "create") noteTable(run, statement.table);
      else if (statement.verb === "alter" && statement.kind !== "db.drop") noteTable(run, ofColumns(statement.table));
      emit(run, state, {
        kind: statement.kind,
        target: `${statement.verb.toUpperCase()} ${statement.table}`.trim(),
        classes: [],
        args: {
          table: statement.table,
          verb: statement.verb,
          conditional: statement.conditional,
          ...(statement.rows === undefined ? {} : { rows: statement.rows }),
          ...(statement.powers === undefined ? {} : { powers: true }),
          ...(statement.unchecked === undefined ? {} : { unchecked: true }),
          ...changeOf(statement.verb, text),
          ...requested,
          ...(statement.verb === "update" ? unaskedFacts(run, state, text, [value, ...args.positional.slice(1)]) : {}),
          ...(statement.kind === "db.drop" ? undoneFacts(run, statement.table, statement.verb) : {}),
        },
        labels: withDatabase(labels, call.labels, text),
        basis: "api",
        api: call.api,
      });
    }
  }
  if (!found)
    emit(run, state, { kind: "db.read", target: "{?}", classes: holeClasses(value), args: requested, labels, basis: "api", api: call.api });
}
