/**
 * Whether a SQL condition limits anything: true, false or not known (null), by three-valued logic over constants and equal terms.
 * Columns and placeholders are not known; a column compared with itself is.
 */
import type { SqlToken } from "./sql-tokens.ts";

type Truth = boolean | null;
type Tokens = readonly SqlToken[];
/** Nobody writes a condition as deep as this; what hides behind one limits nothing that can be relied on. */
const MAX_DEPTH = 60;

const COMPARISONS = new Set(["=", "==", "<=>", "<>", "!=", "<", ">", "<=", ">="]);
const word = (token: SqlToken | undefined): string => (token?.kind === "word" ? token.text.toLowerCase() : "");
const isMark = (token: SqlToken | undefined, text: string): boolean => token?.kind === "mark" && token.text === text;

export function truthOfCondition(tokens: Tokens, depth = 0): Truth {
  if (depth > MAX_DEPTH) return true;
  const [inner, negated] = unwrap(tokens);
  if (inner.length === 0) return null;
  const truth = disjunction(inner, depth);
  return truth === null ? null : truth !== negated;
}

/** Leading NOTs (as a parity, when they cover everything) and enclosing parentheses taken off. */
function unwrap(tokens: Tokens): [Tokens, boolean] {
  let from = 0;
  let to = tokens.length;
  let negated = false;
  const single = tokens.every((t, i) => t.depth > (tokens[0] as SqlToken).depth || !joins(tokens, i));
  const closes = closings(tokens);
  for (;;) {
    if (single && (word(tokens[from]) === "not" || isMark(tokens[from], "!")) && from < to - 1) {
      negated = !negated;
      from++;
    } else if (isMark(tokens[from], "(") && closes.get(from) === to - 1) {
      from++;
      to--;
      if (!single || hasJoin(tokens, from, to)) break;
    } else break;
  }
  return [tokens.slice(from, to), negated];
}

const joins = (tokens: Tokens, i: number): boolean =>
  ["or", "and", "xor"].includes(word(tokens[i])) || isMark(tokens[i], "||") || isMark(tokens[i], "&&");

function hasJoin(tokens: Tokens, from: number, to: number): boolean {
  const level = tokens[from]?.depth ?? 0;
  // One look at the first tokens is enough to keep this linear for `((((...))))`: a join ends the unwrapping there.
  if (isMark(tokens[from], "(")) return false;
  for (let i = from; i < to; i++) if (tokens[i]?.depth === level && joins(tokens, i)) return true;
  return false;
}

function closings(tokens: Tokens): Map<number, number> {
  const open: number[] = [];
  const out = new Map<number, number>();
  for (const [i, token] of tokens.entries()) {
    if (isMark(token, "(")) open.push(i);
    else if (isMark(token, ")") && open.length > 0) out.set(open.pop() as number, i);
  }
  return out;
}

/** Parts between the joining words of the outermost level; the AND of `BETWEEN a AND b` joins nothing. */
function split(tokens: Tokens, words: readonly string[]): Tokens[] {
  const level = tokens[0]?.depth ?? 0;
  const out: Tokens[] = [];
  let from = 0;
  let between = false;
  for (const [i, token] of tokens.entries()) {
    if (token.depth !== level) continue;
    const name = token.kind === "mark" ? token.text : word(token);
    if (name === "between") between = true;
    else if (words.includes(name)) {
      if (name === "and" && between) between = false;
      else {
        out.push(tokens.slice(from, i));
        from = i + 1;
      }
    }
  }
  out.push(tokens.slice(from));
  return out;
}

function disjunction(tokens: Tokens, depth: number): Truth {
  const parts = split(tokens, ["or", "||"]);
  if (parts.length === 1) return conjunction(tokens, depth);
  const truths = parts.map((part) => truthOfCondition(part, depth + 1));
  if (truths.includes(true) || complementary(parts)) return true;
  return truths.every((t) => t === false) ? false : null;
}

/** `x IS NULL OR x IS NOT NULL`, `a = b OR a <> b`, `p OR NOT p`. */
function complementary(parts: readonly Tokens[]): boolean {
  const shown = new Set(parts.map((part) => showPart(part)));
  return parts.some((part) => opposites(part).some((text) => shown.has(text)));
}
const showPart = (part: Tokens): string => {
  const [inner, negated] = unwrap(part);
  return `${negated ? "not " : ""}${inner.map((t) => (t.kind === "word" ? t.text.toLowerCase() : t.text)).join(" ")}`;
};
function opposites(part: Tokens): string[] {
  if (part.some((t) => t.text === "{?}" || t.text === "?")) return [];
  const text = showPart(part);
  const out = text.startsWith("not ") ? [text.slice(4)] : [`not ${text}`];
  if (/ is null$/.test(text)) out.push(text.replace(/ is null$/, " is not null"));
  if (/ = /.test(text)) out.push(text.replace(" = ", " <> "), text.replace(" = ", " != "));
  return out;
}

function conjunction(tokens: Tokens, depth: number): Truth {
  const parts = split(tokens, ["and", "&&"]);
  if (parts.length === 1) return comparison(tokens, depth);
  const truths = parts.map((part) => truthOfCondition(part, depth + 1));
  if (truths.includes(false)) return false;
  return truths.every((t) => t === true) ? true : null;
}

function comparison(tokens: Tokens, depth: number): Truth {
  const [inner, negated] = unwrap(tokens);
  if (inner.length < tokens.length) {
    const truth = truthOfCondition(inner, depth + 1);
    return truth === null ? null : truth !== negated;
  }
  const level = tokens[0]?.depth ?? 0;
  const at = tokens.findIndex(
    (t) =>
      t.depth === level && ((t.kind === "mark" && COMPARISONS.has(t.text)) || ["like", "ilike", "in", "between", "is"].includes(word(t))),
  );
  if (at < 0) return truthOfValue(tokens);
  const inverted = word(tokens[at - 1]) === "not";
  const left = tokens.slice(0, inverted ? at - 1 : at);
  const truth = compare(left, (tokens[at] as SqlToken).text.toLowerCase(), tokens.slice(at + 1));
  return truth === null ? null : truth !== inverted;
}

function truthOfValue(tokens: Tokens): Truth {
  const value = constantOf(tokens);
  if (value === undefined) return null;
  if (typeof value === "string") return /^\s*[1-9]/.test(value) ? true : null;
  return value === null ? false : value !== 0;
}

type Constant = string | number | null;

/** One literal, signed or in parentheses, or a sum of numbers; booleans are 1 and 0. */
function constantOf(tokens: Tokens): Constant | undefined {
  const [inner, negated] = unwrap(tokens);
  if (negated || inner.length === 0) return undefined;
  const first = inner[0] as SqlToken;
  if (inner.length === 1) {
    if (first.kind === "string") return first.text.includes("{") ? undefined : first.text;
    const name = word(first);
    if (name === "true" || name === "false") return name === "true" ? 1 : 0;
    if (name === "null") return null;
  }
  let sum = 0;
  let sign: number | null = 1;
  for (const token of inner) {
    if (token.kind === "number" && sign !== null) {
      sum += sign * Number(token.text);
      sign = null;
    } else if (isMark(token, "-")) sign = -(sign ?? 1);
    else if (isMark(token, "+")) sign = sign ?? 1;
    else return undefined;
  }
  return sign === null ? sum : undefined;
}

/** `t.a` and `a`: the same text names the same value in every row. Calls and placeholders do not. */
function sameColumn(left: Tokens, right: Tokens): boolean {
  const show = (side: Tokens): string | null => {
    const [inner] = unwrap(side);
    const plain = inner.length > 0 && inner.every((t, i) => (i % 2 === 0 ? t.kind === "word" || t.kind === "name" : isMark(t, ".")));
    return plain && !inner.some((t) => t.text === "{?}") ? inner.map((t) => t.text.toLowerCase()).join("") : null;
  };
  const text = show(left);
  return text !== null && text === show(right);
}

function compare(left: Tokens, operator: string, right: Tokens): Truth {
  const a = constantOf(left);
  if (operator === "is") {
    const not = word(right[0]) === "not";
    const b = constantOf(not ? right.slice(1) : right);
    return a === undefined || b === undefined ? null : (a === b) !== not;
  }
  if (operator === "in") return a === undefined ? null : inList(a, right);
  if (operator === "between") {
    const [low, high] = split(right, ["and"]).map(constantOf);
    const known = [a, low, high].every((v) => typeof v === "number");
    return known ? (a as number) >= (low as number) && (a as number) <= (high as number) : null;
  }
  const b = constantOf(right);
  if ((operator === "like" || operator === "ilike") && typeof b === "string" && /^%+$/.test(b)) return true;
  if (a !== undefined && b !== undefined) return compareConstants(a, operator, b);
  return sameColumn(left, right) && ["=", "==", "<=>", "<=", ">=", "like"].includes(operator) ? true : null;
}

function compareConstants(a: Constant, operator: string, b: Constant): Truth {
  if (a === null || b === null) return operator === "<=>" ? a === b : false;
  // A number and a text compare by rules of the dialect.
  if (typeof a !== typeof b) return null;
  if (operator === "like" || operator === "ilike") return String(b).match(/[%_]/) === null ? a === b : null;
  if (operator === "<>" || operator === "!=") return a !== b;
  if (operator === "<") return a < b;
  if (operator === ">") return a > b;
  if (operator === "<=") return a <= b;
  return operator === ">=" ? a >= b : a === b;
}

function inList(a: Constant, right: Tokens): Truth {
  const [inner] = unwrap(right);
  if (word(inner[0]) === "select") return null;
  const members = split(inner, [","]).map(constantOf);
  if (members.includes(a)) return true;
  return members.every((m) => m !== undefined) ? false : null;
}
