/**
 * What a SQL text would do, statement by statement: kind, tables, and whether a condition limits it. Read by its tokens, so that
 * placeholders, holes and dialects matter little; comments and literals mean nothing.
 */
import type { EffectKind } from "./effects.ts";
import { truthOfCondition } from "./sql-condition.ts";
import { type SqlToken, sqlStatements, sqlTokens } from "./sql-tokens.ts";

export type SqlStatement = {
  readonly kind: EffectKind;
  readonly verb: string;
  readonly table: string;
  readonly conditional: boolean;
  /** Of a deletion: at most so many rows, when it says so. */
  readonly rows?: number;
  /** Gives rights to everybody, over everything, or to pass on. */
  readonly powers?: true;
  /** Turns off what keeps a trail. */
  readonly unchecked?: true;
};

const VERBS = new Set(
  "select with insert update delete drop truncate alter create grant revoke replace merge pragma begin commit rollback explain show use set call exec execute prepare do vacuum analyze copy load bulk backup values attach detach savepoint release start end lock rename reindex declare if".split(
    " ",
  ),
); // prettier-ignore
const SHAPE =
  /^(select\b[\s\S]*(\bfrom\b|\*|[\d?(])|select\s+''|with\b[\s\S]*\bselect\b|with\b[\s\S]*\bas\s*\(|insert\s+(or\s+\w+\s+)?into\b|update\b[\s\S]*\bset\b|delete\s+from\b|drop\s+(table|database|schema|keyspace|collection|materialized|view|index|user|role|column|sequence|trigger|function|procedure|measurement|series|retention|stage|dataset)\b|truncate\b|alter\s+\w+|create\s+(\w+\s+)*(table|database|schema|view|index|user|role|unique|trigger|function|temp)\b|grant\b[\s\S]*\bto\b|revoke\b[\s\S]*\bfrom\b|replace\s+into\b|merge\s+into\b|pragma\s+\w+|explain\b|set\s+(global\s+|session\s+|persist\s+)?(general_log|slow_query_log|sql_log_bin|audit_log\w*|log_statement|pgaudit)\b|copy\b|attach\s+(database\s+)?(if\s+not\s+exists\s+)?''|load\s+data\b|bulk\s+insert\b|backup\s+database\b|vacuum\s+into\b|(?:do|exec|execute)\s*\(?\s*''|exec(ute)?\s+(\w*\.){0,2}(xp|sp)_\w+)/i;

type Tokens = readonly SqlToken[];
const word = (token: SqlToken | undefined): string => (token?.kind === "word" ? token.text.toLowerCase() : "");
const holds = (tokens: Tokens): boolean => VERBS.has(word(tokens[0])) && SHAPE.test(plain(tokens));

/** Literals blanked, names bare, one blank between tokens, points tight. */
const plain = (tokens: Tokens): string =>
  tokens
    .map((t) => (t.kind === "string" ? "''" : t.text === "{?}" ? "hole_" : t.text))
    .join(" ")
    .replace(/ \. /g, ".");

/** True when the text, or a statement in it, reads as SQL. A lone English word does not. */
export function looksLikeSql(text: string): boolean {
  return dialects(text).some((escapes) => sqlStatements(sqlTokens(text, escapes)).some(holds));
}

/** Where a backslash stands before a quote the dialects disagree on where the literal ends: both readings count. */
const dialects = (text: string): boolean[] => (text.includes("\\'") ? [true, false] : [true]);

/** Statements of a SQL text; holes are written `{?}`. Empty when it is not SQL. */
export function summariseSql(text: string, depth = 0): SqlStatement[] {
  const [first, ...others] = dialects(text).map((escapes) => readStatements(text, escapes, depth));
  const shown = new Set((first ?? []).map((s) => JSON.stringify(s)));
  return [...(first ?? []), ...others.flat().filter((s) => s.kind !== "db.read" && !shown.has(JSON.stringify(s)))];
}

function readStatements(text: string, escapes: boolean, depth: number): SqlStatement[] {
  const statements = sqlStatements(sqlTokens(text, escapes));
  return statements.some(holds) ? statements.flatMap((s) => summariseStatement(s, depth)) : [];
}

const MAX_DEPTH = 20;
const RUNS_TEXT = new Set(["do", "exec", "execute", "prepare", "call"]);

function summariseStatement(tokens: Tokens, depth: number): SqlStatement[] {
  const verb = word(tokens[0]);
  if (!VERBS.has(verb) || depth > MAX_DEPTH) return [];
  if (verb === "with") return withExpressions(tokens, depth);
  if (verb === "explain" && word(tokens[1]) === "analyze") return summariseStatement(tokens.slice(2), depth + 1);
  if (RUNS_TEXT.has(verb)) {
    const inner = tokens.filter((t) => t.kind === "string").flatMap((t) => summariseSql(blockBody(t.text), depth + 1));
    if (inner.length > 0) return inner;
  }
  return [plainStatement(tokens, verb)];
}

/** The statements of a `BEGIN ... END` block. */
const blockBody = (text: string): string => text.replace(/^\s*(?:declare\b[\s\S]*?)?\bbegin\b/i, "");

/** A common table expression may write on its own: `WITH gone AS (DELETE ...) SELECT ...`. */
function withExpressions(tokens: Tokens, depth: number): SqlStatement[] {
  const level = tokens[0]?.depth ?? 0;
  const inner: SqlStatement[] = [];
  let i = 1;
  for (; i < tokens.length; i++) {
    const token = tokens[i] as SqlToken;
    if (token.depth === level && i > 1 && VERBS.has(word(token)) && tokens[i - 1]?.text === ")") break;
    if (token.depth !== level || token.text !== "(" || token.kind !== "mark") continue;
    const close = tokens.findIndex((t, at) => at > i && t.depth === level && t.kind === "mark" && t.text === ")");
    const body = tokens.slice(i + 1, close < 0 ? tokens.length : close);
    if (VERBS.has(word(body[0]))) inner.push(...summariseStatement(body, depth + 1).filter((s) => s.kind !== "db.read"));
    i = close < 0 ? tokens.length : close;
  }
  const main = i < tokens.length ? summariseStatement(tokens.slice(i), depth + 1) : [];
  const written = [...inner, ...main.filter((s) => s.kind !== "db.read")];
  if (written.length > 0) return written;
  return main.length > 0 ? main : [{ kind: "db.read", verb: "select", table: tableOf(plain(tokens), "select"), conditional: true }];
}

/** What keeps a trail, turned off: a trigger for it, a log of statements, an audit of a server. */
const TRAIL_OFF = [
  /^alter\s+table\b.*\bdisable\s+trigger\s+\w*(audit|history|change_?log)\w*/i,
  /^drop\s+trigger\s+(if\s+exists\s+)?[\w.]*(audit|history|change_?log)\w*/i,
  /^(set|alter\s+system\s+set)\s+(global\s+|session\s+|persist\s+)?(general_log|slow_query_log|sql_log_bin|audit_log_?\w*|log_statement|pgaudit\.\w+)\s*(=|to)\s*(off|0|none|false)\b/i,
  /^alter\s+(server\s+audit|database\s+audit\s+specification|server\s+audit\s+specification)\b.*\bstate\s*=\s*off/i,
];

function plainStatement(tokens: Tokens, verb: string): SqlStatement {
  const sql = plain(tokens);
  const table = tableOf(sql, verb);
  if (TRAIL_OFF.some((each) => each.test(sql))) return { kind: "db.admin", verb, table, conditional: false, unchecked: true };
  if (verb === "delete" || verb === "update") {
    const conditional = hasCondition(tokens);
    const all: EffectKind = verb === "delete" ? "db.delete_all" : "db.update_all";
    return { kind: conditional ? "db.write" : all, verb, table, conditional, ...(verb === "delete" ? rowLimit(tokens) : {}) };
  }
  if (verb === "drop" || verb === "truncate")
    return { kind: /^drop\s+(index|trigger|view)\b/i.test(sql) ? "db.admin" : "db.drop", verb, table, conditional: false };
  // ClickHouse removes rows so.
  if (verb === "alter" && /^alter\s+table\s+[\w.]+\s+(on\s+cluster\s+\w+\s+)?(delete|update)\b/i.test(sql)) {
    const change = tokens.findIndex((t) => ["delete", "update"].includes(word(t)));
    const inner = plainStatement(tokens.slice(change), word(tokens[change]));
    return { ...inner, table };
  }
  if (verb === "alter")
    return {
      kind: /\bdrop\s+(column|table|constraint)\b/i.test(sql) ? "db.drop" : "db.admin",
      verb,
      table,
      conditional: false,
      ...powersOf(sql),
    };
  if (verb === "grant" || verb === "revoke")
    return { kind: "db.admin", verb, table, conditional: false, ...(verb === "grant" ? powersOf(sql) : {}) };
  if (verb === "create" && /^create\s+(or\s+replace\s+)?(user|role|login)\b/i.test(sql))
    return { kind: "db.admin", verb, table, conditional: false, ...powersOf(sql) };
  if (/^exec(ute)?\s+(\w*\.){0,2}(xp_cmdshell|xp_regwrite|sp_oacreate|sp_addsrvrolemember|sp_configure)\b|^copy\b.*\bprogram\b/i.test(sql))
    return { kind: "db.admin", verb, table, conditional: false, powers: true };
  if (/^create\s+(or\s+replace\s+)?function\b.*\blanguage\s+(c|plpython3?u|plperlu|pltclu|plsh)\b/i.test(sql))
    return { kind: "db.admin", verb, table, conditional: false, powers: true };
  const writes = ["create", "insert", "replace", "merge", "copy", "load", "bulk"].includes(verb);
  return { kind: writes ? "db.write" : "db.read", verb, table, conditional: true };
}

const POWERS = [
  /^grant\b.*\bto\s+(public|everyone)\b/i,
  /\bwith\s+(grant|admin|hierarchy)\s+option\b/i,
  /^grant\b.*\bon\s+\*\s*\.\s*\*/i,
  /^grant\s+all(\s+privileges)?\s+on\s+all\s+(tables|functions|routines)\b/i,
  /^grant\s+(superuser|super|dba|sysdba|rds_superuser|pg_(read|write)_all_data|pg_execute_server_program|sysadmin|db_owner)\b/i,
  /^(alter|create)\s+(or\s+replace\s+)?(user|role|login)\b.*\s(superuser|createrole|bypassrls|replication)\b/i,
  /^alter\s+(server\s+)?role\s+(sysadmin|db_owner|securityadmin)\s+add\s+member\b/i,
];

function powersOf(sql: string): { powers?: true } {
  return POWERS.some((each) => each.test(sql)) ? { powers: true } : {};
}

/** `LIMIT 500`, `TOP (500)`. */
function rowLimit(tokens: Tokens): { rows?: number } {
  const at = tokens.findIndex((t) => t.depth === (tokens[0]?.depth ?? 0) && ["limit", "top"].includes(word(t)));
  const next = at < 0 ? undefined : tokens.slice(at + 1, at + 3).find((t) => /^\d+$/.test(t.text));
  return next === undefined ? {} : { rows: Number(next.text) };
}

/** Has a WHERE (or LIMIT) of its own, outside every parenthesis, that is not always true. */
function hasCondition(tokens: Tokens): boolean {
  const level = tokens[0]?.depth ?? 0;
  const own = (token: SqlToken, ...words: readonly string[]): boolean => token.depth === level && words.includes(word(token));
  const where = tokens.findIndex((t) => own(t, "where"));
  const limited = tokens.some((t, i) => own(t, "limit", "top") && tokens[i + 1] !== undefined);
  if (where < 0) return limited;
  const rest = tokens.slice(where + 1);
  const end = rest.findIndex((t) => own(t, "returning", "order", "limit", "option", "end"));
  const condition = end < 0 ? rest : rest.slice(0, end);
  return condition.length > 0 && truthOfCondition(condition) !== true;
}

function tableOf(sql: string, verb: string): string {
  const patterns: Record<string, RegExp> = {
    delete: /\bdelete\s+(?:from\s+)?(?:only\s+)?([\w.]+)/i,
    update: /\bupdate\s+(?:or\s+\w+\s+)?(?:only\s+)?([\w.]+)/i,
    insert: /\binto\s+([\w.]+)/i,
    drop: /\bdrop\s+\w+\s+(?:if\s+exists\s+)?([\w.]+)/i,
    truncate: /\btruncate\s+(?:table\s+)?([\w.]+)/i,
    alter: /\balter\s+\w+\s+(?:if\s+exists\s+)?([\w.]+)/i,
    create: /^create\s+(?:\w+\s+)*?(?:table|view|database|schema|index|trigger|function)\s+(?:if\s+not\s+exists\s+)?([\w.]+)/i,
  };
  const found = (patterns[verb] ?? /\b(?:from|into|table)\s+([\w.]+)/i).exec(sql)?.[1] ?? "";
  return found.replace(/^hole_$/, "{?}");
}
