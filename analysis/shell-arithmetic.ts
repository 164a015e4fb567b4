/** Sums of shell arithmetic on known numbers: `$((i + 1))`. */

type Tokens = { readonly list: readonly string[]; at: number; readonly value: (name: string) => string | null };

const LEVELS: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["|"],
  ["^"],
  ["&"],
  ["==", "!="],
  ["<=", ">=", "<", ">"],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
]; // prettier-ignore

/** null: a number in it is not known, or the form is not. Assignments (`i = 1`, `i += 2`, `i++`) are carried out. */
export function evaluateSum(
  text: string,
  value: (name: string) => string | null,
  assign: (name: string, set: string) => void,
): number | null {
  const parts = text.length > 500 ? [] : text.split(",");
  let last: number | null = null;
  for (const part of parts) last = assignment(part, value, assign);
  return last;
}

function assignment(text: string, value: Tokens["value"], assign: (name: string, set: string) => void): number | null {
  const counted = /^\s*(?:(\+\+|--)\s*([A-Za-z_]\w*)|([A-Za-z_]\w*)\s*(\+\+|--))\s*$/.exec(text);
  if (counted !== null) {
    const name = (counted[2] ?? counted[3]) as string;
    const before = sum(name, value);
    const after = before === null ? null : before + ((counted[1] ?? counted[4]) === "++" ? 1 : -1);
    if (after !== null) assign(name, String(after));
    return counted[1] === undefined ? before : after;
  }
  const set = /^\s*([A-Za-z_]\w*)\s*([-+*/%&|^]|<<|>>)?=(?!=)([\s\S]*)$/.exec(text);
  if (set === null) return sum(text, value);
  const right = sum(set[2] === undefined ? (set[3] as string) : `${set[1]} ${set[2]} (${set[3]})`, value);
  if (right !== null) assign(set[1] as string, String(right));
  return right;
}

function sum(text: string, value: Tokens["value"]): number | null {
  const list = text.match(/0[xX][0-9a-fA-F]+|\d+#\w+|\d+|[A-Za-z_]\w*|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%()<>!~&|^?:]|\S/g) ?? [];
  if (list.length === 0 || list.length > 60) return null;
  const tokens: Tokens = { list, at: 0, value };
  const result = binary(tokens, 0);
  return tokens.at < list.length || result === null || !Number.isFinite(result) ? null : Math.trunc(result);
}

function binary(tokens: Tokens, level: number): number | null {
  const operators = LEVELS[level];
  if (operators === undefined) return unary(tokens);
  let left = binary(tokens, level + 1);
  while (operators.includes(tokens.list[tokens.at] ?? "")) {
    const operator = tokens.list[tokens.at++] as string;
    const right = binary(tokens, level + 1);
    left = left === null || right === null ? null : apply(operator, left, right);
  }
  return left;
}

function unary(tokens: Tokens): number | null {
  const token = tokens.list[tokens.at++];
  if (token === undefined) return null;
  if (token === "-" || token === "+" || token === "!" || token === "~") {
    const inner = unary(tokens);
    if (inner === null) return null;
    return token === "-" ? -inner : token === "!" ? Number(inner === 0) : token === "~" ? ~inner : inner;
  }
  if (token === "(") {
    const inner = binary(tokens, 0);
    return tokens.list[tokens.at++] === ")" ? inner : null;
  }
  const based = /^(\d+)#(\w+)$/.exec(token);
  if (based !== null) return Number.parseInt(based[2] as string, Number(based[1]));
  if (/^0[0-7]+$/.test(token)) return Number.parseInt(token, 8);
  if (/^\d/.test(token)) return Number(token);
  const known = /^[A-Za-z_]/.test(token) ? tokens.value(token) : null;
  return known !== null && /^-?\d{1,15}$/.test(known) ? Number(known) : null;
}

function apply(operator: string, a: number, b: number): number | null {
  const truth = (yes: boolean): number => (yes ? 1 : 0);
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return b === 0 ? null : Math.trunc(a / b);
    case "%":
      return b === 0 ? null : a % b;
    case "<<":
      return a << b;
    case ">>":
      return a >> b;
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "==":
      return truth(a === b);
    case "!=":
      return truth(a !== b);
    case "<":
      return truth(a < b);
    case ">":
      return truth(a > b);
    case "<=":
      return truth(a <= b);
    case ">=":
      return truth(a >= b);
    case "&&":
      return truth(a !== 0 && b !== 0);
    default:
      return truth(a !== 0 || b !== 0);
  }
}
