/** Command-line clients of databases: the statements that they are given, and the databases that they make and drop. */
import type { EffectKind } from "./effects.ts";
import { type Output, programText } from "./shell-expand.ts";
import { operands } from "./shell-files.ts";
import { type CommandEffect, type CommandMeaning, holed, oneEffect, only, pathEffect } from "./shell-meaning.ts";
import { optionsValues, optionValue } from "./shell-wrappers.ts";
import { summariseSql } from "./sql-summary.ts";
import { classifyHostText } from "./targets.ts";

/** Option that carries SQL; the last operand for the others. */
const SQL_CLIENTS: Readonly<Record<string, RegExp | null>> = {
  mysql: /^(-e|--execute)$/,
  mariadb: /^(-e|--execute)$/,
  psql: /^(-c|--command)$/,
  cqlsh: /^(-e|--execute)$/,
  sqlcmd: /^-[qQ]$/,
  "clickhouse-client": /^(-q|--query)$/,
  duckdb: null,
  sqlite3: null,
  ...{
    pgcli: /^(-c|--command)$/,
    mycli: /^(-e|--execute)$/,
    usql: /^(-c|--command)$/,
    cockroach: /^(-e|--execute)$/,
    snowsql: /^(-q|--query)$/,
  },
  ...{ presto: /^--execute$/, trino: /^--execute$/, hive: /^-e$/, beeline: /^-e$/, "spark-sql": /^-e$/, "impala-shell": /^(-q|--query)$/ },
  ...{
    clickhouse: /^(-q|--query)$/,
    "mysql-client": /^(-e|--execute)$/,
    sqlplus: null,
    dolt: /^(-q|--query)$/,
    ysqlsh: /^(-c|--command)$/,
  },
  ...{ isql: null, tsql: null, vsql: /^-c$/, nzsql: /^-c$/ },
};
/** What the servers of one protocol call their clients. */
const REDIS = /^(redis|valkey|keydb|dragonfly)-cli$/;

/** null: no client of a database. */
export function databaseMeaning(
  program: string,
  args: readonly string[],
  { input, contentOf }: { readonly input: Output | null; readonly contentOf: (path: string) => Output },
): CommandMeaning | null {
  if (program === "bq") return operands(args)[0] === "query" ? sqlMeaning(args, operands(args).slice(1).join("\n"), input) : null;
  const sql = Object.hasOwn(SQL_CLIENTS, program) ? SQL_CLIENTS[program] : undefined;
  if (program === "sqlite3" || program === "duckdb")
    return databaseFile(args, sqlMeaning(args, operands(args).slice(1).join(";\n"), input));
  if (sql !== undefined)
    return sqlMeaning(args, [sql === null ? "" : sqlOption(args, sql), ...scripts(program, args, contentOf)].join(";\n"), input);
  if (REDIS.test(program)) return redisMeaning([...args, ...(input?.text ?? "").split(/\s+/)]);
  if (program === "mongosh" || program === "mongo") return mongoMeaning(args, input);
  return wholeMeaning(program, args);
}

/** `dropdb NAME`, `createdb NAME`, `mysqladmin drop NAME`. */
function wholeMeaning(program: string, args: readonly string[]): CommandMeaning | null {
  const given = operands(args.filter((_a, i) => !CONNECTION.test(args[i - 1] ?? "")));
  const [verb = "", name = ""] = program === "mysqladmin" ? given : [program, ...given];
  if (!/^(drop(db|user)?|create(db)?)$/.test(verb)) return null;
  const effect = verb.startsWith("drop")
    ? { kind: "db.drop" as const, target: given.map(holed).join(" "), classes: [], ...(verb === "dropuser" ? {} : scratch(args, name)) }
    : made(name);
  return { classes: ["command.unknown"], effects: [effect], nested: [] };
}

const CONNECTION = /^(-[hpUTuPOE]|--(host|port|username|user|password|maintenance-db|template|owner|encoding))$/;
/** A name that says that nothing in it is missed. */
const SCRATCH = /(^|[_-])(dev|devel|development|tests?|testing|tmp|temp|scratch|ci|sandbox|local|e2e)\d*([_-]|$)/i;

/** A database of this machine for trying things out: dropped for nothing if the program makes it again. */
function scratch(args: readonly string[], name: string): { args?: { scratch: string } } {
  const host =
    args.find((a) => /^(--host=|-h.)/.test(a))?.replace(/^(--host=|-h)/, "") ?? optionValue(args, /^(-h|--host)$/) ?? "localhost";
  const here = host.startsWith("/") || classifyHostText(holed(host)).includes("host.loopback");
  return here && SCRATCH.test(name) ? { args: { scratch: name } } : {};
}
const made = (name: string): CommandEffect => ({ kind: "db.admin", target: holed(name), classes: [], args: { makes: name } });

/** What is dropped only to be made again at once: the program's own database for trying things out. */
export function withRemade<T extends { readonly meaning: CommandMeaning }>(commands: readonly T[]): readonly T[] {
  const makes = (from: number, name: unknown): boolean =>
    commands.slice(from).some(({ meaning }) => meaning.effects.some((effect) => effect.args?.makes === name));
  if (!commands.some(({ meaning }) => meaning.effects.some((effect) => effect.args?.scratch !== undefined))) return commands;
  return commands.map((command, at) => {
    const effects = command.meaning.effects.map((effect) =>
      effect.args?.scratch !== undefined && makes(at, effect.args.scratch) ? { ...effect, args: { remade: true } } : effect,
    );
    return { ...command, meaning: { ...command.meaning, effects } };
  });
}

/** `psql -f FILE`, `mysql -e 'source FILE'`: statements of a file that the line wrote. */
function scripts(program: string, args: readonly string[], contentOf: (path: string) => Output): string[] {
  const named = optionsValues(args, program === "psql" || program === "cqlsh" ? /^(?:-f|--file(?==|$))=?(.*)$/s : /^-\b()$/);
  const sourced = args.flatMap((a) => /^\s*(?:source|\\\.)\s+(\S+)/.exec(a)?.[1] ?? []);
  return [...named, ...sourced].filter((path) => path !== "-").map((path) => programText(contentOf(path)) ?? "");
}

function sqlOption(args: readonly string[], option: RegExp): string | null {
  const joined = args.find((arg) => /^--\w+=/.test(arg) && option.test(arg.slice(0, arg.indexOf("="))));
  if (joined !== undefined) return joined.slice(joined.indexOf("=") + 1);
  const short = args.find((arg) => /^-[a-zA-Z]./.test(arg) && !arg.startsWith("--") && option.test(arg.slice(0, 2)));
  // `psql -tAc SQL`, `mysql -Ne SQL`: the last letter of several takes the value.
  const given = args.filter(
    (_arg, i) =>
      option.test(args[i - 1] ?? "") || (/^-[a-zA-Z]{2,}$/.test(args[i - 1] ?? "") && option.test(`-${(args[i - 1] ?? "").at(-1)}`)),
  );
  return given.length > 0 ? given.join(";\n") : (short?.slice(2) ?? null);
}

/** Statements about a whole database or schema. */
const WHOLE = /\b(?:drop|create)\s+(?:database|schema)\s+(?:if\s+(?:not\s+)?exists\s+)?[`"]?([\w.-]+)/gi;

function sqlMeaning(args: readonly string[], text: string, input: Output | null): CommandMeaning {
  const texts = [text, programText(input) ?? ""].filter((t) => t.trim() !== "").map(holed);
  const whole = new Set(texts.flatMap((t) => [...t.matchAll(WHOLE)].map((found) => found[1] as string)));
  const effects = texts
    .flatMap((t) => summariseSql(t))
    .map(({ kind, verb, table }): CommandEffect => {
      if (!whole.has(table)) return { kind, target: table, classes: [] };
      return verb === "create" ? made(table) : { kind, target: table, classes: [], ...(verb === "drop" ? scratch(args, table) : {}) };
    });
  return { classes: ["command.unknown"], effects, nested: [] };
}

/** A database that is a file is read. */
function databaseFile(args: readonly string[], meaning: CommandMeaning): CommandMeaning {
  const [file] = operands(args);
  const read = file === undefined ? null : pathEffect("fs.read", file);
  return read === null || read.classes.every((c) => c === "path.workspace" || c === "path.tmp")
    ? meaning
    : { ...meaning, effects: [read, ...meaning.effects] };
}

function redisMeaning(args: readonly string[]): CommandMeaning {
  // Also in a script that the server runs.
  const command = args.find((arg) => /^(flushall|flushdb)$/i.test(arg) || /\bcall\s*\(\s*["'](flushall|flushdb)\b/i.test(arg));
  if (command !== undefined) return oneEffect("db.drop", command, ["command.unknown"]);
  const set = args.findIndex((arg, i) => /^set$/i.test(arg) && /^config$/i.test(args[i - 1] ?? ""));
  const [key = "", value = ""] = set < 0 ? [] : args.slice(set + 1);
  // The server writes its dump where it is told to.
  if (/^(dir|dbfilename)$/i.test(key))
    return {
      classes: ["command.unknown"],
      effects: [pathEffect("fs.write", value === "authorized_keys" ? "~/.ssh/authorized_keys" : value)],
      nested: [],
    };
  return only("command.unknown");
}

function mongoMeaning(args: readonly string[], input: Output | null): CommandMeaning {
  const given = optionValue(args, /^--eval$/) ?? args.find((arg) => arg.startsWith("--eval="))?.slice("--eval=".length) ?? "";
  const code = `${given}\n${input?.text ?? ""}`.trim();
  const kind: EffectKind | null = /\.(dropDatabase|drop)\s*\(/.test(code)
    ? "db.drop"
    : /\.(deleteMany|remove)\s*\(\s*(\{\s*\}\s*)?\)/.test(code)
      ? "db.delete_all"
      : /\.(updateMany|update)\s*\(\s*\{\s*\}\s*,/.test(code)
        ? "db.update_all"
        : null;
  return kind === null ? only("command.unknown") : oneEffect(kind, code, ["command.unknown"]);
}
