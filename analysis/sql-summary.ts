/**
 * What a SQL text would do, statement by statement: kind, tables, and whether a condition limits it. Parsed with node-sql-parser;
 * a text it refuses (placeholders, holes, dialects) is read by its keywords, comments and literals aside.
 */
import sqlParser from "node-sql-parser";
import type { EffectKind } from "./effects.ts";

export type SqlStatement = { readonly kind: EffectKind; readonly verb: string; readonly table: string; readonly conditional: boolean };

const VERB =
  /^\s*(select|with|insert|update|delete|drop|truncate|alter|create|grant|revoke|replace|merge|pragma|begin|commit|rollback|explain|show|use|set|call|exec|vacuum|analyze|copy|values|attach)\b/i;
const parser = new sqlParser.Parser();

/** True when the text reads as SQL. A lone English word does not. */
export function looksLikeSql(text: string): boolean {
  const plain = strip(text).trim();
  if (!VERB.test(plain)) return false;
  return /^(select\b[\s\S]*\b(from\b|\*|[\d?(])|with\b[\s\S]*\bselect\b|insert\s+(or\s+\w+\s+)?into\b|update\b[\s\S]*\bset\b|delete\s+from\b|drop\s+(table|database|schema|view|index|user|role|column|sequence|trigger|function|procedure)\b|truncate\b|alter\s+\w+|create\s+(\w+\s+)*(table|database|schema|view|index|user|role|unique|trigger|function|temp)\b|grant\b[\s\S]*\bto\b|revoke\b[\s\S]*\bfrom\b|replace\s+into\b|merge\s+into\b|pragma\s+\w+|explain\b|copy\b)/i.test(
    plain,
  );
}

/** Statements of a SQL text; holes are written `{?}`. Empty when it is not SQL. */
export function summariseSql(text: string): SqlStatement[] {
  if (!looksLikeSql(text)) return [];
  const clean = strip(text).replace(/\{\?\}|\{[\w.()]*\}/g, " hole_ ");
  return clean
    .split(";")
    .map((s) => s.trim())
    .filter((s) => s !== "")
    .map(summariseStatement)
    .filter((s) => s !== null);
}

/** Comments out, literals blanked (so that words inside them mean nothing and `;` does not split). */
function strip(text: string): string {
  return text
    .replace(/\/\*!?\d*([\s\S]*?)\*\//g, (all, inner) => (all.startsWith("/*!") ? ` ${inner} ` : " "))
    .replace(/'(?:[^'\\]|\\.|'')*'/g, "''")
    .replace(/--[^\n]*|#(?=\s)[^\n]*/g, " ");
}

function summariseStatement(sql: string): SqlStatement | null {
  const verb = (VERB.exec(sql)?.[1] ?? "").toLowerCase();
  const effective = verb === "with" ? (/\)\s*(select|insert|update|delete)\b/i.exec(sql)?.[1]?.toLowerCase() ?? "select") : verb;
  const table = tableOf(sql, effective);
  if (effective === "delete" || effective === "update") {
    const conditional = hasCondition(sql);
    const all: EffectKind = effective === "delete" ? "db.delete_all" : "db.update_all";
    return { kind: conditional ? "db.write" : all, verb: effective, table, conditional };
  }
  if (effective === "drop" || effective === "truncate")
    return { kind: /^drop\s+(index|trigger|view)\b/i.test(sql) ? "db.admin" : "db.drop", verb: effective, table, conditional: false };
  if (effective === "alter")
    return { kind: /\bdrop\s+(column|table|constraint)\b/i.test(sql) ? "db.drop" : "db.admin", verb: effective, table, conditional: false };
  if (effective === "grant" || effective === "revoke") return { kind: "db.admin", verb: effective, table, conditional: false };
  if (effective === "create" || effective === "insert" || effective === "replace" || effective === "merge" || effective === "copy")
    return { kind: "db.write", verb: effective, table, conditional: true };
  if (effective === "") return null;
  return { kind: "db.read", verb: effective, table, conditional: true };
}

/** Has a WHERE (or LIMIT) that is not always true. */
function hasCondition(sql: string): boolean {
  if (/\blimit\s+\d+/i.test(sql) && !/\bwhere\b/i.test(sql)) return true;
  const where = /\bwhere\b([\s\S]*)$/i.exec(sql)?.[1]?.trim();
  if (where === undefined || where === "") return false;
  return !isTautology(where);
}

/** `1=1`, `true`, `'a'='a'`, `x OR 1=1`: decided on the parsed condition when the parser knows it. */
function isTautology(where: string): boolean {
  try {
    const ast = parser.astify(`SELECT 1 FROM t WHERE ${where}`) as { where?: SqlNode } | { where?: SqlNode }[];
    const node = (Array.isArray(ast) ? ast[0] : ast)?.where;
    if (node !== undefined && node !== null) return alwaysTrue(node);
  } catch {
    // The parser does not know this dialect: read the text.
  }
  return (
    /^\(*\s*(?:true|1|(\d+)\s*=\s*\1|''\s*=\s*''|1\s*<>\s*0)\s*\)*$/i.test(where) ||
    /\bor\s+(?:true|1\s*=\s*1|(\d+)\s*=\s*\1)\s*$/i.test(where)
  );
}

type SqlNode = { type?: string; operator?: string; left?: SqlNode; right?: SqlNode; value?: unknown; column?: unknown; table?: unknown };

function alwaysTrue(node: SqlNode, depth = 0): boolean {
  if (depth > 60) return false;
  if (node.type === "binary_expr" && node.left !== undefined && node.right !== undefined) {
    const operator = node.operator?.toUpperCase();
    if (operator === "AND") return alwaysTrue(node.left, depth + 1) && alwaysTrue(node.right, depth + 1);
    if (operator === "OR") return alwaysTrue(node.left, depth + 1) || alwaysTrue(node.right, depth + 1);
    const [a, b] = [constant(node.left), constant(node.right)];
    if (operator === "=" || operator === ">=" || operator === "<=" || operator === "LIKE") {
      if (a !== undefined && b !== undefined) return a === b;
      return node.left.type === "column_ref" && JSON.stringify(node.left) === JSON.stringify(node.right) && node.left.column !== "hole_";
    }
    if (operator === "<>" || operator === "!=" || operator === "<" || operator === ">")
      return a !== undefined && b !== undefined && (operator === "<" ? a < b : operator === ">" ? a > b : a !== b);
    return false;
  }
  const value = constant(node);
  return value !== undefined && value !== "0" && value !== "false" && value !== "";
}

function constant(node: SqlNode): string | undefined {
  if (node.type === "number" || node.type === "bool") return String(node.value);
  if (node.type === "single_quote_string" || node.type === "string") return `'${String(node.value)}'`;
  return undefined;
}

function tableOf(sql: string, verb: string): string {
  const patterns: Record<string, RegExp> = {
    delete: /\bdelete\s+from\s+([\w."`[\]]+)/i,
    update: /\bupdate\s+(?:or\s+\w+\s+)?([\w."`[\]]+)/i,
    insert: /\binto\s+([\w."`[\]]+)/i,
    drop: /\bdrop\s+\w+\s+(?:if\s+exists\s+)?([\w."`[\]]+)/i,
    truncate: /\btruncate\s+(?:table\s+)?([\w."`[\]]+)/i,
    alter: /\balter\s+\w+\s+([\w."`[\]]+)/i,
  };
  const found = (patterns[verb] ?? /\b(?:from|into|table)\s+([\w."`[\]]+)/i).exec(sql)?.[1] ?? "";
  return found.replace(/["`[\]]/g, "").replace(/^hole_$/, "{?}");
}
