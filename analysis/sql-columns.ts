/** What a SELECT gives: its columns by name, and the names of the tables' columns that each of them shows. */
import { type SqlToken, sqlStatements, sqlTokens } from "./sql-tokens.ts";

export type SqlColumn = {
  /** As rows know it; "" when it has no name. */
  readonly name: string;
  /** Dotted paths whose last part is a column and whose others are the tables of the statement. */
  readonly shows: readonly string[];
};

type Tokens = readonly SqlToken[];
const isName = (token: SqlToken | undefined): boolean => token?.kind === "name" || (token?.kind === "word" && token.text !== "{?}");
const word = (token: SqlToken | undefined): string => (token?.kind === "word" ? token.text.toLowerCase() : "");
const isMark = (token: SqlToken | undefined, text: string): boolean => token?.kind === "mark" && token.text === text;

/** Functions whose result does not show what they are given. */
const CONCEALS =
  /^(count|sum|avg|stddev\w*|var\w*|length|char_length|len|md5|sha\d*|sha2|hash\w*|digest|crypt|hmac|mask\w*|redact\w*|left|right|exists|rank|row_number|dense_rank|bool_and|bool_or|is\w*)$/;
const KEYWORDS: ReadonlySet<string> = new Set(
  "as and or not null is in like between case when then else end cast over partition by order distinct all interval date timestamp".split(
    " ",
  ),
);

/** Columns of the first SELECT that is not inside another; null when the text has none. */
export function selectedColumns(text: string): readonly SqlColumn[] | null {
  for (const statement of sqlStatements(sqlTokens(text, true))) {
    const level = statement[0]?.depth ?? 0;
    const start = statement.findIndex((token) => token.depth === level && word(token) === "select");
    if (start < 0) continue;
    const list = statement.slice(start + 1);
    const end = list.findIndex((token) => token.depth === level && word(token) === "from");
    if (end < 0) continue;
    const tables = tablesOf(list.slice(end)).join(".");
    return split(withoutModifiers(list.slice(0, end)), level).map((tokens) => columnOf(tokens, tables));
  }
  return null;
}

function withoutModifiers(list: Tokens): Tokens {
  if (["distinct", "all"].includes(word(list[0]))) return withoutModifiers(list.slice(1));
  return word(list[0]) === "top" ? list.slice(2) : list;
}

/** Names behind FROM and JOIN. */
function tablesOf(tokens: Tokens): string[] {
  const tables: string[] = [];
  for (const [i, token] of tokens.entries()) {
    if (!["from", "join"].includes(word(token))) continue;
    let at = i + 1;
    while (isName(tokens[at]) && isMark(tokens[at + 1], ".") && isName(tokens[at + 2])) at += 2;
    const name = tokens[at];
    if (name !== undefined && isName(name)) tables.push(name.text);
  }
  return tables;
}

function split(tokens: Tokens, level: number): Tokens[] {
  const out: SqlToken[][] = [[]];
  for (const token of tokens) {
    if (token.depth === level && isMark(token, ",")) out.push([]);
    else out.at(-1)?.push(token);
  }
  return out;
}

/** `t.a`, `t.a AS b`, `lower(a) b`, `*`. */
function columnOf(tokens: Tokens, tables: string): SqlColumn {
  const last = tokens.at(-1);
  const before = tokens.at(-2);
  const alias = last !== undefined && isName(last) && (word(before) === "as" || isName(before) || isMark(before, ")")) ? last.text : null;
  const expression = alias === null ? tokens : tokens.slice(0, word(before) === "as" ? -2 : -1);
  const shown = shownBy(expression).map((name) => `${tables}.${name}`);
  const plain = expression.length % 2 === 1 && expression.every((token, i) => (i % 2 === 0 ? isName(token) : isMark(token, ".")));
  if (isMark(expression.at(-1), "*") && expression.length <= 3) return { name: "*", shows: tables === "" ? [] : tables.split(".") };
  return { name: alias ?? (plain ? (expression.at(-1)?.text ?? "") : ""), shows: shown };
}

function shownBy(expression: Tokens): string[] {
  if (CONCEALS.test(word(expression[0])) && isMark(expression[1], "(")) return [];
  return expression
    .filter((token, i) => isName(token) && !KEYWORDS.has(word(token)) && !isMark(expression[i + 1], "(") && !isMark(expression[i + 1], "."))
    .map((token) => token.text);
}
