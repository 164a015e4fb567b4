/** Numbers of both languages. */
import type { Value } from "../values.ts";
import { inJs, type Run } from "./run.ts";

type NumberOperator = (a: number, b: number, js: boolean) => number;
const NUMBERS: Readonly<Record<string, NumberOperator | undefined>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "//": (a, b) => Math.floor(a / b),
  "%": (a, b, js) => (js ? a % b : b === 0 ? Number.NaN : a - b * Math.floor(a / b)),
  "**": (a, b) => a ** b,
  "&": (a, b, js) => (js ? a & b : Number(BigInt(a) & BigInt(b))),
  "|": (a, b, js) => (js ? a | b : Number(BigInt(a) | BigInt(b))),
  "^": (a, b, js) => (js ? a ^ b : Number(BigInt(a) ^ BigInt(b))),
  "<<": (a, b, js) => (js ? a << b : b <= 52 ? a * 2 ** b : Number.NaN),
  ">>": (a, b, js) => (js ? a >> b : Math.floor(a / 2 ** b)),
  ">>>": (a, b) => a >>> b,
};
const BIG_NUMBERS: Readonly<Record<string, ((a: bigint, b: bigint) => bigint) | undefined>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "//": (a, b) => a / b,
  "%": (a, b) => a % b,
  "**": (a, b) => a ** b,
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
  "<<": (a, b) => a << b,
  ">>": (a, b) => a >> b,
};

/** The result of an operator on two numbers; unknown where the languages would raise. */
export function arithmetic(run: Run, operator: string, a: number | bigint, b: number | bigint, labels: readonly string[]): Value {
  const { values } = run;
  if (typeof a === "bigint" || typeof b === "bigint") return bigArithmetic(run, operator, a, b);
  const js = inJs(run);
  try {
    const result = NUMBERS[operator]?.(a, b, js);
    if (result === undefined || (Number.isNaN(result) && !js)) return values.unknown("local");
    if (!js && Number.isInteger(result) && !Number.isSafeInteger(result))
      return bigArithmetic(run, operator, BigInt(Math.trunc(a)), BigInt(Math.trunc(b)));
    return values.number(result, labels);
  } catch {
    return values.unknown("local");
  }
}

function bigArithmetic(run: Run, operator: string, left: number | bigint, right: number | bigint): Value {
  const { values } = run;
  try {
    const a = BigInt(left);
    const b = BigInt(right);
    const bits = a.toString(16).length * 4;
    if ((operator === "**" && (b < 0n || BigInt(bits) * b > 100_000n)) || (operator === "<<" && b > 100_000n) || bits > 200_000)
      return values.unknown("budget");
    const result = BIG_NUMBERS[operator]?.(a, b);
    return result === undefined ? values.unknown("local") : values.number(result);
  } catch {
    return values.unknown("local");
  }
}
